"""What 法務 weighs when it decides on the money after a rescission: beside the form, so that nobody decides from memory."""

from datetime import date
from typing import Any

from config.desk.jst import jday_year, jmoment
from config.desk.pages import card, fact, url_of
from contracts.applications.models import Ground, Settlement
from contracts.applications.rescission import RESCISSION
from contracts.decisions.models import Decision
from contracts.licenses.models import Subscription


def beside(settlement: Settlement) -> list[dict[str, Any]]:
    """The contract with its days, plan and licenses; on what the rescission rested; whose money it is."""
    contract = settlement.application.subscription
    return [
        card("契約", "facts", _contract(contract) if contract else [fact("契約", "—")]),
        card("取消しの内容", "facts", _rescission(settlement)),
    ]


def _contract(contract: Subscription) -> list[dict[str, Any]]:
    return [
        fact("契約", contract.number, url=url_of(contract), sub="月額" if contract.plan == "monthly" else "年間"),
        fact("成立日", jday_year(contract.formed_on) if contract.formed_on else "—"),
        fact("利用開始", jmoment(contract.starts_at) if contract.starts_at else "利用は始まっていません"),
        fact("終了", jmoment(contract.ended_at) if contract.ended_at else "—", sub=_lasted(contract)),
        fact("ライセンス", _licenses(contract)),
        fact("料金", "この画面では計算していません", sub="請求の担当者に、受け取った額を確かめてください。"),
    ]


def _lasted(contract: Subscription) -> str:
    """How long it stood, in days from the formation to the end."""
    if contract.formed_on is None or contract.ended_on is None:
        return ""
    return f"成立から{(contract.ended_on - contract.formed_on).days}日"


def _licenses(contract: Subscription) -> str:
    counts = [(row.count, row.since) for row in contract.licenses.order_by("pk")]
    return "、".join(f"{count:,}{f'（{jday_year(since)}から）' if since else ''}" for count, since in counts) or "—"


def _rescission(settlement: Settlement) -> list[dict[str, Any]]:
    application, customer = settlement.application, settlement.customer
    decision = Decision.objects.about(application, RESCISSION).filter(state="carried_out").order_by("-pk").first()
    return [
        fact("利用者", customer.name, url=url_of(customer), sub=customer.get_kind_display()),
        fact("利用申込", application.number, url=url_of(application)),
        fact("取消しの日時", jmoment(settlement.opened_at)),
        *(_ground(decision) if decision else []),
    ]


def _ground(decision: Decision) -> list[dict[str, Any]]:
    ground, said = Ground(int(decision.fields["ground"])), decision.fields
    return [
        fact("事由", ground.label, clause=f"6(3)({ground.value})"),
        fact(
            "事実",
            said["fact"],
            sub=f"事実のあった日 {_day(said['fact_on'])}　判明した日 {_day(said['came_to_light_on'])}",
        ),
        fact("決裁", decision.number, url=url_of(decision), sub=str(said.get("reason", ""))),
    ]


def _day(stored: str) -> str:
    return jday_year(date.fromisoformat(stored))
