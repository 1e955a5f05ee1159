"""Where mail services report: only those that are configured, each under its own signature or secret."""

from collections.abc import Sequence

from django.urls import URLPattern, URLResolver, include, path


def webhooks(services: Sequence[str]) -> list[URLPattern | URLResolver]:
    """/anymail/<service>/tracking/ of each; what comes in by mail has its own way (contracts/incoming)."""
    if not services:
        return []
    from anymail.urls import urlpatterns  # it loads every service that django-anymail knows

    names = {f"{service}_tracking_webhook" for service in services}
    names |= {"mandrill_webhook"} if "mandrill" in services else set()
    return [path("anymail/", include(([one for one in urlpatterns if one.name in names], "anymail")))]
