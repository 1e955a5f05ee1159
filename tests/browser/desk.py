"""A person at a desk: a browser that logs in, opens pages, fills verbs and confirms them; the clock stands where the story is."""

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from config.desk import clock
from contracts.deadlines.sweep import sweep
from notices.pump import pump
from tests.support.world import at

PASSWORD = "a-long-password-for-tests"
SHOTS = Path(os.environ.get("KIYAKU_SCREENSHOTS", "test-results/screenshots"))


class Desk:
    """One browser, used by one person after another."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.shots = 0
        page.on("pageerror", lambda error: self._fail(f"script: {error}"))
        page.on(
            "console", lambda message: self._fail(message.text) if "Content Security Policy" in message.text else None
        )
        self.failures: list[str] = []

    def _fail(self, text: str) -> None:
        self.failures.append(text)

    def log_in(self, email: str) -> None:
        """Another person sits down."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.base}/")
        self.page.get_by_label("メールアドレス").fill(email)
        self.page.get_by_label("パスワード").fill(PASSWORD)
        self.page.get_by_role("button", name="ログイン").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("本日の業務")

    def open(self, path: str) -> None:
        """Go to an address of the site."""
        self.page.goto(f"{self.base}{path}")

    def press(self, name: str) -> None:
        """A link or button of this name."""
        self.page.locator("#content").get_by_role("link", name=name, exact=True).or_(
            self.page.locator("#content-main, .page-head").get_by_role("button", name=name, exact=True)
        ).first.click()

    def follow(self, name: str) -> None:
        """A link or button that leads to another page, whose scripts have begun when this returns."""
        with self.page.expect_navigation():
            self.press(name)

    def fill(self, **fields: str) -> None:
        """Text, date and time fields by their name in the form."""
        for name, value in fields.items():
            self.page.locator(f"#verb-form [name={name}]").fill(value)

    def choose(self, name: str, *values: str) -> None:
        """Radios and checkboxes: exactly these."""
        boxes = self.page.locator(f"#verb-form input[name={name}]")
        for n in range(boxes.count()):
            box = boxes.nth(n)
            box.set_checked(box.get_attribute("value") in values, force=True) if box.get_attribute(
                "type"
            ) == "checkbox" else None
            if box.get_attribute("type") == "radio" and box.get_attribute("value") in values:
                self.page.locator(f"label[for={box.get_attribute('id')}]").first.click()

    def confirm(self) -> None:
        """The one confirm button of a verb page; the server has answered when this returns."""
        self.submit(self.page.locator(".confirm-bar button.primary"))

    def submit(self, button: Locator) -> None:
        """Send a form and wait for the answer: what follows may look into the database."""
        with self.page.expect_navigation():
            button.click()

    def says(self, text: str) -> None:
        """A message of the page holds this text."""
        expect(self.page.locator("#content, .messagelist, [role=alert]").filter(has_text=text).first).to_be_visible()

    def shows(self, text: str) -> None:
        """The page's content holds this text."""
        expect(self.page.locator("#container")).to_contain_text(text)

    def shot(self, name: str) -> None:
        """Keep a picture of the page."""
        self.shots += 1
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{self.shots:02d}-{name}.png", full_page=True)


class Time:
    """The desk's clock, moved by the story; the worker does its part at each move."""

    def __init__(self, patch: Any) -> None:
        self.patch = patch

    def stands(self, moment: str) -> None:
        """It is this moment now."""
        self.patch.setattr(clock, "_standing", at(moment))

    def worker(self) -> None:
        """What the worker does every few minutes."""
        sweep(clock.now())
        pump()
