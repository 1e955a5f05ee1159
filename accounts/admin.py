"""Customers, each on one page, and the staff."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.debug import sensitive_post_parameters

from accounts import customer_page
from accounts import deputy_admin as deputy_admin
from accounts.finding import customer_q
from accounts.forms import PasswordForm, StaffAddForm, StaffForm
from accounts.managers import SYSTEM_EMAIL
from accounts.models import Contact, Customer, PriorRecord, User
from config.desk import customer_cards, customer_strip, timeline
from config.desk.casepage import CaseAdmin
from config.desk.chips import state_chip
from config.desk.exports import Column, ExportMixin
from config.desk.listpage import ListPage
from config.desk.pages import CasePage, url_of
from config.desk.registry import ROLES
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines


@admin.register(Customer)
class CustomerAdmin(ExportMixin, CaseAdmin):
    """利用者."""

    list_display = ("number", "name_shown", "corporate_shown", "email_shown", "phone_shown")
    list_filter = ("kind", "is_consumer")
    list_select_related = ("merged_into",)
    search_fields = ("number",)  # the search itself is `customer_q`
    search_help_text = "㈱・全角半角・ひらがなカタカナの違いは区別しません"
    search_placeholder = "名称、フリガナ、電話番号、法人番号、メール、利用者番号"
    ordering = ("-pk",)
    export_name = "customers"

    @admin.display(description="名称", ordering="kana_key")
    def name_shown(self, customer: Customer) -> SafeString:
        """The name, with kana and what the party is; of a doubled one, into which it was merged."""
        joined = f"{customer.merged_into.number} にまとめました" if customer.merged_into else ""
        return two_lines(customer.name, f"{customer.kana}　{joined or customer.get_kind_display()}".strip())

    @admin.display(description="法人番号", ordering="corporate_number")
    def corporate_shown(self, customer: Customer) -> SafeString:
        """On one line."""
        return format_html('<span class="number">{}</span>', customer.corporate_number)

    @admin.display(description="登録メールアドレス", ordering="email_key")
    def email_shown(self, customer: Customer) -> str:
        """As registered."""
        return customer.email

    @admin.display(description="電話番号", ordering="phone_key")
    def phone_shown(self, customer: Customer) -> SafeString:
        """On one line."""
        return format_html('<span class="number">{}</span>', customer.phone)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By what somebody on the telephone says."""
        return (queryset.filter(customer_q(search_term)) if search_term.strip() else queryset), False

    def export_columns(self) -> list[Column]:
        """The registered data."""
        return [
            Column("利用者番号", attrgetter("number")),
            Column("名称", attrgetter("name")),
            Column("フリガナ", attrgetter("kana")),
            Column("区分", lambda c: c.get_kind_display()),
            Column("法人番号", attrgetter("corporate_number")),
            Column("登録メールアドレス", attrgetter("email")),
            Column("郵便番号", attrgetter("postal_code")),
            Column("登録住所", attrgetter("address")),
            Column("電話番号", attrgetter("phone")),
            Column("担当者", attrgetter("contact")),
        ]

    def hangs_on(self, row: Customer) -> Iterable[Model]:
        """The customer, with the numbers that were ever joined to it; the prior records, the contacts."""
        joined = Customer.history.filter(merged_into=row).values("id")  # type: ignore[attr-defined]
        family = row.family_ids
        return [
            row,
            *Customer.objects.filter(pk__in=joined),
            *PriorRecord.objects.filter(customer__in=family),
            *Contact.objects.filter(customer__in=family),
        ]

    def page(self, request: HttpRequest, row: Customer) -> CasePage:
        """What must be known at once; what every room holds of the customer; at the side who it is."""
        return CasePage(
            title=row.name,
            chips=customer_page.chips(row),
            messages=customer_page.messages(row),
            buttons=customer_cards.acts(row, request.user),
            top=[customer_strip.strip(row)],
            main=[*customer_cards.cards(row), self.timeline_card(row)],
            side=customer_page.side(row),
        )


class RoleFilter(admin.SimpleListFilter):
    """役割."""

    title = "役割"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All roles, in their order."""
        return [(role, role) for role in ROLES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those who hold it."""
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(User)
class StaffAdmin(ListPage):
    """担当者: kept by 管理, read by 法務. Nobody is deleted; who leaves is marked so."""

    list_display = ("name", "email", "roles_shown", "chip")
    list_filter = ("is_active", RoleFilter)
    search_fields = ("name", "email__startswith")
    search_help_text = "氏名、メールアドレスで検索"
    ordering = ("-is_active", "name")
    actions = None
    show_full_result_count = False
    form = StaffForm
    change_form_template = "desk/staff_form.html"
    add_form_template = "desk/staff_form.html"

    @admin.display(description="役割")
    def roles_shown(self, user: User) -> str:
        """The names of the roles."""
        held = {group.name for group in user.groups.all()}
        return "・".join(role for role in ROLES if role in held)

    @admin.display(description="在籍", ordering="is_active")
    def chip(self, user: User) -> SafeString:
        """With us, or gone."""
        return chip_tag(state_chip("done", "在籍") if user.is_active else state_chip("closed", "退職"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """People only, with their roles."""
        return super().get_queryset(request).exclude(email=SYSTEM_EMAIL).prefetch_related("groups")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What they did stays under their name."""
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """With a password for a new member, without for the others."""
        if obj is None:
            return super().get_form(request, obj, change, **(kwargs | {"form": StaffAddForm}))
        form = super().get_form(request, obj, change, **kwargs)
        return type("StaffForm", (form,), {"acting": request.user})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """No field of the stock user beyond these: nobody stands above the roles."""
        return (
            ["email", "name", "groups", "is_active"] if obj else ["email", "name", "groups", "password1", "password2"]
        )

    def get_urls(self) -> list[URLPattern]:
        """The page of the password."""
        view = self.admin_site.admin_view(self.password_view)
        return [path("<int:pk>/password/", view, name="accounts_user_password"), *super().get_urls()]

    @method_decorator(sensitive_post_parameters())
    def password_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Set somebody's password; their other sessions end with it."""
        user = self.get_object(request, str(pk))
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if user is None:
            raise Http404
        form = PasswordForm(user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            user._change_reason = "パスワードを変えた"  # type: ignore[attr-defined]  # the hash itself is no part of the history
            with transaction.atomic():
                form.save()
            messages.success(request, f"{user.name}のパスワードを変えました。本人に、画面の外で伝えてください。")
            return redirect(url_of(user))
        context = self.admin_site.each_context(request) | {
            "title": "パスワードを変える",
            "form": form,
            "user_shown": user,
            "row_url": url_of(user),
        }
        return TemplateResponse(request, "desk/password.html", context, status=422 if form.is_bound else 200)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Every version, roles included. Passwords and log-ins are not part of it."""
        user = self.get_object(request, object_id)
        if not self.has_view_permission(request, user):
            raise PermissionDenied
        if user is None:
            return redirect("admin:accounts_user_changelist")
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": "変更履歴",
            "object": user,
            "row_url": url_of(user),
            "versions": _with_roles(user, timeline.changes(user)),
        }
        return TemplateResponse(request, "desk/history.html", context)


def _with_roles(user: User, versions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The versions, newest first, with the roles that came or went; what changed nothing seen is left out."""
    before = ""
    records = user.history.order_by("history_id")
    for version, record in zip(reversed(versions), records, strict=True):
        after = "・".join(sorted(row.group.name for row in record.groups.select_related("group")))
        if before != after:
            version["fields"].append({"label": "役割", "old": before, "new": after})
        before = after
    return [version for version in versions if version["fields"] or version["entry"]["reason"]]
