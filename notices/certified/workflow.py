"""From a finished letter to its papers: what stands in the way, which words need a person's yes, the order, the record."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from config.desk.refusal import Refused
from contracts.rules.naiyo import FORMS, Fault, faults, latin_words
from notices import secrets
from notices.certified.models import CertifiedCopy, CertifiedOrder
from notices.certified.words import certified_text
from notices.models import Delivery, Notice
from notices.rendering.blocks import addressee_lines, sender_lines, spell_out
from notices.rendering.content import Letter, letter_from_json
from notices.workflow import is_stale

CLAUSE = "4(1)(2)"
ANEW = "言葉を改めた通知を、改めて確定してください。確定した書面は変えられません。"


def prepare_why_not(notice: Notice, *, by: Any, at: datetime) -> Refused | None:
    """A finished letter that waits to be posted, without a secret, once, all of whose characters the post office takes."""
    post = notice.post
    if post is None:
        return Refused("この通知は、郵送しません。", clause=CLAUSE)
    if getattr(notice, "certified", None) is not None and notice.certified.state != CertifiedOrder.State.FAILED:
        return Refused(
            "内容証明の用意は、すでにしてあります。", clause=CLAUSE, instead="下の「内容証明」から開いてください。"
        )
    if notice.state not in (Notice.State.FINAL, Notice.State.DISPATCHED) or post.state != Delivery.State.QUEUED:
        return Refused(
            "差出しを待つ通知ではありません。",
            clause=CLAUSE,
            instead="内容証明は、書面ができてから、差し出す前に用意します。",
        )
    return _content_why_not(notice, at)


def _content_why_not(notice: Notice, at: datetime) -> Refused | None:
    letter = frozen_letter(notice)
    if letter.content.secret_label or secrets.read(notice):
        return Refused(
            "パスワードなど、写しを残せない値のある通知です。",
            clause=CLAUSE,
            instead="内容証明は郵便局に写しが残ります。簡易書留などで送ってください。",
        )
    if is_stale(notice, at):
        return Refused(
            "発送予定日を過ぎています。",
            clause=CLAUSE,
            instead="印刷の画面を開くと、日付を改めて作り直されます。その通知で用意してください。",
        )
    if refused := [fault for fault in faults_of(letter) if fault.kind == "refused"]:
        return Refused(f"内容証明に使えない文字があります。{told(refused)}", clause=CLAUSE, instead=ANEW)
    return None


def told(found: Sequence[Fault]) -> str:
    """Each with the words around it and what to write."""
    return "".join(f"「{fault.text}」（「{fault.around}」の中）：{fault.instead}" for fault in found)


def frozen_letter(notice: Notice) -> Letter:
    """The letter as it was fixed."""
    return letter_from_json(notice.content.letter)


def text_of(letter: Letter) -> str:
    """Its words, for looking at characters."""
    return certified_text(letter, FORMS["h20"].per_line)


def faults_of(letter: Letter, names: Sequence[str] = ()) -> tuple[Fault, ...]:
    """What the post office would refuse, and Latin words that nobody has confirmed as names."""
    return faults(text_of(letter), names)


def known_names(letter: Letter) -> list[str]:
    """What is a name beyond doubt: the service's, the company's, the addressee's, as they stand in the letter."""
    given = (letter.sender.service, letter.sender.company, letter.addressee.name, spell_out(letter.addressee.name))
    lines = (*addressee_lines(letter.addressee), *sender_lines(letter.sender))
    return list(dict.fromkeys(name for name in (*given, *lines) if latin_words(name)))


def asked_names(letter: Letter) -> list[str]:
    """Latin words of which a person must say that they are names."""
    return list(latin_words(text_of(letter), known_names(letter)))


def prepare(notice: Notice, *, by: Any, at: datetime, layout: str = "", names: Sequence[str] = ()) -> Notice:
    """Write the order; the papers are made outside of this transaction."""
    letter = frozen_letter(notice)
    confirmed = [*known_names(letter), *names]
    if open_words := faults_of(letter, confirmed):
        raise Refused(
            f"固有名詞と確かめていない英字があります。{told(open_words)}",
            clause=CLAUSE,
            instead="固有名詞でないなら、" + ANEW,
        )
    order = getattr(notice, "certified", None) or CertifiedOrder(notice=notice)
    order.layout, order.names, order.state, order.failure = layout or "h20", confirmed, CertifiedOrder.State.ORDERED, ""
    order.ordered_by, order.ordered_at = by, at
    order.save()
    return notice


def keep(order: CertifiedOrder, papers: dict[str, tuple[bytes, str]], sheets: int) -> None:
    """The papers as they were made, and the order carried out; inside a step."""
    for paper, (body, media_type) in papers.items():
        CertifiedCopy.objects.create(
            notice=order.notice, paper=paper, body=body, media_type=media_type, sha256=hashlib.sha256(body).hexdigest(),
            of_sha256=order.notice.content.sha256, sheets=sheets,
        )  # fmt: skip
    order.state, order.sheets = CertifiedOrder.State.MADE, sheets
    order.save()


def fail(order: CertifiedOrder, why: str) -> None:
    """It could not be made; it may be ordered anew. Inside a step."""
    order.state, order.failure = CertifiedOrder.State.FAILED, why
    order.save()
