"""`manage.py verbs --json`: the registry, for outside tools."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.forms import Form

from config.desk.registry import Verb, verbs


def described(verb: Verb) -> dict[str, Any]:
    """Key, label, clause, roles, and the fields with their types."""
    form: type[Form] = verb.form_class(None)
    fields = [
        {"name": n, "type": type(f).__name__, "required": f.required, "label": str(f.label or n)}
        for n, f in form.base_fields.items()
    ]
    return {"key": verb.key, "label": verb.label, "clause": verb.clause, "roles": sorted(verb.roles), "fields": fields}


class Command(BaseCommand):
    """List every verb."""

    help = "すべての手続を一覧にします。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """As text or JSON."""
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, as_json: bool, **options: Any) -> None:
        """Print the registry."""
        rows = [described(verb) for verb in verbs()]
        if as_json:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            self.stdout.write(f"{row['key']:40} {row['clause']:8} {row['label']}（{'・'.join(row['roles'])}）")
