"""The check of everything frozen: every difference by the letter's number, and nothing else. It mends nothing.

Other sub-packages add their own files: `verify.register("印刷の記録", call)`, where `call` yields `Difference`s.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from config.desk import clock
from config.desk.models import Counter
from config.desk.step import step
from notices.evidence.models import Seal, Verification
from notices.evidence.sealing import Source, chunks, digest_of, hashed, last_seal, sha256, sources
from notices.models import Delivery, LetterContent, Notice

Check = Callable[[], Iterable["Difference"]]
MOST_KEPT = 200
_NUMBER = re.compile(r"N-(\d{4})-(\d{6,})")
_checks: dict[str, Check] = {}


@dataclass(frozen=True, order=True)
class Difference:
    """What does not agree, by the number of its letter."""

    number: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """What one check found. `unsealed`: frozen so lately that the worker has not sealed them yet; no difference."""

    letters: int
    unsealed: int
    head: int
    head_digest: str
    differences: tuple[Difference, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "ok": not self.differences, "differences": [asdict(d) for d in self.differences]}


def register(name: str, call: Check) -> None:
    """Add a check under its Japanese name; the same name twice raises ValueError."""
    if name in _checks:
        raise ValueError(f"check {name} registered twice")
    _checks[name] = call


def verify() -> Report:
    """Ask every check. Reads in handfuls: memory does not grow with the number of letters."""
    found = sorted({difference for call in _checks.values() for difference in call()})
    head, digest = last_seal()
    return Report(
        letters=LetterContent.objects.count(), unsealed=sum(_unsealed(one).count() for one in sources()),
        head=head, head_digest=digest, differences=tuple(found),
    )  # fmt: skip


def verify_and_keep() -> Report:
    """Check, and remember the outcome with the last seal as it stands: a chain written anew later does not fit it."""
    report = verify()
    with step("notices.verify", at=clock.now()):
        Verification.objects.create(
            letters=report.letters, found=len(report.differences), head=report.head, head_digest=report.head_digest,
            differences=[asdict(d) for d in report.differences[:MOST_KEPT]],
        )  # fmt: skip
    return report


# --- the letters' own bytes ---------------------------------------------------------------------------------------


def hashes() -> Iterator[Difference]:
    """Every letter's bytes against the SHA-256 that was written down with them."""
    rows = LetterContent.objects.select_related("notice").only("body", "sha256", "notice__number").order_by("pk")
    for content in rows.iterator(chunk_size=50):
        if sha256(bytes(content.body)) != content.sha256:
            yield Difference(_named(content.notice.number), "書面のバイト列が、記録されたSHA-256と合いません。")


def contents() -> Iterator[Difference]:
    """Every letter that became final once has its content, whatever became of it."""
    has = LetterContent.objects.filter(notice=OuterRef("pk"))
    final = Notice.history.model.objects.filter(id=OuterRef("pk"), state__in=["final", "dispatched"])
    left = Delivery.objects.filter(notice=OuterRef("pk"), dispatched_at__isnull=False)
    for notice in Notice.objects.filter(Exists(final) | Exists(left), ~Exists(has)).order_by("pk").iterator():
        yield Difference(_named(notice.number), "確定した書面がありません。")


# --- seals --------------------------------------------------------------------------------------------------------


def seals() -> Iterator[Difference]:
    """Every sealed row is there and as it was sealed."""
    for one in sources():
        for rows in chunks(
            one.model._default_manager.select_related(*one.related).order_by("pk").iterator(chunk_size=50)
        ):
            kept = {seal.row: seal for seal in Seal.objects.filter(what=one.key, row__in=[row.pk for row in rows])}
            yield from (d for row in rows if row.pk in kept for d in _as_sealed(one, row, kept[row.pk]))
        there = one.model._default_manager.filter(pk=OuterRef("row"))
        for seal in Seal.objects.filter(~Exists(there), what=one.key).order_by("position").iterator():
            yield Difference(seal.number, f"封印された行がありません（封印 {seal.position}）。")


def _as_sealed(one: Source, row: Any, seal: Seal) -> Iterator[Difference]:
    now = hashed(one, row)
    changed = [name for name in now | seal.parts if now.get(name) != seal.parts.get(name)]
    if changed:
        yield Difference(seal.number, f"封印の後に変わっています：{'、'.join(changed)}。")
    if one.number(row) != seal.number:
        yield Difference(seal.number, f"番号が、封印の時と違います（{_named(one.number(row))}）。")


def chain() -> Iterator[Difference]:
    """The seals themselves: none missing, none written anew, none beside what earlier checks had seen."""
    anchors = dict(Verification.objects.exclude(head=0).values_list("head", "head_digest"))
    place, before = 0, None
    for seal in Seal.objects.order_by("position").iterator():
        if seal.position != place + 1:
            yield from _missing(place + 1, seal.position - 1, seal)
        elif before is not None and seal.previous != before.digest:
            yield Difference(before.number, f"封印が作り直されています（封印 {before.position}）。")
        if digest_of(seal) != seal.digest or anchors.get(seal.position, seal.digest) != seal.digest:
            yield Difference(seal.number, f"封印が書き換えられています（封印 {seal.position}）。")
        place, before = seal.position, seal
    last = Counter.objects.filter(series="SEAL").values_list("last", flat=True).first() or 0
    if max(last, *anchors, 0) > place:
        yield from _missing(place + 1, max(last, *anchors, 0), None)


def _missing(first: int, last: int, after: Seal | None) -> Iterator[Difference]:
    """Seals taken away: the rows that stand without one tell whose they were."""
    places = f"{first}" if first == last else f"{first}〜{last}"
    bare = [row for one in sources() for row in _unsealed(one).select_related(*one.related) if _is_older(row, after)]
    bare = sorted(bare, key=lambda row: row.created_at)[: last - first + 1]  # later ones only wait for the worker
    for row in bare:
        one = next(s for s in sources() if isinstance(row, s.model))
        yield Difference(_named(one.number(row)), f"封印が失われています（封印 {places}）。")
    if not bare:
        yield Difference("", f"封印が失われています（封印 {places}）。")


def _is_older(row: Any, seal: Seal | None) -> bool:
    return seal is None or row.created_at <= seal.sealed_at


def _unsealed(one: Source) -> Any:
    return one.model._default_manager.filter(~Exists(Seal.objects.filter(what=one.key, row=OuterRef("pk")))).order_by(
        "pk"
    )


# --- numbers ------------------------------------------------------------------------------------------------------


def numbers() -> Iterator[Difference]:
    """Each year's numbers run from 1 to the counter's last without a gap; a void one says why."""
    last = dict(Counter.objects.filter(series="N").values_list("year", "last"))
    year, place = 0, 0
    rows = Notice.objects.exclude(number=None).order_by("number").values_list("number", "state", "closed_reason")
    for named, state, why in rows.iterator():
        number = str(named)
        found = _NUMBER.fullmatch(number)
        if found is None:
            yield Difference(number, "番号の形が違います。")
            continue
        if int(found[1]) != year:
            yield from _lost(year, place + 1, last.pop(year, place))
            year, place = int(found[1]), 0
        yield from _lost(year, place + 1, int(found[2]) - 1)
        place = int(found[2])
        if place > last.get(year, 0):
            yield Difference(number, "採番の記録にない番号です。")
        if state == Notice.State.VOID and not why.strip():
            yield Difference(number, "欠番の理由がありません。")
    yield from _lost(year, place + 1, last.pop(year, place))
    for other, most in sorted(last.items()):
        yield from _lost(other, 1, most)


def _lost(year: int, first: int, last: int) -> Iterator[Difference]:
    if last - first >= MOST_KEPT:
        return iter([Difference(f"N-{year}-{first:06d}", f"ここから {last:06d} までの通知がありません。")])
    return (Difference(f"N-{year}-{place:06d}", "この番号の通知がありません。") for place in range(first, last + 1))


def _named(number: str | None) -> str:
    return number or "（番号なし）"


def register_all() -> None:
    """Called once, when the engine starts."""
    register("確定した書面", hashes)
    register("書面の有無", contents)
    register("封印された内容", seals)
    register("封印の連なり", chain)
    register("通知番号", numbers)
