"""The pages of wordings: edited with a sample, script or none; nothing is written over unseen."""

import pytest
from django.test import Client
from django.urls import reverse

from config.desk import clock
from config.desk.pages import url_of, verb_url
from config.desk.step import step
from notices.composing import preview_html
from notices.wording.models import StockParagraph
from notices.wording.workflow import EDIT, PUT, mark
from tests.notices.test_wording_versions import KIND, NOW, edited, posted, put
from tests.support.world import World


@pytest.fixture
def legal(world: World) -> Client:
    client = Client()
    client.force_login(world.staff["aki"])
    return client


def test_the_editor_shows_the_letter_its_faults_and_two_more_points_without_a_script(
    world: World, legal: Client
) -> None:
    with clock.standing_at(NOW):
        draft = edited(world, "お知らせ")
        url = verb_url(EDIT, draft)
        page = legal.get(url).content.decode()
        assert "見本を更新" in page
        assert "〔申込番号〕" in page
        assert "item_5_label" in page
        assert "item_6_label" not in page
        typed = posted("改めた表題", opening="{申込番合}", item_5=["", "備考", "なし"]) | {"seen": mark(draft)}
        shown = legal.post(url, typed | {"preview": "1"}).content.decode()
        assert "差込み『申込番合』はありません。" in shown
        assert "『申込番号』のことですか。" in shown
        assert "〔申込番合？〕" in shown
        assert "item_7_label" in shown
        draft.refresh_from_db()
        assert draft.words.title == "お知らせ"  # only shown
        assert legal.post(url, typed).status_code == 302
        draft.refresh_from_db()
        assert (draft.words.title, draft.words.items[-1].label) == ("改めた表題", "備考")
        assert legal.post(url, typed).status_code == 409  # of a page that shows what stood before
        assert legal.post(url, typed | {"seen": ""}).status_code == 409
        blocked = legal.get(verb_url(PUT, draft)).content.decode()
        assert "文面に、直すところがあります。" in blocked


def test_the_verb_page_and_the_kinds_show_the_wording_in_force(world: World, legal: Client) -> None:
    with clock.standing_at(NOW):
        row = put(world, "第二の表題", "2026-11-02")
        application = world.application(NOW)
        assert "第二の表題" in preview_html(KIND, application, application.customer, {}, NOW.date())
        kinds = legal.get(reverse("notices:wording")).content.decode()
        assert "第2版" in kinds
        assert row.number in kinds
        kind = legal.get(reverse("notices:wording_kind", args=[KIND]), {"case": application.number}).content.decode()
        assert "第二の表題" in kind
        assert application.number in kind
        page = legal.get(url_of(row)).content.decode()
        assert "確定した人" in page
        assert "適用中" in page
        assert legal.get(reverse("notices:wording_kind", args=["none.such"])).status_code == 404


def test_a_stock_paragraph_is_replaced_by_a_new_one_and_ended(world: World, legal: Client) -> None:
    given = {"title": "休業", "text": "年末年始は休業いたします。", "kind": ""}
    old = world.press("notices.add_stock_paragraph", None, by="aki", at=NOW, **given)
    new = world.press(
        "notices.add_stock_paragraph", None, by="aki", at=NOW, **(given | {"text": "休みます。", "supersedes": old.number})
    )  # fmt: skip
    with step("test.look", at=NOW), clock.standing_at(NOW):
        assert list(StockParagraph.objects.in_use(NOW.date())) == [new]
    ended = world.press("notices.end_stock_paragraph", new, by="aki", at=NOW, reason="不要")
    assert (ended.ends_from, ended.ended_why) == (NOW.date(), "不要")
    with clock.standing_at(NOW):
        assert new.number in legal.get(url_of(old)).content.decode()
