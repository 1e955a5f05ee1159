"""内容証明 on the letter's page: the papers, how many sheets, the fee, what to do with them."""

from typing import Any

from django.urls import reverse

from config.desk.chips import state_chip
from config.desk.clock import jst_day
from config.desk.jst import jshort
from config.desk.pages import card, fact, note
from contracts.rules.naiyo import FORMS
from notices.certified.models import CertifiedCopy, CertifiedOrder
from notices.envelopes.fees import certified_fee
from notices.evidence.ways import is_certified
from notices.models import Delivery, Notice

TONES = {"ordered": "running", "made": "done", "failed": "failed"}
AT_THE_DESK = (
    "3通を印刷して郵便局の窓口（内容証明を扱う局）に出します。封筒は封をせず、ほかの物を入れません。"
    "一般書留にし、必要なら配達証明を付けます。差出人の印と、封筒を持っていきます。"
)
SEAM = "2枚以上のときは綴じて、点線の丸のところに契印を押します。"
NUMBERS_TOLD = (
    "通知や契約の番号（N-…、S-…）は、書類の固有の名前として扱っています。窓口で尋ねられたら、そう説明してください。"
)


def certified_cards(notice: Notice) -> list[dict[str, Any]]:
    """Nothing where nobody asked for it."""
    order = getattr(notice, "certified", None)
    return [card("内容証明", "facts", _facts(notice, order))] if order is not None else []


def _facts(notice: Notice, order: CertifiedOrder) -> list[dict[str, Any]]:
    tone: Any = TONES[order.state]
    rows = [fact("状態", "", chip=state_chip(tone, order.get_state_display()), sub=order.failure or _posted(notice))]
    rows += [
        fact("体裁", FORMS[order.layout].label),
        fact("用意した人", f"{order.ordered_by}　{jshort(order.ordered_at)}"),
    ]
    rows += [
        fact(c.get_paper_display(), "開く", url=_url(c), sub=f"SHA-256 {c.sha256}")
        for c in notice.certified_copies.order_by("-paper")
    ]
    if order.state == CertifiedOrder.State.MADE:
        rows += [
            fact("枚数", f"各{order.sheets}枚", sub=_fee(notice, order)),
            fact("差し出しかた", AT_THE_DESK + (SEAM if order.sheets > 1 else ""), sub=NUMBERS_TOLD),
        ]
    return rows


def _url(copy: CertifiedCopy) -> str:
    return reverse("notices:certified", args=[copy.notice_id, copy.paper])


def _fee(notice: Notice, order: CertifiedOrder) -> str:
    post = notice.post
    day = jst_day(post.dispatched_at) if post and post.dispatched_at else notice.planned_dispatch_on
    fee = certified_fee(order.sheets, day)
    return f"加算料金 {fee:,}円（基本料金・一般書留とは別）" if fee is not None else ""


def _posted(notice: Notice) -> str:
    post = notice.post
    if is_certified(notice):
        return "一般書留・内容証明として差し出しました。"
    if post is not None and post.dispatched_at:
        return f"{post.get_postage_display()}で差し出したと記録されています。内容証明としての差出しではありません。"
    return ""


def certified_notes(notice: Notice) -> list[dict[str, str]]:
    """What staff must not overlook: the papers of a letter that will not leave, or left another way."""
    order = getattr(notice, "certified", None)
    if order is None:
        return []
    post = notice.post
    if notice.state == Notice.State.CANCELLED:
        return [note("warning", "この通知は取り消されています。用意した内容証明は、差し出さないでください。")]
    if post is not None and post.state == Delivery.State.QUEUED and order.state == CertifiedOrder.State.MADE:
        return [
            note(
                "info",
                "内容証明の用意ができています。通常の印刷分は封筒に入れず、内容証明の3通を窓口に出してください。",
            )
        ]
    return []
