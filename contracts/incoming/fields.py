"""Form fields: what it is about, by number; files, several at once."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.fields import CustomerField, as_number
from config.desk import search
from contracts.incoming.filetypes import TAKEN, TYPES, NotTaken, media_type_of, plain_name, refuse_large

SERIES = "ASVM"  # applications, contracts, cases, measures: what a thing that came in is about
MOST_FILES = 10


def about_row(typed: str) -> Model | None:
    """The row of a number; of a letter, a decision or an objection, which people quote as well, the row that it serves."""
    row = search.row_of(as_number(typed))
    if row is not None and as_number(typed)[0] in "NDO":
        row = getattr(row, "subject", None)
    return row if row is not None and is_about(row) else None


def is_about(row: Model) -> bool:
    """Whether something that came in can be linked to this row."""
    return getattr(row, "number", None) is not None and any(search.bears(series, row) for series in SERIES)


class AboutInput(forms.TextInput):
    """A number; below it what bears it, so that a slip is seen."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The field, and whose number stands in it."""
        shown = super().render(name, value, attrs, renderer)
        row = about_row(str(value)) if value else None
        if row is None:
            return shown
        label = f"{row._meta.verbose_name}　{getattr(row, 'customer', '')}"
        return format_html('{}<p class="help named">{}</p>', shown, label)


class AboutField(forms.CharField):
    """The application, contract, case or measure of a number (V-…); None where nothing is given."""

    widget = AboutInput

    def __init__(self, **kwargs: Any) -> None:
        """With its label and example."""
        text = "申込・契約・案件・措置の番号です（例：V-2026-000012）。通知の番号でも探せます。"
        given: dict[str, Any] = {"label": "対象", "help_text": text, "max_length": 40}
        super().__init__(**(given | kwargs))

    def clean(self, value: Any) -> Any:
        """The row; ValidationError for a number that nothing bears."""
        typed = str(super().clean(value) or "")
        if not typed:
            return None
        if (row := about_row(typed)) is None:
            raise forms.ValidationError("V-2026-000012 の形で、登録のある番号を入れてください。")
        return row


class AboutForm(forms.Form):
    """What it is about, and whose it is: what it is about is the customer's. `wants_one`: one of the two is asked for."""

    wants_one = False
    about = AboutField(required=False)
    customer = CustomerField(required=False)

    def clean(self) -> dict[str, Any]:
        """Both fit together."""
        cleaned = super().clean() or {}
        about, customer = cleaned.get("about"), cleaned.get("customer")
        if self.wants_one and not about and not customer and not self.errors:
            self.add_error("about", "対象か利用者の番号を入れてください。")
        if about and customer and not about.customer.is_party_of(customer):
            self.add_error("about", f"{about}は、{customer.name}のものではありません。番号を確かめてください。")
        return cleaned


@dataclass(frozen=True)
class Upload:
    """A file that is taken: its name, what it is, its bytes."""

    name: str
    media_type: str
    data: bytes


class FilesInput(forms.FileInput):
    """Several files at once; they may be dropped on the field."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Files of the types that are kept, each up to 20 MB; a list of Upload."""

    def __init__(self, **kwargs: Any) -> None:
        """With what is taken."""
        attrs = {"accept": ",".join(TYPES)}
        text = f"{TAKEN}を、{MOST_FILES}件まで。1件20MBまでです。この欄に落とすこともできます。"
        given: dict[str, Any] = {"label": "ファイル", "help_text": text, "widget": FilesInput(attrs=attrs)}
        super().__init__(**(given | kwargs))

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """Each looked at; all that is wrong is said at once."""
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if not files and self.required:
            raise forms.ValidationError("ファイルを選んでください。")
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"一度に登録できるのは{MOST_FILES}件までです。何回かに分けてください。")
        taken, problems = [], []
        for file in files:
            try:
                taken.append(_taken(super().clean(file, initial)))
            except (forms.ValidationError, NotTaken) as problem:
                problems += problem.messages if isinstance(problem, forms.ValidationError) else [str(problem)]
        if problems:
            raise forms.ValidationError(problems)
        return taken


def _taken(file: Any) -> Upload:
    name = plain_name(file.name)
    refuse_large(name, file.size)  # before the bytes are read
    file.seek(0)  # the page looked at it before the verb does
    data = file.read()
    return Upload(name, media_type_of(name, data), data)
