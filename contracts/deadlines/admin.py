"""The list of deadlines, and the page of one."""

from django.contrib import admin

from config.desk.casepage import ReadOnlyAdmin
from contracts.deadlines.models import Deadline


@admin.register(Deadline)
class DeadlineAdmin(ReadOnlyAdmin):
    """期限."""

    list_display = ("kind", "customer", "state", "communicated_on", "act_from", "due_on")
