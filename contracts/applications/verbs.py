"""The verbs of applications."""

from typing import Any

from config.desk.registry import Verb, never_refused, register
from contracts.applications import (
    agents,
    arrivals,
    clearing,
    documents,
    excepting,
    late,
    mending,
    objections,
    previews,
    receiving,
    refusal_arrival,
    refusing,
    reminding,
    renewed,
    rescission,
    settlement_facts,
    settlements,
    untold,
    withdrawing,
    workflow,
)
from contracts.applications.forms import (
    AcceptForm,
    AuthorityForm,
    ChannelsForm,
    ClearForm,
    JudgeForm,
    LateDocumentForm,
    ReceiveForm,
    RemindForm,
    RequestForm,
    document_form,
    rescission_form,
)
from contracts.applications.mend_forms import GiveUpForm, mend_form
from contracts.applications.models import Application, RejectedRow, Settlement
from contracts.decisions.objection_verbs import record_verb

DESK = frozenset({"受付"})


def register_all() -> None:
    """Called once, when the room starts. The order is the order of the buttons."""
    register(
        record_verb(key="applications.record_objection", kind=objections.OBJECTION, role="受付", subject=Application)
    )
    register(
        Verb(key="applications.receive", label="申込を登録する", clause="6(1)", roles=DESK, subject=None, form=ReceiveForm,
             why_not=never_refused, run=workflow.receive, preview=receiving.preview, initial=lambda row, at: {"channel": "sales"}, style="primary",
             consequence=("登録すると、審査に入ります。", "表示される注意を確かめてから、登録してください。"))
    )  # fmt: skip
    _of_rejected_rows()
    _of_money()
    _of_documents()
    _of_withdrawal()
    _of_screening()
    _of_rescission()
    _of_deciding()


def _of_screening() -> None:
    common: dict[str, Any] = {"roles": DESK, "subject": Application}
    register(
        Verb(key="applications.judge_ground", label="事由を判断する", clause="6(3)", form=JudgeForm, why_not=workflow.judge_why_not,
             run=workflow.judge_ground, initial=renewed.page_begins, preview=renewed.page_shows, applies=lambda a: False, **common)
    )  # fmt: skip
    register(
        Verb(key=clearing.CLEAR, label="確認済にする", clause="6(3)", form=ClearForm, why_not=clearing.why_not, run=clearing.clear,
             initial=clearing.page_begins, applies=lambda a: False, **common)
    )  # fmt: skip


def _of_rescission() -> None:
    register(
        Verb(key="applications.propose_rescission", label="承諾の取消しを起案する", clause="6(3)", roles=frozenset({"契約"}), subject=Application,
             form=rescission_form, why_not=rescission.why_not, run=rescission.propose, preview=previews.rescission,
             initial=previews.rescission_initial, style="red", irreversible=True, applies=_may_be_rescinded,
             consequence=("起案は、もう一人の承認を待ちます。", "通知が発送されるまでは、取り下げることができます。"))
    )  # fmt: skip


def _of_deciding() -> None:
    common: dict[str, Any] = {"roles": DESK, "subject": Application}
    register(
        Verb(key="applications.request_document", label="書類の提示を求める", clause="6(4)", form=RequestForm, why_not=documents.request_why_not,
             initial=agents.request_initial, run=documents.request_document, preview=previews.document_request,
             applies=documents.may_ask,
             consequence=("確定すると、通知の内容は変えられません。", "期限は、通知が届いてから数えます（社内の取扱い）。"), **common)
    )  # fmt: skip
    register(
        Verb(key="applications.propose_refusal", label="不承諾を起案する", clause="6(3)", form=refusing.form,
             why_not=refusing.why_not, run=refusing.propose, preview=previews.refusal, initial=previews.refusal_initial, style="red",
             applies=lambda a: a.state in ("screening", "awaiting_document"),
             consequence=("起案は、もう一人の承認を待ちます。", "通知が発送されるまでは、取り下げることができます。"), **common)
    )  # fmt: skip
    register(
        Verb(key="applications.propose_exception", label="例外として承諾を起案する", clause="6(3)", form=excepting.form,
             why_not=excepting.proposal_why_not, run=excepting.propose, preview=previews.acceptance, initial=excepting.initial,
             applies=excepting.may_be_asked,
             consequence=("起案は、もう一人の承認を待ちます。", "承認されると、承諾の通知を発送待ちに入れます。事由の判断は、そのまま残ります。"), **common)
    )  # fmt: skip
    register(
        Verb(key="applications.accept", label="承諾する", clause="6(3)", form=AcceptForm, why_not=workflow.accept_why_not,
             run=workflow.accept, preview=previews.acceptance, initial=previews.acceptance_initial, style="primary",
             applies=lambda a: a.state in ("screening", "awaiting_document") or (a.state == "accepted" and a.subscription.formed_on is None),
             consequence=("確定すると、承諾の通知の内容は変えられません。", "契約は、通知が届いた日に成立します（第6条第3項）。"), **common)
    )  # fmt: skip
    register(
        Verb(key="applications.record_document", label="書類の受領を記録する", clause="6(4)", form=document_form, why_not=documents.record_why_not,
             run=documents.record_document, initial=_receipt_initial, style="primary", applies=_awaits_document,
             consequence=("記録すると、審査に戻ります。", "発送を待っている不承諾の通知は、取り消されます。"), **common)
    )  # fmt: skip


def _of_documents() -> None:
    common: dict[str, Any] = {"roles": DESK, "subject": Application}
    register(
        Verb(key=refusal_arrival.RESEND_VERB, label="不承諾の通知を送り直す", clause="6(3)", form=ChannelsForm,
             why_not=refusal_arrival.resend_why_not, run=refusal_arrival.resend, preview=previews.refusal_again,
             initial=previews.refusal_again_initial, style="primary", applies=untold.refusal_lost,
             consequence=("同じ決裁の通知を、別の方法で送ります。", "不承諾は、通知が届いたときに効力が生じます（民法第97条）。"), **common)
    )  # fmt: skip
    register(
        Verb(key="applications.remind_document", label="書類を再度お願いする", clause="6(4)", form=RemindForm, why_not=reminding.why_not,
             run=reminding.remind, preview=reminding.preview, folded=True, applies=lambda a: a.state == "awaiting_document",
             consequence=("書類の期限は変わりません。", "何度お願いするかは、社内の取扱いです。"), **common)
    )  # fmt: skip
    register(
        Verb(key=arrivals.NOT_IT, label=arrivals.NOT_IT_LABEL, clause="6(4)", form=arrivals.NotItForm, why_not=arrivals.why_not,
             run=arrivals.not_it, initial=arrivals.initial, applies=arrivals.may_be_asked,
             consequence=("書類の提示は、まだないままになります。", "理由とともに記録に残り、承認者も読みます。"), **common)
    )  # fmt: skip
    register(
        Verb(key="applications.record_late_document", label=documents.LATE_LABEL, clause="6(4)", form=LateDocumentForm, why_not=late.why_not,
             run=late.record, initial=_receipt_initial, style="primary", applies=_came_too_late,
             consequence=("不承諾は、記録しただけでは変わりません。", "見直すかどうかは、先に判断していない人が決めます。"), **common)
    )  # fmt: skip
    register(
        Verb(key="applications.record_authority", label="代理権の書面を記録する", clause=agents.CLAUSE, form=AuthorityForm,
             folded=True, why_not=agents.record_why_not, run=agents.record_authority, initial=_authority_initial, applies=agents.may_come, **common)
    )  # fmt: skip


def _of_withdrawal() -> None:
    register(
        Verb(key=withdrawing.WITHDRAW, label="取下げを記録する", clause=withdrawing.CLAUSE, roles=DESK, subject=Application,
             form=withdrawing.WithdrawalForm, why_not=withdrawing.why_not, run=withdrawing.record, folded=True, applies=withdrawing.may_be,
             consequence=("発送を待つ通知と、決裁・期限は、取りやめになります。", "取り下げた申込は、元に戻せません。"))
    )  # fmt: skip


def _receipt_initial(application: Application | None, at: Any) -> dict[str, Any]:
    """As a rule an answer comes the way the request went."""
    request = documents.open_request(application) if application is not None else None
    by_mail = request is not None and request.notice.deliveries.filter(channel="email").exists()
    return {"channel": "email" if by_mail else "letter"}


def _authority_initial(application: Application | None, at: Any) -> dict[str, Any]:
    return {"document": "委任状", "channel": "letter"}


def _came_too_late(application: Application) -> bool:
    refused = application.state == "refused" and documents.open_request(application) is not None
    return refused and not untold.nothing_out(application)


def _of_rejected_rows() -> None:
    register(
        Verb(key="applications.give_up_row", label="取り込まない", clause="6(1)", roles=DESK, subject=RejectedRow, form=GiveUpForm,
             why_not=mending.why_not, run=mending.give_up, applies=lambda r: r.state == "waiting")
    )  # fmt: skip
    register(
        Verb(key="applications.mend_row", label="直して取り込む", clause="6(1)", roles=DESK, subject=RejectedRow, form=mend_form,
             why_not=mending.why_not, run=mending.mend, initial=mending.begins, style="primary", applies=lambda r: r.state == "waiting",
             consequence=("確定すると、利用申込として審査に入ります。", "受け取ったままの内容も、記録に残ります。"))
    )  # fmt: skip


def _of_money() -> None:
    register(
        Verb(key=settlements.DECIDE, label="金銭の扱いを決める", clause=settlements.CLAUSE, roles=frozenset({"法務"}), subject=Settlement,
             form=settlements.SettlementForm, why_not=settlements.decide_why_not, run=settlements.decide, preview=settlements.preview,
             initial=settlements.initial, beside=settlement_facts.beside, style="primary", applies=lambda s: s.state != "dropped",
             consequence=("確定すると、理由とともに記録に残ります。", "改められるのは、決めた人が、その日のうちだけです。"))
    )  # fmt: skip


def _may_be_rescinded(application: Application) -> bool:
    subscription = application.subscription
    return application.state == "accepted" and subscription is not None and subscription.state != "ended"


def _awaits_document(application: Application) -> bool:
    waits = application.state in ("awaiting_document", "refusing") or untold.nothing_out(application)
    return waits and documents.open_request(application) is not None
