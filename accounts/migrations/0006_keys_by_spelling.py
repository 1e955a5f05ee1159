"""Keys anew: names without marks that are spelt now so, now so, readings with one long vowel mark, the first telephone number."""

from django.db import migrations

from accounts.keys import bare_key, called_key, kana_key, keys_of


def fill_keys(apps, schema_editor):
    """A key is no fact, so no history row is due."""
    customers = apps.get_model("accounts", "Customer").objects
    for row in customers.only("pk", "name", "kana", "email", "phone", "bare_key", "kana_key", "phone_key").iterator():
        keys = keys_of(name=row.name, kana=row.kana, email=row.email, phone=row.phone)
        new = {name: keys[name] for name in ("bare_key", "kana_key", "phone_key") if keys[name] != getattr(row, name)}
        if new:
            customers.filter(pk=row.pk).update(**new)


def fill_former(apps, schema_editor):
    """What was registered before is compared by the same keys."""
    details = apps.get_model("accounts", "RegisteredDetail").objects
    made = {"kana": kana_key, "phone": called_key}
    for row in details.filter(field__in=["name", "kana", "phone"]).exclude(value="").iterator():
        key = f"{row.field}:{made[row.field](row.value)}"[:300] if row.field in made else row.key
        bare = bare_key(row.value) if row.field == "name" else row.bare_key
        if (key, bare) != (row.key, row.bare_key):
            details.filter(pk=row.pk).update(key=key, bare_key=bare)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_lists_in_order")]

    operations = [
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
        migrations.RunPython(fill_former, migrations.RunPython.noop),
    ]
