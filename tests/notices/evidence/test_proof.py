"""発送証明書: one page a letter, from the record; what is not known is said so. And the yearly count."""

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from config.desk import clock
from config.desk.models import Counter, HouseSetting
from config.desk.step import step
from notices import pump
from notices.evidence import sealing
from notices.evidence.counts import yearly
from notices.evidence.proof import proof_of
from notices.evidence.proof_pdf import proof_pdf
from notices.evidence.record import acts
from notices.models import Notice
from notices.rendering.content import CannotRender
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
NOON, LATER = at("2026-11-02T12:00"), at("2026-11-04T10:00")


def _client(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


def _pages(body: bytes) -> list[str]:
    return [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(body)).pages]


def _text(notice: Notice) -> str:
    pages = _pages(proof_pdf(proof_of(Notice.objects.get(pk=notice.pk), by="阿久津　亜紀", at=LATER)))
    assert len(pages) == 1
    return pages[0]


def _posted(world: World, postage: str, **given: Any) -> Notice:
    case = world.curing_case(NOON, ["email", "post"], postage=postage, **given)
    return world.correction(case)


def test_the_page_says_what_is_known_and_what_is_not(world: World) -> None:
    notice = _posted(world, "registered", tracking_number="123-45-67890-3")
    with clock.standing_at(NOON):
        sealing.seal_all()
    text = _text(notice)
    for known in (
        "発送証明書", str(notice.number), "是正通知", "第23条第1項", "株式会社みどり丘印刷", "静岡県浜松市中央区見本町一丁目2番3号", notice.content.sha256,
        "メール：送信済", "郵送（一般書留）：差出し済",
        "2026年11月2日（月）12:00　記録：hana".replace("　", ""), "123-45-67890-3", notice.email.message_id[:20],
        "通知を確定した", "送信を始めた", "差し出した", "阿久津亜紀が記録から作成しました", "番", "標準",
    ):  # fmt: skip
        assert known in text, known
    for unknown in (
        "相手方が読んだかどうかは、分かりません",
        "配達は、まだ記録されていません",
        "この仕組みで印刷した記録はありません",
    ):
        assert unknown in text
    world.do("notices.record_delivery", notice, by="rin", at=LATER, channel="post", delivered_at=at("2026-11-03T15:00"))
    told = _text(notice)
    assert "2026年11月3日（火）15:00記録：rin" in told
    assert "配達は、まだ記録されていません" not in told


def test_an_ordinary_posting_and_a_return_are_told_as_such(world: World) -> None:
    notice = _posted(world, "ordinary")
    assert "普通郵便のため、配達の記録は残りません" in _text(notice)
    world.do(
        "notices.record_return",
        notice,
        by="rin",
        at=LATER,
        channel="post",
        returned_at=LATER,
        reason="あて所に尋ねあたりません",
    )
    text = _text(notice)
    assert "郵送（普通郵便）：返戻" in text
    assert "あて所に尋ねあたりません" in text


def test_the_address_is_the_one_at_dispatch(world: World) -> None:
    notice = _posted(world, "registered")
    type(notice.customer)._base_manager.filter(pk=notice.customer_id).update(
        name="株式会社あとの名前", address="別の住所"
    )
    text = _text(notice)
    assert "株式会社みどり丘印刷" in text
    assert "別の住所" not in text


@pytest.mark.parametrize(("kept", "shown"), [("標準", "標準"), ("第2版", "第2版"), ("1", "標準")])
def test_the_version_of_the_wording_is_told_as_it_is_called(world: World, kept: str, shown: str) -> None:
    notice = _posted(world, "registered")
    notice.content.wording_version = kept
    assert dict(proof_of(notice, by="x", at=LATER).facts)["文面の版"].split()[0] == shown


def test_one_page_even_where_the_record_is_long(world: World) -> None:
    notice = _posted(world, "registered", tracking_number="123-45-67890-3")
    with clock.standing_at(LATER), step("test.long", at=LATER):
        for way in notice.deliveries.all():
            way.address = dict.fromkeys(way.address, "とても長い宛先" * 12)
            for turn in range(30):
                way.state, way.failure = ("failed", "550 Mailbox unavailable " * 9) if turn % 2 else ("in_flight", "")
                way.claimed_at = LATER
                way.save()
    text = _text(notice)
    assert re.search(r"ほか\d+件は、通知の記録にあります", text)
    assert "当社の記録のとおり" in text


def test_who_confirmed_what_stands_on_the_letters_page(world: World) -> None:
    end = world.termination(NOON, by="hana")
    world.do("decisions.approve", end, by="mio", at=world.ripe(end.subject))
    notice = Notice.objects.get(decision=end)
    told = [(act.what, act.who) for act in acts(notice)]
    assert told[:2] == [("起案した", "hana"), ("承認した", "mio")]
    assert ("送信した", "自動") in told
    page = _client(world, "aki").get(f"/admin/notices/notice/{notice.pk}/change/").content.decode()
    for seen in ("発送の記録", "送信を始めた", notice.content.sha256, f"/admin/notices/proof/{notice.pk}/"):
        assert seen in page


def test_one_page_each_for_the_letters_of_a_list_and_none_for_what_has_not_left(world: World) -> None:
    left = _posted(world, "registered")
    waits = world.correction(world.noticed_case(NOON, ["post"]))
    client = _client(world, "aki")
    sent = Notice.objects.filter(deliveries__dispatched_at__isnull=False).distinct().order_by("number")
    pages = _pages(client.get("/admin/notices/proofs/").content)
    assert [number in page for number, page in zip(sent.values_list("number", flat=True), pages, strict=True)] == [
        True
    ] * sent.count()
    assert len(_pages(client.get(f"/admin/notices/proofs/?q={left.number}").content)) == 1
    for url in (f"/admin/notices/proof/{waits.pk}/", f"/admin/notices/proofs/?q={waits.number}"):
        assert "発送" in client.get(url, follow=True).content.decode()
        assert client.get(url).status_code == 302
    assert _client(world, "gen").get(f"/admin/notices/proof/{left.pk}/").status_code == 403


# --- the yearly count -----------------------------------------------------------------------------------------------


@pytest.fixture
def counted(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """2026: three dispatched, one void, one cancelled."""
    world.curing_case(NOON)
    HouseSetting.objects.filter(key="email_wait_minutes").update(value="5")
    contract = Notice.objects.first().customer.subscriptions.first()
    stopped = world.correction(world.noticed_case(NOON, ["email"], subscription=contract))
    world.do("notices.stop_sending", stopped, by="hana", at=NOON, reason="宛先を確かめるため")
    with monkeypatch.context() as broken:
        broken.setattr(pump, "compose_all", _cannot)
        world.noticed_case(NOON, ["post"], subscription=contract)
        world.pump(NOON)
    return world


def _cannot(notices: list[Notice]) -> list[Any]:
    return [CannotRender("宛先が7行になり、窓付き封筒に収まりません。") for _ in notices]


def test_each_year_adds_up_and_every_void_number_is_explained(counted: World) -> None:
    year = yearly()[0]
    assert (year.year, year.issued, year.dispatched, year.void, year.cancelled, year.waiting) == (2026, 5, 3, 1, 1, 0)
    assert year.agrees
    client = _client(counted, "aki")
    page = client.get("/admin/notices/numbers/").content.decode()
    void = Notice.objects.get(state="void")
    for seen in (
        "2026年の欠番",
        str(void.number),
        "窓付き封筒に収まりません",
        f"/admin/notices/notice/{void.pk}/change/",
    ):
        assert seen in page
    assert page.index("2026年の取消し") < page.index("宛先を確かめるため")
    assert "数が合いません" not in page
    lines = list(
        csv.reader(
            io.StringIO(b"".join(client.get("/admin/notices/numbers/utf-8/").streaming_content).decode("utf-8-sig"))
        )
    )
    assert lines[1][:7] == ["2026", "5", "3", "1", "1", "0", "5"]
    gone = Notice.objects.get(state="cancelled")
    assert [line[7:] for line in lines[2:]] == [
        [void.number, f"欠番：{void.closed_reason}"],
        [gone.number, "取消し：宛先を確かめるため"],
    ]
    assert client.get("/admin/notices/numbers/latin1/").status_code == 404
    Counter.objects.filter(series="N").update(last=6)
    assert "採番6件に対し、記録は5件" in client.get("/admin/notices/numbers/").content.decode()
