"""Addresses of the letters."""

from django.contrib import admin
from django.urls import path

from notices import views
from notices.wording import views as wording

app_name = "notices"
urlpatterns = [
    path("admin/notices/print/", admin.site.admin_view(views.print_page), name="print"),
    path("admin/notices/letter/<int:pk>/", admin.site.admin_view(views.letter_pdf), name="pdf"),
    path("admin/notices/wording/", admin.site.admin_view(wording.kinds_page), name="wording"),
    path("admin/notices/wording/<str:key>/", admin.site.admin_view(wording.kind_page), name="wording_kind"),
]
