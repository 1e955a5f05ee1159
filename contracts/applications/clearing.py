"""確認済にする: a person who looked at an application in which no check found anything judges its grounds clear (6(3)).

One press, five judgements of that person. What was found has to be opened and judged singly; what somebody judged is kept.
"""

import hashlib
from datetime import datetime
from typing import Any

from config.desk.refusal import Refused
from contracts.applications import checks, workflow
from contracts.applications.checks import Hit
from contracts.applications.models import Application, Ground, GroundJudgement

CLEAR = "applications.clear_grounds"
BECAUSE = "審査一覧で、照合の結果と申込の内容を見たため"
FIFTH = "申込の内容を見て、不適当とする事情は見当たらないと判断"
Finding = GroundJudgement.Finding


def why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """Only in screening, where nobody judged otherwise. What the checks find is looked at once, by `clear` itself."""
    if refused := workflow.screening_why_not(application, by=by, at=at):
        return refused
    if workflow.refusal_is_open(application):
        return _refused("不承諾の決裁中です。", "申込の画面で、決裁の結果を待ってください。")
    judged = {j.ground: j for j in application.judgements.select_related("by")}
    if len(judged) == len(Ground) and all(j.finding == Finding.CLEAR for j in judged.values()):
        last = max(judged.values(), key=lambda j: j.judged_at)
        return _refused(f"{last.by}が先に確認済にしました。", "あなたの操作は記録していません。")
    return _judged_otherwise(judged)


def _refused(message: str, instead: str) -> Refused:
    return Refused(message, clause="6(3)", instead=instead)


def _judged_otherwise(judged: dict[int, GroundJudgement]) -> Refused | None:
    told = [
        f"{j.ground}号は、{j.by}が「{j.get_finding_display()}」と判断しています（{j.reason}）。"
        for j in judged.values()
        if j.finding != Finding.CLEAR
    ]
    return _refused("".join(told), "その事由を開いて、判断を見てください。") if told else None


def _found(hits: checks.Hits, unjudged: list[Ground]) -> Refused | None:
    """What a check hits (a weak hit counts) and no person has judged."""
    look = [(ground, checks.worst(hits[ground])) for ground in unjudged]
    told = [f"{ground.value}号　{hit.text}" for ground, hit in look if hit.level in checks.LOOK]
    what_to_do = "その事由を開いて、見比べてから判断してください。"
    return _refused(f"照合で見つかったものがあります（{'、'.join(told)}）。", what_to_do) if told else None


def clear(application: Application, *, by: Any, at: datetime, seen: str = "") -> Application:
    """Judge clear what is not judged yet; refused where a check hits one of these grounds now.

    `seen` is the mark of the content that the person had before them.
    """
    if seen and seen != content_mark(application):
        raise _refused("申込の内容が、画面を開いた後に変わりました。", "もう一度読み込んで、内容を見てください。")
    hits, judged = checks.hits(application), workflow.findings(application)
    unjudged = [ground for ground in Ground if ground not in judged]
    if refused := _found(hits, unjudged):
        raise refused
    for ground in unjudged:
        GroundJudgement.objects.create(
            application=application, ground=ground, finding=Finding.CLEAR, reason=reason_of(ground, hits[ground]),
            by=by, judged_at=at,
        )  # fmt: skip
    return application


def reason_of(ground: Ground, hits: list[Hit]) -> str:
    """What was compared, in the check's own words; ground 5 is the person's own."""
    if ground == Ground.OTHER:
        return FIFTH
    return "自動照合：" + "、".join(f"{hit.text}（{hit.detail}）" for hit in hits)


def content_mark(application: Application) -> str:
    """What a page keeps of the content that it shows, so that nobody clears what they did not see."""
    own = application.customer
    content = (
        own.pk, own.kind, own.name, own.kana, own.corporate_number, own.email, own.postal_code, own.address, own.phone, own.contact,
        application.channel, application.licenses, application.agreed_version, application.agreed_at.timestamp(), application.remarks,
    )  # fmt: skip
    return hashlib.sha256("\n".join(map(str, content)).encode()).hexdigest()[:16]


def page_begins(application: Application | None, at: datetime) -> dict[str, Any]:
    """The verb's own page keeps the mark of the content, as the list does."""
    return {"seen": content_mark(application)} if application else {}
