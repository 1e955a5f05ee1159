"""Addresses of the letters."""

from django.contrib import admin
from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("admin/notices/print/", admin.site.admin_view(views.print_page), name="print"),
    path("admin/notices/letter/<int:pk>/", admin.site.admin_view(views.letter_pdf), name="pdf"),
]
