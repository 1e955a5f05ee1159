"""What staff read is what was reckoned: the verb's page before the letter goes, and the case's page after it, in full.

Both are asked through HTTP and read as a machine would: the day and the moment stand in `<time datetime>`.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.clock import JST
from config.desk.jst import jday_year
from tests.support.oracle import Dispatch, cure_clock
from tests.support.ways import READINGS, WAYS, Reckoned, cure_vectors, day_of, read_anew, sent_at
from tests.support.world import World

pytestmark = pytest.mark.django_db
BEGIN = datetime(2024, 1, 9, 10, tzinfo=JST)
RESULT = re.compile(r'<div class="result"><p>([^<]+)</p><p class="value">(?:<time datetime="([^"]+)">)?')
NAMED, NAMED_BEFORE, ACT = "期限（通知に記載）", "是正期限（通知に記載）", "措置できる日時"


def read(html: str, named: str) -> Reckoned:
    """The named day and the moment; the first of each, since other readings stand below ours."""
    found: dict[str, str] = {}
    for label, stamp in RESULT.findall(html):
        found.setdefault(label, stamp)
    return date.fromisoformat(found[named]), datetime.fromisoformat(found[ACT]) if found[ACT] else None


def get(world: World, url: str, at: datetime, **query: Any) -> str:
    client = Client()
    client.force_login(world.staff["hana"])
    with clock.standing_at(at):
        response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def verb_page(world: World, case: Any, at: datetime, channels: tuple[str, ...], planned: date) -> str:
    url = f"/admin/verb/violations.send_correction_notice/{case.pk}/"
    return get(world, url, at, planned_on=planned.isoformat(), channels=list(channels))


def case_page(world: World, case: Any, at: datetime) -> str:
    return get(world, f"/admin/violations/violation/{case.pk}/change/", at)


@pytest.fixture
def asked(world: World) -> tuple[Any, Any]:
    """A case whose notice is still to be sent, and one whose notice has gone by e-mail."""
    contract = world.subscription(BEGIN)
    return world.case(BEGIN, contract), WAYS["e-mail alone"].play(world, BEGIN, contract)


@pytest.mark.parametrize(("rollover", "named_day"), READINGS)
def test_both_pages_name_the_day_and_the_moment(
    world: World, asked: tuple[Any, Any], rollover: Any, named_day: Any
) -> None:
    rows, way, (before, after) = cure_vectors(), WAYS["e-mail alone"], asked
    told, wanted = {}, {}
    with read_anew(world, rollover, named_day):
        for row in rows:
            sent = datetime.fromisoformat(row["sent"])
            shown = verb_page(world, before, sent, ("email",), day_of(sent))
            told[row["id"], "before"] = read(shown, NAMED_BEFORE)
            wanted[row["id"], "before"] = as_planned(("email",), day_of(sent), rollover, named_day)
            assert f"{jday_year(wanted[row['id'], 'before'][0])}まで" in shown  # in the letter's preview
            sent_at(world, after, way, sent)
            told[row["id"], "after"] = read(case_page(world, after, sent), NAMED)
            wanted[row["id"], "after"] = way.oracle(sent, rollover, named_day)
    assert len(told) == 2 * len(rows) >= 24
    assert told == wanted


def as_planned(channels: tuple[str, ...], planned: date, rollover: Any, named_day: Any) -> Reckoned:
    """If all goes as planned: each way at noon of that day; post arrives after the transit days."""
    noon = datetime.combine(planned, time(12), JST)
    kinds: dict[str, Any] = {"email": "email", "post": "post_ordinary"}
    dispatches = [Dispatch(channel=kinds[channel], dispatched_at=noon) for channel in channels]
    return cure_clock(dispatches, planned=planned, rollover=rollover, named_day=named_day, transit_days=3)


SHOWN = (
    "ordinary post alone",
    "both, posted two days later",
    "registered post, late",
    "both, post returned",
    "recorded post, returned",
)


@pytest.mark.parametrize("name", SHOWN)
def test_the_case_s_page_follows_what_becomes_of_the_letter(world: World, name: str) -> None:
    sent = next(
        datetime.fromisoformat(row["sent"]) for row in cure_vectors() if row["id"] == "P15"
    )  # into the New Year
    case = WAYS[name].play(world, sent, world.subscription(BEGIN))
    shown = case_page(world, case, sent + timedelta(days=10))
    assert read(shown, NAMED) == WAYS[name].oracle(sent, "business", "safe")
    assert ("まだ決まりません" in shown) == (name == "recorded post, returned")


def test_the_verb_s_page_counts_the_post_and_a_later_day(world: World) -> None:
    sent = datetime(2026, 12, 1, 10, tzinfo=JST)
    case = world.case(sent, world.subscription(BEGIN))
    for channels in (("email",), ("post",), ("email", "post")):
        for planned in (date(2026, 12, 1), date(2026, 12, 15)):
            shown = verb_page(world, case, sent, channels, planned)
            assert read(shown, NAMED_BEFORE) == as_planned(channels, planned, "business", "safe")


def test_an_address_with_nonsense_does_no_harm(world: World) -> None:
    case = world.case(datetime(2026, 12, 1, 10, tzinfo=JST), world.subscription(BEGIN))
    url = f"/admin/verb/violations.send_correction_notice/{case.pk}/"
    shown = get(world, url, datetime(2026, 12, 1, 10, tzinfo=JST), planned_on="2026-13-45", channels="pigeon")
    assert read(shown, NAMED_BEFORE) == as_planned(("email",), date(2026, 12, 1), "business", "safe")
