"""GET writes nothing: every registered address with a real object, under a wrapper that refuses any write."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from config.desk.registry import ROLES
from tests.support import pages
from tests.support.played import Played

INLINE = re.compile(r"<style|\sstyle=\"|\son[a-z]+=\"|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")")
LATIN = re.compile(r"[A-Za-z]{3,}")
SPOKEN = {
    "Excel", "CSV", "csv", "pdf", "eml", "jpg", "png", "txt", "UTF", "Shift", "JIS", "PDF", "SHA", "URL", "manage", "import", "terms", "YAML", "JSON", "DEMO",
    "SaaS",
}  # fmt: skip
SAID_BY_ATTRIBUTE = re.compile(r"\s(?:title|aria-label|placeholder|alt|data-busy)=\"([^\"]*)\"")
WRITES = re.compile(r"^\s*(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|TRUNCATE)\b", re.IGNORECASE)
ALLOWED = re.compile(r"django_session|desk_accesslog|axes_")


class Wrote(AssertionError):
    """A GET wrote to the database."""


def refuse_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if WRITES.match(sql) and not ALLOWED.search(sql):
        raise Wrote(sql)
    return execute(sql, params, many, context)


@contextmanager
def no_writes() -> Iterator[None]:
    with connection.execute_wrapper(refuse_writes):
        yield


@pytest.fixture
def everybody(played: Played) -> Client:
    user = get_user_model().objects.create_user("all@staff.example", "a-long-password-1", name="全役割", roles=ROLES)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.both
def test_the_wrapper_refuses_a_write(db: None) -> None:
    with no_writes(), pytest.raises(Wrote):
        get_user_model().objects.create_user("x@staff.example", name="書く人")


def test_every_page_opens_writes_nothing_obeys_the_policy_and_speaks_japanese(
    everybody: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One walk for all: no write on GET; no inline style, script or event attribute, which the browser would drop;
    no Latin word that staff would read, but for names, numbers, addresses and what stands in SPOKEN."""
    seen, wrong = 0, []
    with no_writes():
        assert everybody.get("/admin/").status_code == 200  # with its counts
    pages.without_counts(monkeypatch)
    addresses = pages.addresses()
    assert [name for name, urls in addresses.items() if not urls] == []  # every route has an object
    for url in (url for urls in addresses.values() for url in urls):
        with no_writes():
            response = everybody.get(url)
        assert response.status_code in (200, 302, 403), (url, response.status_code)
        seen += 1
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            wrong += [(url, fault) for fault in faults(response)]
    assert not wrong, "\n".join(f"{url} {fault}" for url, fault in wrong)
    assert seen > 150


def faults(response: Any) -> Iterator[str]:
    """What is inline, what no policy guards, what is not Japanese."""
    html = response.content.decode()
    if "default-src 'self'" not in response["Content-Security-Policy"]:
        yield "no policy"
    if found := INLINE.search(html):
        yield found.group()
    yield from sorted(set(LATIN.findall(_read_text(html))) - SPOKEN)


def test_the_walk_sees_what_is_wrong() -> None:
    page = HttpResponse(
        "<p style='' onclick=\"x()\" title=\"Close\">Submit</p><a href='https://a.example/Path'>保存</a>"
    )
    page["Content-Security-Policy"] = "img-src 'self'"
    assert list(faults(page)) == ["no policy", ' onclick="', "Close", "Submit"]


def _read_text(html: str) -> str:
    """What stands on the page, in its tab, and what a screen reader or an empty field says."""
    said = SAID_BY_ATTRIBUTE.findall(html)
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    text = unescape(" ".join([re.sub(r"<[^>]+>", " ", text), *said]))
    text = re.sub(r"https?://\S+|[\w.+#-]+@[\w.-]+|\b[A-Z]-\d{4}-\d{6}\b|\b[0-9a-f]{12,}\b", " ", text)
    return re.sub(r"(?<![A-Za-z])(?:" + "|".join(CAST) + r")(?![A-Za-z])", " ", text)


CAST = ("rin", "hana", "ken", "mio", "aki", "gen", "sei", "sho", "[a-z]+-admin", "rt21", "kd07", "WEB-[0-9-]+")
