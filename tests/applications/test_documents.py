"""A document is asked for, and comes or does not (6(4)); the story documents.yaml tells the whole of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.pages import url_of, verb_url
from config.desk.refusal import Refused
from contracts.applications.models import Application, DocumentRequest
from contracts.deadlines.models import Deadline
from notices.models import Notice
from tests.support.world import World, at

pytestmark = pytest.mark.both
NOW = at("2026-11-02T10:00")
RIPE = at("2026-11-17T00:00")  # 14 days after an e-mail of 2 November
ASKED = {"ground": "4", "document": "履歴事項全部証明書"}


def asked(world: World, channels: tuple[str, ...] = ("email",), when: Any = NOW, **found: str) -> Application:
    application = world.judged(when, **found)
    return ask(world, application, when, channels)


def ask(world: World, application: Application, when: Any, channels: tuple[str, ...] = ("email",)) -> Application:
    row: Application = world.do(
        "applications.request_document", application, by="rin", at=when, channels=list(channels), **ASKED
    )
    return row


def came(world: World, application: Application, when: Any) -> Application:
    given = {"received_at": when, "note": "原本が届いた"}
    row: Application = world.do("applications.record_document", application, by="rin", at=when, **given)
    return row


def refuse(world: World, application: Application, when: Any, grounds: tuple[str, ...] = ("6(4)",)) -> Any:
    given = {"grounds": list(grounds), "reason": "書類がない", "channels": ["email"]}
    return world.do("applications.propose_refusal", application, by="rin", at=when, **given)


def refused(call: Any, *args: Any) -> Refused:
    with pytest.raises(Refused) as told:
        call(*args)
    return told.value


def period(application: Application) -> Deadline:
    return Deadline.objects.about(application, "applications.document").latest("pk")


def letter(application: Application, kind: str = "document_request") -> Notice:
    return Notice.objects.about(application, f"applications.{kind}").latest("pk")


def screening(application: Application) -> list[str]:
    rows = Deadline.objects.about(application, "applications.screening").order_by("pk")
    return list(rows.values_list("state", flat=True))


def test_the_letter_names_the_ground_the_document_and_the_day(world: World) -> None:
    application = asked(world)
    text = letter(application).content.letter
    told = str(text)
    for part in ("履歴事項全部証明書", "2026年11月16日（月）まで", "第6条", "第3項第4号", "第4項"):
        assert part in told
    assert (period(application).communicated_on.isoformat(), period(application).act_from) == ("2026-11-16", RIPE)
    assert application.state == "awaiting_document"
    assert screening(application) == ["cancelled"]


def test_the_length_is_a_policy_of_the_house(world: World) -> None:
    world.set_house(NOW, document_days=7)
    clock_row = period(asked(world))
    assert clock_row.communicated_on.isoformat() == "2026-11-09"
    assert "社内の取扱い" in str(clock_row.reasoning)


def test_ordinary_post_counts_from_its_arrival(world: World) -> None:
    application = asked(world, ("post",))
    assert not Deadline.objects.about(application, "applications.document").exists()
    world.do("notices.mark_posted", letter(application), by="rin", at=NOW, posted_at=NOW, postage="ordinary")
    assert period(application).act_from == at("2026-11-20T00:00")  # arrives on the 5th, runs through the 19th


def test_a_bounce_stops_the_period_and_the_document_is_asked_for_anew(world: World) -> None:
    application = asked(world)
    bounced = NOW + timedelta(hours=1)
    world.do(
        "notices.record_return",
        letter(application),
        by="rin",
        at=bounced,
        channel="email",
        returned_at=bounced,
        reason="宛先不明",
    )
    assert period(application).act_from is None
    assert refused(refuse, world, application, at("2026-12-01T09:00")).clause == "6(4)"
    ask(world, application, bounced)
    assert [d.state for d in Deadline.objects.about(application, "applications.document").order_by("pk")] == [
        "cancelled",
        "running",
    ]
    assert application.document_requests.count() == 2


def test_one_document_at_a_time(world: World) -> None:
    application = asked(world)
    told = refused(ask, world, application, NOW)
    assert (told.clause, "履歴事項全部証明書" in told.message) == ("6(4)", True)


def test_no_request_while_a_refusal_is_decided_or_after_the_end(world: World) -> None:
    decision = world.refusal(NOW)
    assert refused(ask, world, decision.subject, NOW).clause == "6(4)"
    assert refused(ask, world, world.accepted(NOW), NOW).clause == "6(4)"


def test_no_acceptance_before_the_document_came(world: World) -> None:
    application = asked(world)
    told = refused(lambda: world.press("applications.accept", application, by="rin", at=NOW, channels=["email"]))
    assert (told.clause, told.message) == ("6(3)", "書類の提示を待っています。")
    came(world, application, NOW)
    assert world.do("applications.accept", application, by="rin", at=NOW, channels=["email"]).state == "accepted"


def test_grounds_may_be_judged_while_it_is_awaited(world: World) -> None:
    application = asked(world)
    world.press(
        "applications.judge_ground", application, by="rin", at=NOW, ground="4", finding="checking", reason="書類を待つ"
    )
    assert application.judgements.get(ground=4).finding == "checking"


def test_a_refusal_on_another_ground_need_not_wait(world: World) -> None:
    application = asked(world, ground_2="applies")
    decision = refuse(world, application, NOW, ("2",))
    world.do("decisions.approve", decision, by="mio", at=NOW)
    application.refresh_from_db()
    assert application.state == "refused"
    assert period(application).state == "cancelled"


def test_taken_back_a_refusal_leaves_the_document_awaited(world: World) -> None:
    world.set_house(NOW, email_wait_minutes=5)
    application = asked(world, ground_2="applies")
    world.pump(NOW + timedelta(minutes=6))
    decision = refuse(world, application, NOW + timedelta(minutes=7), ("2",))
    world.do("decisions.approve", decision, by="mio", at=NOW + timedelta(minutes=8))
    world.do("decisions.withdraw", decision, by="rin", at=NOW + timedelta(minutes=9), reason="見直す")
    application.refresh_from_db()
    assert (application.state, period(application).state) == ("awaiting_document", "running")


def test_too_early_names_the_moment(world: World) -> None:
    application = asked(world)
    told = refused(refuse, world, application, RIPE - timedelta(seconds=1))
    assert told.clause == "6(4)"
    assert "11月17日（火）0:00 からできます" in told.message
    assert told.short == "11/17 から"
    assert refuse(world, application, RIPE).state == "proposed"


def test_before_the_letter_left_nothing_rests_on_it(world: World) -> None:
    application = asked(world, ("post",))
    assert refused(refuse, world, application, at("2026-12-01T09:00")).message.endswith("まだ発送されていません。")


def test_silence_decides_nothing_but_wants_somebody_to_look(world: World) -> None:
    application = asked(world)
    world.sweep(RIPE)
    application.refresh_from_db()
    assert (application.state, period(application).state) == ("awaiting_document", "lapsed")
    assert screening(application) == ["cancelled", "running"]


def test_approval_is_refused_when_the_document_came_meanwhile(world: World) -> None:
    application = asked(world, ground_2="applies")
    decision = refuse(world, application, RIPE, ("2", "6(4)"))
    came(world, application, RIPE)
    decision.refresh_from_db()
    assert decision.state == "proposed"  # another ground is left: a person mends it
    assert refused(lambda: world.do("decisions.approve", decision, by="mio", at=RIPE)).clause == "6(4)"
    world.do("decisions.edit", decision, by="rin", at=RIPE, grounds=["2"])
    world.do("decisions.approve", decision, by="mio", at=RIPE)
    application.refresh_from_db()
    assert application.state == "refused"


def approved_and_waiting(world: World, grounds: tuple[str, ...]) -> tuple[Application, Any]:
    world.set_house(NOW, email_wait_minutes=5)
    application = asked(world, ground_2="applies")
    world.pump(NOW + timedelta(minutes=6))
    decision = refuse(world, application, RIPE + timedelta(hours=9), grounds)
    world.do("decisions.approve", decision, by="mio", at=RIPE + timedelta(hours=9))
    return application, decision


@pytest.mark.parametrize(
    ("grounds", "state"), [(("6(4)",), "withdrawn"), (("2", "6(4)"), "proposed"), (("2",), "proposed")]
)
def test_a_document_before_the_dispatch_stops_the_refusal(world: World, grounds: tuple[str, ...], state: str) -> None:
    application, decision = approved_and_waiting(world, grounds)
    when = RIPE + timedelta(hours=9, minutes=2)
    assert came(world, application, when).state == "screening"
    world.pump(when + timedelta(hours=1))
    decision.refresh_from_db()
    assert (decision.state, letter(application, "refusal").state) == (state, "cancelled")
    assert period(application).state == "met"


def test_the_letter_does_not_leave_when_the_request_turns_out_undelivered(world: World) -> None:
    application, decision = approved_and_waiting(world, ("6(4)",))
    when = RIPE + timedelta(hours=9, minutes=2)
    world.do(
        "notices.record_return",
        letter(application),
        by="rin",
        at=when,
        channel="email",
        returned_at=when,
        reason="宛先不明",
    )
    world.pump(RIPE + timedelta(hours=10))
    application.refresh_from_db()
    decision.refresh_from_db()
    assert (application.state, decision.state, letter(application, "refusal").state) == (
        "awaiting_document",
        "withdrawn",
        "cancelled",
    )


def test_a_document_that_comes_first_keeps_the_queued_request_here(world: World) -> None:
    world.set_house(NOW, email_wait_minutes=5)
    application = came(world, asked(world), NOW + timedelta(minutes=2))
    world.pump(NOW + timedelta(hours=1))
    assert (application.state, letter(application).state) == ("screening", "cancelled")
    assert screening(application) == ["cancelled", "running"]


def test_of_two_ways_the_queued_one_stays_here(world: World) -> None:
    application = came(world, asked(world, ("email", "post")), NOW)
    assert {d.channel: d.state for d in letter(application).deliveries.all()} == {
        "email": "dispatched",
        "post": "cancelled",
    }
    assert period(application).state == "met"


def test_a_stopped_request_goes_back_to_screening(world: World) -> None:
    world.set_house(NOW, email_wait_minutes=5)
    application = asked(world)
    world.do("notices.stop_sending", letter(application), by="rin", at=NOW, reason="別の書類を求める")
    application.refresh_from_db()
    assert (application.state, screening(application)) == ("screening", ["cancelled", "running"])


def test_a_letter_of_yesterday_is_dated_anew_and_the_request_follows(world: World) -> None:
    world.set_house(NOW, email_wait_minutes=5)
    application = asked(world)
    world.pump(NOW + timedelta(days=1))
    request = DocumentRequest.objects.get()
    assert (request.notice, request.notice.state) == (letter(application), "dispatched")
    assert period(application).communicated_on.isoformat() == "2026-11-17"
    came(world, application, NOW + timedelta(days=2))
    assert period(application).state == "met"


def test_a_document_is_recorded_only_where_one_was_asked_for(world: World) -> None:
    assert refused(came, world, world.judged(NOW), NOW).clause == "6(4)"
    application = asked(world)
    day_before = NOW - timedelta(days=1)
    given = {"received_at": day_before, "note": ""}
    told = refused(lambda: world.press("applications.record_document", application, by="rin", at=NOW, **given))
    assert (told.clause, told.message) == ("6(4)", "受領日時が、書類の提示を求めた日より前です。")


def test_after_the_refusal_left_it_is_too_late(world: World) -> None:
    application = asked(world)
    world.do("decisions.approve", refuse(world, application, RIPE), by="mio", at=RIPE)
    assert refused(came, world, application, RIPE + timedelta(hours=1)).clause == "6(4)"


def test_the_pages_show_the_period_and_what_rests_on_it(world: World) -> None:
    application = asked(world)
    decision = refuse(world, application, RIPE)
    browser = Client()
    browser.force_login(world.staff["rin"])
    with clock.standing_at(RIPE):
        page = browser.get(url_of(application)).content.decode()
        decided = browser.get(url_of(decision)).content.decode()
        request_page = browser.get(verb_url("applications.request_document", world.application(RIPE))).content.decode()
    assert all(part in page for part in ("書類を待つ期間", "履歴事項全部証明書", "まだ届いていません"))
    assert "書類の提示がない（履歴事項全部証明書）" in decided
    assert "提示の期限（通知に記載）" in request_page
