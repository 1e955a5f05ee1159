"""The page of a clause: its text, its faults, what 法務 notes and sets, what runs under it, and the verbs that stand on it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch

from config.desk import clause_cards, clock, kinds_index
from config.desk.chips import clause_url, state_chip
from config.desk.clause_cards import lies_within
from config.desk.jst import jday_year, jmoment
from config.desk.pages import card, list_url, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import ROLES, Verb, verbs
from contracts.rules.clauses import SUMMARIES, ClauseRef
from contracts.terms import annotation_cards, cards
from contracts.terms.faults import Fault
from contracts.terms.models import Clause, DatedValue, IndividualTerms, TermsVersion
from contracts.terms.reference_report import Report, report_on
from contracts.terms.values import VALUES, Value


def context(version: TermsVersion | None, here: ClauseRef, by: Any) -> dict[str, Any]:
    """All that the template shows, but for the frame of the admin."""
    ref, report = str(here), report_on(version)
    parent, running = here.parent(), _running(ref, by)
    return {
        "title": here.full_label(), "ref": ref, "version": version, "lines": lines(version, here),
        "summary": SUMMARIES.get(ref) or here.summary, "verbs": [_verb(v, by) for v in verbs() if lies_within(v.clause, ref)],
        "sections": [
            *_faults(report, ref), *_notes(ref, by), *_values(version, ref), *running,
        ],
        "running": running, "kinds": _kinds(ref), "pointers": _pointers(report, ref), "versions": _versions(ref),
        "parent": {"label": parent.full_label(), "url": clause_url(str(parent))} if parent else None,
        "buttons": annotation_cards.begin(by, ref),
    }  # fmt: skip


def lines(version: TermsVersion | None, here: ClauseRef) -> list[dict[str, Any]]:
    """The clause and everything within it, as imported."""
    if version is None:
        return []
    rows = Clause.objects.filter(version=version, ref__startswith=str(here.article_ref()))
    return [_line(row) for row in rows if row.text and lies_within(row.ref, str(here))]


def _line(row: Clause) -> dict[str, Any]:
    ref = ClauseRef.parse(row.ref)
    return {"ref": row.ref, "label": ref.label(), "text": row.text, "item": bool(ref.item)}


def _verb(held: Verb, by: Any) -> dict[str, Any]:
    """Where it begins: its own page, or the list of the rows on which it is pressed."""
    url = ""
    if held.subject is None and permitted(held, by):
        url = verb_url(held.key)
    elif held.subject is not None:
        url = _list_url(held.subject)
    who = "・".join(role for role in ROLES if role in held.roles)
    on = f"{held.subject._meta.verbose_name}の画面から" if held.subject is not None else ""
    return {"label": held.label, "clause": held.clause, "url": url, "who": who, "on": on}


def _list_url(model: Any) -> str:
    try:
        return list_url(model)
    except NoReverseMatch:
        return ""


def _kinds(ref: str) -> list[dict[str, str]]:
    """What letters, periods and decisions rest on the clause."""
    return [
        {"engine": engine.name, "label": kind.label, "clause": kind.clause}
        for engine in kinds_index.engines()
        for kind in engine.kinds()
        if lies_within(kind.clause, ref)
    ]


# --- faults and references --------------------------------------------------------------------------------------------


def concerns(fault: Fault, ref: str) -> bool:
    """Whether the fault lies in the clause, or the clause in what is faulty."""
    return any(lies_within(clause, ref) or lies_within(ref, clause) for clause in fault.clauses)


def fault_cells(fault: Fault) -> list[Any]:
    """不備, what is wrong, what the software does."""
    first, *others = fault.clauses
    also = "、".join(ClauseRef.parse(ref).label() for ref in others)
    return [
        {"text": fault.label, "strong": True, "clause": first, "sub": f"{also}も" if also else ""},
        fault.wrong,
        fault.instead,
    ]


FAULT_COLUMNS = ["不備", "どこが合わないか", "この仕組みの扱い"]


def sees_cases(by: Any) -> bool:
    """管理 keeps staff and settings, no cases; nor does anybody without a role see any."""
    return bool(by.has_perm("deadlines.view_deadline"))


def _running(ref: str, by: Any) -> list[dict[str, Any]]:
    """What runs under the clause, each card with a name to jump to."""
    found = clause_cards.running_under(ref) if sees_cases(by) else []
    return [card | {"key": f"running-{place}"} for place, card in enumerate(found)]


def _notes(ref: str, by: Any) -> list[dict[str, Any]]:
    return annotation_cards.of_clause(ref) if by.has_perm("terms.view_annotation") else []


def _faults(report: Report | None, ref: str) -> list[dict[str, Any]]:
    """公表された規約の不備: shown, not mended; nothing where the version has none here."""
    found = [fault for fault in report.faults if concerns(fault, ref)] if report else []
    rows = [fault_cells(fault) for fault in found]
    sub = "本文は公表されたままです。直していません"
    return (
        [
            card(
                "公表された規約の不備",
                "table",
                {"columns": FAULT_COLUMNS, "rows": rows},
                count=f"{len(rows)}件",
                sub=sub,
            )
        ]
        if rows
        else []
    )


def _pointers(report: Report | None, ref: str) -> dict[str, list[str]]:
    """What the clause refers to, and what refers to it, by their clauses."""
    there = report.lines if report else ()
    to = [target for line in there if lies_within(line.reference.source, ref) for target in line.reference.targets]
    back = [
        line.reference.source for line in there if any(lies_within(target, ref) for target in line.reference.targets)
    ]
    outside = (one for one in back if not lies_within(one, ref))
    return {"to": _in_order(one for one in to if not lies_within(one, ref)), "back": _in_order(outside)}


def _in_order(refs: Iterable[str]) -> list[str]:
    return [str(ref) for ref in sorted({ClauseRef.parse(one) for one in refs})][:20]


# --- values and readings ----------------------------------------------------------------------------------------------


def _values(version: TermsVersion | None, ref: str) -> list[dict[str, Any]]:
    """値と読み方 of the clause: in force since when, by whom, why; former ones, those of other versions, individual terms."""
    chosen = [value for value in VALUES if lies_within(value.clause, ref) or lies_within(ref, value.clause)]
    if version is None or not chosen:
        return []
    table = cards.values_table(version, chosen, clock.today())
    table["rows"] += _of_other_versions(version, chosen)
    return [
        card(
            "値と読み方",
            "table",
            table,
            sub=_otherwise(chosen, clock.today()) or "進行中のものは、開始時の値と読み方のままです",
        )
    ]


def _of_other_versions(version: TermsVersion, chosen: list[Value]) -> list[list[Any]]:
    rows = DatedValue.objects.filter(key__in=[value.key for value in chosen]).exclude(version=version)
    closed = state_chip("closed", "ほかの版")
    return [
        [
            {"text": row.setting.label, "strong": True, "sub": row.version.label},
            {"chip": closed, "text": row.words},
            jday_year(row.in_force_from),
            {"text": str(row.set_by or "—"), "sub": jmoment(row.set_at)},
            row.why or "—",
        ]
        for row in rows.select_related("version", "set_by").order_by("-in_force_from", "-pk")[:20]
    ]


def _otherwise(chosen: list[Value], today: date) -> str:
    """How many individual terms set one of them otherwise."""
    own = Q()
    for value in chosen:
        own |= Q(values__has_key=value.key)
    count = IndividualTerms.objects.in_force(today).filter(own).count()
    return f"個別規約で別に定めたもの {count}件（個別規約が優先します。第1条第3項）" if count else ""


def _versions(ref: str) -> list[dict[str, str]]:
    """The versions that have the clause, newest first; whether its text is as in the one before. Nothing where there is one alone."""
    rows = list(Clause.objects.filter(ref=ref).select_related("version").order_by("-version__effective_from")[:10])
    if len(rows) < 2:
        return []
    before = [*(row.text for row in rows[1:]), None]
    return [
        {
            "label": row.version.label,
            "url": url_of(row.version),
            "sub": f"{jday_year(row.version.effective_from)}から"
            + ("" if old is None else "　変更なし" if old == row.text else "　変更あり"),
        }
        for row, old in zip(rows, before, strict=True)
    ]
