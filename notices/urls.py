"""Addresses of the letters."""

from django.contrib import admin
from django.urls import path

from notices import views
from notices.posting import views as posting

app_name = "notices"
urlpatterns = [
    path("admin/notices/print/", admin.site.admin_view(views.print_page), name="print"),
    path("admin/notices/letter/<int:pk>/", admin.site.admin_view(views.letter_pdf), name="pdf"),
    path("admin/notices/runs/<int:pk>/pdf/", admin.site.admin_view(posting.run_pdf), name="run_pdf"),
    path("admin/notices/runs/<int:pk>/reprints/", admin.site.admin_view(posting.run_reprints), name="run_reprints"),
    path("admin/notices/runs/<int:pk>/list/<str:encoding>/", admin.site.admin_view(posting.run_list), name="run_list"),
    path("admin/notices/runs/<int:pk>/slip/", admin.site.admin_view(posting.run_slip), name="run_slip"),
]
