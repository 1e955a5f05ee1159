"""Who acts in whose place. The desk asks; the room that keeps the deputies answers (it registers itself here).

A stand-in holds what the other person holds by themself, for verbs that may be pressed by a deputy (`Verb.by_deputy`), on
the days named and not a moment longer. No chains: what somebody holds as a deputy is not handed on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from config.desk.clock import jst_day
from config.desk.step import current


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """In whose place, through which JST day, and which verbs that person holds by themself."""

    person: Any
    last_day: date
    holds: frozenset[str]


_finders: list[Callable[[Any, datetime], list[StandIn]]] = []
_reasons: list[Callable[[Any, datetime, str], str]] = []


def register(find: Callable[[Any, datetime], list[StandIn]], why_no_more: Callable[[Any, datetime, str], str]) -> None:
    """Who is stood for at a moment; and, in a sentence, why somebody who stood in for a verb does so no more ("" : never did)."""
    _finders.append(find)
    _reasons.append(why_no_more)


def of(by: Any, at: datetime, *, fresh: bool = False) -> list[StandIn]:
    """All in whose place this person acts at `at`. Kept on the user while a page is made, asked anew inside a step."""
    if getattr(by, "pk", None) is None or not by.is_active:
        return []
    if fresh or current() is not None:
        return [found for find in _finders for found in find(by, at)]
    kept: dict[date, list[StandIn]] = by.__dict__.setdefault("_stands_in", {})
    if jst_day(at) not in kept:
        kept[jst_day(at)] = [found for find in _finders for found in find(by, at)]
    return kept[jst_day(at)]


def people(by: Any, key: str, at: datetime, *, fresh: bool = False) -> list[Any]:
    """Those of them who hold the verb by themselves, in the order in which they named this deputy."""
    return [one.person for one in of(by, at, fresh=fresh) if key in one.holds]


def why_no_more(by: Any, at: datetime, key: str) -> str:
    """Why a former deputy may not press the verb any more; "" for who never stood in."""
    if getattr(by, "pk", None) is None:
        return ""
    return next((why for reason in _reasons if (why := reason(by, at, key))), "")
