"""What this room adds to the desk."""

from config.desk import nav, search
from contracts.measures.models import Measure


def register_all() -> None:
    """Called once, when the room starts."""
    search.numbers("M", Measure)
    nav.register(
        nav.Entry(
            group="規約違反", label="措置", url_name="admin:measures_measure_changelist", permission="measures.view_measure",
            count=lambda: Measure.objects.living().count(), order=55,
        )
    )  # fmt: skip
