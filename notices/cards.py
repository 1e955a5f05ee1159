"""The letters of a row, with their deliveries, for case pages."""

from typing import Any

from django.db.models import Model

from config.desk import customer_cards
from config.desk.jst import jday_year, jshort
from config.desk.pages import card, fact, url_of
from notices.chips import delivery_chip, delivery_words, notice_chip
from notices.engine import label
from notices.envelopes.fees import in_words
from notices.models import Delivery, Notice
from notices.verbs import tracking_warning


def letters_card(row: Model) -> dict[str, Any]:
    """通知と配達."""
    letters = Notice.objects.about(row).prefetch_related("deliveries__postage_paid").order_by("pk")
    data = [letter_line(letter) for letter in letters]
    return card("通知と配達", "notices", data, count=f"{len(data)}通")


def of_customer(customer: Any) -> dict[str, Any]:
    """通知 on the customer card, newest first."""
    rows = (
        Notice.objects.filter(customer__in=customer_cards.family(customer))
        .prefetch_related("deliveries", "subject")
        .order_by("-pk")
    )
    return customer_cards.rows_card(
        "通知", ["通知", "状態", "方法", "対象", "発送"], rows, _cells, customer, empty="通知はまだありません。"
    )


def in_short(customer: Any) -> dict[str, Any]:
    """最後の通知 in the strip."""
    rows = Notice.objects.filter(customer__in=customer_cards.family(customer)).prefetch_related("deliveries")
    letter = rows.order_by("-pk").first()
    if letter is None:
        return fact("最後の通知", "通知はありません")
    ways = "　".join(f"{d.get_channel_display()}：{delivery_words(d)}" for d in letter.deliveries.all())
    left = f"{jday_year(letter.dispatched_at)} 発送　" if letter.dispatched_at else ""
    return fact("最後の通知", label(letter.kind), url=url_of(letter), chip=notice_chip(letter), sub=f"{left}{ways}")


def _cells(letter: Notice) -> list[Any]:
    named = {
        "text": label(letter.kind),
        "url": url_of(letter),
        "strong": True,
        "sub": letter.number or "（確定時に採番）",
    }
    ways = "、".join(f"{d.get_channel_display()}：{delivery_words(d)}" for d in letter.deliveries.all())
    left = jday_year(letter.dispatched_at) if letter.dispatched_at else "—"
    return [
        named,
        {"chip": notice_chip(letter), "text": ""},
        ways,
        {"text": letter.subject.number, "url": url_of(letter.subject)},
        left,
    ]


def letter_line(letter: Notice) -> dict[str, Any]:
    """One letter."""
    deliveries = [] if letter.state in ("cancelled", "void") else [_delivery(d) for d in letter.deliveries.all()]
    return {
        "title": label(letter.kind),
        "number": letter.number,
        "url": url_of(letter),
        "chip": notice_chip(letter),
        "deliveries": deliveries,
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    method = in_words(delivery) or (
        delivery.get_postage_display() if delivery.postage else delivery.get_channel_display()
    )
    detail = "発送の時点の登録と違う宛先です" if delivery.elsewhere else delivery.failure or delivery.tracking_number
    return {
        "method": method,
        "to": delivery.to,
        "chip": delivery_chip(delivery),
        "when": when(delivery),
        "detail": detail,
    }


def when(delivery: Delivery) -> str:
    """The moments of a delivery in one line."""
    parts = []
    if delivery.dispatched_at:
        parts.append(f"{jshort(delivery.dispatched_at)} {'差出し' if delivery.channel == 'post' else '送信'}")
    if delivery.delivered_at:
        parts.append(f"{jshort(delivery.delivered_at)} 配達")
    if delivery.returned_at:
        parts.append(f"{jshort(delivery.returned_at)} {'返戻' if delivery.channel == 'post' else '不達'}")
    if delivery.waived_at and not delivery.delivered_at:
        parts.append(f"{jshort(delivery.waived_at)} 待たないことに決定")
    if not parts and delivery.due_at and delivery.state == "queued":
        parts.append(f"{jshort(delivery.due_at)} 予定")
    return "・".join(parts)


def what_follows(row: Any) -> str:
    """After a verb: when its letter leaves, and until when it can be stopped (Art. 4(2))."""
    waiting = (
        Notice.objects.about(row).pending().prefetch_related("deliveries").order_by("-pk").first() if row.pk else None
    )
    if waiting is None:
        return _of_tracking(row)
    email, post = waiting.email, waiting.post
    told = (
        [f"メールは {jshort(email.due_at)} に送信します。それまでは「送信を取り消す」で止められます。"]
        if email and email.due_at
        else []
    )
    told += ["郵送分は、印刷して差し出した後に「差出しを記録する」で記録してください。"] if post else []
    return "".join(told)


def _of_tracking(row: Any) -> str:
    """The check digit only warns; on the delivery that was just recorded the clock may depend."""
    post = row.post if isinstance(row, Notice) else None
    return tracking_warning(post.tracking_number) if post is not None else ""
