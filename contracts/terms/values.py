"""Every length, rate and reading of the terms that 法務 may set: typed, with its clause and its default (readings, 1 and 2).

House policies (社内の取扱い) are no part of it: they stand in `config.desk.house`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

Kind = Literal["days", "months", "minutes", "rate", "choice"]
UNITS = {"days": "日", "months": "か月", "minutes": "分", "rate": "%"}
LONGEST = {"days": 365, "months": 60, "minutes": 1440, "rate": 100}


@dataclass(frozen=True, kw_only=True)
class Value:
    """One setting. A length is an int in the unit of its kind, a rate the text of a fraction a year ("0.146"), a reading a code."""

    key: str
    label: str
    clause: str
    kind: Kind = "choice"
    default: int | str
    choices: tuple[tuple[str, str], ...] = ()  # of a reading: code, words
    used: bool = True  # whether a room works by it already
    individual_only: bool = False  # a choice that only individual terms can make

    @property
    def is_reading(self) -> bool:
        """Whether it answers a question of reading, and is no length or rate."""
        return self.kind == "choice"

    @property
    def unit(self) -> str:
        """日, か月, 分, %; nothing for a reading."""
        return UNITS.get(self.kind, "")

    def parse(self, text: object) -> int | str:
        """A stored or typed value in its type. ValueError where it does not fit."""
        if self.is_reading:
            if str(text) not in dict(self.choices):
                raise ValueError(f"{self.key}: {text}")
            return str(text)
        if self.kind == "rate":
            return _rate(str(text), self.key)
        number = int(str(text))
        if not 1 <= number <= LONGEST[self.kind]:
            raise ValueError(f"{self.key}: {text}")
        return number

    def words(self, value: object) -> str:
        """14日, 14.6%, 休業日なら翌営業日へ."""
        if self.is_reading:
            return dict(self.choices).get(str(value), str(value))
        shown = f"{(Decimal(str(value)) * 100).normalize():f}" if self.kind == "rate" else str(value)
        return f"{shown}{self.unit}"


def _rate(text: str, key: str) -> str:
    try:
        rate = Decimal(text)
    except InvalidOperation as problem:
        raise ValueError(f"{key}: {text}") from problem
    if not 0 <= rate <= 1:
        raise ValueError(f"{key}: {text}")
    return str(rate)


VALUES: tuple[Value, ...] = (
    Value(key="cure_days", label="是正期間", clause="23(1)", kind="days", default=14),
    Value(key="annual_months", label="年間契約の期間", clause="22(1)", kind="months", default=12),
    Value(key="monthly_months", label="月額契約の期間", clause="22(3)", kind="months", default=1),
    Value(key="renewed_months", label="更新後の年間契約の期間", clause="22(1)", kind="months", default=12, used=False),
    Value(key="erasure_days", label="利用終了から削除まで", clause="23(4)", kind="days", default=30),
    Value(key="backup_erasure_days", label="削除からバックアップの削除まで", clause="23(4)", kind="days", default=7, used=False),
    Value(key="adverse_change_months", label="不利益な変更の事前通知", clause="3(3)", kind="months", default=6, used=False),
    Value(key="discontinuation_months", label="サービスの廃止の事前通知", clause="20(1)(1)", kind="months", default=12, used=False),
    Value(key="malfunction_minutes", label="稼働不良の通知", clause="12(4)", kind="minutes", default=60, used=False),
    Value(key="late_interest_rate", label="遅延損害金の年率", clause="14(2)", kind="rate", default="0.146", used=False),
    Value(key="rollover", label="末日が休日", clause="23(1)", default="business", choices=(
        ("none", "繰り下げない"), ("statutory", "日曜・祝日なら翌日へ"), ("business", "休業日なら翌営業日へ"),
    )),
    Value(key="named_day", label="通知に書く期限", clause="23(1)", default="safe", choices=(
        ("safe", "措置できる日の前日を書く"), ("literal", "最初の発送から数えた末日を書く"),
    )),
    Value(key="formation", label="契約の成立", clause="6(3)", default="arrival", choices=(
        ("arrival", "承諾が届いたとき"), ("dispatch", "承諾を発したとき"),
    )),
    Value(key="term_first_day", label="契約期間の初日", clause="22(1)", default="excluded", choices=(
        ("excluded", "算入しない"), ("counted", "算入する"),
    )),
    Value(key="renewed_cancellation", label="更新後の中途解約", clause="22(2)", default="allowed", used=False, individual_only=True, choices=(
        ("allowed", "できる"), ("minimum_term", "毎年、最低利用期間とする"),
    )),
    Value(key="license_month", label="ライセンス変更の月", clause="11(3)", default="by_contract", used=False, choices=(
        ("by_contract", "契約の請求の月で数える"), ("calendar", "暦の月で数える"),
    )),
    Value(key="part_abolition", label="機能の一部の廃止の通知", clause="3(3)", default="longer", used=False, choices=(
        ("longer", "長いほうによる"), ("adverse_change", "不利益な変更の期間による"),
    )),
    Value(key="interest_days", label="うるう年の遅延損害金", clause="14(2)", default="split", used=False, choices=(
        ("split", "うるう年の日数は366で割る"), ("act365f", "つねに365で割る"), ("years_then_days", "年で数え、残りを日で数える"),
    )),
    Value(key="payment_order", label="支払いの充当", clause="14(2)", default="interest_first", used=False, choices=(
        ("interest_first", "費用、利息、元本の順"), ("principal_first", "元本から（合意による）"),
    )),
    Value(key="tax_rounding", label="消費税の端数", clause="14(1)", default="floor", used=False, choices=(
        ("floor", "切り捨てる"), ("half_up", "四捨五入する"), ("ceil", "切り上げる"),
    )),
)  # fmt: skip
_BY_KEY = {value.key: value for value in VALUES}


def find(key: str) -> Value:
    """The setting of this key, or KeyError."""
    return _BY_KEY[key]


def lengths() -> list[Value]:
    """Lengths and the rate."""
    return [value for value in VALUES if not value.is_reading]


def readings() -> list[Value]:
    """The questions of reading."""
    return [value for value in VALUES if value.is_reading]


def defaults() -> dict[str, Any]:
    """Every setting as it is where nobody has set it."""
    return {value.key: value.default for value in VALUES}


def in_words(chosen: dict[str, Any], keys: Iterable[str] = ()) -> list[str]:
    """是正期間 30日 — for those chosen, in the order of the list."""
    wanted = set(keys) or set(chosen)
    return [f"{v.label} {v.words(chosen[v.key])}" for v in VALUES if v.key in chosen and v.key in wanted]
