"""Mending a record: by its author today, by two people later; the clocks follow; what was built on it is not undone."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from config.desk.refusal import Refused
from contracts.decisions.models import Decision
from notices import pump, resting
from notices.models import Notice
from notices.posting.models import RecordCorrection
from tests.notices.posting.runs import POSTED as RUN_POSTED
from tests.notices.posting.runs import letters, post, printed
from tests.support.world import HAND_OVER, World, at

pytestmark = pytest.mark.django_db
NOON, POSTED = at("2026-11-02T12:00"), at("2026-11-02T16:00")
NEXT_DAY = at("2026-11-03T10:00")
WRONG_DAY = {"channel": "post", "what": "posting", "correct_at": at("2026-11-02T13:00"), "reason": "差出票の控え"}


def posted(world: World, posted_at: Any = POSTED, channels: tuple[str, ...] = ("post",)) -> Notice:
    """A correction notice that hana recorded as posted."""
    case = world.noticed_case(NOON, list(channels))
    notice = world.correction(case)
    given = {"posted_at": posted_at, "postage": "ordinary"}
    return world.do("notices.mark_posted", notice, by="hana", at=posted_at, **given)  # type: ignore[no-any-return]


def proposed(world: World, notice: Notice, moment: Any, **given: Any) -> Decision:
    """Its correction, proposed by hana."""
    return world.do("notices.propose_correction", notice, by="hana", at=moment, **(WRONG_DAY | given))  # type: ignore[no-any-return]


def test_its_author_mends_it_on_the_same_day_visibly(world: World) -> None:
    notice = posted(world)
    world.do("notices.mend_record", notice, by="hana", at=at("2026-11-02T17:00"), **WRONG_DAY)
    assert post(notice).dispatched_at == WRONG_DAY["correct_at"]
    notice.refresh_from_db()
    assert notice.dispatched_at == WRONG_DAY["correct_at"]
    mended = RecordCorrection.objects.get()
    assert (mended.before, mended.after, mended.reason) == (POSTED, WRONG_DAY["correct_at"], "差出票の控え")
    assert post(notice).history.filter(dispatched_at=POSTED).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        RecordCorrection.objects.update(reason="x")


@pytest.mark.parametrize(("by", "moment"), [("rin", at("2026-11-02T17:00")), ("hana", NEXT_DAY)])
def test_nobody_else_and_not_later(world: World, by: str, moment: Any) -> None:
    notice = posted(world)
    with pytest.raises(Refused, match="自分が今日記録したものではありません"):
        world.press("notices.mend_record", notice, by=by, at=moment, **WRONG_DAY)
    assert post(notice).dispatched_at == POSTED


def test_not_once_something_has_begun_since(world: World) -> None:
    notice = posted(world)
    case = notice.subject
    soon = at("2026-11-02T17:00")
    world.press(
        "violations.confirm_item",
        case,
        by="hana",
        at=soon,
        clause=["9(3)"],
        finding="act",
        facts="別の違反",
        evidence="記録",
    )
    world.do(
        "violations.send_correction_notice",
        case,
        by="hana",
        at=soon,
        channels=["email"],
        facts="別の違反",
        demand="やめること",
    )
    with pytest.raises(Refused, match="が始まっています"):
        world.press("notices.mend_record", notice, by="hana", at=soon, **WRONG_DAY)


def test_later_a_second_person_approves_and_the_clock_moves(world: World) -> None:
    wrong, right, moment = at("2026-11-04T16:00"), at("2026-11-03T10:00"), at("2026-11-05T10:00")
    notice = posted(world, wrong)
    assert world.ripe(notice.subject) == at(
        "2026-11-25T00:00"
    )  # 11/4, three days of transit, 14 days, the next business day
    given = WRONG_DAY | {"correct_at": right}
    decision = world.do("notices.propose_correction", notice, by="ken", at=moment, **given)
    assert post(notice).dispatched_at == wrong
    with pytest.raises(Refused, match="承認できません"):
        world.press("decisions.approve", decision, by="ken", at=moment)
    decision = world.do("decisions.approve", decision, by="mio", at=moment)
    assert (decision.state, post(notice).dispatched_at) == ("carried_out", right)
    assert world.ripe(notice.subject) == at("2026-11-21T00:00")
    assert RecordCorrection.objects.get().decision == decision


def test_a_letter_that_was_never_posted_waits_again_and_stops_its_clock(world: World) -> None:
    notice = posted(world)
    decision = proposed(world, notice, NEXT_DAY, what="not_posted", correct_at=None)
    world.do("decisions.approve", decision, by="mio", at=NEXT_DAY)
    notice.refresh_from_db()
    assert (post(notice).state, notice.state, notice.dispatched_at) == ("queued", "final", None)
    clock = world.cure(notice.subject)
    assert (clock.act_from, clock.blocked) == (None, "発送を待っています")
    again = at("2026-11-03T15:00")
    world.do("notices.mark_posted", notice, by="rin", at=again, posted_at=again, postage="ordinary")
    assert world.cure(notice.subject).act_from is not None


def test_a_wrong_return_and_a_wrong_delivery_are_taken_back(world: World) -> None:
    notice = posted(world)
    counted = world.ripe(notice.subject)
    world.do(
        "notices.record_return",
        notice,
        by="hana",
        at=NEXT_DAY,
        channel="post",
        returned_at=NEXT_DAY,
        reason="別の封筒だった",
    )
    assert world.cure(notice.subject).act_from is None
    world.do("notices.mend_record", notice, by="hana", at=NEXT_DAY, what="not_returned", reason="別の封筒だった")
    assert (post(notice).state, post(notice).returned_at, post(notice).failure) == ("dispatched", None, "")
    assert world.ripe(notice.subject) == counted
    world.do("notices.record_delivery", notice, by="hana", at=NEXT_DAY, channel="post", delivered_at=NEXT_DAY)
    world.do("notices.mend_record", notice, by="hana", at=NEXT_DAY, what="not_delivered", reason="番号違い")
    assert (post(notice).state, post(notice).delivered_at) == ("dispatched", None)


def test_refused_once_the_termination_has_left(world: World) -> None:
    case = world.curing_case(NOON, ["post"], posted_at=NOON)
    notice, ripe = world.correction(case), world.ripe(case)
    mend = proposed(world, notice, ripe)
    world.sweep(ripe)
    world.do("violations.confirm_uncured", case, by="hana", at=ripe, checked_at=ripe, how="接続記録を確認")
    end = world.do("violations.propose_termination", case, by="hana", at=ripe, reason="是正がない", channels=["email"])
    world.do("decisions.approve", end, by="mio", at=ripe)
    with pytest.raises(Refused, match="決裁による通知"):
        world.press("decisions.approve", mend, by="ken", at=ripe)
    world.do("decisions.withdraw", mend, by="hana", at=ripe, reason="承認できないため")
    with pytest.raises(Refused, match="決裁による通知") as told:
        proposed(world, notice, ripe)
    assert "異議" in told.value.instead
    assert post(notice).dispatched_at == NOON


def test_the_moment_must_fit_the_other_records(world: World) -> None:
    notice = posted(world)
    for moment in (NOON - timedelta(days=1), POSTED):
        with pytest.raises(Refused):
            proposed(world, notice, NEXT_DAY, correct_at=moment)
    with pytest.raises(Refused, match="その記録がありません"):
        proposed(world, notice, NEXT_DAY, what="not_returned")


def test_an_acceptance_is_not_moved_once_the_contract_is_in_use(world: World) -> None:
    application = world.do("applications.accept", world.judged(NOON), by="rin", at=NOON, channels=["post"])
    notice = Notice.objects.about(application).latest("pk")
    world.do("notices.mark_posted", notice, by="rin", at=POSTED, posted_at=POSTED, postage="ordinary")
    application.refresh_from_db()
    formed = application.subscription.formed_on
    earlier = at("2026-11-02T15:00")
    world.do("notices.mend_record", notice, by="rin", at=POSTED, what="posting", correct_at=earlier, reason="控え")
    later = at("2026-11-06T10:00")
    world.do("licenses.hand_over", application.subscription, by="hana", at=later, channels=["email"], **HAND_OVER)
    with pytest.raises(Refused, match="すでに"):
        proposed(world, notice, later)
    assert application.subscription.formed_on == formed


# --- 配達 recorded once more ----------------------------------------------------------------------------------------------


def test_a_delivery_is_not_recorded_again_once_something_hangs_on_it(world: World) -> None:
    notice, day, arrived = posted(world), at("2026-12-10T10:00"), at("2026-11-04T10:00")
    case = notice.subject
    world.do("notices.record_delivery", notice, by="hana", at=day, channel="post", delivered_at=arrived)
    world.sweep(day)
    begun, later = at("2026-12-10T10:10"), at("2026-12-10T11:00")
    world.do("violations.confirm_uncured", case, by="hana", at=begun, checked_at=begun, how="接続記録を確認")
    end = world.do("violations.propose_termination", case, by="hana", at=begun, reason="是正がない", channels=["email"])
    again = {"channel": "post", "delivered_at": at("2026-12-09T10:00")}
    with pytest.raises(Refused, match="が始まっています"):
        world.press("notices.record_delivery", notice, by="hana", at=later, **again)
    world.do("decisions.approve", end, by="mio", at=begun)
    with pytest.raises(Refused):
        world.press("notices.record_delivery", notice, by="hana", at=later, **again)
    assert post(notice).delivered_at == arrived


def test_what_two_people_approved_is_not_put_aside_by_the_author(world: World) -> None:
    notice, day, right = posted(world), at("2026-11-10T10:00"), at("2026-11-10T09:00")
    given = {"channel": "post", "delivered_at": at("2026-11-09T10:00")}
    world.do("notices.record_delivery", notice, by="hana", at=day, **given)
    later = at("2026-11-10T11:00")
    mend = WRONG_DAY | {"what": "delivery", "correct_at": right}
    decision = world.do("notices.propose_correction", notice, by="rin", at=later, **mend)
    world.do("decisions.approve", decision, by="mio", at=later)
    with pytest.raises(Refused, match="決裁"):
        world.press("notices.record_delivery", notice, by="hana", at=at("2026-11-10T12:00"), **given)
    assert post(notice).delivered_at == right


# --- no posting before its paper -----------------------------------------------------------------------------------------


def test_nothing_is_posted_on_a_day_before_its_words_were_final(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    contract, made = world.subscription(NOON), at("2026-11-05T09:00")

    def full(*args: Any, **given: Any) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(pump, "freeze", full)
        notice = world.correction(world.noticed_case(NOON, ["post"], subscription=contract))
    world.pump(made)
    later = at("2026-11-05T10:00")
    with pytest.raises(Refused, match="書面ができた日"):
        world.press("notices.mark_posted", notice, by="hana", at=later, posted_at=POSTED, postage="ordinary")
    hour_before = at("2026-11-05T08:00")
    world.do("notices.mark_posted", notice, by="hana", at=later, posted_at=hour_before, postage="ordinary")
    with pytest.raises(Refused, match="書面ができた日"):
        proposed(world, notice, later, correct_at=POSTED)


def test_nothing_is_posted_before_its_run_was_fixed_and_the_run_keeps_the_mended_moment(world: World) -> None:
    first, second = letters(world, 2)
    fixed, gone, later = at("2026-11-02T14:00"), at("2026-11-02T16:00"), at("2026-11-02T17:00")
    run = printed(world, fixed)
    given = {"posted_at": at("2026-11-02T13:00"), "postage": "ordinary"}
    with pytest.raises(Refused, match="一覧を確定した時"):
        world.press("notices.mark_posted", second, by="hana", at=later, **given)
    world.do("notices.mark_run_posted", run, by="hana", at=gone, **RUN_POSTED)
    with pytest.raises(Refused, match="一覧を確定した時"):
        proposed(world, first, later)
    right = at("2026-11-02T15:00")
    world.do("decisions.approve", proposed(world, first, later, correct_at=right), by="mio", at=later)
    assert run.letters.get(delivery__notice=first).posted_at == post(first).dispatched_at == right


def test_a_posting_is_not_mended_onto_the_day_of_another_with_its_tracking_number(world: World) -> None:
    next_posting, later = at("2026-11-03T16:00"), at("2026-11-05T10:00")
    number = {"postage": "registered", "tracking_number": "12345678901"}
    notice = world.correction(world.curing_case(NOON, ["post"], posted_at=POSTED, **number))
    world.curing_case(at("2026-11-03T12:00"), ["post"], posted_at=next_posting, **number)
    with pytest.raises(Refused, match="同じ日に差し出した"):
        proposed(world, notice, later, correct_at=at("2026-11-03T15:00"))
    assert post(notice).dispatched_at == POSTED


@pytest.mark.parametrize(("decided", "moved"), [(False, True), (True, False)])
def test_a_posting_recorded_late_takes_effect_before_the_e_mail(
    db: None, monkeypatch: pytest.MonkeyPatch, decided: bool, moved: bool
) -> None:
    """The first dispatch counts (4(2)), whichever was recorded first; not where something rests on the known moment."""
    world = World(email_wait_minutes=5)
    case = world.noticed_case(
        NOON, ["email", "post"], subscription=world.subscription_sent_at_once(at("2026-11-02T06:00"))
    )
    notice = world.correction(case)
    world.pump(at("2026-11-02T12:30"))
    notice.refresh_from_db()
    known, earlier = notice.dispatched_at, at("2026-11-02T12:02")
    assert known is not None
    assert known > earlier
    if decided:
        monkeypatch.setattr(resting, "decided_since", lambda *args: notice)
    given = {"posted_at": earlier, "postage": "ordinary"}
    world.do("notices.mark_posted", notice, by="hana", at=POSTED, **given)
    notice.refresh_from_db()
    assert notice.dispatched_at == (earlier if moved else known)
    assert post(notice).dispatched_at == earlier
