"""A print run of 500 letters, killed with SIGKILL at every step of its making and posting: posted once each, and it goes on.

Thirteen kills here, over fifty in .ci/run (KIYAKU_KILLS), at the n-th call of a function, before or after it. The clock
stands still in each process, and half an hour later in the next: what a dead worker held is free by then.
"""

import multiprocessing
import os
import random
import signal
from collections.abc import Callable
from datetime import timedelta
from itertools import count, islice
from typing import Any

import pytest

from config.desk import clock
from config.desk.models import HandlerRun
from config.desk.step import step
from notices import workflow
from notices.models import Delivery, LetterContent, Notice
from notices.posting.models import PrintRun, PrintRunLetter
from tests.notices.posting.runs import opened
from tests.support import databases
from tests.support.world import World, at

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]
TOTAL, TIMES = 500, int(os.environ.get("KIYAKU_KILLS", "10")) // 10
NTH = TOTAL // (5 * TIMES)  # so that what is left is always more
MACHINE = "notices.posting.machine."
MAKING = ("config.desk.numbers.take", "notices.composing.letter_of", "notices.pump.freeze", "notices.composing.digest")
ONCE = (MACHINE + "merge", "contracts.incoming.storage.keep", MACHINE + "_number_pages")
POSTING = (
    "notices.posting.recording._post",
    "notices.outcomes.dispatched",
    "config.desk.handlers.enqueue",
    "notices.posting.recording.step",  # before the next step: right after the commit of the one before
)
AFTER = ("config.desk.handlers._call_in_step",)  # of a pump that has posted all that there was


class Line:
    """One pump after the other, each a process of its own, each half an hour later."""

    def __init__(self, context: Any) -> None:
        self.context, self.draw = context, random.Random(500)
        self.moments = (at("2026-11-02T09:00") + timedelta(minutes=30 * n) for n in count())
        self.now = next(self.moments)

    def pump(self, point: Any = None) -> int:
        from tests.support import pumped

        self.now = next(self.moments)
        process = self.context.Process(target=pumped.run_print, args=(self.now, point))
        process.start()
        process.join()
        return int(process.exitcode)

    def killed(self, function: str, most: int) -> None:
        from tests.support.pumped import Point

        assert self.pump(Point(function, self.draw.randint(1, most), self.draw.random() < 0.5)) == -signal.SIGKILL, (
            function
        )
        nothing_twice()

    def each(self, functions: tuple[str, ...], first: Callable[[], None] = lambda: None) -> None:
        turns = list(functions) * TIMES
        self.draw.shuffle(turns)
        for function in turns:
            first()
            self.killed(function, NTH)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, committed_world: World) -> Line:
    for name, value in {"DATABASE_URL": databases.url(), "DJANGO_SETTINGS_MODULE": "config.settings"}.items():
        monkeypatch.setenv(name, value)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.pumped"])
    return Line(context)


def ordering(world: World, line: Line) -> Callable[[], None]:
    """Orders a portion of the letters at each call, so that every step of their making has something to do."""
    application, numbers = world.application(line.now), count()

    def order() -> None:
        with clock.standing_at(line.now), step("test.order", at=line.now):
            for n in islice(numbers, TOTAL // (len(MAKING) * TIMES)):
                workflow.order(
                    "applications.acceptance", application, customer=application.customer, by=world.staff["rin"],
                    at=line.now, fields={}, channels=["post"], key=f"run:{n}",
                )  # fmt: skip

    return order


def test_posted_once_each(committed_world: World, line: Line) -> None:
    world = committed_world
    line.each(MAKING, ordering(world, line))
    assert line.pump() == 0
    run = opened(world, line.now)
    world.press("notices.freeze_print_run", run, by="hana", at=line.now)
    for _ in range(TIMES):
        line.killed("notices.posting.freezing._look_again", NTH)
    line.killed("notices.posting.freezing._fix_order", 1)
    made_in_spite_of(world, line, run)
    assert line.pump() == 0
    given = {"posted_at": line.now, "office": "見本郵便局"}
    world.press("notices.mark_run_posted", run, by="hana", at=line.now, **given)
    line.each(POSTING)
    line.each(AFTER)
    assert line.pump() == 0
    whole(run)


def made_in_spite_of(world: World, line: Line, run: PrintRun) -> None:
    """The PDF: where a kill came after all was stored, somebody asks for it once more."""
    for function in ONCE * TIMES:
        run.refresh_from_db()
        if run.state == PrintRun.State.PRINTED:
            world.press("notices.render_print_run", run, by="hana", at=line.now)
        line.killed(function, 1)


def nothing_twice() -> None:
    """No letter was dispatched twice, none has two numbers or two contents."""
    left = list(Delivery.objects.exclude(dispatched_at=None).values_list("pk", flat=True))
    first = Delivery.history.filter(state="dispatched").values_list("id", flat=True)
    assert sorted(first) == sorted(left)
    told = HandlerRun.objects.filter(event="dispatched").values_list("object_id", flat=True)
    assert len(set(told)) == len(told)


def whole(run: PrintRun) -> None:
    nothing_twice()
    run.refresh_from_db()
    assert (run.state, run.failure) == (PrintRun.State.POSTED, "")
    year = "N-2026-"
    assert sorted(Notice.objects.values_list("number", flat=True)) == [f"{year}{n:06d}" for n in range(1, TOTAL + 1)]
    assert LetterContent.objects.count() == Delivery.objects.filter(state="dispatched").count() == TOTAL
    places = list(run.letters.order_by("position").values_list("position", "page_from", "page_to", "state"))
    assert places == [(n, n, n, PrintRunLetter.State.POSTED) for n in range(1, TOTAL + 1)]
    assert not HandlerRun.objects.exclude(state="done").exists()
