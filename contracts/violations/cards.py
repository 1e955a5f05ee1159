"""Cards of the case page: what was looked at, what the customer was asked, which notice was withdrawn."""

from datetime import date
from typing import Any

from config.desk.chips import Chip, state_chip
from config.desk.jst import jday, jmoment, jshort
from config.desk.pages import card, fact, url_of
from contracts.deadlines import home as deadline_home
from contracts.deadlines.models import Deadline
from contracts.violations import inquiry
from contracts.violations.models import Inquiry, Investigation, Violation, ViolationItem, Withdrawal
from contracts.violations.records import one_line
from notices.models import Notice

STOPPED = (Notice.State.CANCELLED, Notice.State.VOID)


def items(case: Violation) -> dict[str, Any]:
    """違反事項と証拠."""
    rows = [_item(item) for item in case.items.order_by("position")]
    return card("違反事項と証拠", "items", rows, count=f"{len(rows)}件")


def _item(item: ViolationItem) -> dict[str, Any]:
    tone: Any = {"act": "undeliverable", "risk": "waiting", "suspicion": "draft"}[item.finding]
    used = "：".join(filter(None, ["発行した認証情報を使った行為", item.credentials])) if item.by_credentials else ""
    return {
        "number": item.position, "title": item.text, "clauses": [*item.clauses, *(["9(5)"] if item.by_credentials else [])],
        "finding": state_chip(tone, item.get_finding_display()), "text": used, "evidence": _lines(item.evidence),
        "cured": _left_of(item),
    }  # fmt: skip


def _lines(evidence: str) -> list[dict[str, Any]]:
    return [{"name": line.strip()} for line in evidence.splitlines() if line.strip()]


def investigations(case: Violation) -> list[dict[str, Any]]:
    """調査の記録, with the evidence of each; no card where nothing was looked at."""
    rows = case.investigations.select_related("by", "incoming").prefetch_related("incoming__files")
    shown = [_finding(n, row) for n, row in enumerate(rows, start=1)]
    return (
        [card("調査の記録", "items", shown, count=f"{len(shown)}件", sub="違反かどうかは「違反事項」で認定します")]
        if shown
        else []
    )


def _finding(number: int, row: Investigation) -> dict[str, Any]:
    said = f"{row.finding}　（{jshort(row.found_at)}　{row.by}）"
    return {
        "number": number, "title": row.looked_into, "clauses": [], "finding": state_chip("draft", row.get_source_display()),
        "text": said, "evidence": [*_lines(row.evidence), *_received(row)],
    }  # fmt: skip


def _received(row: Investigation) -> list[dict[str, Any]]:
    """The line of the register on which it rests, and the files kept with it."""
    line = row.incoming
    if line is None:
        return []
    files = [{"name": f.name, "url": f.get_absolute_url(), "hash": f.sha256} for f in line.files.all()]
    return [{"name": f"受信簿 {line.number}", "url": url_of(line)}, *files]


def inquiries(case: Violation, today: date) -> list[dict[str, Any]]:
    """利用者への問合せ, each with its clock and its answer; the latest first."""
    rows = list(case.inquiries.select_related("notice", "incoming").order_by("-pk"))
    all_clocks = inquiry.clocks_of(rows)
    return [_inquiry(row, all_clocks.get(row.notice_id), today) for row in rows]


def _inquiry(asked: Inquiry, clock: Deadline | None, today: date) -> dict[str, Any]:
    chips = [_state(asked, clock)]
    if clock is not None and clock.state == "running":
        chips.append(deadline_home.chip(clock, today))
    day = asked.notice.communicated_on
    rows = [
        fact("状態", "", chips=chips, sub=clock.blocked if clock and clock.state == "running" else ""),
        fact("通知", str(asked.notice), url=url_of(asked.notice), clause="17(4)"),
        fact(
            "回答の期限",
            f"{jday(day)}まで" if day else "発送の時に決まります",
            sub="社内の取扱い。過ぎても、それだけでは措置できません。",
        ),
        fact("たずねたこと", one_line(asked.questions)),
    ]
    return card("利用者への問合せ", "facts", [*rows, *_answer(asked)], key=f"inquiry-{asked.pk}")


def _answer(asked: Inquiry) -> list[dict[str, Any]]:
    if asked.answered_at is None:
        return []
    received = [fact("受信", asked.incoming.number, url=url_of(asked.incoming))] if asked.incoming else []
    return [fact("回答", one_line(asked.answer), sub=jmoment(asked.answered_at)), *received]


def _state(asked: Inquiry, clock: Deadline | None) -> Chip:
    if asked.answered_at:
        return state_chip("done", "回答あり")
    if asked.notice.state in STOPPED or (clock and clock.state == "cancelled"):
        return state_chip("withdrawn", "取りやめ")
    if clock is None:
        return state_chip("running", "発送待ち")
    return state_chip("waiting", "回答なし" if clock.state == "lapsed" else "回答待ち")


def withdrawals(case: Violation) -> list[dict[str, Any]]:
    """撤回した是正通知, each with who, when and why."""
    rows = list(case.withdrawals.select_related("notice", "letter", "by"))
    lines = [_withdrawal(row) for row in rows]
    data = {"columns": ["是正通知", "撤回", "理由", "利用者への通知"], "rows": lines}
    return [card("撤回した是正通知", "table", data, count=f"{len(rows)}通")] if rows else []


def _withdrawal(row: Withdrawal) -> list[Any]:
    told: Any = {"text": str(row.letter), "url": url_of(row.letter)} if row.letter else "発送の前なので、送りません"
    return [
        {"text": str(row.notice), "url": url_of(row.notice), "strong": True},
        {"text": jshort(row.withdrawn_at), "sub": str(row.by)},
        row.reason,
        told,
    ]


def _left_of(item: ViolationItem) -> Any:
    if item.annulled_at:
        return state_chip("withdrawn", f"認定を取り消した（{item.annulled_by}）")
    return state_chip("done", f"{jday(item.cured_at)} 是正") if item.cured_at else None
