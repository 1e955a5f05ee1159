"""The admin site: the home page is 本日の業務."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path

from config.desk import home


class DeskSite(AdminSite):
    """The stock admin under our own theme."""

    site_title = "規約"
    site_header = "規約"
    index_title = "本日の業務"
    enable_nav_sidebar = True

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """本日の業務, a queue: done → next."""
        context = (
            self.each_context(request) | {"title": "本日の業務", "home": home.page(request)} | (extra_context or {})
        )
        return TemplateResponse(request, "admin/index.html", context)

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        """Rooms have their place in the sidebar."""
        return redirect("admin:index")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The search beside the stock addresses."""
        from config.desk.search import search

        return [path("search/", self.admin_view(search), name="search"), *super().get_urls()]
