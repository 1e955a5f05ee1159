"""The life of a print run: open → freezing → frozen → printed → posted, or closed. What a person does; the machine's part
(`freeze_run`, `render_run`, `store_run`, `post_letter`) stands in machine.py, freezing.py and recording.py."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from config.desk import numbers
from config.desk.refusal import Refused
from config.desk.registry import Preview
from notices.models import Delivery
from notices.posting.models import PrintRun, PrintRunLetter
from notices.posting.options import postage_words
from notices.posting.querysets import free

CLAUSE = "4(1)(2)"
Run, In = PrintRun.State, PrintRunLetter.State
GOING_ON = (Run.OPEN, Run.FREEZING, Run.FROZEN, Run.PRINTED)


def open_why_not(row: None, *, by: Any, at: datetime) -> Refused | None:
    """There is something to print that is in no other run."""
    if free().exists():
        return None
    return Refused(
        "印刷を待っている通知がありません。", clause=CLAUSE, instead="通知を確定すると、書面ができてから印刷できます。"
    )


def open_run(
    row: None,
    *,
    by: Any,
    at: datetime,
    postage: str,
    envelope: str,
    letters: Sequence[str] = (),
    planned_until: date | None = None,
) -> PrintRun:
    """Choose the letters: those ticked, or all that wait (planned up to a day, JST). None of them may be in another run."""
    chosen = list(_chosen(letters, planned_until).select_for_update(of=("self",)))
    if letters and len(chosen) < len(set(letters)):
        raise _taken(set(letters) - {d.notice.number for d in chosen})
    if not chosen:
        raise Refused("選んだ条件の通知がありません。", clause=CLAUSE, instead="発送予定日の範囲を広げてください。")
    run = PrintRun.objects.create(
        number=numbers.take("P", at), made_by=by, made_at=at, postage=postage, envelope=envelope
    )
    for delivery in chosen:
        PrintRunLetter.objects.create(run=run, delivery=delivery)
    return run


def open_preview(
    row: None,
    *,
    at: datetime,
    postage: str = "",
    letters: Sequence[str] = (),
    planned_until: date | None = None,
    **more: Any,
) -> Preview:
    """How many letters this would be, and how they would go."""
    many = _chosen(letters, planned_until).count()
    how = f"・{postage_words(postage)}" if postage else ""
    return Preview(messages=(("info", f"{many:,}通{how}で印刷を始めます（第4条第1項）。"),))


def opened_words(row: Any) -> str:
    """Beside the confirmation: how many letters were taken, and how they go."""
    if not isinstance(row, PrintRun) or row.state != Run.OPEN:
        return ""
    return f"{row.letters.filter(state=In.IN).count():,}通・{row.get_postage_display()}で印刷を始めました。"


def _chosen(letters: Sequence[str], until: date | None) -> Any:
    waiting = free().select_related("notice")
    if letters:
        return waiting.filter(notice__number__in=letters)
    return waiting.filter(notice__planned_dispatch_on__lte=until) if until else waiting


def _taken(numbers: Iterable[Any]) -> Refused:
    named = "、".join(sorted(str(number) for number in numbers))
    return Refused(
        f"もう印刷を待っていない通知があります（{named}）。操作は行われていません。",
        clause=CLAUSE,
        instead="ほかの人が先に選んだか、差し出しています。一覧を開き直して、選び直してください。",
    )


def freeze_why_not(run: PrintRun, *, by: Any, at: datetime) -> Refused | None:
    """Once, while something is in it."""
    if run.state != Run.OPEN:
        return _not_now(run, "確定")
    return None if run.letters.filter(state=In.IN).exists() else _empty()


def freeze(run: PrintRun, *, by: Any, at: datetime) -> PrintRun:
    """Fix the list; letters are renewed, numbered and rendered by the machine, outside this transaction."""
    run.state, run.frozen_by, run.frozen_at = Run.FREEZING, by, at
    run.save()
    return run


def pull_out_why_not(run: PrintRun, *, by: Any, at: datetime) -> Refused | None:
    """While something in it has not been posted."""
    if run.state not in GOING_ON:
        return _not_now(run, "抜くこと")
    return None if run.letters.filter(state=In.IN).exists() else _empty()


def pull_out(run: PrintRun, *, by: Any, at: datetime, letters: Sequence[str], reason: str) -> PrintRun:
    """Take letters out before they are posted; each may go into another run."""
    for letter in ticked(run, letters):
        leave(letter, reason)
    end_if_done(run, at)
    return run


def leave(letter: PrintRunLetter, reason: str) -> None:
    """Out of the run, saying why; its place stays empty."""
    letter.state, letter.reason, letter.failure = In.PULLED_OUT, reason, ""
    letter.save()


def why_off(delivery: Delivery) -> str:
    """Why a letter must not leave any more, in words."""
    return delivery.failure or delivery.notice.closed_reason or f"「{delivery.get_state_display()}」になったため"


def ticked(run: PrintRun, letters: Sequence[str], states: Sequence[str] = (In.IN,)) -> list[PrintRunLetter]:
    """The letters of these numbers, locked, in order. Refused where one is not (or no longer) in one of the states."""
    rows = run.letters.filter(state__in=states, delivery__notice__number__in=letters)
    found = list(rows.select_related("delivery__notice").select_for_update(of=("self",)).in_order())
    if missing := set(letters) - {letter.notice.number for letter in found}:
        raise Refused(
            f"{'、'.join(sorted(missing))} は、この印刷にないか、すでに差し出されています。操作は行われていません。",
            clause=CLAUSE,
            instead="画面を開き直して、選び直してください。",
        )
    return found


def mark_posted_why_not(run: PrintRun, *, by: Any, at: datetime) -> Refused | None:
    """From the PDF on, while something in it has not been recorded as posted."""
    if run.state != Run.PRINTED:
        return _not_now(run, "差出しを記録すること")
    waiting = run.letters.filter(state__in=[In.IN, In.POSTING]).exists()
    return None if waiting else _empty()


def mark_run_posted(
    run: PrintRun,
    *,
    by: Any,
    at: datetime,
    posted_at: datetime,
    office: str,
    postage: str = "",
    letters: Sequence[str] = (),
) -> PrintRun:
    """Somebody carried the letters to the post office: those ticked, or all that are still to go and were not cancelled.

    Here only the statement is kept; each letter becomes dispatched in a step of its own (`recording.post_letter`), so that
    one that cannot be recorded stops no other. Pressed again, it goes on where it stopped.
    """
    if run.frozen_at is not None and posted_at < run.frozen_at.replace(second=0, microsecond=0):  # forms tell minutes
        raise Refused(
            "差出し日時が、印刷の一覧を確定した時より前です。",
            clause=CLAUSE,
            instead="差出票の日時を確かめてください。",
        )
    chosen = ticked(run, letters) if letters else _to_go(run)
    if not chosen and (other := run.letters.filter(state=In.POSTING).exclude(posted_by=by).first()):
        raise Refused(
            f"{other.posted_by}が、この差出しを記録しています。あなたの操作は行われていません。",
            clause=CLAUSE,
            instead="記録が終わるのを待ってから、画面を確かめてください。",
        )
    for letter in chosen:
        letter.state, letter.posted_at, letter.posted_by, letter.failure = In.POSTING, posted_at, by, ""
        letter.postage, letter.office = postage or run.postage, office
        letter.save()
    return run


def _to_go(run: PrintRun) -> list[PrintRunLetter]:
    """All still in it; one that was cancelled since it was printed is not believed to have gone unless it is ticked."""
    rows = run.letters.filter(state=In.IN).exclude(delivery__state=Delivery.State.CANCELLED)
    return list(rows.select_related("delivery__notice").select_for_update(of=("self",)).in_order())


def reprint_why_not(run: PrintRun, *, by: Any, at: datetime) -> Refused | None:
    """Once there was a PDF."""
    if run.printed_at is None:
        return _not_now(run, "再発行")
    return None if run.letters.exclude(state=In.PULLED_OUT).exists() else _empty()


def reprint(run: PrintRun, *, by: Any, at: datetime, letters: Sequence[str], reason: str) -> PrintRun:
    """再発行: printed once more, marked so on the paper and here. A copy is no second dispatch."""
    for letter in ticked(run, letters, (In.IN, In.POSTING, In.POSTED)):
        letter.reprint = True
        letter.save()
    return run


def render_again_why_not(run: PrintRun, *, by: Any, at: datetime) -> Refused | None:
    """Where the PDF could not be made, or is made and no longer wanted as it lies there, and something is still to go."""
    if run.state not in (Run.FROZEN, Run.PRINTED):
        return _not_now(run, "PDFの作り直し")
    if run.letters.filter(state=In.POSTING).exists():
        return _recording()
    return None if run.letters.filter(state=In.IN).exists() else _empty()


def render_again(run: PrintRun, *, by: Any, at: datetime) -> PrintRun:
    """What is still to go, in the same order; each of them is looked at once more by the machine."""
    for letter in run.letters.filter(state=In.IN).select_for_update(of=("self",)):
        letter.checked_at = None
        letter.save()
    run.state, run.failure, run.claimed_at, run.rendered = Run.FROZEN, "", None, 0
    run.save()
    return run


def close_why_not(run: PrintRun, *, by: Any, at: datetime) -> Refused | None:
    """While it is not over, and nothing is just being recorded."""
    if run.state not in GOING_ON:
        return _not_now(run, "閉じること")
    if run.letters.filter(state=In.POSTING).exists():
        return _recording()
    return None


def close(run: PrintRun, *, by: Any, at: datetime, reason: str) -> PrintRun:
    """Give up what is left of it; those letters wait to be printed again."""
    for letter in run.letters.filter(state=In.IN).select_for_update(of=("self",)):
        leave(letter, reason)
    _end(run, at, reason)
    return run


def end_if_done(run: PrintRun, at: datetime) -> bool:
    """Nothing is left to be posted: the run is over."""
    if run.state not in GOING_ON or run.letters.filter(state__in=[In.IN, In.POSTING]).exists():
        return False
    posted = run.printed_at is not None and run.letters.filter(state=In.POSTED).exists()
    _end(run, at, "" if posted else "差出しを待つ通知がなくなったため")
    return True


def _end(run: PrintRun, at: datetime, reason: str) -> None:
    posted = run.printed_at is not None and run.letters.filter(state=In.POSTED).exists()
    run.state, run.closed_at, run.closed_reason = (Run.POSTED if posted else Run.CLOSED), at, reason
    run.save()


def _not_now(run: PrintRun, what: str) -> Refused:
    return Refused(
        f"この印刷は「{run.get_state_display()}」なので、{what}はできません。",
        clause=CLAUSE,
        instead="印刷の画面で、今の状態を確かめてください。",
    )


def _recording() -> Refused:
    return Refused("差出しを記録しています。", clause=CLAUSE, instead="記録が終わるのを待ってください。")


def _empty() -> Refused:
    return Refused(
        "この印刷に、差出しを待つ通知がありません。", clause=CLAUSE, instead="通知を選んで、新しく印刷してください。"
    )
