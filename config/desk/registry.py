"""The registry of verbs: whatever changes legal state is named here, with its clause, its roles and its form."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Model
from django.forms import Form

from config.desk.refusal import Refused

ROLES = ("受付", "契約", "請求", "サポート", "承認", "法務", "管理")


@dataclass(frozen=True, kw_only=True)
class PreviewDate:
    """A computed date, shown large: what it is, its value in words, and where it comes from."""

    label: str
    value: str
    weekday: str = ""
    note: str = ""
    stamp: date | datetime | None = None  # the day or moment itself, for machines and tests


@dataclass(frozen=True, kw_only=True)
class OtherReading:
    """What another reading of the terms would give, shown beside ours."""

    label: str
    dates: tuple[PreviewDate, ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a verb would bring about: dates with their reasoning, the letter, warnings. Made without writing."""

    title: str = "計算した日付"
    dates: tuple[PreviewDate, ...] = ()
    steps: tuple[Any, ...] = ()
    others: tuple[OtherReading, ...] = ()
    letter_html: str = ""
    letter_note: str = ""
    messages: tuple[tuple[str, str], ...] = ()  # tone, text
    consequences: tuple[str, ...] = ()
    consequences_title: str = "確定すると起こること"
    fills: tuple[tuple[str, str], ...] = ()  # field and value: put in where the person has left it empty


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One transition. `why_not` is the button's state and sentence; `run` acts on the locked row."""

    key: str
    label: str
    clause: str
    roles: frozenset[str]
    subject: type[Model] | None
    form: type[Form] | Callable[[Any], type[Form]]
    why_not: Callable[..., Refused | None]
    run: Callable[..., Model]
    preview: Callable[..., Preview] | None = None
    initial: Callable[[Any, datetime], dict[str, Any]] = field(
        default=lambda row, at: {}
    )  # what the page fills in beforehand
    style: Literal["primary", "plain", "red"] = "plain"
    irreversible: bool = False
    folded: bool = False  # rarely the next step: under その他の手続 where a page has many buttons
    consequence: tuple[str, str] = ("確定すると、記録に残ります。", "取り消すときは、理由を付けた別の手続になります。")
    applies: Callable[[Any], bool] = field(
        default=lambda row: True
    )  # whether the button belongs on the row's page at all
    by_deputy: bool = (
        False  # whether a deputy presses it in the place of somebody who holds it (architecture: deputies act from–to)
    )
    told: Callable[[Any], list[dict[str, str]]] | None = None  # (row): notes above the form
    beside: Callable[[Any], list[dict[str, Any]]] | None = (
        None  # (row): cards of what is to be weighed, beside the form
    )
    holder: Callable[[Any], str] | None = None  # for verbs whose role depends on the row (decisions.edit)

    @property
    def proposes(self) -> bool:
        """Whether what follows comes only with another person's approval: `propose_…`, and the change of a proposal."""
        short = self.key.rpartition(".")[2]
        return short.startswith("propose_") or self.key == "decisions.edit"

    def form_class(self, row: Model | None) -> type[Form]:
        """The form for this row."""
        return self.form if isinstance(self.form, type) else self.form(row)


_verbs: dict[str, Verb] = {}


def register(verb: Verb) -> Verb:
    """Add a verb. The same key twice, or an unknown role, is a mistake of ours: ValueError."""
    if verb.key in _verbs:
        raise ValueError(f"verb {verb.key} registered twice")
    if unknown := verb.roles - set(ROLES):
        raise ValueError(f"verb {verb.key}: unknown roles {unknown}")
    _verbs[verb.key] = verb
    return verb


def verb(key: str) -> Verb:
    """The verb of this key, or KeyError."""
    return _verbs[key]


def verbs() -> Iterable[Verb]:
    """All verbs in the order of their keys."""
    return [_verbs[key] for key in sorted(_verbs)]


def verbs_for(row: Model) -> list[Verb]:
    """The verbs whose buttons belong on this row's page, in the order in which the room registered them."""
    return [v for v in _verbs.values() if v.subject is not None and isinstance(row, v.subject) and v.applies(row)]


def never_refused(row: Any, *, by: Any, at: datetime) -> None:
    """`why_not` of a verb that is always open to those who hold it."""
