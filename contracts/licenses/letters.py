"""What the letters under 9(1) and 9(3) say. Pure reading; own words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from config.desk.jst import jday_year
from contracts.licenses.models import EvidenceRequest, LeakReport
from contracts.rules.clauses import ClauseRef
from notices.rendering.content import LetterContent, LetterItem

OPENING = "時下ますますご清栄のこととお慶び申し上げます。平素は格別のお引き立てを賜り、厚く御礼申し上げます。"
CLAUSE_OF_KIND = {"leaked": "9(3)(1)", "used_by_others": "9(3)(2)", "risk": "9(3)"}


def _terms(clause: str) -> str:
    return f"利用規約{ClauseRef.parse(clause).full_label()}"


def instructions_content(report: LeakReport, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """What the customer is to do after a leak (9(3))."""
    return LetterContent(
        title="認証情報に関する当社の指示",
        opening=OPENING,
        paragraphs=(
            f"さて、{jday_year(report.reported_at)}にご連絡いただきました認証情報の件につきまして、{_terms('9(3)')}に基づき、"
            "下記のとおり対応をお願いいたします。",
            "あわせて、お気づきの点がありましたら、差出人までお知らせください。",
        ),
        items=(
            LetterItem(label="契約番号", lines=(report.subscription.number,)),
            LetterItem(label="ご連絡の内容", lines=(report.get_kind_display(), report.summary)),
            LetterItem(label="当社の指示", lines=tuple(str(fields["instructions"]).splitlines())),
        ),
        clauses=("9(3)", CLAUSE_OF_KIND[report.kind]),
    )


def answer_content(request: EvidenceRequest, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """Which logs are handed over, and how (9(1))."""
    opening = (
        f"さて、{jday_year(request.requested_at)}にご依頼いただきました記録につきまして、{_terms('9(1)')}に基づき、"
    )
    return LetterContent(
        title="記録のお引渡しについて",
        opening=OPENING,
        paragraphs=(f"{opening}下記のとおりお引渡しいたします。",),
        items=(*_asked(request), LetterItem(label="お引渡し", lines=tuple(str(fields["answer"]).splitlines()))),
        clauses=("9(1)",),
    )


def refusal_content(request: EvidenceRequest, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """That they are not handed over, and why."""
    opening = f"さて、{jday_year(request.requested_at)}にご依頼いただきました記録につきまして、検討いたしましたが、"
    return LetterContent(
        title="記録のご依頼について",
        opening=OPENING,
        paragraphs=(f"{opening}下記の理由により、お引渡しすることができません（{_terms('9(1)')}）。",),
        items=(*_asked(request), LetterItem(label="理由", lines=tuple(str(fields["reason"]).splitlines()))),
        clauses=("9(1)",),
    )


def _asked(request: EvidenceRequest) -> tuple[LetterItem, ...]:
    return (
        LetterItem(label="契約番号", lines=(request.subscription.number,)),
        LetterItem(label="ご依頼の記録", lines=tuple(request.what.splitlines())),
        LetterItem(label="対象の期間", lines=(request.period,)),
    )
