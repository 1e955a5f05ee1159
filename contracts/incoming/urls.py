"""Addresses of the files."""

from django.contrib import admin
from django.urls import path

from contracts.incoming import views

app_name = "incoming"
urlpatterns = [path("admin/incoming/file/<int:pk>/", admin.site.admin_view(views.download), name="file")]
