"""What the letters on a suspension say: its notice (9(4)), and the confirmation after a consent (house policy)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.measures.models import Measure
from contracts.rules.powers import POWERS
from notices.phrases import (
    CONTRACT,
    CONTRACT_ITEM,
    GREETING,
    OBJECTION,
    WAY_TO_OBJECT,
    Values,
    cited,
    may,
    must,
    rests_on,
    typed,
)
from notices.rendering.content import LetterItem
from notices.rendering.wording import Material, Wording
from notices.wording.days import letter_moment

CLAUSE, CHARGES = "9(4)", "13(3)"
EXTENT = LetterItem(label="停止の範囲", lines=("発行したすべての認証情報",))

SUSPENSION = Wording(
    title="認証情報の使用停止のお知らせ",
    opening=GREETING,
    paragraphs=(
        "さて、当社は、下記の事実により、{根拠条項}に基づき、本通知の発送の後、"
        "認証情報の使用を停止いたします。停止の間も、利用料金は発生いたします（規約第13条第3項）。",
        "事実の確認や再開の手続につきましては、差出人までご連絡ください。",
    ),
    items=(
        CONTRACT_ITEM,
        LetterItem(label="停止の事由", lines=("{停止の事由}", "{停止の事実}")),
        EXTENT,
        LetterItem(label="ご連絡先", lines=("{異議の申出}",)),
    ),
)
SUSPENSION_SLOTS = (
    rests_on("停止の根拠（第9条第4項）"),
    CONTRACT,
    must("停止の事由", "選ばれた事由と、その条項"),
    must("停止の事実", "担当者が書いた事実"),
    OBJECTION,
)


def suspension_material(measure: Measure, fields: Mapping[str, Any], planned: date) -> Material:
    """The notice that must come before the suspension (9(4))."""
    ground = POWERS["credential_suspension"].ground(str(fields["ground"]))
    values: Values = {
        "根拠条項": cited(CLAUSE),
        "契約番号": measure.subscription.number,
        "停止の事由": f"{cited(ground.clause, '規約')}　{ground.label}",
        "停止の事実": str(fields["facts"]),
        "異議の申出": WAY_TO_OBJECT,
    }
    return Material(values=values, clauses=(CLAUSE, ground.clause))


CONFIRMATION = Wording(
    title="認証情報の使用停止の確認",
    opening=GREETING,
    paragraphs=(
        "さて、下記のとおりご承諾をいただき、認証情報の使用を停止いたしましたので、確認のためお知らせいたします。"
        "停止の間も、利用料金は発生いたします（規約第13条第3項）。",
        "お心当たりのないときは、直ちに差出人までご連絡ください。再開をご希望のときも、差出人までお申し出ください。",
    ),
    items=(
        CONTRACT_ITEM,
        LetterItem(label="ご承諾", lines=("{承諾した人}　{承諾の日時}", "{承諾の方法}")),
        LetterItem(label="事情", lines=("{事情}",)),
        EXTENT,
    ),
)
CONFIRMATION_SLOTS = (
    may("根拠条項", "停止の条項（第9条第4項）。承諾による停止なので、標準の文面では示しません"),
    CONTRACT,
    must("承諾した人", "承諾した人の名前"),
    must("承諾の日時", "承諾を得た日時"),
    may("承諾の方法", "承諾を得た方法"),
    may("事情", "担当者が書いた事情"),
)


def confirmation_material(measure: Measure, fields: Mapping[str, Any], planned: date) -> Material:
    """That the credentials were stopped at the customer's wish: to the registered address, in case it was nobody's wish."""
    agreed = letter_moment(measure.consented_at) if measure.consented_at else ""
    values: Values = {
        "根拠条項": cited(CLAUSE),
        "契約番号": measure.subscription.number,
        "承諾した人": measure.consent_by,
        "承諾の日時": agreed,
        "承諾の方法": measure.consent_how,
        "事情": typed(measure.summary),
    }
    return Material(values=values, clauses=(CLAUSE, CHARGES))
