"""What files of applications brought, and the rows that could not be taken in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from config.desk.casepage import CaseAdmin
from config.desk.chips import Chip, StateTone, state_chip
from config.desk.jst import jday_year, jshort, jtime
from config.desk.listpage import DaysFilter, ListPage
from config.desk.pages import CasePage, card, fact, note, url_of
from config.desk.press import permitted
from config.desk.registry import verb
from config.desk.templatetags.desk import chip as chip_tag
from contracts.applications.importing import RECEIVE
from contracts.applications.models import Intake, RejectedRow


@admin.register(Intake)
class IntakeAdmin(ListPage, CaseAdmin):
    """申込の取込み: each file, and what became of it."""

    list_display = ("file_name", "at", "by", "accepted", "duplicates", "rejected")
    list_filter = (("at", DaysFilter),)
    list_select_related = ("by",)
    search_fields = ("file_name__startswith", "sha256")
    search_help_text = "ファイル名の先頭、SHA-256で検索"
    ordering = ("-pk",)

    def number_of(self, row: Intake) -> str:
        """When it came: two files may bear one name."""
        return jshort(row.at)

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The next file."""
        may = permitted(verb(RECEIVE), request.user)
        return [{"label": "申込を取り込む", "url": reverse("applications:import"), "style": "primary"}] if may else []

    def page(self, request: HttpRequest, row: Intake) -> CasePage:
        """The counts, and every row that was kept out with its reason."""
        kept_out = list(row.rejected_rows.order_by("row")[:SHOWN])
        more = (
            {"more_url": f"{reverse('admin:applications_rejectedrow_changelist')}?intake__id__exact={row.pk}"}
            if row.rejected > SHOWN
            else {}
        )
        table = {"columns": ["行", "受付番号", "取り込めない理由"], "rows": [rejected_cells(r) for r in kept_out]}
        return CasePage(
            title=row.file_name,
            messages=[note("success" if row.accepted else "info", _outcome(row))],
            main=[
                card(
                    "取り込めなかった行",
                    "table",
                    table,
                    count=f"{row.rejected:,}件",
                    empty="取り込めなかった行はありません。",
                    **more,
                )
            ],
            side=[card("概要", "facts", _intake_facts(row))],
        )


SHOWN = 200
ENCODINGS = {"utf-8": "UTF-8", "cp932": "Shift_JIS", "xlsx": "Excelブック"}


def _outcome(intake: Intake) -> str:
    kept_out = (
        f"{intake.rejected:,}件は取り込めませんでした。行を直して、もう一度取り込んでください。"
        if intake.rejected
        else ""
    )
    doubled = f"{intake.duplicates:,}件は重複していたので、取り込んでいません。" if intake.duplicates else ""
    return f"{intake.accepted:,}件の申込を取り込みました。{doubled}{kept_out}"


def _intake_facts(intake: Intake) -> list[dict[str, Any]]:
    return [
        fact("ファイル", intake.file_name, sub=f"文字コード {ENCODINGS.get(intake.encoding, intake.encoding)}"),
        fact("SHA-256", intake.sha256),
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
        if row.application:
            about.append(fact("利用申込", row.application.number, url=url_of(row.application)))
        return CasePage(
            title=f"{row.row}行目",
            chips=[chip_of(row)],
            clause="6(1)",
            messages=_messages(row),
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
