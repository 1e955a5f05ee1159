"""What the verbs of measures would bring about, shown before they are pressed."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import Customer
from config.desk import house
from config.desk.clock import jst_day
from config.desk.refusal import Refused
from config.desk.registry import Preview
from contracts.licenses.models import LeakReport, Subscription
from contracts.measures import consent, workflow
from contracts.measures.models import Measure
from notices.composing import preview_html
from notices.wording.choosing import chosen

FILL_IN = "（入力してください）"
PAPER = "A4　長形3号の窓付き封筒"


def proposal(row: None, *, at: datetime, **fields: Any) -> Preview:
    """The notice; and what to do where the stop cannot wait for it."""
    minutes = house.number("email_wait_minutes")
    told = (
        ("info", f"急ぐときは、方法をメールだけにしてください。承認の後、{minutes}分待って送信し、その時から停止します。"),
        ("info", "利用者が承諾しているときは、「利用者の承諾を得て停止する」で、すぐに停止できます。"),
    )  # fmt: skip
    measure = _measure(at, fields, ground=str(fields.get("ground") or "risk"))
    if measure is None:
        return Preview(messages=told)
    shown = {"ground": measure.ground, "facts": fields.get("facts") or FILL_IN, **chosen(fields)}
    html = preview_html(workflow.SUSPENSION, measure, measure.customer, shown, jst_day(at))
    return Preview(letter_html=html, letter_note=PAPER, messages=told)


def by_consent(row: None, *, at: datetime, **fields: Any) -> Preview:
    """The confirmation that follows by e-mail."""
    told = (
        (
            "info",
            "通知を先に出す必要はありません。記録した時から停止し、登録されたメールアドレスに確認を送ります（社内の取扱い）。",
        ),
    )
    measure = _measure(at, fields, ground="")
    if measure is None:
        return Preview(messages=told)
    measure.consented_at, measure.consent_by = fields.get("consented_at") or at, fields.get("by_whom") or FILL_IN
    measure.consent_how, measure.summary = fields.get("how") or FILL_IN, fields.get("facts") or FILL_IN
    html = preview_html(consent.CONFIRMATION, measure, measure.customer, {}, jst_day(at))
    return Preview(letter_html=html, letter_note="メールで送ります。", messages=told)


def _measure(at: datetime, fields: dict[str, Any], *, ground: str) -> Measure | None:
    """The measure as it would be, unsaved; None while nobody knows whose it is."""
    customer = _row(Customer, fields.get("customer"))
    if customer is None:
        return None
    report, named = _row(LeakReport, fields.get("leak_report")), _row(Subscription, fields.get("subscription"))
    try:
        contract = workflow.contract_of(customer, named, report)
    except Refused:
        return None
    return Measure(power=consent.POWER, customer=customer, subscription=contract, ground=ground, proposed_at=at)


def _row(model: type[Model], given: Any) -> Any:
    """A row that the form has found already, or the one of the number that it was opened with."""
    return model._base_manager.filter(number=given).first() if isinstance(given, str) and given else given or None
