"""Four eyes, held by the database: whoever wrote or edited a proposal is no approver of it, whatever writes the row."""

MESSAGE = "起案した人と内容を変えた人は、承認できません"
_APPROVER = 'SELECT 1 FROM decisions_decisioneditor e WHERE e.decision_id = NEW.id AND e.user_id = NEW.approved_by_id'
_EDITOR = (
    "SELECT 1 FROM decisions_decision d WHERE d.id = NEW.decision_id AND d.approved_by_id = NEW.user_id"
    " AND d.state IN ('approved', 'carried_out')"
)
_TABLES = (
    ("four_eyes_approver", "decisions_decision", _APPROVER, "NEW.four_eyes AND NEW.approved_by_id IS NOT NULL"),
    ("four_eyes_editor", "decisions_decisioneditor", _EDITOR, "TRUE"),
)


def four_eyes_triggers(vendor: str) -> list[tuple[str, str, str]]:
    """(name, table, SQL) of the triggers for this database."""
    make = _postgres if vendor == "postgresql" else _sqlite
    return [trigger for row in _TABLES for trigger in make(*row)]


def _sqlite(name: str, table: str, found: str, when: str) -> list[tuple[str, str, str]]:
    body = f"WHEN ({when}) AND EXISTS ({found}) BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    return [
        (f"{name}_{event.lower()}", table, f'CREATE TRIGGER "{name}_{event.lower()}" BEFORE {event} ON {table} {body}')
        for event in ("INSERT", "UPDATE")
    ]


def _postgres(name: str, table: str, found: str, when: str) -> list[tuple[str, str, str]]:
    function = (
        f"CREATE OR REPLACE FUNCTION kiyaku_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF ({when}) AND EXISTS ({found}) THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN NEW; END $$; "
    )
    trigger = f'CREATE TRIGGER "{name}" BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION kiyaku_{name}()'
    return [(name, table, function + trigger)]
