"""After an approver's no, the clerk does not get round the second person by judging the ground clear (6(3))."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from config.desk import clock
from config.desk.pages import url_of
from config.desk.refusal import Refused
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-24T10:00")
M = timedelta(minutes=1)
EMAIL = {"channels": ["email"]}
WHY = "この違反では承諾できない"


@pytest.fixture
def sent_back(world: World) -> Any:
    """rin's exception on ground 2, sent back by mio and given up by rin; uta is another clerk."""
    people = get_user_model()._default_manager
    world.staff["uta"] = people.create_user("uta@staff.example", name="uta", roles=["受付"])
    mine = world.judged(NOW, ground_2="applies")
    given = {"grounds": ["2"], "reason": "再発がない", **EMAIL}
    decision = world.press("applications.propose_exception", mine, by="rin", at=NOW, **given)
    world.press("decisions.send_back", decision, by="mio", at=NOW + M, reason=WHY)
    world.press("decisions.withdraw", decision, by="rin", at=NOW + 2 * M, reason="取り下げる")
    return mine


def judge(world: World, row: Any, by: str, finding: str = "clear") -> None:
    given = {"ground": "2", "finding": finding, "reason": "別の会社の記録だった"}
    world.press("applications.judge_ground", row, by=by, at=NOW + 3 * M, **given)


@pytest.mark.both
def test_who_asked_for_the_exception_does_not_judge_the_ground_clear(world: World, sent_back: Any) -> None:
    judge(world, sent_back, "rin", "checking")  # by way of another finding it is the same
    with pytest.raises(Refused, match=f"差し戻されています.*{WHY}") as no:
        judge(world, sent_back, "rin")
    assert no.value.clause == "6(3)"
    assert sent_back.judgements.get(ground=2).finding == "checking"


def test_who_judges_it_clear_after_the_no_does_not_accept_alone(world: World, sent_back: Any) -> None:
    judge(world, sent_back, "uta")
    browser = Client()
    browser.force_login(world.staff["rin"])
    with clock.standing_at(NOW + 4 * M):
        shown = browser.get(url_of(sent_back)).content.decode()
    second = shown.partition('id="ground-2"')[2].partition('id="ground-3"')[0]
    assert WHY in second
    assert "別の会社の記録だった" in second
    with pytest.raises(Refused, match="ひとりで承諾できません"):
        world.press("applications.accept", sent_back, by="uta", at=NOW + 4 * M, **EMAIL)
    assert world.do("applications.accept", sent_back, by="rin", at=NOW + 5 * M, **EMAIL).state == "accepted"


def test_without_a_no_a_judgement_may_change(world: World) -> None:
    mine = world.judged(NOW, ground_2="applies")
    judge(world, mine, "rin")
    assert world.do("applications.accept", mine, by="rin", at=NOW + 4 * M, **EMAIL).state == "accepted"
