"""確認済にする: one press, five judgements of the person who pressed; never where a check hits or somebody judged otherwise."""

from typing import Any

import pytest

from config.desk import clock
from config.desk.refusal import NotPermitted, Refused
from config.desk.step import step
from contracts.applications.clearing import CLEAR, FIFTH, content_mark
from contracts.applications.models import Application, GroundJudgement
from tests.support.applicants import application, applications, prior
from tests.support.world import World, at

NOW, LATER = at("2026-11-24T10:00"), at("2026-11-24T10:05")
JUDGE = "applications.judge_ground"


@pytest.fixture
def clean(world: World) -> Application:
    return applications(1, NOW)[0]


def clear(world: World, row: Application, by: str = "rin", **data: Any) -> Any:
    return world.press(CLEAR, row, by=by, at=LATER, **data)


def refused(world: World, row: Application, **data: Any) -> Refused:
    before = GroundJudgement.history.count()
    with pytest.raises(Refused) as found:
        clear(world, row, **data)
    assert GroundJudgement.history.count() == before
    return found.value


@pytest.mark.both
def test_five_judgements_of_one_person_that_say_what_was_compared(world: World, clean: Application) -> None:
    clear(world, clean, seen=content_mark(clean))
    judged = list(clean.judgements.order_by("ground"))
    assert [(j.ground, j.finding, j.by, j.judged_at) for j in judged] == [
        (ground, "clear", world.staff["rin"], LATER) for ground in range(1, 6)
    ]
    assert judged[0].reason.startswith("自動照合：未払いの記録はありません（法人番号・名称・")
    assert "郵便番号と住所が一致（100-0001　東京都千代田区千代田）" in judged[3].reason
    assert judged[4].reason == FIFTH
    history = list(GroundJudgement.history.all())
    assert {(h.history_user, h.history_verb) for h in history} == {(world.staff["rin"], CLEAR)}
    assert len({h.history_step for h in history}) == 1
    world.do("applications.accept", clean, by="rin", at=LATER, channels=["email"])


@pytest.mark.both
@pytest.mark.parametrize("weak", [False, True])
def test_what_a_check_hits_is_judged_singly_first(world: World, clean: Application, weak: bool) -> None:
    shares = {"phone": clean.customer.phone} if weak else {"email": clean.customer.email}
    other = applications(1, NOW, first=70, corporate_number="", **shares)[0].customer
    prior(other, NOW)
    why = refused(world, clean)
    assert why.clause == "6(3)"
    assert "2号　規約の違反の記録" in why.message
    assert "3号　同じ申込者" in why.message
    for ground in "23":
        world.press(JUDGE, clean, by="rin", at=NOW, ground=ground, finding="clear", reason="別人")
    clear(world, clean)
    assert {j.ground: j.reason for j in clean.judgements.all()}[2] == "別人"
    assert clean.judgements.filter(finding="clear").count() == 5


@pytest.mark.parametrize("finding", ["applies", "checking"])
def test_what_somebody_judged_otherwise_stays(world: World, clean: Application, finding: str) -> None:
    world.press(JUDGE, clean, by="rin", at=NOW, ground="1", finding=finding, reason="電話を待つ")
    assert "電話を待つ" in refused(world, clean).message
    assert clean.judgements.count() == 1


@pytest.mark.both
def test_the_second_of_two_clerks_does_nothing_and_is_told_by_whom(world: World, clean: Application) -> None:
    clear(world, clean)
    assert refused(world, clean).message == "rinが先に確認済にしました。"


def test_content_that_changed_is_not_cleared_from_an_old_page(world: World, clean: Application) -> None:
    old = content_mark(clean)
    rename(clean)
    assert "変わりました" in refused(world, clean, seen=old).message
    clear(world, clean, seen=content_mark(Application.objects.get(pk=clean.pk)))


def rename(row: Application) -> None:
    with clock.standing_at(NOW), step("test.rename", at=NOW):
        row.customer.contact = "別の担当者"
        row.customer.save()


def test_only_in_screening(world: World, clean: Application) -> None:
    for row in (world.accepted(NOW), world.refusal(NOW).subject):
        assert refused(world, row).clause == "6(3)"
    same = application(clean.customer, NOW, number="A-2026-800001")  # twice: each is a hit for the other
    assert "同じ申込者の申込" in refused(world, same).message


def test_whose_work_it_is(world: World, clean: Application) -> None:
    for name in ("hana", "mio", "aki", "gen"):
        with pytest.raises(NotPermitted):
            clear(world, clean, by=name)
