"""審査一覧: applications in a list of five cells each, worked by keyboard, mouse or touch, with and without script (6(3)).

GET shows; POST presses one verb on one application and answers with its row (or, without script, with the list).
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.context_processors import csrf
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from config.desk import after, clock
from config.desk.counting import totals
from config.desk.pages import list_url, url_of
from config.desk.press import permitted, press
from config.desk.refusal import FormRefused, Refused
from config.desk.registry import verb
from config.desk.verbpage import UNSEEN
from contracts.applications import clearing, grid_rows, grid_side, stopping
from contracts.applications.cards import JUDGE
from contracts.applications.models import Application, Ground

PAGE = 50
MOST_ACTS = 20  # told together
ACCEPT = "applications.accept"
SHOWN = (("", "すべて"), ("open", "判断が残るもの"), ("cleared", "承諾できるもの"))
DONE = {"clear": "確認済にしました。", "accept": "承諾の通知を確定しました。", "judge": "判断を記録しました。"}


def _of_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _fragment(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """For the script: a part of the page, without the sidebar and its counts."""
    return HttpResponse(render_to_string(f"applications/{name}.html", context | csrf(request)), status=status)


def _may(request: HttpRequest) -> bool:
    if not request.user.has_perm("applications.view_application"):
        raise PermissionDenied
    return permitted(verb(JUDGE), request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The list; to the script only the rows that come next. POST: acts that the script tells together."""
    may, show = _may(request), request.GET.get("show", "")
    if request.method == "POST":
        return _acts(request, may)
    last = _last(request)
    some = list(grid_rows.after(grid_rows.to_screen(show), last)[: PAGE + 1])
    rows = grid_rows.rows_of(some[:PAGE], may=may)
    context = _context(request, rows) | {
        "next_url": _url(show, some[PAGE - 1].pk) if len(some) > PAGE else "",
        "after": last,
    }
    if _of_script(request):
        return _fragment(request, "grid_rows", context)
    return TemplateResponse(request, "applications/grid.html", context | _head(request, show))


def _last(request: HttpRequest) -> Application | None:
    given = request.GET.get("after", "")
    return Application.objects.filter(pk=given).first() if given.isdecimal() and len(given) < 19 else None


def _url(show: str = "", after: int | None = None) -> str:
    query = urlencode({name: value for name, value in (("show", show), ("after", after)) if value})
    return reverse("applications:grid") + (f"?{query}" if query else "")


def _context(request: HttpRequest, rows: list[grid_rows.Row]) -> dict[str, Any]:
    query = urlencode({name: request.GET[name] for name in ("show", "after") if request.GET.get(name)})
    return {"rows": rows, "query": query, "may_accept": permitted(verb(ACCEPT), request.user)}


def _tabs(show: str = "") -> list[dict[str, Any]]:
    """How many wait, and of them how many for what."""
    kinds: list[QuerySet[Any]] = [grid_rows.to_screen(key) for key, _ in SHOWN]
    return [
        {"label": label, "url": _url(key), "count": count, "current": key == show}
        for (key, label), count in zip(SHOWN, totals(kinds), strict=True)
    ]


def _answer(request: HttpRequest, told: dict[int, tuple[str, str]], may: bool, status: int = 200) -> HttpResponse:
    """To the script after acts: the rows as they are now, and the counts."""
    context = _context(request, _rows(request, told, may)) | {"tabs": _tabs()}
    return _fragment(request, "grid_rows", context, status=status)


def _head(request: HttpRequest, show: str) -> dict[str, Any]:
    return admin.site.each_context(request) | {
        "title": "審査一覧", "tabs": _tabs(show), "heads": list(grid_rows.SHORT.items()), "list_url": list_url(Application), "first_url": _url(show),
        "may": _may(request),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: one ground side by side with what was found. POST: press on this application."""
    may = _may(request)
    application = get_object_or_404(Application.objects.select_related("customer"), pk=pk)
    return _act(request, application, may) if request.method == "POST" else _side(request, application, may)


def _side(request: HttpRequest, application: Application, may: bool, **more: Any) -> HttpResponse:
    given = request.GET.get("ground", "")
    ground = Ground(int(given)) if given in {str(g.value) for g in Ground} else Ground.UNPAID
    context = _context(request, []) | {"side": grid_side.side(application, ground, by=request.user, may=may)} | more
    if _of_script(request):
        return _fragment(request, "grid_side", context)
    whole = admin.site.each_context(request) | {"title": f"{ground.value}号の照合", "list_url": list_url(Application)}
    return TemplateResponse(
        request, "applications/grid_side_page.html", whole | context, status=more.get("status", 200)
    )


def _acts(request: HttpRequest, may: bool) -> HttpResponse:
    """One act on several rows: each a press of its own, each row with what became of it."""
    given = [row.partition(":") for row in request.POST.getlist("row")[:MOST_ACTS]]
    seen = {int(pk): mark for pk, _, mark in given if pk.isdecimal() and len(pk) < 19}
    act = request.POST.get("act", "")
    told = {a.pk: _told(request, a, act, seen[a.pk]) for a in Application.objects.filter(pk__in=seen).order_by("pk")}
    after.pressed()
    return _answer(request, told, may)


def _act(request: HttpRequest, application: Application, may: bool) -> HttpResponse:
    seen = request.POST.get("seen") or request.GET.get("seen", "")
    says, tone = told = _told(request, application, request.POST.get("act", ""), seen)
    after.pressed()
    if _of_script(request):
        return _answer(request, {application.pk: told}, may, status=200 if tone == "success" else 422)
    messages.add_message(request, messages.SUCCESS if tone == "success" else messages.ERROR, says)
    return HttpResponseRedirect(_back(request, application))


def _told(request: HttpRequest, application: Application, act: str, seen: str) -> tuple[str, str]:
    """Press, and say what happened: the sentence and its tone."""
    try:
        _press(request, application, act, seen)
    except FormRefused as refused:
        return "".join(_problems(refused.form)), "error"
    except Refused as refused:
        return f"{refused.message}{refused.instead}", "error"
    return f"{application.number}　{DONE[act]}", "success"


def _press(request: HttpRequest, application: Application, act: str, seen: str) -> None:
    """The three acts of the list, each the one press of a verb. What is judged is what the page showed: its mark comes along."""
    given, at, by = request.POST, clock.now(), request.user
    if act in ("clear", "judge") and not seen:
        raise Refused(UNSEEN, clause="6(3)", instead="審査一覧を読み込み直し、内容を見てから、もう一度選んでください。")
    if act == "clear":
        press(clearing.CLEAR, application, by=by, at=at, data={"seen": seen}, reason=clearing.BECAUSE)
    elif act == "accept":
        press(ACCEPT, application, by=by, at=at, data={"channels": ["email"]}, reason="審査一覧から承諾するため")
    elif act == "judge":
        fields = {name: given.get(name, "") for name in ("ground", "finding", "reason")}
        press(JUDGE, application, by=by, at=at, data=fields | {"seen": seen})
    else:
        raise Refused("操作が選ばれていません。", instead="一覧のボタンから、もう一度選んでください。")


def _problems(form: Any) -> list[str]:
    return [f"{form.fields[name].label}：{error}" for name, errors in form.errors.items() for error in errors]


def _rows(request: HttpRequest, told: dict[int, tuple[str, str]], may: bool) -> list[grid_rows.Row]:
    """The rows as they are now, each with what became of it."""
    made = grid_rows.rows_of(list(Application.objects.filter(pk__in=told).order_by("received_at", "pk")), may=may)
    stops = stopping.stop_urls([one.application for one in made], request.user)
    for one in made:
        one.says, one.tone = told[one.application.pk]
        one.stop_url = stops.get(one.application.pk, "")
    return made


def _back(request: HttpRequest, application: Application) -> str:
    """Without script: the list where it was, at this row."""
    shown, last = request.GET.get("show", ""), request.GET.get("after", "")
    place = _url(
        shown if shown in ("open", "cleared") else "", int(last) if last.isdecimal() and len(last) < 19 else None
    )
    return f"{place}#row-{application.pk}" if application.state == "screening" else place or url_of(application)
