"""The cards of an application's page: the five grounds, what was applied for, what came in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from config.desk import clock
from config.desk.jst import jday_year, jshort, jtime
from config.desk.origin import marked
from config.desk.pages import card, fact, url_of
from config.desk.press import permitted
from config.desk.registry import verb
from contracts.applications import agents, checks, renewed, workflow
from contracts.applications.checks import Earlier, Hit
from contracts.applications.models import Application, DocumentRequest, Ground, GroundJudgement

JUDGE = "applications.judge_ground"
GLYPHS = {"clear": "✓", "weak": "○", "none": "○"}
OPTIONS = [("clear", "該当しない"), ("applies", "該当する"), ("checking", "確認中")]
LINE, FEWEST_LINES = 20, 2  # characters that fit on a line of the reason, and lines shown at least


@dataclass(frozen=True)
class Draft:
    """What somebody wrote about a ground and could not record, and why not."""

    finding: str
    reason: str
    problems: tuple[str, ...]


def checklist(
    application: Application,
    by: Any,
    drafts: Mapping[int, Draft] | None = None,
    *,
    home: bool = False,
    hits: Any = None,
) -> dict[str, Any]:
    """不承諾事由の確認 (6(3)): what the records hold, and the judgement, which is a person's."""
    judged = {j.ground: j for j in application.judgements.select_related("by")}
    drafts = drafts or {}
    may = permitted(verb(JUDGE), by) and workflow.judge_why_not(application, by=by, at=clock.now()) is None
    url = reverse("applications:judge", args=[application.pk]) if may or drafts else ""
    rows = [
        _row(ground, seen, judged.get(ground), drafts.get(ground), renewed.newer(application, seen, judged.get(ground)))
        for ground, seen in (hits or checks.hits(application)).items()
    ]
    return card(
        "不承諾事由の確認",
        "checklist",
        {"rows": rows, "post_url": marked(url, home=home), "options": OPTIONS},
        sub=f"第6条第3項・判断 {len(judged)} / {len(Ground)}",
        key="grounds",
    )


def _row(
    ground: Ground, hits: list[Hit], judged: GroundJudgement | None, draft: Draft | None, later: list[Hit]
) -> dict[str, Any]:
    """`later`: what the records hold since the judgement; it is then asked for anew, with nothing filled in."""
    finding, reason = (judged.finding, judged.reason) if judged else ("", "")
    shown = draft or (Draft("", "", ()) if later else Draft(finding, reason, ()))
    return {
        "ground": ground.value,
        "title": ground.label,
        "clause": f"6(3)({ground.value})",
        "compares": checks.COMPARES[ground],
        "hits": [
            _hit(ground, hit) | ({"text": f"{renewed.SINCE}：{hit.text}"} if hit in later else {}) for hit in hits
        ],
        "finding": shown.finding,
        "reason": shown.reason,
        "problems": shown.problems,
        "lines": _lines(shown.reason),
        "seen": renewed.mark(workflow.mark(finding, reason), later),
        "by": f"{judged.by}{f'　{judged.get_finding_display()}（{judged.reason}）' if later else ''}" if judged else "",
        "at": judged.judged_at if judged else None,
    }


def _lines(text: str) -> int:
    """As many as the text needs; a browser that can, fits the field by itself."""
    return max(FEWEST_LINES, sum(1 + len(line) // LINE for line in text.split("\n")))


def _hit(ground: Ground, hit: Hit) -> dict[str, Any]:
    """▲ for a record against the party, ! for what has to be looked into, ○ for what may be somebody else."""
    strong = "▲" if ground in (Ground.UNPAID, Ground.BREACH) else "!"
    link = {"url": url_of(hit.customer), "link": hit.customer.number} if hit.customer else {}
    if isinstance(hit.source, Application):
        link = {"url": url_of(hit.source), "link": hit.source.number}
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
        *agents.facts_of(application),
        fact("備考", application.remarks or "—"),
    ]
    return card("申込の内容", "facts", rows, two=True)


def requests(application: Application) -> list[dict[str, Any]]:
    """書類, where one was asked for (6(4))."""
    rows = [
        [
            {"text": r.document, "strong": True, "sub": f"{r.ground}号　{r.get_ground_display()}"},
            {"text": jshort(r.requested_at), "sub": f"{r.by}{_reminded(r)}"},
            _came(r),
        ]
        for r in application.document_requests.select_related("by", "incoming").order_by("-pk")
    ]
    data = {"columns": ["書類", "提示を求めた日時", "受領"], "rows": rows}
    return [card("書類の提示", "table", data, sub="第6条第4項", key="documents")] if rows else []


def _reminded(request: DocumentRequest) -> str:
    return f"　{jshort(request.reminded_at)} もう一度お願い" if request.reminded_at else ""


def _came(request: DocumentRequest) -> dict[str, Any]:
    """When it came, with its line of the incoming register."""
    if request.received_at is None:
        return {"text": "まだ届いていません"}
    when = f"{jshort(request.received_at)}{'　不承諾の発送の後' if request.late else ''}"
    if request.incoming is None:
        return {"text": when, "sub": request.note}
    return {"text": f"{when}　{request.incoming}", "url": url_of(request.incoming), "sub": request.note}


def received(application: Application) -> list[dict[str, Any]]:
    """受け取ったままの内容, where it came in by file."""
    if not application.original:
        return []
    rows = [fact(str(name), str(value) or "—") for name, value in application.original.items()]
    return [card("受け取ったままの内容", "facts", rows, two=True, sub=f"受付番号 {application.source_number}")]


def before(earlier: Iterable[Earlier]) -> list[dict[str, Any]]:
    """前回の申込, where the same party was refused before, or its acceptance rescinded."""
    rows = [
        [
            {"text": one.application.number, "url": url_of(one.application), "strong": True, "sub": one.how.words},
            {"text": one.application.get_state_display(), "sub": f"受付 {jday_year(one.application.received_at)}"},
            one.reason,
        ]
        for one in earlier
    ]
    data = {"columns": ["申込", "結果", "理由"], "rows": rows}
    return (
        [card("前回の申込", "table", data, sub="同じ申込者に承諾しなかった申込・取り消した申込", key="before")]
        if rows
        else []
    )


def after(application: Application) -> list[dict[str, Any]]:
    """再申込, on the page of one that was refused or rescinded."""
    rows = [
        [
            {"text": a.number, "url": url_of(a), "strong": True, "sub": how.words},
            a.get_state_display(),
            f"受付 {jday_year(a.received_at)}",
        ]
        for a, how in checks.later_of(application)
    ]
    data = {"columns": ["申込", "状態", "受付"], "rows": rows}
    return [card("再申込", "table", data, sub="この後に届いた、同じ申込者の申込", key="after")] if rows else []


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
