"""Print runs for the tests: letters that wait for the post, and a run of them."""

import io
from datetime import datetime
from typing import Any

from pypdf import PdfReader

from notices.models import Delivery, Notice
from notices.posting.models import PrintRun, PrintRunLetter
from tests.support.world import World, at

NOON = at("2026-11-02T12:00")
LATER = at("2026-11-02T16:00")
POSTED: dict[str, Any] = {"posted_at": LATER, "office": "見本郵便局"}


def letters(world: World, many: int, at: datetime = NOON) -> list[Notice]:
    """Correction notices by post, final, each of a case of its own, in the order of their numbers."""
    contract = world.subscription(at)
    cases = [world.noticed_case(at, ["post"], subscription=contract) for _ in range(many)]
    return sorted((world.correction(case) for case in cases), key=lambda notice: str(notice.number))


def opened(world: World, at: datetime = NOON, **given: Any) -> PrintRun:
    """A run whose list can still change."""
    asked = {"postage": "recorded", "envelope": "naga3"} | given
    run: PrintRun = world.press("notices.open_print_run", None, by="hana", at=at, **asked)
    return run


def printed(world: World, at: datetime = NOON, **given: Any) -> PrintRun:
    """A run whose list is fixed and whose PDF is made."""
    run: PrintRun = world.do("notices.freeze_print_run", opened(world, at, **given), by="hana", at=at)
    return run


def numbers(run: PrintRun) -> list[str]:
    """The letters in the order of the list."""
    standing = run.letters.exclude(state=PrintRunLetter.State.PULLED_OUT).in_order()
    return [str(letter.notice.number) for letter in standing.select_related("delivery__notice")]


def states(run: PrintRun) -> dict[str, str]:
    """Where each letter stands in the run."""
    rows = run.letters.select_related("delivery__notice")
    return {str(letter.notice.number): letter.state for letter in rows}


def post(notice: Notice) -> Delivery:
    """Its delivery by post, as it is now."""
    return Delivery.objects.get(notice=notice, channel="post")


def texts(body: bytes) -> list[str]:
    """What stands on each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(body)).pages]
