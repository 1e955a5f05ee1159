"""本日の業務 as a queue: done → next, in its order; and what says where a page was opened from leads nowhere else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.desk import clock, home
from config.desk.pages import url_of, verb_url
from contracts.applications.workflow import mark
from contracts.decisions import workflow as decisions
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
NOON = at("2026-11-02T12:00")
CALL = "/admin/verb/incoming.call_note/"


def reminders(world: World, *whats: str, by: str = "mio") -> list[Any]:
    """One's own, all for today, in this order."""
    case = world.case(NOON)
    given = {"on": "2026-11-02", "about": case}
    return [world.press("deadlines.remind_me", None, by=by, at=NOON, what=what, **given) for what in whats]


def browser(world: World, name: str = "mio") -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


def press(client: Client, url: str, data: dict[str, str] | None = None) -> str:
    """The page that follows, at noon."""
    with clock.standing_at(NOON):
        answer = client.post(url, data or {}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def done(reminder: Any) -> str:
    return f"{verb_url('deadlines.done', reminder)}?from=home"


def test_the_home_page_marks_its_ways(world: World) -> None:
    (one,) = reminders(world, "一つ目")
    with clock.standing_at(NOON):
        assert f'href="{done(one)}"' in browser(world).get("/admin/").content.decode()


def test_done_leads_to_the_next_below_then_to_what_was_passed_over_then_to_the_end(world: World) -> None:
    one, two, three = reminders(world, "一つ目", "二つ目", "三つ目")
    client = browser(world)
    assert f'<a class="next-job" href="{done(three)}">次の業務へ</a>　三つ目' in press(client, done(two))
    assert f'<a class="next-job" href="{done(one)}">次の業務へ</a>　一つ目' in press(client, done(three))
    page = press(client, done(one))
    assert "本日の業務は終わりました。" in page
    assert "次の業務へ" not in page


def test_who_did_not_come_from_the_queue_is_not_led_on(world: World) -> None:
    one, _ = reminders(world, "一つ目", "二つ目")
    page = press(browser(world), verb_url("deadlines.done", one))
    assert "確認済みにしました" in page
    assert "次の業務へ" not in page


def test_who_opens_a_case_from_the_queue_stays_in_it(world: World) -> None:
    case = world.curing_case(NOON)
    with clock.standing_at(NOON):
        page = browser(world, "hana").get(f"{url_of(case)}?from=home").content.decode()
        plain = browser(world, "hana").get(url_of(case)).content.decode()
    way = verb_url("violations.confirm_cure", case)
    assert f'href="{way}?from=home"' in page
    assert f'href="{way}"' in plain


def test_who_judges_an_application_from_the_queue_stays_in_it(world: World) -> None:
    application = world.application(NOON)
    client = browser(world, "rin")
    with clock.standing_at(NOON):
        page = client.get(f"{url_of(application)}?from=home").content.decode()
        way = reverse("applications:judge", args=[application.pk])
        assert f'action="{way}?from=home"' in page
        answer = client.post(
            f"{way}?from=home", {"finding_1": "clear", "reason_1": "記録による", "seen_1": mark("", "")}
        )
    assert answer["Location"] == f"{url_of(application)}?from=home#card-grounds"


def test_who_approves_from_the_queue_is_led_on(world: World) -> None:
    decision = world.termination(NOON)
    moment = world.ripe(decision.subject)
    with clock.standing_at(moment):
        page = browser(world).get(f"{url_of(decision)}?from=home").content.decode()
        way = f"{verb_url('decisions.approve', decision)}?from=home"
        assert f'action="{way}"' in page
        answer = (
            browser(world)
            .post(way, {"reason": "確かめた", "seen": decisions.mark(decision)}, follow=True)
            .content.decode()
        )
    assert "本日の業務は終わりました。" in answer


def test_a_row_that_still_waits_after_its_press_comes_last(world: World) -> None:
    reminders(world, "一つ目", "二つ目")
    with clock.standing_at(NOON):
        before = home.queue(world.staff["mio"], NOON)
        here = {before[0].next_url.partition("?")[0]}
        row = home.next_row(before, here, world.staff["mio"], NOON)
        only = home.next_row(before[:1], here, world.staff["mio"], NOON)
    assert row is not None
    assert row.title == "二つ目"
    assert only is not None
    assert only.title == "二つ目"


@pytest.mark.parametrize(
    "query",
    [
        "back=https://evil.example/", "back=//evil.example", "from=https://evil.example", "back=V-2026-999999",
        "next=https://evil.example", "back=%2F%2Fevil.example%2FV-2026-000001", "from=home&back=javascript:alert(1)",
    ],
)  # fmt: skip
def test_no_address_is_carried(world: World, query: str) -> None:
    with clock.standing_at(NOON):
        answer = browser(world, "hana").post(f"{CALL}?{query}", {"summary": "電話"})
        page = browser(world, "hana").get(f"{CALL}?{query}").content.decode()
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/incoming/incoming/")
    assert "evil" not in answer["Location"]
    assert "evil" not in page
    assert "javascript:" not in page


def test_a_call_note_written_on_a_case_comes_back_to_it(world: World) -> None:
    case = world.case(NOON)
    client = browser(world, "hana")
    with clock.standing_at(NOON):
        page = client.get(url_of(case)).content.decode()
    action = f"{CALL}?back={case.number}"
    assert f'action="{action}"' in page
    given = {"summary": "折返しを約束した", "about": case.number, "customer": case.customer.number}
    with clock.standing_at(NOON):
        answer = client.post(action, given)
    assert answer["Location"] == url_of(case)
    assert "折返しを約束した" in press(client, action, given | {"summary": "もう一度"})
