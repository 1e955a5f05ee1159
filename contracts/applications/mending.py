"""A row that could not be taken in is mended by a person, and taken in once (Art. 6(1), (2))."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from config.desk.jst import jmoment
from config.desk.press import as_post
from config.desk.refusal import Refused
from contracts.applications import checks, same_number, workflow
from contracts.applications.forms import ReceiveForm
from contracts.applications.importing import as_fields
from contracts.applications.intake import Rejected, Row, judge_record
from contracts.applications.intake_row import moment_of
from contracts.applications.intake_table import COLUMNS
from contracts.applications.models import Application, RejectedRow
from contracts.incoming import workflow as incoming
from contracts.incoming.fields import Upload
from contracts.terms.models import TermsVersion

State = RejectedRow.State
AGREED, YES = "規約同意", "はい"
WHEN_AGREED, AGREED_VERSION = "申込日時", "同意規約版"
BY_MESSAGE = "規約同意は申込者の連絡による"
CLAUSE = "6(1)"


def lacks_consent(row: RejectedRow) -> bool:
    """Whether the applicant did not agree to the terms in the form (a row that was cut short does not say)."""
    return str(row.original.get(AGREED, "")).strip() != YES


def kept(row: RejectedRow) -> dict[str, str]:
    """What the applicant agreed to, and when, where the row says so: nobody rewrites it. What cannot be read may be mended."""
    if lacks_consent(row):
        return {}
    came = {column: str(row.original.get(column, "")) for column in (WHEN_AGREED, AGREED_VERSION)}
    readable = {
        WHEN_AGREED: moment_of(came[WHEN_AGREED]) is not None,
        AGREED_VERSION: came[AGREED_VERSION].strip() != "",
    }
    return {column: came[column] for column, can in readable.items() if can}


def why_not(row: RejectedRow, *, by: Any, at: datetime) -> Refused | None:
    """Once."""
    if row.state == State.WAITING:
        return None
    done = f"申込 {row.application} として取り込み済みです" if row.application else "取り込まないことになりました"
    return Refused(f"この行は、{done}。", clause=CLAUSE, instead="申込の取込みの画面で、ほかの行を選んでください。")


def mend(
    row: RejectedRow,
    *,
    by: Any,
    at: datetime,
    reason: str = "",
    uploads: Sequence[Upload] = (),
    agreed_at: datetime | None = None,
    **cells: str,
) -> RejectedRow:
    """Take the mended row in. Consent that was missing comes only with the applicant's own message."""
    given = cells | kept(row) | {AGREED: str(row.original.get(AGREED, ""))}
    if lacks_consent(row):
        given[AGREED] = _consent(uploads, agreed_at)
        _require_after(row, given.get(WHEN_AGREED, ""), agreed_at)
    _require_past(row, given.get(WHEN_AGREED, ""), at)
    judged = _judged(row, given)
    cleaned = _cleaned(judged, agreed_at if uploads else None)
    cleaned["flags"] = [*cleaned["flags"], *same_number.flags(row, judged.number)]
    application = workflow.receive(None, by=by, at=at, **cleaned)
    if uploads and agreed_at:
        incoming.receive(
            None, by=by, at=at, channel="email", received_at=agreed_at, about=application, uploads=uploads,
            summary=f"規約への同意についての、申込者からの連絡（受付番号 {judged.number}）",
        )  # fmt: skip
    row.state, row.application, row.closed_reason = State.TAKEN_IN, application, reason
    row.save()
    return row


def _require_past(row: RejectedRow, text: str, at: datetime) -> None:
    """A moment that a person wrote lies in the past; one that came so is the web form's, and not judged by today's date."""
    moment = moment_of(text)
    if WHEN_AGREED in kept(row) or moment is None or moment <= at:
        return
    raise Refused(
        f"申込日時「{text}」が、記録する時点より後になっています。",
        clause=CLAUSE,
        instead="申込者が申し込んだ日時を入れてください。",
    )


def _consent(uploads: Sequence[Upload], agreed_at: datetime | None) -> str:
    if uploads and agreed_at:
        return YES
    raise Refused(
        "申込者が、規約に同意していません。",
        clause=CLAUSE,
        instead="申込者本人の連絡（メールなど）のファイルと、その日時を添えてください。職員の判断では、同意を補えません。",
    )


def _require_after(row: RejectedRow, text: str, agreed_at: datetime | None) -> None:
    """Who applied without agreeing agrees afterwards. The row's own moment counts; a typed one only where it has none."""
    applied = moment_of(str(row.original.get(WHEN_AGREED, ""))) or moment_of(text)
    if applied is None or agreed_at is None or agreed_at >= applied:
        return
    raise Refused(
        f"連絡の日時が、申込日時（{jmoment(applied)}）より前です。その申込への同意とは認められません。",
        clause=CLAUSE,
        instead="申し込んだ後に届いた、申込者本人の連絡を添えてください。なければ、同意するかどうかを申込者に尋ねてください。",
    )


def _judged(row: RejectedRow, cells: dict[str, str]) -> Row:
    number = cells.get("受付番号", "").strip()
    versions = set(TermsVersion.objects.values_list("number", flat=True))
    taken = Application.objects.taken([number])
    judged = judge_record(row.row, cells, known_versions=versions, taken=taken)
    if isinstance(judged, Rejected):
        raise Refused(judged.reason, clause=CLAUSE, instead="その項目を直してから、もう一度確定してください。")
    if judged.number in taken:
        raise Refused(
            f"受付番号{judged.number}は、同じ内容で取り込み済みです。",
            clause=CLAUSE,
            instead="この行は「取り込まない」にしてください。",
        )
    return judged


def _cleaned(judged: Row, agreed_at: datetime | None) -> dict[str, Any]:
    form = ReceiveForm(data=as_post(as_fields(judged)))
    if not form.is_valid():
        raise Refused(_problems(form), clause=CLAUSE, instead="その項目を直してから、もう一度確定してください。")
    cleaned = dict(form.cleaned_data)
    if agreed_at is not None:
        cleaned |= {"agreed_at": agreed_at, "flags": [*cleaned["flags"], BY_MESSAGE]}
    early = checks.agreed_too_early(cleaned["agreed_version"], cleaned["agreed_at"])
    return cleaned | {"flags": [*cleaned["flags"], *early]}


def _problems(form: ReceiveForm) -> str:
    """By the column in which the person finds it."""
    columns = {
        "name": "法人名・氏名",
        "agreed_version": AGREED_VERSION,
        "agreed_at": WHEN_AGREED,
        "contact": "担当者氏名",
    }
    named = [(columns.get(name) or str(form.fields[name].label), errors) for name, errors in form.errors.items()]
    return "".join(f"「{column}」{error}" for column, errors in named for error in errors)


def give_up(row: RejectedRow, *, by: Any, at: datetime, reason: str) -> RejectedRow:
    """It is no application, or came again by another way; it stays on file with the reason."""
    row.state, row.closed_reason = State.GIVEN_UP, reason
    row.save()
    return row


def begins(row: RejectedRow | None, at: datetime) -> dict[str, Any]:
    """The form starts with the row as it came."""
    return {column: row.original.get(column, "") for column in COLUMNS} if row else {}
