"""To which letter each scanned line belongs, and what is in its way. Reads only; recording is the verb's."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from config.desk.clock import jst_day
from notices.models import Notice
from notices.returns.scanned import Scanned
from notices.returns.tracking import bare, bearing
from notices.verbs import tracking_warning


@dataclass(frozen=True, kw_only=True)
class Matched:
    """A line with its letter. `fault`: it cannot be recorded as it stands; `done`: this very number stands there already."""

    line: Scanned
    notice: Notice | None = None
    fault: str = ""
    warning: str = ""
    done: bool = False

    @property
    def ready(self) -> bool:
        """Whether it may be recorded."""
        return not self.fault and not self.done


def match(lines: Iterable[Scanned]) -> list[Matched]:
    """Every line, judged beside the others and beside what is recorded, in two queries."""
    lines = list(lines)
    letters = Counter(line.letter for line in lines if line.letter)
    numbers = Counter(bare(line.tracking) for line in lines if line.tracking)
    found = _letters(letters)
    borne = _borne(numbers)
    return [_judged(line, found.get(line.letter), letters, numbers, borne) for line in lines]


def _letters(numbers: Iterable[str]) -> dict[str, Notice]:
    rows = Notice.objects.filter(number__in=list(numbers)).select_related("customer").prefetch_related("deliveries")
    return {str(row.number): row for row in rows}


def _borne(numbers: Iterable[str]) -> dict[tuple[str, str], Notice]:
    """(number, day of posting) → the letter that bears it."""
    return {(row.bare, str(row.posted_on)): row.notice for row in bearing(numbers) if row.posted_on}


def _judged(line: Scanned, notice: Notice | None, letters: Counter[str], numbers: Counter[str],
            borne: dict[tuple[str, str], Notice]) -> Matched:  # fmt: skip
    if line.fault:
        return Matched(line=line, notice=notice, fault=line.fault)
    if notice is None:
        return Matched(line=line, fault=f"{line.letter} の通知はありません。番号を確かめてください。")
    if letters[line.letter] > 1:
        return Matched(
            line=line, notice=notice, fault="同じ通知が、ほかの行にもあります。正しい1行だけを残してください。"
        )
    if numbers[bare(line.tracking)] > 1:
        return Matched(
            line=line, notice=notice, fault="同じ追跡番号が、ほかの行にもあります。受領証を確かめてください。"
        )
    return _against_records(line, notice, borne)


def _against_records(line: Scanned, notice: Notice, borne: dict[tuple[str, str], Notice]) -> Matched:
    post = notice.post
    if post is None:
        return Matched(line=line, notice=notice, fault="この通知は、郵送しません。")
    if post.dispatched_at is None:
        return Matched(line=line, notice=notice, fault="差出しを、まだ記録していません。先に差出しを記録してください。")
    if post.tracking_number:
        same = bare(post.tracking_number) == bare(line.tracking)
        fault = "" if same else f"別の追跡番号 {post.tracking_number} が記録されています。"
        return Matched(line=line, notice=notice, done=same, fault=fault)
    other = borne.get((bare(line.tracking), str(jst_day(post.dispatched_at))))
    if other is not None:
        return Matched(
            line=line, notice=notice, fault=f"同じ日に差し出した {other} に、この追跡番号が記録されています。"
        )
    return Matched(line=line, notice=notice, warning=tracking_warning(line.tracking))
