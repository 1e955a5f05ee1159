"""The list of objections, the page of one, and the list of what approvers were told by e-mail."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from config.desk.casepage import CaseAdmin, ReadOnlyAdmin
from config.desk.chips import state_chip
from config.desk.jst import jshort
from config.desk.listpage import short
from config.desk.pages import CasePage, card, fact, note, url_of
from config.desk.search import row_of
from config.desk.templatetags.desk import chip as chip_tag
from contracts.decisions import upholding
from contracts.decisions.models import Objection, Telling, in_place_of
from contracts.decisions.objection_screens import chip
from contracts.decisions.objections import deciders_of, kind_of, label

TOLD = {"claimed": "waiting", "told": "done", "failed": "failed"}


@admin.register(Objection)
class ObjectionAdmin(CaseAdmin):
    """異議."""

    list_display = ("number", "what", "customer", "chip", "against", "received", "ruled_by")
    list_filter = ("state",)
    list_select_related = ("customer", "ruled_by")
    search_fields = ("number__startswith", "against__startswith", "customer__name_key__startswith")
    search_help_text = "異議番号、対象の番号、利用者名で検索"

    @admin.display(description="種類")
    def what(self, objection: Objection) -> str:
        """The kind in words."""
        return label(objection.kind)

    @admin.display(description="状態", ordering="state")
    def chip(self, objection: Objection) -> SafeString:
        """Where it stands."""
        return chip_tag(chip(objection))

    @admin.display(description="受けた日時", ordering="received_at")
    def received(self, objection: Objection) -> str:
        """When it came."""
        return short(objection.received_at)

    def hangs_on(self, objection: Objection) -> Iterable[Model]:
        """The objection and the decision against which it goes."""
        return [objection, *([objection.decision] if objection.decision else [])]

    def page(self, request: HttpRequest, objection: Objection) -> CasePage:
        """What the customer says, what it goes against, what upholding does, and who cannot rule."""
        kind = kind_of(objection)
        return CasePage(
            title=kind.label, chips=[chip(objection)], clause=kind.clause, owner=str(objection.recorded_by), messages=_messages(objection),
            main=[card("異議の内容", "facts", _content(objection)), *_effects(objection), self.timeline_card(objection)],
            side=[card("概要", "facts", _summary(objection))],
        )  # fmt: skip


def _messages(objection: Objection) -> list[dict[str, str]]:
    if objection.state == "received":
        return [note("info", "先に判断していない承認の担当者の判断を待っています。異議だけでは、手続は止まりません。")]
    return []


def _content(objection: Objection) -> list[dict[str, Any]]:
    target = row_of(objection.against) or objection.decision
    rows = [fact("申出", objection.summary), fact("受けた日時", jshort(objection.received_at))]
    rows.append(fact("対象", objection.against or "認定そのもの", url=url_of(target)))
    if objection.incoming:
        rows.append(fact("受信", objection.incoming, url=url_of(row_of(objection.incoming))))
    if objection.ruled_by and objection.ruled_at:
        rows.append(
            fact(
                "判断",
                objection.get_state_display(),
                sub=f"{objection.ruled_by}　{jshort(objection.ruled_at)}{_place(objection)}",
            )
        )
    if objection.withdrawn_at:
        rows.append(fact("取下げ", jshort(objection.withdrawn_at)))
    return [*rows, *([fact("理由", objection.reason)] if objection.reason else [])]


def _place(objection: Objection) -> str:
    return f"　{in_place_of(objection.ruled_for)}" if objection.ruled_for else ""


def _effects(objection: Objection) -> list[dict[str, Any]]:
    """What upholding would do while it waits; what it did, once it was upheld."""
    if objection.state == "received":
        told = upholding.effects(kind_of(objection), objection)
        return [card("認めると起こること", "facts", [fact(f"{n}", text) for n, text in enumerate(told, 1)])]
    done = [fact(f"{n}", text) for n, text in enumerate(objection.effects, 1)]
    return [card("認めたことの効果", "facts", done)] if done else []


def _summary(objection: Objection) -> list[dict[str, Any]]:
    subject = objection.subject
    before = type(objection.recorded_by)._default_manager.filter(pk__in=_barred(objection)).order_by("pk")
    return [
        fact("状態", "", chip=chip(objection)),
        fact("利用者", objection.customer.name, url=url_of(objection.customer), sub=objection.customer.number),
        fact(str(subject._meta.verbose_name), subject.number, url=url_of(subject)),
        fact("登録した人", str(objection.recorded_by)),
        fact(
            "除かれる人",
            "、".join(str(user) for user in before),
            sub="先に判断した人と、異議を登録した人は、判断できません。",
        ),
    ]


def _barred(objection: Objection) -> set[int]:
    kept = set(objection.deciders.values_list("user", flat=True))
    return kept | (deciders_of(objection) if objection.state == "received" else set())


@admin.register(Telling)
class TellingAdmin(ReadOnlyAdmin):
    """承認者への連絡: whom the pump told of what waits, and what became of it."""

    list_display = ("claimed_at", "user", "what", "chip", "told_at", "failure")
    list_display_links = None
    list_filter = ("state",)
    list_select_related = ("user", "decision", "objection")

    @admin.display(description="待っているもの")
    def what(self, telling: Telling) -> str:
        """The number of the decision or the objection."""
        return str(telling.about)

    @admin.display(description="状態", ordering="state")
    def chip(self, telling: Telling) -> SafeString:
        """What became of the e-mail."""
        tone: Any = TOLD[telling.state]
        return chip_tag(state_chip(tone, telling.get_state_display()))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A telling has no page of its own."""
        return self.to_list(request)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Nor has its history."""
        return self.to_list(request)
