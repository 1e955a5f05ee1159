"""Four eyes, held by the database: whoever wrote or edited a proposal is no approver of it, whatever writes the row.

Who edited stays (append-only), and whether a decision needs four eyes is fixed when it is proposed.
"""

MESSAGE = "起案した人と内容を変えた人は、承認できません"
FIXED = "二人の決裁は、あとから外せません"
_APPROVER = "SELECT 1 FROM decisions_decisioneditor e WHERE e.decision_id = NEW.id AND e.user_id = NEW.approved_by_id"
_EDITOR = (
    "SELECT 1 FROM decisions_decision d WHERE d.id = NEW.decision_id AND d.approved_by_id = NEW.user_id"
    " AND d.state IN ('approved', 'carried_out')"
)
_THERE = "SELECT 1 FROM decisions_decision d WHERE d.id = NEW.id OR d.number = NEW.number"
_WRITES, _CHANGES, _NEW = ("INSERT", "UPDATE"), ("UPDATE",), ("INSERT",)
_RULES = (
    ("four_eyes_approver", "decisions_decision", _WRITES, f"NEW.four_eyes AND EXISTS ({_APPROVER})", MESSAGE),
    ("four_eyes_editor", "decisions_decisioneditor", _WRITES, f"EXISTS ({_EDITOR})", MESSAGE),
    ("four_eyes_no_replace", "decisions_decision", _NEW, f"EXISTS ({_THERE})", "決裁は、上書きできません"),
    ("four_eyes_fixed", "decisions_decision", _CHANGES, "OLD.four_eyes AND NOT NEW.four_eyes", FIXED),
)


def four_eyes_triggers(vendor: str) -> list[tuple[str, str, str]]:
    """(name, table, SQL) of the triggers for this database."""
    make = _postgres if vendor == "postgresql" else _sqlite
    return [trigger for rule in _RULES for trigger in make(*rule)]


def _sqlite(name: str, table: str, events: tuple[str, ...], when: str, message: str) -> list[tuple[str, str, str]]:
    body = f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    return [
        (f"{name}_{event.lower()}", table, f'CREATE TRIGGER "{name}_{event.lower()}" BEFORE {event} ON {table} {body}')
        for event in events
    ]


def _postgres(name: str, table: str, events: tuple[str, ...], when: str, message: str) -> list[tuple[str, str, str]]:
    function = (
        f"CREATE OR REPLACE FUNCTION kiyaku_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} THEN RAISE EXCEPTION '{message}'; END IF; RETURN NEW; END $$; "
    )
    before = f'CREATE TRIGGER "{name}" BEFORE {" OR ".join(events)} ON {table}'
    trigger = f"{before} FOR EACH ROW EXECUTE FUNCTION kiyaku_{name}()"
    return [(name, table, function + trigger)]
