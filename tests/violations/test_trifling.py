"""What is shown of a breach that may be trifling (Civil Code 541, proviso), and letters on acts under the credentials (9(5))."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from contracts.violations import trifling
from contracts.violations.models import Violation
from notices.models import Notice
from tests.support.world import DEMAND, World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
SENT = at("2026-11-02T10:00")
HOUR = timedelta(hours=1)
RISK = {"clause": ["26(1)"], "finding": "risk", "facts": "管理画面の写しを公開しようとしていること"}


def two_items(world: World) -> Any:
    """An act and a risk under one notice."""
    case = world.case(SENT)
    world.press("violations.confirm_item", case, by="hana", at=SENT, **RISK)
    return world.do("violations.send_correction_notice", case, by="hana", at=SENT, channels=["email"], **DEMAND)


def cure(world: World, case: Any, item: str, moment: Any) -> None:
    world.press("violations.confirm_cure", case, by="hana", at=moment, items=[item], cured_at=moment)


def rest(world: World, case: Any) -> trifling.Remainder:
    found = trifling.remainder(Violation.objects.get(pk=case.pk), world.ripe(case) + 2 * HOUR)
    assert found is not None
    return found


def test_before_the_period_has_run_out_nothing_is_weighed(world: World) -> None:
    case = two_items(world)
    assert trifling.remainder(case, world.ripe(case) - timedelta(seconds=1)) is None
    assert trifling.remainder(case, world.ripe(case)) is not None


@pytest.mark.parametrize(
    ("in_time", "late", "left", "words"),
    [
        ("", "", 2, ["2件は、どれも期間内の是正が記録されていません（事項1（該当）、事項2（おそれのある行為））"]),
        (
            "1",
            "",
            1,
            [
                "2件のうち、期間内の是正が記録されていないのは1件です（事項2（おそれのある行為））",
                "おそれのある行為だけ",
            ],
        ),
        ("2", "1", 1, ["1件です（事項1（該当））", "事項1は、期間の後、11月17日（火）1:00 に是正されました"]),
    ],
)
def test_what_is_left_is_told_in_words(world: World, in_time: str, late: str, left: int, words: list[str]) -> None:
    case = two_items(world)
    ripe = world.ripe(case)
    if in_time:
        cure(world, case, in_time, ripe - HOUR)
    if late:
        cure(world, case, late, ripe + HOUR)
    found = rest(world, case)
    said = "".join(trifling.sentences(found))
    assert (found.named, len(found.left), found.has_signs) == (2, left, bool(in_time))
    assert all(word in said for word in words), said
    assert ("おそれのある行為だけ" in said) == (in_time == "1")


def test_it_is_shown_to_who_proposes_and_who_approves_and_decides_nothing(world: World) -> None:
    case = two_items(world)
    ripe = world.ripe(case)
    cure(world, case, "1", ripe - HOUR)
    world.press("violations.confirm_uncured", case, by="hana", at=ripe, checked_at=ripe, how="記録を確認")
    client = Client()
    client.force_login(world.staff["ken"])

    def page(url: str) -> str:
        with clock.standing_at(ripe):
            return client.get(url).content.decode()

    here = f"/admin/violations/violation/{case.pk}/change/"
    left = "2件のうち、期間内の是正が記録されていないのは1件です"
    for url in (here, f"/admin/verb/violations.propose_termination/{case.pk}/"):
        assert left in page(url), url
        assert "民法第541条ただし書" in page(url), url
    given = {"reason": "是正がない", "channels": ["email"]}
    end = world.press("violations.propose_termination", case, by="hana", at=ripe, **given)
    assert "軽微でないか、判断がいります（民法第541条ただし書）" in page(f"/admin/decisions/decision/{end.pk}/change/")
    assert left in page(f"/admin/decisions/decision/{end.pk}/change/")
    world.do("decisions.approve", end, by="ken", at=ripe)
    assert Violation.objects.get(pk=case.pk).state == "terminated"


def test_letters_on_acts_under_the_credentials_cite_9_5_and_make_no_breach_of_it(world: World) -> None:
    contract = world.subscription(SENT)
    given = {"customer": contract.customer, "source": "log", "facts": "書出し"}
    case = world.press("violations.open", None, by="hana", at=SENT, **given)
    item = {
        "clause": ["9(2)"],
        "finding": "act",
        "facts": "社外の者に使わせていること",
        "credentials": "管理者 mido-admin",
    }
    world.press("violations.confirm_item", case, by="hana", at=SENT, **item)
    assert case.items.get().by_credentials
    world.do("violations.send_correction_notice", case, by="hana", at=SENT, channels=["email"], **DEMAND)
    ripe = world.ripe(case)
    world.press("violations.confirm_uncured", case, by="hana", at=ripe, checked_at=ripe, how="記録を確認")
    end = world.press("violations.propose_termination", case, by="hana", at=ripe, reason="続く", channels=["email"])
    world.do("decisions.approve", end, by="mio", at=ripe)
    for kind in ("violations.correction", "violations.termination"):
        content = Notice.objects.about(case, kind).get().content
        text = content.text.replace("\n", "")
        assert content.clauses == ["23(1)", "9(2)", "9(5)"], kind
        assert "第9条（認証情報の管理）第5項" in text, kind
        assert "「管理者 mido-admin」を使って行われたもの" in text.replace("　", ""), kind


def test_without_them_the_letter_leaves_9_5_out(world: World) -> None:
    content = world.correction(world.curing_case(SENT)).content
    assert "9(5)" not in content.clauses
    assert "発行した認証情報" not in content.text
