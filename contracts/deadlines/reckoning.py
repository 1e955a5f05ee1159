"""Reckoning a customer's period over the ways on which its letter went (Art. 4, Art. 23(1); readings "two channels").

Each channel has its own count: e-mail from dispatch; ordinary post from posting plus the transit days, or its recorded
delivery; recorded post from its recorded delivery. We may act after the latest. A channel still queued, or recorded post
not yet delivered, blocks, unless two people decided not to wait for it while another way has left; a delivery known later
counts again. A returned one counts for nothing; alone, it stops the clock. What the letter names binds us, and so does a
later day that was agreed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from config.desk.clock import JST, jst_day
from config.desk.jst import jday, jmoment
from contracts.rules.periods import Computation, Step, compute, last_day
from contracts.terms.readings import Length

ELSEWHERE = "登録の宛先に出した通知がありません（発送の前に変更の届出）"
OPENING = "措置できる日時は、まだ決まらない"
Status = Literal["queued", "left", "arrived", "back"]


@dataclass(frozen=True, kw_only=True)
class Way:
    """One channel of a letter: where it stands, and when (aware moments)."""

    channel: Literal["email", "post"]
    status: Status
    recorded: bool = False
    dispatched_at: datetime | None = None
    delivered_at: datetime | None = None
    waived_at: datetime | None = None  # by two people; counts only while no delivery is known
    elsewhere: bool = (
        False  # to a place that was not registered when it left: counts as little, and is told (Arts. 4(1), 7)
    )
    failed: bool = False  # nothing of it could be sent; counts as little as what came back, and is told

    @property
    def waived(self) -> bool:
        """Left, without a record of its delivery, and not waited for."""
        return self.waived_at is not None and self.status == "left"


@dataclass(frozen=True, kw_only=True)
class Extension:
    """The last day (JST) that was agreed with the customer, and the decision that approved it."""

    to: date
    decision: str


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How long, and under which readings."""

    length: Length
    rollover: Literal["none", "statutory", "business"]
    named_day: Literal["safe", "literal"]
    transit_days: int
    closures: Collection[date] = ()
    basis: str = ""  # what sets the length, in words: 規約第23条第1項

    @classmethod
    def of(cls, length: Length, readings: Mapping[str, Any], closures: Collection[date], basis: str = "") -> "Terms":
        """From the snapshot that a deadline keeps."""
        return cls(
            length=length, rollover=readings["rollover"], named_day=readings["named_day"],
            transit_days=int(readings["transit_days"]), closures=closures, basis=basis,
        )  # fmt: skip

    def count(self, start: datetime | date, event: str = "") -> Computation:
        """The period from this start (発送, 配達)."""
        return compute(
            start, days=self.length.days, months=self.length.months, mode=self.rollover, closures=self.closures,
            event=event, length_basis=self.basis,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Reckoning:
    """The first moment at which we may act; None with the reason while it cannot be known."""

    act_from: datetime | None
    blocked: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the letter will name, and from when we shall be able to act if all goes as planned."""

    communicated_on: date
    act_from: datetime
    steps: tuple[Step, ...]


def midnight_after(day: date) -> datetime:
    """24:00 JST of a day."""
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=JST)


def plan(planned: date, channels: Sequence[str], terms: Terms) -> Plan:
    """The day that the letter names, from the planned day of dispatch (a bare date, which excludes its day)."""
    post = "post" in channels
    email = terms.count(planned, "発送")
    late = terms.count(planned + timedelta(days=terms.transit_days), "到達") if post else email
    transit = (_transit_step(planned, terms),) if post else ()
    act_from = max(email.act_from, late.act_from) if "email" in channels or not post else late.act_from
    if terms.named_day == "literal":
        named = last_day(planned, days=terms.length.days, months=terms.length.months)
        return Plan(
            communicated_on=named,
            act_from=max(act_from, midnight_after(named)),
            steps=(*transit, *late.steps, _literal_step(planned, named)),
        )
    named = jst_day(act_from) - timedelta(days=1)
    return Plan(communicated_on=named, act_from=act_from, steps=(*transit, *late.steps, _safe_step(act_from, named)))


def _transit_step(planned: date, terms: Terms) -> Step:
    arrives = planned + timedelta(days=terms.transit_days)
    return Step(
        "郵送分の到達を見込む",
        f"社内の取扱い：所要{terms.transit_days}日",
        f"{jday(planned)}差出し",
        f"{jday(arrives)}到達見込み",
    )


def _safe_step(act_from: datetime, named: date) -> Step:
    return Step("通知には、措置できる日の前日を書く", "読み方：通知に書く期限", jmoment(act_from), f"{jday(named)}まで")


def _literal_step(planned: date, named: date) -> Step:
    return Step(
        "通知には、最初の発送から数えた末日を書く",
        "読み方：通知に書く期限（文字どおり）",
        f"{jday(planned)}発送",
        f"{jday(named)}まで",
    )


def reckon(
    ways: Sequence[Way], communicated_on: date | None, terms: Terms, extension: Extension | None = None
) -> Reckoning:
    """From what really happened on each way."""
    present = [way for way in ways if way.status != "back"]
    unsent = tuple(_unsent_step(way) for way in ways if way.failed or way.elsewhere)
    if refused := _waits_for(present, ways):
        blocked = _blocked(refused)
        return replace(blocked, steps=(*unsent, *blocked.steps))
    counted = [way for way in present if not way.waived]
    reckoned = _latest(counted, communicated_on, terms)
    told = _told_waivers(present, counted, reckoned)
    return _extended(replace(told, steps=(*unsent, *told.steps)), extension)


def _waits_for(present: Sequence[Way], ways: Sequence[Way]) -> str:
    """What is still to be known; nothing where the ways can be counted. A waiver helps only while another way has left."""
    waits = any(way.status == "queued" for way in present)
    if not any(way.status in ("left", "arrived") for way in present):
        nothing = ELSEWHERE if any(way.elsewhere for way in ways) else "届いた通知がありません（返戻・不達）"
        return "発送を待っています" if waits else nothing
    if waits:
        return "まだ発送されていない方法があります"
    counted = [way for way in present if not way.waived]
    if not counted or any(_arrival_unknown(way) for way in counted):
        return "郵送分の配達の記録を待っています"
    return ""


def _unsent_step(way: Way) -> Step:
    which = "メール" if way.channel == "email" else "郵送"
    if way.elsewhere:
        basis = "規約第4条第1項・第7条第3項"
        return Step(f"{which}分は数えない", basis, f"{which}は、登録と違う宛先に出た", "登録の宛先に出た分から数える")
    return Step(
        f"{which}分は数えない", "民法第97条・読み方：二つの方法", f"{which}は送信できなかった", "ほかの方法から数える"
    )


def _told_waivers(present: Sequence[Way], counted: Sequence[Way], reckoned: Reckoning) -> Reckoning:
    steps = [_waiver_step(way.waived_at) for way in present if way not in counted and way.waived_at]
    return replace(reckoned, steps=(*steps, *reckoned.steps))


def _waiver_step(waived_at: datetime) -> Step:
    return Step(
        "二人の承認で、郵送分の配達を待たない",
        "読み方：二つの方法",
        f"{jmoment(waived_at)} 承認",
        "ほかの方法から数える",
    )


def _extended(reckoned: Reckoning, extension: Extension | None) -> Reckoning:
    """The end of the agreed day binds us; it never shortens what was reckoned."""
    if extension is None or reckoned.act_from is None:
        return reckoned
    act_from = max(reckoned.act_from, midnight_after(extension.to))
    given, result = f"{jday(extension.to)}まで（決裁 {extension.decision}）", f"{jmoment(act_from)} から"
    step = Step("期間を延ばした（合意）", "利用者との合意・二人の承認", given, result)
    return replace(reckoned, act_from=act_from, steps=(*reckoned.steps, step))


def _blocked(why: str) -> Reckoning:
    step = Step(OPENING, "民法第97条・読み方：二つの方法", why, "届いた方法がそろってから数える")
    return Reckoning(act_from=None, blocked=why, steps=(step,))


def _arrival_unknown(way: Way) -> bool:
    return way.channel == "post" and way.recorded and way.delivered_at is None


def _latest(alive: Sequence[Way], communicated_on: date | None, terms: Terms) -> Reckoning:
    counts = [(way, terms.count(_start(way, terms), "発送" if way.channel == "email" else "到達")) for way in alive]
    way, latest = max(counts, key=lambda pair: pair[1].act_from)
    steps: list[Step] = [*_way_steps(way, len(counts), terms), *latest.steps]
    act_from = latest.act_from
    if communicated_on is not None and midnight_after(communicated_on) > act_from:
        act_from = midnight_after(communicated_on)
        steps.append(
            Step(
                "通知に書いた期限の終わりまで待つ",
                "読み方：通知に書く期限",
                f"{jday(communicated_on)}まで",
                f"{jmoment(act_from)} から",
            )
        )
    return Reckoning(act_from=act_from, steps=tuple(steps))


def _start(way: Way, terms: Terms) -> datetime | date:
    if way.dispatched_at is None:
        raise ValueError("a way that has left has its moment of dispatch")
    if way.channel == "email":
        return way.dispatched_at
    return way.delivered_at or jst_day(way.dispatched_at) + timedelta(days=terms.transit_days)


def _way_steps(way: Way, ways: int, terms: Terms) -> list[Step]:
    steps = []
    if ways > 1:
        which = "郵送" if way.channel == "post" else "メール"
        steps.append(Step("遅いほうから数える", "民法第97条・読み方：二つの方法", "メールと郵送", f"{which}分から"))
    if way.channel == "post" and way.dispatched_at is not None and way.delivered_at is None:
        steps.append(_transit_step(jst_day(way.dispatched_at), terms))
    if way.channel == "post" and way.delivered_at is not None:
        steps.append(Step("郵送分は配達から数える", "民法第97条", "配達の記録", jmoment(way.delivered_at)))
    return steps
