"""The desk's own pages: house settings, the access log, handler runs. Nothing of the libraries shows in the admin."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.desk import house
from config.desk.casepage import CaseAdmin, ReadOnlyAdmin
from config.desk.chips import Chip, StateTone, state_chip
from config.desk.jst import jmoment, jshort
from config.desk.listpage import DaysFilter, ListPage, short
from config.desk.models import AccessLog, HandlerRun, HouseSetting
from config.desk.pages import CasePage, card, fact, note, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.timeline import entries

NOT_SHOWN = ("auth", "django_q", "axes")  # roles are made by the code; the queue and the lock are the machine's own
SETTING, RETRY = "desk.set_house_setting", "desk.retry_handler"

for model in [m for m in admin.site._registry if m._meta.app_label in NOT_SHOWN]:
    admin.site.unregister(model)


@admin.register(HouseSetting)
class HouseSettingAdmin(ReadOnlyAdmin):
    """社内の取扱い: every policy with its value, its default, and who changed it."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """All policies, set or not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        told = entries(HouseSetting.objects.all())
        context = self.admin_site.each_context(request) | {
            "title": "社内の取扱い",
            "sub": ("規約にない、当社が決めている値です", "変えると、これから始まるものに使います"),
            "cards": [
                card(
                    "社内の取扱い",
                    "table",
                    {"columns": COLUMNS, "rows": _policies(request)},
                    count=f"{len(house.policies())}項目",
                ),
                card("変更の記録", "timeline", told, count=f"{len(told)}件"),
            ],
        }
        return TemplateResponse(request, "desk/cards_page.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A setting has no page of its own."""
        return self.to_list(request)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Told on the page of all."""
        return self.to_list(request)


COLUMNS = ["項目", "値", "はじめの値", "変えた人", "次の手続"]


def _policies(request: HttpRequest) -> list[list[Any]]:
    may = permitted(verb(SETTING), request.user)
    set_rows = {row.key: row for row in HouseSetting.objects.all()}
    return [_policy(policy, set_rows.get(policy.key), may) for policy in house.policies()]


def _policy(policy: house.Policy, row: HouseSetting | None, may: bool) -> list[Any]:
    value = house.parse(policy.key, row.value) if row else policy.default
    changed = row.history.select_related("history_user").order_by("-history_id").first() if row else None
    who = {"text": str(changed.history_user or "自動"), "sub": jmoment(changed.history_date)} if changed else "—"
    change = {"text": verb(SETTING).label, "url": f"{verb_url(SETTING)}?key={policy.key}"} if may else "—"
    return [
        {"text": policy.label, "strong": True},
        f"{value}{policy.unit}",
        f"{policy.default}{policy.unit}",
        who,
        change,
    ]


@admin.register(AccessLog)
class AccessLogAdmin(ListPage, ReadOnlyAdmin):
    """入室の記録."""

    list_display = ("at", "chip", "user", "address")
    list_display_links = None
    list_filter = ("event", ("at", DaysFilter))
    search_fields = ("user__startswith",)
    search_help_text = "メールアドレスの先頭で検索"
    search_placeholder = "メールアドレス"
    ordering = ("-pk",)
    TONES: dict[str, StateTone] = {"login": "done", "logout": "closed", "failed": "failed"}

    @admin.display(description="事象", ordering="event")
    def chip(self, row: AccessLog) -> SafeString:
        """What happened."""
        return chip_tag(state_chip(self.TONES[row.event], row.get_event_display()))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A line of the log has no page of its own."""
        return self.to_list(request)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """It never changes."""
        return self.to_list(request)


def handler_chip(run: HandlerRun) -> Chip:
    """Where a handler stands."""
    tones: dict[str, StateTone] = {"waiting": "running", "done": "done", "failed": "failed"}
    return state_chip(tones[run.state], run.get_state_display())


@admin.register(HandlerRun)
class HandlerRunAdmin(ListPage, CaseAdmin):
    """後処理: what followed a dispatch, a return, a lapse."""

    list_display = ("moment", "what", "of", "chip", "tried", "ended")
    list_filter = ("state", ("at", DaysFilter))
    ordering = ("-pk",)

    @admin.display(description="事象の日時", ordering="at")
    def moment(self, run: HandlerRun) -> str:
        """When it happened that this follows."""
        return short(run.at)

    @admin.display(description="試行", ordering="attempts")
    def tried(self, run: HandlerRun) -> str:
        """How often."""
        return f"{run.attempts}回"

    @admin.display(description="完了", ordering="done_at")
    def ended(self, run: HandlerRun) -> str:
        """When it was done."""
        return f"{short(run.done_at)} 完了" if run.done_at else ""

    @admin.display(description="後処理")
    def what(self, run: HandlerRun) -> str:
        """The event in words."""
        return next((words for event, words in EVENTS.items() if run.event.startswith(event)), "後処理")

    @admin.display(description="対象")
    def of(self, run: HandlerRun) -> str:
        """The row of the engine."""
        return str(getattr(run.row, "notice", run.row) or "")

    @admin.display(description="状態", ordering="state")
    def chip(self, run: HandlerRun) -> SafeString:
        """Where it stands."""
        return chip_tag(handler_chip(run))

    @admin.display(description="次の手続")
    def again(self, run: HandlerRun) -> SafeString | str:
        """The way to another try, where it failed."""
        if run.state != HandlerRun.State.FAILED:
            return ""
        return format_html('<a class="btn in-table" href="{}">{}</a>', verb_url(RETRY, run), verb(RETRY).label)

    def get_list_display(self, request: HttpRequest) -> Any:
        """With the next step for those who may take it."""
        return (*self.list_display, "again") if permitted(verb(RETRY), request.user) else self.list_display

    def with_related(self, rows: list[Any]) -> list[Any]:
        """The engines' rows and their letters, in one query a table."""
        prefetch_related_objects(rows, "row")
        of_letters = [run.row for run in rows if hasattr(run.row, "notice_id")]
        for model in {type(row) for row in of_letters}:
            prefetch_related_objects([row for row in of_letters if type(row) is model], "notice")
        return rows

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What it did stands in the history of the rows that it wrote."""
        return redirect(url_of(self._visible(request, object_id)))

    def page(self, request: HttpRequest, row: HandlerRun) -> CasePage:
        """What failed, and how often it was tried."""
        of = getattr(row.row, "notice", row.row)
        rows = [
            fact("状態", "", chip=handler_chip(row)),
            fact("対象", self.of(row), url=url_of(of)),
            fact("事象の日時", jshort(row.at)),
            fact("試行", f"{row.attempts}回"),
            fact("次の試行", jshort(row.next_attempt_at) if row.next_attempt_at else "—"),
            fact("完了", jshort(row.done_at) if row.done_at else "—"),
        ]
        messages = (
            [
                note(
                    "warning",
                    "後処理が失敗しました。発送の記録は残っています。原因を直してから、もう一度実行してください。",
                )
            ]
            if row.state == "failed"
            else []
        )
        failure = [card("失敗の内容", "note", {"text": _in_words(row)})] if row.error else []
        return CasePage(
            title=self.what(row),
            chips=[handler_chip(row)],
            messages=messages,
            main=[card("概要", "facts", rows), *failure],
        )


def _in_words(run: HandlerRun) -> str:
    """What a guard said, in its own words; of a mistake of ours only where it is written."""
    if any(ord(letter) > 0x3000 for letter in run.error):
        return run.error
    return (
        f"プログラムの失敗です。内容は、サーバーの記録にあります（{run.number}）。システムの担当者に知らせてください。"
    )


EVENTS = {
    "dispatched": "発送の後処理",
    "cancelled": "取消しの後処理",
    "delivery_dispatched": "発送による期限の計算",
    "delivery_delivered": "配達の後処理",
    "delivery_returned": "返戻・不達の後処理",
    "delivery": "通知の状態の後処理",
    "mail_event": "送信サービスからの通知",
}
