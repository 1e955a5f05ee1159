"""Side by side: what the applicant wrote, and what a check found, line by line, with the judgement below (6(3))."""

from dataclasses import dataclass
from typing import Any

from accounts.models import Customer, PriorRecord
from accounts.parties import keys_of
from config.desk import clock
from config.desk.jst import jday_year, jmoment
from config.desk.pages import fact, url_of
from contracts.applications import checks, renewed, workflow
from contracts.applications.cards import GLYPHS, OPTIONS
from contracts.applications.checks import Hit
from contracts.applications.models import Application, Ground
from contracts.rules.parties import PartyKeys

LINES = (
    ("名称", "name", "name"), ("フリガナ", "kana", "kana"), ("法人番号", "corporate_number", "number"), ("メールアドレス", "email", "email"),
    ("電話番号", "phone", "phone"), ("住所", "address", "address"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Found:
    """One hit, opened: its lines as (what, here, there, equal), what more is known, and where it is read whole."""

    glyph: str
    tone: str
    text: str
    detail: str
    head: str = ""
    url: str = ""
    number: str = ""
    lines: tuple[tuple[str, str, str, bool], ...] = ()
    facts: tuple[dict[str, Any], ...] = ()


def side(application: Application, ground: Ground, *, by: Any, may: bool) -> dict[str, Any]:
    """One ground of one application."""
    hits = checks.hits(application)[ground]
    judged = application.judgements.select_related("by").filter(ground=ground).first()
    finding, reason = (judged.finding, judged.reason) if judged else ("", "")
    later = renewed.newer(application, hits, judged)
    open_to = may and workflow.judge_why_not(application, by=by, at=clock.now()) is None
    return {
        "application": application, "ground": ground, "clause": f"6(3)({ground.value})", "compares": checks.COMPARES[ground],
        "found": [_found(application, hit, ground, new=hit in later) for hit in hits], "content": _content(application), "url": url_of(application),
        "finding": "" if later else finding, "reason": "" if later else reason, "judged": judged, "options": OPTIONS if open_to else [],
        "seen": renewed.mark(workflow.mark(finding, reason), later),
    }  # fmt: skip


def _found(application: Application, hit: Hit, ground: Ground, *, new: bool) -> Found:
    strong = "▲" if ground in (Ground.UNPAID, Ground.BREACH) else "!"
    tones = {"clear": "hit-ok", "hit": "hit-bad" if strong == "▲" else "hit-warn", "weak": "hit-warn"}
    source: Any = hit.source
    party = hit.customer
    target = source if isinstance(source, Application) else party
    return Found(
        glyph=GLYPHS.get(hit.level, strong), tone=tones.get(hit.level, ""), text=f"{renewed.SINCE}：{hit.text}" if new else hit.text, detail=hit.detail,
        head=f"{target._meta.verbose_name} {target.number}" if target is not None else "照合したもの",
        url=url_of(target), number=target.number if target is not None else "",
        lines=_lines(application.customer, party) if party is not None else tuple((*line, False) for line in hit.facts),
        facts=tuple(_facts(source)),
    )  # fmt: skip


def _lines(own: Customer, party: Customer) -> tuple[tuple[str, str, str, bool], ...]:
    mine, theirs = keys_of(own), keys_of(party)
    return tuple(
        (label, getattr(own, name) or "—", getattr(party, name) or "—", _equal(mine, theirs, key))
        for label, name, key in LINES
    )


def _equal(mine: PartyKeys, theirs: PartyKeys, key: str) -> bool:
    looser = {"name": "spelling", "email": "mailbox"}.get(key, key)
    return bool(mine.values(looser) & theirs.values(looser))


def _facts(source: Any) -> list[dict[str, Any]]:
    """What the record itself says."""
    if isinstance(source, PriorRecord):
        cured = jmoment(source.cured_at) if source.cured_at else "—"
        return [
            fact("元の記録", source.source),
            fact("内容", source.fact),
            fact("認めた日", jday_year(source.happened_on)),
            fact("是正", cured),
        ]
    if isinstance(source, Application):
        return [
            fact("状態", source.get_state_display()), fact("受付", jmoment(source.received_at)),
            fact("ライセンス", f"{source.licenses:,}"), fact("備考", source.remarks or "—"),
        ]  # fmt: skip
    return []


def _content(application: Application) -> list[dict[str, Any]]:
    """What the applicant wrote."""
    own = application.customer
    return [
        fact("区分", own.get_kind_display()), fact("担当者", own.contact or "—"),
        fact("郵便番号", own.postal_code or "—"), fact("ライセンス", f"{application.licenses:,}"),
        fact("規約への同意", f"{application.agreed_version}版　{jmoment(application.agreed_at)}"), fact("備考", application.remarks or "—"),
    ]  # fmt: skip
