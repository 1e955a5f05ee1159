"""Parting two joined numbers parts what lies ahead, too: a change goes only with the number that told of it (Art. 7)."""

from datetime import timedelta

import pytest

from accounts import verbs
from accounts.models import Customer
from accounts.registered import registered_at
from tests.support.world import World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = at("2026-11-24T10:00")
H, LATER = timedelta(hours=1), at("2026-12-02T10:00")


def test_a_change_ahead_stays_with_its_own_number_after_parting(world: World) -> None:
    kept, other = world.subscription(NOW).customer, world.subscription(NOW).customer
    former = other.email
    world.press("accounts.merge", None, by="rin", at=NOW, customer=other, into=kept, reason="同じ会社")
    told = {"notified_at": NOW, "channel": "phone"}
    phone = world.do("licenses.record_change", kept, by="hana", at=NOW, phone="053-111-1111", **told)
    ahead = world.do(
        "licenses.record_change", kept, by="hana", at=NOW + H, email="a@x.example", effective_on="2026-12-01", **told
    )
    other.refresh_from_db()
    shown = " ".join(verbs.unmerge_preview(other, at=NOW + 2 * H).consequences)
    assert f"{ahead.number} の番号だけに残ります" in shown
    assert f"（{phone.number}）は、{other.number} にも残ります" in shown
    world.press("accounts.unmerge", other, by="rin", at=NOW + 2 * H, reason="別の会社だった")
    world.sweep(at("2026-12-01T00:05"))
    fresh = [Customer.objects.get(pk=one.pk) for one in (kept, other)]
    assert [one.email for one in fresh] == ["a@x.example", former]
    assert [registered_at(one, LATER).email for one in fresh] == ["a@x.example", former]
    assert [one.phone for one in fresh] == ["053-111-1111", "053-111-1111"]


def test_its_own_change_ahead_goes_with_the_number_that_is_parted(world: World) -> None:
    kept, other = world.subscription(NOW).customer, world.subscription(NOW).customer
    told = {"notified_at": NOW, "channel": "phone", "effective_on": "2026-12-01"}
    world.do("licenses.record_change", other, by="hana", at=NOW, email="own@x.example", **told)
    world.press("accounts.merge", None, by="rin", at=NOW, customer=other, into=kept, reason="同じ会社")
    world.press("accounts.unmerge", other, by="rin", at=NOW + H, reason="別の会社だった")
    assert registered_at(other, LATER).email == "own@x.example"
    assert registered_at(kept, LATER).email == kept.email
