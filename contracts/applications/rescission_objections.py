"""An objection to a rescission (6(3)): upheld, the contract goes on, by counter-entry; what was stays in the history."""

from datetime import datetime

from config.desk.locking import locked
from contracts.applications import rescission, settlements
from contracts.applications.models import Application
from contracts.applications.rescission import RESCISSION
from contracts.applications.workflow import State
from contracts.closing import workflow as closing
from contracts.decisions.models import Decision, Objection
from contracts.decisions.objections import Target
from notices import objections as answers
from notices import workflow as notices
from notices.models import Notice


def targets(application: Application) -> list[Target]:
    """The rescission, once it has left."""
    if application.state != State.RESCINDED:
        return []
    decided = Decision.objects.about(application, RESCISSION).filter(state="carried_out").order_by("-pk").first()
    return [answers.decided(decided, "承諾の取消し")] if decided else []


def is_against(objection: Objection) -> bool:
    """Whether it goes against a rescission, not against a refusal."""
    return objection.decision is not None and objection.decision.kind == RESCISSION


def effects(application: Application) -> list[str]:
    """What upholding would do now."""
    if application.state != State.RESCINDED:
        return ["取消しはすでに効力がないので、判断の記録だけが残ります"]
    contract = application.subscription
    if not rescission.ended_here(application):
        return ["申込は「承諾」に戻ります", f"契約 {contract} は、別の理由で終了しているので、終了したままです"]
    return [
        f"契約 {contract} の終了を取り消し、取消しによる利用の停止を解除します。申込は「承諾」に戻ります",
        "利用が始まる前だった契約は、認証情報を改めて通知します",
        "法務の判断を待つ金銭の扱いは、不要になります。決定済のものは記録に残り、法務が見直します",
        "取消しの決裁と、利用できなかった間の記録は、残ります",
    ]


def upheld(application: Application, objection: Objection, at: datetime) -> None:
    """The end is taken back from this moment: blocks lifted, the contract as it stood, nothing queued follows."""
    fresh, why = locked(Application, application.pk), f"異議（{objection.number}）を認めたため"
    if fresh.state != State.RESCINDED or fresh.subscription is None:
        return
    for letter in Notice.objects.about(fresh, RESCISSION).filter(state=Notice.State.DISPATCHED):
        notices.withdraw_queued(letter, why)
    if rescission.ended_here(fresh):
        closing.take_back(fresh.subscription, at=at, why=why, source=fresh.number)
        rescission.set_up_again(fresh.subscription, at)
    settlements.take_up_again(fresh, at=at, reason=why)
    fresh.state = State.ACCEPTED
    fresh.save()


def after(application: Application, objection: Objection, upheld: bool) -> list[str]:
    """What the customer is told: asked before the ruling (for the page) and after it."""
    if not upheld:
        return ["お申込みの承諾の取消しは、変わりません。"]
    contract = application.subscription
    if contract is None or not _goes_on(application, objection):
        return ["お申込みの承諾の取消しを、撤回いたします。"]
    return [
        f"お申込みの承諾の取消しを撤回し、利用契約（{contract.number}）の終了と、これによる利用の停止を解除いたします。",
        *(() if contract.starts_at else ("認証情報は、改めてお知らせいたします。",)),
    ]


def _goes_on(application: Application, objection: Objection) -> bool:
    if not objection.is_ruled:
        return rescission.ended_here(application)
    contract, why = application.subscription, f"異議（{objection.number}）を認めたため"
    return contract is not None and closing.was_taken_back(contract, source=application.number, why=why)
