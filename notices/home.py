"""Letters on the home page: what is to be posted, what came back, what is unclear."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from config.desk import clock, customer_cards, customer_strip, handlers, home, nav, search
from config.desk.chips import state_chip
from config.desk.counting import Counted
from config.desk.home import Asked, HomeRow
from config.desk.jst import jshort
from config.desk.models import HandlerRun
from config.desk.pages import url_of, verb_url
from config.desk.registry import verb
from notices.alarms import closing
from notices.alarms.stages import values_in_force
from notices.cards import in_short, of_customer
from notices.chips import delivery_chip
from notices.engine import kinds, label
from notices.models import Delivery, Notice
from notices.posting.querysets import free
from notices.resending import next_of


def _row(
    delivery: Delivery, asked: Asked, *, chip: Any, title: str, sub: str, key: str, day: date | None = None
) -> HomeRow:
    notice = delivery.notice
    may = asked.holds(key)
    return HomeRow(
        chip=chip, title=title, sub=f"通知 {notice}　{sub}", customer=str(notice.customer), customer_url=url_of(notice.customer),
        clause="4(1)(2)" if delivery.channel == "post" else "4(1)(1)", owner=str(notice.ordered_by),
        next_label=verb(key).label if may else "内容を開く", next_url=verb_url(key, notice) if may else url_of(notice), day=day,
    )  # fmt: skip


def _to_post(first: int | None, last: int) -> home.Source:
    def fill(asked: Asked) -> tuple[Counted, list[HomeRow]]:
        if asked.leaves_out("notices.mark_posted"):
            return 0, []
        rows = free().filter(notice__planned_dispatch_on__lte=asked.today + timedelta(days=last))
        if first is not None:
            rows = rows.filter(notice__planned_dispatch_on__gte=asked.today + timedelta(days=first))
        shown = list(rows.select_related("notice__customer", "notice__ordered_by")[: asked.limit])
        values = values_in_force() if shown else {}
        return rows, [_post_row(d, asked, values) for d in shown]

    return fill


def _post_row(delivery: Delivery, asked: Asked, values: dict[str, Any]) -> HomeRow:
    chip = closing.chip(delivery, asked.at, values)
    title = f"{label(delivery.notice.kind)}の郵送分を差し出してください"
    return _row(
        delivery,
        asked,
        chip=chip,
        title=title,
        sub="印刷は「印刷と差出し」から",
        key="notices.mark_posted",
        day=delivery.notice.planned_dispatch_on,
    )


def _came_back(asked: Asked) -> tuple[Counted, list[HomeRow]]:
    """What came back on every way and was not sent anew; while another way arrived, the letter's page only warns."""
    rows = Delivery.objects.came_back().filter(notice__state__in=["dispatched", "final"], notice__followed_up=False)
    rows = rows.exclude(notice__deliveries__state__in=["dispatched", "delivered"])
    if asked.mine:
        rows = rows.filter(notice__kind__in=[k.key for k in kinds() if asked.holds(k.resend_verb or "notices.settle")])
    shown = rows.select_related("notice__customer", "notice__ordered_by").order_by("-returned_at")[: asked.limit]
    return rows, [_back_row(d, asked) for d in shown]


def _back_row(delivery: Delivery, asked: Asked) -> HomeRow:
    notice = delivery.notice
    next_label, next_url = next_of(notice, asked.by, asked.at)
    title = (
        f"郵送分が返戻されました（{delivery.failure}）"
        if delivery.channel == "post"
        else f"メールが届きませんでした（{delivery.failure}）"
    )
    return HomeRow(
        chip=delivery_chip(delivery), title=title, sub=f"通知 {notice}　{label(notice.kind)}", customer=str(notice.customer),
        customer_url=url_of(notice.customer), clause="4(1)(2)" if delivery.channel == "post" else "4(1)(1)", owner=str(notice.ordered_by),
        next_label=next_label, next_url=next_url,
    )  # fmt: skip


def _elsewhere(asked: Asked) -> tuple[Counted, list[HomeRow]]:
    """What went only to a place that was not registered any more, and was not sent anew: we had been told before (7(3))."""
    rows = Delivery.objects.to_elsewhere().filter(notice__state="dispatched", notice__followed_up=False)
    rows = rows.exclude(notice__in=Delivery.objects.has_left().filter(elsewhere=False).order_by().values("notice"))
    if asked.mine:
        rows = rows.filter(notice__kind__in=[k.key for k in kinds() if asked.holds(k.resend_verb or "notices.settle")])
    shown = rows.select_related("notice__customer", "notice__ordered_by").order_by("-dispatched_at")[: asked.limit]
    title = "登録と違う宛先に出ています。発送の前に、変更の届出を受けていました"
    return rows, [replace(_back_row(d, asked), title=title, clause="7(3)") for d in shown]


def _unclear(asked: Asked) -> tuple[Counted, list[HomeRow]]:
    if asked.leaves_out("notices.retry_delivery"):
        return 0, []
    rows = Delivery.objects.unclear().filter(notice__state__in=["final", "dispatched"])
    shown = rows.select_related("notice__customer", "notice__ordered_by").order_by("pk")[: asked.limit]
    return rows, [_unclear_row(d, asked) for d in shown]


def _unclear_row(delivery: Delivery, asked: Asked) -> HomeRow:
    if delivery.state == Delivery.State.FAILED:
        return _row(
            delivery,
            asked,
            chip=delivery_chip(delivery),
            title=f"メールを送信できませんでした。{delivery.failure}",
            sub=label(delivery.notice.kind),
            key="notices.retry_delivery",
        )
    sub = jshort(delivery.claimed_at) if delivery.claimed_at else ""
    return _row(
        delivery,
        asked,
        chip=delivery_chip(delivery),
        title="送信の結果が不明です。記録を確かめてください",
        sub=sub,
        key="notices.record_outcome",
    )


def _left_all_the_same(asked: Asked) -> tuple[Counted, list[HomeRow]]:
    """A cancelled letter that was posted: the customer reads what the company does not stand by."""
    if asked.leaves_out("notices.settle"):
        return 0, []
    rows = Delivery.objects.left_all_the_same()
    shown = rows.select_related("notice__customer", "notice__ordered_by").order_by("pk")[: asked.limit]
    return rows, [_left_row(d, asked) for d in shown]


def _left_row(delivery: Delivery, asked: Asked) -> HomeRow:
    title = f"取り消した{label(delivery.notice.kind)}が発送されています。利用者に知らせ、対応を記録してください"
    sent = jshort(delivery.dispatched_at) if delivery.dispatched_at else ""
    return _row(delivery, asked, chip=delivery_chip(delivery), title=title, sub=sent, key="notices.settle")


def _void(asked: Asked) -> tuple[Counted, list[HomeRow]]:
    """Letters that could not be made, until they are ordered anew."""
    if asked.leaves_out("notices.retry_delivery"):
        return 0, []
    rows = Notice.objects.filter(state="void", followed_up=False).select_related("customer", "ordered_by")
    made = [
        HomeRow(chip=state_chip("failed", "書面を作れず"), title=n.closed_reason, sub=f"通知 {n}　{label(n.kind)}", customer=str(n.customer),
                customer_url=url_of(n.customer), clause="4(1)", owner=str(n.ordered_by), next_label="内容を開く", next_url=url_of(n.subject))
        for n in rows[: asked.limit]
    ]  # fmt: skip
    return rows, made


def _failed_handlers(asked: Asked) -> tuple[Counted, list[HomeRow]]:
    if asked.leaves_out("desk.retry_handler"):
        return 0, []
    rows = HandlerRun.objects.filter(state=HandlerRun.State.FAILED).order_by("pk")
    return rows, [_handler_row(run, asked) for run in rows[: asked.limit]]


def _handler_row(run: HandlerRun, asked: Asked) -> HomeRow:
    may = asked.holds("desk.retry_handler")
    left = len(handlers.RETRY_AFTER) + 1 - run.attempts
    sub = f"自動の再試行はあと{left}回" if run.next_attempt_at else "自動の再試行は終わりました"
    return HomeRow(
        chip=state_chip("failed", "後処理の失敗"), title="発送は記録しました。その後の処理だけが失敗しました",
        sub=f"通知 {getattr(run.row, 'notice', run.row)}　{sub}",
        customer=str(run.customer or ""), customer_url=url_of(run.customer), next_label="もう一度実行する" if may else "",
        next_url=verb_url("desk.retry_handler", run) if may else "",
    )  # fmt: skip


_FAILED = (_unclear, _left_all_the_same, _void, _failed_handlers)


def troubles() -> list[Counted]:
    """What in letters needs a person, for the sidebar."""
    asked = Asked(by=None, at=clock.now(), mine=False, limit=0)
    return [source(asked)[0] for source in (_came_back, _elsewhere, *_FAILED)]


def register_all() -> None:
    """Called once, when the engine starts."""
    customer_cards.register(50, of_customer)
    customer_strip.register(30, in_short)
    home.source("overdue", _to_post(None, -1))
    home.source("today", _to_post(0, 0))
    home.source("week", _to_post(1, 7))
    home.source("returned", _came_back)
    home.source("returned", _elsewhere)
    for call in _FAILED:
        home.source("failed", call)
    search.numbers("N", Notice)
    nav.register(nav.Entry(
        group="通知", label="通知・配達", url_name="admin:notices_notice_changelist", permission="notices.view_notice", count=troubles, alert=True,
    ))  # fmt: skip
