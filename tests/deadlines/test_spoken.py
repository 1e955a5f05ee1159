"""Why on this day, in sentences: every rule that the reckoning knows has one; and the page shows other readings beside it."""

import re
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.pages import url_of
from contracts.deadlines import reckoning
from contracts.deadlines.spoken import SENTENCES, spoken
from contracts.deadlines.workflow import under
from contracts.rules import periods
from tests.support.world import World, at

NOON = at("2026-11-02T12:00")


def rules_of(module: Any) -> set[str]:
    """What stands in a step as its rule, read from the source, so that a new one is missed here."""
    from pathlib import Path

    source = Path(module.__file__).read_text()
    found = re.findall(r'Step\(\s*f?"([^"{]+)', source)
    return set(found) | set(
        re.findall(r'rule = "([^"]+)" if .* else "([^"]+)"', source)[0] if "rule =" in source else ()
    )


def test_every_rule_has_its_sentence() -> None:
    rules = rules_of(periods) | rules_of(reckoning)
    assert len(rules) >= 12
    assert {
        rule for rule in rules if not any(rule.startswith(start) for start in SENTENCES)
    } - SPOKEN_BEFORE_DISPATCH == set()


SPOKEN_BEFORE_DISPATCH = {
    "通知には、措置できる日の前日を書く",
    "通知には、最初の発送から数えた末日を書く",
}  # a preview's only


def page(world: World, case: Any, moment: Any) -> str:
    browser = Client()
    browser.force_login(world.staff["hana"])
    with clock.standing_at(moment):
        return str(browser.get(url_of(case)).content.decode())


@pytest.mark.django_db
def test_it_can_be_read_out(world: World) -> None:
    case = world.curing_case(NOON, ["email", "post"])
    told = spoken(world.cure(case).reasoning)
    assert told == (
        "メールと郵送の両方で送りましたので、遅いほうの郵送分から数えます（民法第97条・読み方：二つの方法）。"
        "郵送は11月2日（月）差出しで、11月5日（木）到達見込みとして数えます（社内の取扱い：所要3日）。"
        "2026年11月5日（木）到達の日は数えず、11月6日（金）を1日目とします（民法第140条）。"
        "期間は14日で、11月6日から14日目の11月19日（木）が末日です（規約第23条第1項）。"
        "末日は2026年11月19日（木）で、休業日ではないので繰り下げません（民法第142条・読み方：営業日）。"
        "当社が次の手続に進めるのは、その日が終わった11月20日（金）0:00からです（民法第141条）。"
    )
    assert told in page(world, case, NOON)


@pytest.mark.django_db
def test_every_running_clock_shows_the_other_readings(world: World) -> None:
    case = world.curing_case(NOON, ["email", "post"])
    shown = page(world, case, NOON)
    assert shown.count("別の読み方と比べる") == 2  # the link and what it unfolds
    named, other = under(world.cure(case), named_day="literal")
    assert (named.isoformat(), other.act_from) == ("2026-11-16", at("2026-11-20T00:00"))
    assert "2026年11月16日" in shown


@pytest.mark.django_db
def test_a_clock_that_waits_says_for_what(world: World) -> None:
    case = world.curing_case(NOON, ["email", "post"], postage="recorded")
    told = spoken(world.cure(case).reasoning)
    assert told.startswith("いつから進めるかは、まだ決まりません。郵送分の配達の記録を待っています。")
    assert "別の読み方と比べる" in page(world, case, NOON)
