"""Addresses of the letters."""

from django.conf import settings
from django.contrib import admin
from django.urls import path

from notices import views
from notices.alarms.views import alarms_page
from notices.mail.urls import webhooks

app_name = "notices"
urlpatterns = [
    path("admin/notices/print/", admin.site.admin_view(views.print_page), name="print"),
    path("admin/notices/letter/<int:pk>/", admin.site.admin_view(views.letter_pdf), name="pdf"),
    path("admin/notices/alarms/", admin.site.admin_view(alarms_page), name="alarms"),
    *webhooks(settings.KIYAKU_ANYMAIL_WEBHOOKS),
]
