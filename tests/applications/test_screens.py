"""Applications on the screen: the list and its file, the page of the five grounds, and who may see them."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Customer
from config.desk import clock
from config.desk.pages import url_of, verb_url
from contracts.applications.models import Application
from contracts.applications.stages import STAGES, in_stage, stage_of
from notices.models import Delivery, Notice
from tests.support.world import APPLICANT, World, at

NOW = at("2026-11-24T10:00")
LIST = "admin:applications_application_changelist"
EXPORT = "admin:applications_application_export"


def client(world: World, name: str) -> Client:
    browser = Client()
    browser.force_login(world.staff[name])
    return browser


def get(world: World, name: str, url: str, query: dict[str, str] | None = None) -> Any:
    with clock.standing_at(NOW):
        return client(world, name).get(url, query or {})


def text(response: Any) -> str:
    return b"".join(response.streaming_content if response.streaming else [response.content]).decode()


@pytest.mark.parametrize(("name", "status"), [("rin", 200), ("hana", 200), ("mio", 200), ("aki", 200), ("gen", 403)])
def test_who_sees_the_list_and_the_page(world: World, name: str, status: int) -> None:
    application = world.application(NOW)
    assert get(world, name, reverse(LIST)).status_code == status
    assert get(world, name, url_of(application)).status_code == status


def test_a_stranger_is_sent_to_the_door(world: World) -> None:
    response = Client().get(url_of(world.application(NOW)))
    assert response.status_code == 302
    assert response.url.startswith(reverse("admin:login"))


def test_the_list_offers_the_intake_to_those_who_hold_it(world: World) -> None:
    assert reverse("applications:import") in text(get(world, "rin", reverse(LIST)))
    assert reverse("applications:import") not in text(get(world, "hana", reverse(LIST)))


# --- the checklist (its form: test_checklist.py) ----------------------------------------------------------------


def test_a_hit_chooses_for_nobody(world: World) -> None:
    world.do(
        "violations.confirm_item",
        world.case(at("2026-06-01T10:00")),
        by="hana",
        at=at("2026-06-02T10:00"),
        clause=["9(3)"],
        finding="act",
        facts="別の違反",
        evidence="記録",
    )
    first = Application.objects.get()
    again = world.application(NOW, email=first.customer.email)
    page = text(get(world, "rin", url_of(again)))
    assert "規約の違反の記録" in page
    assert url_of(first.customer) in page
    assert "checked" not in page.partition('id="ground-2"')[2].partition('id="ground-3"')[0]


def test_the_page_says_what_is_missing(world: World) -> None:
    application = world.application(NOW)
    world.press("applications.judge_ground", application, by="rin", at=NOW, ground="1", finding="clear", reason="なし")
    assert "未判断が4件" in text(get(world, "rin", url_of(application)))


def test_nothing_is_written_by_looking(world: World) -> None:
    application = world.judged(NOW)
    before = Application.history.count()
    with clock.standing_at(NOW):
        client(world, "rin").post(url_of(application), {"state": "accepted"})
    application.refresh_from_db()
    assert (application.state, Application.history.count()) == ("screening", before)


# --- stages -----------------------------------------------------------------------------------------------------


def undelivered(world: World) -> Application:
    application = world.accepted(NOW)
    letter = Notice.objects.about(application).get()
    world.do("notices.record_return", letter, by="rin", at=NOW, channel="email", returned_at=NOW, reason="宛先不明")
    return application


def arriving(world: World) -> Application:
    application = world.accepted(NOW, ["post"])
    letter = Notice.objects.about(application).get()
    world.do("notices.mark_posted", letter, by="rin", at=NOW, posted_at=NOW, postage="recorded", tracking_number="")
    return application


STORIES = {
    "received": lambda world: world.application(NOW),
    "screening": lambda world: world.judged(NOW),
    "deciding": lambda world: world.refusal(NOW).subject,
    "accepting": lambda world: world.accepted(NOW, ["post"]),
    "accepted": lambda world: world.accepted(NOW),
    "arriving": arriving,
    "undelivered": undelivered,
}


@pytest.mark.both
@pytest.mark.parametrize("key", STORIES)
def test_the_stage_is_what_a_person_would_call_it(world: World, key: str) -> None:
    application = STORIES[key](world)
    assert stage_of(application).key == key
    assert [list(in_stage(Application.objects.all(), other)) for other in STAGES] == [
        [application] if other == key else [] for other in STAGES
    ]
    assert STAGES[key].label in text(get(world, "rin", url_of(application)))


def test_tabs_and_filters_find_the_same(world: World) -> None:
    late, fresh = world.application(at("2026-11-02T10:00")), world.judged(NOW)
    overdue = text(get(world, "rin", reverse(LIST), {"due": "overdue"}))
    assert (late.number in overdue, fresh.number in overdue) == (True, False)
    screening = text(get(world, "rin", reverse(LIST), {"stage": "screening"}))
    assert (late.number in screening, fresh.number in screening) == (False, True)
    since = text(get(world, "rin", reverse(LIST), {"received_at_from": "2026-11-24", "received_at_to": "2026-11-24"}))
    assert (late.number in since, fresh.number in since) == (False, True)


def test_what_is_no_day_is_passed_over(world: World) -> None:
    application = world.application(NOW)
    for day in ("2026-02-30", "昨日", "9999-12-31"):
        assert application.number in text(
            get(world, "rin", reverse(LIST), {"received_at_from": "0001-01-01", "received_at_to": day})
        )
    assert get(world, "rin", reverse(LIST), {"received_at_to": "0001-01-01"}).status_code == 200


@pytest.mark.parametrize(
    "asked", ["みどりおか", "ﾐﾄﾞﾘｵｶ", "㈱みどり丘", "株式会社 みどり丘印刷", "053-000-0000", "０５３０００"]
)
def test_the_list_is_searched_as_it_is_said(world: World, asked: str) -> None:
    application = world.application(NOW)
    world.application(NOW, name="合同会社ほかの設計", kana="ホカノセッケイ", phone="011-999-9999")
    found = text(get(world, "rin", reverse(LIST), {"q": asked}))
    assert application.number in found
    assert "ほかの設計" not in found


def test_the_list_needs_no_more_queries_for_more_rows(world: World, django_assert_max_num_queries: Any) -> None:
    counts = []
    browser = client(world, "rin")
    for wanted in (5, 50):
        world.judged(NOW)
        while Application.objects.count() < wanted:
            world.press(
                "applications.receive", None, by="rin", at=NOW, **APPLICANT, email="a@midorioka.example", agreed_at=NOW
            )
        with clock.standing_at(NOW):
            browser.get(reverse(LIST))  # content types are remembered from here on
            with django_assert_max_num_queries(60) as asked:
                browser.get(reverse(LIST))
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- the file ---------------------------------------------------------------------------------------------------


def lines(response: Any, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode(encoding), newline="")))


def export(world: World, encoding: str, query: dict[str, str] | None = None, name: str = "rin") -> Any:
    return get(world, name, reverse(EXPORT, args=[encoding]), query)


def test_the_file_has_a_mark_for_excel_or_is_cp932(world: World) -> None:
    application = world.application(NOW)
    raw = b"".join(export(world, "utf-8").streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf" + "申込番号".encode())
    table = lines(export(world, "cp932"), "cp932")
    assert table[0][0] == "申込番号"
    assert table[1][0] == application.number
    assert table[1][table[0].index("受付日時")] == "2026-11-24 10:00"


def test_formulas_are_escaped_and_lost_letters_shown(world: World) -> None:
    world.application(NOW, name='=HYPERLINK("x")', contact="＠SUM", kana="〜－", address="𠮷野家")
    for encoding in ("utf-8-sig", "cp932"):
        table = lines(export(world, encoding.removesuffix("-sig")), encoding)
        row = dict(zip(*table, strict=True))
        assert row["名称・氏名"] == '\'=HYPERLINK("x")'
    world.application(NOW, name="𠮷野家")
    assert any("〓野家" in row for row in lines(export(world, "cp932"), "cp932"))


def test_the_file_holds_what_the_list_shows(world: World) -> None:
    world.judged(NOW, ground_2="applies")
    fresh = world.application(NOW)
    table = lines(export(world, "utf-8", {"stage": "received"}), "utf-8-sig")
    assert [row[0] for row in table[1:]] == [fresh.number]
    judged = dict(zip(*lines(export(world, "utf-8", {"stage": "screening"}), "utf-8-sig"), strict=True))
    assert (judged["1号"], judged["2号"], judged["状態"]) == ("該当しない", "該当する", "審査中")


def test_the_file_is_only_read(world: World) -> None:
    url = reverse(EXPORT, args=["utf-8"])
    with clock.standing_at(NOW):
        assert client(world, "rin").post(url).status_code == 405
    assert export(world, "utf-8", name="gen").status_code == 403
    assert get(world, "rin", reverse(EXPORT, args=["latin-1"])).status_code == 404
    assert export(world, "utf-8", {"nonsense__x": "1"}).status_code == 302


# --- the search in the header -----------------------------------------------------------------------------------


def test_a_number_leads_to_the_page(world: World) -> None:
    application = world.application(NOW)
    response = get(world, "rin", reverse("admin:search"), {"q": application.number.lower()})
    assert (response.status_code, response.url) == (302, url_of(application))
    found = text(get(world, "rin", reverse("admin:search"), {"q": "みどりおか"}))
    assert url_of(application) in found
    assert url_of(Customer.objects.get()) in found


def test_a_returned_acceptance_goes_again(world: World) -> None:
    application = undelivered(world)
    assert Delivery.objects.get().state == "returned"
    page = text(get(world, "rin", url_of(application)))
    assert verb_url("applications.accept", application) in page
    assert "承諾通知未達" in page
    home = text(get(world, "rin", reverse("admin:index")))
    assert "承諾の通知が届いていません（承諾通知未達）" in home
    form = text(get(world, "rin", verb_url("applications.accept", application)))  # the other way is chosen already
    ways = {way: "checked" in form.partition(f'value="{way}"')[2].partition(">")[0] for way in ("email", "post")}
    assert ways == {"email": False, "post": True}
    with clock.standing_at(NOW):
        address = f"{verb_url('applications.accept', application)}?preview=1"
        told = client(world, "rin").post(address, {"channels": ["email"]}, headers={"x-requested-with": "fetch"})
    assert "この方法では、前回届きませんでした（メール・宛先不明）" in text(told)
