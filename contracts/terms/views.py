"""The pages of the terms: the table of contents, and a page a clause with what runs under it."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from config.desk import clause_cards, clock, timeline
from config.desk.chips import clause_url
from config.desk.pages import Button, buttons, card, verb_url
from config.desk.press import permitted
from config.desk.registry import verb, verbs
from contracts.rules.clauses import HEADINGS, SUMMARIES, ClauseRef
from contracts.terms.models import Clause, Closure, TermsVersion


def version_in_force() -> TermsVersion | None:
    """The version in force today, if any."""
    rows = TermsVersion.objects.filter(effective_from__lte=clock.today()).select_related("parameters", "readings")
    return rows.order_by("-effective_from").first()


@require_GET
def contents(request: HttpRequest) -> HttpResponse:
    """All articles with their headings."""
    version = version_in_force()
    articles = [{"label": ClauseRef.parse(ref).full_label(), "url": clause_url(ref), "ref": ref} for ref in HEADINGS]
    context = admin.site.each_context(request) | {
        "title": "規約・条項", "version": version, "imported": bool(version and version.clauses.exists()), "articles": articles,
        "buttons": _buttons(request, version), "closures": closures_from(clock.today()), "changes": changes_card(version),
        "readings": _readings(version) if version else [], "parameters": _parameters(version) if version else [],
    }  # fmt: skip
    return TemplateResponse(request, "terms/contents.html", context)


def _buttons(request: HttpRequest, version: TermsVersion | None) -> list[Button]:
    """What 法務 may change from here."""
    keys = ("terms.set_readings", "terms.set_parameters")
    on_version = buttons(version, by=request.user, at=clock.now(), keys=keys) if version else []
    return [*on_version, *closure_buttons(request)]


def closure_buttons(request: HttpRequest) -> list[Button]:
    """The way to a new closed day, for those who hold it."""
    closure = verb("terms.add_closure")
    return [Button(label=closure.label, url=verb_url(closure.key))] if permitted(closure, request.user) else []


def closures_from(day: date) -> list[Closure]:
    """The closed days that are still to come."""
    return list(Closure.objects.filter(day__gte=day).order_by("day"))


def changes_card(version: TermsVersion | None) -> dict[str, Any]:
    """Who changed a reading, a length or a closed day, when and why; newest first."""
    parts = [version.readings, version.parameters] if version else []
    told = [_change(made) for part in parts for made in timeline.changes(part)[:-1]]
    told += timeline.entries(Closure.objects.all())
    told.sort(key=lambda entry: entry["when"], reverse=True)
    return card("変更の記録", "timeline", told, count=f"{len(told)}件")


def _change(made: dict[str, Any]) -> dict[str, Any]:
    details = [f"{f['label']}：{f['old']} → {f['new']}" for f in made["fields"]]
    return {**made["entry"], "details": details}


def _readings(version: TermsVersion) -> list[dict[str, str]]:
    fields = [f for f in version.readings._meta.fields if f.choices]
    return [
        {"label": str(f.verbose_name), "value": getattr(version.readings, f"get_{f.name}_display")()} for f in fields
    ]


def _parameters(version: TermsVersion) -> list[dict[str, str]]:
    skipped = ("id", "version", "recorded_at")
    fields = [f for f in version.parameters._meta.fields if f.name not in skipped]
    return [{"label": str(f.verbose_name), "value": str(getattr(version.parameters, f.name))} for f in fields]


@require_GET
def clause(request: HttpRequest, ref: str) -> HttpResponse:
    """The text of a clause, its neighbours, the verbs that cite it, and what runs under it."""
    try:
        parsed = ClauseRef.parse(ref.replace("_", " "))
    except ValueError as problem:
        raise Http404 from problem
    if str(parsed.article_ref()) not in HEADINGS:
        raise Http404
    version = version_in_force()
    context = admin.site.each_context(request) | {
        "title": parsed.full_label(), "ref": str(parsed), "version": version, "lines": _lines(version, parsed),
        "summary": SUMMARIES.get(str(parsed)) or parsed.summary, "verbs": [v for v in verbs() if _touches(v.clause, parsed)],
        "sections": clause_cards.running_under(str(parsed)), "parent": _parent(parsed),
    }  # fmt: skip
    return TemplateResponse(request, "terms/clause.html", context)


def _touches(clause_text: str, here: ClauseRef) -> bool:
    return clause_cards.lies_within(clause_text, str(here))


def _parent(parsed: ClauseRef) -> dict[str, str] | None:
    above = parsed.parent()
    return {"label": above.full_label(), "url": clause_url(str(above))} if above else None


def _lines(version: TermsVersion | None, parsed: ClauseRef) -> list[dict[str, Any]]:
    """The clause and everything within it, as imported."""
    if version is None:
        return []
    rows = Clause.objects.filter(version=version, ref__startswith=str(parsed.article_ref()))
    return [_line(row) for row in rows if row.text and _touches(row.ref, parsed)]


def _line(row: Clause) -> dict[str, Any]:
    ref = ClauseRef.parse(row.ref)
    return {"ref": row.ref, "label": ref.label(), "text": row.text, "item": bool(ref.item)}
