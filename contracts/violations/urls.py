"""Addresses of the overview."""

from django.contrib import admin
from django.urls import path

from contracts.violations import views

app_name = "violations"
urlpatterns = [
    path("admin/violations/overview/", admin.site.admin_view(views.show), name="overview"),
    path(
        "admin/violations/overview/export/<str:encoding>/", admin.site.admin_view(views.export), name="overview_export"
    ),
]
