"""The register: call notes, links, what the pages show of it, and who signed."""

import re

import pytest
from django.test import Client

from config.desk import clock, home, search
from config.desk.refusal import FormRefused, Refused
from contracts.incoming.models import Incoming
from notices.models import Notice
from tests.support.world import World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOON = at("2026-11-02T12:00")


def browser(world: World, name: str = "hana") -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


def call(world: World, **data: object) -> Incoming:
    """A note at noon."""
    return world.press("incoming.call_note", None, by="hana", at=NOON, **({"summary": "是正の予定を聞いた"} | data))  # type: ignore[no-any-return]


def page_of(world: World, row: object, name: str = "hana") -> str:
    from config.desk.pages import url_of

    with clock.standing_at(NOON):
        return str(browser(world, name).get(url_of(row)).content.decode())  # type: ignore[arg-type]


def test_a_call_note_asks_only_what_was_said(world: World) -> None:
    with clock.standing_at(NOON):
        page = browser(world).get("/admin/verb/incoming.call_note/").content.decode()
        assert page.count('class="must"') == 1
        assert (
            browser(world).post("/admin/verb/incoming.call_note/", {"summary": "名乗らない人から"}).status_code == 302
        )
    note = Incoming.objects.get()
    assert (note.channel, note.received_at, note.taken_by, note.customer, note.subject) == (
        "phone",
        NOON,
        world.staff["hana"],
        None,
        None,
    )


def test_what_it_is_about_says_whose_it_is(world: World) -> None:
    case = world.case(NOON)
    note = call(world, about=case)
    assert note.subject == case
    assert note.customer == case.customer


def test_the_number_of_a_letter_leads_to_what_the_letter_serves(world: World) -> None:
    case = world.curing_case(NOON)
    assert call(world, about=Notice.objects.about(case).latest("pk").number.lower()).subject == case


@pytest.mark.parametrize("number", ["V-2026-000099", "X-2026-000001", "C-2026-000001", "R-2026-000001", "なにか"])
def test_a_number_that_it_cannot_be_about_is_refused(world: World, number: str) -> None:
    world.application(NOON)
    call(world)
    with pytest.raises(FormRefused, match="登録のある番号"):
        call(world, about=number)


def test_another_customers_row_is_refused(world: World) -> None:
    one, other = world.application(NOON), world.application(NOON)
    with pytest.raises(FormRefused, match=f"{one.number}は、"):
        call(world, about=one, customer=other.customer)
    note = call(world, customer=other.customer)
    with pytest.raises(Refused, match=f"{one.number}は、"):
        world.press("incoming.link", note, by="hana", at=NOON, about=one, reason="取違え")
    note.refresh_from_db()
    assert note.subject is None


def test_a_link_is_signed_with_its_reason_and_the_former_one_stays_in_the_history(world: World) -> None:
    case = world.case(NOON)
    note = call(world, about=case.subscription)
    world.press("incoming.link", note, by="rin", at=at("2026-11-03T09:00"), about=case, reason="案件の話だった")
    linked, made = note.history.order_by("-history_id")
    assert (linked.history_verb, linked.history_user, linked.history_change_reason) == (
        "incoming.link",
        world.staff["rin"],
        "案件の話だった",
    )
    assert (made.history_verb, made.history_user, made.object_id) == (
        "incoming.call_note",
        world.staff["hana"],
        case.subscription.pk,
    )
    assert linked.object_id == case.pk


def test_linking_to_what_it_is_linked_to_is_refused(world: World) -> None:
    case = world.case(NOON)
    note = call(world, about=case)
    with pytest.raises(Refused, match="すでに"):
        world.press("incoming.link", note, by="hana", at=NOON, about=case, reason="二度目")


# --- pages --------------------------------------------------------------------------------------------------------


def test_every_page_that_it_can_be_about_shows_it(world: World) -> None:
    case = world.case(NOON)
    note = call(world, about=case)
    page = page_of(world, case)
    assert re.search(rf"受信したもの.*{note.number}.*是正の予定を聞いた", page, re.DOTALL)
    assert f"{note.number}（電話）：是正の予定を聞いた" in page  # 経過
    assert note.number in page_of(world, case.customer)
    assert "受信したものはありません。" in page_of(world, case.subscription)


def test_the_buttons_of_a_case_open_forms_that_know_the_case(world: World) -> None:
    case = world.case(NOON)
    page = page_of(world, case)
    for key in ("incoming.call_note", "incoming.receive"):
        url = f"/admin/verb/{key}/?about={case.number}&amp;customer={case.customer.number}"
        assert f'href="{url}"' in page
        form = browser(world).get(url.replace("&amp;", "&")).content.decode()
        assert f'value="{case.number}"' in form
        assert f'value="{case.customer.number}"' in form
    assert "incoming.call_note" not in page_of(world, case, "aki")  # 法務 reads


def test_a_decision_and_a_letter_have_no_buttons_of_the_register(world: World) -> None:
    letter = Notice.objects.about(world.curing_case(NOON)).latest("pk")
    assert "incoming.call_note" not in page_of(world, letter)


def test_the_header_finds_its_number(world: World) -> None:
    note = call(world)
    assert search.row_of(note.number) == note
    response = browser(world).get("/admin/search/", {"q": note.number.lower()})
    assert response["Location"] == f"/admin/incoming/incoming/{note.pk}/change/"


def waiting(world: World) -> list[str]:
    """What 本日の業務 asks 契約 to link, by what it says."""
    return [row.title for row in home.queue(world.staff["hana"], NOON) if "incoming.link" in row.next_url]


def test_what_is_nobody_s_waits_on_the_home_page_until_it_is_linked_or_put_aside(world: World) -> None:
    one, other, known = call(world), call(world, summary="間違い電話"), world.application(NOON)
    call(world, customer=known.customer.number, summary="利用者からの質問")
    assert waiting(world) == ["電話：是正の予定を聞いた", "電話：間違い電話"]
    with clock.standing_at(NOON):
        page = browser(world).get("/admin/incoming/incoming/").content.decode()
    assert re.search(r"受信簿.{0,200}?>2<", page, re.DOTALL)
    world.press("incoming.put_aside", other, by="rin", at=NOON, reason="番号の間違いだった")
    world.press("incoming.link", one, by="rin", at=NOON, customer=known.customer.number, reason="折り返して分かった")
    assert waiting(world) == []
    one.refresh_from_db()
    assert (one.customer, one.subject) == (known.customer, None)


def test_what_was_put_aside_can_be_linked_all_the_same_and_what_is_a_customer_s_is_not_put_aside(world: World) -> None:
    note, known = call(world), world.application(NOON)
    world.press("incoming.put_aside", note, by="hana", at=NOON, reason="広告")
    with pytest.raises(Refused, match="すでに、対応しないこと"):
        world.press("incoming.put_aside", note, by="hana", at=NOON, reason="もう一度")
    world.press("incoming.link", note, by="hana", at=NOON, about=known, reason="申込の話だった")
    note.refresh_from_db()
    assert (note.customer, note.put_aside_at) == (known.customer, None)
    with pytest.raises(Refused, match="のものです"):
        world.press("incoming.put_aside", note, by="hana", at=NOON, reason="広告")
    with pytest.raises(FormRefused, match="対象か利用者の番号"):
        world.press("incoming.link", note, by="hana", at=NOON, reason="何も")


def test_what_a_summary_says_is_text(world: World) -> None:
    note = call(world, summary="<b>太字</b>\n二行目")
    page = page_of(world, note)
    assert "<b>太字" not in page
    assert "&lt;b&gt;太字" in page
