"""Blocks that overlap, lifted in any order: usable is what no block covers, at every moment, also a past one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.desk import clock
from config.desk.step import step
from contracts.closing import workflow as closing
from contracts.licenses.models import Block, Credential, Subscription
from contracts.licenses.workflow import usable_at
from tests.support.world import World, at

BEGIN = at("2026-04-01T09:00")
HOUR = timedelta(hours=1)
MOMENTS = [BEGIN + n * HOUR / 2 for n in range(30)]  # each edge, and the middle between two

pytestmark = pytest.mark.django_db

# what a block covers (0: the service, 1, 2: a credential), the hour it begins, the hour it is lifted (None: it stays)
SPANS = st.tuples(st.integers(0, 2), st.integers(1, 10), st.none() | st.integers(0, 4))


@pytest.fixture
def contract(world: World) -> Subscription:
    """In use since BEGIN, with two credentials."""
    contract = world.subscription(BEGIN)
    with step("test.second", at=BEGIN):
        Credential.objects.create(subscription=contract, admin_url="https://admin.akatsuki.example", admin_id="second")
    return contract


def hour(n: int) -> datetime:
    return BEGIN + n * HOUR


@pytest.mark.both
@settings(max_examples=40, deadline=None, derandomize=True, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(spans=st.lists(SPANS, max_size=4), data=st.data())
def test_usable_is_what_no_block_covers(contract: Subscription, spans: list[Any], data: st.DataObject) -> None:
    credentials = list(contract.credentials.order_by("pk"))
    before = transaction.savepoint()
    try:
        _lifted_in_any_order(contract, credentials, spans, data)
        for moment in MOMENTS:
            covering = {what for what, since, length in spans if _covers(since, length, moment)}
            assert usable_at(contract, moment) == (0 not in covering)
            for n, credential in enumerate(credentials, start=1):
                assert usable_at(contract, moment, credential=credential) == (not {0, n} & covering)
    finally:
        transaction.savepoint_rollback(before)


def _lifted_in_any_order(contract: Subscription, credentials: Any, spans: list[Any], data: st.DataObject) -> None:
    made = [_block(contract, credentials, what, since) for what, since, _ in spans]
    for n in data.draw(st.permutations(range(len(spans)))):
        _, since, length = spans[n]
        if length is not None:
            _lift(made[n], hour(since + length))


def _covers(since: int, length: int | None, moment: datetime) -> bool:
    """From its first moment on, until the moment of its lifting, which is free again."""
    return hour(since) <= moment and (length is None or moment < hour(since + length))


def _block(contract: Subscription, credentials: list[Credential], what: int, since: int) -> Block:
    with step("test.block", at=hour(since)):
        return Block.objects.create(
            subscription=contract, scope="service" if what == 0 else "credential", clause="9(4)", since=hour(since),
            credential=credentials[what - 1] if what else None, ordered_at=hour(since), reason="試験",
        )  # fmt: skip


def _lift(block: Block, until: datetime) -> None:
    with step("test.lift", at=until):
        block.until = until
        block.save()


def test_before_use_started_nothing_is_usable(contract: Subscription) -> None:
    assert not usable_at(contract, BEGIN - timedelta(microseconds=1))
    assert usable_at(contract, BEGIN)


def test_another_contract_s_block_is_not_in_the_way(world: World, contract: Subscription) -> None:
    other = world.subscription(BEGIN + HOUR)
    _block(other, [], 0, 3)
    assert not usable_at(other, hour(4))
    assert usable_at(contract, hour(4))


# --- real causes: a suspension (9(4)), lifted and ordered again, and an end that is taken back (23) -------------------


class Causes:
    """The same contract under two causes; each begins and ends on its own."""

    def __init__(self, world: World, contract: Subscription) -> None:
        self.world, self.contract = world, contract
        self.spans: dict[str, list[datetime | None]] = {}

    def suspend(self, moment: datetime) -> None:
        given = {"customer": self.contract.customer, "ground": "leaked", "facts": "漏洩", "channels": ["email"]}
        decision = self.world.do("measures.propose_credential_suspension", None, by="hana", at=moment, **given)
        self.world.do("decisions.approve", decision, by="mio", at=moment)
        self.measure = decision.subject
        self.spans["suspension"] = [moment, None]

    def consent(self, moment: datetime) -> None:
        given = {
            "customer": self.contract.customer,
            "consented_at": moment,
            "how": "電話",
            "by_whom": "総務",
            "facts": "漏洩",
        }
        self.measure = self.world.do("measures.suspend_by_consent", None, by="hana", at=moment, **given)
        self.spans["suspension"] = [moment, None]

    def lift(self, moment: datetime) -> None:
        self.world.do("measures.lift", self.measure, by="hana", at=moment, reason="パスワードを変えた")
        self.spans["suspension"][1] = moment

    def end(self, moment: datetime) -> None:
        with clock.standing_at(moment), step("test.end", at=moment):
            closing.begin(
                self.contract, cause="termination", clause="23(1)", source="V-T", at=moment, reason="試験の終了"
            )
        self.spans["end"] = [moment, None]

    def take_back(self, moment: datetime) -> None:
        with clock.standing_at(moment), step("test.back", at=moment):
            closing.take_back(self.contract, at=moment, why="届かなかったため")
        self.spans["end"][1] = moment

    def covered(self, moment: datetime, *causes: str) -> bool:
        for cause in causes:
            since, until = self.spans.get(cause, [None, None])
            if since is not None and since <= moment and (until is None or moment < until):
                return True
        return False

    def agree(self) -> None:
        first = self.contract.credentials.earliest("pk")
        for moment in MOMENTS:
            assert usable_at(self.contract, moment) is not self.covered(moment, "end"), moment
            assert usable_at(self.contract, moment, credential=first) is not self.covered(moment, "end", "suspension")


ORDERS = [  # a suspension is ordered while the contract lives
    ("suspend", "lift", "end", "take_back"),
    ("suspend", "end", "lift", "take_back"),
    ("suspend", "end", "take_back", "lift"),
    ("end", "take_back", "suspend", "lift"),
    ("consent", "end", "lift", "take_back"),
    ("consent", "end", "take_back", "lift"),
]


@pytest.mark.both
@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_two_causes_end_in_any_order(world: World, contract: Subscription, order: tuple[str, ...]) -> None:
    causes = Causes(world, contract)
    for n, act in enumerate(order, start=1):
        getattr(causes, act)(hour(2 * n))
        causes.agree()
    assert {name for name, (_, until) in causes.spans.items() if until} == {"suspension", "end"}


def test_a_consent_after_a_notice_was_lifted_and_a_notice_after_a_consent(world: World, contract: Subscription) -> None:
    causes, first = Causes(world, contract), contract.credentials.earliest("pk")
    for n, act in enumerate(("suspend", "lift", "consent", "lift", "suspend"), start=1):
        getattr(causes, act)(hour(2 * n))
    usable = [usable_at(contract, hour(n), credential=first) for n in range(1, 12)]
    assert usable == [True, False, False, True, True, False, False, True, True, False, False]


def test_a_second_suspension_after_the_first_was_lifted(world: World, contract: Subscription) -> None:
    causes = Causes(world, contract)
    causes.suspend(hour(2))
    causes.lift(hour(4))
    causes.suspend(hour(6))
    first = contract.credentials.earliest("pk")
    assert [usable_at(contract, hour(n), credential=first) for n in (1, 2, 3, 4, 5, 6, 7)] == [
        True, False, False, True, True, False, False,
    ]  # fmt: skip


def test_an_end_taken_back_leaves_a_suspension_of_the_same_moment_alone(world: World, contract: Subscription) -> None:
    """Both letters were posted in one bundle, and staff wrote the same minute on both."""
    causes = Causes(world, contract)
    causes.suspend(hour(2))
    causes.end(hour(2))
    causes.take_back(hour(4))
    causes.agree()
