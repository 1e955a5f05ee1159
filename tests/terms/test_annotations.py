"""法務の注記: by clause, from a day; a new one supersedes, none is overwritten; read on the clause's page and beside the verbs."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from config.desk import clock
from config.desk.clause_cards import clause_card
from config.desk.pages import url_of, verb_url
from config.desk.refusal import FormRefused, NotPermitted, Refused
from contracts.terms.annotations import FIXED
from contracts.terms.models import Annotation
from tests.support.world import World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW, DAY = at("2026-11-20T10:00"), timedelta(days=1)
NOTE = {"clause": "23(1)", "kind": "interpretation", "text": "一つでも残れば、是正されていないと読む"}


def annotate(world: World, when: Any = NOW, *, by: str = "aki", **other: Any) -> Annotation:
    made: Annotation = world.press("terms.annotate", None, by=by, at=when, **(NOTE | other))
    return made


def page(world: World, who: str, address: str, when: Any = NOW) -> str:
    browser = Client()
    browser.force_login(world.staff[who])
    with clock.standing_at(when):
        return browser.get(address).content.decode()


def told(ref: str, on: date) -> list[str]:
    card = clause_card(ref, on)
    assert card is not None
    return [note["text"] for note in card["notes"]]


def test_it_is_read_on_the_page_of_the_clause_and_folded_beside_the_verbs(world: World) -> None:
    annotate(world)
    case = world.case(NOW)
    assert NOTE["text"] in page(world, "hana", "/terms/clause/23(1)/")
    assert NOTE["text"] in page(world, "hana", "/terms/clause/23/")
    assert NOTE["text"] not in page(world, "hana", "/terms/clause/23(4)/")
    beside = page(world, "hana", verb_url("violations.send_correction_notice", case))
    assert '<details class="card-part clause-notes"><summary>法務の注記　1件</summary>' in beside
    assert NOTE["text"] in beside


def test_a_new_one_supersedes_from_its_day_and_the_old_one_stays_on_record(world: World) -> None:
    first = annotate(world)
    given = {"text": "軽微なものは除く", "supersedes": first.number, "in_force_from": "2026-11-25"}
    second = annotate(world, NOW + DAY, **given)
    today, then = date(2026, 11, 21), date(2026, 11, 25)
    assert (told("23(1)", today), told("23(1)", then)) == ([NOTE["text"]], ["軽微なものは除く"])
    first.refresh_from_db()
    assert (first.text, first.ends_from, second.supersedes) == (NOTE["text"], then, first)
    shown = page(world, "aki", "/terms/clause/23(1)/", NOW + 10 * DAY)
    assert shown.index("軽微なものは除く") < shown.index("以前の注記") < shown.index(NOTE["text"])
    with pytest.raises(Refused, match=f"aki.*{second.number}"):
        annotate(world, NOW + DAY, text="二人目", supersedes=first.number)
    with pytest.raises(Refused, match="この条項の注記ではありません"):
        annotate(world, NOW + DAY, clause="6(3)", supersedes=second.number)
    assert Annotation.objects.count() == 2


def test_ended_it_is_shown_no_more_and_cannot_be_backdated(world: World) -> None:
    note = annotate(world)
    with pytest.raises(Refused, match="さかのぼれません"):
        world.press("terms.end_annotation", note, by="aki", at=NOW + DAY, reason="誤り", ends_from="2026-11-20")
    world.press("terms.end_annotation", note, by="aki", at=NOW + DAY, reason="改定で不要になった")
    assert (told("23(1)", date(2026, 11, 20)), told("23(1)", date(2026, 11, 21))) == ([NOTE["text"]], [])
    with pytest.raises(Refused, match="適用されていません"):
        world.press("terms.end_annotation", note, by="aki", at=NOW + DAY, reason="もう一度")
    assert "改定で不要になった" in page(world, "aki", url_of(note), NOW + DAY)


def test_what_a_new_one_replaces_is_not_ended_so_that_a_gap_opens(world: World) -> None:
    first = annotate(world)
    second = annotate(world, NOW + DAY, text="後", supersedes=first.number, in_force_from="2026-12-10")
    with pytest.raises(Refused, match=f"{second.number}が2026年12月10日.*から改めます"):
        world.press("terms.end_annotation", first, by="aki", at=NOW + DAY, reason="別の理由")
    first.refresh_from_db()
    assert (first.ends_from, first.ended_why) == (date(2026, 12, 10), "新しい注記に改めたため")
    with pytest.raises(Refused, match="2026年12月10日.*から適用されます"):
        world.press("terms.end_annotation", second, by="aki", at=NOW + DAY, reason="誤り", ends_from="2026-12-01")
    ended = world.press("terms.end_annotation", second, by="aki", at=NOW + DAY, reason="やめる")
    assert ended.ends_from == date(2026, 12, 10)  # never in force


def test_an_end_that_was_set_before_stays_beside_the_new_one(world: World) -> None:
    first, other = annotate(world), annotate(world)
    for note in (first, other):
        given = {"reason": "改定のため", "ends_from": "2026-12-20"}
        world.press("terms.end_annotation", note, by="aki", at=NOW + DAY, **given)
    world.press("terms.end_annotation", first, by="aki", at=NOW + DAY, reason="誤り", ends_from="2026-12-01")
    annotate(world, NOW + DAY, text="後", supersedes=other.number, in_force_from="2026-12-10")
    for note, why in ((first, "誤り"), (other, "新しい注記に改めたため")):
        note.refresh_from_db()
        assert note.ended_why.startswith(f"{why}（前の予定：2026年12月20日")
        assert "改定のため" in note.ended_why


@pytest.mark.parametrize("wrong", [{"clause": "99(1)"}, {"clause": "23条"}, {"kind": "opinion"}, {"text": ""}])
def test_only_on_a_clause_of_the_terms_and_of_a_known_kind(world: World, wrong: dict[str, str]) -> None:
    with pytest.raises(FormRefused):
        annotate(world, **wrong)


def test_legal_alone_and_the_database_lets_nobody_overwrite(world: World) -> None:
    with pytest.raises(NotPermitted):
        annotate(world, by="hana")
    note = annotate(world)
    with pytest.raises(DatabaseError, match=FIXED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE terms_annotation SET text = 'x' WHERE id = %s", [note.pk])
