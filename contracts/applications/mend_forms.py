"""The form that mends a row: one field a column, and the applicant's message where consent was missing."""

from typing import Any

from django import forms

from contracts.applications.intake_row import MAX_LENGTH
from contracts.applications.intake_table import COLUMNS
from contracts.applications.mend_faults import together
from contracts.applications.mending import AGREED, kept, lacks_consent
from contracts.applications.models import RejectedRow
from contracts.applications.same_number import former, free_number
from contracts.incoming.fields import FilesField
from notices.forms import WHEN


class MendForm(forms.Form):
    """What was put right, and how one knows."""

    reason = forms.CharField(
        label="直した内容と、確かめ方",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例：申込者に電話で確かめ、メールアドレスを直した。",
    )

    def clean(self) -> dict[str, Any]:
        """All that is wrong is told at once, each at its field."""
        cleaned: dict[str, Any] = super().clean() or {}
        for column, text in together(cleaned, other=bool(self.errors)):
            if column in self.fields and column not in self.errors:
                self.add_error(column, text)
        return cleaned


class ConsentForm(MendForm):
    """And the message with which the applicant agreed."""

    uploads = FilesField(
        label="申込者本人の連絡",
        help_text="規約に同意すると書いた、申込者本人のメールなどのファイル。受信簿に残ります。",
    )
    agreed_at = forms.DateTimeField(
        label="連絡の日時", widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"), help_text="同意の日時になります。"
    )  # fmt: skip


class GiveUpForm(forms.Form):
    """Why it is not taken in."""

    reason = forms.CharField(label="取り込まない理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


def mend_form(row: RejectedRow | None) -> type[forms.Form]:
    """One field for each column of the file but 規約同意, which nobody but the applicant gives."""
    base = ConsentForm if row is None or lacks_consent(row) else MendForm
    cells: dict[str, Any] = {column: _field(column) for column in COLUMNS if column != AGREED}
    for column, came in (kept(row) if row else {}).items():
        _keep(cells[column], came)
    if row is not None and former(row) is not None:
        told = f"別の申込として取り込むときだけ、新しい番号（例：{free_number(row.source_number)}）に変えてください。同じ番号では取り込めません。"
        cells["受付番号"].help_text = told
    return type("RowMendForm", (base,), cells | {"field_order": [*cells, "uploads", "agreed_at", "reason"]})


def _field(column: str) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2}) if column == "備考" else forms.TextInput()
    return forms.CharField(label=column, required=False, max_length=MAX_LENGTH[column], widget=widget)


def _keep(field: forms.CharField, came: str) -> None:
    """Shown as it came; what is posted for it is not read."""
    field.disabled, field.initial, field.help_text = True, came, "申込者が同意した記録なので、変えられません。"
