"""The pages of the terms: the contents with what 法務 set, a page a clause with what runs under it, files of individual terms."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_safe

from config.desk import clock, timeline
from config.desk.chips import clause_url
from config.desk.pages import Button, buttons, card, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from contracts.incoming import storage
from contracts.rules.clauses import HEADINGS, ClauseRef
from contracts.terms import cards, clause_page
from contracts.terms.models import Closure, IndividualTerms, TermsVersion


def version_in_force() -> TermsVersion | None:
    """The version in force today, if any."""
    return TermsVersion.objects.filter(effective_from__lte=clock.today()).order_by("-effective_from").first()


@require_GET
def contents(request: HttpRequest) -> HttpResponse:
    """All articles with their headings."""
    version = version_in_force()
    articles = [{"label": ClauseRef.parse(ref).full_label(), "url": clause_url(ref), "ref": ref} for ref in HEADINGS]
    context = admin.site.each_context(request) | {
        "title": "規約・条項", "version": version, "imported": bool(version and version.clauses.exists()), "articles": articles,
        "buttons": _buttons(request, version), "closures": closures_from(clock.today()), "changes": changes_card(version),
        "tables": [*(cards.values_cards(version, clock.today()) if version else []), cards.individual_card(clock.today())],
    }  # fmt: skip
    return TemplateResponse(request, "terms/contents.html", context)


def _buttons(request: HttpRequest, version: TermsVersion | None) -> list[Button]:
    """What 法務 may change from here."""
    keys = ("terms.set_readings", "terms.set_parameters")
    on_version = buttons(version, by=request.user, at=clock.now(), keys=keys) if version else []
    return [
        *on_version,
        *_new(request, "terms.add_closure"),
        *_new(request, "terms.add_individual_terms"),
        *_new(request, "terms.annotate"),
    ]


def _new(request: HttpRequest, key: str) -> list[Button]:
    """The way to a new row, for those who hold the verb."""
    held = verb(key)
    return [Button(label=held.label, url=verb_url(held.key))] if permitted(held, request.user) else []


def closures_from(day: date) -> list[Closure]:
    """The closed days that are still to come."""
    return list(Closure.objects.filter(day__gte=day).order_by("day"))


def changes_card(version: TermsVersion | None) -> dict[str, Any]:
    """Who changed a reading, a length, a closed day or individual terms, when and why; newest first."""
    rows: list[Any] = [
        *(version.values.all() if version else []),
        *Closure.objects.all(),
        *IndividualTerms.objects.all()[:50],
    ]
    told = timeline.entries(rows)
    return card("変更の記録", "timeline", told, count=f"{len(told)}件")


@require_GET
def clause(request: HttpRequest, ref: str) -> HttpResponse:
    """The text of a clause, its neighbours, the verbs that cite it, and what runs under it."""
    try:
        parsed = ClauseRef.parse(ref.replace("_", " "))
    except ValueError as problem:
        raise Http404 from problem
    if str(parsed.article_ref()) not in HEADINGS:
        raise Http404
    context = admin.site.each_context(request) | clause_page.context(version_in_force(), parsed, request.user)
    return TemplateResponse(request, "terms/clause.html", context)


@require_safe
def individual_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The very bytes of individual terms; what is no longer the same is not handed out."""
    if not request.user.has_perm("terms.view_individualterms"):
        raise PermissionDenied
    terms = get_object_or_404(IndividualTerms, pk=pk)
    data = storage.kept(terms.sha256)
    if data is None:
        text = (
            f"「{terms.file_name}」は、失われたか、登録したときの内容と違います。システムの担当者に知らせてください。"
        )
        messages.error(request, text)
        return redirect(url_of(terms))
    response = HttpResponse(data, content_type=terms.media_type)
    response["Content-Disposition"] = content_disposition_header(True, terms.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
