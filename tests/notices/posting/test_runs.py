"""A print run: one order for list, PDF and slip; posted once, in parts, in spite of one that fails; never dispatched twice."""

import csv
import io
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from pikepdf import Pdf

from config.desk import clock
from config.desk.refusal import FormRefused, Refused
from config.desk.step import step
from contracts.incoming import storage
from notices import pump
from notices.models import Delivery, LetterContent
from notices.posting import machine, recording, slip
from notices.posting.models import PrintRun, PrintRunLetter
from tests.notices.letters import ink
from tests.notices.posting.runs import LATER, NOON, POSTED, letters, numbers, opened, post, printed, states, texts
from tests.support.world import HAND_OVER, World, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper() -> None:
    """The letters are really set; other tests print one and the same sheet (70 ms a letter)."""


@pytest.fixture(autouse=True)
def _one_sheet(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "paper" in request.fixturenames:
        return
    with Pdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(sheet := io.BytesIO())
    monkeypatch.setattr(machine.printing, "printable", lambda notice: sheet.getvalue())


def _client(world: World, name: str = "hana") -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


def _got(world: World, run: PrintRun, what: str) -> Any:
    with clock.standing_at(LATER):
        return _client(world).get(f"/admin/notices/runs/{run.pk}/{what}/")


def _body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


# --- the list and the PDF ------------------------------------------------------------------------------------------


def test_list_pdf_and_slip_have_one_order(world: World, paper: None) -> None:
    waiting = [str(notice.number) for notice in letters(world, 3)]
    run = printed(world)
    assert (run.number, run.state) == ("P-2026-000001", "printed")
    assert numbers(run) == waiting
    pages = texts(_body(_got(world, run, "pdf")))
    places = list(run.letters.in_order().values_list("page_from", "page_to"))
    assert [number in pages[first - 1] for number, (first, _) in zip(waiting, places, strict=True)] == [True] * 3
    assert (places[0][0], places[-1][1], run.pages) == (1, len(pages), len(pages))
    rows = list(csv.DictReader(io.StringIO(_body(_got(world, run, "list/utf-8")).decode("utf-8-sig"))))
    assert [row["通知番号"] for row in rows] == waiting
    assert [row["順"] for row in rows] == ["1", "2", "3"]
    on_slip = "".join(texts(_body(_got(world, run, "slip"))))
    assert [on_slip.index(number) for number in waiting] == sorted(on_slip.index(number) for number in waiting)


def test_what_is_kept_is_found_by_its_hash_and_nothing_is_dispatched_yet(world: World) -> None:
    notice = letters(world, 1)[0]
    run = printed(world)
    assert storage.kept(run.file_sha256) is not None
    assert (post(notice).state, post(notice).printed_at) == ("queued", NOON)


def test_a_letter_whose_day_is_over_is_renewed_before_the_list_is_fixed(world: World) -> None:
    old = letters(world, 2)
    later = at("2026-11-04T09:00")
    run = printed(world, later)
    for notice in old:
        notice.refresh_from_db()
    assert [n.state for n in old] == ["cancelled", "cancelled"]
    assert len(numbers(run)) == 2
    assert not set(numbers(run)) & {n.number for n in old}
    gone = run.letters.get(delivery__notice=old[0])
    assert (gone.state, "作り直しました" in gone.reason) == ("pulled_out", True)


def test_what_does_not_stand_any_more_falls_out_saying_why(world: World) -> None:
    first, second = letters(world, 2)
    run = opened(world)
    case = first.subject
    world.do("violations.confirm_cure", case, by="hana", at=NOON, items=["1"], cured_at=NOON, evidence="確認")
    run = world.do("notices.freeze_print_run", run, by="hana", at=NOON)
    assert numbers(run) == [second.number]
    assert run.letters.get(delivery__notice=first).reason


def test_a_delivery_is_in_one_live_run_at_most(world: World) -> None:
    notice = letters(world, 1)[0]
    run = opened(world)
    with pytest.raises(Refused, match="印刷を待っている通知がありません"):
        opened(world)
    with step("test.run", at=NOON):
        other = PrintRun.objects.create(
            number="P-2026-000099", made_by=world.staff["hana"], made_at=NOON, postage="ordinary", envelope="naga3"
        )
    with pytest.raises(IntegrityError), step("test.run", at=NOON):
        PrintRunLetter.objects.create(run=other, delivery=post(notice))
    world.press("notices.pull_out", run, by="hana", at=NOON, letters=[notice.number], reason="紙の傷み")
    run.refresh_from_db()
    assert run.state == "closed"
    assert numbers(opened(world)) == [notice.number]


def test_an_order_once_fixed_and_a_letter_once_posted_stay(world: World) -> None:
    letters(world, 1)
    run = world.do("notices.mark_run_posted", printed(world), by="rin", at=LATER, **POSTED)
    letter = run.letters.get()
    for changed in ({"position": 7}, {"state": "in"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PrintRunLetter.objects.filter(pk=letter.pk).update(**changed)


def test_ticked_letters_only_and_what_is_gone_is_named(world: World) -> None:
    first, second, third = letters(world, 3)
    run = opened(world, letters=[second.number, third.number])
    assert numbers(run) == [second.number, third.number]
    with pytest.raises(FormRefused):
        opened(world, letters=[first.number, second.number])
    with pytest.raises(Refused, match="選んだ条件"):
        opened(world, planned_until="2026-11-01")


# --- posted --------------------------------------------------------------------------------------------------------


def test_a_part_is_posted_and_the_rest_stays(world: World) -> None:
    first, second, third = letters(world, 3)
    run = printed(world)
    world.press("notices.pull_out", run, by="hana", at=LATER, letters=[third.number], reason="宛先の確認")
    run = world.do("notices.mark_run_posted", run, by="rin", at=LATER, letters=[first.number], **POSTED)
    assert states(run) == {first.number: "posted", second.number: "in", third.number: "pulled_out"}
    assert run.state == "printed"
    assert (post(first).state, post(first).dispatched_at, post(first).postage) == ("dispatched", LATER, "recorded")
    assert (post(second).state, post(third).state) == ("queued", "queued")
    run = world.do("notices.mark_run_posted", run, by="rin", at=LATER, **POSTED)
    assert (run.state, post(second).state, post(third).state) == ("posted", "dispatched", "queued")
    assert run.letters.get(delivery__notice=first).office == "見本郵便局"
    signed = post(first).history.filter(state="dispatched").latest("history_id")
    assert (signed.history_user, signed.history_verb) == (world.staff["rin"], "notices.mark_run_posted")


def test_posted_twice_is_refused_and_dispatches_nothing_again(world: World) -> None:
    notice = letters(world, 1)[0]
    run = world.do("notices.mark_run_posted", printed(world), by="rin", at=LATER, **POSTED)
    again = at("2026-11-02T17:00")
    with pytest.raises(Refused, match="差出し済"):
        world.press("notices.mark_run_posted", run, by="hana", at=again, posted_at=again, office="別の局")
    with pytest.raises(Refused, match="すでに"):
        world.press("notices.mark_posted", notice, by="hana", at=again, posted_at=again, postage="ordinary")
    assert post(notice).dispatched_at == LATER
    assert post(notice).history.filter(history_verb="notices.mark_run_posted").count() == 1


def test_recorded_by_itself_meanwhile_it_has_left_the_run_too(world: World) -> None:
    first, second = letters(world, 2)
    run = printed(world)
    world.do("notices.mark_posted", first, by="rin", at=NOON, posted_at=NOON, postage="ordinary")
    run = world.do("notices.mark_run_posted", run, by="rin", at=LATER, **POSTED)
    assert states(run) == {first.number: "posted", second.number: "posted"}
    assert (post(first).dispatched_at, post(second).dispatched_at) == (NOON, LATER)


def test_one_that_cannot_be_recorded_stops_no_other_and_goes_when_pressed_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = letters(world, 3)
    run, real = printed(world), recording.verbs.mark_posted

    def fails(notice: Any, **given: Any) -> Any:
        if notice.pk == second.pk:
            raise Refused("控えが見つかりません。")
        return real(notice, **given)

    monkeypatch.setattr(recording.verbs, "mark_posted", fails)
    run = world.do("notices.mark_run_posted", run, by="rin", at=LATER, **POSTED)
    assert states(run) == {first.number: "posted", second.number: "in", third.number: "posted"}
    assert "控えが見つかりません" in run.letters.get(delivery__notice=second).failure
    assert (
        "差出しを記録できなかった通知が1通"
        in _client(world).get(f"/admin/notices/printrun/{run.pk}/change/").content.decode()
    )
    monkeypatch.undo()
    run = world.do("notices.mark_run_posted", run, by="rin", at=LATER, **POSTED)
    assert (run.state, post(second).state) == ("posted", "dispatched")


class Killed(BaseException):
    """The process is gone."""


def test_killed_between_two_letters_it_goes_on_when_pressed_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices = letters(world, 3)
    run, real, done = printed(world), recording.post_letter, []

    def killed(pk: int) -> bool:
        if len(done) == 1:
            raise Killed
        done.append(pk)
        return real(pk)

    monkeypatch.setattr(recording, "post_letter", killed)
    with pytest.raises(Killed):
        world.do("notices.mark_run_posted", run, by="rin", at=LATER, **POSTED)
    assert sorted(states(run).values()) == ["posted", "posting", "posting"]
    monkeypatch.undo()
    run = world.do("notices.mark_run_posted", run, by="rin", at=LATER, **POSTED)
    assert (run.state, {post(n).state for n in notices}) == ("posted", {"dispatched"})
    records = [post(n).history.filter(state="dispatched").exclude(history_verb__contains=":").count() for n in notices]
    assert records == [1, 1, 1]


def test_a_letter_cancelled_after_printing_is_not_believed_to_have_gone(world: World) -> None:
    first, second = letters(world, 2)
    run = printed(world)
    world.do("notices.stop_sending", first, by="hana", at=LATER, reason="宛先が違う")
    page = _client(world).get(f"/admin/notices/printrun/{run.pk}/change/").content.decode()
    assert "紙を束から抜き" in page
    run = world.do("notices.mark_run_posted", run, by="rin", at=LATER, **POSTED)
    assert states(run) == {first.number: "in", second.number: "posted"}
    assert run.state == "printed"
    run = world.do("notices.mark_run_posted", run, by="rin", at=LATER, letters=[first.number], **POSTED)
    assert (run.state, post(first).dispatched_at) == ("posted", LATER)  # it went all the same: recorded, without effect
    first.refresh_from_db()
    assert first.state == "cancelled"


# --- marks ---------------------------------------------------------------------------------------------------------


def test_a_letter_printed_once_more_is_marked_on_the_paper_only(world: World, paper: None) -> None:
    first, second = letters(world, 2)
    run = printed(world)
    before = bytes(LetterContent.objects.get(notice=first).body)
    run = world.do("notices.reprint", run, by="hana", at=LATER, letters=[first.number], reason="紙づまり")
    pages = texts(_body(_got(world, run, "reprints")))
    assert "再発行" in pages[0]
    stamp = [
        mark
        for mark in ink(_body(_got(world, run, "reprints")))
        if mark.text and mark.text in "再発行" and 30 < mark.top < 41
    ]
    assert (min(m.left for m in stamp) > 110, max(m.right for m in stamp) < 165) == (
        True,
        True,
    )  # neither window nor QR
    assert str(first.number) in pages[0]
    assert str(second.number) not in "".join(pages)
    assert "再発行" not in "".join(texts(_body(_got(world, run, "pdf"))))
    assert bytes(LetterContent.objects.get(notice=first).body) == before
    assert post(first).state == "queued"
    assert run.letters.get(delivery__notice=first).history.latest("history_id").history_change_reason == "紙づまり"


def test_what_was_printed_in_another_run_is_marked_in_the_next(world: World) -> None:
    notice = letters(world, 1)[0]
    world.press("notices.close_print_run", printed(world), by="hana", at=LATER, reason="封筒が足りない")
    run = printed(world, LATER)
    assert run.letters.get(delivery__notice=notice).reprint
    assert "再発行" in texts(_body(_got(world, run, "pdf")))[0]


def test_in_training_every_page_says_so(world: World, settings: Any) -> None:
    settings.KIYAKU_MODE = "training"
    letters(world, 2)
    run = printed(world)
    kept = storage.kept(run.file_sha256)
    assert kept is not None
    assert ["研修" in page for page in texts(kept)] == [True] * run.pages
    assert "研修" in texts(_body(_got(world, run, "slip")))[0]


def test_a_password_is_in_the_stream_and_on_no_disk(world: World, monkeypatch: pytest.MonkeyPatch, paper: None) -> None:
    kept: list[bytes] = []
    monkeypatch.setattr(storage, "keep", lambda data: kept.append(data) or "0" * 64)
    contract = world.formed(NOON)
    world.do("licenses.hand_over", contract, by="hana", at=NOON, channels=["post"], **HAND_OVER)
    run = printed(world)
    assert (run.carries_secrets, run.file_sha256, kept) == (True, "", [])
    response = _got(world, run, "pdf")
    assert HAND_OVER["password"] in "".join(texts(_body(response)))
    assert "no-store" in response["Cache-Control"]
    assert "保存せず" in _client(world).get(f"/admin/notices/printrun/{run.pk}/change/").content.decode()


# --- what goes wrong -----------------------------------------------------------------------------------------------


def test_a_full_disk_is_told_and_a_retry_works(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    letters(world, 1)

    def full(data: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "keep", full)
    run = printed(world)
    assert (run.state, "空き" in run.failure) == ("frozen", True)
    monkeypatch.undo()
    run = world.do("notices.render_print_run", run, by="hana", at=NOON)
    assert (run.state, run.failure) == ("printed", "")


def test_a_file_that_is_gone_is_not_handed_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    letters(world, 1)
    run = printed(world)
    monkeypatch.setattr(storage, "kept", lambda sha256: None)
    assert _got(world, run, "pdf").status_code == 302


def test_formulas_in_the_list_are_escaped_and_both_encodings_serve(world: World) -> None:
    letters(world, 1)
    delivery = Delivery.objects.get(channel="post")
    delivery.address = delivery.address | {"name": "=1+1株式会社"}
    with step("test.name", at=NOON), clock.standing_at(NOON):
        delivery.save()
    run = opened(world)
    assert "'=1+1株式会社" in _body(_got(world, run, "list/utf-8")).decode("utf-8-sig")
    assert "'=1+1株式会社" in _body(_got(world, run, "list/cp932")).decode("cp932")


def test_the_slip_counts_what_is_in_the_run_and_gives_one_honorific(world: World) -> None:
    first, *_ = letters(world, 3)
    run = printed(world)
    world.press("notices.pull_out", run, by="hana", at=NOON, letters=[first.number], reason="傷み")
    told = slip.content(run, NOON.date())
    assert (told["total"], told["counts"], told["fees"]) == (2, [("特定記録・簡易書留", 2)], None)
    assert [line["number"] for line in told["lines"]] == [1, 2]
    assert all(line["to"].endswith("御中") and "様" not in line["to"] for line in told["lines"])


def test_home_leads_to_the_run_and_a_run_is_found_by_its_number(world: World) -> None:
    letters(world, 2)
    run = printed(world)
    with clock.standing_at(LATER):
        page = _client(world).get("/admin/").content.decode()
        found = _client(world).get("/admin/search/", {"q": run.number})
    assert f"/admin/notices/printrun/{run.pk}/change/" in page
    assert "印刷 P-2026-000001　2通" in page
    assert "郵送分を差し出してください" not in page
    assert found["Location"].endswith(f"/admin/notices/printrun/{run.pk}/change/")


def test_the_pump_does_nothing_twice(world: World) -> None:
    letters(world, 1)
    run = printed(world)
    with clock.standing_at(LATER):
        assert pump.pump().printed == 0
    assert PrintRun.objects.get(pk=run.pk).history.count() == run.history.count()
