"""Four eyes, held by the database: whoever wrote or edited a proposal is no approver of it, whatever writes the row.

Who edited stays (append-only), and whether a decision needs four eyes is fixed when it is proposed. An objection is
ruled on by nobody who decided before in the matter or entered it; a ruling is never overwritten.
"""

MESSAGE = "起案した人と内容を変えた人は、承認できません"
FIXED = "二人の決裁は、あとから外せません"
_APPROVER = "SELECT 1 FROM decisions_decisioneditor e WHERE e.decision_id = NEW.id AND e.user_id = NEW.approved_by_id"
_EDITOR = (
    "SELECT 1 FROM decisions_decision d WHERE d.id = NEW.decision_id AND d.approved_by_id = NEW.user_id"
    " AND d.state IN ('approved', 'carried_out')"
)
_THERE = "SELECT 1 FROM decisions_decision d WHERE d.id = NEW.id OR d.number = NEW.number"
DECIDED_BEFORE = "先に判断した人と異議を登録した人は、その異議を判断できません"
RULED = "判断した異議は、書き換えられません"
_BEFORE = (
    "NEW.ruled_by_id = NEW.recorded_by_id"
    " OR EXISTS (SELECT 1 FROM decisions_objectiondecider o WHERE o.objection_id = NEW.id AND o.user_id = NEW.ruled_by_id)"
    " OR EXISTS (SELECT 1 FROM decisions_decisioneditor e WHERE e.decision_id = NEW.decision_id AND e.user_id = NEW.ruled_by_id)"
    " OR EXISTS (SELECT 1 FROM decisions_decision d WHERE d.id = NEW.decision_id"
    " AND (d.proposed_by_id = NEW.ruled_by_id OR d.approved_by_id = NEW.ruled_by_id))"
)
_RULER = "SELECT 1 FROM decisions_objection o WHERE o.id = NEW.objection_id AND o.ruled_by_id = NEW.user_id"
_OBJECTION = "SELECT 1 FROM decisions_objection o WHERE o.id = NEW.id OR o.number = NEW.number"
_RULED_ANEW = (
    "OLD.state <> 'received' AND (NEW.state <> OLD.state OR NEW.reason <> OLD.reason"
    " OR COALESCE(NEW.ruled_by_id, 0) <> COALESCE(OLD.ruled_by_id, 0))"
)
_WRITES, _CHANGES, _NEW = ("INSERT", "UPDATE"), ("UPDATE",), ("INSERT",)
_RULES = (
    ("four_eyes_approver", "decisions_decision", _WRITES, f"NEW.four_eyes AND EXISTS ({_APPROVER})", MESSAGE),
    ("four_eyes_editor", "decisions_decisioneditor", _WRITES, f"EXISTS ({_EDITOR})", MESSAGE),
    ("four_eyes_no_replace", "decisions_decision", _NEW, f"EXISTS ({_THERE})", "決裁は、上書きできません"),
    ("four_eyes_fixed", "decisions_decision", _CHANGES, "OLD.four_eyes AND NOT NEW.four_eyes", FIXED),
    ("objection_ruler", "decisions_objection", _WRITES, f"NEW.ruled_by_id IS NOT NULL AND ({_BEFORE})", DECIDED_BEFORE),
    ("objection_decider", "decisions_objectiondecider", _WRITES, f"EXISTS ({_RULER})", DECIDED_BEFORE),
    ("objection_no_replace", "decisions_objection", _NEW, f"EXISTS ({_OBJECTION})", "異議は、上書きできません"),
    ("objection_final", "decisions_objection", _CHANGES, _RULED_ANEW, RULED),
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
