"""The checklist as one form: each ground that changed is pressed by itself; what cannot be pressed stays on the page."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from config.desk import after, clock
from config.desk.origin import from_home, marked
from config.desk.pages import url_of
from config.desk.press import press, require_permission
from config.desk.refusal import FormRefused, NotPermitted, Refused
from config.desk.registry import verb
from contracts.applications import workflow
from contracts.applications.cards import JUDGE, Draft
from contracts.applications.models import Application, Ground


@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what changed on the checklist, and come back to the application (6(3))."""
    application = get_object_or_404(Application, pk=pk)
    try:
        require_permission(verb(JUDGE), request.user)
    except NotPermitted as refused:
        messages.error(request, f"{refused.message}{refused.instead}")
        return redirect(url_of(application))
    changed = [ground for ground in Ground if _changed(application, ground, request.POST)]
    drafts = {ground: draft for ground in changed if (draft := _press(request, application, ground)) is not None}
    if len(changed) > len(drafts):
        after.pressed()
    _tell(request, len(changed) - len(drafts), len(drafts))
    return (
        _page(request, application, drafts)
        if drafts
        else redirect(f"{marked(url_of(application), home=from_home(request))}#card-grounds")
    )


def _given(ground: Ground, data: Mapping[str, str]) -> tuple[str, str]:
    reason = data.get(f"reason_{ground.value}", "").replace("\r\n", "\n").strip()
    return data.get(f"finding_{ground.value}", ""), reason


def _changed(application: Application, ground: Ground, data: Mapping[str, str]) -> bool:
    """Other than what the page showed, and other than what is recorded (a second press of the same is none)."""
    stored = application.judgements.filter(ground=ground).first()
    recorded = workflow.mark(stored.finding, stored.reason) if stored else workflow.mark("", "")
    return workflow.mark(*_given(ground, data)) not in (recorded, data.get(f"seen_{ground.value}", recorded))


def _press(request: HttpRequest, application: Application, ground: Ground) -> Draft | None:
    """Press it; what was given, with the reason, where it could not be recorded."""
    finding, reason = _given(ground, request.POST)
    seen = request.POST.get(f"seen_{ground.value}") or workflow.mark("", "")  # without it: no judgement was seen
    data = {"ground": ground.value, "finding": finding, "reason": reason, "seen": seen}
    try:
        press(JUDGE, application, by=request.user, at=clock.now(), data=data)
    except FormRefused as refused:
        return Draft(finding, reason, tuple(_problems(refused.form)))
    except Refused as refused:
        return Draft(finding, reason, (f"{refused.message}{refused.instead}",))
    return None


def _problems(form: Any) -> list[str]:
    return [f"{form.fields[name].label}：{error}" for name, errors in form.errors.items() for error in errors]


def _tell(request: HttpRequest, recorded: int, left: int) -> None:
    done = f"{recorded}件の判断を記録しました。" if recorded else ""
    if left:
        messages.error(
            request, f"{done}{left}件は記録していません。「不承諾事由の確認」の赤い枠の欄を確かめてください。"
        )
    elif done:
        messages.success(request, done)
    else:
        messages.info(request, "変わった判断はありません。記録したものはありません。")


def _page(request: HttpRequest, application: Application, drafts: dict[Ground, Draft]) -> HttpResponse:
    """The application's own page, with what was written."""
    request.drafts = drafts  # type: ignore[attr-defined]  # read by ApplicationAdmin.page
    page: Any = admin.site.get_model_admin(Application).change_view(request, str(application.pk))
    page.status_code = 422
    return page  # type: ignore[no-any-return]
