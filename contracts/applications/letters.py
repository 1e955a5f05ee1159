"""What the letters on an application say (Art. 6)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from config.desk.jst import jday_year
from contracts.applications.documents import DOCUMENT
from contracts.applications.models import Application, Ground
from contracts.deadlines import workflow as deadlines
from contracts.rules.clauses import ClauseRef
from notices.rendering.content import LetterContent, LetterItem
from notices.rendering.wording import Material, Slot, Wording

GREETING = "時下ますますご清栄のこととお慶び申し上げます。"
CONTACT = LetterItem(
    label="お問合せ", lines=("本通知について、ご不明の点やご異議があるときは、差出人までお申し出ください。",)
)
FOR_CONSUMERS = LetterItem(
    label="消費者の方へ",
    lines=("本通知は、消費者契約法その他の法令によりお客様に認められる権利を制限するものではありません。",),
)
ASKED_ABOUT = {  # what a document is to show, without a reproach
    Ground.UNPAID: "これまでのお支払いの状況",
    Ground.BREACH: "これまでのご利用の状況",
    Ground.FALSE_IDENTITY: "お申込みをされた方とご利用の目的",
    Ground.FALSE_CONTENT: "お申込みの内容",
    Ground.OTHER: "ご利用にあたっての事情",
}


ACCEPTANCE = Wording(
    title="利用申込の承諾について",
    opening=f"{GREETING}平素は格別のお引き立てを賜り、厚く御礼申し上げます。",
    paragraphs=(
        "さて、このたびお申し込みいただきましたサービスの利用につきまして、{根拠条項}に基づき、承諾いたします。",
        "管理画面のURL、管理者IDおよび初期パスワードは、準備が整いしだい、別にお知らせいたします。",
    ),
    items=(
        LetterItem(label="申込番号", lines=("{申込番号}",)),
        LetterItem(label="契約の種類", lines=("{契約の種類}　{ライセンス数}ライセンス",)),
        LetterItem(label="適用規約", lines=("{同意した版}版（お申込みのときに同意いただいた版）",)),
    ),
)
ACCEPTANCE_SLOTS = (
    Slot(name="根拠条項", help="承諾の根拠（第6条）", mandatory=True),
    Slot(name="申込番号", help="申込の番号", mandatory=True),
    Slot(name="契約の種類", help="月額契約か年間契約", mandatory=True),
    Slot(name="ライセンス数", help="申し込まれた数", mandatory=True),
    Slot(name="同意した版", help="申込みのときに同意した規約の版"),
)


def acceptance_material(application: Application, fields: Mapping[str, Any], planned: date) -> Material:
    """What the acceptance names."""
    values = {
        "根拠条項": "利用規約第6条（利用申込）",
        "申込番号": application.number,
        "契約の種類": "月額契約" if application.channel == "web" else "年間契約",
        "ライセンス数": str(application.licenses),
        "同意した版": str(application.agreed_version),
    }
    return Material(values=values, clauses=("6(3)",))


def refusal_content(application: Application, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """The refusal, naming the clause of each ground, and its reason."""
    refs = [ClauseRef.parse(g if "(" in g else f"6(3)({g})") for g in fields["grounds"]]
    labels = tuple(ref.full_label() for ref in refs)
    return LetterContent(
        title="利用申込の不承諾について",
        opening=GREETING,
        paragraphs=(
            "さて、お申し込みいただきましたサービスの利用につきまして、社内で審査いたしました結果、"
            "利用規約第6条（利用申込）に基づき、承諾いたしかねることとなりました。ご希望に沿えず、申し訳ございません。",
        ),
        items=(
            LetterItem(label="申込番号", lines=(application.number,)),
            _grounds_item(fields["grounds"], labels, fields.get("reasons") or {}),
            CONTACT,
        ),
        clauses=tuple(str(ref) for ref in refs),
    )


def _grounds_item(grounds: list[str], labels: tuple[str, ...], reasons: Mapping[str, str]) -> LetterItem:
    """Each ground by its clause and, where one was written, its reason."""
    if not reasons:
        return LetterItem(label="根拠となる条項", lines=labels)
    lines = [line for ground, clause in zip(grounds, labels, strict=True) for line in (clause, reasons.get(ground, ""))]
    return LetterItem(label="不承諾の事由", lines=tuple(line for line in lines if line))


def document_request_content(application: Application, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """The request: what is looked into, which document, by which day (6(4))."""
    plan = deadlines.plan_for(DOCUMENT, application, planned=planned, channels=list(fields["channels"]))
    ground = Ground(int(fields["ground"]))
    clause = ClauseRef.parse(f"6(3)({ground.value})")
    return LetterContent(
        title="書類ご提示のお願い",
        opening=GREETING,
        paragraphs=(
            "さて、お申し込みいただきましたサービスの利用につきまして、下記2の事項を確認するため、利用規約第6条（利用申込）第4項に基づき、"
            "下記3の書類を、下記4の期限までにご提示くださいますようお願い申し上げます。",
            "期限までにご提示がないときは、同項により、お申込みを承諾できないことがございます。"
            "既にお送りいただいている場合は、行き違いをご容赦くださいますようお願い申し上げます。",
        ),
        items=(
            LetterItem(label="申込番号", lines=(application.number,)),
            LetterItem(label="確認する事項", lines=(ASKED_ABOUT[ground], f"利用規約{clause.full_label()}")),
            LetterItem(label="書類", lines=(str(fields["document"]),)),
            LetterItem(label="提示の期限", lines=(f"{jday_year(plan.communicated_on)}まで",)),
            LetterItem(label="ご連絡先", lines=("電子メールまたは郵送で、差出人までお送りください。",)),
        ),
        clauses=("6(4)", str(clause)),
        communicated_on=plan.communicated_on,
    )


def _day_or_gap(value: object) -> str:
    """The day in words; of a sample in which none was given yet, the request for it, as it stands."""
    text = str(value)
    return text if text.startswith("（") else jday_year(date.fromisoformat(text))


def rescission_content(application: Application, fields: Mapping[str, Any], planned: date) -> LetterContent:
    """The rescission: which ground lay in the application, and that the contract is over (6(3))."""
    clause = ClauseRef.parse(f"6(3)({fields['ground']})" if fields.get("ground") else "6(3)")
    subscription = application.subscription
    return LetterContent(
        title="利用申込の承諾の取消しについて",
        opening=GREETING,
        paragraphs=(
            f"さて、{application.customer.you}のお申込みを承諾いたしましたが、その後、お申込みに下記3の事由のあることが判明いたしました。"
            "つきましては、利用規約第6条（利用申込）第3項に基づき、本通知の発送をもって、承諾を取り消します。",
        ),
        items=(
            LetterItem(label="申込番号", lines=(application.number,)),
            LetterItem(label="契約番号", lines=(subscription.number if subscription else "",)),
            LetterItem(
                label="取消しの事由",
                lines=(
                    str(fields["fact"]),
                    f"事実のあった日　{_day_or_gap(fields['fact_on'])}",
                    f"判明した日　{_day_or_gap(fields['came_to_light_on'])}",
                    f"利用規約{clause.full_label()}" if fields.get("ground") else "（事由を選んでください）",
                ),
            ),
            LetterItem(label="精算", lines=("料金の精算については、別にご連絡いたします。",)),
            *((FOR_CONSUMERS,) if application.customer.is_consumer else ()),
            CONTACT,
        ),
        clauses=(str(clause),),
    )
