"""Leaks that are reported and instructed (9(3)), logs that are asked for (9(1)): what the stories do not tell."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from config.desk import clock
from config.desk.pages import url_of
from config.desk.press import press
from config.desk.refusal import Refused
from contracts.deadlines.models import Deadline
from contracts.incoming.models import Incoming
from contracts.licenses.models import EvidenceRequest, LeakReport
from notices.models import Notice
from tests.support.world import World, at

MORNING = at("2026-11-02T09:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEAK = {"kind": "leaked", "facts": "手順書を誤って社外に送った"}

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def again(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


def report(world: World, **other: Any) -> LeakReport:
    contract, moment = world.subscription(MORNING), MORNING + HOUR
    given: dict[str, Any] = LEAK | {"reported_at": moment} | other
    return world.do("licenses.record_leak_report", contract, by="hana", at=moment, **given)  # type: ignore[no-any-return]


def request(world: World) -> EvidenceRequest:
    contract, moment = world.subscription(MORNING), MORNING + HOUR
    given = {"requested_at": moment, "what": "接続の記録", "period": "10月"}
    return world.do("licenses.record_evidence_request", contract, by="hana", at=moment, **given)  # type: ignore[no-any-return]


def instruct(world: World, row: LeakReport, hours: int, *channels: str) -> Any:
    given = {"instructions": "変更してください", "channels": list(channels or ["email"])}
    return world.do("licenses.instruct", row, by="hana", at=MORNING + hours * HOUR, **given)


def duties(row: Any) -> list[str]:
    return list(Deadline.objects.about(row).order_by("pk").values_list("state", flat=True))


# --- leaks --------------------------------------------------------------------------------------------------------


def test_reports_are_numbered_under_their_contract_and_due_by_the_report(world: World) -> None:
    first = report(world)
    contract = first.subscription
    late = LEAK | {"reported_at": MORNING + HOUR}
    second = world.do("licenses.record_leak_report", contract, by="hana", at=MORNING + 3 * DAY, **late)
    assert (first.number, second.number) == (f"{contract.number}-L1", f"{contract.number}-L2")
    due = Deadline.objects.about(second).get()
    assert (due.due_on, due.length["set_by"]) == (at("2026-11-03T00:00").date(), "house")


def test_instructions_that_came_back_are_owed_anew(world: World) -> None:
    row = instruct(world, report(world), 2)
    assert (row.state, duties(row)) == ("instructed", ["met"])
    back = {"channel": "email", "returned_at": MORNING + 3 * HOUR, "reason": "宛先不明"}
    world.do("notices.record_return", Notice.objects.about(row).get(), by="hana", at=MORNING + 4 * HOUR, **back)
    row = again(row)
    assert (row.state, row.instructed_at, duties(row)) == ("reported", None, ["met", "running"])
    assert instruct(world, row, 5).state == "instructed"


def test_what_is_over_is_instructed_no_more(world: World) -> None:
    row = instruct(world, report(world), 2, "post")
    assert row.state == "reported"
    world.do(
        "licenses.close_leak_report", row, by="hana", at=MORNING + DAY, done="確かめた", reason="思い違いと分かった"
    )
    row = again(row)
    assert (row.state, Notice.objects.about(row).get().state, duties(row)) == ("closed", "cancelled", ["cancelled"])
    for verb, given in (
        ("instruct", {"instructions": "x", "channels": ["email"]}),
        ("close_leak_report", {"done": "x", "reason": "x"}),
    ):
        with pytest.raises(Refused) as refused:
            world.do(f"licenses.{verb}", row, by="hana", at=MORNING + 2 * DAY, **given)
        assert refused.value.clause == "9(3)"


def test_a_closing_does_not_lift_a_suspension(world: World) -> None:
    row = report(world)
    given = {
        "customer": row.customer,
        "leak_report": row,
        "consented_at": MORNING + HOUR,
        "how": "電話",
        "by_whom": "総務",
        "facts": "x",
    }
    measure = world.do("measures.suspend_by_consent", None, by="hana", at=MORNING + 2 * HOUR, **given)
    world.do("licenses.close_leak_report", row, by="hana", at=MORNING + DAY, done="x", reason="x")
    assert (again(measure).state, measure.ground, measure.report) == ("in_force", "leaked", row)


def test_the_database_knows_the_states(world: World) -> None:
    row, asked = report(world), request(world)
    wrong = [(row, {"state": "instructed"}), (row, {"state": "closed"}), (row, {"kind": "unpaid"}), (row, {"state": "gone"}),
             (asked, {"state": "answered"}), (asked, {"state": "refused"}), (asked, {"state": "gone"})]  # fmt: skip
    for one, fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            type(one)._base_manager.filter(pk=one.pk).update(**fields)


def test_a_stop_begun_at_the_report_finds_everything_filled_in(world: World) -> None:
    row = report(world)
    browser = Client()
    browser.force_login(world.staff["hana"])
    with clock.standing_at(MORNING + 2 * HOUR):
        shown = browser.get(url_of(row)).content.decode()
        link = f"{reverse('desk:verb', args=['measures.propose_credential_suspension'])}?leak_report={row.number}"
        assert link in shown
        page = browser.get(link).content.decode()
    for filled in (row.customer.number, row.subscription.number, LEAK["facts"], row.number):
        assert filled in page
    assert 'value="leaked"' in page
    found = browser.get(reverse("admin:search"), {"q": row.number.lower()})
    assert found["Location"] == url_of(row)
    for where in (row.subscription, row.customer):
        assert row.number in browser.get(url_of(where)).content.decode()


# --- logs ---------------------------------------------------------------------------------------------------------


def test_files_handed_over_are_kept_in_the_register(world: World) -> None:
    asked = request(world)
    moment = MORNING + DAY
    files = MultiValueDict({"uploads": [SimpleUploadedFile("記録.csv", "日時,結果\n".encode())]})
    given = {"answered_at": moment, "answer": "共有領域に置いた", "channels": []}
    with clock.standing_at(moment):
        press("licenses.answer_evidence_request", asked, by=world.staff["hana"], at=moment, data=given, files=files)
    asked = again(asked)
    assert (asked.state, asked.answered_at, duties(asked)) == ("answered", moment, ["met"])
    kept = asked.handed_over
    assert kept is not None
    assert (kept.subject, kept.channel, kept.files.get().name) == (
        asked.subscription,
        Incoming.Channel.COLLEAGUE,
        "記録.csv",
    )
    assert not Notice.objects.about(asked).exists()


def test_an_answer_that_did_not_leave_is_due_still(world: World) -> None:
    asked = request(world)
    given = {"answered_at": MORNING + HOUR, "answer": "同封", "channels": ["post"]}
    world.do("licenses.answer_evidence_request", asked, by="hana", at=MORNING + 2 * HOUR, **given)
    letter = Notice.objects.about(asked).get()
    assert (again(asked).state, duties(asked)) == ("answering", ["running"])
    world.do("notices.stop_sending", letter, by="hana", at=MORNING + 3 * HOUR, reason="書き直す")
    assert (again(asked).state, duties(asked)) == ("requested", ["running"])
    world.do(
        "licenses.refuse_evidence_request",
        asked,
        by="hana",
        at=MORNING + 4 * HOUR,
        reason="残っていない",
        channels=["email"],
    )
    assert (again(asked).state, duties(asked)) == ("refused", ["met"])
