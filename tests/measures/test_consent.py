"""The suspension by the customer's own consent, the ways on from a refusal, and what is done in the product."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from config.desk import clock
from config.desk.pages import url_of
from config.desk.refusal import FormRefused, Refused
from config.desk.step import step
from contracts.deadlines.models import Deadline
from contracts.licenses.models import Block
from contracts.licenses.workflow import usable_at
from contracts.measures import gateway
from contracts.measures.models import Measure
from notices.models import Notice
from tests.support.world import World, at

MORNING = at("2026-11-02T09:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CONSENT = {"how": "登録の電話番号に折り返した", "by_whom": "総務部　見本　太郎", "facts": "知らない接続が続いている"}

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def again(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


def consent(world: World, contract: Any, moment: datetime, **other: Any) -> Measure:
    given: dict[str, Any] = CONSENT | {"customer": contract.customer, "consented_at": moment - MINUTE} | other
    return world.do("measures.suspend_by_consent", None, by="hana", at=moment, **given)  # type: ignore[no-any-return]


def propose(world: World, contract: Any, moment: datetime, channels: Sequence[str]) -> Any:
    given = {"customer": contract.customer, "ground": "leaked", "facts": "漏洩", "channels": list(channels)}
    return world.do("measures.propose_credential_suspension", None, by="hana", at=moment, **given)


def tasks(measure: Measure) -> dict[str, str]:
    return dict(Deadline.objects.about(measure).values_list("kind", "state"))


# --- at once, by one person ---------------------------------------------------------------------------------------


def test_it_is_in_force_from_the_moment_it_was_recorded(world: World) -> None:
    contract, moment = world.subscription(MORNING), MORNING + HOUR
    measure = consent(world, contract, moment)
    credential = contract.credentials.get()
    assert (measure.state, measure.basis, measure.in_force_at, measure.notified_at) == (
        "in_force",
        "consent",
        moment,
        None,
    )
    assert usable_at(contract, moment - MINUTE, credential=credential)
    assert not usable_at(contract, moment, credential=credential)
    assert contract.blocks.get().clause == "9(4)"
    letter = Notice.objects.about(measure).get()
    assert (letter.kind, letter.state) == ("measures.consent_confirmation", "dispatched")
    assert CONSENT["by_whom"] in letter.content.text


def test_without_who_how_and_when_there_is_no_consent(world: World) -> None:
    contract = world.subscription(MORNING)
    for missing in ("how", "by_whom", "facts"):
        with pytest.raises(FormRefused) as refused:
            consent(world, contract, MORNING + HOUR, **{missing: ""})
        assert set(refused.value.form.errors) == {missing}
    with pytest.raises(FormRefused):
        consent(world, contract, MORNING + HOUR, consented_at=MORNING + 2 * HOUR)
    assert not Measure.objects.exists()


def test_it_needs_something_to_stop_and_the_right_contract(world: World) -> None:
    with pytest.raises(Refused, match="停止できる認証情報がありません") as refused:
        consent(world, world.formed(MORNING), MORNING + HOUR)
    assert refused.value.clause == "9(4)"
    mine, other = world.subscription(MORNING), world.subscription(MORNING)
    with pytest.raises(Refused, match="この利用者または連絡の契約ではありません"):
        consent(world, mine, MORNING + HOUR, subscription=other)
    entered = world.press("incoming.call_note", None, by="hana", at=MORNING, summary="電話", customer=other.customer)
    with pytest.raises(Refused, match="からのものではありません"):
        consent(world, mine, MORNING + HOUR, incoming=entered)
    assert not Measure.objects.exists()


def test_a_waiting_proposal_gives_way_with_its_letter(world: World) -> None:
    contract = world.subscription(MORNING)
    decision = propose(world, contract, MORNING + HOUR, ["post"])
    world.do("decisions.approve", decision, by="mio", at=MORNING + 2 * HOUR)
    measure = consent(world, contract, MORNING + 3 * HOUR)
    earlier = again(decision.subject)
    assert (measure.state, earlier.state, again(decision).state) == ("in_force", "withdrawn", "withdrawn")
    assert Notice.objects.about(earlier).get().state == "cancelled"
    assert contract.blocks.count() == 1
    with pytest.raises(Refused, match="すでに停止しています") as refused:
        consent(world, contract, MORNING + 4 * HOUR)
    assert refused.value.clause == "9(4)"


def test_the_database_takes_neither_notice_nor_consent_for_granted(world: World) -> None:
    measure = consent(world, world.subscription(MORNING), MORNING + HOUR)
    wrong: list[dict[str, Any]] = [
        {"basis": "notice", "consented_at": None},  # in force without a notice
        {"basis": "notice", "consented_at": None, "ground": "leaked", "notified_at": MORNING + DAY},  # the notice came after
        {"consented_at": None}, {"consent_by": ""}, {"consent_how": ""},
        {"consented_at": MORNING + DAY},  # agreed to after it began
        {"in_force_at": None},
    ]  # fmt: skip
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Measure.objects.filter(pk=measure.pk).update(**fields)
    Measure.objects.filter(pk=measure.pk).update(
        basis="notice", consented_at=None, ground="leaked", notified_at=MORNING
    )


# --- where a refusal leads on -------------------------------------------------------------------------------------


def test_before_the_notice_a_refusal_leads_to_the_e_mail_and_to_the_consent(world: World) -> None:
    contract = world.subscription(MORNING)
    decision = propose(world, contract, MORNING + HOUR, ["post"])
    applied = {"applied_at": MORNING + 2 * HOUR, "how": "先に止めた"}
    with pytest.raises(Refused) as refused:
        world.do("measures.confirm_applied", decision.subject, by="hana", at=MORNING + 2 * HOUR, **applied)
    assert [(lead.verb, lead.to) for lead in refused.value.leads] == [
        ("decisions.edit", decision),
        ("measures.suspend_by_consent", None),
    ]
    assert "メールだけで通知する" in refused.value.instead
    assert "利用者の承諾" in refused.value.instead
    browser = Client()
    browser.force_login(world.staff["hana"])
    with clock.standing_at(MORNING + 2 * HOUR):
        page = browser.get(
            reverse("desk:verb_on", args=["measures.confirm_applied", decision.subject.pk])
        ).content.decode()
        assert "channels=email" in page
        shown = browser.get(
            reverse("desk:verb_on", args=["decisions.edit", decision.pk]), {"channels": "email"}
        ).content.decode()
        consented = browser.get(reverse("desk:verb", args=["measures.suspend_by_consent"])).content.decode()
    assert re.findall(r'name="channels" value="(\w+)"[^>]*checked', shown) == ["email"]
    assert "通知を先に出す必要はありません" in consented
    world.do("decisions.edit", decision, by="hana", at=MORNING + 2 * HOUR, channels=["email"])
    world.do("decisions.approve", decision, by="mio", at=MORNING + 3 * HOUR)
    assert again(decision.subject).in_force_at == MORNING + 3 * HOUR


# --- the product --------------------------------------------------------------------------------------------------


class Product:
    """A product that remembers what it was told."""

    told: list[tuple[str, list[str], datetime]]

    def suspend(self, measure: Any, credentials: Sequence[Any], at: datetime) -> None:
        self.told.append(("suspend", [c.admin_id for c in credentials], at))

    def release(self, measure: Any, credentials: Sequence[Any], at: datetime) -> None:
        self.told.append(("release", [c.admin_id for c in credentials], at))


def test_another_gateway_takes_the_place_of_the_person(world: World, settings: Any) -> None:
    settings.KIYAKU_PRODUCT_GATEWAY = f"{__name__}.Product"
    Product.told = []
    measure = consent(world, world.subscription(MORNING), MORNING + HOUR)
    world.do("measures.lift", measure, by="hana", at=MORNING + DAY, reason="変更した")
    assert Product.told == [("suspend", ["mido-admin"], MORNING + HOUR), ("release", ["mido-admin"], MORNING + DAY)]
    assert tasks(measure) == {}


def test_by_hand_the_same_order_twice_is_one_task(world: World) -> None:
    measure = consent(world, world.subscription(MORNING), MORNING + HOUR)
    with clock.standing_at(MORNING + 2 * HOUR), step("test.again", at=MORNING + 2 * HOUR):
        gateway.ByHand().suspend(measure, [], MORNING + 2 * HOUR)
    assert tasks(measure) == {"measures.apply": "running"}
    assert Deadline.objects.about(measure).count() == 1


def test_each_confirmation_stands_apart_and_stays(world: World) -> None:
    measure = consent(world, world.subscription(MORNING), MORNING + HOUR + timedelta(seconds=30))

    def confirm(moment: datetime, how: str) -> None:
        world.do("measures.confirm_applied", measure, by="hana", at=moment + MINUTE, applied_at=moment, how=how)

    with pytest.raises(Refused, match="より前です") as refused:
        confirm(MORNING + HOUR - MINUTE, "承諾の前に止めた")
    assert refused.value.clause == "9(4)"
    confirm(MORNING + HOUR, "同じ分に止めた")
    with pytest.raises(Refused, match="記録済み"):
        confirm(MORNING + 2 * HOUR, "二度目")
    world.do("measures.lift", measure, by="hana", at=MORNING + DAY, reason="変更した")
    confirm(MORNING + DAY + HOUR, "戻した")
    block = Block.objects.get()
    assert (block.confirmed_at, block.release_confirmed_at) == (MORNING + HOUR, MORNING + DAY + HOUR)
    assert tasks(measure) == {"measures.apply": "met", "measures.release": "met"}
    browser = Client()
    browser.force_login(world.staff["hana"])
    shown = browser.get(url_of(measure)).content.decode()
    assert shown.count("確認済") == 2
    assert "同じ分に止めた" in shown
    assert "戻した" in shown
