"""Before an application that staff typed in is registered: what its postal code says, and who is on file already (6(1))."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from accounts.models import Customer
from accounts.parties import alike
from config.desk.registry import Preview, PreviewDate
from contracts.applications.agents import MISSING
from contracts.applications.checks import agreed_too_early
from contracts.rules.identifiers import is_corporate_number
from contracts.rules.parties import party_keys
from contracts.rules.town import agrees, towns_of
from contracts.terms.models import TermsVersion

SHOWN, NEAR = 5, 50  # parties that are named; near ones that are compared
COMPARED = ("name", "kana", "corporate_number", "email", "phone", "address")
Told = tuple[str, str]  # tone, text
GROUPS = (
    ("申込者", ("kind", "name", "kana", "corporate_number")),
    ("連絡先", ("postal_code", "address", "phone", "email", "contact")),
    ("申込の内容", ("channel", "licenses", "agreed_version", "agreed_at", "remarks")),
    ("代理人（ほかの人が申し込むとき）", ("agent_name", "agent_relation", "agent_document", "agent_uploads")),
)


def preview(row: None, *, at: datetime, **fields: Any) -> Preview:
    """The town, warnings, and what registering brings about; writes nothing."""
    code = str(fields.get("postal_code") or "")
    town = str(next(iter(towns_of(code)), "")) or None
    shown = (PreviewDate(label=f"郵便番号 {code} の住所", value=town, note="日本郵便の一覧による"),) if town else ()
    told = [*_postal(code, town, fields), *_number(fields), *_parties(fields), *_version(fields), *_agent(fields)]
    return Preview(
        title="住所の確認",
        dates=shown,
        messages=tuple(told),
        fills=(("address", town),) if town else (),
        consequences=("利用希望者として登録され、審査の期限が始まります（社内の取扱い）",),
    )


def _postal(code: str, town: str | None, fields: dict[str, Any]) -> Iterator[Told]:
    address = str(fields.get("address") or "")
    if code and town is None:
        yield "warning", f"郵便番号 {code} は、日本郵便の一覧にありません。申込書を確かめてください。"
    elif town and address and not any(agrees(address, one) for one in towns_of(code)):
        yield "warning", f"住所が、郵便番号の示す町（{town}）と違います。申込書を確かめてください。"


def _number(fields: dict[str, Any]) -> Iterator[Told]:
    number, kind = str(fields.get("corporate_number") or ""), fields.get("kind")
    if number and not is_corporate_number(number):
        yield "warning", "法人番号の検査数字が合いません。国税庁の公表サイトで確かめてください。登録はできます。"
    if number and kind == Customer.Kind.INDIVIDUAL:
        yield "warning", "個人の申込に、法人番号があります。区分を確かめてください。"
    if kind == Customer.Kind.CORPORATION and fields.get("name") and not number:
        yield "info", "法人番号がありません。審査の4号で確かめることになります。"


def _parties(fields: dict[str, Any]) -> Iterator[Told]:
    """Who may be the same party, as the screening compares them: named before anybody registers it a second time."""
    for customer, how in alike(party_keys(**{name: str(fields.get(name) or "") for name in COMPARED}), NEAR)[:SHOWN]:
        known = f"：{customer.number} {customer.name}（{how.words}）"
        if how.level == "same":
            yield "warning", f"同じ利用者が、すでに登録されています{known}。二重の申込でないか確かめてください。"
        else:
            yield "info", f"同じ利用者かもしれません{known}。"


def _version(fields: dict[str, Any]) -> Iterator[Told]:
    version, agreed_at = str(fields.get("agreed_version") or ""), fields.get("agreed_at")
    if version and not TermsVersion.objects.filter(number=version).exists():
        yield "warning", f"規約の版「{version}」は登録されていません。審査の4号で確かめることになります。"
    elif version and isinstance(agreed_at, datetime) and agreed_too_early(version, agreed_at):
        yield "warning", "同意日時が、同意した版の公表より前です。"


def _agent(fields: dict[str, Any]) -> Iterator[Told]:
    if fields.get("agent_name") and not fields.get("agent_uploads"):
        yield "info", f"代理権の書面を添えないときは、「{MISSING}」ことを、審査の3号で確かめることになります。"
