"""What may be tried again decides how a sending is said to have failed: nothing left, or nobody knows."""

import smtplib
from collections.abc import Iterator

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from urllib3.exceptions import NewConnectionError

REQUEST_TIMEOUT = 408  # the service gave up waiting for us: what it took before that, only its log tells


class NothingLeft(Exception):
    """The server refused, or could not be reached: nothing left, so it may be tried again. The message is for staff."""


class Unclear(Exception):
    """The connection broke while the message was under way: nobody knows; a person resolves it."""


def told(failure: Exception) -> NothingLeft | Unclear | None:
    """What a failure while sending means; None: one that nobody foresaw, so that a person has to look."""
    if isinstance(failure, AnymailError):
        return _of_service(failure)
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return NothingLeft(f"受信サーバーが宛先を受け付けませんでした（{_codes(failure)}）。")
    if isinstance(failure, smtplib.SMTPResponseException):
        return NothingLeft(f"メールサーバーが受け付けませんでした（{failure.smtp_code}）。")
    if isinstance(failure, smtplib.SMTPNotSupportedError):
        return NothingLeft("メールサーバーが、この宛先の書き方を扱えません。")
    if isinstance(failure, smtplib.SMTPException | OSError):
        return Unclear("送信の途中で、メールサーバーとの接続が切れました。")
    return None


def _of_service(failure: AnymailError) -> NothingLeft | Unclear:
    """A mail service that is reached through its own interface (django-anymail)."""
    if isinstance(failure, AnymailRecipientsRefused):
        return NothingLeft(
            "送信サービスが、この宛先を受け付けませんでした。宛先と、送信サービスの停止リストを確かめてください。"
        )
    if not isinstance(failure, AnymailAPIError):
        return NothingLeft(
            "送信サービスで扱えない内容です。管理の担当者に知らせてください。"
        )  # raised before it is handed over
    code = failure.status_code
    if code is not None and 400 <= code < 500 and code != REQUEST_TIMEOUT:
        return NothingLeft(f"送信サービスが受け付けませんでした（{code}）。")
    if code is None and _never_connected(failure):
        return NothingLeft("送信サービスにつながりませんでした。")
    return Unclear(f"送信サービスの返事が確かめられません（{code or '応答なし'}）。")


def _never_connected(failure: BaseException) -> bool:
    """No connection ever stood, so nothing can have been handed over."""
    causes = list(_causes(failure))
    return any(isinstance(cause, requests.ConnectTimeout | NewConnectionError) for cause in causes)


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """A failure and what lies behind it: its cause, and what urllib3 carries along as `reason` or argument."""
    waiting, seen = [failure], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        behind = [one.__cause__, getattr(one, "reason", None), *one.args]
        waiting += [cause for cause in behind if isinstance(cause, BaseException)]


def _codes(refused: smtplib.SMTPRecipientsRefused) -> str:
    return "・".join(sorted({str(code) for code, _ in refused.recipients.values()}))
