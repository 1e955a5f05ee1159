"""A customer's clock on a case page: the picture, its table, the reasoning, the readings it began under."""

from datetime import date, datetime, timedelta
from typing import Any

from config.desk.chips import from_chip
from config.desk.clock import JST, jst_day
from config.desk.jst import jday, jday_year, jmoment, weekday
from config.desk.pages import card
from contracts.deadlines.clock_svg import Clock, PostTrack, clock_rows, clock_sentence, clock_tall, clock_wide
from contracts.deadlines.engine import kind_of
from contracts.deadlines.home import chip
from contracts.deadlines.models import Deadline
from contracts.deadlines.reckoning import Way
from contracts.deadlines.spoken import spoken
from contracts.deadlines.workflow import closures_of, under, ways_of
from contracts.rules.periods import roll
from contracts.terms.readings import Length
from contracts.terms.values import Value, find
from notices.engine import label
from notices.models import Delivery, Postage


def clock_card(deadline: Deadline, title: str, at: datetime, message: str = "", *, day: str = "期限") -> dict[str, Any]:
    """A period as a picture; `day` is what the letter calls its last day (是正期限)."""
    picture = _picture(deadline, at, day)
    data = {
        "svg_wide": clock_wide(picture), "svg_tall": clock_tall(picture), "sentence": clock_sentence(picture), "table": clock_rows(picture),
        "message": message + _unsent(deadline),
    }  # fmt: skip
    shown = (
        from_chip(deadline.act_from)
        if deadline.act_from and at >= deadline.act_from and not deadline.met_on
        else chip(deadline, jst_day(at))
    )
    links = [
        {"label": "計算の根拠", "url": f"#card-why-{deadline.pk}"},
        {"label": "表で見る", "url": f"#table-clock-{deadline.pk}"},
    ]
    return card(title, "clock", data, chip=shown, links=links, key=f"clock-{deadline.pk}")


def _unsent(deadline: Deadline) -> str:
    """What could not be sent counts for nothing, and the page says so."""
    ways = ways_of(deadline.notice) if deadline.notice else []
    told = "メールは送信できなかったため、数えていません。" if any(way.failed for way in ways) else ""
    return told + ("登録と違う宛先に出た分は、数えていません。" if any(way.elsewhere for way in ways) else "")


def reasoning_card(deadline: Deadline, of: str = "") -> dict[str, Any]:
    """なぜこの日? In words for the telephone, then each step with its law, clause or reading; other readings beside it."""
    results = [d for d in (_named(deadline.communicated_on), _act(deadline.act_from, deadline.blocked)) if d]
    others = _others(deadline) if deadline.notice and deadline.state == Deadline.State.RUNNING else []
    data = {"results": results, "spoken": spoken(deadline.reasoning), "steps": deadline.reasoning, "others": others}
    key = f"why-{deadline.pk}"
    links = [{"label": "別の読み方と比べる", "url": f"#others-{key}"}] if others else []
    return card(f"なぜこの日か{of}", "reasoning", data, key=key, sub="計算の根拠", links=links)


def _others(deadline: Deadline) -> list[dict[str, Any]]:
    """What each other reading would have named and allowed (legal chooses; this clock keeps its own)."""
    found = []
    for reading in (find(key) for key in ("named_day", "rollover")):
        for code, words in reading.choices:
            if code != deadline.readings.get(reading.key):
                named, reckoned = under(deadline, **{reading.key: code})
                dates = [_named(named), _act(reckoned.act_from, reckoned.blocked)]
                found.append({"label": f"{reading.label}：{words}", "dates": dates})
    return found


READ_BY_CLOCKS = ("rollover", "named_day")


def readings_of(deadline: Deadline) -> list[tuple[str, str]]:
    """The readings and the length that were fixed at the beginning, in words; with the individual terms that set them."""
    kept = [find(key) for key in READ_BY_CLOCKS if key in deadline.readings]
    return [*((value.label, _as_kept(value, deadline)) for value in kept), ("期間の長さ", _length_kept(deadline))]


def _as_kept(value: Value, deadline: Deadline) -> str:
    by = deadline.readings.get("individual", {}).get(value.key)
    words = value.words(deadline.readings[value.key])
    return f"{words}（個別規約 {by['number']}）" if by else words


def _length_kept(deadline: Deadline) -> str:
    length = Length(**deadline.length)
    by = f"個別規約 {length.individual}" if length.individual else f"規約の版 {deadline.readings.get('version', '')}"
    return f"{length.words()}（{by}）"


def _named(day: date | None) -> dict[str, Any] | None:
    if day is None:
        return None
    shown = jday_year(day).partition("（")[0]
    return {"label": "期限（通知に記載）", "value": shown, "weekday": weekday(day), "stamp": day}


def _act(moment: datetime | None, blocked: str) -> dict[str, Any]:
    if moment is None:
        return {"label": "措置できる日時", "value": "まだ決まりません", "note": blocked}
    return {"label": "措置できる日時", "value": jmoment(moment), "stamp": moment.astimezone(JST)}


def _picture(deadline: Deadline, at: datetime, day: str) -> Clock:
    notice = deadline.notice
    deliveries = list(notice.deliveries.all()) if notice else []
    ways = ways_of(notice) if notice else []
    back = bool(ways) and all(way.status == "back" for way in ways)
    first = min((d for d in deliveries if d.dispatched_at), key=lambda d: d.dispatched_at or at, default=None)
    started = first.dispatched_at if first and first.dispatched_at else deadline.started_at
    length = Length(**deadline.length).words()
    return Clock(
        started_at=started, start_label=f"{label(notice.kind) if notice else '通知'} 発送（{first.get_channel_display() if first else ''}）",
        period_label=_period_label(deadline, jst_day(started), length),
        communicated_on=deadline.communicated_on or jst_day(started),
        communicated_label=f"{day}（通知に記載）", act_from=deadline.act_from, stopped=_why_stopped(ways) if back else "",
        waiting_for=_waiting_for(deadline, back),
        met_at=deadline.met_on, now=at, posts=tuple(p for d in deliveries if (p := _post(d, deadline))), closed=_closed(started, deadline, at),
        key=str(deadline.pk), waiting_note=_why_longer(deadline), agreed_on=deadline.extended_to,
    )  # fmt: skip


def _why_stopped(ways: list[Way]) -> str:
    return "宛先が登録と違う" if any(way.elsewhere for way in ways) else "返戻・不達"


def _period_label(deadline: Deadline, started: date, length: str) -> str:
    """The length stands on the bar only where the bar is that long: post, holidays and the letter's day lengthen it."""
    name, days = kind_of(deadline).label, deadline.length.get("days")
    if days and deadline.communicated_on and (deadline.communicated_on - started).days > days:
        return f"{name}（通知に書いた期限まで）"
    return f"{name} {length}（初日 {_month_day(started)} は算入しない）"


def _waiting_for(deadline: Deadline, back: bool) -> str:
    if deadline.act_from is not None or back:
        return ""
    return "配達の記録を待つ" if "配達" in deadline.blocked else "発送を待つ"


def _why_longer(deadline: Deadline) -> str:
    """Why we wait beyond the letter's day: agreed, or the post that came later, or a closed day."""
    if deadline.extended_to:
        return f"合意により{jday(deadline.extended_to)}まで延長"
    results = {step["rule"]: step["result"] for step in deadline.reasoning}
    late = "郵送分から" in results.get("遅いほうから数える", "") or "郵送分は配達から数える" in results
    rolled = not results.get("末日が休業日なら繰り下げる", "休業日ではない").startswith("休業日ではない")
    days = Length(**deadline.length).words()
    return "と".join([*([f"郵送分の{days}"] if late else []), *(["休業日の繰下げ"] if rolled else [])])


def _month_day(day: date) -> str:
    return f"{day.month}/{day.day}"


def _post(delivery: Delivery, deadline: Deadline) -> PostTrack | None:
    if delivery.channel != "post" or delivery.dispatched_at is None:
        return None
    posted = jst_day(delivery.dispatched_at)
    ordinary = delivery.postage == Postage.ORDINARY and delivery.delivered_at is None
    expected = posted + timedelta(days=int(deadline.readings.get("transit_days", 3))) if ordinary else None
    return PostTrack(
        label="郵送分", posted_on=delivery.dispatched_at, arrived_on=delivery.delivered_at, expected_on=expected, returned_on=delivery.returned_at,
        method=delivery.get_postage_display(), waived=delivery.waived_at is not None,
    )  # fmt: skip


def _closed(started: datetime, deadline: Deadline, at: datetime) -> list[date]:
    first = jst_day(started) - timedelta(days=2)
    last = max(
        jst_day(deadline.act_from) if deadline.act_from else jst_day(started),
        jst_day(at),
        deadline.communicated_on or first,
    ) + timedelta(days=10)
    own = closures_of(deadline.readings)
    mode: Any = "statutory" if deadline.readings.get("rollover") == "statutory" else "business"
    return [
        d for d in (first + timedelta(days=n) for n in range(min((last - first).days, 400))) if roll(d, mode, own) != d
    ]
