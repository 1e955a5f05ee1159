"""The state of a letter or a delivery as a chip; a bounce and a 返戻 read differently."""

from typing import Any

from config.desk.chips import Chip, state_chip
from notices.models import Delivery, Notice

NOTICE = {
    "ordered": "draft",
    "numbered": "running",
    "final": "running",
    "dispatched": "done",
    "cancelled": "withdrawn",
    "void": "failed",
}
DELIVERY = {
    "queued": "running", "in_flight": "undeliverable", "dispatched": "done", "delivered": "done", "returned": "returned", "failed": "failed",
    "cancelled": "withdrawn",
}  # fmt: skip


def notice_chip(notice: Notice) -> Chip:
    """Where the letter stands."""
    tone: Any = NOTICE[notice.state]
    return state_chip(tone, notice.get_state_display())


TROUBLE = ("in_flight", "failed", "returned")  # the worst first: nobody knows, nothing left, it came back


def truth_chips(notice: Notice) -> list[Chip]:
    """Where the letter stands in truth: what went wrong on its ways comes before 発送済. One query less if prefetched."""
    if notice.state not in (Notice.State.FINAL, Notice.State.DISPATCHED):
        return [notice_chip(notice)]
    wrong = sorted((d for d in notice.deliveries.all() if d.state in TROUBLE), key=lambda d: TROUBLE.index(d.state))
    return [delivery_chip(d) for d in wrong] or [notice_chip(notice)]


def delivery_chip(delivery: Delivery) -> Chip:
    """Where this way of the letter stands."""
    tone: Any = DELIVERY[delivery.state]
    return state_chip(tone, delivery_words(delivery))


def delivery_words(delivery: Delivery) -> str:
    """The word on the chip."""
    if delivery.channel == "email":
        words = {"queued": "送信待ち", "in_flight": "送信中で中断", "dispatched": "送信済", "returned": "不達"}
    else:
        words = {"queued": "差出し待ち", "dispatched": "差出し済"}
    return words.get(delivery.state, delivery.get_state_display())
