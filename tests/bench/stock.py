"""The stock Django admin for the same tables, as anybody would register it; for make bench only."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin, TabularInline
from django.urls import path

from accounts.models import Customer
from config import urls
from contracts.applications.models import Application
from contracts.deadlines.models import Deadline
from contracts.licenses.models import Subscription
from notices.models import Notice

site = AdminSite("stock")


class Inline(TabularInline):  # type: ignore[type-arg]
    """What hangs on a customer, to be read."""

    extra = 0
    can_delete = False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False


def inline(model: Any, *fields: str) -> type[Inline]:
    return type(f"{model.__name__}Inline", (Inline,), {"model": model, "fields": fields})


class CustomerAdmin(ModelAdmin):  # type: ignore[type-arg]
    list_display = ("number", "name", "corporate_number", "email", "phone")
    list_filter = ("kind", "is_consumer")
    search_fields = ("number", "name", "kana", "phone", "email", "corporate_number")
    ordering = ("-pk",)
    list_per_page = 50
    inlines = (
        inline(Application, "number", "state", "received_at", "licenses"),
        inline(Subscription, "number", "state", "formed_on"),
        inline(Notice, "number", "kind", "state"),
        inline(Deadline, "kind", "state", "due_on", "act_from"),
    )


class ApplicationAdmin(ModelAdmin):  # type: ignore[type-arg]
    list_display = ("number", "customer", "received_at", "state", "channel")
    list_filter = ("state", "received_at", "channel")
    list_select_related = ("customer",)
    search_fields = ("number", *(f"customer__{name}" for name in CustomerAdmin.search_fields[1:]))
    ordering = ("-pk",)
    list_per_page = 50


class DeadlineAdmin(ModelAdmin):  # type: ignore[type-arg]
    """In place of 本日の業務: what runs, soonest first."""

    list_display = ("kind", "customer", "due_on", "state")
    list_filter = ("state",)
    list_select_related = ("customer",)
    ordering = ("due_on",)
    list_per_page = 50


site.register(Customer, CustomerAdmin)
site.register(Application, ApplicationAdmin)
site.register(Deadline, DeadlineAdmin)
urlpatterns = [path("stock/", site.urls), *urls.urlpatterns]
handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500
