"""Forms with which 管理 keeps the staff."""

from typing import Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm, SetPasswordForm
from django.contrib.auth.models import Group
from django.db.models import Case, IntegerField, Value, When

from accounts.models import User
from config.desk.registry import ROLES

_ORDER = Case(*(When(name=role, then=Value(place)) for place, role in enumerate(ROLES)), output_field=IntegerField())


def roles_field() -> forms.ModelMultipleChoiceField:
    """The roles, in the order in which they are always named."""
    return RolesField(
        label="役割",
        queryset=Group.objects.filter(name__in=ROLES).order_by(_ORDER),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "役割を1つ以上選んでください。"},
        help_text="できる手続は、役割で決まります。承認の役割があっても、自分の起案は承認できません。",
    )


class RolesField(forms.ModelMultipleChoiceField):
    """Groups under their plain names."""

    def label_from_instance(self, obj: Group) -> str:  # type: ignore[override]
        """The name of the role."""
        return obj.name


class StaffForm(forms.ModelForm):  # type: ignore[type-arg]
    """E-mail, name, roles, and whether the person is with us."""

    groups = roles_field()
    acting: User | None = None  # who edits; set by the admin for the request

    class Meta:
        model = User
        fields = ("email", "name", "groups", "is_active")

    def clean_email(self) -> str:
        """Log-in is by the address in small letters."""
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        """Nobody locks themselves out."""
        cleaned = super().clean() or {}
        if self.acting is not None and self.instance.pk == self.acting.pk:
            self._stays_in(cleaned)
        return cleaned

    def _stays_in(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("is_active", True):
            self.add_error("is_active", "自分の在籍は外せません。ほかの管理の担当者に依頼してください。")
        before = set(self.instance.groups.values_list("name", flat=True))
        after = {group.name for group in cleaned.get("groups", ())}
        if before != after:  # else one person could be both pairs of eyes
            self.add_error("groups", "自分の役割は変えられません。ほかの管理の担当者に依頼してください。")


class StaffAddForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """A new member of staff with a first password."""

    groups = roles_field()

    class Meta:
        model = User
        fields = ("email", "name", "groups")

    def clean_email(self) -> str:
        """Log-in is by the address in small letters."""
        return str(self.cleaned_data["email"]).lower()


class PasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A new password for somebody; told to them outside the system."""
