"""Where a line of the register may lead on to: rooms above name verbs that wait for just such a thing."""

from collections.abc import Callable, Iterable

from config.desk.refusal import Lead
from contracts.incoming.models import Incoming

_calls: list[Callable[[Incoming], Iterable[Lead]]] = []


def register(call: Callable[[Incoming], Iterable[Lead]]) -> None:
    """A room says which of its verbs a line may be the ground of."""
    _calls.append(call)


def of(entered: Incoming) -> list[Lead]:
    """What this line may be the ground of."""
    return [lead for call in _calls for lead in call(entered)]
