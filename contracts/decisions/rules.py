"""Four eyes, held by the database: whoever wrote or edited a proposal is no approver of it, whatever writes the row.

Who edited stays (append-only), who approved or sent back stays too, and whether a decision needs four eyes is fixed when
it is proposed. What was approved is not rewritten. An objection is ruled on by nobody who decided before in the matter or
entered it; what it says is never overwritten, nor the ruling.

A deputy is kept as approver in person, and in whose place stands beside: whoever wrote or edited is neither, and nobody
approves in the place of somebody who did not make them deputy for that JST day.
"""

from config.desk import triggers
from config.desk.triggers import changed
from contracts.decisions import engine

MESSAGE = "起案した人と内容を変えた人は、承認できません"
FIXED = "二人の決裁は、あとから外せません"
_APPROVER = "SELECT 1 FROM decisions_decisioneditor e WHERE e.decision_id = NEW.id AND e.user_id = NEW.approved_by_id"
_EDITOR = (
    "SELECT 1 FROM decisions_decision d WHERE d.id = NEW.decision_id AND (d.approved_by_id = NEW.user_id OR d.decided_for_id = NEW.user_id)"
    " AND d.state IN ('approved', 'carried_out')"
)
NO_DEPUTY = "代理の登録がないか、その日の代理ではありません"
_STOOD_FOR = "SELECT 1 FROM decisions_decisioneditor e WHERE e.decision_id = NEW.id AND e.user_id = NEW.decided_for_id"
_THERE = "SELECT 1 FROM decisions_decision d WHERE d.id = NEW.id OR d.number = NEW.number"
DECIDED_BEFORE = "先に判断した人と異議を登録した人は、その異議を判断できません"
RULED = "判断した異議は、書き換えられません"
_BY = (
    "{who} = NEW.recorded_by_id"
    " OR EXISTS (SELECT 1 FROM decisions_objectiondecider o WHERE o.objection_id = NEW.id AND o.user_id = {who})"
    " OR EXISTS (SELECT 1 FROM decisions_decisioneditor e WHERE e.decision_id = NEW.decision_id AND e.user_id = {who})"
    " OR EXISTS (SELECT 1 FROM decisions_decision d WHERE d.id = NEW.decision_id"
    " AND (d.proposed_by_id = {who} OR d.approved_by_id = {who} OR d.decided_for_id = {who}))"
    " OR EXISTS (SELECT 1 FROM decisions_decisiondecider x JOIN decisions_decision d ON d.id = x.decision_id"
    " WHERE x.user_id = {who} AND d.content_type_id = NEW.content_type_id AND d.object_id = NEW.object_id)"
)
_BEFORE = f"({_BY.format(who='NEW.ruled_by_id')}) OR (NEW.ruled_for_id IS NOT NULL AND ({_BY.format(who='NEW.ruled_for_id')}))"
_RULER = "SELECT 1 FROM decisions_objection o WHERE o.id = NEW.objection_id AND (o.ruled_by_id = NEW.user_id OR o.ruled_for_id = NEW.user_id)"
_OBJECTION = "SELECT 1 FROM decisions_objection o WHERE o.id = NEW.id OR o.number = NEW.number"
_SAID = changed(
    "number", "kind", "content_type_id", "object_id", "customer_id", "decision_id", "against", "received_at", "summary",
    "incoming", "recorded_by_id",
)  # fmt: skip
_RULING = changed("state", "reason", "ruled_by_id", "ruled_for_id", "ruled_at", "withdrawn_at", "effects")
_RULED_ANEW = f"{_SAID} OR (OLD.state <> 'received' AND {_RULING})"
BEGINS = "決裁は、承認待ちの起案として始まります"
CONTENT = "決裁の内容は、要約値とともに、承認待ちに戻してだけ変えられます"
FORGOTTEN = "承認した人の記録を残さずに、承認を消せません"
_CONTENT = (
    f"{changed('number', 'kind', 'content_type_id', 'object_id', 'proposed_at')}"
    f" OR ({changed('fields', 'fields_hash')} AND (NEW.state <> 'proposed' OR NEW.fields_hash = OLD.fields_hash))"
)
_FORGOTTEN = (
    f"OLD.approved_by_id IS NOT NULL AND {changed('approved_by_id')} AND NOT EXISTS (SELECT 1 FROM decisions_decisiondecider x"
    " WHERE x.decision_id = OLD.id AND x.user_id = OLD.approved_by_id)"
)
SIGNED = "だれが、いつ起案し、承認し、実行したかは、書き換えられません"
_SIGNED = (
    f"{changed('proposed_by_id', 'customer_id')} OR ({changed('opinion', 'approved_at')} AND NOT {changed('state', 'approved_by_id')})"
    f" OR (OLD.carried_out_at IS NOT NULL AND {changed('carried_out_at')})"
)
_WRITES, _CHANGES, _NEW = ("INSERT", "UPDATE"), ("UPDATE",), ("INSERT",)
_RULES = (
    ("four_eyes_approver", "decisions_decision", _WRITES, f"NEW.four_eyes AND EXISTS ({_APPROVER})", MESSAGE),
    (
        "four_eyes_deputy",
        "decisions_decision",
        _WRITES,
        f"NEW.four_eyes AND NEW.approved_by_id IS NOT NULL AND EXISTS ({_STOOD_FOR})",
        MESSAGE,
    ),
    ("four_eyes_editor", "decisions_decisioneditor", _WRITES, f"EXISTS ({_EDITOR})", MESSAGE),
    ("four_eyes_no_replace", "decisions_decision", _NEW, f"EXISTS ({_THERE})", "決裁は、上書きできません"),
    ("four_eyes_fixed", "decisions_decision", _CHANGES, "OLD.four_eyes AND NOT NEW.four_eyes", FIXED),
    ("decision_content", "decisions_decision", _CHANGES, _CONTENT, CONTENT),
    ("decision_signed", "decisions_decision", _CHANGES, _SIGNED, SIGNED),
    ("decision_no_delete", "decisions_decision", ("DELETE",), "OLD.id IS NOT NULL", SIGNED),
    ("decision_forgotten", "decisions_decision", _CHANGES, _FORGOTTEN, FORGOTTEN),
    ("objection_ruler", "decisions_objection", _WRITES, f"NEW.ruled_by_id IS NOT NULL AND ({_BEFORE})", DECIDED_BEFORE),
    ("objection_decider", "decisions_objectiondecider", _WRITES, f"EXISTS ({_RULER})", DECIDED_BEFORE),
    ("objection_no_replace", "decisions_objection", _NEW, f"EXISTS ({_OBJECTION})", "異議は、上書きできません"),
    ("objection_final", "decisions_objection", _CHANGES, _RULED_ANEW, RULED),
)


def four_eyes_triggers(vendor: str) -> list[tuple[str, str, str]]:
    """(name, table, SQL) of the triggers for this database."""
    rules = (
        *_RULES,
        ("decision_begins", "decisions_decision", _NEW, _begins(), BEGINS),
        ("decision_deputy", "decisions_decision", _WRITES, _no_deputy(vendor, "approved_by_id", "decided_for_id", "approved_at"), NO_DEPUTY),
        ("objection_deputy", "decisions_objection", _WRITES, _no_deputy(vendor, "ruled_by_id", "ruled_for_id", "ruled_at"), NO_DEPUTY),
    )  # fmt: skip
    return [trigger for rule in rules for trigger in triggers.forbid(vendor, *rule)]


def _begins() -> str:
    """A row begins as a proposal that nobody approved; without four eyes only where its kind needs none."""
    alone = ", ".join(f"'{kind.key}'" for kind in engine.kinds() if not kind.four_eyes)
    by_one = f"NOT NEW.four_eyes AND NEW.kind NOT IN ({alone})" if alone else "NOT NEW.four_eyes"
    return f"NEW.state <> 'proposed' OR NEW.approved_by_id IS NOT NULL OR ({by_one})"


def _no_deputy(vendor: str, by: str, place: str, at: str) -> str:
    """Somebody acted in a place that was not theirs to take at that moment (JST days of the appointment, both included)."""
    day = f"(NEW.{at} AT TIME ZONE 'Asia/Tokyo')::date" if vendor == "postgresql" else f"date(NEW.{at}, '+9 hours')"
    moment = "{0}" if vendor == "postgresql" else "strftime('%Y-%m-%d %H:%M:%f', {0})"  # whatever zone it is written in
    acted, entered, ended = (moment.format(column) for column in (f"NEW.{at}", "y.entered_at", "y.ended_at"))
    there = (
        f"SELECT 1 FROM accounts_deputy y WHERE y.deputy_id = NEW.{by} AND y.for_user_id = NEW.{place} AND y.first_day <= {day}"
        f" AND y.last_day >= {day} AND {entered} <= {acted} AND (y.ended_at IS NULL OR {ended} > {acted})"
    )
    return f"NEW.{by} IS NOT NULL AND NEW.{place} IS NOT NULL AND NOT EXISTS ({there})"
