"""Two clerks on one application, an approver and a deputy on one decision, an end in the same moment: one effect, one clear message."""

import json
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from contracts.decisions.models import Decision
from notices.models import Notice
from tests.desk.test_two_at_once import one_of, press_at_once, release, start
from tests.support.world import World, at

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NOW = at("2026-11-02T10:00")
LATER = NOW + timedelta(minutes=5)
EXCEPTION = {"grounds": ["2"], "reason": "是正済", "channels": ["email"]}
REFUSAL = {"grounds": ["2"], "reason": "違反", "channels": ["email"]}


def each(row: Any, moment: datetime, *acts: tuple[str, str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Different verbs on one row at one moment: what each was told."""
    with ExitStack() as stack:
        children = [start(stack, key, row, who, moment, data) for key, who, data in acts]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        release(children, row)
        return [json.loads(child.communicate()[0]) for child in children]


@pytest.fixture
def hit(committed_world: World) -> Any:
    """Ground 2 applies; rin and yui are at 受付."""
    get_user_model()._default_manager.create_user("yui@staff.example", name="yui", roles=["受付"])  # type: ignore[attr-defined]
    return committed_world.judged(NOW, ground_2="applies")


def test_two_clerks_propose_the_exception(hit: Any) -> None:
    refused = one_of(press_at_once("applications.propose_exception", hit, ["rin", "yui"], LATER, **EXCEPTION))
    decision = Decision.objects.get()
    assert refused["message"] == f"すでに起案されています（{decision.number}）。"
    assert (refused["clause"], bool(refused["instead"])) == ("6(3)", True)


def test_one_clerk_refuses_while_the_other_excepts(hit: Any) -> None:
    told = each(
        hit,
        LATER,
        ("applications.propose_refusal", "rin", REFUSAL),
        ("applications.propose_exception", "yui", EXCEPTION),
    )
    refused = one_of(told)
    kind = Decision.objects.get().kind
    said = {"applications.refusal": "不承諾の決裁中です。", "applications.exception": "例外としての承諾の決裁中です。"}
    assert (refused["message"], refused["clause"]) == (said[kind], "6(3)")


def test_the_approver_and_the_deputy(committed_world: World, hit: Any) -> None:
    decision = committed_world.press("applications.propose_exception", hit, by="rin", at=NOW, **EXCEPTION)
    staff = {name: user.pk for name, user in committed_world.staff.items()}
    days = {"first_day": "2026-11-02", "last_day": "2026-11-02", "reason": "休暇"}
    committed_world.press(
        "accounts.appoint_deputy", None, by="gen", at=NOW, for_user=staff["mio"], deputy=staff["hana"], **days
    )
    refused = one_of(press_at_once("decisions.approve", decision, ["mio", "hana"], LATER))
    decision.refresh_from_db()
    place = "（mioの代理）" if decision.decided_for else ""
    assert decision.approved_by is not None
    assert (
        refused["message"]
        == f"この決裁は、{decision.approved_by.name}{place}が 10:05 に承認しました。あなたの操作は行われていません。"
    )
    assert Notice.objects.filter(kind="applications.acceptance").count() == 1


def test_one_approves_while_the_proposer_edits(committed_world: World, hit: Any) -> None:
    """Whoever saw the content before it changed did not approve what stands there now."""
    decision = committed_world.press("applications.propose_exception", hit, by="rin", at=NOW, **EXCEPTION)
    seen = f"{decision.fields_hash[:16]}-{decision.turn}"
    told = each(
        decision,
        LATER,
        ("decisions.approve", "mio", {"seen": seen}),
        ("decisions.edit", "rin", {"reason": "書き足した"}),
    )
    decision.refresh_from_db()
    assert decision.state == "proposed"  # an edit voids the approval, whichever came first
    assert decision.fields["reason"] == "書き足した"
    approved, edited = told
    assert edited["ok"]
    assert approved["ok"] or "画面を開いた後に、rinが" in approved["message"]
    assert Notice.objects.exclude(state="cancelled").count() == 0
