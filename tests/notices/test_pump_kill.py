"""Pumps killed with SIGKILL at seeded points while they send 500 e-mails to a real mail server: none twice, none lost.

Ten kills here, fifty in .ci/run (KIYAKU_KILLS); the letters are ordered in as many parts, so that every point is reached.
Each step of the pump has its turn: at the n-th call of its function, before or after it; "server" is the n-th client that
stands at MAIL, RCPT, DATA (taken, not answered) or QUIT (answered, not written down), and then both of two pumps die
together. Nothing waits for time to pass.
"""

import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest

from config.desk import clock
from config.desk.models import HandlerRun
from config.desk.step import step
from notices import workflow
from notices.models import Delivery, LetterContent, Notice
from tests.support import databases
from tests.support.mailserver import Mailbox, serving
from tests.support.world import World

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]
KILLS = int(os.environ.get("KIYAKU_KILLS", "10"))
TOTAL = 500
LETTERS_A_KILL = TOTAL // KILLS
STEPS = {
    "number": "config.desk.numbers.take", "render": "notices.composing.letter_of", "store": "notices.pump.freeze",
    "hash": "notices.composing.digest", "queue": "config.desk.handlers.enqueue", "claim": "notices.pump._claim",
    "send": "notices.transport.send", "server": "", "record": "notices.outcomes.dispatched",
    "handler": "config.desk.handlers._call_in_step",
}  # fmt: skip
STAGES = ("MAIL", "RCPT", "DATA", "QUIT")


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, committed_world: World) -> Callable[..., Any]:
    """Starts a pump as a process of its own."""
    for name, value in {"DATABASE_URL": databases.url(), "DJANGO_SETTINGS_MODULE": "config.settings"}.items():
        monkeypatch.setenv(name, value)  # the fork server begins with the first pump, and takes these along
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.pumped"])

    def start_one(mailbox: Mailbox, point: Any = None) -> Any:
        from tests.support import pumped

        process = context.Process(target=pumped.run, args=(mailbox.port, point))
        process.start()
        return process

    return start_one


def order(world: World, application: Any, numbers: "count[int]") -> None:
    at = clock.now()
    with step("test.order", at=at):
        for _ in range(LETTERS_A_KILL):
            workflow.order(
                "applications.acceptance", application, customer=application.customer, by=world.staff["rin"], at=at,
                fields={}, channels=["email"], key=f"kill:{next(numbers)}",
            )  # fmt: skip


def in_flight() -> set[str]:
    return set(Delivery.objects.filter(state="in_flight").values_list("message_id", flat=True))


def dispatched() -> set[str]:
    return set(Delivery.objects.filter(state="dispatched").values_list("message_id", flat=True))


def killed_in_a_function(start: Callable[..., Any], mailbox: Mailbox, draw: random.Random, function: str) -> int:
    """One pump dies by its own hand; the number of pumps."""
    from tests.support.pumped import Point

    process = start(mailbox, Point(function, draw.randint(1, LETTERS_A_KILL), draw.random() < 0.5))
    process.join()
    assert process.exitcode == -signal.SIGKILL, function
    return 1


def killed_by_the_server(start: Callable[..., Any], mailbox: Mailbox, draw: random.Random) -> int:
    """The n-th client at a stage, and every other pump with it."""
    stage, nth, calls, doomed = draw.choice(STAGES), draw.randint(1, LETTERS_A_KILL - 2), count(1), list[Any]()

    def kill(here: str) -> None:
        if here == stage and next(calls) == nth:
            for process in doomed:
                os.kill(process.pid, signal.SIGKILL)

    all_started = threading.Event()
    mailbox.at_stage = lambda here: kill(here) if all_started.wait(60) else None  # so that all are there to be killed
    doomed += [start(mailbox) for _ in range(draw.randint(1, 2))]
    all_started.set()
    for process in doomed:
        process.join()
    mailbox.at_stage = lambda here: None
    assert -signal.SIGKILL in {process.exitcode for process in doomed}
    return len(doomed)


def in_turn(draw: random.Random) -> list[str]:
    """Every step as often as every other."""
    turns = [name for _ in range(KILLS // len(STEPS)) for name in STEPS]
    draw.shuffle(turns)
    return turns


def test_none_is_sent_twice(committed_world: World, start: Callable[..., Any]) -> None:
    draw, numbers = random.Random(20261124), count(1)
    applications = [committed_world.application(clock.now()) for _ in range(4)]
    with serving() as mailbox:
        for step_name in in_turn(draw):
            order(committed_world, draw.choice(applications), numbers)
            before = in_flight()
            by_server = step_name == "server"
            kill = killed_by_the_server if by_server else partial(killed_in_a_function, function=STEPS[step_name])
            pumps = kill(start, mailbox, draw)
            assert len(in_flight() - before) <= pumps
            assert before <= in_flight()  # what is unclear is left to a person
            _nothing_twice(mailbox)
        last = start(mailbox)
        last.join()
        assert last.exitcode == 0
        _whole(mailbox)


def _nothing_twice(mailbox: Mailbox) -> None:
    letters = [str(message["X-Kiyaku-Notice"]) for message in mailbox.messages]
    assert len(set(letters)) == len(letters)
    assert len(set(mailbox.ids)) == len(mailbox.ids)
    assert dispatched() <= set(mailbox.ids) <= dispatched() | in_flight()


def _whole(mailbox: Mailbox) -> None:
    """All 500 went their way, nothing is left over, and the numbers have no gap."""
    _nothing_twice(mailbox)
    total = KILLS * LETTERS_A_KILL
    assert len(dispatched()) + len(in_flight()) == Delivery.objects.count() == TOTAL == total
    assert LetterContent.objects.count() == total
    assert in_flight()  # else no kill hit a sending, and this proved nothing
    taken = sorted(Notice.objects.values_list("number", flat=True))
    year = clock.today().year
    assert taken == [f"N-{year}-{n:06d}" for n in range(1, total + 1)]
    assert not HandlerRun.objects.exclude(state="done").exists()
    assert HandlerRun.objects.filter(event="dispatched").count() == Notice.objects.filter(state="dispatched").count()
