"""What 法務 set, as tables: each value with the day from which it is in force, who set it, when and why; individual terms."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from config.desk import clock
from config.desk.chips import Chip, state_chip
from config.desk.jst import jday_year, jmoment
from config.desk.pages import card, url_of
from contracts.terms.models import DatedValue, IndividualTerms, TermsVersion
from contracts.terms.values import Value, in_words, lengths, readings

COLUMNS = ["項目", "値", "適用開始", "登録", "理由"]
NOW, COMING, PAST = state_chip("running", "適用中"), state_chip("draft", "適用前"), state_chip("closed", "以前の値")


def values_cards(version: TermsVersion, today: date) -> list[dict[str, Any]]:
    """期間などの値 and 読み方 of a version: in force today, coming, and former; the default is marked."""
    dated = list(version.values.select_related("set_by").order_by("-in_force_from", "-pk"))
    now = DatedValue.objects.in_force(version, today)
    lists = (("期間などの値", lengths()), ("読み方", [v for v in readings() if not v.individual_only]))
    sub = "進行中のものは、開始時の値と読み方のままです"
    return [card(title, "table", _table(shown, dated, now, version), sub=sub) for title, shown in lists]


def values_table(version: TermsVersion, shown: Iterable[Value], today: date) -> dict[str, Any]:
    """The same of a few values: columns and rows."""
    dated = list(version.values.select_related("set_by").order_by("-in_force_from", "-pk"))
    return _table(shown, dated, DatedValue.objects.in_force(version, today), version)


def _table(
    shown: Iterable[Value], dated: list[DatedValue], now: dict[str, DatedValue], version: TermsVersion
) -> dict[str, Any]:
    return {"columns": COLUMNS, "rows": [row for value in shown for row in _rows_of(value, dated, now, version)]}


def _rows_of(
    value: Value, dated: list[DatedValue], now: dict[str, DatedValue], version: TermsVersion
) -> list[list[Any]]:
    """A line a change, newest first; the default, which nobody set, at the end."""
    name = {
        "text": value.label,
        "strong": True,
        "clause": value.clause,
        "sub": "" if value.used else "使う手続は、まだありません",
    }
    own = [row for row in dated if row.key == value.key]
    current = now.get(value.key)
    told = [_change_cells(row, _chip(row, current)) for row in own]
    first = [{"text": value.words(value.default), "sub": "既定", "chip": _of_default(bool(own), current)},
             jday_year(version.effective_from), "—", "—"]  # fmt: skip
    return [[name if n == 0 else {"text": "", "sub": value.label}, *cells] for n, cells in enumerate([*told, first])]


def _of_default(changed: bool, current: DatedValue | None) -> Chip | None:
    """Where nothing else was ever set, no chip: the default goes without saying."""
    return (PAST if current else NOW) if changed else None


def _chip(row: DatedValue, current: DatedValue | None) -> Chip:
    """Of two for one day the later one counts; what lies between today and a coming day is former."""
    if row == current:
        return NOW
    coming = row.in_force_from > clock.today()
    return COMING if coming else PAST


def _change_cells(row: DatedValue, chip: Chip) -> list[Any]:
    who = {"text": str(row.set_by) if row.set_by else "—", "sub": jmoment(row.set_at)}
    return [{"chip": chip, "text": row.words}, jday_year(row.in_force_from), who, row.why or "—"]


def individual_chip(terms: IndividualTerms, today: date) -> Chip:
    """Whether they apply today."""
    if terms.ends_from is not None and terms.ends_from <= max(today, terms.in_force_from):
        return state_chip("closed", "終了")
    return state_chip("running", "適用中") if terms.in_force_from <= today else state_chip("draft", "適用前")


def individual_cells(terms: IndividualTerms) -> list[Any]:
    """個別規約, state, what they set, from when until when."""
    return [
        {"text": terms.number, "url": url_of(terms), "strong": True, "sub": terms.title},
        {"chip": individual_chip(terms, clock.today()), "text": ""},
        "、".join(in_words(terms.values)),
        {"text": f"{jday_year(terms.in_force_from)}から", "sub": until(terms)},
    ]


def until(terms: IndividualTerms) -> str:
    """…から適用しない, where an end was set."""
    return f"{jday_year(terms.ends_from)}からは適用しません" if terms.ends_from else ""


def individual_card(today: date) -> dict[str, Any]:
    """The individual terms that apply, or will."""
    rows = [[*individual_cells(t)[:1], t.party, *individual_cells(t)[1:]] for t in _not_over(today)]
    return card(
        "個別規約", "table", {"columns": ["個別規約", "対象", "状態", "定める内容", "適用"], "rows": rows}, count=f"{len(rows)}件",
        empty="適用中の個別規約はありません。", sub="定めた項目は、規約に優先します（第1条第3項）",
    )  # fmt: skip


def _not_over(today: date) -> list[IndividualTerms]:
    return list(IndividualTerms.objects.not_over(today).select_related("customer")[:50])
