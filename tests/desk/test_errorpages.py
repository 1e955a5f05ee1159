"""403, 404 and 500 in the usual frame; who was turned away leaves no traceback in the log."""

import logging
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client, RequestFactory
from django.urls import reverse

from config.desk import clock, errorpages
from tests.support.world import World, at

NOW = at("2026-11-24T10:00")
STAFF = reverse("admin:accounts_user_changelist")
FRAME = ('id="desk-sidebar"', 'role="search"', "ログアウト", "本日の業務へ")


def browser(world: World, name: str = "", **more: Any) -> Client:
    client = Client(**more)
    if name:
        client.force_login(world.staff[name])
    return client


def in_frame(html: str) -> bool:
    return all(part in html for part in FRAME)


def test_no_permission_in_the_usual_frame(world: World) -> None:
    with clock.standing_at(NOW):
        response = browser(world, "rin").get(STAFF)
    assert response.status_code == 403
    assert in_frame(response.content.decode())
    assert "あなたの役割では" in response.content.decode()


def test_no_such_page_in_the_usual_frame(world: World) -> None:
    with clock.standing_at(NOW):
        response = browser(world, "rin").get("/admin/there-is-no-such-page/")
    assert response.status_code == 404
    assert in_frame(response.content.decode())


def test_strangers_see_no_menu(world: World) -> None:
    response = browser(world).get("/there-is-no-such-page/")
    assert response.status_code == 404
    assert 'id="desk-sidebar"' not in response.content.decode()


def test_a_form_from_before_the_log_in_is_told_so(world: World) -> None:
    with clock.standing_at(NOW):
        response = browser(world, "rin", enforce_csrf_checks=True).post(reverse("admin:logout"))
    assert response.status_code == 403
    assert "操作は行われていません" in response.content.decode()
    assert "ログインし直した" in response.content.decode()
    assert in_frame(response.content.decode())


def fail(*args: Any, **kwargs: Any) -> Any:
    raise DatabaseError("a failure made by the test")


def test_a_mistake_of_ours_in_the_usual_frame(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser(world, "rin")
    client.raise_request_exception = False
    monkeypatch.setattr("config.desk.search.TemplateResponse", fail)
    with clock.standing_at(NOW):
        response = client.get(reverse("admin:search"), {"q": "みどり"})
    assert response.status_code == 500
    assert in_frame(response.content.decode())


def test_where_the_frame_fails_too_the_page_stands_without_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    request = RequestFactory().get("/admin/")
    request.user = world.staff["rin"]
    monkeypatch.setattr("config.desk.nav.groups", fail)
    response = errorpages.failed(request)
    assert response.status_code == 500
    assert "処理できませんでした" in response.content.decode()
    assert 'id="desk-sidebar"' not in response.content.decode()


def test_who_was_turned_away_is_no_line_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with clock.standing_at(NOW):
        assert browser(world, "rin").get(STAFF).status_code == 403
    assert [r for r in caplog.records if r.name == "django.request"] == []


def test_a_mistake_of_ours_is(world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    client = browser(world, "rin")
    client.raise_request_exception = False
    monkeypatch.setattr("config.desk.search.TemplateResponse", fail)
    with clock.standing_at(NOW):
        client.get(reverse("admin:search"), {"q": "みどり"})
    assert [r.levelno for r in caplog.records if r.name == "django.request"] == [logging.ERROR]
