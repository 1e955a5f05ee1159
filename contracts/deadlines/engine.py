"""The registry of deadline kinds, and what stands at `row.<short>`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Model, QuerySet

from config.desk import facts
from contracts.deadlines.models import Deadline
from contracts.terms.readings import Length


def _nothing(*args: Any) -> None:
    """A kind that leaves this moment alone."""


@dataclass(frozen=True, kw_only=True)
class DeadlineKind:
    """What must be done, or may not be done yet, by when, and under which clause ("" for a house policy)."""

    key: str
    label: str
    clause: str
    subject: type[Model]
    nature: Literal["customer_must", "company_must", "not_before", "notify_by"]
    length: Callable[[Any, date], Length]
    also_told: Callable[[Deadline], date | None] = (
        _nothing  # the latest day that other letters name for the same matter
    )
    on_due: Callable[[Any, Deadline, datetime], None] = _nothing
    next_verb: str = ""
    next_for: Callable[[Any], str] | None = None  # the next verb where it depends on where the subject stands
    task: str = ""  # what the home page says is to be done
    held_by: str = ""  # the verb whose holders do this work; the next verb where it is empty
    next_label: str = "内容を開く"  # the button, where the next step is no verb of the reader's
    reminders: tuple[int, ...] = ()
    silent: Callable[[], QuerySet[Any]] | None = None  # the rows on which these clocks ask nobody for work
    opens_power: bool = (
        True  # whether the company may act once a customer's period has run out; never said where it may not
    )


_kinds: dict[str, DeadlineKind] = {}
_retired: dict[str, str] = {}


def register(kind: DeadlineKind) -> DeadlineKind:
    """Add a kind; the same key twice raises ValueError."""
    if kind.key in _kinds or kind.key in _retired:
        raise ValueError(f"deadline kind {kind.key} registered twice")
    _kinds[kind.key] = kind
    return kind


def retired(key: str, label: str) -> None:
    """A kind that is no longer started, but stands in old rows."""
    _retired[key] = label


def kind_of(deadline: Deadline) -> DeadlineKind:
    """The kind of a row."""
    return _kinds[deadline.kind]


def opens_power(key: str) -> bool:
    """Whether a period of this kind that runs out lets the company act."""
    return _kinds[key].opens_power if key in _kinds else True


def named(kind: DeadlineKind | str) -> DeadlineKind:
    """A kind by its key, or the kind itself."""
    return _kinds[kind] if isinstance(kind, str) else kind


def kinds() -> list[DeadlineKind]:
    """All, by key."""
    return [_kinds[key] for key in sorted(_kinds)]


def known_keys() -> set[str]:
    """Every key that may stand in the table."""
    return set(_kinds) | set(_retired)


def used_keys() -> set[str]:
    """Every key that does stand in the table."""
    return set(Deadline.objects.order_by().values_list("kind", flat=True).distinct())


def label(key: str) -> str:
    """The label of a kind, retired ones included."""
    return _kinds[key].label if key in _kinds else _retired.get(key, key)


def resolve(row: Model, name: str) -> Any:
    """`row.<short>`: the latest deadline of the kind on the row, whatever its state."""
    matching = [key for key in known_keys() if key.rpartition(".")[2] == name]
    if not matching:
        return facts.MISSING
    found = Deadline.objects.about(row).filter(kind__in=matching).order_by("-pk").first()
    room = {type(row)} & {_kinds[key].subject for key in matching if key in _kinds}
    return found if found is not None or room else facts.MISSING


def dump(row: Model) -> Mapping[str, Any]:
    """The latest deadline of each kind on the row."""
    return {d.kind.rpartition(".")[2]: d.facts() for d in Deadline.objects.about(row).order_by("pk")}
