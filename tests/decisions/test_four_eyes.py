"""Four eyes: who wrote or edited a proposal cannot approve it; the verb says so, and the database holds it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from config.desk import triggers
from config.desk.refusal import NotPermitted, Refused
from contracts.decisions.models import Decision, DecisionEditor
from contracts.decisions.rules import FIXED, MESSAGE
from tests.support.world import World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOW = at("2026-11-02T10:00")
LATER = NOW + timedelta(minutes=5)
EDIT = {"reason": "言い回しを改めた"}


@pytest.fixture
def refusal(world: World) -> Decision:
    """Proposed by rin; edited by nobody else."""
    return world.refusal(NOW)


@pytest.fixture
def termination(world: World) -> Decision:
    """Proposed by ken, who holds 契約 and 承認."""
    return world.termination(NOW, by="ken")


def write(sql: str, *parameters: Any) -> None:
    """A raw statement, past all of Python."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


# --- by verb ------------------------------------------------------------------------------------------------------


def test_the_proposer_cannot_approve(world: World, termination: Decision) -> None:
    with pytest.raises(Refused, match="起案した人") as refused:
        world.press("decisions.approve", termination, by="ken", at=world.ripe(termination.subject))
    assert refused.value.clause == "23(1)"
    termination.refresh_from_db()
    assert (termination.state, termination.approved_by) == ("proposed", None)


def test_who_edited_cannot_approve(world: World) -> None:
    termination = world.termination(NOW, by="hana")
    ripe = world.ripe(termination.subject)
    world.press("decisions.edit", termination, by="ken", at=ripe, **EDIT)
    with pytest.raises(Refused, match="内容を変えた人"):
        world.press("decisions.approve", termination, by="ken", at=ripe)
    assert world.do("decisions.approve", termination, by="mio", at=ripe).state == "carried_out"


def test_who_edited_cannot_approve_whatever_came_after(world: World) -> None:
    termination = world.termination(NOW, by="hana")
    ripe = world.ripe(termination.subject)
    for by in ("ken", "hana"):
        world.press("decisions.edit", termination, by=by, at=ripe, **EDIT)
    with pytest.raises(Refused, match="内容を変えた人"):
        world.press("decisions.approve", termination, by="ken", at=ripe)


def test_only_an_approver_approves(world: World, refusal: Decision) -> None:
    for by in ("rin", "hana", "aki", "gen"):
        with pytest.raises(NotPermitted):
            world.press("decisions.approve", refusal, by=by, at=LATER)
    assert world.press("decisions.approve", refusal, by="mio", at=LATER).approved_by == world.staff["mio"]


def test_only_who_may_propose_the_kind_edits_it(world: World, refusal: Decision) -> None:
    with pytest.raises(Refused, match="この種類の起案ができる担当者だけ"):
        world.press("decisions.edit", refusal, by="hana", at=LATER, **EDIT)
    assert not refusal.editors.filter(user=world.staff["hana"]).exists()


# --- editing voids the approval -----------------------------------------------------------------------------------


@pytest.fixture
def approved(world: World) -> Decision:
    """Approved by mio; its letter is ordered and waits for its five minutes."""
    world.set_house(NOW, email_wait_minutes=5)
    refusal = world.refusal(NOW)
    world.pump(NOW + timedelta(minutes=5))
    return world.do("decisions.approve", refusal, by="mio", at=LATER)


def test_editing_voids_the_approval_and_stops_the_letter(world: World, approved: Decision) -> None:
    assert (approved.state, approved.subject.state) == ("approved", "refusing")
    letter = approved.notices.get()
    edited = world.press("decisions.edit", approved, by="rin", at=LATER, reason="事由の説明を足した")
    assert (edited.state, edited.approved_by, edited.approved_at) == ("proposed", None, None)
    letter.refresh_from_db()
    assert (letter.state, letter.email.state, edited.subject.state) == ("cancelled", "cancelled", "screening")
    hour_later = LATER + timedelta(hours=1)
    assert world.pump(hour_later).sent == 0
    edited.subject.refresh_from_db()
    assert edited.subject.state == "screening"


def test_what_is_approved_anew_is_what_was_edited(world: World, approved: Decision) -> None:
    before = approved.fields_hash
    world.press("decisions.edit", approved, by="rin", at=LATER, reason="事由の説明を足した")
    again = world.do("decisions.approve", approved, by="mio", at=LATER)
    assert again.fields["reason"] == "事由の説明を足した"
    assert again.fields_hash != before
    world.pump(LATER + timedelta(minutes=5))
    again.refresh_from_db()
    assert (again.state, again.notices.count(), again.subject.state) == ("carried_out", 2, "refused")


def test_once_the_letter_left_nothing_is_edited(world: World, approved: Decision) -> None:
    leaves = LATER + timedelta(minutes=5)
    world.pump(leaves)
    for verb, by in (("decisions.edit", "rin"), ("decisions.withdraw", "rin"), ("decisions.send_back", "mio")):
        with pytest.raises(Refused):
            world.press(verb, approved, by=by, at=leaves, **EDIT)
    approved.refresh_from_db()
    assert (approved.state, approved.editors.count()) == ("carried_out", 1)


# --- by the database ----------------------------------------------------------------------------------------------

APPROVE = "UPDATE decisions_decision SET state = 'approved', approved_at = %s, approved_by_id = %s WHERE id = %s"


def test_a_raw_update_cannot_make_the_proposer_approve(world: World, refusal: Decision) -> None:
    with pytest.raises(DatabaseError):
        write(APPROVE, LATER, world.staff["rin"].pk, refusal.pk)


def test_nor_the_proposer_where_the_triggers_are_gone(world: World, refusal: Decision) -> None:
    """The CHECK holds by itself; the test's rollback brings the triggers back."""
    triggers.drop_all()
    with pytest.raises(IntegrityError, match="decision_four_eyes"):
        write(APPROVE, LATER, world.staff["rin"].pk, refusal.pk)


def test_nor_who_edited_it(world: World) -> None:
    termination = world.termination(NOW, by="hana")
    world.press("decisions.edit", termination, by="ken", at=world.ripe(termination.subject), **EDIT)
    with pytest.raises(DatabaseError, match=MESSAGE):
        write(APPROVE, LATER, world.staff["ken"].pk, termination.pk)


def test_nor_an_insert_of_an_editor_who_approved(world: World, approved: Decision) -> None:
    with pytest.raises(DatabaseError, match=MESSAGE):
        add_editor(approved, world.staff["mio"])


@pytest.mark.parametrize(
    "change",
    ["UPDATE decisions_decisioneditor SET user_id = %s", "DELETE FROM decisions_decisioneditor WHERE user_id <> %s"],
)
def test_who_edited_stays(world: World, refusal: Decision, change: str) -> None:
    with pytest.raises(DatabaseError, match=triggers.MESSAGE):
        write(change, world.staff["mio"].pk)


def test_nor_a_change_of_the_proposer_into_who_approved(world: World, approved: Decision) -> None:
    with pytest.raises(DatabaseError, match="decision_four_eyes|だれが、いつ起案し"):
        write("UPDATE decisions_decision SET proposed_by_id = %s WHERE id = %s", world.staff["mio"].pk, approved.pk)


def test_nor_approved_without_an_approver(world: World, refusal: Decision) -> None:
    with pytest.raises(IntegrityError, match="decision_approved_by"):
        write("UPDATE decisions_decision SET state = 'approved' WHERE id = %s", refusal.pk)


def test_four_eyes_cannot_be_taken_off_a_decision(world: World, refusal: Decision) -> None:
    """Whether a kind needs four eyes is fixed when it is proposed."""
    with pytest.raises(DatabaseError, match=FIXED):
        write("UPDATE decisions_decision SET four_eyes = %s WHERE id = %s", False, refusal.pk)


def test_another_person_may_approve_by_raw_update_too(world: World, refusal: Decision) -> None:
    """So that the tests above fail for the person, not for the statement."""
    write(APPROVE, LATER, world.staff["mio"].pk, refusal.pk)
    refusal.refresh_from_db()
    assert refusal.approved_by == world.staff["mio"]


def add_editor(decision: Decision, user: Any) -> None:
    write(
        "INSERT INTO decisions_decisioneditor (recorded_at, decision_id, user_id) VALUES (%s, %s, %s)",
        LATER, decision.pk, user.pk,
    )  # fmt: skip


def test_an_insert_of_another_editor_passes(world: World, approved: Decision) -> None:
    add_editor(approved, world.staff["ken"])
    assert DecisionEditor.objects.filter(decision=approved).count() == 2
