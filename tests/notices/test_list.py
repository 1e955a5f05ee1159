"""The list of letters says what became of them; the page of a letter says when what follows has failed."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.desk import clock
from config.desk.models import HandlerRun
from config.desk.pages import url_of
from notices.chips import truth_chips
from notices.models import Delivery, Notice
from tests.support.world import World, at

NOW = at("2026-11-24T10:00")
LIST = reverse("admin:notices_notice_changelist")


def get(world: World, url: str, **query: str) -> Any:
    browser = Client()
    browser.force_login(world.staff["rin"])
    with clock.standing_at(NOW):
        return browser.get(url, query)


def letter(world: World, *channels: str, **ways: dict[str, Any]) -> Notice:
    """An acceptance whose deliveries stand as named."""
    notice = Notice.objects.about(world.accepted(NOW, list(channels) or ["email"])).get()
    for channel, state in ways.items():
        notice.deliveries.filter(channel=channel).update(**state)
    return Notice.objects.get(pk=notice.pk)


def words(notice: Notice) -> list[str]:
    return [chip.label for chip in truth_chips(notice)]


BACK = {"state": "returned", "returned_at": NOW, "dispatched_at": NOW}


@pytest.mark.parametrize(
    ("way", "word"),
    [({"state": "in_flight"}, "送信中で中断"), ({"state": "failed"}, "送信できず"), (BACK, "不達"), ({}, "発送済")],
)
def test_the_chip_says_what_went_wrong_before_that_it_left(world: World, way: dict[str, Any], word: str) -> None:
    notice = letter(world, email=way) if way else letter(world)
    assert notice.state == "dispatched"
    assert words(notice) == [word]
    assert word in get(world, LIST).content.decode()


def test_both_ways_that_went_wrong_are_told_the_worst_first(world: World) -> None:
    notice = letter(world, "email", "post", post=BACK, email={"state": "failed"})
    assert words(notice) == ["送信できず", "返戻"]


def test_a_cancelled_letter_is_cancelled_whatever_its_ways_say(world: World) -> None:
    notice = letter(world, email={"state": "failed"})
    notice.state = "cancelled"
    assert words(notice) == ["取消し"]


def numbers(world: World, what: str) -> set[str]:
    listed = get(world, LIST, wait=what).context["cl"].result_list
    return {row.number for row in listed}


def test_the_tabs_hold_what_they_name_and_count_it(world: World) -> None:
    letters = {
        "": letter(world),
        "post": letter(world, "post"),
        "returned": letter(world, email=BACK),
        "failed": letter(world, email={"state": "in_flight"}),
    }
    assert numbers(world, "post") == numbers(world, "waiting") == {letters["post"].number}
    assert numbers(world, "returned") == {letters["returned"].number}
    assert numbers(world, "failed") == {letters["failed"].number}
    tabs = {tab["label"]: (tab["count"], tab["alert"]) for tab in get(world, LIST).context["cl_tabs"]}
    assert tabs == {
        "すべて": ("4", False),
        "差出し待ち": ("1", False),
        "不達・返戻": ("1", True),
        "送信失敗": ("1", True),
        "発送待ち": ("1", False),
    }


def test_what_came_back_and_was_sent_anew_is_off_the_tab(world: World) -> None:
    notice = letter(world, email=BACK)
    Notice.objects.filter(pk=notice.pk).update(followed_up=True)
    assert numbers(world, "returned") == set()


def test_days_are_short_and_numbers_unbroken(world: World) -> None:
    notice = letter(world)
    shown = get(world, LIST).content.decode()
    assert f'<span class="number">{notice.number}</span>' in shown
    assert "11/24（火）10:00 発送" in shown
    assert "11/24（火） 予定" in shown


def test_more_letters_need_no_more_queries(world: World, django_assert_max_num_queries: Any) -> None:
    counts = []
    for more in (2, 6):
        for _ in range(more):
            letter(world)
        get(world, LIST)
        with django_assert_max_num_queries(80) as asked:
            get(world, LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- what follows ------------------------------------------------------------------------------------------------


def test_a_failed_handler_stands_red_on_the_letters_page(world: World) -> None:
    notice, other = letter(world), letter(world)
    for run in HandlerRun.objects.all():
        ours = run.row in (notice, *Delivery.objects.filter(notice=notice))
        HandlerRun.objects.filter(pk=run.pk).update(state="failed" if ours else "done")
    shown = get(world, url_of(notice)).content.decode()
    assert 'class="note error"' in shown
    assert "後処理が失敗しています" in shown
    failed = HandlerRun.objects.filter(state="failed")
    assert failed.count() >= 2  # of the letter and of its delivery
    assert all(url_of(run) in shown for run in failed)
    assert "後処理が失敗" not in get(world, url_of(other)).content.decode()


@pytest.mark.parametrize(("typed", "warned"), [("123-45-67890-3", False), ("123-45-67890-4", True)])
def test_a_tracking_number_with_another_check_digit_is_kept_and_warned_of(
    world: World, typed: str, warned: bool
) -> None:
    notice = letter(world, "post")
    browser = Client()
    browser.force_login(world.staff["rin"])
    given = {"posted_at": "2026-11-24T10:00", "postage": "recorded", "tracking_number": typed, "reason": "差し出した"}
    with clock.standing_at(NOW):
        answer = browser.post(f"/admin/verb/notices.mark_posted/{notice.pk}/", given, follow=True)
    assert Delivery.objects.get(notice=notice).tracking_number.replace("-", "") == typed.replace("-", "")
    assert ("追跡番号の検査数字が合いません" in answer.content.decode()) is warned
