"""What rests on the arrival of an acceptance: once the contract is in use, its posting is not moved any more (6(3), 8(3))."""

from config.desk.refusal import Refused
from contracts.applications.models import Application
from contracts.licenses.models import Subscription
from notices.models import Notice


def in_use(application: Application, notice: Notice) -> Refused | None:
    """The contract that formed by this letter was handed over, or has ended."""
    contract = application.subscription
    if contract is None or contract.state == Subscription.State.FORMED:
        return None
    return Refused(
        f"この承諾で成立した契約（{contract.number}）は、すでに「{contract.get_state_display()}」です。", clause="6(3)",
        instead="成立日は動かせません。契約の画面で、必要な手続を確かめてください。",
    )  # fmt: skip
