"""What the machine does for a print run, each write in a short step, nothing rendered inside one. Killed anywhere, it goes on.

freeze_run   renews what went stale, drops what does not stand any more, then fixes the order of the list
render_run   the letters as they go to the printer, in that order, with their marks; outside every transaction
store_run    keeps the PDF under its SHA-256 (a run with secrets keeps nothing) and writes each letter's pages
post_letter  one letter becomes dispatched, by the code of `notices.mark_posted`, once
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from django.conf import settings

from config.desk import clock
from config.desk.locking import locked, locked_aggregate
from config.desk.refusal import Refused
from config.desk.step import step
from contracts.incoming import storage
from notices import printing, pump, verbs
from notices.models import Delivery, Notice, Secret
from notices.posting import again, workflow
from notices.posting.marks import marked
from notices.posting.models import PrintRun, PrintRunLetter
from notices.posting.querysets import PrintRunLetterQuerySet
from notices.rendering.content import CannotRender
from notices.rendering.merge import merge, page_count

log = logging.getLogger("kiyaku.posting")
FREEZE, RENDER, POST = "notices.freeze_print_run", "notices.make_print_run", "notices.mark_run_posted"
PROGRESS, END, REFUSED = "notices.print_progress", "notices.end_print_run", "notices.post_refused"
LEASE = timedelta(minutes=10)  # whoever renders longer than this is taken for dead
AT_ONCE = 100
Run, In = PrintRun.State, PrintRunLetter.State


def work() -> int:
    """All that waits for the machine; how much it did. The pump calls it in each of its rounds."""
    made = sum(_freeze_or_not(pk) for pk in _in(Run.FREEZING)) + sum(_make(pk) for pk in _in(Run.FROZEN))
    return post_waiting() + made + _end_all_done()


def _in(state: str) -> list[int]:
    return list(PrintRun.objects.filter(state=state).order_by("pk").values_list("pk", flat=True))


# --- the list ---------------------------------------------------------------------------------------------------------


def _freeze_or_not(pk: int) -> int:
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
        run.carries_secrets = Secret.objects.filter(notice__deliveries__print_runs__in=_staying(run)).exists()
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


def _staying(run: PrintRun) -> Iterable[PrintRunLetter]:
    return run.letters.exclude(state=In.PULLED_OUT)


# --- the PDF ----------------------------------------------------------------------------------------------------------


def _make(pk: int) -> int:
    """Render and store; what is in the way is told on the run, and a person tries again."""
    if not _claim(pk):
        return 0
    try:
        run = PrintRun.objects.get(pk=pk)
        again.look_once_more(run)
        if _end_if_done(pk):
            return 1
        pages: dict[int, int] = {}
        store_run(run, render_run(run, pages), pages)
    except Exception as failure:
        log.exception("print run %s could not be made", pk)
        _not_made(pk, failure)
    return 1


def _claim(pk: int) -> bool:
    """One worker at a time; one that died is followed after its lease; a failure waits for a person."""
    with step(PROGRESS, at=clock.now()):
        run = locked(PrintRun, pk)
        held = run.claimed_at is not None and run.claimed_at > clock.now() - LEASE
        if run.state != Run.FROZEN or held or run.failure:
            return False
        run.claimed_at, run.rendered = clock.now(), 0
        run.save()
    return True


def render_run(run: PrintRun, pages: dict[int, int] | None = None) -> bytes:
    """The merged PDF in the order of the list; `pages` takes how many sheets each letter (by key) has."""
    count = {} if pages is None else pages
    rows = _to_print(run) if pages is not None else run.letters.in_pdf()
    body = merge(_each(run, rows, count, told=pages is not None))
    return marked(body, "training") if settings.KIYAKU_MODE == "training" else body


def render_reprints(run: PrintRun) -> bytes:
    """Only the letters that are printed once more, each marked 再発行. Raises ValueError where there is none."""
    body = merge(_each(run, run.letters.printed_once_more(), {}, told=False))
    return marked(body, "training") if settings.KIYAKU_MODE == "training" else body


def _to_print(run: PrintRun) -> PrintRunLetterQuerySet:
    """What is still to go. What was posted is printed again only as 再発行."""
    return run.letters.filter(position__isnull=False, state=In.IN).in_order()


def _each(run: PrintRun, rows: PrintRunLetterQuerySet, pages: dict[int, int], *, told: bool) -> Iterator[bytes]:
    """One letter after the other, read a hundred at a time."""
    keys = iter(list(rows.values_list("pk", flat=True)))
    while chunk := list(islice(keys, AT_ONCE)):
        letters = PrintRunLetter.objects.select_related("delivery__notice__content").in_bulk(chunk)
        for letter in (letters[key] for key in chunk):
            pdf = printing.printable(letter.notice)
            pages[letter.pk] = page_count(pdf)
            yield marked(pdf, "reprint") if letter.reprint else pdf
        if told:
            _progress(run.pk, len(pages))


def _progress(pk: int, done: int) -> None:
    with step(PROGRESS, at=clock.now()):
        run = locked(PrintRun, pk)
        if run.state == Run.FROZEN:
            run.rendered = done
            run.save()


def store_run(run: PrintRun, body: bytes, pages: dict[int, int]) -> None:
    """Keep the bytes first, then the rows that name them. With a secret in it nothing is kept: it is made for each download."""
    sha256 = "" if run.carries_secrets else storage.keep(body)
    with step(RENDER, at=clock.now()):
        fresh = locked(PrintRun, run.pk)
        if fresh.state != Run.FROZEN:
            return
        _number_pages(fresh, pages)
        fresh.state, fresh.file_sha256, fresh.pages = Run.PRINTED, sha256, sum(pages.values())
        fresh.printed_at, fresh.rendered, fresh.claimed_at = fresh.printed_at or clock.now(), len(pages), None
        fresh.save()
        workflow.end_if_done(fresh, clock.now())


def _number_pages(run: PrintRun, pages: dict[int, int]) -> None:
    """Pages from … to …; a letter pulled out while the PDF was made keeps its pages, it lies in the file.
    What does not lie in it any more has none."""
    first = 1
    for letter in run.letters.exclude(pk__in=pages).filter(page_from__isnull=False).select_for_update(of=("self",)):
        letter.page_from = letter.page_to = None
        letter.save()
    for letter in run.letters.filter(pk__in=pages).select_for_update(of=("self",)).in_order():
        letter.page_from, letter.page_to = first, first + pages[letter.pk] - 1
        letter.save()
        first += pages[letter.pk]
    for delivery in Delivery.objects.filter(print_runs__in=list(pages), printed_at=None):
        delivery.printed_at = clock.now()
        delivery.save()


def _not_made(pk: int, failure: Exception) -> None:
    with step(RENDER, at=clock.now()):
        run = locked(PrintRun, pk)
        if run.state == Run.FROZEN:
            run.failure, run.claimed_at = _in_words(failure), None
            run.save()


def _in_words(failure: Exception) -> str:
    """Our own sentences as they are; of the machine's trouble what staff can do about it."""
    if isinstance(failure, OSError):
        return "PDFを保存できませんでした。保存先の空きを、システムの担当者に確かめてもらってください。"
    if isinstance(failure, CannotRender | Refused):
        return str(failure)
    return "PDFを作れませんでした。システムの担当者に知らせてください。"


# --- posted -----------------------------------------------------------------------------------------------------------


def post_waiting(most: int | None = None) -> int:
    """Every letter of which somebody said that it was posted, each in a step of its own; how many were looked at."""
    rows = PrintRunLetter.objects.filter(state=In.POSTING).order_by("run", "position").values_list("pk", "run")
    waiting = list(rows[:most])
    for pk, _ in waiting:
        post_letter(pk)
    for run in dict.fromkeys(run for _, run in waiting):
        _end_if_done(run)
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
        notice = locked_aggregate(letter.notice)
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


def _end_if_done(pk: int) -> bool:
    with step(END, at=clock.now()):
        return workflow.end_if_done(locked(PrintRun, pk), clock.now())


def _end_all_done() -> int:
    """Runs whose last letter was recorded by itself, or by a worker that died before it said so."""
    left = PrintRunLetter.objects.filter(state__in=[In.IN, In.POSTING]).values("run")
    over = PrintRun.objects.filter(state__in=[Run.OPEN, Run.PRINTED]).exclude(pk__in=left)
    return sum(_end_if_done(pk) for pk in list(over.values_list("pk", flat=True)))


def follow(delivery: Delivery) -> None:
    """Posted and recorded by itself, outside its run: it has left the run's list too. Called for every delivery that moves."""
    letter = PrintRunLetter.objects.filter(delivery=delivery, state=In.IN).first()
    if letter is None or delivery.dispatched_at is None:
        return
    fresh = locked(PrintRunLetter, letter.pk)
    fresh.state = In.POSTED
    _as_recorded(fresh, delivery)
    fresh.save()
