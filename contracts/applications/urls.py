"""Addresses of the intake."""

from django.contrib import admin
from django.urls import path

from contracts.applications import views

app_name = "applications"
urlpatterns = [
    path("admin/applications/import/", admin.site.admin_view(views.upload), name="import"),
    path("admin/applications/import/preview/", admin.site.admin_view(views.preview), name="import_preview"),
]
