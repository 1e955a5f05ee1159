"""The clause beside a page: the official text where it was imported, our own words (要旨) where not."""

from collections.abc import Callable
from datetime import date
from typing import Any

from config.desk.chips import clause_url
from contracts.rules.clauses import SUMMARIES, ClauseRef

_text: list[Callable[[str, date], tuple[str, str]]] = []


def texts(call: Callable[[str, date], tuple[str, str]]) -> None:
    """The room of the terms gives (text, label of the version) of a clause on a day."""
    _text.append(call)


_notes: list[Callable[[str, date], list[dict[str, Any]]]] = []


def notes(call: Callable[[str, date], list[dict[str, Any]]]) -> None:
    """The room of the terms gives what 法務 notes on a clause on a day: kind, text, clause, by, url."""
    _notes.append(call)


def clause_card(ref: str, on: date) -> dict[str, Any] | None:
    """For templates/desk/clause_card.html; nothing where a page rests on no clause."""
    if not ref:
        return None
    parsed = ClauseRef.parse(ref)
    text, version = next((call(ref, on) for call in _text), ("", ""))
    return {
        "ref": ref,
        "heading_label": parsed.full_label(),
        "text": text or SUMMARIES.get(ref) or parsed.summary,
        "is_summary": not text,
        "version_label": version,
        "notes": [note for call in _notes for note in call(ref, on)],
        "links": [{"label": "条文の全体", "url": clause_url(str(parsed.article_ref()))}],
    }


Running = Callable[[str], dict[str, Any] | None]
_running: list[Running] = []


def running(call: Running) -> None:
    """An engine shows, as a card, what runs under a clause (or within it)."""
    _running.append(call)


def running_under(ref: str) -> list[dict[str, Any]]:
    """The cards of all engines for this clause."""
    return [card for call in _running if (card := call(ref))]


def lies_within(clause: str, ref: str) -> bool:
    """Whether a clause is this one or a part of it."""
    if not clause:
        return False
    inner, outer = ClauseRef.parse(clause), ClauseRef.parse(ref)
    return inner == outer or outer in inner.ancestors()
