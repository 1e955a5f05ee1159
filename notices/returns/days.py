"""The JST day of a moment, inside the database: for indexes and constraints that must not drift from the moment."""

from typing import Any

from django.db.models import DateField, Func


class JstDay(Func):
    """The day of a moment in Japan (UTC + 9 h; no summer time since 1951). Immutable, so an index may hold it."""

    arity = 1
    output_field = DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite keeps moments as UTC text."""
        return super().as_sql(compiler, connection, template="date(%(expressions)s, '+9 hours')", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """PostgreSQL keeps moments with their zone."""
        template = "((%(expressions)s AT TIME ZONE 'UTC') + interval '9 hours')::date"
        return super().as_sql(compiler, connection, template=template, **context)
