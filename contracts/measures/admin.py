"""The list of measures, and the page of one: order and confirmation apart."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.safestring import SafeString

from config.desk import clausefilter, clock
from config.desk.casepage import CaseAdmin
from config.desk.chips import state_chip
from config.desk.clause_cards import clause_card
from config.desk.jst import jshort
from config.desk.listpage import DaysFilter, ListPage, short
from config.desk.pages import Button, CasePage, card, fact, leads_of, note, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from contracts.decisions.models import Decision
from contracts.licenses.models import Block
from contracts.measures import applying
from contracts.measures.models import Measure
from contracts.measures.screens import PROPOSE
from contracts.measures.screens import chip as state
from contracts.measures.under_clause import narrow
from contracts.measures.workflow import CONSENT_VERB, label_of, waits_again
from contracts.rules.powers import POWERS
from notices.cards import letters_card
from notices.models import Notice


@admin.register(Measure)
class MeasureAdmin(ListPage, CaseAdmin):
    """措置."""

    list_display = ("what", "customer_shown", "chip", "why", "span", "owner")
    list_filter = ("state", "basis", "ground", ("in_force_at", DaysFilter), clausefilter.by(narrow))
    list_select_related = ("customer", "owner")
    search_fields = ("number__startswith", "customer__name_key__startswith", "customer__number__startswith")
    search_help_text = "措置番号、利用者名、利用者番号で検索"
    search_placeholder = "措置番号、利用者名、利用者番号"

    @admin.display(description="措置", ordering="number")
    def what(self, measure: Measure) -> SafeString:
        """The number, and the power in words."""
        return two_lines(measure.number, label_of(measure))

    @admin.display(description="利用者")
    def customer_shown(self, measure: Measure) -> SafeString:
        """Whose credentials."""
        return two_lines(measure.customer.name, measure.customer.number, url_of(measure.customer))

    @admin.display(description="状態", ordering="state")
    def chip(self, measure: Measure) -> SafeString:
        """Where it stands."""
        return chip_tag(state(measure))

    @admin.display(description="事由・根拠", ordering="ground")
    def why(self, measure: Measure) -> SafeString:
        """The ground, and whether a notice came before it or the customer consented."""
        return two_lines(measure.get_ground_display() or "利用者の申出", measure.get_basis_display())

    @admin.display(description="実施・解除", ordering="in_force_at")
    def span(self, measure: Measure) -> SafeString | str:
        """Since when, and when it ended."""
        if measure.in_force_at is None:
            return ""
        return two_lines(short(measure.in_force_at), f"解除 {short(measure.lifted_at)}" if measure.lifted_at else "")

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The ways to begin one."""
        held = [verb(key) for key in (PROPOSE, CONSENT_VERB) if permitted(verb(key), request.user)]
        return [{"label": v.label, "url": verb_url(v.key)} for v in held]

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
            messages=_messages(measure), buttons=_faster_ways(measure, request.user),
            main=[_blocks(measure), letters_card(measure), self.timeline_card(measure)],
            side=[card("概要", "facts", _facts(measure)), card("根拠条項", "clause", clause, sub=clause.get("version_label", ""))],
        )  # fmt: skip


def _faster_ways(measure: Measure, by: Any) -> list[Button]:
    return leads_of(applying.leads(measure), by) if measure.state in ("proposed", "ordered") else []


def _messages(measure: Measure) -> list[dict[str, str]]:
    if measure.state == "proposed":
        waiting = Decision.objects.about(measure).order_by("-pk").first()
        number = waiting.number if waiting else ""
        return [note("info", f"停止の決裁（{number}）を待っています。通知の発送の前に、停止することはできません。")]
    if applying.released_by_nobody(measure):
        return [note("info", f"{applying.NOTHING_AFTER_END}（第23条第3項）")]
    if measure.state == "ordered":
        return [note("warning", _ordered(measure))]
    return (
        [note("warning", _task(measure))]
        if measure.state in ("in_force", "lifted") and applying.unconfirmed(measure)
        else []
    )


def _ordered(measure: Measure) -> str:
    if waits_again(measure):
        return (
            "停止の通知が届かなかったので、停止は終わりました。残りの方法が発送されると、そのときから再び停止します。"
            "やめるときは、停止を解除してください。"
        )
    return "停止の通知が発送を待っています。最初の発送のときから、認証情報を使えなくなります。"


def _task(measure: Measure) -> str:
    what = "停止" if measure.state == "in_force" else "再開"
    return f"製品での{what}は、まだ確認していません。{what}の命令と、製品での作業は別です。作業を終えたら記録してください。"


def _blocks(measure: Measure) -> dict[str, Any]:
    """For each credential the order and what was confirmed in the product, of the stop and of its end."""
    links = list(measure.links.select_related("block__credential").order_by("pk"))
    rows = [line for link in links for line in _orders(link.block, measure)]
    data = {"columns": ["認証情報", "内容", "命令", "製品での確認"], "rows": rows}
    return card("停止した認証情報", "table", data, count=f"{len(links)}件", empty="まだ停止していません。")


def _orders(block: Block, measure: Measure) -> list[list[Any]]:
    name = {"text": block.credential.admin_id if block.credential else "", "strong": True}
    stop = [name, "停止", jshort(block.since), _confirmed(block.confirmed_at, measure.applied_how)]
    if block.until is None:
        return [stop]
    if block.release_confirmed_at is None and applying.released_by_nobody(measure):
        return [stop, [name, "再開", jshort(block.until), {"text": "契約終了により行わない", "sub": ""}]]
    return [stop, [name, "再開", jshort(block.until), _confirmed(block.release_confirmed_at, measure.released_how)]]


def _confirmed(moment: datetime | None, how: str) -> Any:
    if moment is None:
        return {"chip": state_chip("waiting", "未確認"), "text": ""}
    return {"chip": state_chip("done", "確認済"), "text": jshort(moment), "sub": how}


def _facts(measure: Measure) -> list[dict[str, Any]]:
    power, subscription = POWERS[measure.power], measure.subscription
    ground = power.ground(measure.ground) if measure.ground else None
    return [
        fact("状態", "", chip=state(measure)),
        fact("利用者", measure.customer.name, url=url_of(measure.customer), sub=measure.customer.number),
        fact("契約", subscription.number, url=url_of(subscription)),
        *([fact("漏洩等の連絡", measure.report.number, url=url_of(measure.report))] if measure.report else []),
        *([fact("事由", ground.label, clause=ground.clause)] if ground else []),
        fact("事実", measure.summary),
        *(_consent(measure) if measure.basis == Measure.Basis.CONSENT else _notice(measure)),
        fact("料金", "停止の間も発生します", clause=power.fees),
        fact("解除の条件", power.lifted_by),
        *([fact("解除", jshort(measure.lifted_at), sub=measure.lifted_reason)] if measure.lifted_at else []),
    ]


def _notice(measure: Measure) -> list[dict[str, Any]]:
    left = jshort(measure.notified_at) if measure.notified_at else "発送していません"
    return [fact("通知", left, sub="停止の前に通知します")]


def _consent(measure: Measure) -> list[dict[str, Any]]:
    when = jshort(measure.consented_at) if measure.consented_at else ""
    told = [fact("承諾", f"{measure.consent_by}　{when}", sub=measure.consent_how)]
    entered = measure.incoming
    return [*told, *([fact("承諾の受信", entered.number, url=url_of(entered), sub=entered.title)] if entered else [])]
