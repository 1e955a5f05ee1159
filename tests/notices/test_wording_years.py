"""Years in 西暦 or 和暦, by the house's setting."""

from datetime import date

import pytest

from config.desk import house
from config.desk.refusal import FormRefused
from notices.models import LetterContent
from notices.rendering.blocks import letter_blocks
from notices.rendering.content import letter_from_json
from notices.rendering.years import day_in
from notices.wording.days import agreed, letter_day, letter_moment
from tests.support.world import World, at

NOW = at("2026-11-02T10:00")


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-11-05", "令和8年11月5日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-04-30", "平成31年4月30日"),
        ("1989-01-08", "平成元年1月8日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1926-12-25", "昭和元年12月25日"),
        ("1926-12-24", "1926年12月24日"),
    ],
)
def test_eras_begin_on_their_days(day: str, told: str) -> None:
    assert day_in(date.fromisoformat(day), "和暦") == told
    assert day_in(date.fromisoformat(day)).startswith(f"{day[:4]}年")


def test_the_setting_decides_and_offers_its_choices(world: World) -> None:
    assert letter_day(at("2026-12-01T00:30")) == "2026年12月1日（火）"
    with pytest.raises(FormRefused) as refused:
        world.set_house(NOW, letter_years="皇紀")  # type: ignore[arg-type]
    assert "「西暦」か「和暦」" in str(refused.value.form.errors["value"])
    world.set_house(NOW, letter_years="和暦")  # type: ignore[arg-type]
    assert letter_moment(at("2026-12-01T00:30")) == "令和8年12月1日（火）0:30"
    assert house.get("letter_years") == "和暦"


def test_a_letter_keeps_the_years_with_which_it_was_made(world: World) -> None:
    world.set_house(NOW, letter_years="和暦")  # type: ignore[arg-type]
    world.accepted(NOW)
    kept = LetterContent.objects.get()
    assert "令和8年11月2日" in kept.text
    world.set_house(NOW, letter_years="西暦")  # type: ignore[arg-type]
    assert letter_blocks(letter_from_json(kept.letter)).dated == "令和8年11月2日"
    assert letter_blocks(letter_from_json(kept.letter | {"years": "西暦"})).dated == "2026年11月2日"


def test_while_one_letter_is_made_its_dates_agree(world: World) -> None:
    with agreed():
        world.set_house(NOW, letter_years="和暦")  # type: ignore[arg-type]
        assert letter_day(date(2026, 11, 2)) == "2026年11月2日（月）"
    assert letter_day(date(2026, 11, 2)) == "令和8年11月2日（月）"
