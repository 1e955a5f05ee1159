"""House settings, the access log, handler runs; and what of the libraries must not show."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from config.desk import clock, house
from config.desk.models import AccessLog, HandlerRun
from config.desk.pages import url_of, verb_url
from config.desk.press import press
from tests.support.world import World, at

NOW = at("2026-11-24T10:00")
HOUSE, LOG = reverse("admin:desk_housesetting_changelist"), reverse("admin:desk_accesslog_changelist")
RUNS = reverse("admin:desk_handlerrun_changelist")


def get(world: World, name: str, url: str, **query: str) -> Any:
    browser = Client()
    browser.force_login(world.staff[name])
    with clock.standing_at(NOW):
        return browser.get(url, query)


def test_nothing_of_the_libraries_shows() -> None:
    assert {model._meta.app_label for model in admin.site._registry}.isdisjoint(
        {"auth", "django_q", "axes", "admin", "sessions"}
    )


@pytest.mark.parametrize(
    ("url", "may"), [(HOUSE, {"aki", "gen"}), (LOG, {"aki", "gen"}), (RUNS, {"rin", "hana", "ken", "mio", "aki"})]
)
def test_who_sees_the_desks_own_pages(world: World, url: str, may: set[str]) -> None:
    assert {name for name in world.staff if get(world, name, url).status_code == 200} == may


def test_every_policy_with_its_value_and_default(world: World) -> None:
    with clock.standing_at(NOW):
        press(
            "desk.set_house_setting",
            None,
            by=world.staff["gen"],
            at=NOW,
            data={"key": "screening_days", "value": "10"},
            reason="繁忙期のため",
        )
    shown = get(world, "gen", HOUSE).content.decode()
    assert "申込を審査する日数" in shown
    assert "10日" in shown
    assert "7日" in shown
    assert "繁忙期のため" in shown
    assert f"{verb_url('desk.set_house_setting')}?key=screening_days" in shown
    assert verb_url("desk.set_house_setting") not in get(world, "aki", HOUSE).content.decode()


def test_the_log_shows_who_came_in_and_cannot_be_changed(world: World) -> None:
    AccessLog.objects.create(event="failed", user="stranger@staff.example", address="192.0.2.7")
    shown = get(world, "gen", LOG).content.decode()
    assert "stranger@staff.example" in shown
    assert "ログインできず" in shown
    row = AccessLog.objects.first()
    assert row is not None
    assert get(world, "gen", reverse("admin:desk_accesslog_change", args=[row.pk])).status_code == 302
    assert get(world, "gen", reverse("admin:desk_accesslog_delete", args=[row.pk])).status_code == 403


def failed(world: World, error: str) -> HandlerRun:
    world.accepted(NOW)
    run = HandlerRun.objects.latest("pk")
    HandlerRun.objects.filter(pk=run.pk).update(state="failed", error=error)
    run.refresh_from_db()
    return run


def test_a_failed_run_offers_another_try(world: World) -> None:
    run = failed(world, "契約が見つかりません。")
    shown = get(world, "hana", url_of(run)).content.decode()
    assert "契約が見つかりません。" in shown
    assert verb_url("desk.retry_handler", run) in shown
    assert verb_url("desk.retry_handler", run) not in get(world, "mio", url_of(run)).content.decode()


def test_a_mistake_of_ours_is_not_read_out_to_staff(world: World) -> None:
    shown = get(world, "hana", url_of(failed(world, "ZeroDivisionError: division by zero"))).content.decode()
    assert "ZeroDivisionError" not in shown
    assert "サーバーの記録にあります" in shown


def test_the_list_of_runs_needs_no_more_queries_for_more_rows(world: World, django_assert_max_num_queries: Any) -> None:
    counts = []
    browser = Client()
    browser.force_login(world.staff["hana"])
    for wanted in (3, 40):
        world.accepted(NOW)
        run = HandlerRun.objects.latest("pk")
        HandlerRun.objects.bulk_create(
            HandlerRun(engine=run.engine, event=run.event, kind=run.kind, row=run.row, at=NOW) for _ in range(wanted)
        )
        with clock.standing_at(NOW):
            browser.get(RUNS)
            with django_assert_max_num_queries(60) as asked:
                browser.get(RUNS)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_list_offers_another_try_to_those_who_may(world: World) -> None:
    run = failed(world, "契約が見つかりません。")
    again = verb_url("desk.retry_handler", run)
    for name, may in (("rin", True), ("hana", True), ("mio", False), ("aki", False)):
        assert (again in get(world, name, RUNS).content.decode()) == may
    HandlerRun.objects.filter(pk=run.pk).update(state="done")
    assert again not in get(world, "hana", RUNS).content.decode()
    assert again not in get(world, "hana", url_of(run)).content.decode()


def test_the_choice_of_a_policy_says_what_it_is_now_and_may_be(world: World) -> None:
    world.set_house(NOW, screening_days=10)
    shown = get(world, "gen", verb_url("desk.set_house_setting"), key="screening_days").content.decode()
    assert '<option value="screening_days" selected>申込を審査する日数　いま 10日（1〜60日）</option>' in shown
    assert "いま 3日（0〜30日）" in shown


def test_the_choice_of_a_policy_asks_the_database_once(world: World, django_assert_num_queries: Any) -> None:
    world.set_house(NOW, screening_days=10)
    with django_assert_num_queries(1):
        assert len(house.in_force()) == len(house.policies()) > 1


def test_a_policy_that_is_a_text_has_no_span() -> None:
    assert house.span(house.Policy("a", "あ", "文")) == ""
    assert house.span(house.Policy("b", "い", 3, "日", lowest=1, highest=9)) == "1〜9日"
