"""Paragraphs that staff add: from the form, through a proposal that is changed, to the words that are kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.pages import url_of, verb_url
from config.desk.refusal import FormRefused, Refused
from config.desk.step import step
from notices import workflow
from notices.models import Notice
from notices.wording.models import StockParagraph
from tests.support.world import DEMAND, World, at

NOW = at("2026-11-02T09:00")
OWN = "担当の{相手方}さまへ、{是正期限}のことは電話でも承ります。"
ALL, OURS = "当社の休業日は、土曜と日曜です。", "{相手方}の窓口の方にもお伝えください。"
FILLED = "貴社の窓口の方にもお伝えください。"


def stock(world: World, text: str, kind: str = "", position: int = 10) -> str:
    with clock.standing_at(NOW), step("test.stock", at=NOW, by=world.staff["aki"]):
        number = f"B-2026-{StockParagraph.objects.count() + 1:06d}"
        StockParagraph.objects.create(
            number=number, kind=kind, position=position, title="見本", text=text, used_from=NOW.date(), set_at=NOW,
            set_by=world.staff["aki"],
        )  # fmt: skip
    return number


def page(world: World, who: str, address: str, moment: Any, **posted: Any) -> str:
    client = Client()
    client.force_login(world.staff[who])
    with clock.standing_at(moment):
        response = client.post(address, posted) if posted else client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def letter_of(shown: str) -> str:
    """The letter on a page, without the form beside it."""
    return shown[shown.index('class="letter') :]


def letter(row: Any, kind: str) -> list[str]:
    """The paragraphs that are kept for ever."""
    content: list[str] = Notice.objects.about(row, kind).latest("pk").content.letter["content"]["paragraphs"]
    return content


def test_a_direct_order_keeps_them_after_its_own_words_and_as_they_were_typed(world: World) -> None:
    chosen = [stock(world, OURS, "violations.correction", 20), stock(world, ALL)]
    stock(world, "別の通知のため。", "violations.inquiry")
    case = world.case(NOW)
    address = verb_url("violations.send_correction_notice", case)
    assert OURS in page(world, "hana", address, NOW)  # offered with its words
    assert "別の通知のため。" not in page(world, "hana", address, NOW)
    shown = page(
        world, "hana", f"{address}?preview=1", NOW, **DEMAND, channels="email", stock=chosen, free_paragraph=OWN
    )
    assert FILLED in shown
    given = {"channels": ["email"], "stock": chosen, "free_paragraph": OWN} | DEMAND
    world.do("violations.send_correction_notice", case, by="hana", at=NOW, **given)
    assert letter(case, "violations.correction")[2:] == [ALL, FILLED, OWN]
    assert all(words in world.correction(case).content.text.replace("\n", "") for words in (ALL, FILLED, OWN))


def test_a_proposal_carries_them_is_changed_and_what_was_approved_is_sent(world: World) -> None:
    chosen = stock(world, ALL)
    case = world.uncured_case(NOW)
    ripe = world.ripe(case)
    given = {"reason": "是正がない", "channels": ["email"], "stock": [chosen], "free_paragraph": "はじめの段落。"}
    end = world.press("violations.propose_termination", case, by="hana", at=ripe, **given)
    assert page(world, "mio", url_of(end), ripe).count("はじめの段落。") >= 2  # in the letter, and beside it
    world.press("decisions.edit", end, by="hana", at=ripe, free_paragraph=OWN)
    end.refresh_from_db()
    assert (end.fields["stock"], end.fields["free_paragraph"]) == ([chosen], OWN)
    _end_stock(world, ripe)
    assert ALL in page(world, "mio", url_of(end), ripe)
    world.do("decisions.approve", end, by="mio", at=ripe)
    assert letter(case, "violations.termination")[1:] == [ALL, OWN]


def _end_stock(world: World, moment: Any) -> None:
    """Legal ends it after it was chosen: it is what the proposer saw."""
    with clock.standing_at(moment), step("test.stock", at=moment, by=world.staff["aki"]):
        row = StockParagraph.objects.get()
        row.ends_from = moment.date()
        row.save()


def test_what_was_added_to_a_proposal_is_taken_out_again_on_the_page(world: World) -> None:
    chosen = stock(world, ALL)
    proposed = world.judged(NOW, ground_2="applies")
    given = {"grounds": ["2"], "reason": "前の違反", "channels": ["email"], "stock": [chosen], "free_paragraph": OWN}
    no = world.press("applications.propose_refusal", proposed, by="rin", at=NOW, **given)
    kept = {"grounds": "2", "channels": "email", "edit_reason": "要らない"}
    address = verb_url("decisions.edit", no)
    assert OWN in page(world, "rin", f"{address}?preview=1", NOW, **kept, stock=["", chosen], free_paragraph=OWN)
    without = page(world, "rin", f"{address}?preview=1", NOW, **kept, stock=[""], free_paragraph="")
    assert not any(words in letter_of(without) for words in (OWN, ALL))
    world.press("decisions.edit", no, by="rin", at=NOW, stock=["", chosen], free_paragraph="", **kept)
    no.refresh_from_db()
    assert ("free_paragraph" in no.fields, no.fields["stock"]) == (False, [chosen])
    world.press("decisions.edit", no, by="rin", at=NOW, stock=[""], free_paragraph="", **kept)  # no box ticked
    no.refresh_from_db()
    assert "stock" not in no.fields
    world.do("decisions.approve", no, by="mio", at=NOW)
    assert len(letter(proposed, "applications.refusal")) == 1


def test_a_letter_whose_words_are_fixed_takes_none_and_nothing_unknown_is_chosen(world: World) -> None:
    contract, case = world.formed(NOW), world.case(NOW)
    order = {"customer": contract.customer, "by": world.staff["hana"], "at": NOW, "channels": ["email"]}
    fields = {"admin_url": "https://admin.example", "admin_id": "x"}
    with pytest.raises(Refused, match="段落を加えられません"):
        workflow.order("licenses.hand_over", contract, fields=fields | {"free_paragraph": "x"}, key="x", **order)
    other = stock(world, "別の通知のため。", "violations.inquiry")
    for number in (other, "B-2026-000999"):
        given = {"channels": ["email"], "stock": [number]} | DEMAND
        with pytest.raises(FormRefused, match="定型文"):
            world.press("violations.send_correction_notice", case, by="hana", at=NOW + timedelta(hours=1), **given)
    with clock.standing_at(NOW), pytest.raises(Refused, match="定型文ではありません"):
        workflow.order("violations.correction", case, fields={"stock": [other]}, key="y", **order)
    assert not Notice.objects.about(case).exists()
