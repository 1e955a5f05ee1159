"""A correction notice is taken back: what it covered, what rested on it, what state is left, whom it tells."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.refusal import Refused
from contracts.deadlines.models import Deadline
from contracts.violations import clocks
from contracts.violations.models import Violation, Withdrawal
from notices.models import Delivery, Notice
from tests.support.world import DEMAND, World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
SENT = at("2026-11-02T10:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = {"clause": ["26(1)"], "finding": "risk", "facts": "管理画面の写しを公開しようとしていること"}
WHY = "事実の書き方に誤りがあったため"


def fresh(case: Any) -> Any:
    return Violation.objects.get(pk=case.pk)


def withdraw(world: World, case: Any, moment: Any, **more: Any) -> Any:
    given = {"reason": WHY, "channels": ["email"]} | more
    return world.do("violations.withdraw_notice", case, by="hana", at=moment, **given)


def second_notice(world: World, case: Any, moment: Any, channels: Any = ("email",)) -> Any:
    """Item 2, named by a notice of its own."""
    world.press("violations.confirm_item", case, by="hana", at=moment, **SECOND)
    return world.do("violations.send_correction_notice", case, by="hana", at=moment, channels=list(channels), **DEMAND)


def letters(case: Any) -> list[Notice]:
    return list(Notice.objects.about(case, "violations.correction").order_by("pk"))


def nameable(case: Any) -> list[int]:
    return [item.position for item in clocks.nameable_items(fresh(case))]


def told(case: Any) -> Notice:
    return Notice.objects.about(case, "violations.withdrawal").latest("pk")


def test_the_letter_names_the_notice_and_why_and_ends_its_day(world: World) -> None:
    case = world.curing_case(SENT)
    withdraw(world, case, SENT + DAY)
    text, number = told(case).content.text, world.correction(case).number
    for part in (
        f"2026年11月2日（月）付けの是正通知書（{number}）を、撤回いたします",
        "期限は効力を失い",
        WHY,
        "数え直します",
    ):
        assert part in text.replace("\n", "")
    assert told(case).content.clauses == ["23(1)"]
    cure = world.cure(case)
    assert (cure.state, cure.closed_reason) == ("cancelled", f"是正通知を撤回したため：{WHY}")
    kept = Withdrawal.history.latest("history_id")
    assert (kept.history_user, kept.history_verb, kept.reason) == (
        world.staff["hana"],
        "violations.withdraw_notice",
        WHY,
    )
    assert (fresh(case).state, nameable(case)) == ("confirmed", [1])


def test_what_rested_on_it_is_closed_and_what_rests_on_another_goes_on(world: World) -> None:
    case = world.curing_case(SENT)
    second_notice(world, case, SENT + DAY)
    first, second = letters(case)
    ripe = world.ripe(case)  # of the second, which ran out last
    world.press("violations.confirm_uncured", case, by="hana", at=ripe, checked_at=ripe, how="記録を確認")
    more = {"until": "2026-12-20", "reason": "申出による", "notice": second.number}
    extension = world.press("violations.propose_extension", case, by="hana", at=ripe, **more)
    with pytest.raises(Refused, match="どの是正通知") as which:
        withdraw(world, case, ripe)
    assert f"{first.number}、{second.number}" in which.value.instead
    withdraw(world, case, ripe, notice=first.number)
    extension.refresh_from_db()
    assert (extension.state, fresh(case).state, nameable(case)) == ("proposed", "curing", [1])
    end = world.press(
        "violations.propose_termination", case, by="hana", at=ripe, reason="是正がない", channels=["email"]
    )
    withdraw(world, case, ripe, notice=second.number)
    for decision in (extension, end):
        decision.refresh_from_db()
        assert (decision.state, decision.closed_reason) == ("withdrawn", "是正通知を撤回したため"), decision.kind
    assert (fresh(case).state, nameable(case)) == ("confirmed", [1, 2])


def test_a_termination_that_rests_on_an_older_notice_goes_on(world: World) -> None:
    case = world.curing_case(SENT)
    ripe = world.ripe(case)
    second_notice(world, case, ripe - DAY)
    world.press("violations.confirm_uncured", case, by="hana", at=ripe, checked_at=ripe, how="記録を確認")
    end = world.press(
        "violations.propose_termination", case, by="hana", at=ripe, reason="是正がない", channels=["email"]
    )
    withdraw(world, case, ripe, notice=letters(case)[1].number)
    end.refresh_from_db()
    assert (end.state, fresh(case).state) == ("proposed", "curing")


@pytest.mark.parametrize(
    ("other", "cured", "state"),
    [("email", False, "curing"), ("post", False, "correction_ordered"), ("email", True, "confirmed")],
)
def test_the_state_says_what_is_left(world: World, other: str, cured: bool, state: str) -> None:
    """Beside a second notice that runs, is on its way, or of which all was cured."""
    case = world.curing_case(SENT)
    second_notice(world, case, SENT + DAY, [other])
    if cured:
        given = {"items": ["2"], "cured_at": SENT + DAY + HOUR}
        world.press("violations.confirm_cure", case, by="hana", at=SENT + DAY + HOUR, **given)
    withdraw(world, case, SENT + 2 * DAY, notice=letters(case)[0].number)
    assert fresh(case).state == state
    assert Deadline.objects.about(case, "violations.notify").running().exists() == (state == "confirmed")


def test_without_the_withdrawn_notice_the_rest_may_be_cured(world: World) -> None:
    case = world.curing_case(SENT)
    second_notice(world, case, SENT + DAY)
    withdraw(world, case, SENT + DAY + HOUR, notice=letters(case)[0].number)
    given = {"items": ["2"], "cured_at": SENT + 2 * DAY}
    world.press("violations.confirm_cure", case, by="hana", at=SENT + 2 * DAY, **given)
    assert fresh(case).state == "cured"


def test_only_a_late_cure_was_left_and_the_case_is_cured(world: World) -> None:
    case = world.curing_case(SENT)
    late = world.ripe(case) + HOUR
    world.press("violations.confirm_cure", case, by="hana", at=late, items=["1"], cured_at=late)
    assert fresh(case).state == "curing"
    withdraw(world, case, late + HOUR)
    assert (fresh(case).state, nameable(case)) == ("cured", [])


def test_a_notice_that_left_before_its_handler_ran_starts_no_clock_afterwards(world: World) -> None:
    """The dispatch is committed first; the handler fails, the notice is withdrawn, the handler is tried again."""
    case = world.case(SENT)
    world.press("violations.send_correction_notice", case, by="hana", at=SENT, channels=["email"], **DEMAND)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("contracts.deadlines.workflow.start", _fails)
        world.pump(SENT)
    assert (world.correction(case).state, fresh(case).state) == ("dispatched", "correction_ordered")
    withdraw(world, case, SENT + timedelta(seconds=30))
    world.pump(SENT + HOUR)
    assert (fresh(case).state, nameable(case)) == ("confirmed", [1])
    assert not Deadline.objects.about(case, "violations.cure").exists()


def _fails(*args: Any, **kwargs: Any) -> None:
    raise RuntimeError("the handler fails")


def test_its_post_does_not_leave_after_it_and_one_in_flight_must_be_awaited(world: World) -> None:
    case = world.noticed_case(SENT, ["email", "post"])
    withdraw(world, case, SENT + HOUR)
    post = Delivery.objects.get(notice=world.correction(case), channel="post")
    assert (post.state, post.failure) == ("cancelled", "是正通知を撤回したため")
    other = world.case(SENT)
    world.set_house(SENT, email_wait_minutes=5)
    world.do("violations.send_correction_notice", other, by="hana", at=SENT, channels=["email"], **DEMAND)
    Delivery.objects.filter(notice=world.correction(other)).update(state="in_flight")
    with pytest.raises(Refused, match="送信中"):
        withdraw(world, other, SENT + HOUR)
    assert not Withdrawal.objects.filter(case=other).exists()


def test_where_its_letter_came_back_the_customer_is_told_once_more(world: World) -> None:
    case = world.curing_case(SENT)
    withdraw(world, case, SENT + DAY)
    with pytest.raises(Refused, match="撤回できる是正通知がありません") as no:
        withdraw(world, case, SENT + DAY)
    assert no.value.clause == "23(1)"
    first = told(case)
    bounce = {"channel": "email", "returned_at": SENT + DAY + HOUR, "reason": "宛先不明"}
    world.do("notices.record_return", first, by="rin", at=SENT + DAY + HOUR, **bounce)
    withdraw(world, case, SENT + 2 * DAY, reason="別の方法で知らせるため", channels=["post"])
    done = Withdrawal.objects.get()
    assert (done.letter, done.reason) == (told(case), WHY)
    assert (told(case).pk != first.pk, told(case).fields["reason"]) == (True, WHY)


def test_told_by_no_way_it_is_not_withdrawn(world: World) -> None:
    case = world.curing_case(SENT)
    with pytest.raises(Refused, match="方法を選んで"):
        withdraw(world, case, SENT + DAY, channels=[])
    assert (fresh(case).state, world.cure(case).state) == ("curing", "running")


def test_refused_once_a_termination_has_gone(world: World) -> None:
    end = world.termination(SENT)
    case, moment = end.subject, world.ripe(end.subject)
    world.do("decisions.approve", end, by="mio", at=moment)
    with pytest.raises(Refused, match="契約終了") as no:
        withdraw(world, case, moment + HOUR)
    assert "法務" in no.value.instead


def test_the_pages(world: World) -> None:
    case = world.curing_case(SENT)
    client = Client()
    client.force_login(world.staff["hana"])

    def page(url: str) -> str:
        with clock.standing_at(SENT + DAY):
            return client.get(url).content.decode()

    assert "撤回いたします" in page(f"/admin/verb/violations.withdraw_notice/{case.pk}/?reason=誤り")
    withdraw(world, case, SENT + DAY)
    shown = page(f"/admin/violations/violation/{case.pk}/change/")
    for word in ("撤回した是正通知", WHY, "付けの是正通知（", "を撤回：利用者に知らせる", str(told(case).number)):
        assert word in shown, word
    assert "発送の前なので" not in shown
    assert "期間：取消し　是正通知を撤回したため" in shown
    assert "超過" not in page("/admin/violations/violation/")
