"""Public numbers: series, year, six digits; gap-free, since the counter moves with the row that takes the number."""

from datetime import datetime

from config.desk.clock import jst_day
from config.desk.models import Counter


def take(series: str, at: datetime) -> str:
    """The next number of the series in the JST year of `at`, for example N-2026-000123. Only inside a step."""
    year = jst_day(at).year
    Counter.objects.get_or_create(series=series, year=year)
    counter = Counter.objects.select_for_update(of=("self",)).get(series=series, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{series}-{year}-{counter.last:06d}"
