"""What every page shows."""

from typing import Any

from django.http import HttpRequest


def desk(request: HttpRequest) -> dict[str, Any]:
    """Filled in with the screens."""
    return {}
