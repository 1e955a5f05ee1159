"""Addresses of the verb pages."""

from django.contrib import admin
from django.urls import path

from config.desk.health import alive, health
from config.desk.verbpage import VerbView

app_name = "desk"
urlpatterns = [
    path("health/", health, name="health"),
    path("health/alive/", alive, name="alive"),
    path("admin/verb/<str:key>/", admin.site.admin_view(VerbView.as_view()), name="verb"),
    path("admin/verb/<str:key>/<int:pk>/", admin.site.admin_view(VerbView.as_view()), name="verb_on"),
]
