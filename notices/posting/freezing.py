"""The list of a print run is fixed (`freeze_run`): what went stale is renewed, what does not stand any more falls out."""

import logging

from config.desk import clock
from config.desk.locking import locked, locked_aggregate
from config.desk.step import step
from notices import pump
from notices.models import Delivery, Notice, Secret
from notices.posting import workflow
from notices.posting.models import PrintRun, PrintRunLetter

log = logging.getLogger("kiyaku.posting")
FREEZE = "notices.freeze_print_run"
Run, In = PrintRun.State, PrintRunLetter.State


def freeze_or_not(pk: int) -> int:
    """One run that cannot be fixed stops no other."""
    try:
        return freeze_run(pk)
    except Exception:
        log.exception("print run %s could not be fixed", pk)
        _told(pk, "一覧を確定できませんでした。システムの担当者に知らせてください。自動で、もう一度試します。")
        return 0


def _told(pk: int, why: str) -> None:
    with step(FREEZE, at=clock.now()):
        run = locked(PrintRun, pk)
        if run.state == Run.FREEZING and run.failure != why:
            run.failure = why
            run.save()


def freeze_run(pk: int) -> int:
    """Look at every letter once more, then fix the order. Renewed letters are numbered and rendered by the pump between."""
    unchecked = PrintRunLetter.objects.filter(run=pk, state=In.IN, checked_at=None)
    looked_at = sum(_look_again(letter) for letter in list(unchecked.values_list("pk", flat=True)))
    return looked_at + _fix_order(pk)


def _look_again(pk: int) -> int:
    """Stale or readdressed: its renewed letter takes its place. What does not stand any more falls out, saying why."""
    letter = PrintRunLetter.objects.select_related("run__frozen_by", "delivery__notice").get(pk=pk)
    with step(FREEZE, by=letter.run.frozen_by, at=clock.now()):
        delivery = locked_aggregate(letter.delivery)
        fresh = locked(PrintRunLetter, pk)
        if fresh.state != In.IN or fresh.checked_at is not None:
            return 0
        if delivery.state == Delivery.State.QUEUED and not pump.falls_away(delivery.notice):
            fresh.checked_at, fresh.reprint = clock.now(), delivery.printed_at is not None
            fresh.save()
        else:
            _falls_out(fresh)
    return 1


def _falls_out(letter: PrintRunLetter) -> None:
    delivery = Delivery.objects.select_related("notice").get(pk=letter.delivery_id)
    workflow.leave(letter, workflow.why_off(delivery))
    new = _renewed(delivery.notice)
    if new is not None and new.post is not None:
        PrintRunLetter.objects.create(run=letter.run, delivery=new.post, checked_at=clock.now())


def _renewed(notice: Notice) -> Notice | None:
    """What was ordered anew in place of it (its key counts the turns)."""
    base, _, turn = notice.key.partition("#")
    return Notice.objects.filter(key=f"{base}#{int(turn or 1) + 1}").exclude(state=Notice.State.CANCELLED).first()


def _fix_order(pk: int) -> int:
    """Once every letter in it is final: the order of their numbers is the order of list, PDF and slip."""
    if _some_unfinished(pk):
        return 0
    with step(FREEZE, by=PrintRun.objects.select_related("frozen_by").get(pk=pk).frozen_by, at=clock.now()):
        run = locked(PrintRun, pk)
        if run.state != Run.FREEZING or workflow.end_if_done(run, clock.now()):
            return 0
        for place, letter in enumerate(_in_number_order(run), start=1):
            letter.position = place
            letter.save()
        run.carries_secrets = Secret.objects.filter(
            notice__deliveries__print_runs__in=run.letters.exclude(state=In.PULLED_OUT)
        ).exists()
        run.state, run.file_sha256, run.failure = Run.FROZEN, "", ""
        run.save()
    return 1


def _some_unfinished(pk: int) -> bool:
    """Whether a letter waits for its number or its rendering; one that could not be made falls out."""
    rows = PrintRunLetter.objects.filter(run=pk, state=In.IN).select_related("delivery__notice")
    for letter in rows.filter(delivery__notice__state=Notice.State.VOID):
        with step(FREEZE, at=clock.now()):
            workflow.leave(locked(PrintRunLetter, letter.pk), letter.notice.closed_reason)
    waiting = rows.filter(delivery__notice__state__in=[Notice.State.ORDERED, Notice.State.NUMBERED])
    return waiting.exists() or rows.filter(checked_at=None).exists()


def _in_number_order(run: PrintRun) -> list[PrintRunLetter]:
    rows = run.letters.filter(state=In.IN).select_related("delivery__notice").order_by("delivery__notice__number")
    return list(rows.select_for_update(of=("self",)))
