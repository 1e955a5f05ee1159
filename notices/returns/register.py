"""The register of returned letters: entered with the return; closed by what was found out about the address."""

from datetime import date, datetime, timedelta
from typing import Any

from config.desk import house, numbers, search
from config.desk.clock import jst_day
from config.desk.locking import locked
from config.desk.refusal import Refused
from config.desk.registry import Verb, never_refused, register
from contracts.rules.periods import roll
from notices.models import Delivery
from notices.returns.forms import CheckedForm, KeptForm, ground_of
from notices.returns.models import ReturnedLetter

CHECK, KEEP = "notices.record_address_check", "notices.move_returned"
REFUSED_TOLD = (
    "受取りを拒まれた通知です。受取拒絶でも、到達したとみなされることがあります（民法第97条第2項）。"
    "ここでは判断しません。期間は返戻として数えています。扱いは法務の担当者に確かめてください。"
)

house.define(house.Policy("return_check_days", "返戻のあと、住所を確かめるまでの日数", 3, "日", lowest=1, highest=60))


def enter(delivery: Delivery, *, ground: str, kept_in: str, at: datetime) -> ReturnedLetter:
    """Into the register, with the task to check the address. Inside the step that records the return.

    Where an entry was closed because nothing had come back, it is opened again under its number; its history keeps the old.
    """
    assert delivery.returned_at is not None
    row = _entry(delivery) or ReturnedLetter(
        number=numbers.take("H", at), delivery=delivery, customer=delivery.notice.customer, owner=delivery.notice.ordered_by
    )  # fmt: skip
    row.ground, row.reason = ground or ground_of(delivery.failure), delivery.failure
    row.returned_at, row.kept_in, row.check_until = delivery.returned_at, kept_in, check_until(jst_day(at))
    row.state, row.finding, row.how, row.checked_at = ReturnedLetter.State.OPEN, "", "", None
    row.save()
    return row


def _entry(delivery: Delivery) -> ReturnedLetter | None:
    found = ReturnedLetter.objects.filter(delivery=delivery).first()
    return locked(ReturnedLetter, found.pk) if found is not None else None


def follow(delivery: Delivery, *, reason: str, at: datetime) -> None:
    """The record of its return was mended: its entry has the same moment, or is closed where nothing came back."""
    row = _entry(delivery)
    if row is None or row.returned_at == delivery.returned_at or row.state == ReturnedLetter.State.ANNULLED:
        return
    if delivery.returned_at is not None:
        row.returned_at = delivery.returned_at
    else:
        row.state, row.how = ReturnedLetter.State.ANNULLED, f"{row.how}\n{reason}".strip()
    row.save()


def check_until(day: date) -> date:
    """The business day by which the address is checked (house policy)."""
    return roll(day + timedelta(days=house.number("return_check_days")), "business")


def checked_why_not(row: ReturnedLetter, *, by: Any, at: datetime) -> Refused | None:
    """Once."""
    if row.state == ReturnedLetter.State.OPEN:
        return None
    return Refused(
        f"住所を確かめる業務は、終わっています（{row.found(row)}）。", clause="4(1)(2)",
        instead="その後にわかったことは、電話メモか届出に記録してください。",
    )  # fmt: skip


def record_check(row: ReturnedLetter, *, by: Any, at: datetime, finding: str, how: str, kept_in: str = "") -> ReturnedLetter:  # fmt: skip
    """The task ends; a new address is entered through the register of Art. 7, never here."""
    row.finding, row.how, row.checked_at, row.state = finding, how, at, ReturnedLetter.State.CHECKED
    row.kept_in = kept_in or row.kept_in
    row.save()
    return row


def move(row: ReturnedLetter, *, by: Any, at: datetime, kept_in: str) -> ReturnedLetter:
    """It lies elsewhere now."""
    row.kept_in = kept_in
    row.save()
    return row


def told(row: ReturnedLetter) -> list[dict[str, str]]:
    """Above the form: a refusal is another thing than a wrong address."""
    made = [{"tone": "warning", "text": REFUSED_TOLD}] if row.was_refused else []
    text = "新しい住所がわかったときは、ここで結果を残し、続けて「変更の届出を記録する」で登録を改めてください（第7条第3項）。"
    return [*made, {"tone": "info", "text": text}]


def register_all() -> None:
    """Called once, when the engine starts."""
    search.numbers("H", ReturnedLetter)
    common: dict[str, Any] = {"clause": "4(1)(2)", "roles": frozenset({"受付", "契約"}), "subject": ReturnedLetter}
    register(
        Verb(key=CHECK, label="住所を確かめた結果を記録する", form=CheckedForm, why_not=checked_why_not, run=record_check, told=told,
             style="primary", applies=lambda row: row.state == ReturnedLetter.State.OPEN, initial=lambda row, at: {"kept_in": row.kept_in},
             consequence=("住所の確認が終わります。", "登録は、ここでは変わりません。"), **common)
    )  # fmt: skip
    register(
        Verb(key=KEEP, label="保管の場所を改める", form=KeptForm, why_not=never_refused, run=move,
             initial=lambda row, at: {"kept_in": row.kept_in}, consequence=("封筒の保管の場所が変わります。", "前の場所は、履歴に残ります。"), **common)
    )  # fmt: skip
