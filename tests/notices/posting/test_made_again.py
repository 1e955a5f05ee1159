"""A PDF made once more: only what is still to go and may go; what lies in a file though it was cancelled is not handed out."""

import logging
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.pages import verb_url
from config.desk.refusal import Refused
from config.desk.step import step
from notices import secrets
from notices.models import Notice, Secret
from notices.posting import lists, slip
from notices.posting.models import PrintRun
from tests.notices.posting.runs import LATER, NOON, POSTED, letters, printed, states
from tests.support.world import HAND_OVER, World, at

pytestmark = pytest.mark.django_db
SOON = at("2026-11-02T13:00")
UNSET = "ひみつ\U00013000Xk7#first"


def _page(world: World, run: PrintRun, what: str) -> Any:
    client = Client()
    client.force_login(world.staff["hana"])
    with clock.standing_at(LATER):
        return client.get(f"/admin/notices/{what}", follow=True)


def _again(world: World, run: PrintRun, at: Any = SOON) -> PrintRun:
    made: PrintRun = world.do("notices.render_print_run", run, by="hana", at=at)
    return made


def test_cancelled_after_the_list_was_fixed_it_is_neither_handed_out_nor_listed_nor_printed_again(world: World) -> None:
    first, second = letters(world, 2)
    run = printed(world)
    world.do("notices.stop_sending", first, by="hana", at=SOON, reason="宛先が違う")
    assert (
        "作り直すまで、PDFはダウンロードできません" in _page(world, run, f"printrun/{run.pk}/change/").content.decode()
    )
    assert "「PDFを作り直す」を押し" in _page(world, run, f"runs/{run.pk}/pdf/").content.decode()
    assert [str(letter.notice) for letter in lists.standing(run)] == [second.number]
    assert slip.content(run, NOON.date())["total"] == 1
    run = _again(world, run)
    assert (run.state, run.pages, states(run)) == ("printed", 1, {first.number: "pulled_out", second.number: "in"})
    assert run.letters.get(delivery__notice=first).reason == "宛先が違う"
    assert _page(world, run, f"runs/{run.pk}/pdf/")["Content-Type"] == "application/pdf"


def test_cancelled_before_the_first_pdf_it_falls_out(world: World) -> None:
    first, second = letters(world, 2)
    run = printed(world)
    with step("test.unmade", at=NOON):
        PrintRun.objects.filter(pk=run.pk).update(state="frozen", claimed_at=None, printed_at=None)
    world.press("notices.stop_sending", first, by="hana", at=SOON, reason="誤り")
    world.pump(SOON)
    assert states(run) == {first.number: "pulled_out", second.number: "in"}


def test_what_was_posted_is_not_printed_again(world: World) -> None:
    first, second = letters(world, 2)
    run = world.do("notices.mark_run_posted", printed(world), by="rin", at=LATER, letters=[first.number], **POSTED)
    run = _again(world, run, LATER)
    assert (run.state, run.pages) == ("printed", 1)
    assert [str(letter.notice) for letter in run.letters.in_pdf()] == [second.number]
    run = world.do("notices.mark_run_posted", run, by="rin", at=LATER, **POSTED)
    with pytest.raises(Refused):
        _again(world, run, LATER)


def test_what_went_stale_meanwhile_is_dated_anew_and_falls_out(world: World) -> None:
    notice = letters(world, 1)[0]
    run = _again(world, printed(world), at("2026-12-20T10:00"))
    notice.refresh_from_db()
    assert (run.state, notice.state, states(run)) == ("closed", "cancelled", {notice.number: "pulled_out"})
    reason = run.letters.get().reason
    assert "日付を改めて作り直しました" in reason
    assert "次の印刷" in reason


def test_a_password_that_cannot_be_set_falls_out_alone_and_stands_nowhere(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    contract = world.formed(NOON)
    with pytest.raises(Refused, match="書体にない文字") as refused:
        world.press(
            "licenses.hand_over", contract, by="hana", at=NOON, channels=["post"], **HAND_OVER | {"password": UNSET}
        )
    assert "\U00013000" not in str(refused.value)
    world.do("licenses.hand_over", contract, by="hana", at=NOON, channels=["post"], **HAND_OVER)
    handed = Notice.objects.get(secret__isnull=False)
    Secret.objects.all().delete()
    secrets.keep(handed, UNSET)
    other = letters(world, 1)[0]
    with caplog.at_level(logging.DEBUG):
        run = printed(world)
    assert (run.state, run.failure) == ("printed", "")
    assert states(run) == {handed.number: "pulled_out", other.number: "in"}
    reason = run.letters.get(delivery__notice=handed).reason
    assert "初期パスワードに、通知書の書体にない文字" in reason
    assert "\U00013000" not in caplog.text + reason


def test_posted_by_another_record_it_takes_the_moment_the_postage_and_the_person_of_that(world: World) -> None:
    first, second = letters(world, 2)
    run = printed(world)
    asked: dict[str, Any] = {"by": "rin", "at": LATER, "posted_at": SOON, "postage": "registered"}
    world.do("notices.mark_posted", first, **asked)
    world.press("notices.mark_posted", second, **asked)  # pressed by two people, before the machine got to either
    world.do("notices.mark_run_posted", run, by="hana", at=LATER, **POSTED)
    for letter in run.letters.all():
        assert (letter.state, letter.office) == ("posted", "")
        assert (letter.posted_at, letter.postage, letter.posted_by) == (SOON, "registered", world.staff["rin"])


def test_who_ticks_nothing_reads_how_many_letters_go_and_how(world: World) -> None:
    letters(world, 2)
    client = Client()
    client.force_login(world.staff["hana"])
    with clock.standing_at(LATER):
        asked = {"postage": "ordinary", "envelope": "naga3"}
        page = client.get(verb_url("notices.open_print_run"), asked).content.decode()
        done = client.post(verb_url("notices.open_print_run"), asked, follow=True).content.decode()
    assert "2通・普通郵便で印刷を始めます" in page
    assert "2通・普通郵便で印刷を始めました" in done
