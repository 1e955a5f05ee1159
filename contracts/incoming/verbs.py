"""The verbs of the incoming register. House policy: they rest on no clause."""

from datetime import datetime
from typing import Any

from django import forms

from config.desk.registry import Verb, never_refused, register
from contracts.incoming import guess, workflow
from contracts.incoming.fields import AboutForm, FilesField
from contracts.incoming.models import Incoming

TOO_OLD = f"メールに書かれた日時が、{guess.OLDEST.days}日より前です。実際に届いた日時を入れてください。"
MOMENT = {"type": "datetime-local", "step": "60"}
RECORDED = ("登録すると、記録に残ります。", "ファイルと内容は、後から書き換えられません。")


class CallForm(AboutForm):
    """What was said, and by whom: written while the caller is still on the line."""

    asks_no_reason = True  # that somebody called is the reason
    summary = forms.CharField(
        label="要旨", max_length=4000, widget=forms.Textarea(attrs={"rows": 4, "autofocus": True})
    )
    field_order = ["summary", "customer", "about"]


class ReceiveForm(CallForm):
    """How and when it came, with its files."""

    channel = forms.ChoiceField(
        label="方法", choices=Incoming.Channel.choices, widget=forms.RadioSelect, required=False
    )
    received_at = forms.DateTimeField(
        label="受信日時",
        required=False,
        widget=forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M"),
        help_text="登録する時ではなく、実際に届いた時です。空欄なら、メールの日時（7日以内のとき。メールがなければ今）とします。",
    )
    uploads = FilesField(required=False)
    field_order = ["channel", "received_at", "summary", "uploads", "customer", "about"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A file says how it came and what it is, so that it can be filed by one press."""
        super().__init__(*args, **kwargs)
        for name, note in (("channel", "ファイルがあれば任意"), ("summary", "ファイルがあれば任意")):
            self.fields[name].required = False
            self.fields[name].note = note  # type: ignore[attr-defined]  # shown beside the label

    def clean(self) -> dict[str, Any]:
        """Without a file, how it came and what it says are asked."""
        cleaned = super().clean()
        if not cleaned.get("uploads") and "uploads" not in self.errors:
            for name in ("channel", "summary"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, "ファイルを付けないときは、この欄を入れてください。")
        return cleaned

    def judge_at(self, at: datetime) -> None:
        """An old mail does not say by itself when it came: periods may hang on it, and its Date is its sender's word."""
        uploads = self.cleaned_data.get("uploads") or ()
        if not self.cleaned_data.get("received_at") and guess.too_old(uploads, at):
            self.add_error("received_at", TOO_OLD)


class LinkForm(AboutForm):
    """What it is about, or at least whose it is, and how one knows."""

    wants_one = True
    reason = forms.CharField(label="結び付ける理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class PutAsideForm(forms.Form):
    """Nothing but the reason."""


def register_all() -> None:
    """Called once, when the room starts. The order is the order of the buttons."""
    roles = frozenset({"受付", "契約", "請求", "サポート"})
    common: dict[str, Any] = {"clause": "", "roles": roles, "why_not": never_refused}
    register(
        Verb(key="incoming.receive", label="受信を登録する", subject=None, form=ReceiveForm, run=workflow.receive,
             consequence=RECORDED, **common)
    )  # fmt: skip
    register(
        Verb(key="incoming.call_note", label="電話メモを書く", subject=None, form=CallForm, run=workflow.call_note,
             style="primary", consequence=RECORDED, **common)
    )  # fmt: skip
    register(
        Verb(
            key="incoming.link", label="対象に結び付ける", subject=Incoming, form=LinkForm, run=workflow.link, **common
        )
    )
    register(
        Verb(
            key="incoming.put_aside", label="対応しないことを記録する", subject=Incoming, form=PutAsideForm, run=workflow.put_aside,
            applies=lambda entered: entered.customer_id is None and entered.put_aside_at is None, **common | {"why_not": workflow.put_aside_why_not},
        )
    )  # fmt: skip
