"""The cards of an application's page: the five grounds, what was applied for, what came in."""

from typing import Any

from config.desk import clock
from config.desk.jst import jday_year, jshort, jtime
from config.desk.pages import card, fact, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from contracts.applications import checks, workflow
from contracts.applications.checks import Hit
from contracts.applications.models import Application, Ground, GroundJudgement

JUDGE = "applications.judge_ground"
GLYPHS = {"clear": "✓", "weak": "○", "none": "○"}
OPTIONS = [("clear", "該当しない"), ("applies", "該当する"), ("checking", "確認中")]


def checklist(application: Application, by: Any) -> dict[str, Any]:
    """不承諾事由の確認 (6(3)): what the records hold, and the judgement, which is a person's."""
    judged = {j.ground: j for j in application.judgements.select_related("by")}
    may = permitted(verb(JUDGE), by) and workflow.judge_why_not(application, by=by, at=clock.now()) is None
    url = verb_url(JUDGE, application) if may else ""
    rows = [_row(ground, hits, judged.get(ground), url) for ground, hits in checks.hits(application).items()]
    return card(
        "不承諾事由の確認",
        "checklist",
        {"rows": rows},
        sub=f"第6条第3項・判断 {len(judged)} / {len(Ground)}",
        key="grounds",
    )


def _row(ground: Ground, hits: list[Hit], judged: GroundJudgement | None, url: str) -> dict[str, Any]:
    judgement = (
        {"finding": judged.finding, "reason": judged.reason, "by": str(judged.by), "at": judged.judged_at}
        if judged
        else {}
    )
    return {
        "ground": ground.value,
        "title": ground.label,
        "clause": f"6(3)({ground.value})",
        "compares": checks.COMPARES[ground],
        "hits": [_hit(ground, hit) for hit in hits],
        "post_url": url,
        "options": OPTIONS,
        **judgement,
    }


def _hit(ground: Ground, hit: Hit) -> dict[str, Any]:
    """▲ for a record against the party, ! for what has to be looked into, ○ for what may be somebody else."""
    strong = "▲" if ground in (Ground.UNPAID, Ground.BREACH) else "!"
    link = {"url": url_of(hit.customer), "link": hit.customer.number} if hit.customer else {}
    return {"glyph": GLYPHS.get(hit.level, strong), "text": hit.text, "detail": hit.detail, **link}


def content(application: Application) -> dict[str, Any]:
    """申込の内容, as it is registered."""
    customer = application.customer
    address = f"〒{customer.postal_code}　{customer.address}" if customer.postal_code else customer.address
    rows = [
        fact("名称", customer.name, sub=customer.kana),
        fact("区分", customer.get_kind_display()),
        fact("法人番号", customer.corporate_number or "—"),
        fact("担当者", customer.contact or "—"),
        fact("住所", address or "—"),
        fact("電話番号", customer.phone or "—"),
        fact("メール", customer.email),
        fact("ライセンス", f"{application.licenses:,}"),
        fact(
            "規約への同意",
            f"{application.agreed_version}版",
            sub=f"{jday_year(application.agreed_at)}{jtime(application.agreed_at)}",
        ),
        fact("備考", application.remarks or "—"),
    ]
    return card("申込の内容", "facts", rows, two=True)


def received(application: Application) -> list[dict[str, Any]]:
    """受け取ったままの内容, where it came in by file."""
    if not application.original:
        return []
    rows = [fact(str(name), str(value) or "—") for name, value in application.original.items()]
    return [card("受け取ったままの内容", "facts", rows, two=True, sub=f"受付番号 {application.source_number}")]


def summary(application: Application, stage: Any) -> dict[str, Any]:
    """概要."""
    subscription = application.subscription
    rows = [
        fact("状態", "", chip=stage.chip),
        fact(
            "利用希望者", application.customer.name, url=url_of(application.customer), sub=application.customer.number
        ),
        fact("受付", jshort(application.received_at), sub=application.get_channel_display()),
        fact(
            "契約の種類",
            "月額" if application.plan == "monthly" else "年間",
            clause="22(3)" if application.plan == "monthly" else "22(1)",
        ),
    ]
    if application.source_number:
        rows.append(fact("受付番号", application.source_number, sub=f"SHA-256 {application.content_hash[:12]}…"))
    if application.flags:
        rows.append(fact("取込み時の注意", "", sub="、".join(str(flag) for flag in application.flags)))
    if subscription is not None:
        formed = jday_year(subscription.formed_on) if subscription.formed_on else "まだ成立していません"
        rows.append(fact("契約", subscription.number, url=url_of(subscription), sub=f"成立日 {formed}"))
    return card("概要", "facts", rows)
