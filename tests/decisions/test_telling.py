"""Approvers are told by e-mail of what newly waits: once, in one e-mail a round, and nobody who cannot approve it."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from config.desk import staffmail
from config.desk.step import step
from contracts.decisions import telling
from contracts.decisions.models import Telling
from tests.support.world import World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOW = at("2026-11-02T10:00")
MINUTE = timedelta(minutes=1)


def told() -> list[tuple[str, str]]:
    """To whom, with which text."""
    return [(m.to[0].partition("@")[0], str(m.body)) for m in mail.outbox if "承認・判断を待つもの" in m.subject]


def who() -> list[str]:
    return sorted(name for name, _ in told())


def test_each_approver_is_told_once_over_three_rounds(world: World) -> None:
    refusal = world.refusal(NOW)
    for minute in range(1, 4):
        world.pump(NOW + minute * MINUTE)
    assert who() == ["ken", "mio"]
    text = told()[0][1]
    for said in (
        refusal.number,
        "申込の不承諾",
        "第6条第3項",
        refusal.customer.name,
        f"/admin/decisions/decision/{refusal.pk}/",
    ):
        assert said in text
    for not_said in (refusal.customer.email, refusal.customer.phone, "前の違反のため", "rin"):
        assert not_said not in text
    assert {t.state for t in Telling.objects.all()} == {"told"}


def test_the_proposer_is_not_told_nor_an_editor_nor_who_left(world: World) -> None:
    decision = world.termination(NOW, by="ken")
    assert who() == ["mio"]
    with step("test.leave", at=NOW):
        world.staff["mio"].is_active = False
        world.staff["mio"].save()
    case, ripe = decision.subject, world.ripe(decision.subject)
    world.press("decisions.withdraw", decision, by="hana", at=ripe, reason="やり直す")
    again = {"reason": "是正がない", "channels": ["email"]}
    world.do("violations.propose_termination", case, by="ken", at=ripe, **again)
    assert who() == ["mio"]  # nobody anew


def test_one_mail_gathers_what_waits(world: World) -> None:
    world.set_house(NOW, tell_approvers=0)
    numbers = [world.refusal(NOW).number, world.refusal(NOW).number]
    assert told() == []
    world.set_house(NOW, tell_approvers=1)
    assert world.pump(NOW + MINUTE).told == 2
    assert all(number in text for _, text in told() for number in numbers)
    assert Telling.objects.filter(user=world.staff["mio"]).values("message_id").distinct().count() == 1


def test_resubmitted_after_return_it_is_told_again(world: World) -> None:
    refusal = world.refusal(NOW)
    mail.outbox.clear()
    world.do("decisions.send_back", refusal, by="mio", at=NOW + MINUTE, reason="番号も書いてください")
    assert told() == []
    world.do("decisions.edit", refusal, by="rin", at=NOW + 2 * MINUTE, reason="書いた")
    assert who() == ["ken", "mio"]
    world.do(
        "decisions.edit", refusal, by="rin", at=NOW + 3 * MINUTE, reason="言い回し"
    )  # while it waits: no second mail
    assert who() == ["ken", "mio"]


def test_of_an_objection_only_who_may_rule_is_told(world: World) -> None:
    refusal = world.refusal(NOW)
    application = world.do("decisions.approve", refusal, by="mio", at=NOW + MINUTE).subject
    mail.outbox.clear()
    objection = world.do(
        "applications.record_objection",
        application,
        by="rin",
        at=NOW + 2 * MINUTE,
        received_at=NOW,
        summary="別人である",
    )
    world.pump(NOW + 3 * MINUTE)
    assert who() == ["ken"]
    assert objection.number in told()[0][1]


# --- a mail server that does not take it ----------------------------------------------------------------------------


def test_a_crash_between_leaves_it_visible_and_it_is_not_sent_again(world: World, monkeypatch: Any) -> None:
    calls = []

    def dies(*args: Any) -> None:
        calls.append(args)
        raise OSError("the line broke after DATA")

    monkeypatch.setattr(telling.staffmail, "send", dies)
    world.refusal(NOW)
    world.pump(NOW + MINUTE)
    assert len(calls) == 2  # one a person
    assert {t.state for t in Telling.objects.all()} == {"claimed"}
    browser = Client()
    browser.force_login(world.staff["aki"])
    assert "送信中（結果不明）" in browser.get("/admin/decisions/telling/").content.decode()


def test_where_nothing_left_it_is_tried_three_times(world: World, monkeypatch: Any) -> None:
    def unreachable(*args: Any) -> None:
        raise staffmail.NothingLeft("メールサーバーにつながりませんでした。")

    world.set_house(NOW, tell_approvers=0)
    world.refusal(NOW)
    world.set_house(NOW, tell_approvers=1)
    with monkeypatch.context() as patch:
        patch.setattr(telling.staffmail, "send", unreachable)
        world.pump(NOW + MINUTE)
    assert {(t.state, t.attempts) for t in Telling.objects.all()} == {("failed", 1)}
    world.pump(NOW + 2 * MINUTE)
    assert who() == ["ken", "mio"]
    assert {(t.state, t.attempts) for t in Telling.objects.all()} == {("told", 2)}


def test_given_up_after_three(world: World, monkeypatch: Any) -> None:
    tries = []

    def unreachable(*args: Any) -> None:
        tries.append(1)
        raise staffmail.NothingLeft("メールサーバーにつながりませんでした。")

    monkeypatch.setattr(telling.staffmail, "send", unreachable)
    world.refusal(NOW)
    for minute in range(1, 6):
        world.pump(NOW + minute * MINUTE)
    assert len(tries) == 6  # three a person
    assert {t.state for t in Telling.objects.all()} == {"failed"}


def test_what_the_server_refuses_is_no_unclear_outcome(settings: Any, monkeypatch: Any) -> None:
    """A refusal after the line stood: nothing left, by the server's own word."""

    def refuses(self: Any, messages: Any) -> None:
        raise smtplib.SMTPRecipientsRefused({"mio@staff.example": (550, b"no such user")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuses)
    with pytest.raises(staffmail.NothingLeft):
        staffmail.send(["mio@staff.example"], "件名", "本文", staffmail.new_message_id())


def test_another_pump_that_claims_at_the_same_moment_wins(world: World, monkeypatch: Any) -> None:
    """Between looking and claiming another process claims: the database refuses the second, and nothing is sent twice."""
    world.set_house(NOW, tell_approvers=0)
    refusal = world.refusal(NOW)
    world.set_house(NOW, tell_approvers=1)
    claim_one = telling._claim_one

    def too_late(user: Any, about: Any, message_id: str) -> Any:
        Telling.objects.create(
            user=user, decision=about, turn=about.turn, claimed_at=NOW, message_id="<other@kiyaku.example>"
        )
        monkeypatch.setattr(
            Telling.objects, "filter", lambda **given: Telling.objects.none()
        )  # as it was when we looked
        return claim_one(user, about, message_id)

    with monkeypatch.context() as patch:
        patch.setattr(telling, "_claim_one", too_late)
        assert world.pump(NOW + MINUTE).told == 0
    assert told() == []
    assert refusal.state == "proposed"
