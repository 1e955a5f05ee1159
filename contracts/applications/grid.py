"""審査一覧: applications in a list of five cells each, worked by keyboard, mouse or touch, with and without script (6(3)).

GET shows; POST presses one verb on one application and answers with its row (or, without script, with the list).
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from config.desk import after, clock
from config.desk.counting import totals
from config.desk.pages import list_url, url_of
from config.desk.press import permitted, press
from config.desk.refusal import FormRefused, Refused
from config.desk.registry import verb
from contracts.applications import clearing, grid_rows, grid_side
from contracts.applications.cards import JUDGE
from contracts.applications.models import Application, Ground

PAGE = 50
ACCEPT = "applications.accept"
SHOWN = (("", "すべて"), ("open", "判断が残るもの"), ("cleared", "承諾できるもの"))
DONE = {"clear": "確認済にしました。", "accept": "承諾の通知を確定しました。", "judge": "判断を記録しました。"}


def _of_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _may(request: HttpRequest) -> bool:
    if not request.user.has_perm("applications.view_application"):
        raise PermissionDenied
    return permitted(verb(JUDGE), request.user)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The list; to the script only the rows that come next."""
    may, show = _may(request), request.GET.get("show", "")
    last = _last(request)
    some = list(grid_rows.after(grid_rows.to_screen(show), last)[: PAGE + 1])
    rows = grid_rows.rows_of(some[:PAGE], may=may)
    context = _context(request, rows) | {
        "next_url": _url(show, some[PAGE - 1].pk) if len(some) > PAGE else "",
        "after": last,
    }
    if _of_script(request):
        return TemplateResponse(request, "applications/grid_rows.html", context)
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


def _head(request: HttpRequest, show: str) -> dict[str, Any]:
    kinds: list[QuerySet[Any]] = [grid_rows.to_screen(key) for key, _ in SHOWN]
    tabs = [
        {"label": label, "url": _url(key), "count": count, "current": key == show}
        for (key, label), count in zip(SHOWN, totals(kinds), strict=True)
    ]
    return admin.site.each_context(request) | {
        "title": "審査一覧", "tabs": tabs, "heads": list(grid_rows.SHORT.items()), "list_url": list_url(Application), "first_url": _url(show),
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
        return TemplateResponse(request, "applications/grid_side.html", context)
    whole = admin.site.each_context(request) | {"title": f"{ground.value}号の照合", "list_url": list_url(Application)}
    return TemplateResponse(
        request, "applications/grid_side_page.html", whole | context, status=more.get("status", 200)
    )


def _act(request: HttpRequest, application: Application, may: bool) -> HttpResponse:
    act = request.POST.get("act", "")
    says, tone = f"{application.number}　{DONE.get(act, '')}", "success"
    try:
        _press(request, application, act)
        after.pressed()
    except FormRefused as refused:
        says, tone = "".join(_problems(refused.form)), "error"
    except Refused as refused:
        says, tone = f"{refused.message}{refused.instead}", "error"
    if _of_script(request):
        return _row(request, application, may, says, tone)
    messages.add_message(request, messages.SUCCESS if tone == "success" else messages.ERROR, says)
    return HttpResponseRedirect(_back(request, application))


def _press(request: HttpRequest, application: Application, act: str) -> None:
    """The three acts of the list, each the one press of a verb."""
    given, at = request.POST, clock.now()
    seen = given.get("seen") or request.GET.get("seen", "")
    if act == "clear":
        press(clearing.CLEAR, application, by=request.user, at=at, data={"seen": seen}, reason=clearing.BECAUSE)
    elif act == "accept":
        press(
            ACCEPT, application, by=request.user, at=at, data={"channels": ["email"]}, reason="審査一覧から承諾するため"
        )
    elif act == "judge":
        fields = {name: given.get(name, "") for name in ("ground", "finding", "reason")}
        press(JUDGE, application, by=request.user, at=at, data=fields | {"seen": seen})
    else:
        raise Refused("操作が選ばれていません。", instead="一覧のボタンから、もう一度選んでください。")


def _problems(form: Any) -> list[str]:
    return [f"{form.fields[name].label}：{error}" for name, errors in form.errors.items() for error in errors]


def _row(request: HttpRequest, application: Application, may: bool, says: str, tone: str) -> HttpResponse:
    fresh = Application.objects.get(pk=application.pk)
    made = grid_rows.rows_of([fresh], may=may)
    made[0].says, made[0].tone = says, tone
    return TemplateResponse(
        request, "applications/grid_rows.html", _context(request, made), status=200 if tone == "success" else 422
    )


def _back(request: HttpRequest, application: Application) -> str:
    """Without script: the list where it was, at this row."""
    shown, last = request.GET.get("show", ""), request.GET.get("after", "")
    place = _url(
        shown if shown in ("open", "cleared") else "", int(last) if last.isdecimal() and len(last) < 19 else None
    )
    return f"{place}#row-{application.pk}" if application.state == "screening" else place or url_of(application)
