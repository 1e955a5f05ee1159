"""Wordings in versions: chosen by the letter's day, kept with the letter, never changed once in force."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from config.desk import clock, triggers
from config.desk.refusal import FormRefused, Refused
from notices import composing, pump
from notices.engine import named
from notices.models import LetterContent, Notice
from notices.rendering.wording import Wording
from notices.wording.forms import WordingForm, as_fields, as_wording
from notices.wording.models import LetterTemplate
from notices.wording.texts import in_force
from notices.wording.workflow import mark
from tests.support.world import World, at

NOW = at("2026-11-02T10:00")
LATER = at("2026-11-03T10:00")
KIND = "applications.acceptance"


def shipped() -> Wording:
    wording = named(KIND).wording
    assert wording is not None
    return wording


def posted(title: str, **other: Any) -> dict[str, Any]:
    """What the editor's page sends."""
    fields = as_fields(shipped()) | {"title": title} | other
    points = {name: value for name, value in fields.items() if name.startswith("item_")}
    sent = {name: value for name, value in fields.items() if name not in points}
    for name, (place, label, lines) in points.items():
        sent |= {f"{name}_place": place, f"{name}_label": label, f"{name}_lines": lines}
    return sent


def edited(world: World, title: str, when: Any = NOW, **other: Any) -> LetterTemplate:
    draft = world.press("notices.draft_wording", None, by="aki", at=when, kind=KIND)
    row = world.press("notices.edit_wording", draft, by="aki", at=when, **posted(title, **other))
    assert isinstance(row, LetterTemplate)
    return row


def put(world: World, title: str, day: str, when: Any = NOW) -> LetterTemplate:
    row = world.press("notices.put_wording_in_force", edited(world, title, when), by="aki", at=when, in_force_from=day)
    assert isinstance(row, LetterTemplate)
    return row


def test_the_form_gives_back_the_wording_that_it_was_given() -> None:
    form = WordingForm(data=posted(shipped().title))
    assert form.is_valid(), form.errors
    assert as_wording(form.cleaned_data) == shipped()


def test_points_are_ordered_by_their_numbers_and_empty_ones_fall_away() -> None:
    moved = posted("表題", item_1=[3, "後", "一"], item_2=["", "", ""], item_3=[1, "先", "二\n\n三"])
    form = WordingForm(data=moved)
    assert form.is_valid(), form.errors
    assert [(item.label, item.lines) for item in as_wording(form.cleaned_data).items] == [("先", ("二", "三")), ("後", ("一",))]  # fmt: skip
    assert [name for name in WordingForm(initial=form.data).fields if name.startswith("item_")][-1] == "item_5"


def test_a_letter_uses_the_version_of_its_planned_day_and_keeps_which(world: World) -> None:
    put(world, "第二の表題", "2026-11-03")
    kind = named(KIND)
    assert in_force(kind, date(2026, 11, 2)) == (shipped(), 1)
    assert in_force(kind, date(2026, 11, 3))[1] == 2
    world.accepted(NOW)
    world.accepted(LATER)
    kept = LetterContent.objects.order_by("pk")
    assert [(c.wording_version, "第二の表題" in c.text) for c in kept] == [("標準", False), ("第2版", True)]
    third = put(world, "第三の表題", "2026-11-03", LATER)  # of the same day the later one
    assert (third.version, third.begun_from) == (3, 2)
    assert in_force(kind, date(2026, 11, 3))[0].title == "第三の表題"


def test_what_was_read_is_what_is_kept_though_another_comes_in_force_before_the_letter_is_final(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze = composing.freeze
    draft = edited(world, "割り込んだ表題")

    def late(notice: Notice, letter: Any, rendered: Any) -> Any:
        LetterTemplate.objects.filter(pk=draft.pk).update(
            state="set", version=2, in_force_from=NOW.date(), set_at=NOW, set_by=world.staff["aki"]
        )
        assert in_force(named(KIND), NOW.date())[1] == 2
        return freeze(notice, letter, rendered)

    monkeypatch.setattr(pump, "freeze", late)
    world.accepted(NOW)
    kept = LetterContent.objects.get()
    assert (kept.wording_version, kept.letter["content"]["title"]) == ("標準", shipped().title)


def test_never_from_a_day_that_is_past_and_only_without_faults(world: World) -> None:
    draft = edited(world, "表題", opening="拝啓　時下ますます")
    with pytest.raises(Refused, match="「拝啓」は、自動で入ります"):
        world.press("notices.put_wording_in_force", draft, by="aki", at=NOW)
    mended = world.press("notices.edit_wording", draft, by="aki", at=NOW, **posted("表題"))
    with pytest.raises(Refused, match="適用開始日が過ぎています"):
        world.press("notices.put_wording_in_force", mended, by="aki", at=LATER, in_force_from="2026-11-02")
    row = world.press("notices.put_wording_in_force", mended, by="aki", at=LATER)
    assert (row.in_force_from, row.version, row.set_by) == (LATER.date(), 2, world.staff["aki"])
    for key, given in (("notices.edit_wording", posted("別")), ("notices.drop_wording_draft", {"reason": "不要"})):
        with pytest.raises(Refused, match="変えられません"):
            world.press(key, row, by="aki", at=LATER, **given)


def test_a_trial_on_the_latest_real_case_stands_before_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.accepted(NOW)
    draft = edited(world, "表題")
    monkeypatch.setattr("notices.wording.verbs.trial", lambda kind, wording, day: "字が足りません。")
    with pytest.raises(FormRefused, match="実際の案件で通知書を作れません。字が足りません。"):
        world.press("notices.put_wording_in_force", draft, by="aki", at=NOW)


def test_one_draft_a_kind_and_nobody_writes_over_what_they_have_not_seen(world: World) -> None:
    draft = edited(world, "一")
    with pytest.raises(Refused, match="下書き（W-2026-000001）を直しているところです"):
        world.press("notices.draft_wording", None, by="aki", at=NOW, kind=KIND)
    old = mark(draft)
    world.press("notices.edit_wording", draft, by="aki", at=LATER, seen=old, **posted("二"))
    with pytest.raises(Refused, match="先に直しています"):
        world.press("notices.edit_wording", draft, by="aki", at=LATER, seen=old, **posted("三"))
    dropped = world.press("notices.drop_wording_draft", draft, by="aki", at=LATER, reason="不要")
    assert (dropped.state, dropped.words.title) == ("dropped", "二")
    again = world.press("notices.draft_wording", None, by="aki", at=LATER, kind=KIND, base=1)
    assert again.words == shipped()
    world.press("notices.drop_wording_draft", again, by="aki", at=LATER, reason="不要")
    with pytest.raises(Refused, match="第7版はありません"):
        world.press("notices.draft_wording", None, by="aki", at=LATER, kind=KIND, base=7)


@pytest.mark.both
def test_the_database_refuses_to_change_what_was_put_in_force(world: World) -> None:
    row = put(world, "第二の表題", "2026-11-03")
    draft = edited(world, "次", LATER)
    table, person = "notices_lettertemplate", world.staff["aki"].pk
    settle = f"state = 'set', in_force_from = '2026-11-04', set_by_id = {person}, set_at = recorded_at"
    for sql in (
        f"UPDATE {table} SET wording = '{{}}' WHERE id = {row.pk}",
        f"UPDATE {table} SET in_force_from = '2026-12-01' WHERE id = {row.pk}",
        f"UPDATE {table} SET kind = 'x' WHERE id = {draft.pk}",
        f"UPDATE {table} SET state = 'draft', version = NULL, in_force_from = NULL, set_by_id = NULL, set_at = NULL WHERE id = {row.pk}",
        f"UPDATE {table} SET version = 2, {settle} WHERE id = {draft.pk}",  # beside the one of that number
        f"DELETE FROM {table} WHERE id = {row.pk}",
    ):
        with pytest.raises(DatabaseError, match="書き換えられません"), transaction.atomic():
            connection.cursor().execute(sql)
    if connection.vendor == "sqlite":
        with pytest.raises(DatabaseError, match="書き換えられません"), transaction.atomic():
            connection.cursor().execute(f"UPDATE OR REPLACE {table} SET version = 2, {settle} WHERE id = {draft.pk}")
    connection.cursor().execute(f"UPDATE {table} SET version = 3, {settle} WHERE id = {draft.pk}")
    row.refresh_from_db()
    assert row.words.title == "第二の表題"
    triggers.drop_all()  # the rollback of the test brings them back
    connection.cursor().execute(f"UPDATE {table} SET in_force_from = '2026-12-01' WHERE id = {row.pk}")


@pytest.mark.both
def test_the_database_puts_no_wording_in_force_for_days_that_are_past(world: World) -> None:
    draft, person = edited(world, "次"), world.staff["aki"].pk
    settle = "UPDATE notices_lettertemplate SET state = 'set', version = 2"
    by = f"set_by_id = {person}"
    for sql in (
        f"{settle}, {by}, in_force_from = '2020-01-01', set_at = drafted_at",
        f"{settle}, {by}, in_force_from = '2026-11-01', set_at = drafted_at",  # the eve
        f"{settle}, {by}, in_force_from = '2020-01-01', set_at = '2019-12-01 00:00:00+00:00'",  # before it was drafted
        f"{settle}, in_force_from = '2026-11-02', set_at = drafted_at",
        f"{settle}, {by}, in_force_from = '2026-11-02'",
    ):
        with pytest.raises(DatabaseError, match="確定した日より前からは適用できません"), transaction.atomic():
            connection.cursor().execute(f"{sql} WHERE id = %s", [draft.pk])
    night = "2026-11-03 15:00:00+00:00" if connection.vendor == "postgresql" else "2026-11-03 15:00:00"  # 4th in Japan
    with pytest.raises(DatabaseError, match="確定した日より前からは適用できません"), transaction.atomic():
        connection.cursor().execute(f"{settle}, {by}, in_force_from = '2026-11-03', set_at = %s", [night])
    connection.cursor().execute(f"{settle}, {by}, in_force_from = '2026-11-04', set_at = %s", [night])


def test_a_sample_is_shown_of_the_case_asked_for_else_of_the_latest_else_by_the_names_of_the_slots(
    world: World,
) -> None:
    from notices.wording.samples import NO_CASE, sample

    kind = named(KIND)
    with clock.standing_at(NOW):
        marked = sample(kind, shipped(), NOW.date())
        assert marked.note == NO_CASE
        assert "〔申込番号〕" in marked.html
        first, second = world.accepted(NOW), world.accepted(NOW)
        assert second.number in sample(kind, shipped(), NOW.date()).html
        by_case = sample(kind, shipped(), NOW.date(), first.number)
        by_letter = sample(kind, shipped(), NOW.date(), str(Notice.objects.about(first).latest("pk").number))
        assert first.number in by_case.html
        assert by_case.html == by_letter.html
        assert "番号を確かめてください" in sample(kind, shipped(), NOW.date(), "A-2020-999999").problem
