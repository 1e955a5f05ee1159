"""Who may do what: a matrix written by hand (tests/roles.csv), walked whole. What is missing there fails."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from config.desk.press import permitted
from config.desk.registry import ROLES, verb, verbs
from tests.support import pages
from tests.support.played import Played

MATRIX = list(csv.DictReader((Path(__file__).resolve().parents[1] / "roles.csv").open(encoding="utf-8")))
VERBS = {row["name"]: row for row in MATRIX if row["kind"] == "verb"}
PAGES = {row["name"]: row for row in MATRIX if row["kind"] == "page"}
BY_VERB = {"desk:verb", "desk:verb_on"}  # their rows are the verbs' own


def _user(role: str) -> Any:
    return get_user_model().objects.create_user(
        f"{ROLES.index(role)}@role.example", "a-long-password-1", name=role, roles=[role]
    )


def _client(role: str) -> Client:
    client = Client()
    client.force_login(_user(role))
    return client


def test_every_verb_is_in_the_matrix(db: None) -> None:
    assert {v.key for v in verbs()} == set(VERBS)


def test_every_page_is_in_the_matrix(db: None) -> None:
    assert {name for name, _ in pages.routes()} - BY_VERB == set(PAGES)


@pytest.mark.both
@pytest.mark.parametrize("role", ROLES)
def test_who_holds_which_verb(db: None, role: str) -> None:
    user = _user(role)
    assert {key for key in VERBS if permitted(verb(key), user)} == {
        key for key, row in VERBS.items() if row[role] == "o"
    }


@pytest.fixture
def stories(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    pages.without_counts(monkeypatch)


def _wrong_pages(role: str, client: Client, addresses: dict[str, list[str]]) -> list[tuple[str, str, int]]:
    wrong = []
    for name, urls in addresses.items():
        status = client.get(urls[0]).status_code
        if name not in BY_VERB and (status in (200, 302)) != (PAGES[name][role] == "o"):
            wrong.append((role, urls[0], status))
    return wrong


def _one_a_verb(addresses: dict[str, list[str]]) -> list[str]:
    """Each verb on one row: the door is the verb's, not the row's."""
    return list({url.split("/")[3]: url for url in addresses["desk:verb_on"]}.values())


def _wrong_verb_pages(role: str, client: Client, addresses: dict[str, list[str]]) -> list[tuple[str, str, int]]:
    urls = addresses["desk:verb"] + _one_a_verb(addresses)
    statuses = [(url, client.get(url).status_code) for url in urls]
    return [
        (role, url, status) for url, status in statuses if (status == 200) != (VERBS[url.split("/")[3]][role] == "o")
    ]


def _wrong_posts(role: str, client: Client, addresses: dict[str, list[str]]) -> list[tuple[str, str, int]]:
    """Whoever does not hold the verb is led away, whatever they post."""
    urls = [url for url in _one_a_verb(addresses) if VERBS[url.split("/")[3]][role] != "o"]
    statuses = [(url, client.post(url, {"reason": "試し"}).status_code) for url in urls]
    return [(role, url, status) for url, status in statuses if status != 302]


def test_each_role_reaches_its_pages_and_no_others_and_nobody_any(stories: None) -> None:
    addresses, wrong = pages.addresses(), []
    for role in ROLES:
        client = _client(role)
        for look in (_wrong_pages, _wrong_verb_pages, _wrong_posts):
            wrong += look(role, client, addresses)
    assert wrong == []
    assert list(_seen_by_nobody(addresses)) == []


def _seen_by_nobody(addresses: dict[str, list[str]]) -> Iterator[str]:
    """Addresses that do not lead to the log-in whoever is not logged in."""
    for name, urls in addresses.items():
        response = Client().get(urls[0])
        to_login = response.status_code == 302 and "/admin/login/" in response["Location"]
        if name not in ("admin:login", "root") and not to_login:
            yield name
