"""What the machine does for a print run, each write in a short step, nothing rendered inside one. Killed anywhere, it goes on.

freeze_run   renews what went stale, drops what does not stand any more, then fixes the order of the list (freezing.py)
render_run   the letters as they go to the printer, in that order, with their marks; outside every transaction
store_run    keeps the PDF under its SHA-256 (a run with secrets keeps nothing) and writes each letter's pages
post_letter  one letter becomes dispatched, by the code of `notices.mark_posted`, once (recording.py)
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.conf import settings

from config.desk import clock
from config.desk.locking import locked
from config.desk.refusal import Refused
from config.desk.step import step
from contracts.incoming import storage
from notices import printing
from notices.models import Delivery
from notices.posting import again, freezing, recording, workflow
from notices.posting.marks import marked
from notices.posting.models import PrintRun, PrintRunLetter
from notices.posting.querysets import PrintRunLetterQuerySet
from notices.rendering.content import CannotRender
from notices.rendering.merge import merge, page_count

log = logging.getLogger("kiyaku.posting")
RENDER, PROGRESS = "notices.make_print_run", "notices.print_progress"
LEASE = timedelta(minutes=10)  # whoever renders longer than this is taken for dead
AT_ONCE = 100
Run, In = PrintRun.State, PrintRunLetter.State


def work() -> int:
    """All that waits for the machine; how much it did. The pump calls it in each of its rounds."""
    made = sum(freezing.freeze_or_not(pk) for pk in _in(Run.FREEZING)) + sum(_make(pk) for pk in _in(Run.FROZEN))
    return recording.post_waiting() + made + recording.end_all_done()


def _in(state: str) -> list[int]:
    return list(PrintRun.objects.filter(state=state).order_by("pk").values_list("pk", flat=True))


# --- the PDF ----------------------------------------------------------------------------------------------------------


def _make(pk: int) -> int:
    """Render and store; what is in the way is told on the run, and a person tries again."""
    if not _claim(pk):
        return 0
    try:
        run = PrintRun.objects.get(pk=pk)
        again.look_once_more(run)
        if recording.end_if_done(pk):
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
    printed = Delivery.objects.filter(print_runs__in=list(pages)).order_by("pk")
    for delivery in printed.select_for_update(of=("self",)):  # before the letters, as wherever both are locked
        delivery.printed_at = delivery.printed_at or clock.now()
        delivery.save()
    first = 1
    for letter in run.letters.exclude(pk__in=pages).filter(page_from__isnull=False).select_for_update(of=("self",)):
        letter.page_from = letter.page_to = None
        letter.save()
    for letter in run.letters.filter(pk__in=pages).select_for_update(of=("self",)).in_order():
        letter.page_from, letter.page_to = first, first + pages[letter.pk] - 1
        letter.save()
        first += pages[letter.pk]


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
