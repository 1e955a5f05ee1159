"""A row of the screening list: an application, its five cells, and what may be done with it from there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects

from config.desk.chips import Chip
from config.desk.jst import jshort
from config.desk.pages import url_of
from contracts.applications import checks, clearing, renewed
from contracts.applications.checks import Earlier, Hit
from contracts.applications.models import Application, Ground, GroundJudgement
from contracts.applications.stages import open_decision, stages_of
from contracts.applications.workflow import EXCEPTION, REFUSAL

SHORT = {
    Ground.UNPAID: "支払い", Ground.BREACH: "違反", Ground.FALSE_IDENTITY: "なりすまし", Ground.FALSE_CONTENT: "内容", Ground.OTHER: "その他",
}  # fmt: skip
STRONG = {Ground.UNPAID: "▲", Ground.BREACH: "▲"}
JUDGED = {
    "clear": ("✓", "clear", "該当しない"),
    "applies": ("▲", "applies", "該当する"),
    "checking": ("○", "", "確認中"),
}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One ground of one application: a shape, a few words, who judged; `look` where a person has to open it."""

    ground: Ground
    glyph: str
    tone: str
    words: str
    sub: str = ""
    look: bool = False
    more: int = 0


@dataclass(kw_only=True)
class Row:
    """One application. `can`: clear, accept or nothing; `says` is what happened to it last, or what is in the way."""

    application: Application
    cells: list[Cell]
    can: str
    seen: str
    earlier: list[Earlier] = field(default_factory=list)
    chip: Chip | None = None
    done: str = ""
    stop_url: str = ""
    says: str = ""
    tone: str = ""

    @property
    def url(self) -> str:
        """The page of the application."""
        return url_of(self.application)

    @property
    def before(self) -> list[tuple[str, str]]:
        """What was decided before on the same party, in words, and where it is read."""
        return [(one.words, url_of(one.application)) for one in self.earlier[:2]]

    @property
    def look(self) -> int:
        """How many cells have to be opened."""
        return sum(cell.look for cell in self.cells)


def to_screen(show: str = "") -> QuerySet[Application]:
    """In screening, no decision under way, the oldest first; `open`: a judgement is missing, `cleared`: none is."""
    rows = Application.objects.to_screen().exclude(open_decision(REFUSAL)).exclude(open_decision(EXCEPTION))
    clear = GroundJudgement.objects.filter(application=OuterRef("pk"), finding="clear")
    all_clear = Q(*[Exists(clear.filter(ground=ground)) for ground in Ground])
    return {"open": rows.exclude(all_clear), "cleared": rows.filter(all_clear)}.get(show, rows)


def after(rows: QuerySet[Application], last: Application | None) -> QuerySet[Application]:
    """Those that come after this one in the order of the list, wherever it stands now."""
    if last is None:
        return rows
    return rows.filter(Q(received_at__gt=last.received_at) | Q(received_at=last.received_at, pk__gt=last.pk))


def rows_of(applications: Sequence[Application], *, may: bool) -> list[Row]:
    """The rows of a page, in a fixed number of queries. `may`: whether who looks may judge at all."""
    prefetch_related_objects(applications, "customer", "judgements__by")
    found = checks.found(applications)
    stages = stages_of([a for a in applications if a.state != "screening"]) if _moved(applications) else {}
    made = []
    for application in applications:
        hits, earlier = found[application.pk]
        stage = stages.get(application.pk)
        made.append(_row(application, hits, earlier, may=may, chip=stage.chip if stage else None))
    return made


def _moved(applications: Iterable[Application]) -> bool:
    return any(a.state != "screening" for a in applications)


def _row(application: Application, hits: checks.Hits, earlier: list[Earlier], *, may: bool, chip: Chip | None) -> Row:
    judged = {j.ground: j for j in application.judgements.all()}
    cells = [
        _renewed(ground, later) if (later := renewed.newer(application, hits[ground], judged.get(ground)))
        else _cell(ground, hits[ground], judged.get(ground))
        for ground in Ground
    ]  # fmt: skip
    row = Row(
        application=application, cells=cells, earlier=earlier, chip=chip, seen=clearing.content_mark(application),
        can=_can(application, cells, judged) if may else "",
    )  # fmt: skip
    if len(judged) == len(Ground):
        last = max(judged.values(), key=lambda j: j.judged_at)
        row.done = f"{last.by}　{jshort(last.judged_at)}"
    return row


def _can(application: Application, cells: list[Cell], judged: dict[int, Any]) -> str:
    """What is offered; `press` decides anew."""
    if application.state != "screening" or any(j.finding != "clear" for j in judged.values()):
        return ""
    if any(cell.look for cell in cells):
        return ""
    return "accept" if len(judged) == len(Ground) else "clear"


def _renewed(ground: Ground, later: list[Hit]) -> Cell:
    """Judged, and the records hold more since: it has to be opened again."""
    return Cell(
        ground=ground, glyph="!", tone="warn", words=checks.worst(later).short, sub="判断の後に増加", look=True, more=len(later) - 1
    )  # fmt: skip


def _cell(ground: Ground, hits: list[Hit], judged: GroundJudgement | None) -> Cell:
    worst = checks.worst(hits)
    more = sum(hit.level in checks.LOOK for hit in hits) - 1
    if judged is not None:
        shape, tone, words = JUDGED[judged.finding]
        return Cell(ground=ground, glyph=shape, tone=tone, words=words, sub=f"{judged.by}")
    if worst.level == "hit":
        strong = STRONG.get(ground, "!")
        return Cell(
            ground=ground,
            glyph=strong,
            tone="applies" if strong == "▲" else "warn",
            words=worst.short,
            look=True,
            more=more,
        )
    if worst.level == "weak":
        return Cell(ground=ground, glyph="○", tone="warn", words=worst.short, look=True, more=more)
    if worst.level == "none":
        return Cell(ground=ground, glyph="", tone="", words=worst.short)
    return Cell(ground=ground, glyph="✓", tone="found", words=worst.short or "問題なし")
