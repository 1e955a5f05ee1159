"""What engines add to the page of any row: cards at its side, lines of its timeline, verbs that begin at it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model

from config.desk import quick
from config.desk.pages import Button
from config.desk.press import permitted
from config.desk.registry import verb

Card = dict[str, Any]
Begin = Callable[[Any], dict[str, str] | None]
_cards: list[tuple[int, Callable[[Any], Card | None]]] = []
_hanging: list[Callable[[Any], Iterable[Model]]] = []
_acts: list[tuple[str, Begin]] = []


def register(rank: int, call: Callable[[Any], Card | None]) -> None:
    """An engine shows what it holds of a row (None: nothing of this row); the lowest rank stands first."""
    _cards.append((rank, call))


def hangs_on(call: Callable[[Any], Iterable[Model]]) -> None:
    """An engine names its rows whose history belongs to the row's timeline."""
    _hanging.append(call)


def act(verb_key: str, begin: Begin) -> None:
    """A verb on no row that may begin at a row: `begin` says what its form finds filled in (None: not at this row)."""
    _acts.append((verb_key, begin))


def for_row(row: Model) -> list[Card]:
    """The cards of all engines."""
    ranked = sorted(_cards, key=lambda source: source[0])
    return [made for _, call in ranked if (made := call(row)) is not None]


def hanging_on(row: Model) -> list[Model]:
    """The rows of all engines."""
    return [found for call in _hanging for found in call(row)]


def acts(row: Model, by: Any, *, home: bool = False) -> list[Button]:
    """What the user may begin at this row, as buttons, in the order in which the engines named it."""
    held = [(verb(key), begin(row)) for key, begin in _acts if permitted(verb(key), by)]
    return [quick.button(v, given, row, home=home) for v, given in held if given is not None]
