"""Doubled customers: joined without moving a row, found by both numbers, parted again; no circle, also at one moment."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection
from django.db.models import F
from django.test import Client

from accounts import merging, parties
from accounts.finding import first_found
from accounts.models import Customer
from accounts.workflow import record_prior
from config.desk import clock
from config.desk.pages import url_of, verb_url
from config.desk.press import press
from config.desk.refusal import Refused
from config.desk.step import step
from contracts.rules.parties import party_keys
from tests.support.world import BREACH, World, at

NOW = at("2026-11-24T10:00")
CORPORATE = "9000012050002"


def customer(world: World, email: str, **other: Any) -> Customer:
    row: Customer = world.application(NOW, email=email, **{"corporate_number": CORPORATE} | other).customer
    return row


def join(world: World, gone: Customer, kept: Customer, **other: Any) -> Customer:
    given = {"customer": gone.number, "into": kept.number, "reason": "支店の申込"} | other
    row: Customer = world.press("accounts.merge", None, by="rin", at=NOW, **given)
    return row


def history() -> dict[str, int]:
    """How many history rows there are, by table."""
    tables = [m for m in apps.get_models() if hasattr(m, "instance_type")]
    return {model._meta.label: model._base_manager.count() for model in tables}


def page(world: World, row: Any, who: str = "rin") -> str:
    browser = Client()
    browser.force_login(world.staff[who])
    with clock.standing_at(NOW):
        response = browser.get(row if isinstance(row, str) else url_of(row))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.both
@pytest.mark.django_db
def test_both_histories_stay_and_stand_on_one_card(world: World) -> None:
    case = world.curing_case(NOW)
    kept, gone = customer(world, "a@midorioka.example"), case.customer
    gone_rows = (case.number, case.subscription.number, world.correction(case).number)
    before = history()
    join(world, gone, kept, evidence="登記事項証明書")
    added = {label: n - before[label] for label, n in history().items() if n != before[label]}
    assert added == {"accounts.HistoricalCustomer": 1}  # the merge itself; no row of either moved
    case.refresh_from_db()
    assert case.customer_id == gone.pk
    told, other = page(world, kept), page(world, gone)
    for number in (*gone_rows, gone.number):
        assert number in told, number
    assert f"{gone.number} を {kept.number} にまとめた" in told
    assert f"{kept.number} にまとめました" in other
    assert url_of(kept) in other
    for said in (gone.number, kept.number):
        assert [row.number for row in first_found(said, 20)] == [said]


@pytest.mark.django_db
def test_the_prior_records_of_either_count_for_a_later_screening(world: World) -> None:
    kept = customer(world, "a@midorioka.example")
    unlike = {
        "name": "つばめ翻訳合同会社",
        "kana": "ツバメホンヤク",
        "address": "大阪府大阪市北区見本町2番",
        "phone": "06-1111-1111",
    }
    gone = customer(world, "b@tsubame.example", corporate_number="", **unlike)
    with step("test.prior", at=NOW):
        record_prior(gone, ground=2, source="V-2026-000077 事項1", fact="貸与", happened_on=NOW.date())
    later = world.application(NOW, email="c@midorioka.example", corporate_number=CORPORATE)
    assert "V-2026-000077" not in page(world, later)
    join(world, gone, kept)
    assert "V-2026-000077" in page(world, later)
    assert "V-2026-000077" in page(world, kept)
    near = parties.alike(party_keys(name="", email="b@tsubame.example"), 20)
    assert {customer for customer, how in near if how.level == "same"} == {
        Customer.objects.get(pk=kept.pk),
        Customer.objects.get(pk=gone.pk),
    }
    world.press("accounts.unmerge", gone, by="hana", at=NOW, reason="別の会社だった")
    assert "V-2026-000077" not in page(world, later)


@pytest.mark.django_db
def test_neither_twice_nor_in_a_circle_nor_in_a_chain(world: World) -> None:
    a, b, c = (customer(world, f"{name}@midorioka.example") for name in "abc")
    join(world, b, a)
    for gone, kept, why in (
        (a, b, "すでに"),
        (b, a, "すでに"),
        (c, b, "すでに"),
        (a, c, "ほかの番号"),
        (a, a, "同じ番号"),
    ):
        with pytest.raises(Refused, match=why):
            join(world, gone, kept)
    assert Customer.objects.exclude(merged_into=None).count() == 1
    join(world, c, a)
    assert Customer.objects.get(pk=a.pk).family_ids == [a.pk, b.pk, c.pk]


@pytest.mark.django_db
def test_different_corporate_numbers_or_kinds_need_a_paper(world: World) -> None:
    a = customer(world, "a@midorioka.example")
    other = customer(world, "b@midorioka.example", corporate_number="1999901000015")
    person = customer(world, "c@midorioka.example", kind="individual", corporate_number="")
    for gone, why in ((other, "法人番号が違います"), (person, "区分が違います")):
        with pytest.raises(Refused, match=why):
            join(world, gone, a)
        join(world, gone, a, evidence="合併の登記事項証明書")


@pytest.mark.both
@pytest.mark.django_db
def test_the_database_refuses_half_a_merge_and_one_into_itself(world: World) -> None:
    row = customer(world, "a@midorioka.example")
    for wrong in ({"merged_at": NOW}, {"merged_into": F("pk")}, {"merged_into": F("pk"), "merged_at": NOW}):
        with pytest.raises(DatabaseError), step("test.wrong", at=NOW):
            Customer.objects.filter(pk=row.pk).update(**wrong)


@pytest.mark.django_db
def test_what_begins_at_the_number_that_remains_reaches_the_contract_of_the_other(world: World) -> None:
    contract = world.subscription(NOW)
    kept = customer(world, "a@midorioka.example", corporate_number="")
    join(world, contract.customer, kept)
    given = {"customer": kept.number, "source": "監視の記録", "facts": "貸与の疑い"}
    case = world.press("violations.open", None, by="hana", at=NOW, **given)
    assert (case.subscription_id, case.customer_id) == (contract.pk, contract.customer_id)
    world.press("violations.confirm_item", case, by="hana", at=NOW, **BREACH)
    call = world.press(
        "incoming.call_note", None, by="hana", at=NOW, customer=kept.number, about=case.number, summary="電話"
    )
    assert call.customer_id == kept.pk


@pytest.mark.django_db
def test_the_page_of_an_application_offers_it_filled_in(world: World) -> None:
    first = customer(world, "a@midorioka.example")
    again = world.application(NOW, email="b@midorioka.example", corporate_number=CORPORATE)
    offered = f"{verb_url('accounts.merge')}?customer={again.customer.number}&amp;into={first.number}"
    assert offered in page(world, again)
    form = page(world, offered.replace("&amp;", "&"))
    assert f'value="{again.customer.number}"' in form
    assert f'value="{first.number}"' in form
    join(world, again.customer, first)
    assert "accounts.merge" not in page(world, again)


@pytest.mark.django_db
def test_what_a_form_read_before_another_s_merge_counts_for_nothing(world: World) -> None:
    a, b = customer(world, "a@midorioka.example"), customer(world, "b@midorioka.example")
    join(world, b, a)  # `a` and `b` are as they were before
    with pytest.raises(Refused, match="すでに"), step("test.late", at=NOW):
        merging.merge(None, by=world.staff["rin"], at=NOW, customer=a, into=b, reason="逆向き")


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_two_merge_the_two_into_each_other_at_one_moment(committed_world: World) -> None:
    world = committed_world
    a, b = customer(world, "a@midorioka.example"), customer(world, "b@midorioka.example")
    barrier, said = Barrier(2), []

    def merge(gone: Customer, kept: Customer) -> None:
        try:
            barrier.wait(timeout=20)
            data = {"customer": gone.number, "into": kept.number, "reason": "同じ会社"}
            press("accounts.merge", None, by=world.staff["rin"], at=NOW, data=data)
            said.append("")
        except Refused as refused:
            said.append(refused.message)
        finally:
            connection.close()

    threads = [Thread(target=merge, args=pair) for pair in ((a, b), (b, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said)[0] == ""
    assert "すでに" in sorted(said)[1] or "ほかの番号" in sorted(said)[1]
    assert Customer.objects.exclude(merged_into=None).count() == 1
