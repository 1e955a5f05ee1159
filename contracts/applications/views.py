"""Taking in a file of applications: choose it, see what it would bring, confirm. Nothing is written before that."""

from collections import Counter
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from config.desk import after, clock
from config.desk.jst import jshort
from config.desk.pages import list_url, url_of
from config.desk.press import permitted
from config.desk.refusal import Refused
from config.desk.registry import verb
from contracts.applications import batches, importing, intake_table, tasks, uploads
from contracts.applications.intake import COLUMNS, RefusedWhole, Rejected, Row
from contracts.applications.intake import Intake as Judged
from contracts.applications.models import Application, Intake

SESSION = "applications_import"  # the file that this person chose: its hash, name and encoding
AT_ONCE = 200  # rows that are taken in while the browser waits, 13 ms each; the worker takes in the rest
SHOWN_ROWS, SHOWN_FLAGGED, SHOWN_REJECTED = 20, 50, 100
ENCODINGS = [("auto", "自動で判定する"), ("utf-8", "UTF-8"), ("cp932", "Shift_JIS")]
ENCODING_NAMES = dict(ENCODINGS) | {"xlsx": "Excelブック"}


class UploadForm(forms.Form):
    """The file as the web form exports it."""

    file = forms.FileField(
        label="CSVかExcelのファイル",
        allow_empty_file=True,
        help_text="申込フォームから書き出したCSVか、Excelブックの1枚目です。1行目は列の名前です。",
    )
    encoding = forms.ChoiceField(label="文字コード", choices=ENCODINGS, initial="auto", widget=forms.RadioSelect)

    def clean_file(self) -> Any:
        """Not larger than what is read at all."""
        file = self.cleaned_data["file"]
        if file.size > intake_table.MAX_BYTES:
            raise forms.ValidationError("ファイルが64MBを超えています。行を分けて、何回かで取り込んでください。")
        return file


def upload(request: HttpRequest) -> HttpResponse:
    """Choose the file. It is judged whole at once: what is no such file is refused here."""
    _require(request)
    form = UploadForm(request.POST or None, request.FILES or None, initial={"encoding": "auto"})
    if request.method != "POST" or not form.is_valid():
        return _page(request, "upload", {"form": form, "columns": COLUMNS}, status=422 if form.is_bound else 200)
    data, encoding = form.cleaned_data["file"].read(), form.cleaned_data["encoding"]
    try:
        importing.judge(data, encoding)
    except RefusedWhole as refused:
        form.add_error("file", str(refused))
        return _page(request, "upload", {"form": form, "columns": COLUMNS}, status=422)
    sha256 = uploads.keep(data)
    request.session[SESSION] = {"sha256": sha256, "name": form.cleaned_data["file"].name, "encoding": encoding}
    return redirect("applications:import_preview")


def preview(request: HttpRequest) -> HttpResponse:
    """GET shows what the file would bring; POST judges it again and takes it in."""
    _require(request)
    chosen = request.session.get(SESSION) or {}
    data = uploads.kept(chosen.get("sha256", ""))
    if data is None:
        messages.warning(
            request, "取り込むファイルがありません。取り込み済みか、1日が過ぎています。もう一度選んでください。"
        )
        return redirect("applications:import")
    try:
        judged = importing.judge(data, chosen["encoding"])
        return _take_in(request, judged, chosen, data) if request.method == "POST" else _shown(request, judged, chosen)
    except (RefusedWhole, Refused) as refused:
        messages.error(request, f"取り込んでいません。{refused}{getattr(refused, 'instead', '')}")
        return redirect("applications:import")


def _take_in(request: HttpRequest, judged: Judged, chosen: dict[str, str], data: bytes) -> HttpResponse:
    """The first rows at once; the rest is the worker's, or whoever presses 続きを取り込む."""
    intake = importing.begin(
        judged, file_name=chosen["name"], data=data, by=request.user, at=clock.now(), source=Intake.Source.PAGE
    )
    uploads.forget(chosen["sha256"])
    request.session.pop(SESSION, None)
    return _on(request, intake)


@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """The next rows of a file, by a person: where the worker stands still, or there is none."""
    _require(request)
    return _on(request, get_object_or_404(Intake, pk=pk))


def _on(request: HttpRequest, intake: Intake) -> HttpResponse:
    if intake.state == Intake.State.RUNNING:
        try:
            batches.go_on(intake, by=request.user, at=clock.now(), most=AT_ONCE)
        except Refused as refused:
            messages.error(request, f"{refused.message}{refused.instead}")
            return redirect(url_of(intake))
        after.pressed()
    if intake.state == Intake.State.RUNNING:
        tasks.nudge(intake.pk)
    return redirect(url_of(intake))


def _shown(request: HttpRequest, judged: Judged, chosen: dict[str, str]) -> HttpResponse:
    flagged = [row for row in judged.accepted if row.flags]
    repeated = _repeated(judged)
    return _page(
        request,
        "preview",
        {
            "file_name": chosen["name"],
            "encoding": ENCODING_NAMES.get(judged.encoding, judged.encoding),
            "accepted": len(judged.accepted),
            "duplicates": len(judged.duplicates),
            "repeated": len(repeated),
            "taken_before": len(judged.duplicates) - len(repeated),
            "rejected": len(judged.rejected),
            "flags": Counter(str(flag) for row in flagged for flag in row.flags).most_common(),
            "flagged_count": len(flagged),
            "flagged": [_flagged(row) for row in flagged[:SHOWN_FLAGGED]],
            "first": [_row(row) for row in judged.accepted[:SHOWN_ROWS]],
            "kept_out": [_rejected(row) for row in judged.rejected[:SHOWN_REJECTED]],
            "doubled": [_duplicate(row, row.row in repeated) for row in judged.duplicates[:SHOWN_ROWS]],
            "shown_rejected": SHOWN_REJECTED,
        },
    )


def _repeated(judged: Judged) -> set[int]:
    """Rows whose number stands further up in the same file, and was never taken in before."""
    first = {row.number for row in judged.accepted}
    return {row.row for row in judged.duplicates if row.number in first}


def _row(row: Row) -> list[Any]:
    values = row.values
    return [
        {"text": f"{row.row}行目", "sub": row.number},
        {"text": values["name"], "strong": True, "sub": values["kana"]},
        values["email"],
        f"{values['licenses']:,}",
        _moment(row.values["agreed_at"]),
        _flags(row) or "—",
    ]


def _flags(row: Row) -> str:
    same = f"（{'、'.join(row.same_as)}）" if row.same_as else ""
    return f"{'、'.join(str(flag) for flag in row.flags)}{same}"


def _flagged(row: Row) -> list[Any]:
    return [{"text": f"{row.row}行目", "sub": row.number}, str(row.values["name"]), _flags(row)]


def _moment(value: object) -> str:
    return jshort(value) if isinstance(value, datetime) else str(value)


def _rejected(row: Rejected) -> list[Any]:
    return [
        {"text": f"{row.row}行目", "sub": row.number or "番号なし"},
        row.original.get("法人名・氏名", "") or "—",
        row.reason,
    ]


def _duplicate(row: Row, repeated: bool) -> list[Any]:
    why = "ファイルの中で重複" if repeated else "前に取り込んだものと同じ"
    return [f"{row.row}行目", row.number, str(row.values["name"]), why]


def _require(request: HttpRequest) -> None:
    if not permitted(verb(importing.RECEIVE), request.user):
        raise PermissionDenied


def _page(request: HttpRequest, name: str, more: dict[str, Any], status: int = 200) -> HttpResponse:
    context = admin.site.each_context(request) | {"title": "申込を取り込む", "list_url": list_url(Application)} | more
    return TemplateResponse(request, f"applications/{name}.html", context, status=status)
