"""Letters of a print run become dispatched (`post_letter`), once each, by the code of `notices.mark_posted`."""

import logging

from config.desk import clock
from config.desk.locking import locked, locked_aggregate
from config.desk.refusal import Refused
from config.desk.step import step
from notices import verbs
from notices.models import Delivery, Notice
from notices.posting import workflow
from notices.posting.models import PrintRun, PrintRunLetter

log = logging.getLogger("kiyaku.posting")
POST, END, REFUSED = "notices.mark_run_posted", "notices.end_print_run", "notices.post_refused"
Run, In = PrintRun.State, PrintRunLetter.State


def post_waiting(most: int | None = None) -> int:
    """Every letter of which somebody said that it was posted, each in a step of its own; how many were looked at."""
    rows = PrintRunLetter.objects.filter(state=In.POSTING).order_by("run", "position").values_list("pk", "run")
    waiting = list(rows[:most])
    for pk, _ in waiting:
        post_letter(pk)
    for run in dict.fromkeys(run for _, run in waiting):
        end_if_done(run)
    return len(waiting)


def post_letter(pk: int) -> bool:
    """One letter of a run becomes dispatched, once; what is in the way is told on it, and it stands in the run as before."""
    try:
        return _post(pk)
    except Refused as refused:
        _not_posted(pk, f"{refused.message}{refused.instead}")
    except Exception:
        log.exception("letter %s of a run could not be recorded as posted", pk)
        _not_posted(pk, "記録できませんでした。システムの担当者に知らせてください。")
    return False


def _post(pk: int) -> bool:
    letter = PrintRunLetter.objects.select_related("posted_by", "run", "delivery__notice").get(pk=pk)
    with step(POST, by=letter.posted_by, at=clock.now(), reason=f"印刷 {letter.run}　{letter.office}".strip()):
        notice = locked_aggregate(letter.delivery).notice
        fresh = locked(PrintRunLetter, pk)
        if fresh.state != In.POSTING or fresh.posted_at is None:
            return False
        if _left_already(notice):
            _as_recorded(fresh, notice.post)
        else:
            if refused := verbs.mark_posted_why_not(notice, by=letter.posted_by, at=clock.now()):
                raise refused
            verbs.mark_posted(
                notice, by=letter.posted_by, at=clock.now(), posted_at=fresh.posted_at, postage=fresh.postage,
                tracking_number=notice.post.tracking_number if notice.post else "",
            )  # fmt: skip
        fresh.state = In.POSTED
        fresh.save()
    return True


def _left_already(notice: Notice) -> bool:
    """Recorded by another way meanwhile: a letter is never dispatched twice."""
    return notice.post is not None and notice.post.dispatched_at is not None


def _as_recorded(letter: PrintRunLetter, delivery: Delivery | None) -> None:
    """The moment, the postage and the person of the record by which it left; at which office is not known of that one."""
    assert delivery is not None
    letter.posted_at, letter.postage, letter.office = delivery.dispatched_at, delivery.postage, ""
    first = delivery.history.filter(dispatched_at=delivery.dispatched_at).order_by("history_id").first()
    letter.posted_by = first.history_user if first else None


def _not_posted(pk: int, why: str) -> None:
    with step(REFUSED, at=clock.now()):
        letter = locked(PrintRunLetter, pk)
        if letter.state == In.POSTING:
            letter.state, letter.failure = In.IN, why
            letter.save()


def end_if_done(pk: int) -> bool:
    with step(END, at=clock.now()):
        return workflow.end_if_done(locked(PrintRun, pk), clock.now())


def end_all_done() -> int:
    """Runs whose last letter was recorded by itself, or by a worker that died before it said so."""
    left = PrintRunLetter.objects.filter(state__in=[In.IN, In.POSTING]).values("run")
    over = PrintRun.objects.filter(state__in=[Run.OPEN, Run.PRINTED]).exclude(pk__in=left)
    return sum(end_if_done(pk) for pk in list(over.values_list("pk", flat=True)))


def follow(delivery: Delivery) -> None:
    """Posted and recorded by itself, outside its run: it has left the run's list too. Called for every delivery that moves."""
    letter = PrintRunLetter.objects.filter(delivery=delivery, state=In.IN).first()
    if letter is None or delivery.dispatched_at is None:
        return
    fresh = locked(PrintRunLetter, letter.pk)
    fresh.state = In.POSTED
    _as_recorded(fresh, delivery)
    fresh.save()
