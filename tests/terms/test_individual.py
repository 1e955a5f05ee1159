"""Individual terms prevail, customer before plan before version (Art. 1(3)); what runs is left alone; their file is proof."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.utils.datastructures import MultiValueDict

from config.desk import clock
from config.desk.clock import jst_day
from config.desk.press import press
from config.desk.refusal import FormRefused, NotPermitted, Refused
from contracts.closing.models import Closing
from contracts.incoming import storage
from contracts.terms.models import IndividualTerms
from contracts.terms.readings import snapshot
from notices.models import LetterContent
from tests.support.world import World, at

pytestmark = [pytest.mark.django_db, pytest.mark.both]
START, SENT = at("2026-11-02T10:00"), at("2026-11-04T10:00")
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A storage of the test's own."""
    files = dict(settings.STORAGES["files"]) | {"OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = settings.STORAGES | {"files": files}
    return tmp_path / "files"


def add(
    world: World, *, by: str = "aki", when: Any = START, files: int = 1, name: str = "特約.pdf", **given: Any
) -> IndividualTerms:
    data = {"title": "特約", "reason": "契約の交渉による"} | given
    uploads = MultiValueDict({"uploads": [SimpleUploadedFile(name, PDF) for _ in range(files)]})
    with clock.standing_at(when):
        return press("terms.add_individual_terms", None, by=world.staff[by], at=when, data=data, files=uploads)  # type: ignore[return-value]


def browser(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


def test_the_customer_s_prevail_over_the_plan_s_and_these_over_the_version(world: World) -> None:
    contract, other = world.subscription(START), world.subscription(START)
    general = world.cure(world.curing_case(SENT, subscription=contract))
    plan = add(world, plan="annual", cure_days="20", in_force_from="2026-11-05")
    own = add(world, customer=contract.customer, cure_days="30", in_force_from="2026-11-06")
    later = SENT + timedelta(days=1)
    by_plan = world.cure(world.curing_case(later, subscription=contract))
    by_own = world.cure(world.curing_case(later + timedelta(days=1), subscription=contract))
    others = world.cure(world.curing_case(later + timedelta(days=1), subscription=other))
    told = [(c.length["days"], c.length["set_by"], c.length["individual"]) for c in (general, by_plan, by_own, others)]
    assert told == [
        (14, "version", ""),
        (20, "plan", plan.number),
        (30, "customer", own.number),
        (20, "plan", plan.number),
    ]


def test_only_what_they_name_prevails(world: World) -> None:
    contract = world.subscription(START)
    own = add(world, customer=contract.customer, cure_days="30", rollover="none", renewed_cancellation="minimum_term")
    kept, general = snapshot(jst_day(SENT), contract), snapshot(jst_day(SENT))
    changed = {key for key in general if kept[key] != general[key]}
    assert changed == {"cure_days", "rollover", "renewed_cancellation"} == set(kept["individual"])
    assert kept["individual"]["rollover"] == {"number": own.number, "set_by": "customer"}


def test_clock_letter_reasoning_and_page_name_them(world: World) -> None:
    contract = world.subscription(START)
    own = add(world, customer=contract.customer, cure_days="30", rollover="none")
    case = world.curing_case(SENT, subscription=contract)
    cure = world.cure(case)
    assert (cure.communicated_on, cure.act_from) == (date(2026, 12, 4), at("2026-12-05T00:00"))  # a Friday
    step = next(step for step in cure.reasoning if step["rule"] == "期間は30日")
    assert step["basis"] == f"個別規約 {own.number}（規約第1条第3項）"
    letter = LetterContent.objects.get(notice=world.correction(case)).text
    assert f"個別規約（{own.number}）により、期間は30日です。" in letter
    assert "2026年12月4日（金）まで" in letter
    shown = browser(world, "hana").get(f"/admin/violations/violation/{case.pk}/change/").content.decode()
    assert f"30日（個別規約 {own.number}）" in shown
    assert f"繰り下げない（個別規約 {own.number}）" in shown


def test_a_clock_that_runs_is_left_alone(world: World) -> None:
    contract = world.subscription(START)
    case = world.curing_case(SENT, ["email", "post"], subscription=contract, postage="recorded")
    add(world, when=SENT, customer=contract.customer, cure_days="60", rollover="none")
    arrived = SENT + timedelta(days=10)
    given = {"channel": "post", "delivered_at": arrived}
    world.do("notices.record_delivery", world.correction(case), by="hana", at=arrived, **given)  # reckoned anew
    assert world.cure(case).length["days"] == 14
    assert world.ripe(case) == at("2026-12-01T00:00")  # 28 November, a Saturday, is rolled


def test_term_and_erasure_go_by_them(world: World) -> None:
    formed = world.formed(START)
    add(world, customer=formed.customer, annual_months="6", erasure_days="90")
    contract = world.subscription(START)
    assert contract.term_last_day == date(2027, 11, 2)
    end = world.termination(SENT)
    customer = end.subject.customer
    own = add(world, when=world.ripe(end.subject), customer=customer, erasure_days="90")
    ripe = world.ripe(end.subject)
    world.do("decisions.approve", end, by="mio", at=ripe)
    closing = Closing.objects.get(subscription=end.subject.subscription)
    assert closing.kept_through == jst_day(ripe) + timedelta(days=90)
    assert own.number in str(closing.reasoning)
    assert f"90日の経過をもって削除します（個別規約 {own.number}" in LetterContent.objects.latest("pk").text


def test_an_end_counts_for_what_begins_from_its_day_on(world: World) -> None:
    contract = world.subscription(START)
    own = add(world, customer=contract.customer, cure_days="30")
    running = world.curing_case(SENT, subscription=contract)
    world.press("terms.end_individual_terms", own, by="aki", at=SENT, ends_from="2026-11-06", reason="期間の満了")
    last, after = (world.curing_case(at(f"2026-11-0{n}T10:00"), subscription=contract) for n in "56")
    assert [world.cure(case).length["days"] for case in (running, last, after)] == [30, 30, 14]
    with pytest.raises(Refused, match="適用しないことになっています"):
        world.press("terms.end_individual_terms", own, by="aki", at=SENT, ends_from="2026-11-07", reason="延ばす")
    with pytest.raises(Refused, match="適用されていません"):
        world.press("terms.end_individual_terms", own, by="aki", at=at("2026-11-06T09:00"), reason="もう一度")


def test_neither_their_beginning_nor_their_end_reaches_back(world: World) -> None:
    contract = world.subscription(START)
    with pytest.raises(Refused, match="さかのぼれません"):
        add(world, customer=contract.customer, cure_days="30", in_force_from="2026-11-01")
    own = add(world, customer=contract.customer, cure_days="30")
    with pytest.raises(Refused, match="さかのぼれません"):
        world.press("terms.end_individual_terms", own, by="aki", at=SENT, ends_from="2026-11-03", reason="戻す")
    with pytest.raises(Refused, match="より後ではありません"):
        add(world, customer=contract.customer, erasure_days="60", in_force_from="2026-11-09", ends_from="2026-11-09")


def test_two_never_set_the_same_for_the_same_days(world: World) -> None:
    contract = world.subscription(START)
    own = add(world, customer=contract.customer, cure_days="30", in_force_from="2026-11-10")
    with pytest.raises(Refused, match=f"{own.number}（特約）がすでに定めています"):
        add(world, customer=contract.customer, cure_days="20", erasure_days="40")
    add(world, customer=contract.customer, cure_days="20", ends_from="2026-11-10")
    add(world, customer=contract.customer, erasure_days="40")
    add(world, plan="annual", cure_days="25")
    assert snapshot(date(2026, 11, 9), contract)["cure_days"] == 20
    assert snapshot(date(2026, 11, 10), contract)["cure_days"] == 30


NOT_TAKEN: list[tuple[dict[str, Any], str]] = [
    ({"cure_days": "30"}, "どちらか一方"), ({"cure_days": "30", "plan": "annual", "files": 2}, "1件だけ"),
    ({"cure_days": "30", "plan": "annual", "files": 0}, "文書"), ({"cure_days": "30", "plan": "annual", "name": "特約.docx"}, "受け取れない形式"),
    ({"cure_days": "30", "plan": "annual", "name": "特約.png"}, "中身"), ({"plan": "annual", "rollover": "sometimes"}, "末日が休日"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "words"), NOT_TAKEN)
def test_what_the_form_does_not_take(world: World, given: dict[str, Any], words: str) -> None:
    with pytest.raises(FormRefused, match=words):
        add(world, **given)
    with pytest.raises(Refused, match="定める項目がありません"):
        add(world, plan="annual")
    assert not IndividualTerms.objects.exists()


def test_the_database_knows_one_party_only(world: World) -> None:
    own = add(world, customer=world.subscription(START).customer, cure_days="30")
    for wrong in ({"plan": "annual"}, {"customer": None}, {"ends_from": date(2026, 11, 1)}):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
        ):  # by the CHECK, or by the trigger that keeps them as they are
            IndividualTerms.objects.filter(pk=own.pk).update(**wrong)


@pytest.mark.parametrize("who", ["rin", "hana", "ken", "mio", "gen"])
def test_nobody_but_legal(world: World, who: str) -> None:
    own = add(world, plan="annual", cure_days="30")
    with pytest.raises(NotPermitted, match="法務"):
        add(world, by=who, plan="monthly", cure_days="30")
    with pytest.raises(NotPermitted, match="法務"):
        world.press("terms.end_individual_terms", own, by=who, at=SENT, reason="終わり")


def test_the_file_is_handed_out_as_it_came_and_not_once_it_was_changed(world: World, folder: Path) -> None:
    own = add(world, plan="annual", cure_days="30")
    page, address = f"/admin/terms/individualterms/{own.pk}/change/", f"/terms/individual/{own.pk}/file/"
    answer = browser(world, "hana").get(address)
    assert (answer.content, answer["X-Content-Type-Options"]) == (PDF, "nosniff")
    assert "attachment" in answer["Content-Disposition"]
    assert browser(world, "gen").get(address).status_code == 403
    (kept,) = [path for path in folder.rglob("*") if path.is_file()]
    kept.chmod(0o600)
    kept.write_bytes(PDF.replace(b"1.7", b"1.4"))
    assert storage.kept(own.sha256) is None
    client = browser(world, "hana")
    refused = client.get(address)
    assert (refused.status_code, refused["Location"]) == (302, page)
    assert "登録したときの内容と違います" in client.get(page).content.decode()


def test_they_are_found_where_one_looks(world: World) -> None:
    contract = world.subscription(START)
    own = add(world, customer=contract.customer, cure_days="30")
    client = browser(world, "hana")
    for address in (
        "/terms/",
        f"/admin/accounts/customer/{contract.customer_id}/change/",
        "/admin/terms/individualterms/",
    ):
        shown = client.get(address).content.decode()
        assert own.number in shown, address
        assert "是正期間 30日" in shown, address
    assert client.get(f"/admin/search/?q={own.number}").status_code == 302
    assert "個別規約を登録する" in browser(world, "aki").get("/terms/").content.decode()
    assert "個別規約を登録する" not in client.get("/terms/").content.decode()


def test_the_history_speaks_in_words(world: World) -> None:
    own = add(world, plan="annual", cure_days="30", rollover="none")
    shown = browser(world, "aki").get(f"/admin/terms/individualterms/{own.pk}/history/").content.decode()
    assert "是正期間 30日、末日が休日 繰り下げない" in shown
    assert "application/pdf" not in shown


def test_a_file_that_is_not_what_its_name_says_is_no_proof(world: World) -> None:
    with pytest.raises(FormRefused) as refused:
        add(world, plan="annual", cure_days="20", name="特約.png")
    assert "uploads" in refused.value.form.errors
    assert not IndividualTerms.objects.exists()
    assert add(world, plan="annual", cure_days="20").media_type == "application/pdf"
