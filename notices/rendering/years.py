"""Years of a letter's dates: 西暦, or 和暦 with 元年 (元号法). Pure: which of them is handed in."""

from datetime import date
from typing import Literal

Years = Literal["西暦", "和暦"]
WESTERN: Years = "西暦"
ERAS: Years = "和暦"

# From which day on each era runs; earlier days are written in 西暦.
_BEGAN = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)


def year_in(day: date, years: Years = "西暦") -> str:
    """2026年 or 令和8年; the first year of an era is 元年."""
    if years == ERAS:
        for began, era in _BEGAN:
            if day >= began:
                turn = day.year - began.year + 1
                return f"{era}{'元' if turn == 1 else turn}年"
    return f"{day.year}年"


def day_in(day: date, years: Years = "西暦") -> str:
    """2026年11月25日 or 令和8年11月25日, without leading zeros."""
    return f"{year_in(day, years)}{day.month}月{day.day}日"
