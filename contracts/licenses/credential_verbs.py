"""The verbs of Art. 9 on this room's rows: leaks that are reported (9(3)), logs that are asked for (9(1))."""

from datetime import datetime
from typing import Any

from django import forms

from config.desk.clock import jst_day
from config.desk.registry import Preview, Verb, register
from contracts.incoming.fields import FilesField
from contracts.incoming.reference import IncomingField
from contracts.licenses import evidence, leaks
from contracts.licenses.models import EvidenceRequest, LeakReport, Subscription
from notices.composing import preview_html
from notices.envelopes.chosen import paper_note
from notices.fields import ChannelsField
from notices.forms import WHEN

FILL_IN = "（入力してください）"
ROLES = frozenset({"契約", "サポート"})


def _moment(label: str, help_text: str = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, help_text=help_text)


def _text(label: str, rows: int = 3, help_text: str = "", max_length: int = 2000) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=max_length, widget=area, help_text=help_text)


class LeakReportForm(forms.Form):
    """What the customer told us."""

    asks_no_reason = True  # that the customer reported it is the reason
    reported_at = _moment(
        "連絡を受けた日時", "記録する時ではなく、実際に連絡があった時です。指示の期限は、この日から数えます。"
    )
    kind = forms.ChoiceField(label="内容", choices=LeakReport.Kind.choices, widget=forms.RadioSelect)
    facts = _text("事実", help_text="誰から、何が、いつ起きたと聞いたかを書いてください。指示の通知に載ります。")
    incoming = IncomingField()


class InstructForm(forms.Form):
    """What the customer is to do."""

    asks_no_reason = True
    instructions = _text("当社の指示", 5, "利用者が従う指示です。一つずつ、行を分けて書いてください。")
    channels = ChannelsField()


class CloseForm(forms.Form):
    """What was done, and why that is enough."""

    done = _text("行ったこと", help_text="利用者と当社が行ったことです。")
    reason = _text("終える理由", 2)


class EvidenceRequestForm(forms.Form):
    """What is asked for, and of which time."""

    asks_no_reason = True
    requested_at = _moment("依頼を受けた日時", "回答の期限は、この日から数えます。")
    what = _text("求められた記録", help_text="管理画面から取得できるものは、その方法を案内してください。")
    period = forms.CharField(label="対象の期間", max_length=200)
    incoming = IncomingField()


class AnswerForm(forms.Form):
    """What is handed over, when and how."""

    asks_no_reason = True
    answered_at = _moment("引き渡した日時", "通知で引き渡すときは、通知の発送のときに回答済になります。")
    answer = _text("引渡しの内容と方法", 4, "何を、どの方法で引き渡したかを書いてください。通知に載ります。")
    uploads = FilesField(label="引き渡したファイルの控え", required=False)
    channels = ChannelsField(required=False, help_text="通知しないで引き渡したときは、どちらも外してください。")


class RefuseForm(forms.Form):
    """Why not."""

    reason = _text("応じない理由", help_text="通知に載ります。求められた記録が残っていないときも、ここに書きます。")
    channels = ChannelsField()


def preview_instructions(report: LeakReport, *, at: datetime, **fields: Any) -> Preview:
    """The letter with our instructions."""
    shown = {"instructions": fields.get("instructions") or FILL_IN}
    html = preview_html(leaks.INSTRUCTIONS, report, report.customer, shown, jst_day(at))
    return Preview(letter_html=html, letter_note=paper_note())


def preview_answer(request: EvidenceRequest, *, at: datetime, **fields: Any) -> Preview:
    """The letter, where one is sent."""
    if not fields.get("channels"):
        return Preview(messages=(("info", "通知は作りません。引渡しを記録します。"),))
    html = preview_html(
        evidence.ANSWER, request, request.customer, {"answer": fields.get("answer") or FILL_IN}, jst_day(at)
    )
    return Preview(letter_html=html, letter_note="ファイルは通知に入りません。書いた方法で引き渡してください。")


def preview_refusal(request: EvidenceRequest, *, at: datetime, **fields: Any) -> Preview:
    """The letter with the reason."""
    html = preview_html(
        evidence.REFUSAL, request, request.customer, {"reason": fields.get("reason") or FILL_IN}, jst_day(at)
    )
    return Preview(letter_html=html, letter_note=paper_note())


def register_all() -> None:
    """Called once, when the room starts. The order is the order of the buttons."""
    on_contract: dict[str, Any] = {"roles": ROLES, "subject": Subscription}
    register(
        Verb(key="licenses.record_leak_report", label="漏洩等の連絡を記録する", clause="9(3)", form=LeakReportForm,
             why_not=leaks.record_why_not, run=leaks.record, applies=lambda s: s.state != "ended",
             consequence=("記録すると、指示の期限が始まります。", "期限は社内の取扱いです（初期値は翌日まで）。"), **on_contract)
    )  # fmt: skip
    register(
        Verb(key="licenses.record_evidence_request", label="記録の依頼を受け付ける", clause="9(1)", form=EvidenceRequestForm,
             why_not=evidence.record_why_not, run=evidence.record, applies=lambda s: s.starts_at is not None,
             consequence=("受け付けると、回答の期限が始まります。", "期限は社内の取扱いです（初期値は14日）。"), **on_contract)
    )  # fmt: skip
    _register_on_reports()
    _register_on_requests()


def _register_on_reports() -> None:
    common: dict[str, Any] = {
        "roles": ROLES,
        "subject": LeakReport,
        "clause": "9(3)",
        "applies": lambda r: r.state != "closed",
    }
    register(
        Verb(key="licenses.close_leak_report", label="対応を終える", form=CloseForm, why_not=leaks.close_why_not, run=leaks.close,
             consequence=("終えると、指示の期限はなくなります。", "停止した認証情報は、これでは再開しません。"), **common)
    )  # fmt: skip
    register(
        Verb(key="licenses.instruct", label="利用者に指示する", form=InstructForm, why_not=leaks.instruct_why_not, run=leaks.instruct,
             preview=preview_instructions, style="primary",
             consequence=("確定すると、通知書の内容は変えられません。", "発送のときに、指示をしたことになります（第4条第2項）。"), **common)
    )  # fmt: skip


def _register_on_requests() -> None:
    common: dict[str, Any] = {
        "roles": ROLES, "subject": EvidenceRequest, "clause": "9(1)", "why_not": evidence.answer_why_not,
        "applies": lambda r: r.state in ("requested", "answering"),
    }  # fmt: skip
    register(
        Verb(key="licenses.refuse_evidence_request", label="依頼に応じない", form=RefuseForm, run=evidence.refuse,
             preview=preview_refusal, consequence=("確定すると、通知書の内容は変えられません。", "発送のときに、回答したことになります。"), **common)
    )  # fmt: skip
    register(
        Verb(key="licenses.answer_evidence_request", label="記録を引き渡す", form=AnswerForm, run=evidence.answer,
             preview=preview_answer, style="primary",
             consequence=("確定すると、記録に残ります。", "控えのファイルは、受信簿に残り、書き換えられません。"), **common)
    )  # fmt: skip
