"""The rulebook of powers: what each measure of the terms needs, as one table. No power that is not here is used.

`notice` is what the terms ask for: before the measure, after it, where possible, or none (then a notice is house policy).
`fees` names the clause under which fees go on: 13(2) during 17 to 19, otherwise 13(3). Own words, no sentence of the terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

__all__ = ["POWERS", "Ground", "Power"]

NoticeRule = Literal["before", "after", "where_possible", "none"]


@dataclass(frozen=True, slots=True)
class Ground:
    """What must be the case: its code, the clause where it stands, and in our words."""

    code: str
    clause: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Power:
    """One measure that the terms allow.

    ``lead_months`` is how long before the effect the notice must have been given (Art. 143). ``emergency`` says whether
    the clause has a proviso for cases that cannot wait; ``approvals`` counts the people (house policy: two where it
    cannot be undone or stops a customer). ``by_consent``: the customer's own consent, recorded by one person, stands in
    for ground, notice and approval; then no power of the company is used. ``lifted_by`` says in words what ends it.
    """

    measure: str
    clause: str
    label: str
    grounds: tuple[Ground, ...]
    notice: NoticeRule
    scope: tuple[Literal["service", "part", "credential", "data"], ...]
    fees: str
    lifted_by: str
    lead_months: int = 0
    emergency: bool = False
    by_consent: bool = False
    approvals: int = 2

    def ground(self, code: str) -> Ground:
        """The ground of this code; KeyError for one that the clause does not have: no power is invented."""
        for ground in self.grounds:
            if ground.code == code:
                return ground
        raise KeyError(code)


_BREACH = Ground("breach", "17(1)", "禁止事項に当たる行為")
_RISK_OF_BREACH = Ground("risk", "17(1)", "禁止事項に当たるおそれのある行為")

_ALL = (
    Power(
        measure="credential_suspension",
        clause="9(4)",
        label="認証情報の使用停止",
        grounds=(
            Ground("leaked", "9(3)(1)", "第三者への漏洩"),
            Ground("used_by_others", "9(3)(2)", "第三者による使用"),
            Ground("risk", "9(3)", "漏洩または第三者による使用のおそれ"),
        ),
        notice="before",
        scope=("credential",),
        fees="13(3)",
        by_consent=True,
        lifted_by="漏洩・第三者による使用と、そのおそれがなくなったとき",
    ),
    Power(
        measure="service_suspension_for_breach",
        clause="17(2)",
        label="サービスの停止",
        grounds=(_BREACH, _RISK_OF_BREACH),
        notice="before",
        scope=("service", "part"),
        fees="13(2)",
        lifted_by="当たる行為と、そのおそれがなくなったとき",
    ),
    Power(
        measure="removal_of_data",
        clause="17(2)",
        label="関連する情報の削除",
        grounds=(_BREACH, _RISK_OF_BREACH),
        notice="before",
        scope=("data",),
        fees="13(2)",
        lifted_by="元に戻せません",
    ),
    Power(
        measure="request_of_removal",
        clause="17(3)",
        label="情報の削除の要請",
        grounds=(Ground("impossible", "17(3)", "第17条第2項の措置ができない"),),
        notice="none",
        scope=("data",),
        fees="13(3)",
        lifted_by="利用者が応じたとき",
        approvals=1,
    ),
    Power(
        measure="interruption_for_maintenance",
        clause="18(1)",
        label="点検・保守のための中断",
        grounds=(Ground("maintenance", "18(1)(1)", "設備の点検・保守"),),
        notice="where_possible",
        scope=("service", "part"),
        fees="13(2)",
        lifted_by="事由がなくなったとき",
        approvals=1,
    ),
    Power(
        measure="interruption",
        clause="18(1)",
        label="一時的な中断",
        grounds=(
            Ground("accident", "18(1)(2)", "設備や回線の事故"),
            Ground("force_majeure", "18(1)(3)", "天災などの不可抗力"),
            Ground("law", "18(1)(4)", "法令等による措置"),
            Ground("operation", "18(1)(5)", "運営上・技術上の必要"),
        ),
        notice="none",
        scope=("service", "part"),
        fees="13(2)",
        lifted_by="事由がなくなったとき",
        approvals=1,
    ),
    Power(
        measure="stop",
        clause="19(1)",
        label="サービス提供の停止",
        grounds=(
            Ground("breach", "19(1)(1)", "規約違反（該当、またはおそれのある行為）"),
            Ground("unresolved", "19(1)(2)", "中断の事由が解消しない"),
        ),
        notice="before",
        scope=("service", "part"),
        fees="13(2)",
        lifted_by="事由がなくなったとき",
        emergency=True,
    ),
    Power(
        measure="discontinuation",
        clause="20(1)",
        label="サービスの廃止（12か月前の通知）",
        grounds=(Ground("notified", "20(1)(1)", "12か月前までの通知"),),
        notice="before",
        scope=("service", "part"),
        fees="13(3)",
        lifted_by="廃止の前なら取り消せます",
        lead_months=12,
        emergency=True,
    ),
    Power(
        measure="discontinuation_without_notice",
        clause="20(1)",
        label="サービスの廃止（提供元の停止・中断の継続）",
        grounds=(
            Ground("supplier", "20(1)(2)", "提供元の停止により提供が困難"),
            Ground("no_end_in_sight", "20(1)(3)", "中断の解消が見込まれない"),
        ),
        notice="none",
        scope=("service", "part"),
        fees="13(3)",
        lifted_by="廃止の前なら取り消せます",
        emergency=True,
    ),
    Power(
        measure="adverse_change",
        clause="3(3)",
        label="不利益な変更・廃止",
        grounds=(Ground("adverse", "3(3)", "内容の不利益な変更"),),
        notice="before",
        scope=("service", "part"),
        fees="13(3)",
        lifted_by="実施の前なら取り消せます",
        lead_months=6,
        emergency=True,
    ),
    Power(
        measure="termination",
        clause="23(1)",
        label="利用契約の終了",
        grounds=(Ground("uncured", "23(1)", "通知から14日を過ぎても是正されない違反"),),
        notice="before",
        scope=("service", "credential"),
        fees="23(2)",
        lifted_by="終了は取り消せません",
    ),
)

POWERS = MappingProxyType({power.measure: power for power in _ALL})
