"""Eight pumps at once on PostgreSQL, across New Year, a third of whose letters cannot be made: no gap, none twice.

Each process orders every letter under the same key, so that the orders race too, then pumps at its own moment.
"""

import multiprocessing
import random
from typing import Any

import pytest

from config.desk.models import HandlerRun
from notices.models import Delivery, LetterContent, Notice
from tests.support import databases
from tests.support.world import World, at

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PUMPS, LETTERS_A_WAVE = 8, 12
OLD, NEW = at("2026-12-31T23:59:59"), at("2027-01-01T00:00:00")
WAVES = ([OLD] * PUMPS, [OLD, NEW] * (PUMPS // 2), [NEW] * PUMPS)


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch, committed_world: World) -> Any:
    for name, value in {"DATABASE_URL": databases.url(), "DJANGO_SETTINGS_MODULE": "config.settings"}.items():
        monkeypatch.setenv(name, value)
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(["tests.support.pumped"])
    return forking


def test_no_gap_and_none_twice(context: Any, committed_world: World) -> None:
    from tests.support import pumped

    draw = random.Random(20261231)
    applications = [
        committed_world.application(OLD).pk for _ in range(4)
    ]  # one customer's lock would put them in a row
    keys = [f"rush:{n}" for n in range(LETTERS_A_WAVE * len(WAVES))]
    for wave, moments in enumerate(WAVES):
        barrier, processes = context.Barrier(PUMPS), []
        for moment in moments:
            own = keys[wave * LETTERS_A_WAVE : (wave + 1) * LETTERS_A_WAVE]
            draw.shuffle(own)
            given = pumped.Rush(applications, committed_world.staff["rin"].pk, own, moment)
            processes.append(context.Process(target=pumped.rush, args=(barrier, given)))
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert {process.exitcode for process in processes} == {0}
    whole(keys, {key for key in keys if pumped.fails(key)})


def whole(keys: list[str], failing: set[str]) -> None:
    letters = list(Notice.objects.order_by("number"))
    assert sorted(letter.key for letter in letters) == sorted(keys)
    assert len(failing) >= len(keys) // 4
    for year in ("2026", "2027"):
        taken = [letter.number for letter in letters if letter.number.startswith(f"N-{year}")]
        assert taken == [f"N-{year}-{n:06d}" for n in range(1, len(taken) + 1)]
        assert len(taken) >= LETTERS_A_WAVE
    void = {letter.key: letter.closed_reason for letter in letters if letter.state == Notice.State.VOID}
    assert void == dict.fromkeys(failing, "書面を作れませんでした。試験のための失敗です。")
    assert {letter.state for letter in letters if letter.key not in failing} == {"dispatched"}
    assert (
        Delivery.objects.filter(state="dispatched").count() == len(keys) - len(failing) == LetterContent.objects.count()
    )
    assert HandlerRun.objects.filter(event="cancelled").count() == len(failing)
