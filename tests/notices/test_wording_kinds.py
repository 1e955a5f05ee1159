"""Every kind of letter: its shipped words have no fault, and a real case fills all that may stand in them."""

from datetime import datetime
from typing import Any

import pytest

from config.desk import clock
from contracts.licenses import changes
from contracts.licenses.models import LeakReport
from notices.engine import NoticeKind, kind_of, kinds, named
from notices.models import Notice
from notices.rendering.wording import placeholders
from notices.wording.faults import faults
from notices.wording.texts import content_of, slots_of
from tests.support.world import World, at

NOW, NOON = at("2026-11-02T09:00"), at("2026-11-02T12:00")
MAIL = {"channels": ["email"]}
OBJECTIONABLE = (
    "applications.refusal", "applications.rescission", "measures.suspension", "violations.correction", "violations.termination",
)  # fmt: skip
PARAGRAPHS_MAY_BE_ADDED = (
    "applications.acceptance", "applications.document_request", "applications.refusal", "applications.rescission", "measures.suspension",
    "violations.correction", "violations.inquiry", "violations.termination",
)  # fmt: skip


def names(kind: NoticeKind, *, mandatory: bool = False) -> set[str]:
    return {slot.name for slot in kind.slots if slot.mandatory or not mandatory}


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.key)
def test_the_shipped_words_have_no_fault_and_use_what_they_offer(kind: NoticeKind) -> None:
    assert faults(kind.wording, slots_of(kind)) == ()
    used = {name for text in kind.wording.texts() for name in placeholders(text)}
    unused = names(kind) - used
    assert {
        slot.name for slot in kind.slots if slot.name in unused and "標準の文面では示しません" not in slot.help
    } == set()
    assert len(names(kind)) == len(kind.slots)
    assert all(slot.help for slot in kind.slots)


def test_what_no_wording_may_leave_out() -> None:
    rests = {kind.key for kind in kinds() if "根拠条項" in names(kind, mandatory=True)}
    house_policy = {"applications.document_reminder", "measures.consent_confirmation"}
    answers = {"applications.objection_answer", "measures.objection_answer", "violations.objection_answer"}
    assert rests == {kind.key for kind in kinds()} - house_policy - answers
    assert {kind.key for kind in kinds() if "異議の申出" in names(kind, mandatory=True)} == set(OBJECTIONABLE)
    assert "初期パスワード" in names(named("licenses.hand_over"), mandatory=True)
    assert {kind.key for kind in kinds() if kind.free_paragraph} == set(PARAGRAPHS_MAY_BE_ADDED)
    attached = {kind.key for kind in kinds() if kind.attach_pdf}
    assert attached == set(OBJECTIONABLE)  # the secret of a hand-over is never attached


def every_kind_of_letter(world: World) -> None:
    """Paths through life on which each kind is ordered; what must have left for the next step is sent."""
    contract = of_a_contract(world)
    of_a_case(world, contract)
    of_an_application(world)
    of_a_stop(world)


def of_a_contract(world: World) -> Any:
    contract = world.subscription(NOW)
    world.press(
        "licenses.record_leak_report", contract, by="hana", at=NOON, reported_at=NOW, kind="leaked", facts="誤送信"
    )
    world.press("licenses.instruct", LeakReport.objects.get(), by="hana", at=NOON, instructions="変更すること", **MAIL)
    asked = {"requested_at": NOW, "what": "接続の記録", "period": "10月"}
    logs = world.press("licenses.record_evidence_request", contract, by="hana", at=NOON, **asked)
    world.do(
        "licenses.answer_evidence_request",
        logs,
        by="hana",
        at=NOON,
        answered_at=NOON,
        answer="共有領域に置いた",
        **MAIL,
    )
    more = world.press("licenses.record_evidence_request", contract, by="hana", at=NOON, **asked)
    world.press("licenses.refuse_evidence_request", more, by="hana", at=NOON, reason="ほかの利用者の記録", **MAIL)
    new = {"notified_at": NOON, "channel": "email", "email": "new@midorioka.example", "confirm": True}
    world.press(changes.RECORD, contract.customer, by="hana", at=NOON, **new)
    return contract


def of_a_case(world: World, contract: Any) -> None:
    case = world.curing_case(NOON, subscription=contract)
    world.press("violations.send_inquiry", case, by="hana", at=NOON, questions="誰が使ったか", **MAIL)
    world.press("violations.withdraw_notice", case, by="hana", at=NOON, reason="番号の誤り", **MAIL)
    end = world.termination(NOON)
    world.do("decisions.approve", end, by="mio", at=world.ripe(end.subject))
    ruled_on(world, "violations.record_objection", end.subject, world.ripe(end.subject), recorded_by="hana")


def of_an_application(world: World) -> None:
    application = world.judged(NOW)
    asked = {"ground": "4", "document": "履歴事項全部証明書"}
    world.do("applications.request_document", application, by="rin", at=NOW, **asked, **MAIL)
    world.press("applications.remind_document", application, by="rin", at=NOON, how="letter", **MAIL)
    no = world.refusal(NOW)
    world.do("decisions.approve", no, by="mio", at=NOW)
    ruled_on(world, "applications.record_objection", no.subject, NOON, recorded_by="rin")
    fact = {
        "ground": "4",
        "fact": "虚偽の住所",
        "fact_on": NOW.date(),
        "came_to_light_on": NOW.date(),
        "reason": "照会",
    }
    undo = world.press("applications.propose_rescission", world.accepted(NOW), by="hana", at=NOON, **fact, **MAIL)
    world.press("decisions.approve", undo, by="mio", at=NOON)


def of_a_stop(world: World) -> None:
    given = {"ground": "leaked", "facts": "掲示板に載っていた"}
    contract = world.subscription(NOW)
    stop = world.press(
        "measures.propose_credential_suspension", None, by="hana", at=NOON, customer=contract.customer, **given, **MAIL
    )
    world.do("decisions.approve", stop, by="mio", at=NOON)
    ruled_on(world, "measures.record_objection", stop.subject, NOON, recorded_by="hana")
    agreed = {"consented_at": NOON, "by_whom": "総務部", "how": "電話", "facts": "すぐに止めたい"}
    customer = world.subscription(NOW).customer
    world.press("measures.suspend_by_consent", None, by="hana", at=NOON, customer=customer, **agreed)


def ruled_on(world: World, verb: str, row: Any, at: datetime, *, recorded_by: str) -> None:
    objection = world.press(verb, row, by=recorded_by, at=at, received_at=at, summary="事実と違う")
    world.press(
        "decisions.rule_objection", objection, by="ken", at=at, outcome="rejected", reason="記録のとおり", **MAIL
    )


def test_a_real_case_fills_every_slot_of_every_kind(world: World) -> None:
    every_kind_of_letter(world)
    reached = {notice.kind: notice for notice in Notice.objects.order_by("pk")}
    assert set(reached) == {kind.key for kind in kinds()}
    with clock.standing_at(NOON):
        for notice in reached.values():
            check_filled(notice)


def check_filled(notice: Notice) -> None:
    """Each slot has a value; where the letter is bound to a day, it is printed; nothing is left to be filled in."""
    kind, told = kind_of(notice), (notice.subject, notice.fields, notice.planned_dispatch_on)
    material = kind.material(*told)
    assert set(material.values) - {"相手方"} == names(kind)
    empty = {name for name, value in material.values.items() if not value}
    assert empty <= {slot.name for slot in kind.slots if "なければ" in slot.help or "ときだけ載ります" in slot.help}
    content = content_of(kind, notice.subject, notice.customer, notice.fields, notice.planned_dispatch_on)
    assert content.clauses
    printed = [content.title, content.opening, *content.paragraphs, *(line for i in content.items for line in i.lines)]
    assert not any("{" in text for text in printed)
    if content.communicated_on:
        assert any(f"{content.communicated_on.day}日" in line for line in printed)
