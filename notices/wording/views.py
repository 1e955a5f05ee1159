"""通知の文面: every kind with the wording that it uses, and the page of one kind."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from config.desk import clock
from config.desk.jst import jday_year
from config.desk.listpage import short
from config.desk.pages import Button, card, list_url, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from notices.engine import NoticeKind, kinds
from notices.rendering.content import CannotRender
from notices.wording import workflow
from notices.wording.admin import template_chip
from notices.wording.models import SHIPPED, LetterTemplate, StockParagraph, version_label
from notices.wording.samples import sample
from notices.wording.texts import in_force
from notices.wording.verbs import slots_card

COLUMNS = ["通知", "いまの文面", "いつから", "これから", "下書き"]
SHIPPED_SINCE = "はじめから"


def _require_view(request: HttpRequest) -> None:
    if not request.user.has_perm("notices.view_lettertemplate"):
        raise PermissionDenied


@require_GET
def kinds_page(request: HttpRequest) -> HttpResponse:
    """Each kind: its version, since when, what comes, and its draft."""
    _require_view(request)
    today = clock.today()
    rows = list(LetterTemplate.objects.exclude(state="dropped").select_related("edited_by", "set_by"))
    shown = [_line(kind, [row for row in rows if row.kind == kind.key], today) for kind in kinds()]
    stock = StockParagraph.objects.in_use(today).count()
    context = admin.site.each_context(request) | {
        "title": "通知の文面", "sub": ["差込みを入れた文面を、種類ごとに版で持ちます", "出した通知の文面は、変わりません"],
        "list_buttons": _buttons(request, "") + [{"label": f"定型文（{stock}件）", "url": list_url(StockParagraph), "style": "plain"}],
        "cards": [card("種類ごとの文面", "table", {"columns": COLUMNS, "rows": shown}, count=f"{len(shown)}種類")],
    }  # fmt: skip
    return TemplateResponse(request, "desk/cards_page.html", context)


def _buttons(request: HttpRequest, kind: str) -> list[dict[str, Any]]:
    held = verb(workflow.DRAFT)
    url = verb_url(workflow.DRAFT) + (f"?kind={kind}" if kind else "")
    return [{"label": held.label, "url": url, "style": "primary"}] if permitted(held, request.user) else []


def _line(kind: NoticeKind, rows: list[LetterTemplate], today: date) -> list[Any]:
    settled = [(row.in_force_from, row.version or SHIPPED, row) for row in rows if row.in_force_from]
    begun = [one for one in settled if one[0] <= today]
    coming = sorted((one for one in settled if one[0] > today), key=lambda one: one[:2])
    now = max(begun, key=lambda one: one[:2], default=None)
    draft = next((row for row in rows if row.state == "draft"), None)
    shown = {
        "text": kind.label,
        "url": reverse("notices:wording_kind", args=[kind.key]),
        "strong": True,
        "clause": kind.clause,
    }
    later = "、".join(f"{row.label} {short(since)}から" for since, _, row in coming) or "—"
    return [shown, *_now(now[2] if now else None), later, _draft(draft, today) if draft else "—"]  # fmt: skip


def _now(row: LetterTemplate | None) -> list[Any]:
    if row is None or row.in_force_from is None:
        return [version_label(SHIPPED), SHIPPED_SINCE]
    return [
        {"text": row.label, "url": url_of(row), "sub": row.number},
        {"text": f"{short(row.in_force_from)}から", "sub": f"確定 {row.set_by}"},
    ]


def _draft(row: LetterTemplate, today: date) -> dict[str, Any]:
    said = f"{row.edited_by}　{short(row.edited_at)}"
    return {"text": row.number, "url": url_of(row), "chip": template_chip(row, today), "sub": said}


@require_GET
def kind_page(request: HttpRequest, key: str) -> HttpResponse:
    """One kind: its versions, its placeholders, and the wording in force on a case that may be chosen."""
    _require_view(request)
    kind = next((one for one in kinds() if one.key == key), None)
    if kind is None:
        raise Http404("この種類の文面はありません")
    case = request.GET.get("case", "").strip()[:20]
    words, version = in_force(kind, clock.today())
    draft = LetterTemplate.objects.of(key).filter(state="draft").first()
    context = admin.site.each_context(request) | {
        "title": f"{kind.label}の文面", "kind": kind, "case": case, "version": version_label(version), "letter": _sample(kind, words, case),
        "buttons": _of_draft(request, draft) if draft else _buttons(request, key), "cards": [_versions(kind), slots_card(kind)],
    }  # fmt: skip
    return TemplateResponse(request, "notices/wording/kind.html", context)


def _sample(kind: NoticeKind, words: Any, case: str) -> dict[str, str]:
    try:
        shown = sample(kind, words, clock.today(), case)
    except CannotRender as problem:
        return {"problem": str(problem)}
    return {"letter_html": shown.html, "letter_note": shown.note, "problem": shown.problem}


def _of_draft(request: HttpRequest, draft: LetterTemplate) -> list[Any]:
    held = verb(workflow.EDIT)
    opened = Button(label=f"下書き（{draft.number}）を開く", url=url_of(draft))
    return (
        [opened, Button(label=held.label, url=verb_url(held.key, draft), style="primary")]
        if permitted(held, request.user)
        else [opened]
    )


def _versions(kind: NoticeKind) -> dict[str, Any]:
    rows = LetterTemplate.objects.of(kind.key).select_related("set_by", "edited_by").order_by("-pk")
    shown = [_version(row) for row in rows[:50]]
    shown.append([version_label(SHIPPED), SHIPPED_SINCE, "—", "—"])
    return card(
        "版",
        "table",
        {"columns": ["版", "適用", "確定した人", "最後に直した人"], "rows": shown},
        count=f"{len(shown)}件",
    )


def _version(row: LetterTemplate) -> list[Any]:
    since = f"{jday_year(row.in_force_from)}から" if row.in_force_from else "—"
    settled = {"text": str(row.set_by), "sub": short(row.set_at)} if row.set_at else "—"
    return [
        {"text": row.label, "url": url_of(row), "chip": template_chip(row, clock.today()), "sub": row.number},
        since, settled, {"text": str(row.edited_by), "sub": short(row.edited_at)},
    ]  # fmt: skip
