"""What 法務 had set before values were dated stands in dated rows after the migration, each from the day of its change."""

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.desk import triggers
from config.desk.step import system_user
from contracts.terms.models import DatedValue
from contracts.terms.readings import snapshot
from tests.support.world import at

BEGUN = {"cure_days": 14, "annual_months": 12, "monthly_months": 1, "erasure_days": 30, "backup_erasure_days": 7}
READ = {"rollover": "business", "named_day": "safe", "formation": "arrival", "term_first_day": "excluded"}


def kept(apps: Any, name: str, version: Any, *versions: tuple[str, dict[str, Any], str]) -> None:
    """The row as it is last, and its history: when it was so, how, and why."""
    row = apps.get_model("terms", name).objects.create(version=version, **versions[-1][1])
    for n, (when, values, why) in enumerate(versions):
        apps.get_model("terms", f"Historical{name}").objects.create(
            id=row.pk, version_id=version.pk, **values, history_date=at(when), history_type="~" if n else "+",
            history_user_id=system_user().pk, history_change_reason=why, history_verb="terms.set_parameters",
        )  # fmt: skip


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_each_change_so_far_is_a_row_from_its_day_on() -> None:
    call_command("migrate", "terms", "0001", verbosity=0)
    old: Any = MigrationExecutor(connection).loader.project_state([("terms", "0001_initial")]).apps
    version = old.get_model("terms", "TermsVersion").objects.create(
        number="2025-04-01", effective_from=date(2025, 4, 1)
    )
    begun, changed = (
        ("2026-01-05T10:00", BEGUN | {"erasure_days": 60}, ""),
        BEGUN | {"erasure_days": 60, "cure_days": 21},
    )
    kept(old, "Parameters", version, begun, ("2026-03-01T00:30", changed, "意見による"))
    kept(old, "Readings", version, ("2026-01-05T10:00", READ, ""))
    call_command("migrate", verbosity=0)
    rows = [(row.key, row.value, row.in_force_from, row.why) for row in DatedValue.objects.order_by("pk")]
    assert rows == [
        ("erasure_days", "60", date(2025, 4, 1), ""), ("cure_days", "21", date(2026, 3, 1), "意見による"),
    ]  # fmt: skip
    assert [snapshot(date(2026, month, 28))["cure_days"] for month in (2, 3)] == [14, 21]
    assert DatedValue.history.count() == 2
    assert triggers.missing() == []
