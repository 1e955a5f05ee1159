"""What mail services told of a letter's e-mail: on its page, and before a person decides what became of it."""

from typing import Any

from config.desk.chips import Chip, StateTone, state_chip
from config.desk.jst import jmoment, jshort
from config.desk.pages import card, note
from notices.mail.events import BACK, events_of, matches
from notices.mail.models import MailEvent
from notices.mail.reasons import why
from notices.models import Delivery, Notice

_TONES: dict[str, StateTone] = {
    "delivered": "done", "bounced": "returned", "rejected": "returned", "failed": "failed", "complained": "failed", "deferred": "waiting",
}  # fmt: skip
COLUMNS = ["事象", "日時", "宛先", "理由", "サービス"]
MOST = 50


def event_chip(event: MailEvent) -> Chip:
    """What happened; a state chip, since it reads like one."""
    return state_chip(_TONES.get(event.kind, "running"), event.get_kind_display())


def reason_of(event: MailEvent) -> str:
    """Why it did not arrive; of everything else, nothing."""
    return why(event) if event.kind in BACK else ""


def events_card(notice: Notice) -> list[dict[str, Any]]:
    """送信サービスの記録 on the page of a letter: none where no service told anything."""
    rows = [_row(event, notice.email) for event in _events(notice)]
    return (
        [card("送信サービスの記録", "table", {"columns": COLUMNS, "rows": rows}, count=f"{len(rows)}件")]
        if rows
        else []
    )


def _events(notice: Notice) -> list[MailEvent]:
    email = notice.email
    return list(events_of(email)[:MOST]) if email is not None and email.message_id else []


OTHER = "宛先が違うため、反映していません"


def _row(event: MailEvent, email: Delivery | None) -> list[Any]:
    other = email is not None and not matches(event, email)
    return [
        {"chip": event_chip(event), "text": ""},
        jshort(event.at),
        f"{event.recipient}（{OTHER}）" if other else event.recipient,
        reason_of(event) or "—",
        event.service,
    ]


def told(notice: Notice) -> list[dict[str, str]]:
    """Above 結果を記録する: a mail that is in flight for us may have been seen elsewhere. It only speaks; a person decides."""
    email = notice.email
    if email is None or email.state != Delivery.State.IN_FLIGHT:
        return []
    seen = [event for event in _events(notice) if event.kind != MailEvent.Kind.UNKNOWN and matches(event, email)]
    return [_spoken(seen[-1])] if seen else [note("info", NOTHING)]


NOTHING = (
    "送信サービスからの記録は、届いていません。メールサーバーの記録で、識別子（「概要」にあります）を探してください。"
)


def _spoken(event: MailEvent) -> dict[str, str]:
    what = f"送信サービスの記録では、{jmoment(event.at)}に「{event.get_kind_display()}」です"
    if event.kind in (MailEvent.Kind.REJECTED, MailEvent.Kind.FAILED):
        return note("warning", f"{what}（{why(event)}）。相手には届いていません。")
    back = f"（{why(event)}）" if event.kind in BACK else ""
    left = "このメールは送信されています。「送信されていた」と記録してください。"
    after = "記録すると、不達として扱います。" if back else ""
    return note("info", f"{what}{back}。{left}{after}")


def odd_ones(notice: Notice) -> list[dict[str, str]]:
    """On the page of a letter: what a service told and a person recorded otherwise."""
    email = notice.email
    if email is None or not (email.state == Delivery.State.DELIVERED or _mended(email)):
        return []
    back = [event for event in _events(notice) if event.kind in BACK and matches(event, email)]
    return (
        [note("warning", f"配達の記録と合わない通知があります。{jmoment(back[-1].at)}　{why(back[-1])}。")]
        if back
        else []
    )


def _mended(email: Delivery) -> bool:
    """Whether a person put its record right: what was told before has no effect any more."""
    return email.state == Delivery.State.DISPATCHED and email.corrections.exists()
