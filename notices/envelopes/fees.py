"""The table of fees: what was shipped, and what 管理 or 法務 entered; and what a posting cost."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms

from config.desk.clock import jst_day
from config.desk.refusal import Refused
from config.desk.registry import Preview, PreviewDate, Verb, never_refused, register
from contracts.rules.postage import EXTRAS, NEEDS_REGISTERED, SERVICES, SHIPPED, WAYS, Fee, NoFee, fee_of, posting_fee
from notices.envelopes.models import SERVICE_CHOICES, PostageFee, PostagePaid
from notices.models import Delivery, Postage

SET = "notices.set_postage_fee"
USUAL = {Postage.ORDINARY: "ordinary", Postage.RECORDED: "", Postage.REGISTERED: "registered"}


def table() -> list[Fee]:
    """Every fee, in the order of entry: of one day the last one holds."""
    return [*SHIPPED, *(row.fee for row in PostageFee.objects.order_by("pk"))]


def cost(service: str, extras: Sequence[str], day: date, sheets: int) -> int | None:
    """What a posting of this day costs in yen; None where a fee is not known."""
    try:
        return posting_fee(table(), service, extras, day, sheets)
    except NoFee:
        return None


def certified_fee(sheets: int, day: date) -> int | None:
    """Yen for 内容証明 of so many sheets, beside the postage and 一般書留; None where no fee is known of that JST day."""
    try:
        return fee_of(table(), "certified_content", day, sheets)
    except NoFee:
        return None


# --- posted -------------------------------------------------------------------------------------------------------


class PostedBy(forms.Form):
    """The finer kind of a posting, beside the three that the clocks know; all of it may be left out."""

    service = forms.ChoiceField(
        label="くわしい種類", required=False, choices=[("", "上の種類のとおり"), *((k, SERVICES[k][0]) for k in WAYS)],
        help_text="特定記録と簡易書留のように、料金の違うものを分けて残すときに選びます。",
    )  # fmt: skip
    extras = forms.MultipleChoiceField(
        label="加えたもの", required=False, choices=[(k, SERVICES[k][0]) for k in EXTRAS], widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    sheets = forms.IntegerField(label="内容証明の枚数", required=False, min_value=1, max_value=99)
    yen = forms.IntegerField(
        label="料金（円）", required=False, min_value=0, max_value=99_999,
        help_text="空のままなら、差し出した日の料金表で計算します。",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The finer kind is one of the kind chosen; 内容証明 and 配達証明 go by 一般書留."""
        cleaned = super().clean() or {}
        service, counts = cleaned.get("service") or "", cleaned.get("postage")
        if service and counts and SERVICES[service][1] != counts:
            self.add_error("service", f"{SERVICES[service][0]}は、上で選んだ郵便の種類に合いません。")
        elif set(cleaned.get("extras") or ()) & set(NEEDS_REGISTERED) and counts and counts != Postage.REGISTERED:
            self.add_error("extras", "内容証明と配達証明は、一般書留だけに付けられます。")
        return cleaned


def keep(delivery: Delivery, day: date, *, service: str = "", extras: Sequence[str] = (), sheets: int | None = None,
         yen: int | None = None) -> PostagePaid | None:  # fmt: skip
    """Keep by what it went and what it cost. Nothing is kept of a recorded letter of which nobody said which kind it was."""
    service = service or USUAL.get(Postage(delivery.postage), "")
    if not service:
        return None
    paid = PostagePaid.objects.filter(delivery=delivery).first() or PostagePaid(delivery=delivery)
    paid.service, paid.extras, paid.sheets = service, list(extras), sheets or 1
    paid.yen, paid.by_table = (cost(service, extras, day, paid.sheets), True) if yen is None else (yen, False)
    paid.save()
    return paid


def in_words(delivery: Delivery) -> str:
    """簡易書留・速達　760円; nothing where nobody kept it."""
    paid = getattr(delivery, "postage_paid", None)
    if paid is None:
        return ""
    return str(paid) + ("" if paid.yen is None else f"　{paid.yen:,}円")


# --- the table ----------------------------------------------------------------------------------------------------


class FeeForm(forms.Form):
    """One fee from a day on."""

    service = forms.ChoiceField(label="種類", choices=SERVICE_CHOICES)
    yen = forms.IntegerField(label="料金（円）", min_value=0, max_value=99_999)
    further = forms.IntegerField(
        label="2枚目からの加算（円）", required=False, min_value=0, max_value=9_999,
        help_text="内容証明だけにあります。",
    )  # fmt: skip
    valid_from = forms.DateField(
        label="適用の開始日", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.CharField(label="確かめた資料", max_length=200, help_text="料金表の名前と、見た日を書きます。")
    asks_no_reason = True


def set_fee(row: None, *, by: Any, at: datetime, service: str, yen: int, further: int | None, valid_from: date,
            source: str) -> PostageFee:  # fmt: skip
    """Enter a fee; what was posted before keeps what it cost."""
    if service != "certified_content" and further:
        raise Refused("2枚目からの加算があるのは、内容証明だけです。", instead="加算を空にしてください。")
    return PostageFee.objects.create(
        service=service, yen=yen, further=further or 0, valid_from=valid_from, source=source
    )


def preview(row: None, *, at: datetime, **fields: Any) -> Preview:
    """What a letter by 一般書留 and the like costs on that day, as the table stands."""
    day = fields.get("valid_from") or jst_day(at)
    shown = [(way, cost(way, (), day, 1)) for way in WAYS]
    dates = [
        PreviewDate(label=f"{SERVICES[way][0]}の1通", value=f"{yen:,}円", note="基本料金を含む、いまの料金表")
        for way, yen in shown
        if yen is not None
    ]
    return Preview(title="その日の料金（変える前）", dates=tuple(dates))


def register_all() -> None:
    """Called once, when the engine starts."""
    register(
        Verb(key=SET, label="郵便料金を登録する", clause="", roles=frozenset({"管理", "法務"}), subject=None, form=FeeForm,
             why_not=never_refused, run=set_fee, preview=preview,
             consequence=("その日から差し出すものの料金になります。", "すでに差し出したものの料金は、変わりません。"))
    )  # fmt: skip
