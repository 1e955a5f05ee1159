"""200 cases over 120 days against a small model: states and dates equal at the end of each day.

The staff cures, errs, posts late and gets letters back; the fixed seed brings the holidays of May. The model is in
tests/support/casemodel.py and imports nothing of the product.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Customer
from config.desk import clock
from config.desk.refusal import Refused
from config.desk.step import step
from contracts.deadlines import reckoning
from contracts.deadlines.models import Deadline
from contracts.licenses.models import Credential, License, Subscription
from contracts.terms import stories as terms
from contracts.violations import clocks, termination
from contracts.violations.models import Violation
from notices.models import Notice
from tests.support import casemodel
from tests.support.casemodel import Card, Event
from tests.support.world import DEMAND, World, at

SEED, CASES, DAYS = 20260401, 200, 120
FIRST = at("2026-03-25T00:00")
DAY = timedelta(days=1)
CORRECTION, TERMINATION = "violations.correction", "violations.termination"
Seen = dict[str, Any]

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def contracts(count: int) -> list[Subscription]:
    """Contracts in use, written as rows: how they came about is proven elsewhere."""
    begin = FIRST - 30 * DAY
    with clock.standing_at(begin), step("test.contracts", at=begin):
        return [_contract(index, begin) for index in range(count)]


def _contract(index: int, begin: datetime) -> Subscription:
    party = Customer.objects.create(
        number=f"C-T-{index:06d}", kind="corporation", name=f"株式会社試験{index}", email=f"info{index}@shiken.example",
        postal_code="435-0099", address="静岡県浜松市中央区見本町一丁目2番3号", honorific="御中",
    )  # fmt: skip
    contract = Subscription.objects.create(
        number=f"S-T-{index:06d}", customer=party, plan="annual", state="active", agreed_version=terms.STORY_VERSION,
        agreed_at=begin, formed_on=begin.date(), starts_at=begin, term_last_day=date(2027, 3, 31),
    )  # fmt: skip
    License.objects.create(subscription=contract, count=20, since=begin.date())
    Credential.objects.create(subscription=contract, admin_url="https://admin.shiken.example", admin_id=f"a{index}")
    return contract


class Desk:
    """The product, doing what the cards say."""

    def __init__(self, world: World, count: int) -> None:
        self.world = world
        self.cards = [Card(casemodel.draw(SEED, index, FIRST)) for index in range(count)]
        self.contracts = contracts(count)
        self.cases: dict[int, Violation] = {}
        self.decisions: dict[int, Any] = {}
        self.tally: Counter[str] = Counter()
        self.states = set[str]()

    def run(self, *, unswept: Iterable[int] = (), sweeps: int = 1) -> dict[int, Seen]:
        """All the days; at the end of each, product and cards agree. What is seen at the very end."""
        for day in range(DAYS):
            evening = FIRST + (day + 1) * DAY - timedelta(minutes=1)
            self.one_day(evening)
            for _ in range(0 if day in set(unswept) else sweeps):
                self.world.sweep(evening)
                for card in self.cards:
                    card.swept(evening)
            self.world.pump(evening)
            wanted = {i: card.seen() for i, card in enumerate(self.cards) if card.state != "unopened"}
            seen = self.seen()
            wrong = [(i, seen.get(i), want, self.cards[i].plan) for i, want in wanted.items() if seen.get(i) != want]
            assert wrong[:3] == [], f"{evening:%Y-%m-%d}"
            self.states |= {one["case"] for one in seen.values()}
        return seen

    def one_day(self, evening: datetime) -> None:
        for index, card in enumerate(self.cards):
            while (event := card.next_event(evening)) is not None:
                if card.happen(event):
                    self.tally[f"{event.what}{' refused' if event.refused else ''}"] += 1
                    self.act(index, event)

    # --- acts ---------------------------------------------------------------------------------------------------

    def act(self, index: int, event: Event) -> None:
        if event.refused:
            with pytest.raises(Refused):
                self._act(index, event)
        else:
            self._act(index, event)

    def _act(self, index: int, event: Event) -> None:
        if event.what == "send":
            self._open(index, event)
            return
        key, to, given = getattr(self, "_" + event.what.replace(" ", "_"))(index, event)
        self.last = self.world.do(key, to, by=event.by, at=event.at, **given)
        if event.what == "propose":
            self.decisions[index] = self.last

    def _open(self, index: int, event: Event) -> None:
        card, world = self.cards[index], self.world
        case = world.case(event.at, self.contracts[index])
        given = {"channels": list(card.plan.channels)} | DEMAND
        self.cases[index] = world.do("violations.send_correction_notice", case, by="hana", at=event.at, **given)

    def _letter(self, index: int, kind: str) -> Notice:
        return Notice.objects.about(self.cases[index], kind).latest("pk")

    def _posted(self, index: int, event: Event) -> Any:
        given = {"posted_at": event.at, "postage": self.cards[index].plan.postage}
        return "notices.mark_posted", self._letter(index, CORRECTION), given

    def _arrived(self, index: int, event: Event) -> Any:
        given = {"channel": "post", "delivered_at": event.moment}
        return "notices.record_delivery", self._letter(index, CORRECTION), given

    def _back(self, index: int, event: Event, kind: str, channel: str) -> Any:
        given = {"channel": channel, "returned_at": event.at, "reason": "あて所に尋ねあたりません"}
        return "notices.record_return", self._letter(index, kind), given

    def _post_back(self, index: int, event: Event) -> Any:
        return self._back(index, event, CORRECTION, "post")

    def _email_back(self, index: int, event: Event) -> Any:
        return self._back(index, event, CORRECTION, "email")

    def _end_back(self, index: int, event: Event) -> Any:
        return self._back(index, event, TERMINATION, "email")

    def _cured(self, index: int, event: Event) -> Any:
        return "violations.confirm_cure", self.cases[index], {"items": ["1"], "cured_at": event.moment}

    def _look(self, index: int, event: Event) -> Any:
        return "violations.confirm_uncured", self.cases[index], {"checked_at": event.at, "how": "接続記録を確認"}

    def _propose(self, index: int, event: Event) -> Any:
        channels = ["post"] if self.cards[index].plan.ended_by_post else ["email"]
        return "violations.propose_termination", self.cases[index], {"reason": "是正がない", "channels": channels}

    def _approve(self, index: int, event: Event) -> Any:
        return "decisions.approve", self.decisions[index], {}

    def _end_posted(self, index: int, event: Event) -> Any:
        given = {"posted_at": event.at, "postage": "ordinary"}
        return "notices.mark_posted", self._letter(index, TERMINATION), given

    # --- looking ------------------------------------------------------------------------------------------------

    def seen(self) -> dict[int, Seen]:
        """Every case that was opened, as it stands in the database, by the number of its card."""
        rows = {v.pk: v for v in Violation.objects.select_related("subscription")}
        cures = {d.object_id: d for d in Deadline.objects.filter(kind="violations.cure").order_by("pk")}
        told = set(Deadline.objects.filter(kind="violations.after_end").values_list("object_id", flat=True))
        return {i: _seen(rows[c.pk], cures.get(c.pk), c.pk in told) for i, c in self.cases.items()}


def _seen(case: Violation, cure: Deadline | None, after_end: bool) -> Seen:
    return {
        "case": case.state, "contract": case.subscription.state, "ended_at": case.subscription.ended_at, "after_end": after_end,
        "clock": (cure.state, cure.communicated_on, cure.act_from) if cure else None,
    }  # fmt: skip


def test_ten_days_without_the_sweep_and_two_sweeps_on_the_others_change_nothing_in_the_end(world: World) -> None:
    few, skipped = 30, range(50, 60)
    before = transaction.savepoint()
    late = Desk(world, few).run(unswept=skipped, sweeps=2)
    transaction.savepoint_rollback(before)
    assert late == Desk(world, few).run()


def test_the_product_and_the_model_agree_on_every_day(committed_world: World) -> None:
    """Committed: one long transaction would keep every version of every row, and PostgreSQL read through them all."""
    desk = Desk(committed_world, CASES)
    desk.run()
    assert desk.states == {"cured", "curing", "terminating", "terminated", "correction_ordered"}
    assert all(desk.tally[what] >= 5 for what in HAPPENED), desk.tally


HAPPENED = [
    "posted", "arrived", "post back", "email back", "cured", "propose refused", "look", "propose", "approve refused",
    "approve", "end posted", "end back",
]  # fmt: skip


def test_the_model_stands_apart_from_what_it_judges() -> None:
    tree = ast.parse(Path(casemodel.__file__).read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert modules | names <= {"collections.abc", "dataclasses", "datetime", "typing", "random", "tests.support.oracle"}


FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "a recorded letter counts from its posting": lambda m: m.setattr(reckoning, "_arrival_unknown", lambda way: False),
    "a cure is in time whenever it was": lambda m: m.setattr(
        clocks, "in_time", lambda item, clock: bool(item.cured_at)
    ),
    "an end stands though its letter came back": lambda m: m.setattr(termination, "_came_back", lambda *args: None),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_model_notices(world: World, monkeypatch: pytest.MonkeyPatch, fault: str, on_postgres: bool) -> None:
    if on_postgres:
        pytest.skip("what the model notices does not hang on the database")
    FAULTS[fault](monkeypatch)
    with pytest.raises(AssertionError, match="assert"):
        Desk(world, 30).run()
