"""Addresses of the intake."""

from django.urls import URLPattern

app_name = "applications"
urlpatterns: list[URLPattern] = []
