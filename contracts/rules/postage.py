"""What a posting costs: the fees of Japan Post as dated data, in whole yen, and their sum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Fee:
    """A fee from a JST day on. `further`: for each sheet after the first. `sure`: looked up; else to be confirmed."""

    service: str
    yen: int
    since: date
    further: int = 0
    sure: bool = True


class NoFee(Exception):
    """No fee is known for this service on this day; the message names it."""


# The services by their key; `counts` is what the clocks know of it: ordinary, recorded, registered.
SERVICES: dict[str, tuple[str, str]] = {
    "letter": ("基本料金（定形・50gまで）", ""),
    "ordinary": ("普通郵便", "ordinary"),
    "acceptance_recorded": ("特定記録", "recorded"),
    "simple_registered": ("簡易書留", "recorded"),
    "registered": ("一般書留", "registered"),
    "certified_content": ("内容証明", ""),
    "certified_delivery": ("配達証明", ""),
    "express": ("速達", ""),
}
WAYS = tuple(key for key, (_, counts) in SERVICES.items() if counts)
EXTRAS = ("certified_content", "certified_delivery", "express")
NEEDS_REGISTERED = ("certified_content", "certified_delivery")  # offered on 一般書留 only

_BEGUN = date(2024, 10, 1)
SHIPPED = (
    Fee(service="letter", yen=110, since=_BEGUN),
    Fee(service="ordinary", yen=0, since=_BEGUN),
    Fee(service="acceptance_recorded", yen=210, since=_BEGUN),
    Fee(service="simple_registered", yen=350, since=_BEGUN),
    Fee(service="registered", yen=480, since=_BEGUN),
    Fee(service="certified_content", yen=480, further=290, since=_BEGUN, sure=False),
    Fee(service="certified_delivery", yen=350, since=_BEGUN, sure=False),
    Fee(service="express", yen=300, since=_BEGUN, sure=False),
)


def fee_in_force(table: Iterable[Fee], service: str, day: date) -> Fee:
    """The fee of a service on a day: of those that have begun the latest, of one day the last entered. NoFee: none."""
    begun = [(fee.since, place, fee) for place, fee in enumerate(table) if fee.service == service and fee.since <= day]
    if not begun:
        raise NoFee(SERVICES.get(service, (service, ""))[0])
    return max(begun, key=lambda one: one[:2])[2]


def fee_of(table: Iterable[Fee], service: str, day: date, sheets: int = 1) -> int:
    """The fee in yen of one service on a day, for so many sheets. NoFee: none is known. ValueError: no sheet."""
    if sheets < 1:
        raise ValueError("a posting has at least one sheet")
    fee = fee_in_force(table, service, day)
    return fee.yen + fee.further * (sheets - 1)


def posting_fee(table: Iterable[Fee], way: str, extras: Iterable[str], day: date, sheets: int = 1) -> int:
    """What a letter costs: the letter itself, its way, and what is added. `sheets` are those of the 内容証明."""
    rows = tuple(table)
    return sum(fee_of(rows, service, day, sheets) for service in ("letter", way, *extras))
