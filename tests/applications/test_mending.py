"""A row that could not be taken in is mended through its page, and taken in once."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.datastructures import MultiValueDict

from config.desk import home
from config.desk.pages import verb_url
from config.desk.press import press
from config.desk.refusal import FormRefused, Refused
from contracts.applications import importing, rejected_home
from contracts.applications.checks import TOO_EARLY, hits
from contracts.applications.intake_table import COLUMNS
from contracts.applications.mending import BY_MESSAGE
from contracts.applications.models import Application, Ground, RejectedRow
from contracts.incoming.models import Incoming
from tests.support.world import World, at

ROW = dict(
    zip(
        COLUMNS,
        [
            "WEB-2026-90001",
            "2026/11/02 09:30",
            "Web",
            "団体",
            "はまなす会",
            "ハマナスカイ",
            "",
            "100-0005",
            "東京都",
            "千代田区",
            "見本町9丁目9番9号",
            "",
            "総務部",
            "浜 茄子美",
            "部長",
            "03-0000-0001",
            "soumu@hamanasu.example",
            "5",
            "はい",
            "2025-04-01",
            "",
        ],
        strict=True,
    )
)
WRONG = {
    "no name": {"法人名・氏名": ""},
    "no such day": {"申込日時": "2026/02/30 09:30"},
    "no licenses": {"希望ライセンス数": "0"},
    "no address": {"メールアドレス": "soumu"},
}
NOW = at("2026-11-04T10:00")
MESSAGE = {"agreed_at": "2026-11-03T15:00"}
pytestmark = [pytest.mark.django_db, pytest.mark.both]


def rejected(by: Any, **wrong: str) -> RejectedRow:
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, COLUMNS)
    table.writeheader()
    table.writerow(ROW | wrong)
    data = written.getvalue().encode()
    taken = importing.take_in(importing.judge(data), file_name="申込.csv", data=data, by=by, at=at("2026-11-03T09:00"))
    assert taken.accepted == []
    return RejectedRow.objects.get()


def mail() -> MultiValueDict[str, Any]:
    return MultiValueDict(
        {
            "uploads": [
                SimpleUploadedFile(
                    "同意.eml",
                    b"From: a@b.example\r\nDate: Tue, 3 Nov 2026 15:00:00 +0900\r\nSubject: ok\r\n\r\nagreed\r\n",
                )
            ]
        }
    )


def mend(world: World, row: RejectedRow, files: Any = None, **other: str) -> RejectedRow:
    given = {name: cell for name, cell in ROW.items() if name != "規約同意"} | {"reason": "申込者に確かめた"} | other
    pressed = press("applications.mend_row", row, by=world.staff["rin"], at=NOW, data=given, files=files)
    return RejectedRow.objects.get(pk=pressed.pk)


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_mended_it_is_taken_in_once(world: World, wrong: dict[str, str]) -> None:
    row = rejected(world.staff["rin"], **wrong)
    mended = mend(world, row)
    application = Application.objects.get()
    assert (mended.state, mended.application, application.state) == ("taken_in", application, "screening")
    assert (application.source_number, application.customer.name) == ("WEB-2026-90001", "はまなす会")
    assert mended.original == ROW | wrong  # as it came
    with pytest.raises(Refused, match="取り込み済み"):
        mend(world, row)
    assert Application.objects.count() == 1


def test_the_same_file_again_is_a_duplicate_of_what_was_mended(world: World) -> None:
    mend(world, rejected(world.staff["rin"], **WRONG["no name"]))
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, COLUMNS)
    table.writeheader()
    table.writerow(ROW)
    assert [row.number for row in importing.judge(written.getvalue().encode()).duplicates] == ["WEB-2026-90001"]


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_is_still_wrong_is_refused_with_its_reason_and_stays(world: World, wrong: dict[str, str]) -> None:
    row = rejected(world.staff["rin"], **wrong)
    with pytest.raises(Refused) as refused:
        mend(world, row, **wrong)
    assert refused.value.message == row.reason
    assert refused.value.clause == "6(1)"
    assert RejectedRow.objects.get().state == "waiting"
    assert not Application.objects.exists()


def test_consent_that_was_missing_comes_only_with_the_applicants_own_message(world: World) -> None:
    row = rejected(world.staff["rin"], 規約同意="いいえ")
    with pytest.raises(FormRefused) as refused:
        mend(world, row)
    assert {"uploads", "agreed_at"} <= set(refused.value.form.errors)
    with pytest.raises(FormRefused):
        mend(world, row, 規約同意="はい", **MESSAGE)
    mend(world, row, mail(), **MESSAGE)
    application = Application.objects.get()
    assert application.agreed_at == at("2026-11-03T15:00")
    assert BY_MESSAGE in application.flags
    kept = Incoming.objects.get()
    assert (kept.subject, kept.files.count(), kept.received_at) == (application, 1, at("2026-11-03T15:00"))


def test_a_message_from_before_the_application_is_no_consent_to_it(world: World) -> None:
    row = rejected(world.staff["rin"], 規約同意="いいえ")
    for typed in ("2026/11/02 09:30", "2026/01/01 00:00"):  # what is typed over the row's own moment changes nothing
        with pytest.raises(Refused, match="申込日時（.*より前です"):
            mend(world, row, mail(), agreed_at="2026-11-02T09:29", 申込日時=typed)
    assert not Application.objects.exists()
    mend(world, row, mail(), agreed_at="2026-11-02T09:30")


def test_given_up_it_stays_on_file_with_the_reason(world: World) -> None:
    row = rejected(world.staff["rin"], **WRONG["no name"])
    world.do("applications.give_up_row", row, by="rin", at=NOW, reason="試しの申込だった")
    row = RejectedRow.objects.get()
    assert (row.state, row.closed_reason, row.application) == ("given_up", "試しの申込だった", None)
    with pytest.raises(Refused, match="取り込まないことに"):
        mend(world, row)


def test_through_its_page(world: World) -> None:
    row = rejected(world.staff["rin"], **WRONG["no name"])
    desk = Client()
    desk.force_login(world.staff["rin"])
    page = desk.get(f"/admin/verb/applications.mend_row/{row.pk}/")
    assert "soumu@hamanasu.example" in page.content.decode()
    given = {name: cell for name, cell in ROW.items() if name != "規約同意"} | {"reason": "電話で確かめた"}
    answer = desk.post(f"/admin/verb/applications.mend_row/{row.pk}/", given, follow=True)
    assert "直して取込み済" in answer.content.decode()
    assert Application.objects.get().customer.name == "はまなす会"


def test_what_the_applicant_agreed_to_and_when_is_not_rewritten(world: World) -> None:
    mend(world, rejected(world.staff["rin"], **WRONG["no name"]), 申込日時="2030/01/01 09:00", 同意規約版="2019-01-01")
    application = Application.objects.get()
    assert (application.agreed_at, application.agreed_version) == (at("2026-11-02T09:30"), "2025-04-01")


def test_what_could_not_be_read_is_mended_but_never_into_the_future(world: World) -> None:
    row = rejected(world.staff["rin"], 申込日時="2026/02/30 09:30", 同意規約版="")
    with pytest.raises(Refused, match="記録する時点より後") as refused:
        mend(world, row, 申込日時="2030/01/01 09:00")
    assert refused.value.clause == "6(1)"
    mend(world, row, 申込日時="1999/12/31 23:59")
    application = Application.objects.get()
    assert (application.agreed_at, application.agreed_version) == (at("1999-12-31T23:59"), "2025-04-01")
    assert TOO_EARLY in application.flags


def test_by_hand_an_agreement_before_its_version_is_a_question_for_the_checklist(world: World) -> None:
    early = world.application(NOW, agreed_at=at("1951-01-01"))
    assert early.flags == [TOO_EARLY]
    assert TOO_EARLY in [hit.text for hit in hits(early)[Ground.FALSE_CONTENT] if hit.level == "hit"]
    assert world.application(NOW).flags == []


def test_all_that_is_wrong_is_told_at_once(world: World) -> None:
    row = rejected(world.staff["rin"], メールアドレス="soumu", 規約同意="いいえ")
    with pytest.raises(FormRefused) as refused:
        mend(world, row, メールアドレス="soumu", 希望ライセンス数="0", 同意規約版="", reason="")
    assert set(refused.value.form.errors) == {
        "reason", "uploads", "agreed_at", "メールアドレス", "希望ライセンス数", "同意規約版",
    }  # fmt: skip
    with pytest.raises(FormRefused) as refused:
        mend(world, row, mail(), **MESSAGE, メールアドレス="soumu", 同意規約版="")
    assert set(refused.value.form.errors) == {"メールアドレス", "同意規約版"}
    assert "直して取り込む" in row.reason  # the way on for who lacks consent


def test_a_row_that_waits_is_work_of_the_desk(world: World) -> None:
    row = rejected(world.staff["rin"], 希望ライセンス数="0")
    bucket = [r for r in home.queue(world.staff["rin"], NOW) if r.title == "取り込めなかった行があります"]
    assert [(r.customer, r.clause, r.owner) for r in bucket] == [("はまなす会", "6(1)", "rin")]
    assert bucket[0].next_url.partition("?")[0] == verb_url("applications.mend_row", row)
    assert home.queue(world.staff["ken"], NOW) == []  # 承認
    assert rejected_home.waiting().count() == 1
    mend(world, row)
    assert [r.title for r in home.queue(world.staff["rin"], NOW) if r.title == bucket[0].title] == []
