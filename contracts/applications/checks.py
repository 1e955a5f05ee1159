"""Automatic checks: what the records hold for each ground. A hit is a question for a person (6(3))."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from accounts.models import Customer, PriorRecord
from config.desk.clock import jst_day
from config.desk.jst import jday_year
from contracts.applications import agents
from contracts.applications.models import Application, Ground
from contracts.rules.identifiers import is_corporate_number
from contracts.terms.models import TermsVersion


@dataclass(frozen=True, kw_only=True)
class Hit:
    """What a check found: `hit` asks for a person's judgement, `weak` may be somebody else, `clear` found nothing."""

    level: Literal["hit", "weak", "clear", "none"]
    text: str
    detail: str = ""
    customer: Customer | None = None


TOO_EARLY = "同意日時が、同意した版の公表より前"
COMPARES = {
    Ground.UNPAID: "全サービスの未払いの記録を照合",
    Ground.BREACH: "違反・措置・取消しの記録を照合",
    Ground.FALSE_IDENTITY: "同じ人の別の申込を照合",
    Ground.FALSE_CONTENT: "法人番号・郵便番号・同意した版を確認",
    Ground.OTHER: "照会の結果など",
}


def hits(application: Application) -> dict[Ground, list[Hit]]:
    """What every check found, by ground."""
    found = {ground: check(application) for ground, check in _CHECKS.items()}
    for call in _more:
        for ground, further in call(application).items():
            found[ground] = [*further, *found[ground]]
    return found


def also(call: Callable[[Application], dict[Ground, list[Hit]]]) -> None:
    """A part of this room finds more, by ground: it stands before what the checks found."""
    _more.append(call)


def same_party(application: Application) -> list[Customer]:
    own = application.customer
    found = Customer.objects.same_party_as(corporate_number=own.corporate_number, email=own.email)
    return [c for c in found[:50] if not _different_corporation(c, own)]


def _different_corporation(one: Customer, other: Customer) -> bool:
    """Equal names or mailboxes with different corporate numbers are different parties."""
    return bool(one.corporate_number and other.corporate_number and one.corporate_number != other.corporate_number)


def _prior(application: Application, ground: int, nothing: str) -> list[Hit]:
    records = PriorRecord.objects.filter(ground=ground, withdrawn_at=None).select_related("customer")
    strong = list(records.filter(customer__in=same_party(application))[:20])
    found = [_prior_hit(record, "hit") for record in strong]
    named = records.filter(customer__name_key=application.customer.name_key).exclude(pk__in=[r.pk for r in strong])
    found += [
        _prior_hit(record, "weak")
        for record in named[:10]
        if not _different_corporation(record.customer, application.customer)
    ]
    return found or [Hit(level="clear", text=nothing, detail="法人番号・メールアドレス・名称で照合")]


def _prior_hit(record: PriorRecord, level: Literal["hit", "weak"]) -> Hit:
    how = "同じ利用者" if level == "hit" else "名称だけが一致"
    cured = "・是正済" if record.cured_at else ""
    text = f"{record.get_ground_display()}の記録（{record.source}{cured}）"
    return Hit(
        level=level,
        text=text,
        detail=f"{jday_year(record.happened_on)}　{record.customer.name}（{how}）",
        customer=record.customer,
    )


def _unpaid(application: Application) -> list[Hit]:
    return _prior(application, PriorRecord.Ground.UNPAID, "未払いの記録はありません")


def _breach(application: Application) -> list[Hit]:
    return _prior(application, PriorRecord.Ground.VIOLATION, "一致する違反の記録はありません")


def _authority(application: Application) -> list[Hit]:
    text = agents.MISSING
    return [Hit(level="hit", text=text, detail="代理人による申込")] if agents.lacks_authority(application) else []


def _identity(application: Application) -> list[Hit]:
    others = Application.objects.same_applicant(application).select_related("customer")[:10]
    found = [
        Hit(
            level="hit",
            text=f"同じ申込者の申込（{o.number}・{o.get_state_display()}）",
            detail=o.customer.name,
            customer=o.customer,
        )
        for o in others
        if not _different_corporation(o.customer, application.customer)
    ]
    return found or [
        Hit(level="clear", text="同じ申込者の別の申込はありません", detail="法人番号・メールアドレスで照合")
    ]


def _content(application: Application) -> list[Hit]:
    return [_corporate_number(application), _agreed_version(application), *_flags(application)]


def _corporate_number(application: Application) -> Hit:
    number, kind = application.customer.corporate_number, application.customer.kind
    if not number:
        missing = kind == Customer.Kind.CORPORATION
        return Hit(
            level="hit" if missing else "clear",
            text="法人番号がありません",
            detail=application.customer.get_kind_display(),
        )
    if kind == Customer.Kind.INDIVIDUAL:
        return Hit(level="hit", text="個人の申込に法人番号があります", detail=number)
    right = is_corporate_number(number)
    return Hit(
        level="clear" if right else "hit",
        text="法人番号の検査数字は正しい" if right else "法人番号の検査数字が合いません",
        detail=number,
    )


def _agreed_version(application: Application) -> Hit:
    known = TermsVersion.objects.filter(number=application.agreed_version).exists()
    text = "同意した規約の版は公表されたもの" if known else "同意した規約の版が見つかりません"
    return Hit(level="clear" if known else "hit", text=text, detail=application.agreed_version)


def agreed_too_early(version: str, agreed_at: datetime) -> list[str]:
    """A flag where the applicant is said to have agreed before the version was published (or, unless known, applied)."""
    known = TermsVersion.objects.filter(number=version).first()
    if known is None:
        return []
    published = known.published_at
    early = agreed_at < published if published else jst_day(agreed_at) < known.effective_from
    return [TOO_EARLY] if early else []


def _flags(application: Application) -> list[Hit]:
    return [
        Hit(level="hit", text=str(flag), detail="取込みのときの照合")
        for flag in application.flags
        if "郵便番号" in str(flag) or flag == TOO_EARLY
    ]


def _other(application: Application) -> list[Hit]:
    return [Hit(level="none", text="自動では判断しません", detail="理由を書いた人の判断として残ります")]


_more: list[Callable[[Application], dict[Ground, list[Hit]]]] = []
_CHECKS: dict[Ground, Callable[[Application], list[Hit]]] = {
    Ground.UNPAID: _unpaid,
    Ground.BREACH: _breach,
    Ground.FALSE_IDENTITY: lambda application: [*_authority(application), *_identity(application)],
    Ground.FALSE_CONTENT: _content,
    Ground.OTHER: _other,
}
