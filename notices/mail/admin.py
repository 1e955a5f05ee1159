"""メールの配達記録: everything that mail services told, whether a sending of ours was found for it or not."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from config.desk.casepage import ReadOnlyAdmin
from config.desk.listpage import DaysFilter, ListPage, short
from config.desk.pages import url_of
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from notices.mail import events
from notices.mail.evidence import OTHER, event_chip, reason_of
from notices.mail.models import MailEvent
from notices.models import Delivery


def unmatched() -> QuerySet[MailEvent]:
    """Those whose message we did not send, or have sent once more since."""
    rows = MailEvent.objects.all()
    for name in ("message_id", "our_id"):
        ours = Delivery.objects.filter(message_id=Concat(Value("<"), OuterRef(name), Value(">")))
        service = Delivery.objects.filter(service_id=OuterRef(name))
        rows = rows.exclude(~Q(**{name: ""}) & (Exists(ours) | Exists(service)))
    return rows


class UnmatchedFilter(admin.SimpleListFilter):
    """Whether a sending of ours is known."""

    title, parameter_name = "対応する送信", "sending"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """One choice."""
        return [("none", "見つからない")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of that choice."""
        return queryset.filter(pk__in=unmatched().values("pk")) if self.value() == "none" else queryset


@admin.register(MailEvent)
class MailEventAdmin(ListPage, ReadOnlyAdmin):
    """A list; the page of an event is the page of its letter."""

    list_display = ("when", "chip", "letter", "recipient", "reason", "service_shown")
    list_display_links = None
    list_filter = (UnmatchedFilter, "kind", ("at", DaysFilter))
    search_fields = ("recipient__startswith", "message_id__startswith")
    search_help_text = "宛先、メールの識別子の先頭で検索"
    search_placeholder = "宛先・メールの識別子"
    ordering = ("-pk",)

    @admin.display(description="日時", ordering="at")
    def when(self, event: MailEvent) -> str:
        """The moment, by the service's clock."""
        return short(event.at)

    @admin.display(description="事象", ordering="kind")
    def chip(self, event: MailEvent) -> SafeString:
        """What happened."""
        return chip_tag(event_chip(event))

    @admin.display(description="通知")
    def letter(self, event: MailEvent) -> SafeString | str:
        """The letter, where a sending of ours is known; an earlier sending says so."""
        if found := events.delivery_of(event):
            stands = found.get_state_display() if events.matches(event, found) else OTHER
            return two_lines(str(found.notice), stands, url_of(found.notice))
        if earlier := events.earlier_of(event):
            return two_lines(str(earlier.notice), "前の送信（その後、送り直し）", url_of(earlier.notice))
        return "対応する送信がありません"

    @admin.display(description="理由")
    def reason(self, event: MailEvent) -> SafeString | str:
        """Why it did not arrive, and what the service says itself."""
        return two_lines(reason_of(event) or "—", event.detail.partition("\n")[0][:120])

    @admin.display(description="サービス", ordering="service")
    def service_shown(self, event: MailEvent) -> str:
        """Who told it."""
        return event.service

    def tabs(self, request: HttpRequest) -> list[tuple[str, str, QuerySet[Any], bool]]:
        """All, what came back, and what nothing of ours is known for."""
        return [
            ("すべて", "", MailEvent.objects.all(), False),
            ("不達", "kind__exact=bounced", MailEvent.objects.filter(kind=MailEvent.Kind.BOUNCED), False),
            ("対応する送信なし", "sending=none", unmatched(), False),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """An event has no page of its own."""
        return self.to_list(request)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """It never changes."""
        return self.to_list(request)
