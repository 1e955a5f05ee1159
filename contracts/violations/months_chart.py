"""The twelve months as three columns each, drawn on the server; its numbers stand in the table below it."""

from collections.abc import Sequence
from typing import Any

from contracts.violations.overview import Month

WIDTH, COLUMN, TALLEST, FLOOR = 58, 13, 96, 118  # in the chart's own units
CLASSES = ("opened", "cured", "ended")


def months_chart(months: Sequence[Month]) -> dict[str, Any]:
    """Columns, ticks and a sentence for those who do not see it."""
    highest = max((part.count for month in months for part in month.parts), default=0)
    bars = [
        _bar(place, turn, part.count, max(highest, 4))
        for place, month in enumerate(months)
        for turn, part in enumerate(month.parts)
        if part.count
    ]
    return {
        "bars": bars,
        "labels": _labels(months),
        "width": WIDTH * len(months),
        "floor": FLOOR,
        "sentence": _said(months),
    }


def _bar(place: int, turn: int, count: int, highest: int) -> dict[str, Any]:
    height, left = max(2, round(TALLEST * count / highest)), place * WIDTH + 8 + turn * (COLUMN + 2)
    return {
        "kind": CLASSES[turn], "left": left, "middle": left + COLUMN / 2, "top": FLOOR - height, "width": COLUMN,
        "height": height, "count": count, "number_y": FLOOR - height - 5,
    }  # fmt: skip


def _labels(months: Sequence[Month]) -> list[dict[str, Any]]:
    """The month, and below it the year where it begins."""
    return [
        {
            "x": place * WIDTH + WIDTH / 2,
            "month": f"{month.first.month}月",
            "year": f"{month.first.year}年" if place == 0 or month.first.month == 1 else "",
        }
        for place, month in enumerate(months)
    ]


def _said(months: Sequence[Month]) -> str:
    told = [
        f"{month.label} " + " ".join(f"{part.label}{part.count}件" for part in month.parts if part.count)
        for month in months
        if any(part.count for part in month.parts)
    ]
    return "月ごとの件数：" + ("、".join(told) if told else "ありません")
