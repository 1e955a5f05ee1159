"""The admin site."""

from django.contrib.admin import AdminSite


class DeskSite(AdminSite):
    """The stock admin under our own theme."""

    site_title = "規約"
    site_header = "規約"
