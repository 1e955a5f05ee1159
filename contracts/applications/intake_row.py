"""One row of the file: its values as an application holds them, or what keeps it out, in sentences for staff."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from contracts.applications.intake_table import COLUMNS
from contracts.rules import identifiers

Value = str | int | datetime
JST = timezone(timedelta(hours=9), "JST")


class Flag(StrEnum):
    """What a person has to look at in a row that was taken in; stored as the label that staff read."""

    CHECK_DIGIT = "法人番号の検査数字が合わない"
    NO_CORPORATE_NUMBER = "法人番号がない"
    CORPORATE_NUMBER_OF_PERSON = "個人に法人番号がある"
    UNKNOWN_POSTAL_CODE = "郵便番号が見つからない"
    UNKNOWN_VERSION = "同意規約版が不明"
    UNKNOWN_KIND = "区分が不明"
    UNKNOWN_CHANNEL = "申込経路が不明"
    SAME_APPLICANT = "同じ申込者の申込がある"
    SAME_NAME = "同じ名前の申込がある"


KINDS = {"法人": "corporation", "団体": "association", "個人": "individual"}
CHANNELS = {"Web": "web", "WEB": "web", "web": "web", "営業": "sales"}
MAX_LICENSES = 1_000_000
LACKS_CONSENT = (
    "規約に同意していません。申込者に同意を確かめ、本人の連絡（メールなど）を「直して取り込む」に添えてください。"
    "同意がもらえないものは、取り込めません。"
)
# Characters; more than any honest entry needs.
MAX_LENGTH = dict.fromkeys(COLUMNS, 200) | {"受付番号": 40, "電話番号": 50, "メールアドレス": 254, "備考": 4000}

_MOMENT = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[^\W_](?:[^\W_]|-){0,62}\.)+[^\W\d_](?:[^\W_]|-){1,62}")
# The same sign under two code points, depending on who made cp932 of it: wave dash, minus, dashes, bars.
_SAME_SIGN = str.maketrans({"\u301c": "~", "\u2212": "-", "\u2014": "-", "\u2015": "-", "\u2016": "|", "\u2225": "|"})


def values_of(cells: Mapping[str, str]) -> dict[str, Value]:
    """The fields of an application; only for a row that `obstacles` lets pass. `agreed_at` is aware, in JST."""
    get = _getter(cells)
    at = moment_of(get("申込日時"))
    assert at is not None
    return {
        "source_number": _plain(get("受付番号")),
        "kind": KINDS.get(_plain(get("区分"))) or _likely_kind(get("法人番号")),
        "name": get("法人名・氏名"),
        "kana": _plain(get("フリガナ")),
        "corporate_number": identifiers.corporate_number_digits(get("法人番号")),
        "email": _plain(get("メールアドレス")),
        "postal_code": _postal_code(get("郵便番号")),
        "address": f"{get('都道府県')}{get('市区町村')}{get('町域番地')} {get('建物名')}".strip(),
        "phone": get("電話番号"),
        "contact": get("担当者氏名"),
        "department": get("部署"),
        "position": get("役職"),
        "channel": CHANNELS.get(_plain(get("申込経路")), "web"),
        "licenses": int(_plain(get("希望ライセンス数"))),
        "agreed_version": _version(get("同意規約版")),
        "agreed_at": at,
        "remarks": cells["備考"].strip(),
    }


def obstacles(cells: Mapping[str, str]) -> Iterator[str]:
    """What keeps the row out; sentences that say what to put right. Never judged by today's date."""
    get = _getter(cells)
    if not get("受付番号"):
        yield "受付番号がありません。書き出し元で番号を確かめてください。"
    if not get("法人名・氏名"):
        yield "法人名・氏名がありません。申込者に確かめて補ってください。"
    if moment_of(get("申込日時")) is None:
        yield f"申込日時「{get('申込日時')}」は、ある日時として読めません。「2026/11/01 15:24」の形に直してください。"
    if not _is_address(_plain(get("メールアドレス"))):
        yield f"メールアドレス「{get('メールアドレス')}」には送れません。申込者に確かめて直してください。"
    yield from _license_obstacles(get("希望ライセンス数"))
    if _plain(get("規約同意")) != "はい":
        yield LACKS_CONSENT


def too_long(cells: Mapping[str, str]) -> Iterator[str]:
    """Fields that no application can hold."""
    for column, limit in MAX_LENGTH.items():
        if len(cells[column]) > limit:
            yield f"{column}が{len(cells[column]):,}文字あります。{limit:,}文字までに短くしてください。"


def flags_of(
    cells: Mapping[str, str],
    values: Mapping[str, Value],
    *,
    known_versions: Collection[str] | None,
    is_postal_code: Callable[[str], bool],
) -> Iterator[Flag]:
    """What the checklist shows of a row by itself."""
    number = str(values["corporate_number"])
    if number and not identifiers.is_corporate_number(number):
        yield Flag.CHECK_DIGIT
    if values["kind"] == "corporation" and not number:
        yield Flag.NO_CORPORATE_NUMBER
    if values["kind"] == "individual" and number:
        yield Flag.CORPORATE_NUMBER_OF_PERSON
    if not is_postal_code(str(values["postal_code"])):
        yield Flag.UNKNOWN_POSTAL_CODE
    if known_versions is not None and values["agreed_version"] not in known_versions:
        yield Flag.UNKNOWN_VERSION
    if _plain(cells["区分"]) not in KINDS:
        yield Flag.UNKNOWN_KIND
    if _plain(cells["申込経路"]) not in CHANNELS:
        yield Flag.UNKNOWN_CHANNEL


def content_hash(values: Mapping[str, Value]) -> str:
    """SHA-256 of the content, alike for the same application in UTF-8 and cp932, full and half width."""
    content = "\x1f".join(f"{key}={_text(values[key])}" for key in sorted(values))
    return hashlib.sha256(unicodedata.normalize("NFKC", content.translate(_SAME_SIGN)).encode()).hexdigest()


def _text(value: Value) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value).replace("\r\n", "\n")


def _getter(cells: Mapping[str, str]) -> Callable[[str], str]:
    """A cell as one line, as it was written but for the space around it."""
    return lambda column: re.sub(r"[\r\n\t]+", " ", cells[column]).strip()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def moment_of(text: str) -> datetime | None:
    """The moment that a cell says, in JST; None where it cannot be read as one."""
    found = _MOMENT.fullmatch(_plain(text))
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=JST)
        moment.astimezone(UTC)
    except (ValueError, OverflowError):  # no such day, or none that a database holds
        return None
    return moment


def _is_address(text: str) -> bool:
    """Whether mail can be sent there: as our own pattern and the form of the verb have it."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return _EMAIL.fullmatch(text) is not None


def _version(text: str) -> str:
    """A version that is a day as an ISO day, whatever a spreadsheet made of it."""
    found = _DAY.fullmatch(_plain(text))
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else _plain(text)


def _postal_code(text: str) -> str:
    try:
        return identifiers.postal_code(text)
    except ValueError:
        return _plain(text)


def _license_obstacles(text: str) -> Iterator[str]:
    plain = _plain(text)
    if not re.fullmatch("[0-9]+", plain) or not plain.strip("0"):
        yield f"希望ライセンス数「{text}」は、1以上の整数ではありません。数字で直してください。"
    elif int(plain) > MAX_LICENSES:
        yield f"希望ライセンス数「{text}」は、{MAX_LICENSES:,}を超えています。申込者に確かめて直してください。"


def _likely_kind(corporate_number: str) -> str:
    return "corporation" if corporate_number else "individual"
