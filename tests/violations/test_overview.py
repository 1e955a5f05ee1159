"""The overview of cases: figures of a small world, links that open the same rows, the files, who may see it."""

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from config.desk import clock
from contracts.violations.models import Violation
from contracts.violations.overview import Figure, Overview, overview
from tests.support.world import World, at

pytestmark = pytest.mark.django_db  # what the database counts is asked of both, pages of one
NOW = at("2026-11-18T10:00")
URL, LIST = reverse("violations:overview"), reverse("admin:violations_violation_changelist")


@pytest.fixture
def small(world: World) -> World:
    """Ended in October; cured in November after 6 and 3 days; running to 20 November, 1 December; stopped; a suspicion; an old one."""
    world.case(at("2025-11-30T09:00"))  # the last day before the twelve months
    _terminated(world)
    for moment, cured in (("2026-11-02T09:00", "2026-11-08T12:00"), ("2026-11-04T09:00", "2026-11-07T23:30")):
        case = world.curing_case(at(moment))
        given = {"items": [1], "cured_at": at(cured)}
        world.do("violations.confirm_cure", case, by="hana", at=at("2026-11-09T09:00"), **given)
    world.curing_case(at("2026-11-06T09:00"))  # 14 days: Friday 20 November
    world.curing_case(at("2026-11-17T09:00"))  # 14 days: Tuesday 1 December
    bounced = world.curing_case(at("2026-11-10T09:00"))
    back = {"channel": "email", "returned_at": at("2026-11-10T10:00"), "reason": "宛先不明"}
    world.do("notices.record_return", world.correction(bounced), by="hana", at=at("2026-11-10T10:00"), **back)
    _on_other_clauses(world)
    return world


def _terminated(world: World) -> None:
    decision = world.termination(at("2026-10-01T09:00"))  # act_from: 16 October
    world.do("decisions.approve", decision, by="mio", at=at("2026-10-16T09:00"))


def _on_other_clauses(world: World) -> None:
    """One case on 9(2) and 17(1)(12); 17(1)(1) only suspected."""
    case = world.case(at("2026-11-12T09:00"))
    for clause, finding in (("17(1)(12)", "risk"), ("17(1)(1)", "suspicion")):
        given = {"clause": [clause], "finding": finding, "facts": "公開の掲示"}
        world.press("violations.confirm_item", case, by="hana", at=at("2026-11-12T10:00"), **given)


def seen() -> Overview:
    return overview(clock.jst_day(NOW), NOW)


def counts(rows: list[Figure]) -> dict[str, int]:
    return {row.label: row.count for row in rows if row.count}


@pytest.mark.both
def test_the_figures_of_a_small_world(small: World) -> None:
    shown = seen()
    assert (shown.first.isoformat(), shown.last.isoformat()) == ("2025-12-01", "2026-11-30")
    assert (shown.opened.count, shown.open_now.count) == (7, 5)
    assert counts(shown.clauses) == {"第9条第2項": 7, "第17条第1項第12号": 1}
    assert counts(shown.states) == {"違反と認定": 1, "是正期間中": 3, "是正済": 2, "契約終了": 1}
    assert counts(shown.left) == {"停止中": 1, "あと1–3日": 1, "あと8日以上": 1}


@pytest.mark.both
def test_how_periods_came_out(small: World) -> None:
    cure = seen().cure
    assert (cure.in_time.count, cure.late.count, cure.decided) == (2, 1, 3)
    assert (cure.percent, cure.days) == (66, "4.5")


@pytest.mark.both
def test_what_happened_month_by_month(small: World) -> None:
    months = seen().months
    assert [month.label for month in months][::11] == ["2025年12月", "2026年11月"]
    happened = {m.label: tuple(part.count for part in m.parts) for m in months if any(p.count for p in m.parts)}
    assert happened == {"2026年10月": (1, 0, 1), "2026年11月": (6, 2, 0)}


@pytest.mark.both
def test_a_month_is_a_month_in_japan(world: World) -> None:
    world.case(at("2026-10-31T23:59:59"))
    world.case(at("2026-11-01T00:00"))
    assert [month.opened.count for month in seen().months][-2:] == [1, 1]


def test_nothing_yet_gives_no_share_and_no_days(world: World) -> None:
    cure = seen().cure
    assert (cure.percent, cure.days, cure.decided) == (None, "", 0)


def test_a_period_that_ran_out_counts_before_the_sweep_has_seen_it(world: World) -> None:
    world.curing_case(at("2026-11-02T09:00"))  # act_from: 17 November
    assert seen().cure.late.count == 1
    assert overview(clock.jst_day(NOW), at("2026-11-16T23:59:59")).cure.late.count == 0


def every_figure(shown: Overview) -> list[Figure]:
    parts = [part for month in shown.months for part in month.parts]
    one_by_one = [shown.opened, shown.open_now, shown.cure.in_time, shown.cure.late]
    return [*one_by_one, *shown.clauses, *shown.states, *shown.left, *parts]


def listed(query: str, user: Any) -> int:
    request = RequestFactory().get(f"{LIST}?{query}")
    request.user = user
    return int(admin.site._registry[Violation].get_changelist_instance(request).queryset.count())


def test_each_figure_opens_a_list_of_as_many_cases(small: World) -> None:
    shown = every_figure(seen())
    with clock.standing_at(NOW):
        assert {f.query: listed(f.query, small.staff["hana"]) for f in shown} == {f.query: f.count for f in shown}
    assert len({f.query for f in shown}) == len(shown)


def test_more_cases_need_no_more_queries(small: World, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(20):
        seen()


def page(world: World, name: str, url: str = URL, **query: str) -> Any:
    browser = Client()
    browser.force_login(world.staff[name])
    with clock.standing_at(NOW):
        response = browser.get(url, query)
        return response, (b"".join(response.streaming_content) if response.streaming else response.content)


def test_every_link_of_the_page_opens_the_list(small: World) -> None:
    _, content = page(small, "hana")
    links = set(re.findall(rf'href="({re.escape(LIST)}\?[^"]*)"', content.decode()))
    assert {f"{LIST}?{figure.query}" for figure in every_figure(seen())} == {unescape(link) for link in links}
    assert all(page(small, "hana", unescape(link))[0].status_code == 200 for link in sorted(links)[:12])


def test_a_month_that_is_none_narrows_nothing(small: World) -> None:
    with clock.standing_at(NOW):
        found = {listed(q, small.staff["hana"]) for q in ("", "cured=2026-13", "ended=x", "clause=99(1)", "left=x")}
    assert found == {8}
    assert page(small, "hana", until="9999-99")[0].status_code == 200


def test_twelve_months_earlier(small: World) -> None:
    _, content = page(small, "hana", until="2025-11")
    assert "2025年11月" in content.decode()
    assert "until=2026-11" in content.decode()
    assert overview(at("2025-11-15").date(), NOW).opened.count == 1


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", b"\xef\xbb\xbf"), ("cp932", "区分".encode("cp932"))])
def test_the_file_says_what_the_page_says(small: World, encoding: str, mark: bytes) -> None:
    response, content = page(small, "aki", reverse("violations:overview_export", args=[encoding]), until="2026-11")
    assert content.startswith(mark)
    assert "violations-overview-20261118.csv" in response["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig" if encoding == "utf-8" else encoding))))
    told = {(group, label): value for group, label, value in rows}
    assert told["条項", "第9条第2項"] == "7"
    assert told["是正の結果", "是正までの日数（中央値）"] == "4.5"
    assert told["2026年11月", "期間内に是正"] == "2"
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@")]


def test_an_unknown_encoding_is_no_file(world: World) -> None:
    assert page(world, "hana", reverse("violations:overview_export", args=["utf-16"]))[0].status_code == 404


@pytest.mark.parametrize("name", ["violations:overview", "violations:overview_export"])
def test_who_may_see_it(world: World, name: str) -> None:
    url = reverse(name, args=["utf-8"] if name.endswith("export") else [])
    assert {n for n in world.staff if page(world, n, url)[0].status_code == 200} == set(world.staff) - {"gen"}


def test_the_sidebar_leads_there(world: World) -> None:
    home = reverse("admin:index")
    assert f'href="{URL}"' in page(world, "hana", home)[1].decode()
    assert f'href="{URL}"' not in page(world, "gen", home)[1].decode()
