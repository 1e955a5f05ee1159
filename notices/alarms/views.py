"""止まっている通知: every letter that stands too long, by its state, with what to do next; and what the house allows."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from config.desk import clock
from config.desk.jst import jshort
from config.desk.models import HouseSetting
from config.desk.pages import card, list_url, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from notices.alarms import closing
from notices.alarms.stages import STAGES, Stage, since_of, stage_of, values_in_force
from notices.engine import label
from notices.models import Delivery, Notice
from notices.resending import next_of

SHOWN = 100
COLUMNS = ["通知", "利用者", "方法と宛先", "いつから", "次の手続"]


@require_safe
def alarms_page(request: HttpRequest) -> HttpResponse:
    """Who may see letters sees them; GET only, nothing is decided here."""
    if not request.user.has_perm("notices.view_notice"):
        raise PermissionDenied
    at, values = clock.now(), values_in_force()
    found = [_stage_card(stage, at, values, request.user) for stage in STAGES]
    cards = [one for one in [_closing_card(at, values, request.user), *found] if one]
    context = admin.site.each_context(request) | {
        "title": "止まっている通知",
        "sub": ["一つの状態に、決めた時間より長くとどまっている通知です"],
        "cards": [*(cards or [_nothing()]), _limits(values, request.user)],
    }
    return TemplateResponse(request, "desk/cards_page.html", context)


def _nothing() -> dict[str, Any]:
    return card(
        "止まっている通知",
        "table",
        {"columns": COLUMNS, "rows": []},
        count="0通",
        empty="止まっている通知はありません。",
    )


def _stage_card(stage: Stage, at: datetime, values: dict[str, Any], by: Any) -> dict[str, Any] | None:
    rows = stage.rows(stage.late(at, values)).order_by(stage.since, "pk")
    told = f"{stage.allowed(values)}以上"
    return _card(stage.title, stage.key, told, rows, stage, by)


def _closing_card(at: datetime, values: dict[str, Any], by: Any) -> dict[str, Any] | None:
    if not closing.is_near(at, values):
        return None
    told = f"締切 {values[closing.CLOSES.key]}"
    return _card(
        "今日の差出し", "closing", told, closing.of_today(at).order_by("notice__number"), stage_of("unposted"), by
    )


def _card(title: str, key: str, told: str, rows: Any, stage: Stage, by: Any) -> dict[str, Any] | None:
    related = ("customer",) if rows.model is Notice else ("notice__customer",)
    shown = list(rows.select_related(*related)[: SHOWN + 1])
    if not shown:
        return None
    number = f"{SHOWN}通以上" if len(shown) > SHOWN else f"{len(shown)}通"
    lines = [_line(row, stage, by) for row in shown[:SHOWN]]
    return card(title, "table", {"columns": COLUMNS, "rows": lines}, count=f"{number}・{told}", key=key)


def _line(row: Any, stage: Stage, by: Any) -> list[Any]:
    notice = row if isinstance(row, Notice) else row.notice
    way = "—" if isinstance(row, Notice) else {"text": row.get_channel_display(), "sub": row.to}
    return [
        {"text": str(notice), "url": url_of(notice), "strong": True, "sub": label(notice.kind)},
        {"text": str(notice.customer), "url": url_of(notice.customer)}, way, jshort(since_of(stage, row)), _next(notice, row, stage, by),
    ]  # fmt: skip


def _next(notice: Notice, row: Notice | Delivery, stage: Stage, by: Any) -> dict[str, str]:
    """The stage's verb for who holds it, else the letter's page."""
    if stage.key == "returned":
        text, url = next_of(notice, by, clock.now())
        return {"text": text, "url": url}
    if stage.verb and permitted(verb(stage.verb), by):
        return {"text": verb(stage.verb).label, "url": verb_url(stage.verb, notice)}
    return {"text": "通知を開く", "url": url_of(notice)}


def _limits(values: dict[str, Any], by: Any) -> dict[str, Any]:
    policies = [*(stage.policy for stage in STAGES), closing.CLOSES, closing.WARNS]
    rows = [[policy.label, f"{values[policy.key]}{policy.unit}"] for policy in policies]
    more = {"more_url": list_url(HouseSetting), "more_label": "社内の取扱いを開く"} if _sees_settings(by) else {}
    return card(
        "警報を出すまでの時間", "table", {"columns": ["項目", "値"], "rows": rows}, count="社内の取扱い", **more
    )


def _sees_settings(by: Any) -> bool:
    return bool(by.has_perm("desk.view_housesetting"))
