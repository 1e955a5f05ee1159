"""Two people at one run, on PostgreSQL: one effect, and the other is told."""

import json
from contextlib import ExitStack
from typing import Any

import pytest

from config.desk.step import step
from notices.posting.models import PrintRun
from tests.desk.test_two_at_once import start, wait_until_all_wait
from tests.notices.posting.runs import LATER, POSTED, letters, numbers, post, printed
from tests.support.world import World

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(run: PrintRun, asked: list[tuple[str, str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """All wait for the run before anybody goes on: what each was told."""
    with ExitStack() as stack:
        children = [start(stack, key, run, who, LATER, data) for key, who, data in asked]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        with step("test.barrier", at=LATER):
            PrintRun._base_manager.select_for_update().get(pk=run.pk)
            for child in children:
                assert child.stdin is not None
                child.stdin.write("go\n")
                child.stdin.flush()
            wait_until_all_wait(children)
        return [json.loads(child.communicate()[0]) for child in children]


def test_two_record_the_same_posting(committed_world: World) -> None:
    world = committed_world
    notice = letters(world, 1)[0]
    run = printed(world)
    given = {"posted_at": LATER.isoformat(), "office": POSTED["office"]}
    told = at_once(run, [("notices.mark_run_posted", "hana", given), ("notices.mark_run_posted", "rin", given)])
    world.pump(LATER)
    assert sorted(answer["ok"] for answer in told) == [False, True]
    assert post(notice).history.filter(history_verb="notices.mark_run_posted").count() == 1
    assert PrintRun.objects.get(pk=run.pk).state == "posted"


def test_one_pulls_out_what_the_other_records(committed_world: World) -> None:
    world = committed_world
    notice = letters(world, 1)[0]
    run = printed(world)
    pull = {"letters": [notice.number], "reason": "傷み"}
    told = at_once(
        run,
        [
            ("notices.pull_out", "hana", pull),
            ("notices.mark_run_posted", "rin", {"posted_at": LATER.isoformat(), "office": "局"}),
        ],
    )
    world.pump(LATER)
    assert sorted(answer["ok"] for answer in told) == [False, True]
    assert (post(notice).state, numbers(run)) in [("queued", []), ("dispatched", [notice.number])]
