"""What 法務 set so far becomes dated rows: each change that the histories tell, from the JST day on which it was made.

What a version began with, where it differs from the default, is dated with the version itself. The way back leaves the
former tables with their defaults: dated rows say more than those can hold.
"""

from zoneinfo import ZoneInfo

from django.db import migrations

JST = ZoneInfo("Asia/Tokyo")
DEFAULTS = {
    "Parameters": {"cure_days": 14, "annual_months": 12, "monthly_months": 1, "erasure_days": 30, "backup_erasure_days": 7},
    "Readings": {"rollover": "business", "named_day": "safe", "formation": "arrival", "term_first_day": "excluded"},
}


def copy(apps, schema_editor):
    for name, defaults in DEFAULTS.items():
        records = apps.get_model("terms", f"Historical{name}").objects.order_by("history_date", "history_id")
        for row in apps.get_model("terms", name).objects.select_related("version"):
            _copy_row(apps, row, defaults, list(records.filter(id=row.pk)))


def _copy_row(apps, row, defaults, records):
    before = dict(defaults)
    for record in records:
        for key in defaults:
            if getattr(record, key) != before[key]:
                _dated(apps, row.version, key, getattr(record, key), record)
                before[key] = getattr(record, key)


def _dated(apps, version, key, value, record):
    """A row, and its own history row: migrations write none by themselves."""
    began = record.history_type == "+"
    day = version.effective_from if began else max(record.history_date.astimezone(JST).date(), version.effective_from)
    given = {
        "version_id": version.pk, "key": key, "value": str(value), "in_force_from": day, "set_at": record.history_date,
        "set_by_id": record.history_user_id, "why": record.history_change_reason or "", "recorded_at": record.history_date,
    }  # fmt: skip
    made = apps.get_model("terms", "DatedValue").objects.create(**given)
    apps.get_model("terms", "HistoricalDatedValue").objects.create(
        id=made.pk, **given, history_date=record.history_date, history_type="+", history_user_id=record.history_user_id,
        history_change_reason=record.history_change_reason, history_verb=record.history_verb, history_step=record.history_step,
    )  # fmt: skip


def make_anew(apps, schema_editor):
    for version in apps.get_model("terms", "TermsVersion").objects.all():
        for name in DEFAULTS:
            apps.get_model("terms", name).objects.get_or_create(version=version)


class Migration(migrations.Migration):
    dependencies = [
        ("terms", "0002_dated_values_and_individual_terms"),
    ]

    operations = [migrations.RunPython(copy, make_anew)]
