"""The list of measures, and the page of one: order and confirmation apart."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from config.desk import clock
from config.desk.casepage import CaseAdmin
from config.desk.clause_cards import clause_card
from config.desk.jst import jshort
from config.desk.pages import CasePage, card, fact, url_of, verb_url
from config.desk.registry import verb
from config.desk.templatetags.desk import chip as chip_tag
from contracts.decisions.models import Decision
from contracts.measures.models import Measure
from contracts.measures.screens import chip as state
from contracts.measures.workflow import label_of
from contracts.rules.powers import POWERS
from notices.cards import letters_card
from notices.models import Notice

PROPOSE = "measures.propose_credential_suspension"


@admin.register(Measure)
class MeasureAdmin(CaseAdmin):
    """措置."""

    list_display = ("number", "what", "customer", "chip", "ground", "in_force_at", "lifted_at", "owner")
    list_filter = ("state", "ground")
    list_select_related = ("customer", "owner")
    search_fields = ("number__startswith", "customer__name_key__startswith", "customer__number__startswith")
    search_help_text = "措置番号、利用者名、利用者番号で検索"

    @admin.display(description="措置")
    def what(self, measure: Measure) -> str:
        """The power in words."""
        return label_of(measure)

    @admin.display(description="状態", ordering="state")
    def chip(self, measure: Measure) -> SafeString:
        """Where it stands."""
        return chip_tag(state(measure))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """With the way to propose one."""
        button = {"label": verb(PROPOSE).label, "url": verb_url(PROPOSE)}
        shown = [button] if request.user.has_perm(f"desk.{PROPOSE}") else []
        return super().changelist_view(request, (extra_context or {}) | {"list_buttons": shown})

    def hangs_on(self, measure: Measure) -> Iterable[Model]:
        """The measure, its blocks, letters with deliveries, decisions."""
        letters = list(Notice.objects.about(measure).prefetch_related("deliveries"))
        deliveries = [d for letter in letters for d in letter.deliveries.all()]
        blocks = [link.block for link in measure.links.select_related("block")]
        return [measure, *blocks, *letters, *deliveries, *Decision.objects.about(measure)]

    def page(self, request: HttpRequest, measure: Measure) -> CasePage:
        """What is blocked, since when and on which clause; the letter; what happened."""
        clause: dict[str, Any] = clause_card(POWERS[measure.power].clause, clock.jst_day(measure.proposed_at)) or {}
        return CasePage(
            title=label_of(measure), chips=[state(measure)], clause=POWERS[measure.power].clause, owner=str(measure.owner),
            messages=_messages(measure), main=[_blocks(measure), letters_card(measure), self.timeline_card(measure)],
            side=[card("概要", "facts", _facts(measure)), card("根拠条項", "clause", clause, sub=clause.get("version_label", ""))],
        )  # fmt: skip


def _messages(measure: Measure) -> list[dict[str, str]]:
    waiting = Decision.objects.about(measure).filter(state="proposed").first()
    if waiting is not None:
        return [
            {
                "tone": "info",
                "text": f"停止の決裁（{waiting.number}）が承認を待っています。通知の発送の前に、停止することはできません。",
            }
        ]
    if measure.state == "ordered":
        return [
            {
                "tone": "warning",
                "text": "停止の通知が発送を待っています。最初の発送のときから、認証情報を使えなくなります。",
            }
        ]
    return []


def _blocks(measure: Measure) -> dict[str, Any]:
    rows = [
        [
            {"text": block.credential.admin_id if block.credential else "", "strong": True}, jshort(block.since),
            jshort(block.until) if block.until else "停止中", jshort(block.confirmed_at) if block.confirmed_at else "製品での作業は未確認",
        ]
        for block in (link.block for link in measure.links.select_related("block__credential"))
    ]  # fmt: skip
    data = {"columns": ["認証情報", "停止の開始", "停止の終わり", "製品での実施の確認"], "rows": rows}
    return card("停止した認証情報", "table", data, count=f"{len(rows)}件", empty="まだ停止していません。")


def _facts(measure: Measure) -> list[dict[str, Any]]:
    power, subscription = POWERS[measure.power], measure.subscription
    ground = power.ground(measure.ground)
    return [
        fact("状態", "", chip=state(measure)),
        fact("利用者", measure.customer.name, url=url_of(measure.customer), sub=measure.customer.number),
        fact("契約", subscription.number, url=url_of(subscription)),
        fact("事由", ground.label, clause=ground.clause),
        fact("事実", measure.summary),
        fact(
            "通知",
            jshort(measure.notified_at) if measure.notified_at else "発送していません",
            sub="停止の前に通知します",
        ),
        fact("料金", "停止の間も発生します", clause=power.fees),
        fact("解除の条件", power.lifted_by),
        *([fact("解除", jshort(measure.lifted_at), sub=measure.lifted_reason)] if measure.lifted_at else []),
    ]
