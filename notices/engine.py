"""The registry of letter kinds, and what stands under `row.notices`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Model

from config.desk import facts
from config.desk.refusal import Refused
from notices.models import Delivery, Notice
from notices.rendering.wording import Material, Slot, Wording


def _nothing(*args: Any) -> None:
    """A kind that leaves this moment alone."""


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """A kind of letter. `material` is a pure read; the handlers write rows only and are idempotent.

    Its text is data: `wording` is the one that ships, `slots` what any wording of it may hold, `material` their values for
    one case; legal may put another wording in force (notices/wording). `phrases` holds what several kinds share.
    """

    key: str
    label: str
    clause: str
    subject: type[Model]
    channels: tuple[str, ...] = ("email", "post")
    effective: Literal["first", "all"] = "first"
    wording: Wording
    slots: tuple[Slot, ...]
    material: Callable[[Any, Mapping[str, Any], date], Material]
    free_paragraph: bool = False  # staff may add stock paragraphs and one of their own
    attach_pdf: bool = False  # the e-mail carries the letter as PDF
    still_stands: Callable[[Any, Notice, datetime], str | None] = lambda subject, notice, at: None
    on_dispatched: Callable[[Any, Notice, datetime], None] = _nothing
    on_cancelled: Callable[[Any, Notice, str], None] = _nothing
    on_delivery: Callable[[Any, Delivery], None] | None = None
    on_failed: Callable[[Any, Delivery], None] = _nothing  # refused before it left; it may be sent again
    stop_why_not: Callable[[Any, Notice, Any, datetime], Refused | None] = lambda subject, notice, by, at: None
    mend_why_not: Callable[[Any, Notice], Refused | None] = lambda subject, notice: (
        None
    )  # so much rests on its dispatch
    on_replaced: Callable[[Any, Notice, Notice], None] = _nothing  # dated anew before it left: (subject, old, new)
    keeps_address: bool = False  # meant for the address that was registered when it was ordered, also if that changes
    resend_verb: str = ""  # what sends it anew, by another way, after a return or a bounce


_kinds: dict[str, NoticeKind] = {}
_retired: dict[str, str] = {}
Listener = Callable[[Delivery], None]
listeners: list[Listener] = []  # rooms above that follow every delivery (the clocks)


def register(kind: NoticeKind) -> NoticeKind:
    """Add a kind; the same key twice raises ValueError."""
    if kind.key in _kinds or kind.key in _retired:
        raise ValueError(f"notice kind {kind.key} registered twice")
    _kinds[kind.key] = kind
    return kind


def retired(key: str, label: str) -> None:
    """A kind that is no longer ordered, but stands in old rows."""
    _retired[key] = label


def kind_of(notice: Notice) -> NoticeKind:
    """The kind of a row."""
    return _kinds[notice.kind]


def named(kind: NoticeKind | str) -> NoticeKind:
    """A kind by its key, or the kind itself."""
    return _kinds[kind] if isinstance(kind, str) else kind


def kinds() -> list[NoticeKind]:
    """All, by key."""
    return [_kinds[key] for key in sorted(_kinds)]


def known_keys() -> set[str]:
    """Every key that may stand in the table."""
    return set(_kinds) | set(_retired)


def used_keys() -> set[str]:
    """Every key that does stand in the table."""
    return set(Notice.objects.order_by().values_list("kind", flat=True).distinct())


def label(key: str) -> str:
    """The label of a kind, retired ones included."""
    return _kinds[key].label if key in _kinds else _retired.get(key, key)


class Namespace:
    """`row.notices.<short>`: the latest letter of that kind on the row."""

    def __init__(self, row: Model) -> None:
        self.row = row

    def resolve_fact(self, short: str) -> Notice | None:
        """The latest of the kind, or None."""
        matching = [key for key in known_keys() if key.rpartition(".")[2] == short]
        if not matching:
            raise facts.NoSuchPath(f"notices.{short}")
        return Notice.objects.about(self.row).filter(kind__in=matching).order_by("-pk").first()


def resolve(row: Model, name: str) -> Any:
    """What the desk finds under a row by this name."""
    return Namespace(row) if name == "notices" else facts.MISSING


def dump(row: Model) -> Mapping[str, Any]:
    """The latest letter of each kind on the row, with its deliveries."""
    latest: dict[str, Any] = {}
    for notice in Notice.objects.about(row).prefetch_related("deliveries").order_by("pk"):
        deliveries = {d.channel: d.facts() for d in notice.deliveries.all()}
        latest[notice.kind.rpartition(".")[2]] = notice.facts() | deliveries
    return {"notices": latest} if latest else {}
