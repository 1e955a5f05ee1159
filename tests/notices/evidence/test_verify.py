"""`verify_notices`: what was tampered with is named by its letter's number, and nothing else is."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from config.desk import clock, triggers
from config.desk.models import Counter
from notices.evidence import health, histories, sealing, verify
from notices.evidence.models import Seal, Verification
from notices.evidence.verify import Difference
from notices.models import LetterContent, Notice
from tests.support.world import World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOON = at("2026-11-02T12:00")


@pytest.fixture
def letters(world: World) -> list[str]:
    """Four sealed letters; their numbers."""
    with clock.standing_at(NOON):
        for _ in range(2):
            world.subscription(NOON)
        assert sealing.seal_all() == 4
    return list(Notice.objects.order_by("number").values_list("number", flat=True))


def run() -> tuple[int, dict[str, Any]]:
    out, code = StringIO(), 0
    try:
        with clock.standing_at(NOON):
            call_command("verify_notices", "--json", stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    return code, json.loads(out.getvalue())


def named(report: dict[str, Any]) -> set[str]:
    return {difference["number"] for difference in report["differences"]}


def raw(sql: str, *values: Any) -> None:
    """As somebody with the database in their hands: no trigger, no application."""
    triggers.drop_all()  # the rollback of the test brings them back
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def content_of(number: str) -> LetterContent:
    return LetterContent.objects.get(notice__number=number)


def test_an_untouched_record_has_no_difference_and_is_kept_as_an_anchor(letters: list[str]) -> None:
    code, report = run()
    assert (code, report["ok"], report["letters"], report["unsealed"], report["differences"]) == (0, True, 4, 0, [])
    kept = Verification.objects.get()
    assert (kept.found, kept.head, kept.head_digest) == (0, 4, Seal.objects.get(position=4).digest)
    out = StringIO()
    call_command("verify_notices", stdout=out)
    assert "相違 0件" in out.getvalue()
    assert kept.head_digest in out.getvalue()


def _set(column: str, value: Any) -> Callable[[str], None]:
    return lambda number: raw(
        f"UPDATE notices_lettercontent SET {column} = %s WHERE id = %s", value, content_of(number).pk
    )


def _bytes_and_hash(number: str) -> None:
    raw(
        "UPDATE notices_lettercontent SET body = %s, sha256 = %s WHERE id = %s",
        b"other",
        sealing.sha256(b"other"),
        content_of(number).pk,
    )


def _bytes_hash_and_seal(number: str) -> None:
    """The most that can be done without making every later seal anew."""
    _bytes_and_hash(number)
    content = content_of(number)
    seal = Seal.objects.get(what="letter", row=content.pk)
    seal.parts = sealing.hashed(sealing.sources()[0], content)
    raw(
        "UPDATE notices_seal SET parts = %s, digest = %s WHERE id = %s",
        json.dumps(seal.parts),
        sealing.digest_of(seal),
        seal.pk,
    )


def _delete(number: str) -> None:
    raw("DELETE FROM notices_lettercontent WHERE id = %s", content_of(number).pk)


def _delete_with_seal(number: str) -> None:
    raw("DELETE FROM notices_seal WHERE number = %s", number)
    _delete(number)


TAMPERED: dict[str, tuple[Callable[[str], None], str]] = {
    "a byte of the letter": (_set("body", b"tampered"), "SHA-256と合いません"),
    "its hash": (_set("sha256", "f" * 64), "SHA-256と合いません"),
    "bytes and hash together": (_bytes_and_hash, "書面、SHA-256の記録"),
    "bytes, hash and seal together": (_bytes_hash_and_seal, "封印が作り直されています"),
    "its text": (_set("text", "別の文面"), "文面"),
    "its words": (_set("letter", json.dumps({"number": "x"})), "内容"),
    "its markup": (_set("html", "<p>別の組版</p>"), "組版"),
    "the row is gone": (_delete, "確定した書面がありません"),
    "row and seal are gone": (_delete_with_seal, "確定した書面がありません"),
    "the seal is gone": (lambda number: raw("DELETE FROM notices_seal WHERE number = %s", number), "封印が失われています"),
    "the seal is another": (lambda number: raw("UPDATE notices_seal SET digest = %s WHERE number = %s", "0" * 64, number), "封印が書き換えられています"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_tampered_with_is_named_and_nothing_else(letters: list[str], what: str) -> None:
    tamper, said = TAMPERED[what]
    tamper(letters[1])
    code, report = run()
    assert code == 1
    told = [d["text"] for d in report["differences"] if d["number"] == letters[1]]
    assert any(said in text for text in told), told
    assert named(report) - {letters[1]} <= ({""} if what == "row and seal are gone" else set())


def test_a_byte_of_two_letters_names_both(letters: list[str]) -> None:
    for number in (letters[0], letters[3]):
        _set("body", b"tampered")(number)
    assert named(run()[1]) == {letters[0], letters[3]}


def test_the_last_seal_made_anew_does_not_fit_what_an_earlier_check_saw(letters: list[str]) -> None:
    assert run()[0] == 0
    _bytes_hash_and_seal(letters[3])
    assert named(run()[1]) == {letters[3]}


def test_the_last_seals_taken_away_are_missed(letters: list[str]) -> None:
    raw("DELETE FROM notices_seal WHERE position >= 3")
    assert named(run()[1]) == set(letters[2:])


def test_numbers_without_a_letter_and_void_ones_without_a_reason(letters: list[str]) -> None:
    Counter.objects.filter(series="N", year=2026).update(last=6)
    found = list(verify.numbers())
    assert [d.number for d in found] == ["N-2026-000005", "N-2026-000006"]
    raw("UPDATE notices_notice SET number = %s WHERE number = %s", "N-2026-000007", letters[3])
    assert [d.number for d in verify.numbers()] == ["N-2026-000004", "N-2026-000005", "N-2026-000006", "N-2026-000007"]


def test_a_number_given_to_another_letter_does_not_fit_the_seal(letters: list[str]) -> None:
    raw("UPDATE notices_notice SET number = 'x' WHERE number = %s", letters[0])
    raw("UPDATE notices_notice SET number = %s WHERE number = %s", letters[0], letters[1])
    raw("UPDATE notices_notice SET number = %s WHERE number = 'x'", letters[1])
    assert named(run()[1]) == {letters[0], letters[1]}


def test_what_was_frozen_lately_waits_for_its_seal_and_is_no_difference(letters: list[str], world: World) -> None:
    world.accepted(at("2026-11-03T09:00"))
    code, report = run()
    assert (code, report["unsealed"]) == (0, 1)
    with clock.standing_at(NOON):
        assert (sealing.seal_all(), sealing.seal_all()) == (1, 0)
    assert run()[1]["unsealed"] == 0
    chain = list(Seal.objects.order_by("position"))
    assert [seal.position for seal in chain] == [1, 2, 3, 4, 5]
    assert [seal.previous for seal in chain] == ["", *(seal.digest for seal in chain[:-1])]


def test_other_sub_packages_add_their_files(letters: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "_checks", dict(verify._checks))
    verify.register("ほかの記録", lambda: [Difference("N-2026-000002", "印刷した束のファイルがありません。")])
    with pytest.raises(ValueError, match="registered twice"):
        verify.register("ほかの記録", list)
    assert run()[1]["differences"] == [{"number": "N-2026-000002", "text": "印刷した束のファイルがありません。"}]


def test_the_seal_refuses_to_be_changed(letters: list[str]) -> None:
    for sql in ("UPDATE notices_seal SET digest = 'x'", "DELETE FROM notices_seal", "DELETE FROM notices_verification"):
        run()
        with pytest.raises(DatabaseError, match=triggers.MESSAGE), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_doctor_tells_of_the_last_check(letters: list[str]) -> None:
    assert health.last_check().ok is None
    run()
    with clock.standing_at(NOON):
        assert health.last_check().ok is True
    with clock.standing_at(at("2026-11-06T12:00")):
        assert health.last_check().ok is False  # the worker stands still
    _set("text", "別の文面")(letters[1])
    run()
    with clock.standing_at(NOON):
        found = health.last_check()
    assert found.ok is False
    assert letters[1] in found.text


def test_checking_holds_a_handful_of_letters_at_a_time(letters: list[str], django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(30):
        verify.verify()


# --- rows against their history -------------------------------------------------------------------------------------


def test_a_letter_made_past_the_application_is_named_and_never_sealed(letters: list[str]) -> None:
    real, number = Notice.objects.get(number=letters[1]), "N-2026-000005"
    raw("UPDATE desk_counter SET last = 5 WHERE series = 'N'")
    fields = (
        "key, kind, content_type_id, object_id, customer_id, decision_id, fields, state, planned_dispatch_on, ordered_by_id,"
        " ordered_at, render_attempts, communicated_on, dispatched_at, closed_reason, followed_up, recorded_at"
    )
    theirs = fields.replace("key,", "'forged',", 1)
    raw(
        f"INSERT INTO notices_notice (number, {fields}) SELECT %s, {theirs} FROM notices_notice WHERE id = %s",
        number,
        real.pk,
    )
    forged = Notice.objects.get(number=number)
    content = LetterContent.objects.get(notice=real)
    content.pk, content.notice = None, forged
    content.save(force_insert=True)
    with clock.standing_at(NOON):
        assert sealing.seal_all() == 0
    code, report = run()
    assert (code, named(report)) == (1, {number})
    assert any("変更の記録がありません" in d["text"] for d in report["differences"])


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE notices_notice SET state = 'void', closed_reason = 'x' WHERE id = %s", "状態、取消し・欠番の理由"),
        ("UPDATE notices_delivery SET address = '{}', message_id = '<x@y>' WHERE notice_id = %s", "宛先、メールの識別子"),
        ("UPDATE notices_delivery SET dispatched_at = '2026-10-20 01:00:00+00:00' WHERE notice_id = %s", "発送日時"),
    ],
)  # fmt: skip
def test_a_row_written_over_past_the_application_is_named(letters: list[str], sql: str, said: str) -> None:
    raw(sql, Notice.objects.get(number=letters[2]).pk)
    code, report = run()
    assert (code, named(report)) == (1, {letters[2]})
    assert any(said in d["text"] for d in report["differences"]), report["differences"]


def test_the_last_letter_cut_off_with_its_seal_and_its_number_is_told_by_its_history(letters: list[str]) -> None:
    notice = Notice.objects.get(number=letters[3])
    raw("DELETE FROM notices_seal WHERE number = %s", letters[3])
    raw("DELETE FROM notices_lettercontent WHERE notice_id = %s", notice.pk)
    raw("DELETE FROM notices_delivery WHERE notice_id = %s", notice.pk)
    raw("DELETE FROM notices_notice WHERE id = %s", notice.pk)
    raw("UPDATE desk_counter SET last = last - 1 WHERE series IN ('N', 'SEAL')")
    code, report = run()
    assert (code, named(report)) == (1, {letters[3]})
    assert {d["text"][:2] for d in report["differences"]} == {"通知", "発送"}


def test_rows_and_histories_are_read_by_the_batch(letters: list[str], django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        assert not list(histories.letters())
    with django_assert_max_num_queries(3):
        assert not list(histories.deliveries())
