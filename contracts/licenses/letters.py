"""What the letters under 8(3), 9(1) and 9(3) say. Pure reading; own words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.licenses.models import EvidenceRequest, LeakReport, Subscription
from notices.phrases import CONTRACT, CONTRACT_ITEM, THANKS, Values, cited, may, must, rests_on, typed
from notices.rendering.content import SECRET_PLACEHOLDER, LetterItem
from notices.rendering.wording import Material, Wording
from notices.wording.days import letter_day

HAND_OVER_CLAUSE, CLAUSE_OF_LOGS, CLAUSE_OF_LEAKS = "8(3)", "9(1)", "9(3)"
CLAUSE_OF_KIND = {"leaked": "9(3)(1)", "used_by_others": "9(3)(2)", "risk": "9(3)"}
PASSWORD = "初期パスワード"

# --- the credentials (8(3)) -----------------------------------------------------------------------------------------

HAND_OVER = Wording(
    title="認証情報のお知らせ",
    subject_line="認証情報のお知らせ（契約 {契約番号}）",
    opening=THANKS,
    paragraphs=(
        "さて、お申し込みいただきましたサービスの準備が整いましたので、{根拠条項}に基づき、"
        "管理画面の認証情報を下記のとおりお知らせいたします。本通知の発送をもって、ご利用の開始といたします。",
        "初期パスワードは、最初にログインしたときに必ず変更してください。認証情報は、第三者に知られないよう管理をお願いいたします。",
    ),
    items=(
        CONTRACT_ITEM,
        LetterItem(label="管理画面", lines=("{管理画面のURL}",)),
        LetterItem(label="管理者ID", lines=("{管理者ID}",)),
        LetterItem(label="初期パスワード", lines=("{初期パスワード}",)),
    ),
)
HAND_OVER_SLOTS = (
    rests_on("認証情報の通知の根拠（第8条第3項）"),
    CONTRACT,
    must("管理画面のURL", "管理画面の場所"),
    must("管理者ID", "管理者のID"),
    must(PASSWORD, "送信・印刷のときにだけ入ります。控えには残りません"),
)


def hand_over_material(subscription: Subscription, fields: Mapping[str, Any], planned: date) -> Material:
    """URL, ID and the place of the password."""
    values: Values = {
        "根拠条項": cited(HAND_OVER_CLAUSE),
        "契約番号": subscription.number,
        "管理画面のURL": str(fields["admin_url"]),
        "管理者ID": str(fields["admin_id"]),
        PASSWORD: SECRET_PLACEHOLDER,
    }
    return Material(values=values, clauses=(HAND_OVER_CLAUSE,), secret_label=PASSWORD)


# --- our instructions after a leak (9(3)) ---------------------------------------------------------------------------

INSTRUCTIONS = Wording(
    title="認証情報に関する当社の指示",
    opening=THANKS,
    paragraphs=(
        "さて、{連絡の日}にご連絡いただきました認証情報の件につきまして、{根拠条項}に基づき、下記のとおり対応をお願いいたします。",
        "あわせて、お気づきの点がありましたら、差出人までお知らせください。",
    ),
    items=(
        CONTRACT_ITEM,
        LetterItem(label="ご連絡の内容", lines=("{連絡の種類}", "{連絡の内容}")),
        LetterItem(label="当社の指示", lines=("{当社の指示}",)),
    ),
)
INSTRUCTIONS_SLOTS = (
    rests_on("指示の根拠（第9条第3項）"),
    must("連絡の日", "連絡を受けた日"),
    CONTRACT,
    may("連絡の種類", "漏洩・第三者の使用・そのおそれ"),
    may("連絡の内容", "記録した連絡の内容"),
    must("当社の指示", "担当者が書いた指示"),
)


def instructions_material(report: LeakReport, fields: Mapping[str, Any], planned: date) -> Material:
    """What the customer is to do after a leak (9(3))."""
    values: Values = {
        "根拠条項": cited(CLAUSE_OF_LEAKS),
        "連絡の日": letter_day(report.reported_at),
        "契約番号": report.subscription.number,
        "連絡の種類": report.get_kind_display(),
        "連絡の内容": report.summary,
        "当社の指示": typed(fields["instructions"]),
    }
    return Material(values=values, clauses=(CLAUSE_OF_LEAKS, CLAUSE_OF_KIND[report.kind]))


# --- our answer to a request for logs (9(1)) ------------------------------------------------------------------------

_ASKED_ITEMS = (
    CONTRACT_ITEM,
    LetterItem(label="ご依頼の記録", lines=("{ご依頼の記録}",)),
    LetterItem(label="対象の期間", lines=("{対象の期間}",)),
)
_ASKED_SLOTS = (
    rests_on("記録の扱いの根拠（第9条第1項）"),
    must("依頼の日", "依頼を受けた日"),
    CONTRACT,
    must("ご依頼の記録", "依頼された記録"),
    may("対象の期間", "依頼された期間"),
)
ANSWER = Wording(
    title="記録のお引渡しについて",
    opening=THANKS,
    paragraphs=(
        "さて、{依頼の日}にご依頼いただきました記録につきまして、{根拠条項}に基づき、下記のとおりお引渡しいたします。",
    ),
    items=(*_ASKED_ITEMS, LetterItem(label="お引渡し", lines=("{お引渡し}",))),
)
ANSWER_SLOTS = (*_ASKED_SLOTS, must("お引渡し", "担当者が書いた、引き渡す記録と方法"))
REFUSAL = Wording(
    title="記録のご依頼について",
    opening=THANKS,
    paragraphs=(
        "さて、{依頼の日}にご依頼いただきました記録につきまして、検討いたしましたが、下記の理由により、お引渡しすることができません（{根拠条項}）。",
    ),
    items=(*_ASKED_ITEMS, LetterItem(label="理由", lines=("{理由}",))),
)
REFUSAL_SLOTS = (*_ASKED_SLOTS, must("理由", "担当者が書いた、引き渡さない理由"))


def answer_material(request: EvidenceRequest, fields: Mapping[str, Any], planned: date) -> Material:
    """Which logs are handed over, and how (9(1))."""
    return Material(values={**_asked(request), "お引渡し": typed(fields["answer"])}, clauses=(CLAUSE_OF_LOGS,))


def refusal_material(request: EvidenceRequest, fields: Mapping[str, Any], planned: date) -> Material:
    """That they are not handed over, and why."""
    return Material(values={**_asked(request), "理由": typed(fields["reason"])}, clauses=(CLAUSE_OF_LOGS,))


def _asked(request: EvidenceRequest) -> Values:
    return {
        "根拠条項": cited(CLAUSE_OF_LOGS),
        "依頼の日": letter_day(request.requested_at),
        "契約番号": request.subscription.number,
        "ご依頼の記録": typed(request.what),
        "対象の期間": request.period,
    }
