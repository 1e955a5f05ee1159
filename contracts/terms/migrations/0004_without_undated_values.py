"""The former tables, whose content stands in dated rows now. `DeleteModel` alone: it takes its columns with it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("terms", "0003_values_so_far_as_dated_rows"),
    ]

    operations = [
        migrations.DeleteModel(name="HistoricalParameters"),
        migrations.DeleteModel(name="HistoricalReadings"),
        migrations.DeleteModel(name="Parameters"),
        migrations.DeleteModel(name="Readings"),
    ]
