"""Why an e-mail did not arrive, in words that staff understand."""

import re

from notices.mail.models import MailEvent

_REASONS = {
    "invalid": "宛先のアドレスが正しくありません",
    "timed_out": "受信サーバーにつながらず、再送の期限が過ぎました",
    "blocked": "受信側か送信サービスが、この宛先への送信を止めています",
    "spam": "この宛先から迷惑メールの申告があり、送信サービスが止めています",
    "unsubscribed": "この宛先は、送信サービスで配信停止になっています",
}
_BY_KIND = {
    MailEvent.Kind.REJECTED: "送信サービスが、この宛先への送信を断りました",
    MailEvent.Kind.FAILED: "送信サービスの中で、送信に失敗しました",
}
_CODE = re.compile(r"\b[45]\d\d\b")
_ENHANCED = {
    "5.1.1": "宛先のアドレスが、受信サーバーにありません",
    "5.1.2": "宛先のドメインが見つかりません",
    "5.2.1": "宛先のアドレスは、使われていません",
    "5.2.2": "受信側の容量がいっぱいです",
    "5.7.1": "受信サーバーが、受取りを断りました",
}


def why(event: MailEvent) -> str:
    """One short sentence without its full stop, with the mail server's code where it told one."""
    code = _CODE.search(event.detail)
    return _sentence(event) + (f"（{code.group()}）" if code else "")


def _sentence(event: MailEvent) -> str:
    if event.reject_reason in _REASONS:
        return _REASONS[event.reject_reason]
    told = next((text for code, text in _ENHANCED.items() if code in event.detail), "")
    by_kind = _BY_KIND.get(MailEvent.Kind(event.kind), "")
    return told or by_kind or "受信サーバーが受け取りませんでした"
