"""The registry of decision kinds, and what stands under `row.decisions`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.forms import Form

from config.desk import facts
from config.desk.refusal import Refused
from contracts.decisions.models import Decision


@dataclass(frozen=True, kw_only=True)
class DecisionKind:
    """What is decided, on which clause, and what follows. `take_back` recalls the ordered letter or raises Refused."""

    key: str
    label: str
    clause: str
    subject: type[Model]
    proposal: type[Form]
    propose_verb: str
    why_not: Callable[..., Refused | None]  # (subject, fields, by, at)
    carry_out: Callable[[Any, Decision, datetime], None]
    take_back: Callable[..., None]  # (subject, decision, by, at)
    four_eyes: bool = True
    on_closed: Callable[[Any, Decision], None] = lambda subject, decision: None  # withdrawn, or ended without effect
    preview: Callable[..., Any] | None = None  # (subject, fields, at) → Preview
    checks: Callable[..., list[tuple[bool | None, str, str]]] | None = None  # (subject, fields, at)
    warning: str = "承認すると、取り消せません。"
    until_when: str = "承認の後に止められるのは、発送の前までです。"  # how long it can still be stopped
    completed: Callable[[Any, Mapping[str, Any]], dict[str, Any]] | None = (
        None  # (subject, fields): what is kept, with what was left out
    )
    edits: Callable[..., type[Form]] | None = None  # (subject, form): the proposal's form as far as this row needs it
    on_objection_upheld: Callable[..., None] | None = None  # (subject, objection, at): undoes what was decided


_kinds: dict[str, DecisionKind] = {}
_retired: dict[str, str] = {}


def register(kind: DecisionKind) -> DecisionKind:
    """Add a kind; the same key twice raises ValueError."""
    if kind.key in _kinds or kind.key in _retired:
        raise ValueError(f"decision kind {kind.key} registered twice")
    _kinds[kind.key] = kind
    return kind


def retired(key: str, label: str) -> None:
    """A kind that is no longer proposed, but stands in old rows."""
    _retired[key] = label


def kind_of(decision: Decision) -> DecisionKind:
    """The kind of a row."""
    return _kinds[decision.kind]


def named(kind: DecisionKind | str) -> DecisionKind:
    """A kind by its key, or the kind itself."""
    return _kinds[kind] if isinstance(kind, str) else kind


def kinds() -> list[DecisionKind]:
    """All, by key."""
    return [_kinds[key] for key in sorted(_kinds)]


def known_keys() -> set[str]:
    """Every key that may stand in the table."""
    return set(_kinds) | set(_retired)


def used_keys() -> set[str]:
    """Every key that does stand in the table."""
    return set(Decision.objects.order_by().values_list("kind", flat=True).distinct())


def label(key: str) -> str:
    """The label of a kind, retired ones included."""
    return _kinds[key].label if key in _kinds else _retired.get(key, key)


class Namespace:
    """`row.decisions.<short>`: the latest decision of that kind on the row."""

    def __init__(self, row: Model) -> None:
        self.row = row

    def resolve_fact(self, short: str) -> Decision | None:
        """The latest of the kind, or None."""
        matching = [key for key in known_keys() if key.rpartition(".")[2] == short]
        if not matching:
            raise facts.NoSuchPath(f"decisions.{short}")
        return Decision.objects.about(self.row).filter(kind__in=matching).order_by("-pk").first()


def resolve(row: Model, name: str) -> Any:
    """What the desk finds under a row by this name."""
    return Namespace(row) if name == "decisions" else facts.MISSING


def dump(row: Model) -> Mapping[str, Any]:
    """The latest decision of each kind on the row."""
    latest: dict[str, Any] = {}
    for decision in Decision.objects.about(row).order_by("pk"):
        latest[decision.kind.rpartition(".")[2]] = decision.facts()
    return {"decisions": latest} if latest else {}
