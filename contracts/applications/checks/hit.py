"""What a check found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Model

from accounts.models import Customer
from contracts.applications.models import Ground

Level = Literal["hit", "weak", "clear", "none"]
LOOK: tuple[Level, ...] = ("hit", "weak")  # what a person opens and judges singly
_WEIGHT: dict[Level, int] = {"hit": 3, "weak": 2, "clear": 1, "none": 0}

COMPARES = {
    Ground.UNPAID: "全サービスの未払いの記録を照合",
    Ground.BREACH: "違反・措置・取消しの記録を照合",
    Ground.FALSE_IDENTITY: "同じ人の別の申込を照合",
    Ground.FALSE_CONTENT: "法人番号・郵便番号・同意した版を確認",
    Ground.OTHER: "照会の結果など",
}


@dataclass(frozen=True, kw_only=True)
class Hit:
    """`hit` asks for a person's judgement, `weak` may be somebody else, `clear` found nothing, `none` looked at nothing.

    `short` fits a cell; `source` is the record found, `customer` its party; `nothing` says that no record was found. `since` is
    when the record came to be: a judgement made before did not know it.
    """

    level: Level
    text: str
    detail: str = ""
    short: str = ""
    customer: Customer | None = None
    source: Model | None = None
    facts: tuple[tuple[str, str, str], ...] = ()  # what, as applied, as found: side by side where there is no record
    nothing: bool = False
    since: datetime | None = None


def needs_a_look(hits: Iterable[Hit]) -> bool:
    """Whether a person has to open it: a hit, or what may be one."""
    return any(hit.level in LOOK for hit in hits)


def worst(hits: Iterable[Hit]) -> Hit:
    """The one that a cell shows."""
    return max(hits, key=lambda hit: _WEIGHT[hit.level])


def many(hits: Iterable[Hit]) -> list[Hit]:
    """What was found, where so many share a key that not all were compared: "nothing on file" cannot be said."""
    return [*(hit for hit in hits if not hit.nothing), MANY]


MANY = Hit(
    level="weak", text="同じ電話番号・フリガナなどの利用者が多数あり、すべては照合していません", short="ほかにも多数",
    detail="法人番号・名称・メールアドレスで利用者を検索し、確かめてください",
)  # fmt: skip
