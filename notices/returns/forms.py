"""Why an envelope came back: a choice, free text, or both."""

from typing import Any

from django import forms

from notices.returns.models import Finding, Ground

_SIGNS = {
    Ground.UNKNOWN: ("あて所", "宛所", "尋ねあた"),
    Ground.MOVED: ("転居",),
    Ground.EXPIRED: ("保管", "留置期間"),
    Ground.REFUSED: ("受取拒絶", "受取拒否", "受取りを拒", "受け取りを拒", "受領拒"),
}


def ground_of(text: str) -> Ground:
    """The ground that a slip's words name; a refusal is looked for first."""
    order = sorted(_SIGNS, key=lambda ground: ground != Ground.REFUSED)
    return next((g for g in order if any(sign in text for sign in _SIGNS[g])), Ground.OTHER)


class WhyReturned(forms.Form):
    """`reason` as it stands on the slip; with a choice alone, the words of the choice."""

    ground = forms.ChoiceField(
        label="返戻の理由", required=False, choices=Ground.choices, widget=forms.RadioSelect,
        help_text="郵便が戻ったときに選びます。受取拒絶は、到達とみなされることがあるため、分けて残します。",
    )  # fmt: skip
    reason = forms.CharField(
        label="付せんのとおり", required=False, max_length=500,
        help_text="選んだ理由のとおりなら、空のままでかまいません。メールの不達は、ここに書きます。",
    )  # fmt: skip
    kept_in = forms.CharField(
        label="保管の場所", required=False, max_length=100, help_text="戻った封筒を入れた箱の名前などです。"
    )

    def clean(self) -> dict[str, Any]:
        """One of the two says why; その他 says it in words."""
        cleaned = super().clean() or {}
        ground, reason = cleaned.get("ground") or "", cleaned.get("reason") or ""
        if not reason and ground in ("", Ground.OTHER):
            self.add_error("reason", "返戻・不達の理由を、選ぶか書いてください。")
        cleaned["reason"] = reason or (Ground(ground).label if ground else "")
        cleaned["ground"] = ground or (ground_of(reason) if reason else "")
        return cleaned


class CheckedForm(forms.Form):
    """What was found out about the address."""

    finding = forms.ChoiceField(label="確かめた結果", choices=Finding.choices, widget=forms.RadioSelect)
    how = forms.CharField(
        label="確かめた方法", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="電話・登記・ウェブサイトなど、何で確かめたかを書きます。",
    )  # fmt: skip
    kept_in = forms.CharField(label="保管の場所", required=False, max_length=100)
    signed_by = "how"
    asks_no_reason = True


class KeptForm(forms.Form):
    """Where the envelope lies from now on."""

    kept_in = forms.CharField(label="保管の場所", max_length=100)
    asks_no_reason = True
