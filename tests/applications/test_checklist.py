"""The checklist: one form, each changed ground pressed by itself, nothing lost of what could not be recorded."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.desk import clock
from config.desk.pages import url_of
from config.desk.refusal import Refused
from contracts.applications.models import Application, GroundJudgement
from contracts.applications.workflow import mark
from tests.support.world import World, at

NOW = at("2026-11-24T10:00")
LONG = "前の契約の記録と、電話での説明とを見比べた。" * 12


def client(world: World, name: str = "rin") -> Client:
    browser = Client()
    browser.force_login(world.staff[name])
    return browser


def page(world: World, application: Application, name: str = "rin") -> str:
    with clock.standing_at(NOW):
        return client(world, name).get(url_of(application)).content.decode()


def shown(application: Application) -> dict[str, str]:
    """The form as the page shows it now."""
    judged = {j.ground: (j.finding, j.reason) for j in application.judgements.all()}
    data: dict[str, str] = {}
    for ground in range(1, 6):
        finding, reason = judged.get(ground, ("", ""))
        data |= {f"seen_{ground}": mark(finding, reason), f"reason_{ground}": reason}
        data |= {f"finding_{ground}": finding} if finding else {}
    return data


def record(world: World, application: Application, data: dict[str, str], name: str = "rin") -> Any:
    with clock.standing_at(NOW):
        return client(world, name).post(reverse("applications:judge", args=[application.pk]), data, follow=True)


def judged(application: Application) -> dict[int, tuple[str, str]]:
    return {j.ground: (j.finding, j.reason) for j in application.judgements.all()}


def test_one_form_holds_all_grounds(world: World) -> None:
    application = world.application(NOW)
    html = page(world, application)
    assert html.count(f'action="{reverse("applications:judge", args=[application.pk])}"') == 1
    assert all(f'name="finding_{n}"' in html and f'name="reason_{n}"' in html for n in range(1, 6))


@pytest.mark.both
def test_every_changed_ground_is_pressed_by_itself(world: World) -> None:
    application = world.application(NOW)
    written = {"finding_1": "clear", "reason_1": "記録なし", "finding_3": "checking", "reason_3": "電話を待つ"}
    response = record(world, application, shown(application) | written)
    assert "2件の判断を記録しました。" in response.content.decode()
    assert response.redirect_chain == [(f"{url_of(application)}#card-grounds", 302)]
    assert judged(application) == {1: ("clear", "記録なし"), 3: ("checking", "電話を待つ")}
    steps = {(h.history_verb, h.history_step, h.history_change_reason) for h in GroundJudgement.history.all()}
    assert {(verb, why) for verb, _, why in steps} == {
        ("applications.judge_ground", "記録なし"),
        ("applications.judge_ground", "電話を待つ"),
    }
    assert len({step for _, step, _ in steps}) == 2


def test_what_did_not_change_is_not_pressed_again(world: World) -> None:
    application = world.judged(NOW)
    before = GroundJudgement.history.count()
    response = record(world, application, shown(application) | {"reason_2": "見直した"})
    assert "1件の判断を記録しました。" in response.content.decode()
    assert GroundJudgement.history.count() == before + 1
    assert "変わった判断はありません" in record(world, application, shown(application)).content.decode()
    assert GroundJudgement.history.count() == before + 1


def test_a_second_press_of_the_same_form_records_nothing(world: World) -> None:
    application = world.application(NOW)
    data = shown(application) | {"finding_1": "clear", "reason_1": "記録なし"}
    record(world, application, data)
    again = record(world, application, data)
    assert "変わった判断はありません" in again.content.decode()
    assert GroundJudgement.history.count() == 1


def test_what_cannot_be_pressed_stays_on_the_page(world: World) -> None:
    application = world.application(NOW)
    written = {"finding_1": "clear", "reason_1": "記録なし", "finding_2": "applies", "reason_2": "", "reason_4": LONG}
    response = record(world, application, shown(application) | written)
    html = response.content.decode()
    assert (response.status_code, response.redirect_chain) == (422, [])
    assert judged(application) == {1: ("clear", "記録なし")}
    assert "1件の判断を記録しました。" in html
    assert "2件は記録していません。" in html
    second = html.partition('id="ground-2"')[2].partition('id="ground-3"')[0]
    assert 'value="applies" id="g2-applies" checked' in second
    assert "理由：" in second
    fourth = html.partition('id="ground-4"')[2].partition('id="ground-5"')[0]
    assert LONG in fourth
    assert "判断：" in fourth
    assert 'rows="2"' in second
    assert 'rows="2"' not in fourth


@pytest.mark.both
def test_nobody_overwrites_a_judgement_that_they_did_not_see(world: World) -> None:
    application = world.application(NOW)
    old_page = shown(application)
    world.press(
        "applications.judge_ground", application, by="rin", at=NOW, ground="2", finding="applies", reason="違反の記録"
    )
    response = record(
        world,
        application,
        old_page | {"finding_2": "clear", "reason_2": "記録なし", "finding_1": "clear", "reason_1": "×"},
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert judged(application) == {1: ("clear", "×"), 2: ("applies", "違反の記録")}
    assert "rinが先に「該当する」と判断しました（違反の記録）" in html
    assert 'value="clear" id="g2-clear" checked' in html
    assert f'name="seen_2" value="{mark("applies", "違反の記録")}"' in html  # now it was seen
    again = record(world, application, shown(application) | {"finding_2": "clear", "reason_2": "人違いと分かった"})
    assert again.status_code == 200
    assert judged(application)[2] == ("clear", "人違いと分かった")


def test_an_untouched_ground_does_not_come_back_from_an_old_page(world: World) -> None:
    application = world.application(NOW)
    old_page = shown(application)
    world.press(
        "applications.judge_ground", application, by="rin", at=NOW, ground="2", finding="applies", reason="違反の記録"
    )
    record(world, application, old_page | {"finding_1": "clear", "reason_1": "記録なし"})
    assert judged(application) == {1: ("clear", "記録なし"), 2: ("applies", "違反の記録")}


def test_after_the_decision_the_writing_is_kept_with_the_refusal(world: World) -> None:
    application = world.accepted(NOW)
    data = shown(application) | {"reason_2": LONG}
    html = record(world, application, data).content.decode()
    assert LONG in html
    assert "この申込は「承諾」です。" in html
    assert judged(application)[2] == ("clear", "記録による")
    assert 'id="grounds-form"' not in page(world, application)


def test_a_get_is_no_way_in(world: World) -> None:
    application = world.application(NOW)
    assert client(world).get(reverse("applications:judge", args=[application.pk])).status_code == 405
    assert client(world).post(reverse("applications:judge", args=[0])).status_code == 404


@pytest.mark.parametrize("name", ["hana", "mio", "aki", "gen"])
def test_who_may_not_judge_is_led_away(world: World, name: str) -> None:
    application = world.application(NOW)
    with clock.standing_at(NOW):
        url = reverse("applications:judge", args=[application.pk])
        response = client(world, name).post(url, shown(application) | {"finding_1": "clear", "reason_1": "×"})
    assert (response.status_code, response.url) == (302, url_of(application))
    assert not application.judgements.exists()
    assert Client().post(url).url.startswith(reverse("admin:login"))


def test_who_may_not_judge_sees_the_grounds_without_a_form(world: World) -> None:
    html = page(world, world.application(NOW), "hana")
    assert "なりすまし・不正な目的" in html
    assert 'id="grounds-form"' not in html


@pytest.mark.parametrize(
    ("found", "told", "silent"),
    [
        ({"ground_2": "applies"}, "判断を改めるか、不承諾を起案してください", "残りの事由を判断してください"),
        ({"ground_2": "checking"}, "残りの事由を判断してください", "不承諾を起案してください"),
    ],
)
def test_acceptance_says_what_to_do(world: World, found: dict[str, str], told: str, silent: str) -> None:
    application = world.judged(NOW, **found)
    with pytest.raises(Refused) as refused:
        world.press("applications.accept", application, by="rin", at=NOW, channels=["email"])
    assert refused.value.clause == "6(3)"
    assert told in refused.value.instead
    assert silent not in refused.value.instead
