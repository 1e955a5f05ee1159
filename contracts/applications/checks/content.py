"""Ground 4: whether what was written can be right: corporate number, postal code, the version agreed to (6(3)(4))."""

from datetime import datetime

from accounts.models import Customer
from config.desk.clock import jst_day
from config.desk.jst import jmoment
from contracts.applications.checks.hit import Hit
from contracts.applications.checks.material import Material
from contracts.applications.models import Application
from contracts.rules.identifiers import is_corporate_number
from contracts.rules.town import agrees, towns_of
from contracts.terms.models import TermsVersion

TOO_EARLY = "同意日時が、同意した版の公表より前"
LONGEST_REMARK = 120  # characters that a row of the screening list shows whole
# What the intake flagged and is looked at here anew, against the records as they are now.
LOOKED_AT_HERE = frozenset({
    "法人番号の検査数字が合わない", "法人番号がない", "個人に法人番号がある", "郵便番号が見つからない", "同意規約版が不明",
    "同じ申込者の申込がある", "同じ名前の申込がある", TOO_EARLY,
})  # fmt: skip


def content(application: Application, material: Material) -> list[Hit]:
    """What stands in the application, each against what it should agree with."""
    return [
        _corporate_number(application),
        _town(application),
        _agreed_version(application, material.versions.get(application.agreed_version)),
        *_flags(application),
    ]


def _hit(text: str, detail: str, short: str, *facts: tuple[str, str, str]) -> Hit:
    return Hit(level="hit", text=text, detail=detail, short=short, facts=facts)


def _corporate_number(application: Application) -> Hit:
    number, kind = application.customer.corporate_number, application.customer.kind
    told = application.customer.get_kind_display()
    if not number and kind == Customer.Kind.CORPORATION:
        return _hit("法人番号がありません", told, "法人番号なし", ("法人番号", "—", "法人には13桁の番号がある"))
    if not number:
        return Hit(level="clear", text="法人番号がありません", detail=told)
    if kind == Customer.Kind.INDIVIDUAL:
        unfit = ("法人番号", number, "個人にはない番号")
        return _hit("個人の申込に法人番号があります", number, "個人に法人番号", unfit)
    if is_corporate_number(number):
        return Hit(level="clear", text="法人番号の検査数字は正しい", detail=number)
    return _hit(
        "法人番号の検査数字が合いません", number, "検査数字が不一致", ("法人番号", number, "検査数字が合わない")
    )


def _town(application: Application) -> Hit:
    code, address = application.customer.postal_code, application.customer.address
    towns = towns_of(code)
    if not towns:
        text = f"郵便番号が見つかりません（{code}）" if code else "郵便番号がありません"
        unknown = ("郵便番号", code or "—", "日本郵便の一覧にない")
        return _hit(text, address, "郵便番号が不明", unknown, ("住所", address or "—", "—"))
    best = max(towns, key=lambda town: ("", "city", "town").index(agrees(address, town)))
    how = agrees(address, best)
    if how == "town":
        return Hit(level="clear", text="郵便番号と住所が一致", detail=f"{code}　{best}")
    named = "、".join(str(town) for town in towns[:3])
    return Hit(
        level="weak" if how else "hit",
        text="郵便番号の町域が、住所に見当たりません" if how else "郵便番号の市区町村と住所が合いません",
        detail=f"{code}　{named}",
        short="町域が不一致" if how else "郵便番号が不一致",
        facts=(("郵便番号", code, named), ("住所", address or "—", named)),
    )


def _agreed_version(application: Application, version: TermsVersion | None) -> Hit:
    number, at = application.agreed_version, jmoment(application.agreed_at)
    if version is None:
        unknown = ("同意した版", number or "—", "この番号の版はない")
        return _hit("同意した規約の版が見つかりません", number, "規約の版が不明", unknown)
    if _too_early(version, application.agreed_at):
        since = (
            f"公表 {jmoment(version.published_at)}"
            if version.published_at
            else f"適用 {version.effective_from:%Y-%m-%d}"
        )
        seen = (("同意した版", number, since), ("同意日時", at, "公表より前"))
        return _hit(TOO_EARLY, f"{number}　同意 {at}", "公表前の同意", *seen)
    return Hit(level="clear", text="同意した規約の版は公表されたもの", detail=number)


def _too_early(version: TermsVersion, agreed_at: datetime) -> bool:
    """Before the version was published; where that is not known, before it applied."""
    published = version.published_at
    return agreed_at < published if published else jst_day(agreed_at) < version.effective_from


def agreed_too_early(version: str, agreed_at: datetime) -> list[str]:
    """A flag where the applicant is said to have agreed before the version was published (or, unless known, applied)."""
    known = TermsVersion.objects.filter(number=version).first()
    return [TOO_EARLY] if known is not None and _too_early(known, agreed_at) else []


def _flags(application: Application) -> list[Hit]:
    """What the intake marked and no check looks at: a person does."""
    marked = [str(flag) for flag in application.flags if str(flag) not in LOOKED_AT_HERE]
    told = "取込みのときの注意"
    return [
        Hit(level="weak", text=flag, detail=told, short="取込みの注意", facts=((told, flag, "—"),)) for flag in marked
    ]


def other(application: Application) -> list[Hit]:
    """Ground 5 is not judged by any check; what the applicant wrote at length is to be read."""
    asked = Hit(
        level="none", text="自動では判断しません", detail="理由を書いた人の判断として残ります", short="人が判断"
    )
    remarks = application.remarks
    if len(remarks) <= LONGEST_REMARK:
        return [asked]
    told, long = "備考が長いので、読んで判断してください", f"{len(remarks):,}文字"
    return [Hit(level="weak", text=told, detail=long, short="備考を読む", facts=(("備考", remarks, "—"),)), asked]
