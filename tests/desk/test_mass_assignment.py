"""A page is believed only what its form shows: what an import fills does not come from a browser."""

import pytest
from django.test import Client

from config.desk import clock
from contracts.applications.models import Application
from tests.support.world import APPLICANT, World, at

pytestmark = pytest.mark.django_db
NOON = at("2026-11-02T12:00")
POSTED = APPLICANT | {"email": "info@forged.example", "agreed_at": "2026-11-02T11:00", "reason": "電話で受けた"}


@pytest.fixture
def desk(world: World) -> Client:
    client = Client()
    client.force_login(world.staff["rin"])
    return client


def test_the_number_of_the_web_form_is_not_taken_from_a_page(desk: Client) -> None:
    forged = POSTED | {
        "source_number": "WEB-2026-99999",
        "flags": "5",
        "original": '{"x": 1}',
        "content_hash": "0" * 64,
    }
    with clock.standing_at(NOON):
        assert desk.post("/admin/verb/applications.receive/", forged).status_code == 302
    application = Application.objects.get()
    assert (application.source_number, application.flags, application.original) == ("", [], {})


def test_nor_does_it_lift_what_the_form_asks_for(desk: Client) -> None:
    forged = {k: v for k, v in POSTED.items() if k != "address"} | {
        "source_number": "WEB-1",
        "agreed_at": "2099-01-01T00:00",
    }
    with clock.standing_at(NOON):
        assert desk.post("/admin/verb/applications.receive/", forged).status_code == 422
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    "path", ["violations.confirm_cure/", "decisions.approve/", "licenses.hand_over/", "applications.receive/1/"]
)
def test_a_verb_without_its_row_is_no_page(desk: Client, world: World, path: str) -> None:
    client = Client()
    client.force_login(world.staff["ken"])
    assert client.get(f"/admin/verb/{path}").status_code == 404
    assert client.post(f"/admin/verb/{path}", {"reason": "試し"}).status_code == 404


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "1899-12-31T10:00", "9999-12-31T00:00"])
def test_a_year_that_cannot_be_meant_is_named_under_its_field(desk: Client, moment: str) -> None:
    with clock.standing_at(NOON):
        response = desk.post("/admin/verb/applications.receive/", POSTED | {"agreed_at": moment})
    assert response.status_code == 422
    assert "年を確かめてください" in response.content.decode()
