"""Addresses."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="root"),
    path("terms/", include("contracts.terms.urls")),
    path("", include("config.desk.urls")),
    path("", include("contracts.incoming.urls")),
    path("", include("notices.urls")),
    path("", include("contracts.applications.urls")),
    path("", include("contracts.violations.urls")),
    path("admin/", admin.site.urls),
]

handler403 = "config.desk.errorpages.forbidden"
handler404 = "config.desk.errorpages.not_found"
handler500 = "config.desk.errorpages.failed"
