"""The admin of a row with a life: a list, and a page with cards and verbs. It writes nothing itself."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from config.desk import clock, side_cards, timeline
from config.desk.origin import from_home, marked
from config.desk.pages import Button, CasePage, buttons, card, list_url, url_of
from config.desk.reading import reading


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists and pages only: state is changed by verbs."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are made by verbs."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are changed by verbs."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted."""
        return False

    def to_list(self, request: HttpRequest) -> HttpResponse:
        """To the list, for rows without a page of their own; not for those who may not see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(list_url(self.model))


MOST_OPEN = 6  # buttons that stand open on a page that has more


class CaseAdmin(ReadOnlyAdmin):
    """A room says in `page` what its row shows, and in `hangs_on` whose history belongs to its timeline."""

    def page(self, request: HttpRequest, row: Any) -> CasePage:
        """What the page shows."""
        raise NotImplementedError

    def number_of(self, row: Any) -> str:
        """What the row is called above its page."""
        return str(getattr(row, "number", "") or "（採番待ち）")

    def hangs_on(self, row: Any) -> Iterable[Model]:
        """The rows whose history is told on the page."""
        return [row]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The case page; whatever is posted here changes nothing."""
        row = self._visible(request, object_id)
        with reading():
            page = self.page(request, row)
            context = self.admin_site.each_context(request) | {
                "opts": self.opts, "title": page.title, "case": self._head(request, row, page), "cards_top": page.top,
                "cards_main": page.main, "cards_side": [*page.side, *side_cards.for_row(row)], "cards_bottom": page.bottom,
            }  # fmt: skip
        return TemplateResponse(request, "desk/case.html", context)

    def _visible(self, request: HttpRequest, object_id: str) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def _head(self, request: HttpRequest, row: Any, page: CasePage) -> dict[str, Any]:
        customer = getattr(row, "customer", None)
        shown, more = _folded(self._buttons(request, row, page))
        return {
            "title": page.title, "kind_label": self.opts.verbose_name, "number": self.number_of(row), "chips": page.chips,
            "customer": customer, "customer_url": url_of(customer), "owner": page.owner, "clause": page.clause,
            "buttons": shown, "more": more, "history_url": "history/", "messages": page.messages,
        }  # fmt: skip

    def _buttons(self, request: HttpRequest, row: Any, page: CasePage) -> list[Button]:
        """All verbs; who came from the queue of the day stays in it."""
        home = from_home(request)
        own = buttons(row, by=request.user, at=clock.now())
        shown = [*page.buttons, *side_cards.acts(row, request.user, home=home), *own]
        return [replace(b, url=marked(b.url, home=home)) for b in shown]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Every version of the row, with what changed."""
        row = self._visible(request, object_id)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "title": "変更履歴", "object": row, "row_url": url_of(row), "versions": timeline.changes(row),
        }  # fmt: skip
        return TemplateResponse(request, "desk/history.html", context)

    def timeline_card(self, row: Any) -> dict[str, Any]:
        """経過."""
        told = timeline.entries([*self.hangs_on(row), *side_cards.hanging_on(row)])
        return card(
            "経過",
            "timeline",
            told,
            count=f"{len(told)}件",
            links=[{"label": "変更履歴", "url": "history/"}, {"label": "印刷", "url": "#print"}],
        )


def _folded(all_of_them: list[Button]) -> tuple[list[Button], list[Button]]:
    """What stands open, and what is folded away because there is so much."""
    if len(all_of_them) <= MOST_OPEN:
        return all_of_them, []
    return [b for b in all_of_them if not b.folded], [b for b in all_of_them if b.folded]
