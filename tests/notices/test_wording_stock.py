"""Paragraphs that staff add to a letter: chosen from stock, or their own."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django import forms
from django.db import connection, transaction
from django.db.utils import DatabaseError

from config.desk import clock
from config.desk.step import step
from notices.engine import named
from notices.fields import added_paragraphs
from notices.rendering.content import CannotRender
from notices.wording.choosing import extras
from notices.wording.models import StockParagraph
from notices.wording.texts import content_of
from tests.support.world import World, at

NOW = at("2026-11-02T10:00")
KIND = "applications.acceptance"


def stock(world: World, text: str, **other: object) -> StockParagraph:
    given = {"kind": KIND, "title": "見本", "used_from": NOW.date(), "position": 10} | other
    with clock.standing_at(NOW), step("test.stock", at=NOW, by=world.staff["aki"]):
        turn = StockParagraph.objects.count() + 1
        return StockParagraph.objects.create(
            number=f"B-2026-{turn:06d}", text=text, set_by=world.staff["aki"], set_at=NOW, **given
        )


def paragraphs(world: World, **chosen: object) -> tuple[str, ...]:
    application = world.application(NOW)
    kind = replace(named(KIND), free_paragraph=True)
    return content_of(kind, application, application.customer, extras(**chosen), date(2026, 11, 2)).paragraphs  # type: ignore[arg-type]


def test_chosen_paragraphs_stand_last_in_their_order_and_braces_of_ones_own_are_left_alone(world: World) -> None:
    second = stock(world, "{相手方}の番号は{申込番号}です。", position=20)
    first = stock(world, "はじめに。", kind="", position=10)
    shown = paragraphs(world, stock=[second.number, first.number], free_paragraph="この {申込番号} は、そのままです。")
    assert shown[2] == "はじめに。"
    assert shown[3].startswith("貴社の番号はA-2026-")
    assert shown[4] == "この {申込番号} は、そのままです。"


def test_nothing_chosen_adds_nothing_and_what_has_no_value_stops_the_letter(world: World) -> None:
    assert extras() == {}
    assert len(paragraphs(world)) == 2
    with pytest.raises(CannotRender, match="是正期限"):
        paragraphs(world, stock=[stock(world, "{是正期限}まで。").number])


def test_the_form_offers_what_is_in_use_for_the_kind(world: World) -> None:
    class Form(forms.Form):
        stock, free_paragraph = added_paragraphs(KIND)

    with clock.standing_at(NOW):
        assert Form().fields["stock"].widget.is_hidden
        for_all, ours = stock(world, "一", kind="", position=2), stock(world, "二", position=1)
        for other in (
            {"kind": "violations.correction"},
            {"used_from": NOW.date() + timedelta(days=1)},
            {"ends_from": NOW.date()},
        ):
            stock(world, "別", **other)  # fmt: skip
        form = Form({"stock": [ours.number], "free_paragraph": "字😀"})
        assert [value for value, _ in form.fields["stock"].choices] == [ours.number, for_all.number]  # type: ignore[attr-defined]
        assert not form.is_valid()
        assert "😀" in str(form.errors["free_paragraph"])


@pytest.mark.both
def test_the_words_of_a_paragraph_never_change(world: World) -> None:
    row, second = stock(world, "一"), stock(world, "二")
    for sql in (
        f"UPDATE notices_stockparagraph SET text = 'x' WHERE id = {row.pk}",
        f"UPDATE notices_stockparagraph SET used_from = '2020-01-01' WHERE id = {row.pk}",
        f"DELETE FROM notices_stockparagraph WHERE id = {row.pk}",
    ):
        with pytest.raises(DatabaseError, match="書き換えられません"), transaction.atomic():
            connection.cursor().execute(sql)
    connection.cursor().execute(f"UPDATE notices_stockparagraph SET ends_from = '2026-11-03' WHERE id = {second.pk}")
