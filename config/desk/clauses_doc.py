"""`docs/clauses.md`, made from the registries: clause → verbs → kinds of the engines; and who may do what."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from config.desk import kinds_index
from config.desk.registry import ROLES, Verb, verbs
from contracts.rules.clauses import ClauseRef

HEAD = """# Clauses, verbs and kinds

Made by `manage.py clauses_doc` from the registries; not edited by hand. `make test` fails where it is stale.
A clause is named as in code, with its number and heading; what rests on no clause is a policy of the house.
"""
HOUSE = "社内の取扱い"


def path() -> Path:
    """Where it lies."""
    return Path(settings.BASE_DIR) / "docs" / "clauses.md"


def is_stale() -> bool:
    """Whether the file is missing or differs from the registries."""
    return not path().exists() or path().read_text(encoding="utf-8") != text()


def write() -> None:
    """Make it anew."""
    path().parent.mkdir(exist_ok=True)
    path().write_text(text(), encoding="utf-8")


def text() -> str:
    """The whole document."""
    return "\n".join([HEAD, *_clauses(), "", "## Who may do what", "", *_matrix(), ""])


def _clauses() -> list[str]:
    engines = kinds_index.engines()
    lines = [
        "## Clause → verb → kinds",
        "",
        _row("clause", "verbs", *(engine.name for engine in engines)),
        _rule(2 + len(engines)),
    ]
    by_verb = _by_clause((verb.clause, _verb(verb)) for verb in verbs())
    by_kind = [_by_clause((k.clause, f"{k.label} `{k.key}`") for k in engine.kinds()) for engine in engines]
    found = {clause for column in (by_verb, *by_kind) for clause in column}
    for clause in sorted(found, key=_order):
        lines.append(_row(_named(clause), *("<br>".join(column.get(clause, ())) for column in (by_verb, *by_kind))))
    return lines


def _by_clause(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for clause, entry in pairs:
        found[clause].append(entry)
    return dict(found)


def _verb(verb: Verb) -> str:
    return f"{verb.label} `{verb.key}`（{'・'.join(role for role in ROLES if role in verb.roles)}）"


def _order(clause: str) -> tuple[bool, ClauseRef]:
    """In the order of the terms; the house's own at the end."""
    return (not clause, ClauseRef.parse(clause or "1"))


def _named(clause: str) -> str:
    return f"{clause} {ClauseRef.parse(clause).full_label()}" if clause else HOUSE


def _matrix() -> list[str]:
    """A verb a row, a role a column; the system user holds all."""
    lines = [_row("verb", *ROLES), _rule(1 + len(ROLES))]
    return lines + [_row(f"`{verb.key}`", *("●" if role in verb.roles else "" for role in ROLES)) for verb in verbs()]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(columns: int) -> str:
    return "|---" * columns + "|"
