"""Accepting in spite of a ground that applies: named with a reason each, approved by another, seen ever after (6(3))."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from config.desk import clock
from config.desk.pages import url_of, verb_url
from config.desk.refusal import FormRefused, Refused
from contracts.applications import checks
from contracts.applications.models import Ground
from contracts.decisions.models import Decision
from notices.models import Notice
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-02T10:00")
LATER, NEXT = NOW + timedelta(minutes=5), NOW + timedelta(minutes=10)
WHY = {"reason": "同じ担当者ではない", "reason_2": "是正され、再発がない", "reason_4": "番地の書き誤りである"}
EMAIL = {"channels": ["email"]}


@pytest.fixture
def two(world: World) -> Any:
    """Grounds 2 and 4 apply."""
    return world.judged(NOW, ground_2="applies", ground_4="applies")


def propose(world: World, application: Any, grounds: list[str], **given: Any) -> Any:
    return world.press(
        "applications.propose_exception", application, by="rin", at=NOW, grounds=grounds, **(WHY | EMAIL | given)
    )


def page(world: World, row: Any, who: str = "rin", when: Any = NEXT) -> str:
    browser = Client()
    browser.force_login(world.staff[who])
    with clock.standing_at(when):
        return browser.get(url_of(row) if not isinstance(row, str) else row).content.decode()


@pytest.mark.both
def test_from_the_hit_to_the_contract(world: World, two: Any) -> None:
    with pytest.raises(Refused, match="該当するが2件") as no:
        world.press("applications.accept", two, by="rin", at=NOW, **EMAIL)
    assert [lead.verb for lead in no.value.leads] == ["applications.propose_exception", "applications.propose_refusal"]
    assert "例外として承諾を起案する" in page(world, verb_url("applications.accept", two), when=NOW)
    decision = propose(world, two, ["2", "4"])
    with pytest.raises(Refused, match="例外としての承諾の決裁中です"):
        world.press("applications.accept", two, by="rin", at=NOW, **EMAIL)
    done = world.do("decisions.approve", decision, by="mio", at=LATER)
    two.refresh_from_db()
    assert (done.state, done.letters_ordered, two.state) == ("carried_out", 1, "accepted")
    assert (two.subscription.formed_on.isoformat(), Notice.objects.get().kind) == (
        "2026-11-02",
        "applications.acceptance",
    )
    assert set(two.judgements.values_list("finding", flat=True)) == {"clear", "applies"}  # the evidence stays


def test_it_waits_for_its_letter_and_can_be_taken_back_until_then(world: World, two: Any) -> None:
    world.set_house(NOW, email_wait_minutes=5)
    decision = propose(world, two, ["2", "4"])
    approved = world.do("decisions.approve", decision, by="mio", at=LATER)
    assert (approved.state, approved.subject.state) == ("approved", "accepting")
    edited = world.do(
        "decisions.edit", approved, by="rin", at=LATER, reason_2="是正の記録 V-2025-000003 がある", reason="改めた"
    )
    assert (edited.state, edited.subject.state) == ("proposed", "screening")
    assert edited.fields["reason_2"] == "是正の記録 V-2025-000003 がある"
    again = world.do("decisions.approve", edited, by="mio", at=LATER)
    given_up = world.do("decisions.withdraw", again, by="rin", at=LATER, reason="本人が取り下げた")
    assert (given_up.state, given_up.subject.state) == ("withdrawn", "screening")
    assert world.pump(LATER + timedelta(hours=1)).sent == 0
    third = world.do("decisions.approve", propose(world, two, ["2", "4"]), by="mio", at=LATER)
    world.pump(LATER + timedelta(minutes=5))
    for verb in ("decisions.withdraw", "decisions.edit"):
        with pytest.raises(Refused) as no:
            world.press(verb, third, by="rin", at=LATER + timedelta(minutes=6), reason="遅い")
        assert no.value.message == "この決裁は、mioが 10:05 に承認しました。あなたの操作は行われていません。"
    two.refresh_from_db()
    assert two.state == "accepted"


@pytest.mark.parametrize(
    ("grounds", "given", "told"),
    [
        (["2"], {}, "第4号も「該当する」と判断されています"),
        (["2", "3", "4"], {"reason_3": "別人"}, "第3号は「該当する」と判断されていません"),
        (["2", "4"], {"reason_4": ""}, "4号があっても承諾する理由を書いてください"),
    ],
)
def test_each_ground_that_applies_is_named_with_its_reason(
    world: World, two: Any, grounds: list[str], given: Any, told: str
) -> None:
    with pytest.raises(Refused, match=told):
        propose(world, two, grounds, **given)
    assert not Decision.objects.exists()


def test_a_single_ground_needs_one_reason_only(world: World) -> None:
    one = world.judged(NOW, ground_2="applies")
    decision = world.press(
        "applications.propose_exception", one, by="rin", at=NOW, grounds=["2"], reason="是正され、再発がない", **EMAIL
    )
    assert decision.fields["reason_2"] == "是正され、再発がない"


def test_a_judgement_that_changed_meanwhile_stops_the_approval(world: World, two: Any) -> None:
    decision = propose(world, two, ["2", "4"])
    world.press(
        "applications.judge_ground", two, by="rin", at=NOW, ground=3, finding="applies", reason="別人と分かった"
    )
    with pytest.raises(Refused, match="第3号も「該当する」") as no:
        world.press("decisions.approve", decision, by="mio", at=LATER)
    assert no.value.clause == "6(3)"
    world.press("applications.judge_ground", two, by="rin", at=NOW, ground=3, finding="checking", reason="もう一度見る")
    with pytest.raises(Refused, match="確認中が1件"):
        world.press("decisions.approve", decision, by="mio", at=LATER)


def test_a_refusal_and_an_exception_exclude_each_other(world: World, two: Any) -> None:
    decision = propose(world, two, ["2", "4"])
    refusal = {"grounds": ["2"], "reason": "違反", **EMAIL}
    with pytest.raises(Refused, match="例外としての承諾の決裁中です"):
        world.press("applications.propose_refusal", two, by="rin", at=NOW, **refusal)
    with pytest.raises(Refused, match="例外としての承諾の決裁中です"):
        world.press("applications.request_document", two, by="rin", at=NOW, ground=4, document="証明書", **EMAIL)
    world.press("decisions.send_back", decision, by="mio", at=LATER, reason="足りない")
    with pytest.raises(Refused, match="例外としての承諾の決裁中です"):
        world.press("applications.propose_refusal", two, by="rin", at=NOW, **refusal)
    world.press("decisions.withdraw", decision, by="rin", at=LATER, reason="不承諾にする")
    world.press("applications.propose_refusal", two, by="rin", at=LATER, **refusal)
    with pytest.raises(Refused, match="不承諾の決裁中です"):
        propose(world, two, ["2", "4"])


def test_it_is_seen_on_the_page_in_the_history_and_in_the_next_screening(world: World, two: Any) -> None:
    decision = world.do("decisions.approve", propose(world, two, ["2", "4"]), by="mio", at=LATER)
    shown = page(world, two)
    for said in (
        "例外としての承諾",
        "是正され、再発がない",
        "番地の書き誤りである",
        decision.number,
        "承認 mio",
        "例外として承諾を起案した",
    ):
        assert said in shown
    same = world.application(NEXT, email=two.customer.email)
    found = checks.hits(same)
    assert f"例外として承諾しました（{two.number}・{decision.number}）" in found[Ground.BREACH][0].text
    assert found[Ground.FALSE_CONTENT][0].level == "hit"
    assert "例外として" not in "".join(hit.text for hit in found[Ground.UNPAID])
    assert "例外として承諾しました" in page(world, same)
    other = world.application(NEXT, name="株式会社べつの会社")
    told = [hit for hits in checks.hits(other).values() for hit in hits if "例外として" in hit.text]
    assert {hit.level for hit in told} == {"weak"}  # the same reading and telephone: perhaps somebody else


def test_the_approver_sees_each_ground_with_both_reasons(world: World, two: Any) -> None:
    decision = propose(world, two, ["2", "4"])
    shown = page(world, decision, "mio")
    for said in (
        "2号（規約に違反した）に該当します",
        "例外の理由：是正され、再発がない",
        "4号の理由",
        "利用申込の承諾について",
    ):
        assert said in shown
    assert "3号の理由" not in page(world, verb_url("decisions.edit", decision))
    assert "3号の理由" not in page(world, verb_url("applications.propose_exception", two))


# --- the refusal's reasons ----------------------------------------------------------------------------------------


def test_a_refusal_says_why_for_each_ground(world: World, two: Any) -> None:
    given = {"grounds": ["2", "4"], "reason": "全体として", "reason_2": "前の契約で違反があったため", **EMAIL}
    decision = world.press("applications.propose_refusal", two, by="rin", at=NOW, **given)
    assert decision.fields["reason_4"] == "記録による"  # the judgement's, kept with what is approved
    edited = world.press("decisions.edit", decision, by="rin", at=NOW, grounds=["2"], reason="4号は問わない")
    assert "reason_4" not in edited.fields
    back = world.press(
        "decisions.edit", edited, by="rin", at=NOW, grounds=["2", "4"], reason_4="番地が実在しないため", reason="戻した"
    )
    shown = page(world, back, "mio")
    world.do("decisions.approve", back, by="mio", at=LATER)
    letter = str(next(m.body for m in mail.outbox if "midorioka" in m.to[0]))
    for said in ("前の契約で違反があったため", "番地が実在しないため"):
        assert said in shown
        assert said in letter
    assert "全体として" not in letter
    assert "戻した" not in letter


def test_a_form_shows_what_is_wrong_under_its_field(world: World, two: Any) -> None:
    with pytest.raises(FormRefused) as no:
        propose(world, two, ["2", "4"], reason_2="")
    assert list(no.value.form.errors) == ["reason_2"]
