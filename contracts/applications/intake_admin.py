"""What files of applications brought, and the rows that could not be taken in."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from config.desk import clock, heartbeat
from config.desk.casepage import CaseAdmin
from config.desk.chips import Chip, StateTone, state_chip
from config.desk.jst import jday_year, jshort, jtime
from config.desk.listpage import DaysFilter, ListPage
from config.desk.pages import CasePage, card, fact, note, url_of
from config.desk.press import permitted
from config.desk.registry import verb
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from contracts.applications.health import drop_told
from contracts.applications.importing import RECEIVE
from contracts.applications.models import Intake, RejectedRow
from contracts.applications.same_number import former_facts, side_by_side


@admin.register(Intake)
class IntakeAdmin(ListPage, CaseAdmin):
    """申込の取込み: each file, and what became of it."""

    list_display = ("file_name", "at", "chip", "way", "counts")
    list_filter = ("state", "source", ("at", DaysFilter))
    list_select_related = ("by",)
    search_fields = ("file_name__startswith", "sha256")
    search_help_text = "ファイル名の先頭、SHA-256で検索"
    ordering = ("-pk",)

    @admin.display(description="状態", ordering="state")
    def chip(self, row: Intake) -> SafeString:
        """Under way, done, or refused whole."""
        return chip_tag(intake_chip(row))

    @admin.display(description="取込み方法", ordering="source")
    def way(self, row: Intake) -> SafeString:
        """How it came, and by whom."""
        return two_lines(row.get_source_display(), str(row.by))

    @admin.display(description="行")
    def counts(self, row: Intake) -> SafeString | str:
        """How many rows were taken in; below, those that were not."""
        if row.state == Intake.State.REFUSED:
            return "取り込んでいません"
        return two_lines(f"取り込んだ {row.accepted:,}", f"重複 {row.duplicates:,}・取り込めない {row.rejected:,}")

    def number_of(self, row: Intake) -> str:
        """When it came: two files may bear one name."""
        return jshort(row.at)

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The next file."""
        may = permitted(verb(RECEIVE), request.user)
        return [{"label": "申込を取り込む", "url": reverse("applications:import"), "style": "primary"}] if may else []

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """And what lies in the folder without being taken in: nobody looks into the folder."""
        if told := drop_told(settings.KIYAKU_INTAKE_FOLDER):
            messages.warning(request, told)
        return super().changelist_view(request, extra_context)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """While rows wait, the page comes again by itself: by a header, so that it needs no script."""
        response: HttpResponse = super().change_view(request, object_id, *args, **kwargs)
        running = Intake.objects.filter(pk=object_id, state=Intake.State.RUNNING).first()
        if running is not None and _halt(running) is None:
            response["Refresh"] = str(REFRESH_SECONDS)
        return response

    def page(self, request: HttpRequest, row: Intake) -> CasePage:
        """How far it is, the counts, and every row that was kept out with its reason."""
        kept_out = list(row.rejected_rows.order_by("row")[:SHOWN])
        waits = f"{reverse('admin:applications_rejectedrow_changelist')}?intake__id__exact={row.pk}"
        more = {"more_url": waits} if row.rejected > SHOWN else {}
        table = {"columns": ["行", "受付番号", "取り込めない理由"], "rows": [rejected_cells(r) for r in kept_out]}
        rows_card = card(
            "取り込めなかった行", "table", table, count=f"{row.rejected:,}件", empty="取り込めなかった行はありません。", **more
        )  # fmt: skip
        return CasePage(
            title=row.file_name,
            chips=[intake_chip(row)],
            clause="6(1)",
            messages=[_message(row)],
            top=progress_card(row, permitted(verb(RECEIVE), request.user)),
            main=[] if row.state == Intake.State.REFUSED else [rows_card],
            side=[card("概要", "facts", _intake_facts(row))],
        )


SHOWN, REFRESH_SECONDS = 200, 5
STANDS_STILL = timedelta(minutes=3)  # without progress
WAITS = timedelta(seconds=20)  # without progress, while nothing is heard of the worker
BY_HAND = "「続きを取り込む」を押してください。取り込み済みの行は、重複しません。"
ENCODINGS = {"utf-8": "UTF-8", "cp932": "Shift_JIS", "xlsx": "Excelブック", "": "—"}


def intake_chip(row: Intake) -> Chip:
    """Under way, done, or refused whole."""
    tones: dict[str, StateTone] = {"running": "running", "done": "done", "refused": "failed"}
    return state_chip(tones[row.state], row.get_state_display())


def progress_card(row: Intake, may: bool) -> list[dict[str, Any]]:
    """取込みの進み, while rows wait: so many of so many, and the button that goes on."""
    if row.state != Intake.State.RUNNING:
        return []
    url = reverse("applications:import_go_on", args=[row.pk]) if may else ""
    data = {"done": row.settled, "of": row.rows, "post_url": url, "seconds": 0 if _halt(row) else REFRESH_SECONDS}
    return [card("取込みの進み", "progress", data, sub=f"{row.settled:,} / {row.rows:,}行")]


def _message(row: Intake) -> dict[str, str]:
    if row.state == Intake.State.REFUSED:
        return note("warning", f"このファイルは取り込めませんでした。1件も取り込んでいません。{row.problem}")
    if row.state == Intake.State.DONE:
        return note("success" if row.accepted else "info", _outcome(row))
    if halt := _halt(row):
        return note("warning", halt)
    return note("info", "取り込んでいます。この画面を閉じても、取込みは続きます。")


def _halt(row: Intake) -> str | None:
    """Why the rows that wait do not go on by themselves, and what to do; None while they do."""
    now, worker = clock.now(), heartbeat.last()
    if row.progressed_at is None or now - row.progressed_at > STANDS_STILL:
        return f"取込みが止まっています。{BY_HAND}"
    if now - row.progressed_at > WAITS and (worker is None or now - worker > heartbeat.stale_after()):
        return f"残りの行は、まだ取り込んでいません。自動処理が動いていないので、待っています。{BY_HAND}"
    return None


def _outcome(intake: Intake) -> str:
    kept_out = (
        f"{intake.rejected:,}件は取り込めませんでした。行を開いて直すと、取り込めます。" if intake.rejected else ""
    )
    doubled = f"{intake.duplicates:,}件は重複していたので、取り込んでいません。" if intake.duplicates else ""
    return f"{intake.accepted:,}件の申込を取り込みました。{doubled}{kept_out}"


def _intake_facts(intake: Intake) -> list[dict[str, Any]]:
    return [
        fact("ファイル", intake.file_name, sub=f"文字コード {ENCODINGS.get(intake.encoding, intake.encoding)}"),
        fact("SHA-256", intake.sha256),
        fact("取込み方法", intake.get_source_display()),
        fact("取り込んだ人", str(intake.by), sub=f"{jday_year(intake.at)}{jtime(intake.at)}"),
        fact("取り込んだ行", f"{intake.accepted:,}"),
        fact("重複した行", f"{intake.duplicates:,}"),
        fact("残した行", f"{intake.rejected:,}"),
    ]


def rejected_cells(row: RejectedRow) -> list[Any]:
    """A line of the table."""
    return [{"text": f"{row.row}行目", "url": url_of(row), "strong": True}, row.source_number or "—", row.reason]


@admin.register(RejectedRow)
class RejectedRowAdmin(ListPage, CaseAdmin):
    """取り込めなかった行: as they came, with the reason; nothing is lost."""

    list_display = ("row_shown", "chip", "source_number", "reason", "intake")
    list_filter = ("state",)
    list_select_related = ("intake",)
    search_fields = ("source_number__startswith",)
    search_help_text = "受付番号の先頭で検索"
    ordering = ("-intake", "row")

    @admin.display(description="行", ordering="row")
    def row_shown(self, row: RejectedRow) -> str:
        """Which record of the file, the header being 1."""
        return f"{row.row}行目"

    @admin.display(description="状態", ordering="state")
    def chip(self, row: RejectedRow) -> SafeString:
        """Whether it still waits."""
        return chip_tag(chip_of(row))

    def number_of(self, row: RejectedRow) -> str:
        """The file and the record in it."""
        return f"{row.intake} {row.row}行目"

    def page(self, request: HttpRequest, row: RejectedRow) -> CasePage:
        """The reason, and the row as it came."""
        original = [fact(str(name), str(value) or "—") for name, value in row.original.items()]
        about = [
            fact("取込み", row.intake.file_name, url=url_of(row.intake)),
            fact("行", f"{row.row}行目"),
            fact("受付番号", row.source_number or "—"),
        ]
        about += former_facts(row)
        if row.application:
            about.append(fact("利用申込", row.application.number, url=url_of(row.application)))
        return CasePage(
            title=f"{row.row}行目",
            chips=[chip_of(row)],
            clause="6(1)",
            messages=_messages(row),
            top=side_by_side(row),
            main=[card("受け取ったままの内容", "facts", original, two=True), self.timeline_card(row)],
            side=[card("概要", "facts", about)],
        )


def chip_of(row: RejectedRow) -> Chip:
    """Waiting, taken in, or given up."""
    tones: dict[str, StateTone] = {"waiting": "failed", "taken_in": "done", "given_up": "closed"}
    return state_chip(tones[row.state], row.get_state_display())


def _messages(row: RejectedRow) -> list[dict[str, str]]:
    if row.state == RejectedRow.State.WAITING:
        return [note("warning", f"取り込めませんでした。{row.reason}")]
    return [note("info", f"{row.get_state_display()}：{row.closed_reason}")]
