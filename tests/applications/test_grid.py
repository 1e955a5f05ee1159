"""審査一覧: what it shows, how often it asks, and what its buttons do, with and without the script."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.desk import clock
from config.desk.pages import url_of, verb_url
from contracts.applications import grid
from contracts.applications.clearing import content_mark
from contracts.applications.models import Application
from contracts.applications.workflow import mark
from notices.models import Notice
from tests.support.applicants import applications, prior
from tests.support.world import World, at

NOW = at("2026-11-24T10:00")
SCRIPT = {"X-Requested-With": "fetch"}
MOST = 28  # 27 were measured: who, rights, sidebar, tabs, the page, fifteen of the checks, judgements and who judged


def browser(world: World, name: str = "rin") -> Client:
    made = Client()
    made.force_login(world.staff[name])
    return made


def get(client: Client, url: str = "", **data: str) -> str:
    with clock.standing_at(NOW):
        response = client.get(url or reverse("applications:grid"), data)
    assert response.status_code == 200
    return response.content.decode()


def press(client: Client, row: Application, act: str, *, script: bool = True, **data: Any) -> Any:
    with clock.standing_at(NOW):
        url = reverse("applications:grid_row", args=[row.pk])
        return client.post(
            url, {"act": act} | _seen(row, act, data) | data, headers=SCRIPT if script else {}, follow=True
        )


def _seen(row: Application, act: str, data: dict[str, Any]) -> dict[str, str]:
    """The mark of what the page shows now."""
    fresh = Application.objects.get(pk=row.pk)
    stored = fresh.judgements.filter(ground=data.get("ground") or 0).first()
    own = mark(stored.finding, stored.reason) if stored else mark("", "")
    return {"clear": {"seen": content_mark(fresh)}, "judge": {"seen": own}}.get(act, {})


def part(html: str, row: Application) -> str:
    return html.partition(f'id="row-{row.pk}"')[2].partition("</tbody>")[0]


def judged(row: Application) -> int:
    return int(row.judgements.count())


def test_oldest_first_with_what_was_found(world: World) -> None:
    first, second = applications(2, NOW)
    prior(applications(1, NOW, first=9, corporate_number="", email=second.customer.email)[0].customer, NOW)
    html = get(browser(world))
    assert html.index(f'id="row-{first.pk}"') < html.index(f'id="row-{second.pk}"')
    assert 'data-can="clear"' in part(html, first)
    assert "違反の記録" in part(html, second)
    assert 'data-can=""' in part(html, second)
    assert 'value="clear"' not in part(html, second)


def test_it_asks_as_often_for_fifty_as_for_one(world: World) -> None:
    client, asked = browser(world), []
    for how_many, first in ((1, 0), (49, 1)):
        applications(how_many, NOW, first=first)
        get(client)
        with CaptureQueriesContext(connection) as queries:
            get(client)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= MOST


def test_pages_go_on_after_the_last_row_whatever_became_of_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "PAGE", 2)
    rows, client = applications(5, NOW), browser(world)
    press(client, rows[1], "clear")
    press(client, rows[1], "accept")
    html = get(client, after=str(rows[1].pk))
    assert [row.pk for row in rows if f'id="row-{row.pk}"' in html] == [rows[2].pk, rows[3].pk]
    assert f"after={rows[3].pk}" in html
    assert "data-next" not in get(client, after=str(rows[3].pk))
    assert f'id="row-{rows[0].pk}"' in get(client, after="x")


@pytest.mark.parametrize("script", [True, False])
def test_clear_then_accept_then_gone(world: World, script: bool) -> None:
    row, client = applications(1, NOW)[0], browser(world)
    html = press(client, row, "clear", script=script, seen=content_mark(row)).content.decode()
    assert "確認済にしました" in html
    assert judged(row) == 5
    assert 'value="accept"' in (part(html, row) if script else part(get(client, show="cleared"), row))
    press(client, row, "accept", script=script)
    assert [d.channel for d in Notice.objects.about(row).get().deliveries.all()] == ["email"]
    assert f'id="row-{row.pk}"' not in get(client)
    row.refresh_from_db()
    assert row.state == "accepting"


def test_a_row_that_moved_on_meanwhile_says_so_in_itself(world: World) -> None:
    row = applications(1, NOW)[0]
    press(browser(world), row, "clear")
    press(browser(world), row, "accept")
    answer = press(browser(world), row, "clear")
    assert answer.status_code == 422
    html = part(answer.content.decode(), row)
    assert "この申込は「承諾の発送待ち」です。" in html
    assert html.count("sg-text") == 1
    assert judged(row) == 5


def test_a_hit_is_judged_side_by_side(world: World) -> None:
    row = applications(1, NOW)[0]
    record = prior(applications(1, NOW, first=9, corporate_number="", email=row.customer.email)[0].customer, NOW)
    client, url = browser(world), reverse("applications:grid_row", args=[row.pk])
    for page in (get(client, url, ground="2"), client.get(url, {"ground": "2"}, headers=SCRIPT).content.decode()):
        assert record.source in page
        assert page.count("sg-equal") == 1  # the mailbox, and nothing else
        assert url_of(record.customer) in page
        assert "checked" not in page
    bad = press(client, row, "judge", ground="2", finding="clear", reason="")
    assert (bad.status_code, judged(row)) == (422, 0)
    assert "理由：" in bad.content.decode()
    press(client, row, "judge", ground="2", finding="clear", reason="担当者が同じだけの別会社")
    kept = row.judgements.get()
    assert (kept.ground, kept.finding, kept.reason, kept.by) == (
        2,
        "clear",
        "担当者が同じだけの別会社",
        world.staff["rin"],
    )
    stale = press(client, row, "judge", ground="2", finding="applies", reason="古い画面", seen="0" * 16)
    assert "先に「該当しない」と判断しました" in stale.content.decode()


def test_a_post_that_does_not_say_what_was_seen_judges_nothing(world: World) -> None:
    row, client = applications(1, NOW)[0], browser(world)
    for act in ("clear", "judge"):
        answer = press(client, row, act, ground="1", finding="clear", reason="×", seen="")
        assert answer.status_code == 422
        assert "どの内容を見て操作したのかが分かりません" in answer.content.decode()
    assert judged(row) == 0


def test_who_may_only_look_is_offered_nothing_and_can_do_nothing(world: World) -> None:
    row, client = applications(1, NOW)[0], browser(world, "aki")
    html = get(client)
    assert row.number in html
    assert "data-act" not in html
    assert "data-grid-keys" not in html
    for act in ("clear", "accept", "judge", ""):
        assert press(client, row, act, ground="1", finding="clear", reason="×").status_code == 422
    assert judged(row) == 0
    with clock.standing_at(NOW):
        assert browser(world, "gen").get(reverse("applications:grid")).status_code == 403


def test_the_ways_there(world: World) -> None:
    way = f'href="{reverse("applications:grid")}"'
    lists = reverse("admin:applications_application_changelist")
    assert all(way in get(browser(world), url) for url in (reverse("admin:index"), lists))
    assert not any(way in get(browser(world, "hana"), url) for url in (reverse("admin:index"), lists))


def test_tabs(world: World) -> None:
    rows, client = applications(3, NOW), browser(world)
    press(client, rows[0], "clear")
    world.press("applications.judge_ground", rows[1], by="rin", at=NOW, ground="1", finding="applies", reason="未払い")
    shown = {
        show: [row.pk for row in rows if f'id="row-{row.pk}"' in get(client, show=show)]
        for show in ("", "open", "cleared")
    }
    assert shown == {"": [r.pk for r in rows], "open": [rows[1].pk, rows[2].pk], "cleared": [rows[0].pk]}
    given = {"grounds": ["1"], "reason": "未払い", "channels": ["email"]}
    world.do("applications.propose_refusal", rows[1], by="rin", at=NOW, **given)
    assert f'id="row-{rows[1].pk}"' not in get(client)


def test_what_was_accepted_from_the_list_can_be_stopped_while_it_waits(world: World) -> None:
    row = applications(1, NOW)[0]
    client = browser(world)
    press(client, row, "clear", seen=content_mark(row))
    answer = press(client, row, "accept", seen=content_mark(row)).content.decode()
    letter = Notice.objects.get()
    assert verb_url("notices.stop_sending", letter) in part(answer, row)
    stop = f'<a href="{verb_url("notices.stop_sending", letter)}">送信を取り消す</a>'
    assert stop in get(client, url_of(row))
    world.press("notices.stop_sending", letter, by="rin", at=NOW, reason="取り違え")
    assert stop not in get(client, url_of(row))
    world.pump(NOW)
    row.refresh_from_db()
    assert row.state == "screening"
