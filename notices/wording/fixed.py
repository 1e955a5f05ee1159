"""Held by the database: what was put in force stays as it was, and no paragraph's words change after they were entered."""

from config.desk import triggers

WORDING, STOCK = "notices_lettertemplate", "notices_stockparagraph"
MESSAGE = "確定した文面は、書き換えられません"
STOCK_MESSAGE = "定型文の内容は、書き換えられません"
TOO_EARLY = "文面は、確定した日より前からは適用できません。確定した人と日時も要ります"
OF_DRAFTS = ("version", "state", "wording", "in_force_from", "edited_by_id", "edited_at", "set_by_id", "set_at")
FROM_THE_FIRST = ("id", "number", "kind", "begun_from", "drafted_by_id", "drafted_at")
OF_STOCK = ("id", "number", "kind", "position", "title", "text", "used_from", "set_by_id", "set_at", "supersedes_id")

Rules = list[tuple[str, str, str]]


def wording(vendor: str) -> Rules:
    """A draft's words change; nothing of what was put in force or dropped does, nor does a row give way to another."""
    over = f"OLD.\"state\" <> 'draft' AND {triggers.changed(*OF_DRAFTS)}"
    rules = triggers.kept(vendor, WORDING, FROM_THE_FIRST, once="number", message=MESSAGE, final=over)
    twin = f'EXISTS (SELECT 1 FROM {WORDING} t WHERE t."id" <> NEW."id" AND t."kind" = NEW."kind" AND t."version" = NEW."version")'
    second = (
        f'EXISTS (SELECT 1 FROM {WORDING} t WHERE t."id" <> NEW."id" AND t."kind" = NEW."kind"'
        " AND t.\"state\" = 'draft' AND NEW.\"state\" = 'draft')"
    )
    return [
        *rules,
        *triggers.forbid(vendor, "lettertemplate_apart", WORDING, ("INSERT", "UPDATE"), f"{twin} OR {second}", MESSAGE),
        *triggers.forbid(vendor, "lettertemplate_day", WORDING, ("INSERT", "UPDATE"), _too_early(vendor), TOO_EARLY),
    ]


def _too_early(vendor: str) -> str:
    """Put in force from a day before the one (JST) on which somebody did so, or before it was drafted, or by nobody."""
    day = (
        "((NEW.\"set_at\" AT TIME ZONE 'UTC') + interval '9 hours')::date"
        if vendor == "postgresql"
        else "date(NEW.\"set_at\", '+9 hours')"
    )
    without = " OR ".join(f'NEW."{column}" IS NULL' for column in ("version", "in_force_from", "set_by_id", "set_at"))
    early = f'NEW."in_force_from" < {day} OR NEW."set_at" < NEW."drafted_at"'
    return f"NEW.\"state\" = 'set' AND ({without} OR {early})"


def stock(vendor: str) -> Rules:
    """Only the end of a paragraph is written later."""
    rules = triggers.kept(vendor, STOCK, OF_STOCK, once="number", message=STOCK_MESSAGE)
    twin = f'EXISTS (SELECT 1 FROM {STOCK} t WHERE t."id" <> NEW."id" AND t."supersedes_id" = NEW."supersedes_id")'
    return [
        *rules,
        *triggers.forbid(vendor, "stockparagraph_apart", STOCK, ("INSERT", "UPDATE"), twin, STOCK_MESSAGE),
    ]
