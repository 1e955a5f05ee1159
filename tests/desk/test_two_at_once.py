"""Two processes press the same verb at one moment: one effect, and the other is told so in plain words."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from config.desk.step import step
from contracts.closing.models import Closing
from contracts.decisions.models import Decision
from contracts.licenses.models import Subscription
from notices.models import Notice
from tests.support import databases
from tests.support.applicants import applications
from tests.support.world import DEMAND, World, at

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NOW = at("2026-11-02T10:00")
LATER = NOW + timedelta(minutes=5)


def start(
    stack: ExitStack, key: str, row: Any, who: str, at: datetime, data: Mapping[str, Any]
) -> "subprocess.Popen[str]":
    number = getattr(row, "number", None) or row.key
    command = [
        sys.executable,
        "-m",
        "tests.support.presser",
        key,
        number,
        who,
        at.isoformat(),
        json.dumps(data, default=str),
    ]
    environment = {**os.environ, "DATABASE_URL": databases.url()}
    child = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    stack.callback(child.wait)
    stack.callback(child.kill)
    return child


def press_at_once(key: str, row: Any, who: list[str], at: datetime, **data: Any) -> list[dict[str, Any]]:
    """All are ready before anybody presses, and the rows are held until all have begun: what each was told."""
    with ExitStack() as stack:
        children = [start(stack, key, row, name, at, data) for name in who]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        release(children, row)
        return [json.loads(child.communicate()[0]) for child in children]


def release(children: "list[subprocess.Popen[str]]", row: Any) -> None:
    """Hold the customer, so that both are past permission and form and wait for the same lock; then let go."""
    with step("test.barrier", at=NOW):
        type(row.customer)._base_manager.select_for_update().get(pk=row.customer.pk)
        for child in children:
            assert child.stdin is not None
            child.stdin.write("go\n")
            child.stdin.flush()
        wait_until_all_wait(children)


def wait_until_all_wait(children: "list[subprocess.Popen[str]]") -> None:
    """The server itself says when they stand before the lock."""
    waiting = 0
    while waiting < len(children):
        assert [child.poll() for child in children] == [None] * len(children), "one ended without waiting for the lock"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            (waiting,) = cursor.fetchone()


def one_of(told: list[dict[str, Any]]) -> dict[str, Any]:
    """One went through; what the other was told."""
    assert sorted(answer["ok"] for answer in told) == [False, True], told
    return next(answer for answer in told if not answer["ok"])


def test_two_approve(committed_world: World) -> None:
    refusal = committed_world.refusal(NOW)
    ken, mio = committed_world.staff["ken"], committed_world.staff["mio"]
    refused = one_of(press_at_once("decisions.approve", refusal, ["ken", "mio"], LATER))
    refusal.refresh_from_db()
    winner = refusal.approved_by
    assert winner in (ken, mio)
    assert refused["message"] == f"この決裁は、{winner.name}が 10:05 に承認しました。あなたの操作は行われていません。"
    assert (refused["clause"], bool(refused["instead"])) == ("6(3)", True)
    assert Notice.objects.filter(kind="applications.refusal").count() == 1
    assert Decision.history.filter(state="approved").exclude(letters_ordered=0).count() == 1


def test_two_approve_one_end(committed_world: World) -> None:
    """One termination, one letter, one end."""
    decision = committed_world.termination(NOW)
    moment = decision.proposed_at + timedelta(hours=1)
    refused = one_of(press_at_once("decisions.approve", decision, ["ken", "mio"], moment))
    assert (refused["clause"], "承認しました" in refused["message"]) == ("23(1)", True)
    committed_world.pump(moment)
    committed_world.pump(moment + timedelta(hours=1))
    letter = Notice.objects.get(kind="violations.termination")
    assert (letter.state, Closing.objects.count()) == ("dispatched", 1)
    assert Subscription.history.filter(state="ended").count() == 1


def test_one_approves_while_the_other_sends_back(committed_world: World) -> None:
    """Different verbs on one row: the second sees what the first did."""
    refusal = committed_world.refusal(NOW)
    with ExitStack() as stack:
        children = [
            start(stack, "decisions.approve", refusal, "ken", LATER, {}),
            start(stack, "decisions.send_back", refusal, "mio", LATER, {"reason": "書き直してください"}),
        ]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        release(children, refusal)
        told = [json.loads(child.communicate()[0]) for child in children]
    one_of(told)
    refusal.refresh_from_db()
    letters = Notice.objects.filter(kind="applications.refusal").count()
    assert (refusal.state, letters) in {("approved", 1), ("returned", 0)}


def test_two_record_the_posting(committed_world: World) -> None:
    case = committed_world.noticed_case(NOW, ["post"])
    notice = committed_world.correction(case)
    given = {"posted_at": NOW.isoformat(), "postage": "recorded"}
    refused = one_of(press_at_once("notices.mark_posted", notice, ["hana", "rin"], LATER, **given))
    assert refused["message"] == "郵送分は、すでに「発送済」です。"
    assert notice.post.history.filter(state="dispatched").count() == 1
    committed_world.pump(LATER)
    assert committed_world.cure(case).state == "running"


def test_two_accept(committed_world: World) -> None:
    application = committed_world.judged(NOW)
    people = get_user_model()._default_manager
    people.create_user("yui@staff.example", name="yui", roles=["受付"])  # type: ignore[attr-defined]
    refused = one_of(press_at_once("applications.accept", application, ["rin", "yui"], LATER, channels=["email"]))
    assert refused["clause"] == "6(3)"
    assert "承諾の発送待ち" in refused["message"]
    committed_world.pump(LATER)
    assert (Notice.objects.count(), Subscription.objects.count()) == (1, 1)


def test_two_clear_the_grounds(committed_world: World) -> None:
    """審査一覧: both saw the row without a judgement."""
    application = applications(1, NOW)[0]
    people = get_user_model()._default_manager
    people.create_user("yui@staff.example", name="yui", roles=["受付"])  # type: ignore[attr-defined]
    refused = one_of(press_at_once("applications.clear_grounds", application, ["rin", "yui"], LATER))
    winner = application.judgements.first().by
    assert (refused["clause"], refused["message"]) == ("6(3)", f"{winner.name}が先に確認済にしました。")
    assert [j.by for j in application.judgements.all()] == [winner] * 5


def test_two_send_the_correction_notice(committed_world: World) -> None:
    case = committed_world.case(NOW)
    told = press_at_once(
        "violations.send_correction_notice", case, ["hana", "ken"], LATER, channels=["email"], **DEMAND
    )
    refused = one_of(told)
    assert (refused["clause"], refused["message"]) == ("23(1)", "通知していない違反事項がありません。")
    assert Notice.objects.about(case).count() == 1


def test_the_same_person_twice(committed_world: World) -> None:
    """A double click."""
    case = committed_world.case(NOW)
    told = press_at_once(
        "violations.send_correction_notice", case, ["hana", "hana"], LATER, channels=["email"], **DEMAND
    )
    one_of(told)
    assert Notice.objects.about(case).count() == 1


def test_two_rule_on_an_objection(committed_world: World) -> None:
    case = committed_world.curing_case(NOW)
    given = {"received_at": LATER, "summary": "覚えがない"}
    objection = committed_world.press("violations.record_objection", case, by="hana", at=LATER, **given)
    ruling = {"outcome": "upheld", "reason": "申出のとおり", "channels": ["email"]}
    refused = one_of(press_at_once("decisions.rule_objection", objection, ["ken", "mio"], LATER, **ruling))
    objection.refresh_from_db()
    assert objection.ruled_by is not None
    assert f"この異議は、{objection.ruled_by.name}が" in refused["message"]
    assert (refused["clause"], bool(refused["instead"])) == ("23(1)", True)
    assert Notice.objects.filter(kind="violations.objection_answer").count() == 1
