"""The customer barcode: Japan Post's own examples, and the measures of its drawing."""

import json
import re
from typing import Any

import pytest

from contracts.rules.customer_barcode import address_figures, barcode_data
from notices.envelopes import barcode
from tests.notices.letters import ADDRESSEE, a_letter
from tests.support.shared import SHARED


def _vectors() -> list[dict[str, Any]]:
    path = SHARED / "vectors.json"
    if not path.exists():
        pytest.skip("NOT TESTED: the outside vectors are absent (vectors.json beside the repository)")
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["customer_barcode"]
    return rows


def test_the_examples_of_japan_post() -> None:
    rows = _vectors()
    figures = {row["id"]: address_figures(row["address_b"] or "") for row in rows}
    bars = {row["id"]: barcode.bars_of(barcode_data(row["zip"], figures[row["id"]])) for row in rows}
    assert figures == {row["id"]: row["data"] for row in rows}
    assert bars == {row["id"]: row["bars"] for row in rows}
    assert len(rows) >= 4


def test_every_bar_is_drawn_in_its_place() -> None:
    data = barcode.data_of(ADDRESSEE)
    drawn = re.findall(r"M([0-9.]+) ([0-9.]+)h0.6V([0-9.]+)", barcode.svg(data))
    tops, feet = {"1": "0.0", "2": "0.0", "3": "1.2", "4": "1.2"}, {"1": "3.6", "2": "2.4", "3": "3.6", "4": "2.4"}
    assert [float(left) for left, _, _ in drawn] == pytest.approx([1.2 * n for n in range(67)])
    assert [(top, foot) for _, top, foot in drawn] == [(tops[k], feet[k]) for k in barcode.bars_of(data)]


def test_an_address_without_figures_or_of_a_post_office() -> None:
    assert barcode.data_of(a_letter(addressee={"address": "静岡県浜松市見本町"}).addressee) == "4350099"
    assert barcode.data_of(a_letter(addressee={"postal_code": "435-8700"}).addressee) == ""
