"""Postage: the finer kind and the fee of a posting, and the table that legal or administrators keep."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from config.desk import clock
from config.desk.pages import url_of
from config.desk.refusal import FormRefused, NotPermitted, Refused
from notices.envelopes.fees import cost
from notices.envelopes.models import PostagePaid
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
NOON = at("2026-11-24T12:00")


def paid(world: World, **posting: Any) -> tuple[str, int | None] | None:
    case = world.curing_case(NOON, ["post"], **({"postage": "registered"} | posting))
    row = PostagePaid.objects.filter(delivery__notice=world.correction(case)).first()
    return (str(row), row.yen) if row else None


def test_what_a_posting_cost(world: World) -> None:
    assert paid(world, postage="ordinary") == ("普通郵便", 110)
    assert paid(world, postage="registered") == ("一般書留", 590)
    assert paid(world, postage="recorded", service="acceptance_recorded") == ("特定記録", 320)
    certified = {"extras": ["certified_content", "certified_delivery"], "sheets": 2}
    assert paid(world, **certified) == ("一般書留・内容証明・配達証明", 110 + 480 + 480 + 290 + 350)
    assert paid(world, postage="recorded", service="simple_registered", yen=900) == ("簡易書留", 900)


def test_a_recorded_letter_of_which_nobody_said_more_keeps_no_fee(world: World) -> None:
    """特定記録 and 簡易書留 cost differently; the clocks need no more than that it is recorded."""
    assert paid(world, postage="recorded") is None


@pytest.mark.parametrize(
    "wrong",
    [{"postage": "ordinary", "service": "registered"}, {"postage": "recorded", "extras": ["certified_content"]}],
)
def test_the_finer_kind_agrees_with_what_the_clocks_know(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(FormRefused):
        paid(world, **wrong)


def test_the_page_of_the_letter_shows_kind_and_fee(world: World) -> None:
    case = world.curing_case(NOON, ["post"], postage="recorded", service="simple_registered", extras=["express"])
    client = Client()
    client.force_login(world.staff["rin"])
    assert "簡易書留・速達　760円" in client.get(url_of(world.correction(case))).content.decode()


def test_a_new_fee_holds_from_its_day_and_changes_nothing_paid_before(world: World) -> None:
    before = paid(world, postage="ordinary")
    given = {"service": "letter", "yen": "120", "valid_from": "2026-12-01", "source": "郵便料金表（2026年11月）"}
    world.press("notices.set_postage_fee", None, by="aki", at=NOON, **given)
    days = (date(2026, 11, 30), date(2026, 12, 1))
    assert [cost("ordinary", (), day, 1) for day in days] == [110, 120]
    assert before == ("普通郵便", 110)
    assert PostagePaid.objects.get().yen == 110
    with pytest.raises(Refused, match="内容証明だけ"):
        world.press("notices.set_postage_fee", None, by="gen", at=NOON, **given, further="5")
    with pytest.raises(NotPermitted):
        world.press("notices.set_postage_fee", None, by="hana", at=NOON, **given)


def test_the_table_marks_what_is_to_be_confirmed_until_somebody_did(world: World) -> None:
    client = Client()
    client.force_login(world.staff["gen"])
    with clock.standing_at(NOON):
        shown = client.get("/admin/notices/postagefee/").content.decode()
    given = {"service": "express", "yen": "300", "valid_from": "2026-11-24", "source": "郵便局の料金表"}
    world.press("notices.set_postage_fee", None, by="gen", at=NOON, **given)
    with clock.standing_at(NOON):
        after = client.get("/admin/notices/postagefee/").content.decode()
    assert (shown.count(">要確認<"), after.count(">要確認<")) == (3, 2)
    assert "郵便局の料金表" in after
