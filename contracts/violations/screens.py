"""What this room adds to the desk: its line of the sidebar, and the numbers that the search knows."""

from config.desk import nav, search
from contracts.violations.models import Violation


def register_all() -> None:
    """Called once, when the room starts."""
    search.numbers("V", Violation)
    nav.register(
        nav.Entry(
            group="規約違反", label="違反案件", url_name="admin:violations_violation_changelist",
            permission="violations.view_violation", count=lambda: Violation.objects.open().count(),
        )
    )  # fmt: skip
