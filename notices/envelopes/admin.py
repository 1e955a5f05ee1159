"""郵便料金: what holds today, what is to come, who entered it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from config.desk import clock
from config.desk.casepage import ReadOnlyAdmin
from config.desk.jst import jday_year
from config.desk.pages import card, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from config.desk.timeline import entries
from contracts.rules.postage import SERVICES, Fee, NoFee, fee_in_force
from notices.envelopes.fees import SET, table
from notices.envelopes.models import PostageFee

COLUMNS = ["種類", "いまの料金", "適用の開始日", "資料", "これからの料金", "次の手続"]
COUNTS = {
    "ordinary": "普通郵便として数える",
    "recorded": "記録郵便として数える",
    "registered": "書留として数える",
    "": "",
}
SHIPPED_SOURCE = "はじめの値"


@admin.register(PostageFee)
class PostageFeeAdmin(ReadOnlyAdmin):
    """郵便料金."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Every service with its fee of today."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        told = entries(PostageFee.objects.all())
        data = {"columns": COLUMNS, "rows": _services(request)}
        context = self.admin_site.each_context(request) | {
            "title": "郵便料金", "sub": ("差し出した日の料金で計算します", "要確認の印のあるものは、料金表で確かめてから登録してください"),
            "cards": [card("料金表", "table", data, count=f"{len(SERVICES)}種類"), card("変更の記録", "timeline", told, count=f"{len(told)}件")],
        }  # fmt: skip
        return TemplateResponse(request, "desk/cards_page.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A fee has no page of its own."""
        return self.to_list(request)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Told on the page of all."""
        return self.to_list(request)


def _services(request: HttpRequest) -> list[list[Any]]:
    may, fees = permitted(verb(SET), request.user), table()
    sources = {(row.service, row.valid_from): row.source for row in PostageFee.objects.order_by("pk")}
    return [_service(key, fees, sources, may) for key in SERVICES]


def _service(key: str, fees: list[Fee], sources: dict[Any, str], may: bool) -> list[Any]:
    name, counts = SERVICES[key]
    try:
        now = fee_in_force(fees, key, clock.today())
    except NoFee:
        now = None
    later = sorted((f for f in fees if f.service == key and f.since > clock.today()), key=lambda f: f.since)
    change = {"text": verb(SET).label, "url": f"{verb_url(SET)}?service={key}"} if may else "—"
    source = sources.get((key, now.since), SHIPPED_SOURCE) if now else "—"
    return [
        {"text": name, "strong": True, "sub": COUNTS[counts]}, _yen(now), jday_year(now.since) if now else "—",
        {"text": source, "sub": "" if now is None or now.sure else "要確認"},
        {"text": _yen(later[0]), "sub": f"{jday_year(later[0].since)}から"} if later else "—", change,
    ]  # fmt: skip


def _yen(fee: Fee | None) -> str:
    if fee is None:
        return "—"
    return f"{fee.yen:,}円" + (f"（2枚目から1枚ごとに{fee.further:,}円）" if fee.further else "")
