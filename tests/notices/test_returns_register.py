"""A returned envelope: its code opens its letter, the register keeps it, and the address is checked by somebody."""

from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.home import Asked
from config.desk.pages import url_of
from config.desk.refusal import FormRefused, Refused
from contracts.deadlines.models import Deadline
from notices.models import Notice, ReturnedLetter
from notices.returns.forms import ground_of
from notices.returns.home import _to_check
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
NOON, BACK = at("2026-11-24T12:00"), at("2026-11-27T10:00")  # a Friday
PAGE = "/admin/notices/returned/"


def posted(world: World, **posting: Any) -> Notice:
    return world.correction(world.curing_case(NOON, ["post"], postage="recorded", **posting))


def browser(world: World, name: str = "rin") -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


def come_back(world: World, letter: Notice, **given: Any) -> ReturnedLetter:
    given = {"channel": "post", "returned_at": BACK} | given
    world.do("notices.record_return", letter, by="rin", at=BACK, **given)
    return ReturnedLetter.objects.get(delivery__notice=letter)


def tasks(world: World, day: str, name: str = "rin") -> list[str]:
    asked = Asked(by=world.staff[name], at=at(day), mine=True, limit=20)
    return [row.sub for first, last in ((None, -1), (0, 0), (1, 7)) for row in _to_check(first, last)(asked)[1]]


# --- the scan -----------------------------------------------------------------------------------------------------


def test_the_code_of_an_envelope_opens_the_letter_of_its_case(world: World) -> None:
    letter, other = posted(world), posted(world)
    with clock.standing_at(BACK):
        shown = browser(world).get(PAGE, {"scan": f"https://kiyaku.example/{letter.number}"}).content.decode()
    assert url_of(letter.subject) in shown
    assert url_of(other.subject) not in shown
    assert 'value="2026-11-27T10:00' in shown


def test_recording_leads_back_to_the_field_for_the_next_one(world: World) -> None:
    letter = posted(world, tracking_number="123-45-67890-3")
    given = {"returned_at": "2026-11-27T10:00", "ground": "moved", "kept_in": "箱3"}
    with clock.standing_at(BACK):
        answer = browser(world).post(f"{PAGE}?scan=12345678903", given, follow=True)
    row = ReturnedLetter.objects.get()
    assert answer.redirect_chain == [(PAGE, 302)]
    assert f"{letter.number} の返戻を記録しました（{row.number}）" in answer.content.decode()
    assert (row.notice, row.ground, row.reason, row.kept_in) == (letter, "moved", "転居先不明", "箱3")
    letter.refresh_from_db()
    assert letter.post is not None
    assert (letter.post.state, letter.post.failure) == ("returned", "転居先不明")


@pytest.mark.parametrize(
    ("query", "told"),
    [("N-2026-999999", "通知はありません"), ("見本", "読み取れません"), ("12345678903", "読み取れません")],
)
def test_what_is_no_letter_says_so(world: World, query: str, told: str) -> None:
    assert told in browser(world).get(PAGE, {"scan": query}).content.decode()


def test_a_number_that_was_used_again_asks_which(world: World) -> None:
    first = posted(world, tracking_number="12345678903")
    later = world.correction(
        world.curing_case(at("2027-11-24T12:00"), ["post"], postage="recorded", tracking_number="123-45-67890-3")
    )
    shown = browser(world).get(PAGE, {"scan": "123-45-67890-3"}).content.decode()
    assert f"?scan={first.number}" in shown
    assert f"?scan={later.number}" in shown
    assert "return-form" not in shown


def test_what_came_back_already_is_said_and_not_recorded_twice(world: World) -> None:
    letter = posted(world)
    row = come_back(world, letter, ground="unknown")
    shown = browser(world).get(PAGE, {"scan": letter.number}).content.decode()
    assert row.number in shown
    assert "return-form" not in shown
    with pytest.raises(Refused):
        come_back(world, letter, ground="unknown")


# --- the reason ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slip", "ground"),
    [
        ("あて所に尋ねあたりません", "unknown"),
        ("宛所不明", "unknown"),
        ("転居先不明で配達できません", "moved"),
        ("保管期間が経過", "expired"),
        ("受取拒絶", "refused"),
        ("あて所で受取拒否", "refused"),
        ("水濡れ", "other"),
    ],
)
def test_the_words_of_a_slip(slip: str, ground: str) -> None:
    assert ground_of(slip) == ground


def test_free_text_alone_is_enough_and_nothing_is_not(world: World) -> None:
    row = come_back(world, posted(world), reason="転居先不明")
    assert (row.ground, row.reason) == ("moved", "転居先不明")
    for given in ({}, {"ground": "other"}):
        with pytest.raises(FormRefused):
            come_back(world, posted(world), **given)


def test_a_bounced_email_is_in_no_register_of_envelopes(world: World) -> None:
    letter = world.correction(world.curing_case(NOON, ["email"]))
    world.do("notices.record_return", letter, by="rin", at=BACK, channel="email", returned_at=BACK, reason="宛先不明")
    assert not ReturnedLetter.objects.exists()


def test_a_refusal_is_kept_apart_and_decides_nothing(world: World) -> None:
    """It stands in a tab of its own, says that the law may take it as arrival, and moves the clock as any return does."""
    letter, other = posted(world), posted(world)
    refused, moved = come_back(world, letter, ground="refused"), come_back(world, other, ground="moved")
    page = browser(world).get("/admin/notices/returnedletter/", {"ground__exact": "refused"}).content.decode()
    assert refused.number in page
    assert moved.number not in page
    shown = {n: browser(world).get(url_of(n)).content.decode() for n in (letter, other)}
    assert ["到達したとみなされることがあります" in shown[n] for n in (letter, other)] == [True, False]
    clocks = [Deadline.objects.about(n.subject, "violations.cure").latest("pk") for n in (letter, other)]
    assert [(c.state, c.act_from) for c in clocks] == [(clocks[1].state, None)] * 2


# --- the task -----------------------------------------------------------------------------------------------------


def test_the_address_task_lives_until_somebody_says_what_was_found(world: World) -> None:
    row = come_back(world, posted(world), ground="moved")
    assert row.check_until.isoformat() == "2026-11-30"  # three days on
    assert [row.number in sub for sub in tasks(world, "2026-11-27T11:00")] == [True]
    assert [row.number in sub for sub in tasks(world, "2026-12-05T11:00")] == [True]  # overdue
    assert tasks(world, "2026-11-27T11:00", "gen") == []
    world.press(
        "notices.record_address_check", row, by="hana", at=BACK, finding="changed", how="登記で確認", kept_in="箱7"
    )
    row.refresh_from_db()
    assert (row.state, row.finding, row.kept_in, row.checked_at) == ("checked", "changed", "箱7", BACK)
    assert tasks(world, "2026-12-05T11:00") == []
    with pytest.raises(Refused, match="住所を確かめる業務は、終わっています"):
        world.press("notices.record_address_check", row, by="rin", at=BACK, finding="not_found", how="再度")
    shown = browser(world).get(url_of(row)).content.decode()
    assert f"/admin/verb/licenses.record_change/{row.customer_id}/" in shown  # the new address goes through Art. 7


def test_the_register_as_a_file(world: World) -> None:
    row = come_back(world, posted(world), ground="other", reason="=水濡れ")
    answer = browser(world).get("/admin/notices/returnedletter/export/utf-8/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert row.number in text
    assert "'=水濡れ" in text


# --- after a correction -------------------------------------------------------------------------------------------

MENDED, AGAIN = at("2026-11-28T10:00"), at("2026-12-02T10:00")


def correct(world: World, letter: Notice, what: str, **given: Any) -> None:
    """By two persons."""
    given = {"channel": "post", "what": what, "reason": "別の封筒でした"} | given
    decision = world.do("notices.propose_correction", letter, by="hana", at=MENDED, **given)
    world.do("decisions.approve", decision, by="mio", at=MENDED, reason="確認")


def test_a_corrected_return_date_stands_in_the_register_too(world: World) -> None:
    letter = posted(world)
    row, right = come_back(world, letter, ground="moved"), at("2026-11-26T15:00")
    correct(world, letter, "return", correct_at=right)
    row.refresh_from_db()
    assert (row.returned_at, row.state) == (right, "open")


@pytest.mark.parametrize("what", ["not_returned", "not_posted"])
def test_what_never_came_back_ends_its_task_and_may_come_back_later(world: World, what: str) -> None:
    letter = posted(world)
    row = come_back(world, letter, ground="moved", kept_in="箱3")
    correct(world, letter, what)
    row.refresh_from_db()
    assert (row.state, row.finding) == ("annulled", "")
    assert row.how.endswith("別の封筒でした")
    assert tasks(world, "2026-12-05T11:00") == []
    assert "返戻の記録を取消し" in browser(world).get(url_of(row)).content.decode()
    if what == "not_posted":
        world.do("notices.mark_posted", letter, by="hana", at=MENDED, posted_at=MENDED, postage="ordinary")
    world.do("notices.record_return", letter, by="rin", at=AGAIN, channel="post", returned_at=AGAIN, ground="unknown")
    fresh = ReturnedLetter.objects.get()
    assert (fresh.number, fresh.state, fresh.ground, fresh.returned_at) == (row.number, "open", "unknown", AGAIN)
    assert fresh.history.filter(how=row.how).exists()
    assert any(row.number in sub for sub in tasks(world, "2026-12-05T11:00"))


def test_what_was_not_posted_yet_leads_to_its_posting(world: World) -> None:
    letter = world.correction(world.noticed_case(NOON, ["email", "post"]))
    shown = browser(world).get(PAGE, {"scan": letter.number}).content.decode()
    assert "郵送分は「差出し待ち」なので、返戻を記録できません。" in shown
    assert f"/admin/verb/notices.mark_posted/{letter.pk}/" in shown
    with pytest.raises(Refused, match="差出し待ち"):
        come_back(world, letter, ground="moved")
