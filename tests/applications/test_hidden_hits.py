"""No prior record is hidden: not by a merge, not by a crowd that shares a key, not by a judgement made before it came to be (6(3))."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from config.desk import clock
from config.desk.pages import url_of, verb_url
from config.desk.refusal import Refused
from contracts.applications import checks
from contracts.applications.checks import material
from contracts.applications.models import Application, Ground
from contracts.applications.workflow import mark
from tests.support.applicants import applications, prior
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-24T10:00")
M, H = timedelta(minutes=1), timedelta(hours=1)
JUDGE, CLEAR, ACCEPT = "applications.judge_ground", "applications.clear_grounds", "applications.accept"
EMAIL = {"channels": ["email"]}


def worst(application: Application) -> dict[int, str]:
    fresh = Application.objects.get(pk=application.pk)
    return {int(ground): checks.worst(hits).level for ground, hits in checks.hits(fresh).items()}


def client(world: World, name: str) -> Client:
    browser = Client()
    browser.force_login(world.staff[name])
    return browser


def page(world: World, url: str, name: str = "rin", when: Any = NOW + 2 * H) -> str:
    with clock.standing_at(when):
        return client(world, name).get(url).content.decode()


def grid_row(world: World, application: Application) -> str:
    html = page(world, reverse("applications:grid"))
    return html.partition(f'id="row-{application.pk}"')[2].partition("</tbody>")[0]


# --- a merge, a crowd ---------------------------------------------------------------------------------------------


def test_a_record_is_not_hidden_by_the_number_of_a_customer_joined_with_it(world: World) -> None:
    bad, numbered = applications(1, NOW, corporate_number="")[0], applications(1, NOW, first=1)[0]
    prior(bad.customer, NOW)
    same = {"name": bad.customer.name, "email": bad.customer.email, "phone": bad.customer.phone}
    mine = applications(1, NOW + M, first=2, **same)[0]  # with a valid number of its own
    assert worst(mine)[2] == "hit"
    joined = {"customer": bad.customer, "into": numbered.customer, "reason": "同じ会社"}
    world.press("accounts.merge", None, by="rin", at=NOW + H, **joined)
    assert worst(mine)[2] == "hit"
    with pytest.raises(Refused, match="照合で見つかったものがあります"):
        world.press(CLEAR, mine, by="rin", at=NOW + 2 * H)
    named_so = {"name": numbered.customer.name, "kana": numbered.customer.kana}
    assert (
        worst(applications(1, NOW, first=3, **named_so)[0])[2] == "clear"
    )  # two valid numbers, and nothing of the bad one


def test_a_crowd_that_shares_a_telephone_hides_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "MOST", 5)
    crowd = {"phone": "00-0000-0000"}
    bad = applications(1, NOW, corporate_number="", **crowd)[0]
    prior(bad.customer, NOW)
    applications(8, NOW, first=60, **crowd)
    mine = applications(1, NOW, first=50, name=bad.customer.name, email=bad.customer.email, **crowd)[0]
    assert worst(mine)[2] == "hit"
    other = applications(1, NOW, first=51, corporate_number="", **crowd)[0]
    assert {ground: worst(other)[ground] for ground in (1, 2, 3)} == {1: "weak", 2: "weak", 3: "weak"}
    assert checks.hits(other)[Ground.UNPAID][-1].short == "ほかにも多数"
    with pytest.raises(Refused, match="すべては照合していません"):
        world.press(CLEAR, other, by="rin", at=NOW)


def test_nobody_is_somebody_else_by_spelling(world: World) -> None:
    """Each finds the record of the same party by index, on either side of the spelling."""
    plain = {"corporate_number": "", "name": "株式会社みどり丘コーポレーション", "kana": "ミドリオカコーポレーション"}
    plain |= {"phone": "053-000-1234", "email": "info+1@mido.example"}
    prior(applications(1, NOW, **plain)[0].customer, NOW)
    stranger = {"corporate_number": "", "name": "別", "kana": "ベツ", "phone": "", "email": "x@other.example"}
    found = [
        {"name": "株式会社みどり丘・コーポレーション"},
        {"name": "株式会社みどり丘コ－ポレ－ション"},
        {"name": "㈱みどり丘\U000e0100コーポレーション"},
        {"kana": "ミドリオカコ－ポレ－ション"},
        {"phone": "090-0000-0000、053-000-1234"},
        {"phone": "81-53-000-1234"},
        {"phone": "010-81-53-000-1234"},
        {"email": "info+2@mido.example"},
        {"email": "info@mido.example"},
    ]
    for n, given in enumerate(found):
        assert worst(applications(1, NOW + M, first=100 + n, **(stranger | given))[0])[2] == "weak", given
    assert (
        worst(applications(1, NOW + M, first=200, **(stranger | {"name": "合同会社みどり丘コーポレーション"}))[0])[2]
        == "clear"
    )


# --- a record that came after the judgement -----------------------------------------------------------------------


@pytest.fixture
def judged(world: World) -> Application:
    """Cleared at NOW; an hour later a violation of the same party is confirmed."""
    mine: Application = applications(1, NOW)[0]
    world.press(CLEAR, mine, by="rin", at=NOW)
    other = applications(1, NOW, first=9, corporate_number="", email=mine.customer.email)[0]
    world.press(JUDGE, mine, by="rin", at=NOW + M, ground="3", finding="clear", reason="支店の申込")
    prior(other.customer, NOW + H)
    return mine


@pytest.mark.both
def test_a_record_newer_than_the_judgement_stops_the_acceptance(world: World, judged: Application) -> None:
    row = grid_row(world, judged)
    assert 'data-can=""' in row
    assert "判断の後に増加" in row
    for shown in (
        url_of(judged),
        verb_url(ACCEPT, judged),
        reverse("applications:grid_row", args=[judged.pk]) + "?ground=2",
    ):
        assert "規約の違反の記録" in page(world, shown), shown
    with pytest.raises(Refused, match="判断の後に記録が増えています") as no:
        world.press(ACCEPT, judged, by="rin", at=NOW + 2 * H, **EMAIL)
    assert (no.value.clause, [lead.verb for lead in no.value.leads]) == ("6(3)", [JUDGE])
    world.press(JUDGE, judged, by="rin", at=NOW + 2 * H, ground="2", finding="clear", reason="別の会社")
    assert world.do(ACCEPT, judged, by="rin", at=NOW + 2 * H, **EMAIL).state == "accepted"


def test_the_same_words_judge_anew_but_not_from_an_old_page(world: World, judged: Application) -> None:
    """The checklist asks anew with nothing filled in; a page opened before the record shows what nobody may rely on."""
    stored = judged.judgements.get(ground=2)
    url = reverse("applications:judge", args=[judged.pk])
    given = {"finding_2": stored.finding, "reason_2": stored.reason}

    def record(seen: str) -> str:
        with clock.standing_at(NOW + 2 * H):
            return client(world, "rin").post(url, given | {"seen_2": seen}, follow=True).content.decode()

    assert "画面を開いた後に、記録が増えました" in record(mark(stored.finding, stored.reason))
    html = page(world, url_of(judged)).partition('id="ground-2"')[2].partition('id="ground-3"')[0]
    assert "checked" not in html
    assert "1件の判断を記録しました" in record(html.partition('name="seen_2" value="')[2].partition('"')[0])
    assert judged.judgements.get(ground=2).judged_at == NOW + 2 * H
    assert "判断の後に増えた記録" not in page(world, url_of(judged))


def test_an_exception_is_not_approved_past_a_newer_record(world: World) -> None:
    mine = world.judged(NOW, ground_2="applies")
    given = {"grounds": ["2"], "reason": "再発がない", **EMAIL}
    decision = world.press("applications.propose_exception", mine, by="rin", at=NOW, **given)
    other = applications(1, NOW, first=9, corporate_number="", email=mine.customer.email)[0]
    prior(other.customer, NOW + M, ground=1)
    assert "未払いの記録" in page(world, url_of(decision), "mio") or "不払いの記録" in page(
        world, url_of(decision), "mio"
    )
    with pytest.raises(Refused, match="判断の後に記録が増えています") as no:
        world.press("decisions.approve", decision, by="mio", at=NOW + H)
    assert no.value.clause == "6(3)"


# --- what nobody saw ----------------------------------------------------------------------------------------------


def test_no_page_judges_or_decides_without_the_mark_of_what_it_showed(world: World) -> None:
    mine, other = applications(1, NOW)[0], applications(1, NOW, first=3)[0]
    world.press(JUDGE, mine, by="rin", at=NOW, ground="2", finding="applies", reason="ほかの担当者の判断")
    decision = world.refusal(NOW)
    world.do("decisions.edit", decision, by="rin", at=NOW + M, reason="まったく別の理由")
    judge = {"act": "judge", "ground": "2", "finding": "clear", "reason": "見ていない"}
    posts = [
        ("rin", reverse("applications:grid_row", args=[mine.pk]), judge, {"X-Requested-With": "fetch"}, 422),
        (
            "rin",
            reverse("applications:grid_row", args=[other.pk]),
            {"act": "clear"},
            {"X-Requested-With": "fetch"},
            422,
        ),
        (
            "rin",
            reverse("applications:judge", args=[mine.pk]),
            {"finding_2": "clear", "reason_2": "見ていない"},
            {},
            422,
        ),
        ("rin", verb_url(JUDGE, mine), judge, {}, 409),
        ("rin", verb_url(CLEAR, other), {"reason": "見ていない"}, {}, 409),
        ("mio", verb_url("decisions.approve", decision), {"reason": ""}, {}, 409),
        ("mio", verb_url("decisions.send_back", decision), {"reason": "見ていない"}, {}, 409),
    ]
    for name, url, data, headers, status in posts:
        with clock.standing_at(NOW + 2 * M):
            assert client(world, name).post(url, data, headers=headers).status_code == status, url
    decision.refresh_from_db()
    assert (mine.judgements.get().finding, other.judgements.count(), decision.state) == ("applies", 0, "proposed")


def test_the_verbs_own_page_judges_what_it_showed(world: World, judged: Application) -> None:
    html = page(world, verb_url(JUDGE, judged) + "?ground=2")
    assert "規約の違反の記録" in html
    seen = html.partition('name="seen" value="')[2].partition('"')[0]
    with clock.standing_at(NOW + 2 * H):
        given = {"ground": "2", "finding": "clear", "reason": "別の会社", "seen": seen}
        assert client(world, "rin").post(verb_url(JUDGE, judged), given).status_code == 302
    assert judged.judgements.get(ground=2).reason == "別の会社"


def test_who_cleared_the_grounds_does_not_rule_on_the_objection(world: World) -> None:
    """Also where another judged every ground anew."""
    people = get_user_model()._default_manager
    world.staff["uta"] = people.create_user("uta@staff.example", name="uta", roles=["受付", "承認"])
    mine = applications(1, NOW)[0]
    world.press(CLEAR, mine, by="uta", at=NOW)
    for ground in "12345":
        finding = "applies" if ground == "5" else "clear"
        world.press(JUDGE, mine, by="rin", at=NOW, ground=ground, finding=finding, reason="改めた")
    given = {"grounds": ["5"], "reason": "不適当", **EMAIL}
    decision = world.press("applications.propose_refusal", mine, by="rin", at=NOW, **given)
    world.do("decisions.approve", decision, by="ken", at=NOW)
    told = {"received_at": NOW + H, "summary": "不服", "against": decision.number}
    objection = world.press("applications.record_objection", mine, by="rin", at=NOW + H, **told)
    ruling = {"outcome": "upheld", "reason": "もっとも", **EMAIL}
    with pytest.raises(Refused):
        world.press("decisions.rule_objection", objection, by="uta", at=NOW + 2 * H, **ruling)
    assert world.press("decisions.rule_objection", objection, by="mio", at=NOW + 2 * H, **ruling).state == "upheld"
