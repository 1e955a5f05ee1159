"""What a court's expert found in suspensions: a confirmation that was suppressed, a stop that ended while its post went on."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import home
from config.desk.pages import url_of
from config.desk.refusal import Refused
from contracts.deadlines.models import Deadline
from contracts.licenses.workflow import usable_at
from contracts.measures.models import Measure
from notices.models import Notice
from tests.support.world import World, at

MORNING = at("2026-11-02T09:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CONSENT = {"how": "登録の電話番号に折り返した", "by_whom": "総務部　見本　太郎", "facts": "知らない接続が続いている"}
UNTOLD = "measures.consent_untold"

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def again(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


def consent(world: World, contract: Any, moment: Any, **other: Any) -> Measure:
    given: dict[str, Any] = CONSENT | {"customer": contract.customer, "consented_at": moment} | other
    return world.do("measures.suspend_by_consent", None, by="hana", at=moment, **given)  # type: ignore[no-any-return]


def suspended(world: World, contract: Any) -> Measure:
    """By e-mail and post; the e-mail has left."""
    given = {"customer": contract.customer, "ground": "leaked", "facts": "漏洩", "channels": ["email", "post"]}
    decision = world.do("measures.propose_credential_suspension", None, by="hana", at=MORNING + HOUR, **given)
    world.do("decisions.approve", decision, by="mio", at=MORNING + 2 * HOUR)
    return again(decision.subject)  # type: ignore[no-any-return]


def letter(measure: Measure) -> Notice:
    return Notice.objects.about(measure).latest("pk")


def bounce(world: World, measure: Measure, moment: Any) -> None:
    given = {"channel": "email", "returned_at": moment, "reason": "宛先不明"}
    world.do("notices.record_return", letter(measure), by="rin", at=moment, **given)


def post(world: World, measure: Measure, moment: Any) -> None:
    given = {"posted_at": moment, "postage": "ordinary"}
    world.do("notices.mark_posted", letter(measure), by="rin", at=moment, **given)


def titles(world: World, name: str, moment: Any) -> str:
    return " ".join(row.title for row in home.queue(world.staff[name], moment))


# --- the confirmation of a consent ------------------------------------------------------------------------------


def test_who_recorded_the_consent_does_not_stop_its_confirmation(world: World) -> None:
    contract = world.subscription(MORNING)
    world.set_house(MORNING + HOUR, email_wait_minutes=5)
    measure = consent(world, contract, MORNING + DAY)
    soon = MORNING + DAY + MINUTE
    with pytest.raises(Refused, match="承諾を記録した人は"):
        world.do("notices.stop_sending", letter(measure), by="hana", at=soon, reason="不要")
    world.do("notices.stop_sending", letter(measure), by="ken", at=soon, reason="電話で伝える")
    assert letter(measure).state == "cancelled"
    assert "別の方法で利用者に確かめてください" in titles(world, "ken", soon)
    told = {"told_at": soon, "reason": "登録の電話番号で、情報管理部に確かめた"}
    with pytest.raises(Refused, match="承諾を記録した人は"):
        world.do("measures.confirm_told", measure, by="hana", at=soon, **told)
    world.do("measures.confirm_told", measure, by="ken", at=soon, **told)
    task = Deadline.objects.about(measure, UNTOLD).get()
    assert (task.state, task.history.latest().history_change_reason) == ("met", told["reason"])
    assert "利用者に確かめてください" not in titles(world, "ken", soon)
    with pytest.raises(Refused, match="残っていません"):
        world.do("measures.confirm_told", measure, by="ken", at=soon, **told)


def test_a_confirmation_that_came_back_or_could_not_be_sent_opens_the_same_task(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = consent(world, world.subscription(MORNING), MORNING + DAY)
    bounce(world, measure, MORNING + DAY + HOUR)
    assert Deadline.objects.about(measure, UNTOLD).get().state == "running"
    world.do("measures.lift", measure, by="hana", at=MORNING + 2 * DAY, reason="変更した")
    assert Deadline.objects.about(measure, UNTOLD).get().state == "cancelled"
    from notices import transport

    def refuse(*args: Any) -> None:
        raise transport.NothingLeft("SMTP 550")

    other = world.subscription(MORNING)
    with monkeypatch.context() as patch:
        patch.setattr(transport, "send", refuse)
        failed = consent(world, other, MORNING + 3 * DAY)
    assert Deadline.objects.about(failed, UNTOLD).get().state == "running"
    world.do("notices.retry_delivery", letter(failed), by="rin", at=MORNING + 3 * DAY + HOUR)
    assert Deadline.objects.about(failed, UNTOLD).get().state == "cancelled"


def test_nobody_consents_before_use_began(world: World) -> None:
    contract = world.subscription(MORNING + timedelta(seconds=30))
    for early in (at("1990-01-01"), MORNING - MINUTE):
        with pytest.raises(Refused, match="利用の開始") as refused:
            consent(world, contract, MORNING + DAY, consented_at=early)
        assert refused.value.clause == "9(4)"
    assert consent(world, contract, MORNING + DAY, consented_at=MORNING).state == "in_force"


# --- two ways of one notice -------------------------------------------------------------------------------------


def test_after_a_bounce_the_post_puts_it_in_force_from_its_own_dispatch(world: World) -> None:
    contract = world.subscription(MORNING)
    credential = contract.credentials.get()
    measure = suspended(world, contract)
    done = {"applied_at": MORNING + 2 * HOUR, "how": "無効にした"}
    world.do("measures.confirm_applied", measure, by="hana", at=MORNING + 2 * HOUR, **done)
    bounce(world, measure, MORNING + 3 * HOUR)
    assert again(measure).state == "ordered"
    assert usable_at(contract, MORNING + 3 * HOUR, credential=credential)
    released = {"applied_at": MORNING + 3 * HOUR, "how": "戻した"}
    world.do("measures.confirm_applied", measure, by="hana", at=MORNING + 3 * HOUR, **released)
    post(world, measure, MORNING + DAY)
    measure = again(measure)
    assert (measure.state, measure.in_force_at, measure.lifted_at) == ("in_force", MORNING + DAY, None)
    spans = list(contract.blocks.order_by("pk").values_list("since", "until"))
    assert spans == [(MORNING + 2 * HOUR, MORNING + 3 * HOUR), (MORNING + DAY, None)]
    assert usable_at(contract, MORNING + DAY - MINUTE, credential=credential)
    assert not usable_at(contract, MORNING + 2 * DAY, credential=credential)
    tasks = list(Deadline.objects.about(measure).order_by("pk").values_list("kind", "state"))
    assert tasks == [("measures.apply", "met"), ("measures.release", "met"), ("measures.apply", "running")]
    world.do("measures.lift", measure, by="hana", at=MORNING + 3 * DAY, reason="変更した")
    spans = list(contract.blocks.order_by("pk").values_list("until", flat=True))
    assert spans == [MORNING + 3 * HOUR, MORNING + 3 * DAY], "the first stop ended when it ended"


def test_lifted_nothing_of_its_notice_leaves_any_more(world: World) -> None:
    measure = suspended(world, world.subscription(MORNING))
    world.do("measures.lift", measure, by="hana", at=MORNING + DAY, reason="変更した")
    assert world.delivery(measure, "post").state == "cancelled"
    other = suspended(world, world.subscription(MORNING))
    bounce(world, other, MORNING + 3 * HOUR)
    world.do("measures.lift", other, by="hana", at=MORNING + DAY, reason="変更した")
    assert (again(other).state, world.delivery(other, "post").state) == ("lifted", "cancelled")
    post(world, other, MORNING + DAY + HOUR)  # it was in the box already
    assert again(other).state == "lifted"
    assert other.subscription.blocks.get().until == MORNING + 3 * HOUR


# --- after the end of the contract ------------------------------------------------------------------------------


def test_lifted_after_the_end_nothing_is_released(world: World) -> None:
    decision = world.termination(MORNING)
    moment, contract = decision.proposed_at, decision.subject.subscription
    measure = consent(world, contract, moment)
    done = {"applied_at": moment, "how": "無効にした"}
    world.do("measures.confirm_applied", measure, by="hana", at=moment, **done)
    world.do("decisions.approve", decision, by="mio", at=moment + HOUR)
    assert again(contract).state == "ended"
    world.do("measures.lift", measure, by="hana", at=moment + 2 * HOUR, reason="整理")
    assert not Deadline.objects.about(measure, "measures.release").exists()
    assert "使えるように" not in titles(world, "hana", moment + 3 * HOUR)
    with pytest.raises(Refused, match="製品で再開することはありません") as refused:
        world.do(
            "measures.confirm_applied",
            measure,
            by="hana",
            at=moment + 3 * HOUR,
            applied_at=moment + 3 * HOUR,
            how="戻した",
        )
    assert refused.value.clause == "23(3)"
    browser = Client()
    browser.force_login(world.staff["hana"])
    page = browser.get(url_of(measure)).content.decode()
    assert "製品で再開することはありません" in page
    assert "契約終了により行わない" in page
