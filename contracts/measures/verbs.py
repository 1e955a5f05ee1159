"""The verbs of measures."""

from typing import Any

from config.desk.registry import Verb, never_refused, register
from contracts.decisions.objection_verbs import record_verb
from contracts.measures import applying, consent, objections, previews, workflow
from contracts.measures.forms import AppliedForm, ConsentForm, LiftForm, ProposeForm, ToldForm
from contracts.measures.models import Measure


def register_all() -> None:
    """Called once, when the room starts."""
    roles = frozenset({"契約"})
    begins: dict[str, Any] = {"roles": roles, "subject": None, "clause": "9(4)", "why_not": never_refused}
    common: dict[str, Any] = {"roles": roles, "subject": Measure, "clause": "9(4)"}
    register(record_verb(key="measures.record_objection", kind=objections.OBJECTION, role="契約", subject=Measure))
    register(
        Verb(key="measures.propose_credential_suspension", label="認証情報の停止を起案する", form=ProposeForm,
             run=workflow.propose_credential_suspension, preview=previews.proposal, style="red",
             consequence=("起案は、もう一人の承認を待ちます。", "通知の発送の前に、停止することはできません（第9条第4項）。"), **begins)
    )  # fmt: skip
    register(
        Verb(key=workflow.CONSENT_VERB, label="利用者の承諾を得て停止する", form=ConsentForm, run=consent.suspend_by_consent,
             preview=previews.by_consent,
             consequence=("確定した時から、認証情報を使えなくなります。", "起案中の停止は取り下げ、確認をメールで送ります。"), **begins)
    )  # fmt: skip
    register(
        Verb(key="measures.confirm_applied", label="製品での作業を記録する", form=AppliedForm, why_not=applying.confirm_applied_why_not,
             run=applying.confirm_applied, applies=applying.waits, **common)
    )  # fmt: skip
    register(
        Verb(key="measures.confirm_told", label="利用者への確認を記録する", form=ToldForm, why_not=consent.confirm_told_why_not,
             run=consent.confirm_told, applies=consent.untold, **common)
    )  # fmt: skip
    register(
        Verb(key="measures.lift", label="停止を解除する", form=LiftForm, why_not=workflow.lift_why_not, run=workflow.lift,
             style="primary", applies=lambda m: m.state == "in_force" or workflow.waits_again(m), **common)
    )  # fmt: skip
