"""What a notice of change must be able to show (7(3)): when it came, and that it was the customer who gave it. House policy."""

from datetime import datetime, timedelta

from accounts.models import Customer
from accounts.registered import Field
from config.desk.clock import jst_day
from config.desk.jst import jmoment
from config.desk.refusal import Refused
from contracts.incoming.models import Incoming
from contracts.licenses.change_models import ChangeNotice

CLAUSE = "7(3)"
BACK = timedelta(days=3)  # further back, 受信簿 must show that it came then
ANSWER = timedelta(days=3)  # in which whoever reads at the former address can say that it was not the customer


def require_time(customer: Customer, notified_at: datetime, incoming: Incoming | None, at: datetime) -> None:
    """Not before there was a customer; a moment long past only with the line of the register that came on its JST day."""
    began = Customer.objects.filter(pk__in=customer.family_ids).order_by("recorded_at")[0].recorded_at
    if notified_at < began:
        raise Refused(
            f"{customer.number} の登録（{jmoment(began)}）より前の届出は、記録できません。", clause=CLAUSE,
            instead="登録より前に届いたものは、登録の後の日時で記録してください。",
        )  # fmt: skip
    proven = incoming is not None and jst_day(incoming.received_at) == jst_day(notified_at)
    if at - notified_at > BACK and not proven:
        raise Refused(
            f"{BACK.days}日より前に届いた届出には、その日に届いたことを示す受信簿の記録が必要です（社内の取扱い）。", clause=CLAUSE,
            instead="届いた日の受信の番号を指定してください。記録がなければ、先に受信簿に記録してください。",
        )  # fmt: skip


def unproven_email(customer: Customer, at: datetime) -> ChangeNotice | None:
    """A new e-mail address in force, without a paper, of which the former one was told too short a time ago to answer."""
    number = customer.details.filter(field=Field.EMAIL, withdrawn_at=None, since__lte=at).order_by("-since", "-pk")
    source = number.values_list("source", flat=True).first()
    row = ChangeNotice.objects.filter(number=source).select_related("incoming").first() if source else None
    if row is None or row.evidence or (row.incoming is not None and row.incoming.files.exists()):
        return None
    return row if at < max(row.since, row.recorded_at) + ANSWER else None


def hand_over_why_not(customer: Customer, channels: list[str], at: datetime) -> Refused | None:
    """URL, ID and password do not follow a new address at once on a word by telephone."""
    row = unproven_email(customer, at) if "email" in channels else None
    if row is None:
        return None
    until = jmoment(max(row.since, row.recorded_at) + ANSWER)
    return Refused(
        f"登録のメールアドレスが変わったばかりで、確かめた書類がありません（{row.number}）。認証情報をメールで送れるのは、{until} からです（社内の取扱い）。",
        clause="8(3)", instead="郵送だけで送るか、元の宛先からの連絡がないことを確かめて、その日時まで待ってください。",
    )  # fmt: skip
