"""Rejected rows on the screen: each of the sample is mended and taken in once; 内容相違 is shown side by side."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from config.desk import clock
from config.desk.pages import url_of, verb_url
from config.desk.refusal import Refused
from contracts.applications import importing
from contracts.applications.intake_table import COLUMNS
from contracts.applications.models import Application, RejectedRow
from tests.applications.test_import_pages import csv_of, row
from tests.support.shared import SHARED
from tests.support.world import World, at

NOW = at("2026-11-24T10:00")
SAMPLE, TRUTH = (SHARED / "samples" / f"applications-2026-11.{end}" for end in ("csv", "truth.json"))
MENDS = {
    "申込日時": "2026/11/02 09:30",
    "法人名・氏名": "はまなす会",
    "希望ライセンス数": "5",
    "メールアドレス": "a@hamanasu.example",
    "同意規約版": "2025-04-01",
}
MAIL = b"From: a@b.example\r\nDate: Mon, 23 Nov 2026 15:00:00 +0900\r\nSubject: ok\r\n\r\nagreed\r\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)


def take_in(world: World, data: bytes) -> importing.IntakeResult:
    with clock.standing_at(NOW):
        return importing.take_in(importing.judge(data), file_name="申込.csv", data=data, by=world.staff["rin"], at=NOW)


def browser(world: World) -> Client:
    client = Client()
    client.force_login(world.staff["rin"])
    return client


def rejected_of_the_sample() -> tuple[bytes, list[int]]:
    """The header and the rows that the truth calls rejected, which keep their places among each other."""
    if not TRUTH.exists():
        pytest.skip(f"the sample is not beside the project: {SAMPLE.name}")
    wrong = [r["row"] for r in json.loads(TRUTH.read_text(encoding="utf-8")) if r["expect"] == "rejected"]
    records = list(csv.reader(io.StringIO(SAMPLE.read_bytes().decode("cp932"), newline="")))
    written = io.StringIO(newline="")
    csv.writer(written).writerows([records[0], *(records[number - 1] for number in wrong)])
    return written.getvalue().encode(), wrong


def mended(one: RejectedRow) -> dict[str, Any]:
    """What a person types where nothing that can be taken stands."""
    given: dict[str, Any] = {c: one.original.get(c, "") for c in COLUMNS if c != "規約同意"}
    said = {c: v for c, v in MENDS.items() if not given[c] or given[c] in one.reason}
    given |= said | {"reason": "申込者に確かめた"}
    if str(one.original.get("規約同意", "")).strip() != "はい":
        given |= {"uploads": SimpleUploadedFile("同意.eml", MAIL), "agreed_at": "2026-11-23T15:00"}
    return given


@pytest.mark.both
def test_each_rejected_row_of_the_sample_is_mended_on_its_page_and_taken_in_once(world: World) -> None:
    data, wrong = rejected_of_the_sample()
    assert len(take_in(world, data).rejected) == len(wrong) == RejectedRow.objects.count()
    desk = browser(world)
    for one in RejectedRow.objects.all():
        for _ in range(2):  # a double click
            with clock.standing_at(NOW):
                desk.post(verb_url("applications.mend_row", one), mended(one))
    assert set(RejectedRow.objects.values_list("state", flat=True)) == {"taken_in"}
    assert Application.objects.count() == len(wrong)
    assert len({a.source_number for a in Application.objects.all()}) == len(wrong)


def test_what_a_row_that_was_cut_short_lacks_is_named_by_its_column(world: World) -> None:
    short = csv_of(row(1)).decode().rpartition("はい")[0]
    take_in(world, short.encode())
    one = RejectedRow.objects.get()
    given = {c: v for c, v in mended(one).items() if c != "同意規約版"}
    with clock.standing_at(NOW):
        answer = browser(world).post(verb_url("applications.mend_row", one), given)
    assert answer.status_code == 409
    assert "「同意規約版」" in answer.content.decode()


def test_other_content_under_a_number_is_shown_beside_what_was_taken_in(world: World) -> None:
    take_in(world, csv_of(row(1)))
    take_in(world, csv_of(row(1, 希望ライセンス数="50", 電話番号="03-0000-0099")))
    former, one = Application.objects.get(), RejectedRow.objects.get()
    desk = browser(world)
    page = desk.get(url_of(one)).content.decode()
    shown = page.partition("前に取り込んだ申込との違い")[2].partition("</section>")[0]
    assert all(
        text in shown
        for text in ("2項目が違います", former.number, "希望ライセンス数", "50", "03-0000-0099", "03-0000-0001")
    )
    assert "フリガナ" not in shown
    assert url_of(former) in page
    assert "WEB-2026-90001-2" in page  # the way on for another application

    given = {column: one.original[column] for column in COLUMNS if column != "規約同意"} | {"reason": "別の部署の申込"}
    with pytest.raises(Refused, match="内容相違"):
        world.press("applications.mend_row", one, by="rin", at=NOW, **given)
    world.press("applications.mend_row", one, by="rin", at=NOW, **given | {"受付番号": "WEB-2026-90001-2"})
    new = Application.objects.get(source_number="WEB-2026-90001-2")
    assert "受付番号を付け直した（もとの番号 WEB-2026-90001）" in new.flags
    assert (former.state, Application.objects.count()) == ("screening", 2)
