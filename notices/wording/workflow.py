"""Legal's steps on wordings and stock paragraphs. They move no case: letters already made keep the words that they have."""

from datetime import date, datetime
from typing import Any

from config.desk import numbers
from config.desk.clock import jst_day
from config.desk.jst import jday_year
from config.desk.locking import locked
from config.desk.refusal import Lead, Refused
from notices.engine import NoticeKind, named
from notices.rendering.wording import Wording
from notices.wording.faults import faults, text_faults
from notices.wording.forms import as_wording
from notices.wording.models import SHIPPED, LetterTemplate, StockParagraph, version_label
from notices.wording.texts import COMMON, slots_of

DRAFT, EDIT, PUT, DROP = (
    "notices.draft_wording", "notices.edit_wording", "notices.put_wording_in_force", "notices.drop_wording_draft",
)  # fmt: skip
ADD_STOCK, END_STOCK = "notices.add_stock_paragraph", "notices.end_stock_paragraph"
State = LetterTemplate.State


def wording_of_version(kind: NoticeKind, version: int) -> Wording | None:
    """The words of a version; None where there is none of that number."""
    if version == SHIPPED:
        return kind.wording
    row = LetterTemplate.objects.of(kind.key).settled().filter(version=version).first()
    return row.words if row else None


def version_on(kind: str, day: date) -> int:
    """Which version letters of this JST day use."""
    row = LetterTemplate.objects.in_force(kind, day)
    return (row.version or SHIPPED) if row else SHIPPED


def draft(row: None, *, by: Any, at: datetime, kind: str, base: int | None = None) -> LetterTemplate:
    """Begin a draft, from the wording in force where no version is named. One draft a kind at a time."""
    if open_one := LetterTemplate.objects.of(kind).filter(state=State.DRAFT).first():
        raise Refused(
            f"この通知の文面は、{open_one.drafted_by}が起案した下書き（{open_one.number}）を直しているところです。",
            instead="その下書きを直すか、取りやめてから起案してください。", leads=[Lead(label="下書きを直す", verb=EDIT, to=open_one)],
        )  # fmt: skip
    version = base or version_on(kind, jst_day(at))
    words = wording_of_version(named(kind), version)
    if words is None:
        raise Refused(f"第{version}版はありません。", instead="文面の画面で、版の番号を確かめてください。")
    return LetterTemplate.objects.create(
        number=numbers.take("W", at), kind=kind, begun_from=version, wording=words.as_json(),
        drafted_by=by, drafted_at=at, edited_by=by, edited_at=at,
    )  # fmt: skip


def draft_why_not(row: LetterTemplate, *, by: Any, at: datetime) -> Refused | None:
    """Only a draft is changed or given up; what was put in force stands for ever."""
    if row.state == State.DRAFT:
        return None
    return Refused(
        f"{row.number}は「{row.get_state_display()}」なので、変えられません。",
        instead="新しい下書きを起案してください。",
    )


def mark(row: LetterTemplate) -> str:
    """What a person had before them when they began to write."""
    return row.edited_at.isoformat()


def _require_seen(row: LetterTemplate, seen: str) -> None:
    if seen and seen != mark(row):
        raise Refused(
            f"この下書きは、{row.edited_by}が先に直しています。あなたの操作は行われていません。",
            instead="画面を開き直し、今の文面を見てから、もう一度操作してください。",
        )


def edit(
    row: LetterTemplate, *, by: Any, at: datetime, seen: str = "", case: str = "", **fields: Any
) -> LetterTemplate:
    """Write the draft anew. It may have faults: they are named, and keep it from being put in force."""
    _require_seen(row, seen)
    row.wording, row.edited_by, row.edited_at = as_wording(fields).as_json(), by, at
    row.save()
    return row


def drop(row: LetterTemplate, *, by: Any, at: datetime, reason: str) -> LetterTemplate:
    """Give the draft up; it stays on record."""
    row.state = State.DROPPED
    row.save()
    return row


def put_why_not(row: LetterTemplate, *, by: Any, at: datetime) -> Refused | None:
    """A draft without faults."""
    if refused := draft_why_not(row, by=by, at=at):
        return refused
    found = faults(row.words, slots_of(named(row.kind)))
    if not found:
        return None
    more = f"（ほかに{len(found) - 1}件）" if len(found) > 1 else ""
    return Refused(
        f"文面に、直すところがあります。{found[0]}{more}", short="直すところがあります",
        instead="直してから、もう一度操作してください。", leads=[Lead(label="文面を直す", verb=EDIT, to=row)],
    )  # fmt: skip


def put_in_force(
    row: LetterTemplate, *, by: Any, at: datetime, in_force_from: date | None = None, seen: str = "", case: str = ""
) -> LetterTemplate:
    """From this JST day on letters of the kind use it; never from a day that is past. It takes its version now."""
    _require_seen(row, seen)
    day = in_force_from or jst_day(at)
    if day < jst_day(at):
        raise Refused(
            "適用開始日が過ぎています。", instead="今日以後の日を入れてください。出した通知の文面は変わりません。"
        )
    settled = LetterTemplate.objects.of(row.kind).settled().order_by("-version").first()
    row.version = ((settled.version if settled else None) or SHIPPED) + 1
    row.state, row.in_force_from, row.set_by, row.set_at = State.SET, day, by, at
    row.save()
    return row


# --- paragraphs in stock --------------------------------------------------------------------------------------------


def add_stock(
    row: None, *, by: Any, at: datetime, title: str, text: str, kind: str = "", position: int | None = None,
    used_from: date | None = None, supersedes: str = "",
) -> StockParagraph:  # fmt: skip
    """Enter a paragraph from a JST day on (today where none is given). `supersedes`: the number of the one it replaces."""
    day = used_from or jst_day(at)
    if day < jst_day(at):
        raise Refused("使い始める日が過ぎています。", instead="今日以後の日を入れてください。")
    if found := text_faults(text, slots_of(named(kind)) if kind else COMMON):
        raise Refused(f"段落に、直すところがあります。{found[0]}", instead="直してから、もう一度操作してください。")
    earlier = _replaced(supersedes, day) if supersedes else None
    if earlier is not None:
        earlier.ends_from, earlier.ended_why = day, "新しい定型文に改めたため"
        earlier.save()
    return StockParagraph.objects.create(
        number=numbers.take("B", at), kind=kind, position=position or (earlier.position if earlier else 10), title=title,
        text=text, used_from=day, set_by=by, set_at=at, supersedes=earlier,
    )  # fmt: skip


def _replaced(number: str, day: date) -> StockParagraph:
    """The one that a new one replaces, locked."""
    found = StockParagraph.objects.filter(number=number).first()
    if found is None:
        raise Refused(f"{number}という定型文はありません。", instead="定型文の画面の「改める」から始めてください。")
    earlier = locked(StockParagraph, found.pk)
    if (refused := end_stock_why_not(earlier, by=None, at=None)) is not None:
        raise refused
    if day < earlier.used_from:
        raise Refused(
            f"{number}は、{jday_year(earlier.used_from)}から使います。", instead="その日以後の日を入れてください。"
        )
    return earlier


def end_stock_why_not(row: StockParagraph, *, by: Any, at: Any) -> Refused | None:
    """Ended once."""
    if row.ends_from is None:
        return None
    return Refused(
        f"{row.number}は、{jday_year(row.ends_from)}から使わないことになっています。", instead="新しい定型文として登録してください。"
    )  # fmt: skip


def end_stock(
    row: StockParagraph, *, by: Any, at: datetime, reason: str, ends_from: date | None = None
) -> StockParagraph:
    """No longer offered from a JST day on (today where none is given). Letters that took it keep it."""
    day = ends_from or max(jst_day(at), row.used_from)
    if day < jst_day(at) or day < row.used_from:
        raise Refused(
            "使わなくなる日が、過ぎた日か、使い始める日より前です。", instead="今日以後の日を入れてください。"
        )
    row.ends_from, row.ended_why = day, reason
    row.save()
    return row


def planned_after(kind: str, day: date) -> LetterTemplate | None:
    """The next version that takes over after this day."""
    return (
        LetterTemplate.objects.of(kind)
        .settled()
        .filter(in_force_from__gt=day)
        .order_by("in_force_from", "version")
        .first()
    )


def begun_elsewhere(row: LetterTemplate, day: date) -> str:
    """A warning where the draft was begun from another version than it will replace."""
    now = version_on(row.kind, day)
    if now == row.begun_from:
        return ""
    return (
        f"この下書きは{version_label(row.begun_from)}から始めましたが、{jday_year(day)}に使う文面は{version_label(now)}です。"
        "差分を見て、直し落としがないか確かめてください。"
    )
