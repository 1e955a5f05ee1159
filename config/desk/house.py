"""House settings: policies of the company, typed, with a default; marked 社内の取扱い wherever they show."""

import re
from dataclasses import dataclass
from typing import Any

from config.desk.models import HouseSetting


@dataclass(frozen=True)
class Policy:
    """A setting: its default decides its type (int or str); `lowest` bounds numbers, `choices` are all that a text may be."""

    key: str
    label: str
    default: int | str
    unit: str = ""
    lowest: int = 0
    highest: int = 365
    choices: tuple[str, ...] = ()
    pattern: str = ""  # what a text must look like, and how staff are told so
    hint: str = ""


_policies: dict[str, Policy] = {}


def define(policy: Policy) -> Policy:
    """Add a policy; the same key twice raises."""
    if policy.key in _policies:
        raise ValueError(f"house setting {policy.key} defined twice")
    _policies[policy.key] = policy
    return policy


def policies() -> list[Policy]:
    """All, in order of definition."""
    return list(_policies.values())


def in_force() -> list[tuple[Policy, int | str]]:
    """Every policy with the value that is in force, read at once."""
    rows = {row.key: row.value for row in HouseSetting.objects.all()}
    return [(p, parse(p.key, rows[p.key]) if p.key in rows else p.default) for p in policies()]


def span(policy: Policy) -> str:
    """What a value may be, in words; nothing for a text that may be anything."""
    if isinstance(policy.default, str):
        return "・".join(policy.choices) or policy.hint
    return f"{policy.lowest}〜{policy.highest}{policy.unit}"


def parse(key: str, text: str) -> int | str:
    """The value in its type; ValueError with a sentence for staff where it does not fit."""
    policy = _policies[key]
    if isinstance(policy.default, str):
        return _chosen(policy, text)
    if not text.isdigit() or not policy.lowest <= int(text) <= policy.highest:
        raise ValueError(f"{policy.lowest}から{policy.highest}までの整数を入れてください。")
    return int(text)


def _chosen(policy: Policy, text: str) -> str:
    if policy.choices and text not in policy.choices:
        raise ValueError(f"{'か'.join(f'「{choice}」' for choice in policy.choices)}を入れてください。")
    if not re.fullmatch(policy.pattern or ".*", text):
        raise ValueError(f"{policy.hint}の形で入れてください。")
    return text


def get(key: str) -> Any:
    """The value in force."""
    row = HouseSetting.objects.filter(key=key).first()
    return value_of(key, row.value if row else None)


def value_of(key: str, stored: str | None) -> int | str:
    """The value of what the table holds for it; None: the default."""
    return _policies[key].default if stored is None else parse(key, stored)


def number(key: str) -> int:
    """The value in force of a numeric policy."""
    return int(get(key))


define(Policy("transit_days", "普通郵便が届くまでの日数", 3, "日", highest=30))
define(Policy("email_wait_minutes", "メールを送信するまでの待ち時間（送信取消ができる時間）", 5, "分", highest=120))
define(Policy("screening_days", "申込を審査する日数", 7, "日", lowest=1, highest=60))
define(Policy("set_up_days", "契約が成立してから利用開始までの日数", 7, "日", lowest=1, highest=60))
define(Policy("alarm_worker_minutes", "自動処理の最終確認から、警報を出すまで", 10, "分", lowest=2, highest=1440))
define(Policy("alarm_queue_minutes", "待っている仕事について、警報を出すまで", 10, "分", lowest=2, highest=1440))
define(Policy("inquiry_days", "問合せへの回答を待つ日数", 14, "日", lowest=1, highest=60))
