"""Invented applicants in whom no check finds anything, as many as are wanted; and what is made of them in bulk."""

from datetime import datetime
from typing import Any

from accounts.models import Customer, PriorRecord
from accounts.workflow import register_customer
from config.desk import clock
from config.desk.step import step
from contracts.applications.models import Application
from contracts.terms.stories import STORY_VERSION

TOWNS = (
    ("100-0001", "東京都千代田区千代田"),
    ("530-0001", "大阪府大阪市北区梅田"),
    ("980-0014", "宮城県仙台市青葉区本町"),
)


def corporate_number(n: int) -> str:
    """The nth of an invented series, its check digit right."""
    body = f"9999{n:08d}"
    total = sum(int(digit) * (1 if place % 2 == 0 else 2) for place, digit in enumerate(reversed(body)))
    return f"{9 - total % 9}{body}"


def party(n: int, **other: Any) -> dict[str, Any]:
    """The nth party: a corporation of its own number, name, mailbox, telephone and town."""
    code, town = TOWNS[n % len(TOWNS)]
    return {
        "kind": "corporation", "name": f"株式会社見本{n:04d}", "kana": f"ミホン{_spoken(n)}", "corporate_number": corporate_number(n),
        "email": f"info@mihon{n:04d}.example", "postal_code": code, "address": f"{town}{n + 1}番地", "phone": f"03-0000-{n:04d}",
        "contact": "",
    } | other  # fmt: skip


def _spoken(n: int) -> str:
    return "".join("アイウエオカキクケコ"[int(digit)] for digit in f"{n:04d}")


def applications(how_many: int, at: datetime, *, first: int = 0, **other: Any) -> list[Application]:
    """Applications of the nth and following parties, received one minute after the other; their customers have a history."""
    with clock.standing_at(at), step("test.bulk", at=at):
        owners = [register_customer(at=at, **party(n, **other)) for n in range(first, first + how_many)]
    return [application(owner, at, number=f"A-2026-9{first + n:05d}") for n, owner in enumerate(owners)]


def application(owner: Customer, at: datetime, *, number: str, **other: Any) -> Application:
    """Received, in screening, without its clock."""
    given = {
        "agreed_version": STORY_VERSION,
        "agreed_at": at,
        "received_at": at,
        "channel": "web",
        "licenses": 5,
    } | other
    with clock.standing_at(at), step("test.bulk", at=at):
        return Application.objects.create(number=number, customer=owner, **given)


def prior(owner: Customer, at: datetime, *, ground: int = 2) -> PriorRecord:
    """A record against this party."""
    with clock.standing_at(at), step("test.bulk", at=at):
        return PriorRecord.objects.create(
            customer=owner,
            ground=ground,
            source=f"V-2026-{owner.pk:06d}-{ground}",
            fact="貸与",
            happened_on=clock.jst_day(at),
        )
