"""Addresses of the terms."""

from django.contrib import admin
from django.urls import path

from contracts.terms import legal_pages, views

app_name = "terms"
urlpatterns = [
    path("", admin.site.admin_view(views.contents), name="contents"),
    path("references/", admin.site.admin_view(legal_pages.references), name="references"),
    path("faults/", admin.site.admin_view(legal_pages.faults), name="faults"),
    path("words/", admin.site.admin_view(legal_pages.words), name="words"),
    path("clause/<str:ref>/", admin.site.admin_view(views.clause), name="clause"),
    path("individual/<int:pk>/file/", admin.site.admin_view(views.individual_file), name="individual_file"),
]
