"""A condition on keys that an index answers on both databases."""

from typing import Any

from django.db.models import CharField
from django.db.models.lookups import StartsWith

_LAST = 0x10FFFF


@CharField.register_lookup
class Begins(StartsWith):
    """`startswith` that uses the index everywhere: SQLite's LIKE … ESCAPE does not, so there it is a range."""

    lookup_name = "begins"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """PostgreSQL has LIKE over the index of patterns that Django makes beside each index on text."""
        return str(connection.operators["startswith"] % rhs)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """From the beginning itself up to what comes after all that begins so (SQLite compares code points)."""
        lhs, params = self.process_lhs(compiler, connection)
        after = _after(str(self.rhs))
        sql = f"({lhs} >= %s AND {lhs} < %s)" if after else f"{lhs} >= %s"
        values = [str(self.rhs), *params, after] if after else [str(self.rhs)]
        return sql, [*params, *values]


def _after(text: str) -> str:
    """The smallest text above all that begin with this one; nothing where there is none."""
    for place in range(len(text) - 1, -1, -1):
        code = ord(text[place]) + 1
        if code <= _LAST:
            return text[:place] + chr(0xE000 if 0xD800 <= code < 0xE000 else code)
    return ""
