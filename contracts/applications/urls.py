"""Addresses of the intake, and of the checklist."""

from django.contrib import admin
from django.urls import path

from contracts.applications import grid, judging, views

app_name = "applications"
urlpatterns = [
    path("admin/applications/import/", admin.site.admin_view(views.upload), name="import"),
    path("admin/applications/import/preview/", admin.site.admin_view(views.preview), name="import_preview"),
    path("admin/applications/import/<int:pk>/go-on/", admin.site.admin_view(views.go_on), name="import_go_on"),
    path("admin/applications/application/<int:pk>/judge/", admin.site.admin_view(judging.judge), name="judge"),
    path("admin/applications/screening/", admin.site.admin_view(grid.page), name="grid"),
    path("admin/applications/screening/<int:pk>/", admin.site.admin_view(grid.row), name="grid_row"),
]
