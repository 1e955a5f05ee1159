"""What is left uncured when a period has run out, for whoever weighs whether it is trifling (Civil Code 541, proviso).

After a demand and a fair period a contract can be cancelled, unless the breach that is left when the period has passed is
trifling in the light of the contract and of common sense in trade. The software shows what speaks for it, in words, and
never decides: no number of items, and no kind of finding, makes a breach trifling by itself.
"""

from dataclasses import dataclass
from datetime import datetime

from config.desk.jst import jmoment
from contracts.violations import clocks
from contracts.violations.models import Violation, ViolationItem

LAW = "民法第541条ただし書"
WEIGH = (
    "期間の過ぎた時に残っていた違反が、契約と取引の常識に照らして軽微なときは、終了が認められないことがあります（民法第541条ただし書）。"
    "残る違反の重さ、続いた長さ、利用者の対応を考えて判断してください。"
)


@dataclass(frozen=True, kw_only=True)
class Remainder:
    """What the notices whose periods have run out named, and what of it was not cured in time."""

    named: int
    left: tuple[ViolationItem, ...]

    @property
    def in_part(self) -> bool:
        """Whether something was cured in time."""
        return len(self.left) < self.named

    @property
    def risk_only(self) -> bool:
        """Whether no act is left, only the risk of one."""
        return all(item.finding == ViolationItem.Finding.RISK for item in self.left)

    @property
    def late(self) -> tuple[ViolationItem, ...]:
        """What was cured after the period."""
        return tuple(item for item in self.left if item.cured_at)

    @property
    def has_signs(self) -> bool:
        """Whether anything speaks for a trifling breach."""
        return self.in_part or self.risk_only or bool(self.late)


def remainder(case: Violation, at: datetime) -> Remainder | None:
    """Of the clocks that have run out by `at` with something uncured; None where there is none."""
    ripe = clocks.ripe_clocks(case, at)
    if not ripe:
        return None
    by_notice = clocks.items_by_notice([clock.notice_id for clock in ripe if clock.notice_id])
    named = {item.pk for items in by_notice.values() for item in items}
    return Remainder(named=len(named), left=tuple(clocks.uncured_items(ripe)))


def sentences(rest: Remainder) -> list[str]:
    """What is left of how many, of which kind, and what was cured after the period."""
    told = [_how_many(rest)]
    if rest.risk_only:
        told.append("残るのは、おそれのある行為だけです。")
    told += [f"事項{i.position}は、期間の後、{jmoment(i.cured_at)} に是正されました。" for i in rest.late if i.cured_at]
    return told


def _how_many(rest: Remainder) -> str:
    if rest.in_part:
        return (
            f"期間の過ぎた是正通知の{rest.named}件のうち、期間内に是正されなかったのは{len(rest.left)}件です"
            f"（{_names(rest.left)}）。"
        )
    every = "どれも" if rest.named > 1 else ""
    return f"期間の過ぎた是正通知の{rest.named}件は、{every}期間内に是正されませんでした（{_names(rest.left)}）。"


def _names(items: tuple[ViolationItem, ...]) -> str:
    return "、".join(f"事項{item.position}（{item.get_finding_display()}）" for item in items)


def warning(case: Violation, at: datetime) -> tuple[str, str] | None:
    """Tone and text, for the verb page: with a sign of a trifling breach it warns, else it informs."""
    rest = remainder(case, at)
    if rest is None:
        return None
    return ("warning" if rest.has_signs else "info"), "".join([*sentences(rest), WEIGH])


def check(case: Violation, at: datetime) -> tuple[None, str, str] | None:
    """A line of the decision's checks: to be looked at, neither met nor missed."""
    rest = remainder(case, at)
    return (
        (None, f"残る違反が軽微でないか、判断がいります（{LAW}）", "".join([*sentences(rest), WEIGH])) if rest else None
    )


def short(case: Violation, at: datetime) -> str:
    """For the case page, once the period has run out; empty before."""
    rest = remainder(case, at)
    return f"{''.join(sentences(rest))}軽微な違反では、終了が認められないことがあります（{LAW}）。" if rest else ""
