"""The forms of applications: what arrives, what is judged, what is proposed."""

from typing import Any

from django import forms

from accounts.models import Customer
from config.desk.jst import jday_year
from contracts.applications import ground_reasons
from contracts.applications.agents import asked_for, lacks_authority
from contracts.applications.documents import NOT_SHOWN, REQUEST, open_request
from contracts.applications.known_before import RESCISSION
from contracts.applications.late import HANDLINGS
from contracts.applications.models import Application, Ground, GroundJudgement, Intake
from contracts.applications.receiving import GROUPS
from contracts.applications.reminding import LETTER, PHONE
from contracts.applications.workflow import ACCEPTANCE, REFUSAL
from contracts.incoming.fields import FilesField
from contracts.incoming.models import Incoming
from contracts.incoming.reference import IncomingField
from contracts.rules import identifiers
from notices.fields import ChannelsField, added_paragraphs
from notices.forms import WHEN

DAY = {"type": "date"}
NUMBERED = [(str(g.value), f"{g.value}号　{g.label}") for g in Ground]
MAY_BE_MISSING = ("kana", "postal_code", "address", "phone")  # in a row of the web form's file


class ReceiveForm(forms.Form):
    """An application as the applicant wrote it."""

    not_from_pages = (
        "source_number",
        "content_hash",
        "original",
        "flags",
        "intake",
    )  # an import's; a page is not believed

    kind = forms.ChoiceField(label="区分", choices=Customer.Kind.choices)
    name = forms.CharField(label="名称・氏名", max_length=200)
    kana = forms.CharField(label="フリガナ", max_length=200)
    corporate_number = forms.CharField(label="法人番号", max_length=20, required=False)
    email = forms.EmailField(label="メールアドレス", max_length=254)
    postal_code = forms.CharField(label="郵便番号", max_length=12)
    address = forms.CharField(label="住所", max_length=300)
    phone = forms.CharField(label="電話番号", max_length=40)
    contact = forms.CharField(label="担当者", max_length=100, required=False)
    channel = forms.ChoiceField(
        label="申込経路", choices=Application.Channel.choices, help_text="当社サイトは月額、営業は年間の契約です。"
    )
    licenses = forms.IntegerField(label="希望ライセンス数", min_value=1, max_value=1_000_000)
    agreed_version = forms.CharField(label="同意した規約の版", max_length=20)
    agreed_at = forms.DateTimeField(label="同意日時", widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"))
    remarks = forms.CharField(label="備考", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    agent_name = forms.CharField(
        label="代理人の氏名", max_length=100, required=False, help_text="申込者（法人は代表者）に代わって申し込む人がいるときだけ入れてください。"
    )  # fmt: skip
    agent_relation = forms.CharField(
        label="申込者との関係", max_length=100, required=False, help_text="例：総務部長、顧問の行政書士"
    )
    agent_document = forms.CharField(label="代理権の書面", max_length=300, required=False, help_text="例：委任状")
    agent_uploads = FilesField(
        label="書面のファイル",
        required=False,
        help_text="添えると、受信簿に登録されます。まだないときは空欄にしてください。審査の3号で確かめます。",
    )
    source_number = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    content_hash = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    original = forms.JSONField(required=False, widget=forms.HiddenInput)
    flags = forms.JSONField(required=False, widget=forms.HiddenInput)
    intake = forms.ModelChoiceField(Intake.objects.all(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A row of the web form is taken in with what it lacks: a question for the checklist, not a reason to lose it."""
        super().__init__(*args, **kwargs)
        if self.is_imported:
            for name in MAY_BE_MISSING:
                self.fields[name].required = False

    @property
    def grouped(self) -> list[tuple[str, list[forms.BoundField]]]:
        """As a person reads a paper form: title and fields; what the page adds of its own comes last."""
        placed = {name for _, names in GROUPS for name in names}
        rest = [field for field in self if field.name not in placed and not field.is_hidden]
        groups = [(title, [self[name] for name in names]) for title, names in GROUPS]
        return [*groups, ("記録", rest)] if rest else groups

    def clean(self) -> dict[str, Any]:
        """What is said of an agent needs the agent."""
        cleaned = super().clean() or {}
        said = any(cleaned.get(name) for name in ("agent_relation", "agent_document", "agent_uploads"))
        if said and not cleaned.get("agent_name"):
            self.add_error("agent_name", "代理人の氏名を入れてください。")
        return cleaned

    def clean_flags(self) -> list[str]:
        """Short texts, or nothing."""
        flags = self.cleaned_data["flags"] or []
        if not isinstance(flags, list) or not all(isinstance(flag, str) for flag in flags):
            raise forms.ValidationError("注意の形が正しくありません。")
        return flags

    @property
    def is_imported(self) -> bool:
        """Whether it comes out of the web form's file, under its number."""
        return bool(self.data.get("source_number"))

    @property
    def claimed(self) -> frozenset[str]:
        """Moments of the web form's clock: no row of its file is judged by today's date (readings, section 6)."""
        return frozenset({"agreed_at"}) if self.is_imported else frozenset()

    def clean_postal_code(self) -> str:
        """As 123-4567."""
        if not self.cleaned_data["postal_code"]:
            return ""
        try:
            return identifiers.postal_code(self.cleaned_data["postal_code"])
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem


class JudgeForm(forms.Form):
    """One ground, the person's judgement, and why."""

    ground = forms.TypedChoiceField(label="事由", choices=Ground.choices, coerce=int)
    finding = forms.ChoiceField(label="判断", choices=GroundJudgement.Finding.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label="理由", max_length=1000)
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)


class ClearForm(forms.Form):
    """Nothing to fill in: what was compared is recorded by itself. `seen`: the content that the person had before them."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)


class ChannelsForm(forms.Form):
    """How it is sent."""

    channels = ChannelsField()


class AcceptForm(ChannelsForm):
    """How it is sent, and what is added."""

    stock, free_paragraph = added_paragraphs(ACCEPTANCE)


class RefusalForm(forms.Form):
    """The grounds that apply, a reason for each, and why; the letter names the clauses with their reasons."""

    grounds = forms.MultipleChoiceField(
        label="不承諾事由", choices=[*NUMBERED, (NOT_SHOWN, "書類の提示がない（第6条第4項）")],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    locals().update(ground_reasons.fields(ground_reasons.ALL, "通知に載ります。空なら、事由の判断の理由になります。"))
    reason = forms.CharField(
        label="不承諾の理由",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="全体としての理由です。決裁の記録に残り、通知には載りません。",
    )
    channels = ChannelsField()
    stock, free_paragraph = added_paragraphs(REFUSAL)


class RequestForm(forms.Form):
    """Which document, to look into which ground."""

    ground = forms.TypedChoiceField(
        label="確認する事由", choices=NUMBERED, coerce=int, widget=forms.RadioSelect, help_text="通知には、確認する事項として書きます。"
    )  # fmt: skip
    document = forms.CharField(
        label="書類", max_length=300, help_text="例：履歴事項全部証明書（3か月以内に発行されたもの）"
    )
    channels = ChannelsField(help_text="登録されたメールアドレス・住所に送ります。期限は、遅いほうから数えます。")
    stock, free_paragraph = added_paragraphs(REQUEST)


class ReceiptForm(forms.Form):
    """Where the document lies: in the incoming register by its number, or as files that are entered there now."""

    incoming = IncomingField(label="受信番号")
    channel = forms.ChoiceField(
        label="届いた方法",
        choices=[("", "（受信簿に登録しない）"), *Incoming.Channel.choices],
        required=False,
        help_text="受信簿にまだないときは、この方法で登録されます。受信番号を入れたときは、使われません。",
    )
    uploads = FilesField(required=False)

    def clean(self) -> dict[str, Any]:
        """Files make a line of their own: they are never added to one that is there."""
        cleaned = super().clean() or {}
        if cleaned.get("incoming") and cleaned.get("uploads"):
            self.add_error("uploads", "受信番号とファイルは、どちらか一方にしてください。")
        return cleaned


class DocumentForm(ReceiptForm):
    """When the document came, and what was seen."""

    received_at = forms.DateTimeField(
        label="受領日時",
        widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"),
        help_text="記録する時ではなく、実際に届いた時です。",
    )
    note = forms.CharField(
        label="受領の記録",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="何が、どのように届いたかを書いてください。",
    )
    field_order = ["received_at", "incoming", "channel", "uploads", "note"]


class AuthorityDocumentForm(DocumentForm):
    """And whether it is the authority of whoever signed for the applicant."""

    authority = forms.BooleanField(label="代理権の書面として扱う", required=False, initial=True)


def document_form(application: Application | None) -> type[forms.Form]:
    """With the question whether it is an agent's authority, where that was asked for (ground 3)."""
    request = open_request(application) if application is not None else None
    return (
        AuthorityDocumentForm if asked_for(request) and application and lacks_authority(application) else DocumentForm
    )


class LateDocumentForm(DocumentForm):
    """And who looks at the refusal now."""

    handling = forms.ChoiceField(
        label="不承諾の扱い", choices=HANDLINGS, required=False, initial="objection", widget=forms.RadioSelect,
        help_text="見直すかどうかは、不承諾を判断した人と、この記録をした人のほかの人が決めます。",
    )  # fmt: skip

    def clean_handling(self) -> str:
        """Unless somebody says otherwise, it is looked at."""
        return self.cleaned_data["handling"] or "objection"


class AuthorityForm(ReceiptForm):
    """The written authority of whoever signed for the applicant, which came without being asked for by a letter."""

    document = forms.CharField(label="書面", max_length=300, help_text="例：委任状（代表者の記名押印のあるもの）")
    received_at = forms.DateTimeField(label="受領日時", widget=forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M"))
    field_order = ["document", "received_at", "incoming", "channel", "uploads"]


class RemindForm(forms.Form):
    """By letter or by telephone."""

    how = forms.ChoiceField(
        label="お願いの方法",
        choices=[(LETTER, "通知を送る"), (PHONE, "電話でお願いした")],
        initial=LETTER,
        widget=forms.RadioSelect,
    )
    channels = ChannelsField(label="送る方法", required=False)

    def clean(self) -> dict[str, Any]:
        """A letter goes some way."""
        cleaned = super().clean() or {}
        if cleaned.get("how") == LETTER and not cleaned.get("channels"):
            self.add_error("channels", "メールと郵送のうち、使うものを選んでください。")
        return cleaned


class RescissionGround(forms.ChoiceField):
    """The five grounds; a missing document is let through, so that the verb can say why it is none."""

    def valid_value(self, value: Any) -> bool:
        """As shown, or 6(4)."""
        return value == NOT_SHOWN or super().valid_value(value)


class RescissionForm(forms.Form):
    """The ground that lay in the application, the fact with its day, when it came to light, and why."""

    ground = RescissionGround(label="取消しの事由", choices=NUMBERED, widget=forms.RadioSelect)
    fact = forms.CharField(label="事実", widget=forms.Textarea(attrs={"rows": 3}), help_text="通知に載ります。")
    fact_on = forms.DateField(
        label="事実のあった日",
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text="契約の成立より後の事実は、取消しの事由になりません。",
    )
    came_to_light_on = forms.DateField(label="判明した日", widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    new_facts = forms.CharField(
        label="前に知られていなかった事実",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="承諾の前に判断した事由や、異議が認められた事由で取り消すときだけ書きます。通知には載りません。",
    )
    reason = forms.CharField(
        label="取り消す理由",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="取消しは当社の裁量です。決裁の記録に残り、通知には載りません。",
    )
    channels = ChannelsField()
    stock, free_paragraph = added_paragraphs(RESCISSION)


def rescission_form(row: Application | None) -> type[RescissionForm]:
    """The same, whose day of the fact offers nothing after the formation; that it is refused is the verb's."""
    subscription = row.subscription if row is not None else None
    if subscription is None or subscription.formed_on is None:
        return RescissionForm
    until = DAY | {"max": subscription.formed_on.isoformat()}
    field = forms.DateField(
        label="事実のあった日",
        widget=forms.DateInput(attrs=until, format="%Y-%m-%d"),
        help_text=f"契約の成立（{jday_year(subscription.formed_on)}）までの事実だけが、取消しの事由になります。",
    )
    order = [*RescissionForm.base_fields]
    return type("RowRescissionForm", (RescissionForm,), {"fact_on": field, "field_order": order})
