"""What the letters on an application name (Art. 6); the words stand in `wordings`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contracts.applications.documents import DOCUMENT
from contracts.applications.models import Application, Ground
from contracts.deadlines import workflow as deadlines
from contracts.rules.clauses import ClauseRef
from notices.phrases import Values, cited
from notices.rendering.wording import Material
from notices.wording.days import letter_day

ARTICLE, ACCEPTS, ASKS = "6", "6(3)", "6(4)"
NO_GROUND = "（事由を選んでください）"  # of a sample only
MAY_OBJECT = "本通知について、ご不明の点やご異議があるときは、差出人までお申し出ください。"
FOR_CONSUMERS = "本通知は、消費者契約法その他の法令によりお客様に認められる権利を制限するものではありません。"
ASKED_ABOUT = {  # what a document is to show, without a reproach
    Ground.UNPAID: "これまでのお支払いの状況",
    Ground.BREACH: "これまでのご利用の状況",
    Ground.FALSE_IDENTITY: "お申込みをされた方とご利用の目的",
    Ground.FALSE_CONTENT: "お申込みの内容",
    Ground.OTHER: "ご利用にあたっての事情",
}


def acceptance_material(application: Application, fields: Mapping[str, Any], planned: date) -> Material:
    """What the acceptance names."""
    values: Values = {
        "根拠条項": cited(ARTICLE),
        "申込番号": application.number,
        "契約の種類": "月額契約" if application.channel == "web" else "年間契約",
        "ライセンス数": str(application.licenses),
        "同意した版": str(application.agreed_version),
    }
    return Material(values=values, clauses=(ACCEPTS,))


def refusal_material(application: Application, fields: Mapping[str, Any], planned: date) -> Material:
    """The refusal, naming the clause of each ground, and its reason."""
    refs = [ClauseRef.parse(g if "(" in g else f"6(3)({g})") for g in fields["grounds"]]
    labels = tuple(ref.full_label() for ref in refs)
    reasons = fields.get("reasons") or {}
    values: Values = {
        "根拠条項": cited(ARTICLE),
        "申込番号": application.number,
        "根拠となる条項": () if reasons else labels or (NO_GROUND,),
        "不承諾の事由": _with_reasons(fields["grounds"], labels, reasons) if reasons else (),
        "異議の申出": MAY_OBJECT,
    }
    return Material(values=values, clauses=tuple(str(ref) for ref in refs))


def _with_reasons(grounds: Sequence[str], labels: Sequence[str], reasons: Mapping[str, str]) -> tuple[str, ...]:
    """Each ground by its clause and, where one was written, its reason."""
    lines = [line for ground, clause in zip(grounds, labels, strict=True) for line in (clause, reasons.get(ground, ""))]
    return tuple(line for line in lines if line)


def request_material(application: Application, fields: Mapping[str, Any], planned: date) -> Material:
    """The request: what is looked into, which document, by which day (6(4))."""
    plan = deadlines.plan_for(DOCUMENT, application, planned=planned, channels=list(fields["channels"]))
    ground = Ground(int(fields["ground"]))
    clause = f"6(3)({ground.value})"
    values: Values = {
        "根拠条項": cited(ASKS),
        "申込番号": application.number,
        "確認する事項": ASKED_ABOUT[ground],
        "事由の条項": cited(clause),
        "書類": str(fields["document"]),
        "提示の期限": letter_day(plan.communicated_on),
    }
    return Material(values=values, clauses=(ASKS, clause), communicated_on=plan.communicated_on)


def _day_or_gap(value: object) -> str:
    """The day in words; of a sample in which none was given yet, the request for it, as it stands."""
    text = str(value)
    return text if text.startswith("（") else letter_day(date.fromisoformat(text))


def rescission_material(application: Application, fields: Mapping[str, Any], planned: date) -> Material:
    """The rescission: which ground lay in the application, and that the contract is over (6(3))."""
    clause = f"6(3)({fields['ground']})" if fields.get("ground") else ACCEPTS
    subscription = application.subscription
    values: Values = {
        "根拠条項": cited(ACCEPTS),
        "申込番号": application.number,
        "契約番号": subscription.number if subscription else "—",
        "事実": str(fields["fact"]),
        "事実のあった日": _day_or_gap(fields["fact_on"]),
        "判明した日": _day_or_gap(fields["came_to_light_on"]),
        "事由の条項": cited(clause) if fields.get("ground") else NO_GROUND,
        "消費者の権利": (FOR_CONSUMERS,) if application.customer.is_consumer else (),
        "異議の申出": MAY_OBJECT,
    }
    return Material(values=values, clauses=(clause,))
