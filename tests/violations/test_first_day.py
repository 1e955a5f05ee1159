"""What a first day with cases stumbled over: kept input, tasks that can be finished, words that are true."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from config.desk import clock, home
from contracts.deadlines.models import Deadline
from contracts.decisions.models import Decision
from contracts.violations import figures
from contracts.violations.models import Violation
from contracts.violations.previews import correction_initial
from contracts.violations.screens import held_again
from tests.support.world import BREACH, DEMAND, World, at

MORNING = at("2026-11-02T09:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.both]


def steps(world: World, case: Violation, moment: Any) -> set[str]:
    """The verbs of 本日の業務 on this case, for 契約."""
    with clock.standing_at(moment):
        rows = home.queue(world.staff["hana"], moment)
    paths = (urlsplit(row.next_url).path.split("/") for row in rows)
    return {
        path[3] for path in paths if path[2] == "verb" and path[3].startswith("violations.") and path[4] == str(case.pk)
    }


def ripe(world: World) -> tuple[Violation, Any]:
    case = world.curing_case(MORNING)
    moment = world.ripe(case) + HOUR
    world.sweep(moment)
    return Violation.objects.get(pk=case.pk), moment


def test_a_future_date_loses_neither_the_reason_nor_anything_else(world: World) -> None:
    case, _ = ripe(world)
    desk = Client()
    desk.force_login(world.staff["hana"])
    given = {"checked_at": "2027-06-01T10:00", "how": "管理画面で見た", "reason": "終了を検討するため"}
    page = desk.post(f"/admin/verb/violations.confirm_uncured/{case.pk}/", given)
    text = page.content.decode()
    assert page.status_code == 422
    assert "実際にあった日時を入れてください" in text
    assert "管理画面で見た" in text
    assert 'name="reason"' in text
    assert "終了を検討するため" in text


def test_the_task_leads_on_to_the_proposal_and_is_done_with_it(world: World) -> None:
    case, moment = ripe(world)
    task = Deadline.objects.about(case, "violations.decide").running().get()
    assert "violations.confirm_uncured" in steps(world, case, moment)
    world.do("violations.confirm_uncured", case, by="hana", at=moment, checked_at=moment, how="見た")
    assert steps(world, case, moment) == {"violations.propose_termination"}
    world.do(
        "violations.propose_termination", case, by="hana", at=moment + HOUR, reason="是正がない", channels=["email"]
    )
    task.refresh_from_db()
    assert task.state == "met"


def test_not_to_end_the_contract_is_a_decision_too(world: World) -> None:
    case, moment = ripe(world)
    world.do("violations.hold_back", case, by="hana", at=moment, reason="是正の見込みがある")
    assert not Deadline.objects.about(case, "violations.decide").running().exists()
    assert Violation.objects.get().state == "curing"


def test_what_has_run_out_is_counted_as_ripe(world: World) -> None:
    case, moment = ripe(world)
    with clock.standing_at(moment):
        counted = {key: figures.with_left(Violation.objects.all(), key, clock.today()).count() for key in figures.LEFT}
    assert counted == dict.fromkeys(figures.LEFT, 0) | {"ripe": 1}


def test_a_late_cure_says_that_the_letter_is_held(world: World) -> None:
    decision = world.termination(MORNING, channels=["post"])
    moment = decision.proposed_at
    assert moment is not None
    world.do("decisions.approve", decision, by="mio", at=moment + HOUR)
    case = Violation.objects.get()
    assert held_again(case) == ""
    world.do("violations.confirm_cure", case, by="hana", at=moment + 2 * HOUR, items=[1], cured_at=moment + HOUR)
    assert Decision.objects.get(pk=decision.pk).state == "proposed"
    assert decision.number in held_again(case)


def test_sending_again_begins_with_the_words_of_the_letter_that_came_back(world: World) -> None:
    letter = world.correction(world.curing_case(MORNING))
    back = MORNING + DAY
    world.do("notices.record_return", letter, by="rin", at=back, channel="email", returned_at=back, reason="宛先不明")
    begun = correction_initial(Violation.objects.get(), MORNING + 2 * DAY)
    assert (begun["facts"], begun["demand"]) == (letter.fields["facts"], letter.fields["demand"])


def test_a_proposal_given_up_leaves_the_decision_waiting_again(world: World) -> None:
    decision = world.termination(MORNING)
    case, moment = Violation.objects.get(), decision.proposed_at + HOUR
    assert "violations.propose_termination" not in steps(world, case, moment)
    world.do("decisions.withdraw", decision, by="hana", at=moment, reason="もう一度見る")
    assert steps(world, case, moment) == {"violations.propose_termination"}


def test_the_duties_stand_under_the_headings_of_their_articles(world: World) -> None:
    case = world.case(MORNING)
    desk = Client()
    desk.force_login(world.staff["hana"])
    with clock.standing_at(MORNING + HOUR):
        page = desk.get(f"/admin/verb/violations.confirm_item/{case.pk}/").content.decode()
    headings = re.findall(r'id="(\w+_group_\d+)">([^<]+)<', page)
    assert [words for _, words in headings][:2] == ["第7条（情報の正確性及び変更の届け出）", "第9条（認証情報の管理）"]
    groups = {name: page.split(f'aria-labelledby="{name}"')[1].split('role="group"')[0] for name, _ in headings}
    assert [part.count("checkbox") for part in groups.values()][:5] == [2, 2, 1, 2, 18]


def test_while_the_notice_waits_to_be_posted_the_task_asks_for_no_second_one(world: World) -> None:
    case = world.case(MORNING)
    world.do("violations.confirm_item", case, by="hana", at=MORNING, **BREACH, reason="記録による")
    assert "violations.send_correction_notice" in steps(world, case, MORNING + HOUR)
    world.do(
        "violations.send_correction_notice", case, by="hana", at=MORNING, channels=["post"], **DEMAND, reason="記録"
    )
    moment = MORNING + HOUR
    with clock.standing_at(moment):
        rows = [row for row in home.queue(world.staff["hana"], moment) if row.title == "是正通知を発送してください"]
    assert [(row.next_label, "ありません" in row.sub) for row in rows] == [("内容を開く", False)]
