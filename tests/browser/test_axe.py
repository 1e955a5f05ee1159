"""Axe on every screen, light and dark, wide and narrow; and nothing that must be scrolled sideways on a telephone."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Page

from config.desk.registry import ROLES
from tests.support import pages
from tests.support.played import Played

pytestmark = pytest.mark.browser
WIDE, NARROW = 1360, 400
CONTRAST = {"runOnly": ["color-contrast"]}
# No colours between two colours: stock buttons fade, and axe would measure the fading.
STILL = "document.adoptedStyleSheets = [new CSSStyleSheet()]; document.adoptedStyleSheets[0].replaceSync('* { transition: none !important; }');"
UNFOLD = "document.querySelectorAll('#content details:not(.quick)').forEach((box) => { box.open = true; });"
SCROLLS = "document.documentElement.scrollWidth - window.innerWidth"
RUN = """async (options) => {
    const told = await axe.run(document, {resultTypes: ['violations'], preload: false, ...options});
    return told.violations.filter((found) => ['serious', 'critical'].includes(found.impact)).map((found) =>
        `${found.id} ` + found.nodes.slice(0, 3).map((node) => `${node.target} ${node.any.map((one) => one.message)}`).join(' | '));
}"""
FILES = {
    "notices:pdf",
    "notices:run_pdf",
    "notices:run_reprints",
    "notices:run_list",
    "notices:run_slip",
    "notices:proof",
    "notices:proofs",
    "notices:certified",
    "incoming:file",
    "terms:individual_file",
}
CASES = ("application", "violation", "subscription", "decision", "measure", "notice")
ALIKE = 3  # of a case in all its states, so many are looked at; of other things one


class Glass:
    """Whoever holds all roles looks at one page after another."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        page.add_init_script(Axe().axe_script)

    def faults(self, url: str) -> Iterator[str]:
        """Go there and look."""
        self._as(WIDE, "light")
        self.page.goto(self.base + url)
        yield from self.look(url)

    def look(self, name: str, *, twice: bool = False) -> Iterator[str]:
        """The page as it stands, wide and light, then narrow and dark; `twice`: the colours the other way round too.
        (The colours do not hang on the width: they are few, by name, and looked at both ways where parts differ.)"""
        self.page.evaluate(STILL + UNFOLD)
        yield from self._axe(name, WIDE, "light", {})
        if twice:
            yield from self._axe(name, WIDE, "dark", CONTRAST)
        yield from self._axe(name, NARROW, "dark", {})
        if twice:
            yield from self._axe(name, NARROW, "light", CONTRAST)

    def _axe(self, name: str, width: int, scheme: str, options: dict[str, Any]) -> Iterator[str]:
        self._as(width, scheme)
        yield from (f"{name} {width} {scheme}: {fault}" for fault in self.page.evaluate(RUN, options))
        if self.page.evaluate(SCROLLS) > 0:
            yield f"{name} {width}: must be scrolled sideways"

    def send(self, form: str) -> None:
        """Post the form as it is, past the browser's own checks."""
        with self.page.expect_navigation():
            self.page.evaluate("(form) => document.querySelector(form).submit()", form)

    def _as(self, width: int, scheme: Any) -> None:
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme)


def screens() -> Iterator[str]:
    """Every route with objects; each verb on one row; the cases in their states."""
    found = pages.addresses()
    found["desk:verb_on"] = list({url.split("/")[3]: url for url in found["desk:verb_on"]}.values())
    for name, urls in found.items():
        if name not in FILES and not name.endswith(("export", "_add", "_delete")):
            yield from urls if name.startswith("desk:verb") else urls[: _how_many(name)]


def _how_many(name: str) -> int:
    """A history looks alike, whatever it is of."""
    case = name.endswith(("_change", "_history")) and name.split("_")[-2] in CASES
    if name.endswith("_history"):
        return 1 if case else 0
    return ALIKE if case else 1


@pytest.fixture
def glass(page: Page, live_server: Any, played: Played) -> Glass:
    user = get_user_model().objects.create_user("all@staff.example", "a-long-password-1", name="全役割", roles=ROLES)
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return Glass(page, live_server.url)


def test_no_screen_has_a_grave_fault(glass: Glass) -> None:
    urls = [*screens(), "/admin/nothing-here/", "/admin/desk/accesslog/add/"]
    wrong = [fault for url in urls for fault in glass.faults(url)]
    assert not wrong, "\n".join(wrong)
    assert len(urls) > 120


BOTH_WAYS = (
    "/admin/", "/admin/violations/violation/3/change/", "/admin/applications/application/1/change/",
    "/admin/decisions/decision/1/change/", "/admin/verb/violations.open/", "/admin/notices/notice/", "/terms/clause/23(1)/",
)  # fmt: skip


def test_the_colours_the_other_way_round_what_unfolds_and_what_is_refused(glass: Glass) -> None:
    wrong: list[str] = []
    for url in BOTH_WAYS:
        glass.page.goto(glass.base + url)
        wrong += glass.look(url, twice=True)
    glass.page.goto(glass.base + BOTH_WAYS[1])
    glass.page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    wrong += glass.look("all unfolded")
    glass.page.goto(glass.base + "/admin/verb/applications.receive/")
    glass.send("#verb-form")
    wrong += glass.look("fields refused", twice=True)
    glass.page.context.clear_cookies()
    for attempt in ("none", "refused", *["again"] * 3, "locked out"):
        glass.page.goto(glass.base + "/admin/login/")
        if attempt != "none":
            glass.page.fill("#id_username", "who@staff.example")
            glass.page.fill("#id_password", "nobody-knows")
            glass.send("#login-form")
        if attempt != "again":
            wrong += glass.look(f"log-in {attempt}", twice=True)
    assert "しばらく" in glass.page.inner_text("h1")
    assert not wrong, "\n".join(wrong)


BAD = """<!DOCTYPE html><html lang="ja"><title>x</title><style>:root { color-scheme: light dark; }
p { background: #fff; color: #000; } @media (prefers-color-scheme: dark) { p { color: #eee; } }</style>
<main><h1>見出し</h1><p>読めない文</p><div style="width: 420px">広い</div><a href="/"></a></main></html>"""


def test_the_glass_sees_what_is_wrong(page: Page) -> None:
    glass = Glass(page, "")
    page.goto("about:blank")
    page.set_content(BAD)
    found = "\n".join(glass.look("bad"))
    assert "bad 1360 light: link-name" in found
    assert "bad 1360 light: color-contrast" not in found
    assert "bad 400 dark: color-contrast" in found
    assert "bad 400: must be scrolled sideways" in found
    assert "bad 1360: must" not in found
