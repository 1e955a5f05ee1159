"""Clocks in every state, and how to look into their pictures."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from contracts.deadlines.clock_svg import Clock, PostTrack

JST = ZoneInfo("Asia/Tokyo")
SVG = "{http://www.w3.org/2000/svg}"


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=JST)


def closed_days(first: date, count: int) -> frozenset[date]:
    days = (first + timedelta(days=index) for index in range(count))
    return frozenset(day for day in days if day.weekday() >= 5 or day == date(2026, 11, 23))


DELIVERED = PostTrack(label="郵送分", posted_on=at(11, 13, 15, 30), arrived_on=at(11, 14, 11, 20), method="簡易書留")
RETURNED = PostTrack(label="郵送分", posted_on=at(11, 13, 15, 30), returned_on=at(11, 17, 11), method="簡易書留")
RUNNING = Clock(
    started_at=at(11, 12, 10, 42),
    start_label="是正通知 発送（メール）",
    period_label="是正期間 14日（初日 11/12 は算入しない）",
    communicated_on=date(2026, 11, 26),
    act_from=at(12, 1),
    now=at(11, 24, 10, 32),
    posts=(DELIVERED,),
    waiting_note="郵送分の14日と土日の繰下げ",
    closed=closed_days(date(2026, 11, 1), 40),
)
OPEN = replace(RUNNING, now=at(12, 3, 10, 32))
STOPPED = replace(RUNNING, stopped="止まっています（返戻）", act_from=None, posts=(RETURNED,))
MET = replace(RUNNING, met_at=at(11, 20, 15, 8))
SAFE = replace(RUNNING, communicated_on=date(2026, 11, 30))
POST_ONLY = replace(
    RUNNING,
    started_at=at(11, 13, 15, 30),
    start_label="是正通知 差出し（簡易書留）",
    act_from=None,
    posts=(PostTrack(label="郵送分", posted_on=date(2026, 11, 13), expected_on=date(2026, 11, 16)),),
)
STATES = {"running": RUNNING, "open": OPEN, "stopped": STOPPED, "met": MET, "safe": SAFE, "post only": POST_ONLY}


def tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def of_class(svg: str, name: str) -> list[ElementTree.Element]:
    return [element for element in tree(svg).iter() if name in element.get("class", "").split()]


def only(svg: str, name: str) -> ElementTree.Element:
    (element,) = of_class(svg, name)
    return element


def value(element: ElementTree.Element, name: str) -> float:
    return float(element.get(name, "nan"))


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in tree(svg).iter(f"{SVG}text")]
