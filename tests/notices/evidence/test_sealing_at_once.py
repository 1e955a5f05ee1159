"""Several workers seal at one moment: one chain, no letter twice, no place left out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from config.desk import clock
from notices.evidence import sealing, verify
from notices.evidence.models import Seal
from notices.models import LetterContent
from tests.support.world import World, at

NOON = at("2026-11-02T12:00")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_four_workers_make_one_chain(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        committed_world.subscription(NOON)
    monkeypatch.setattr(sealing, "AT_ONCE", 1)  # every seal in a step of its own, so that they come between one another

    def work(turn: int) -> int:
        try:
            return sealing.seal_all()
        finally:
            connection.close()

    with clock.standing_at(NOON), ThreadPoolExecutor(4) as workers:
        done = list(workers.map(work, range(4)))
    letters = LetterContent.objects.count()
    assert sum(done) == letters == 6
    assert list(Seal.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert verify.verify().differences == ()
