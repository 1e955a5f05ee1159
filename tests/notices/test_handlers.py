"""What follows a letter: at least once, exactly one effect; a failure never takes the outcome back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from config.desk import handlers
from config.desk.models import HandlerRun
from config.desk.refusal import Refused
from contracts.licenses.models import Subscription
from notices.models import Delivery, Notice
from tests.support.world import World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOW = at("2026-11-02T10:00")
Hook = Callable[[HandlerRun], None]


def minutes(count: int) -> datetime:
    return NOW + timedelta(minutes=count)


class Fault:
    """Raises at the first `times` runs of the acceptance's handler."""

    def __init__(self, times: int, error: Exception) -> None:
        self.times, self.error, self.tried = times, error, 0

    def __call__(self, run: HandlerRun) -> None:
        if (run.kind, run.event) != ("applications.acceptance", "dispatched"):
            return
        self.tried += 1
        if self.tried <= self.times:
            raise self.error


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Fault]:
    def fail(times: int, error: Exception | None = None) -> Fault:
        fault = Fault(times, error or RuntimeError("台帳に届かない"))
        monkeypatch.setattr(handlers, "before_handler", [*handlers.before_handler, fault])
        return fault

    return fail


def accept(world: World) -> Any:
    """An acceptance that leaves at NOW."""
    return world.accepted(NOW)


def run_of(application: Any) -> HandlerRun:
    notice = Notice.objects.about(application).get()
    return HandlerRun.objects.get(kind="applications.acceptance", event="dispatched", object_id=notice.pk)


def test_a_failure_leaves_the_dispatch_and_stands_on_its_row(world: World, failing: Callable[..., Fault]) -> None:
    failing(1)
    application = accept(world)
    notice, run = Notice.objects.about(application).get(), run_of(application)
    assert (notice.state, notice.email.state, notice.dispatched_at) == ("dispatched", "dispatched", NOW)
    assert (application.state, application.subscription) == ("accepting", None)
    assert (run.state, run.attempts, run.next_attempt_at) == ("failed", 1, minutes(1))
    assert "台帳に届かない" in run.error


def test_the_others_go_on(world: World, failing: Callable[..., Fault]) -> None:
    failing(1)
    first = accept(world)
    second = accept(world)
    assert (first.state, second.state) == ("accepting", "accepted")


def test_it_is_tried_again_after_1_5_and_30_minutes_and_then_left_to_a_person(
    world: World, failing: Callable[..., Fault]
) -> None:
    fault = failing(99)
    application = accept(world)
    tried = {0: fault.tried}
    for minute in range(1, 61):
        world.pump(minutes(minute))
        if fault.tried > max(tried.values()):
            tried[minute] = fault.tried
    assert tried == {0: 1, 1: 2, 6: 3, 36: 4}
    run = run_of(application)
    assert (run.state, run.attempts, run.next_attempt_at) == ("failed", 4, None)


def test_a_person_tries_again_and_it_takes_effect_once(world: World, failing: Callable[..., Fault]) -> None:
    failing(4)
    application = accept(world)
    for minute in (1, 6, 36):
        world.pump(minutes(minute))
    world.do("desk.retry_handler", run_of(application), by="rin", at=minutes(90))
    application.refresh_from_db()
    assert (application.state, Subscription.objects.count()) == ("accepted", 1)
    assert application.subscription.formed_on == NOW.date()  # the day of the dispatch, not of the retry
    assert (run_of(application).state, run_of(application).done_at) == ("done", minutes(90))


def test_a_retry_takes_effect_once(world: World, failing: Callable[..., Fault]) -> None:
    failing(1)
    application = accept(world)
    world.pump(minutes(1))
    application.refresh_from_db()
    assert application.state == "accepted"
    for minute in (2, 6, 36, 600):
        assert world.pump(minutes(minute)).handled == 0
    assert (Subscription.objects.count(), Delivery.objects.get().state) == (1, "dispatched")


def test_refused_is_not_tried_again(world: World, failing: Callable[..., Fault]) -> None:
    fault = failing(99, Refused("契約がすでにあります。", clause="6(3)", instead="法務に相談してください。"))
    application = accept(world)
    for minute in range(1, 60):
        world.pump(minutes(minute))
    run = run_of(application)
    assert (fault.tried, run.state, run.attempts, run.next_attempt_at) == (1, "failed", 1, None)
    assert run.error == "契約がすでにあります。法務に相談してください。"


def test_what_a_failing_handler_wrote_is_rolled_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fails after its work: contract, number and deadline are gone again, and the next try makes them once."""
    real = handlers._engines["notices"]
    broken = [True]

    def works_then_breaks(run: HandlerRun) -> None:
        real(run)
        if run.event == "dispatched" and broken.pop() if broken else False:
            raise RuntimeError("最後に壊れた")

    monkeypatch.setitem(handlers._engines, "notices", works_then_breaks)
    application = accept(world)
    assert (application.state, Subscription.objects.count(), Subscription.history.count()) == ("accepting", 0, 0)
    world.pump(minutes(1))
    application.refresh_from_db()
    assert (application.state, application.subscription.number) == ("accepted", "S-2026-000001")


def test_called_again_after_it_is_done_it_does_nothing(world: World) -> None:
    """At least once: a run that comes twice finds its effect there."""
    application = accept(world)
    run = run_of(application)
    with_effect = (application.subscription_id, Subscription.history.count())
    assert handlers.run_one(run.pk)
    HandlerRun.objects.filter(pk=run.pk).update(state="waiting", next_attempt_at=NOW, done_at=None)
    assert world.pump(minutes(1)).handled == 1
    application.refresh_from_db()
    assert (application.subscription_id, Subscription.history.count()) == with_effect


def test_only_what_failed_is_tried_again_by_a_person(world: World) -> None:
    application = accept(world)
    with pytest.raises(Refused, match="失敗していません"):
        world.press("desk.retry_handler", run_of(application), by="rin", at=minutes(1))


def test_a_run_belongs_to_the_step_of_its_outcome(world: World) -> None:
    notice = Notice.objects.about(accept(world)).get()
    with pytest.raises(RuntimeError, match="belongs to the step"):
        handlers.enqueue("notices", "dispatched", notice.kind, notice, NOW)
