"""Addresses of the letters."""

from django.conf import settings
from django.contrib import admin
from django.urls import path

from notices import views
from notices.alarms.views import alarms_page
from notices.certified import views as certified
from notices.evidence import views as evidence
from notices.mail.urls import webhooks
from notices.posting import views as posting
from notices.returns import views as returns
from notices.wording import views as wording

app_name = "notices"
urlpatterns = [
    path("admin/notices/print/", admin.site.admin_view(views.print_page), name="print"),
    path("admin/notices/tracking/", admin.site.admin_view(returns.tracking_page), name="tracking"),
    path("admin/notices/returned/", admin.site.admin_view(returns.returned_page), name="returned"),
    path("admin/notices/letter/<int:pk>/", admin.site.admin_view(views.letter_pdf), name="pdf"),
    path("admin/notices/wording/", admin.site.admin_view(wording.kinds_page), name="wording"),
    path("admin/notices/wording/<str:key>/", admin.site.admin_view(wording.kind_page), name="wording_kind"),
    path("admin/notices/certified/<int:pk>/<str:paper>/", admin.site.admin_view(certified.paper), name="certified"),
    path("admin/notices/proof/<int:pk>/", admin.site.admin_view(evidence.proof), name="proof"),
    path("admin/notices/proofs/", admin.site.admin_view(evidence.proofs), name="proofs"),
    path("admin/notices/numbers/", admin.site.admin_view(evidence.numbers), name="numbers"),
    path(
        "admin/notices/numbers/<str:encoding>/", admin.site.admin_view(evidence.numbers_export), name="numbers_export"
    ),
    path("admin/notices/runs/<int:pk>/pdf/", admin.site.admin_view(posting.run_pdf), name="run_pdf"),
    path("admin/notices/runs/<int:pk>/reprints/", admin.site.admin_view(posting.run_reprints), name="run_reprints"),
    path("admin/notices/runs/<int:pk>/list/<str:encoding>/", admin.site.admin_view(posting.run_list), name="run_list"),
    path("admin/notices/runs/<int:pk>/slip/", admin.site.admin_view(posting.run_slip), name="run_slip"),
    path("admin/notices/alarms/", admin.site.admin_view(alarms_page), name="alarms"),
    *webhooks(settings.KIYAKU_ANYMAIL_WEBHOOKS),
]
