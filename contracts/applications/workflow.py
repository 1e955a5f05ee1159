"""The life of an application (Art. 6): received, judged, accepted. Refusal, documents, rescission stand beside it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts.workflow import register_customer
from config.desk import house, numbers
from config.desk.clock import jst_day
from config.desk.locking import locked
from config.desk.refusal import Lead, Refused
from contracts.applications import agents, checks, renewed, said_no, unformed, untold
from contracts.applications.models import Application, Ground, GroundJudgement
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from contracts.licenses import workflow as licenses
from contracts.terms.readings import snapshot
from notices import workflow as notices
from notices.models import Channel, Delivery, Notice, Postage
from notices.wording.choosing import extras

State = Application.State
mark = renewed.own_mark
ACCEPTANCE, REFUSAL, SCREENING = "applications.acceptance", "applications.refusal", "applications.screening"
EXCEPTION = "applications.exception"
RESEND = "applications.acceptance_resend"  # the task where no acceptance has arrived (承諾通知未達)
AGAIN = "applications.refusal_resend"  # and where no refusal has (不承諾通知未達)
PARTY = ("kind", "name", "kana", "corporate_number", "email", "postal_code", "address", "phone", "contact")


def receive(row: None, *, by: Any, at: datetime, **fields: Any) -> Application:
    """Take an application in, with a customer of its own: same parties are hits, a person joins them."""
    flags = list(fields.pop("flags", None) or [])
    if not fields.get("source_number"):
        flags += checks.agreed_too_early(fields["agreed_version"], fields["agreed_at"])
    agent = {name: fields.pop(f"agent_{name}", None) for name in ("name", "relation", "document", "uploads")}
    customer = register_customer(at=at, **{name: fields.pop(name) for name in PARTY})
    application = Application.objects.create(
        number=numbers.take("A", at), customer=customer, received_at=at,
        original=fields.pop("original", None) or {}, flags=flags, **fields,
    )  # fmt: skip
    agents.name_agent(application, by=by, at=at, **{name: value for name, value in agent.items() if value})
    deadlines.start(SCREENING, application, customer=customer, at=at)
    return application


def screening_why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """Only while it is screened, and while no decision on it is under way."""
    if application.state != State.SCREENING:
        return Refused(
            f"この申込は「{application.get_state_display()}」です。",
            clause="6(3)",
            instead="申込の画面で、今の状態を確かめてください。",
        )
    return None


def judge_why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """Judgements may change until the applicant was told of a decision: a letter that came back told nobody."""
    if application.state in (State.SCREENING, State.AWAITING_DOCUMENT) or untold.nobody_was_told(application):
        return None
    return screening_why_not(application, by=by, at=at)


def judge_ground(
    application: Application, *, by: Any, at: datetime, ground: int, finding: str, reason: str, seen: str = ""
) -> Application:
    """A person's judgement of one ground, with the reason. `seen` is the mark of the judgement that the person saw."""
    reopen(application, at=at)
    judgement = GroundJudgement.objects.filter(application=application, ground=ground).first()
    judgement = judgement or GroundJudgement(application=application, ground=ground)
    if seen:
        renewed.refuse_unseen(application, judgement, seen)
    if refused := said_no.judge_why_not(application, ground=ground, finding=finding, by=by):
        raise refused
    judgement.finding, judgement.reason, judgement.by, judgement.judged_at = finding, reason, by, at
    judgement.save()
    return application


def findings(application: Application) -> dict[int, str]:
    """What was judged, by ground."""
    return dict(application.judgements.values_list("ground", "finding"))


def accept_why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """All five grounds are judged clear; or the acceptance has not arrived and has to go again. A hit leads on to the exception."""
    if application.state == State.ACCEPTED and untold.acceptance_lost(application):
        return deciding(application)
    if application.state == State.AWAITING_DOCUMENT:
        return Refused(
            "書類の提示を待っています。", clause="6(3)", instead="書類が届いたら、先に受領を記録してください。"
        )
    if refused := screening_why_not(application, by=by, at=at):
        return refused
    return (
        deciding(application)
        or _unjudged(application)
        or said_no.accept_why_not(application, by=by)
        or renewed.why_not(application, at=at)
    )


def deciding(
    application: Application, *, but: str = "", instead: str = "承諾するときは、先に起案を取り下げてください。"
) -> Refused | None:
    """A refusal or an exception is under way; `but`: not looked for."""
    for kind, name in ((REFUSAL, "不承諾"), (EXCEPTION, "例外としての承諾")):
        if kind != but and is_open(application, kind):
            return Refused(f"{name}の決裁中です。", clause="6(3)", instead=instead)
    return None


def unfinished(application: Application) -> Refused | None:
    """A ground is not judged yet, or still looked into."""
    found = findings(application)
    left = [ground for ground in Ground if found.get(ground) not in ("clear", "applies")]
    return _unjudged(application) if left else None


def _unjudged(application: Application) -> Refused | None:
    found = findings(application)
    missing = [g for g in Ground if g not in found]
    checking = [g for g in Ground if found.get(g) == "checking"]
    applies = [g for g in Ground if found.get(g) == "applies"]
    if not (missing or checking or applies):
        return None
    parts = [
        f"未判断が{len(missing)}件" if missing else "",
        f"確認中が{len(checking)}件" if checking else "",
        f"該当するが{len(applies)}件" if applies else "",
    ]
    return Refused(
        f"承諾するには、5つの事由すべてが「該当しない」と判断されている必要があります（{'、'.join(p for p in parts if p)}）。",
        clause="6(3)", instead=_what_to_do(bool(missing or checking), bool(applies)), leads=_leads(application) if applies else (),
    )  # fmt: skip


def _leads(application: Application) -> tuple[Lead, ...]:
    """What may be proposed of a ground that applies."""
    named = (
        ("例外として承諾を起案する", "applications.propose_exception"),
        ("不承諾を起案する", "applications.propose_refusal"),
    )
    return tuple(Lead(label=label, verb=key, to=application) for label, key in named)


def _what_to_do(unfinished: bool, applies: bool) -> str:
    told = "残りの事由を判断してください。" if unfinished else ""
    or_else = "該当する事由があるときは、例外としての承諾を起案する（別の担当者が承認します）か、判断を改めるか、不承諾を起案してください。"
    return told + (or_else if applies else "")


def refusal_is_open(application: Application) -> bool:
    """Whether a refusal is proposed, sent back, or approved and not yet gone."""
    return is_open(application, REFUSAL)


def is_open(application: Application, kind: str) -> bool:
    """Whether such a decision is proposed, sent back, or approved and not yet gone."""
    return Decision.objects.about(application, kind).filter(state__in=["proposed", "approved", "returned"]).exists()


def accept(
    application: Application,
    *,
    by: Any,
    at: datetime,
    channels: Sequence[str],
    decision: Decision | None = None,
    **added: Any,
) -> Application:
    """Order the acceptance; the contract forms when it arrives (6(3), Civil Code 97).

    `decision`: an exception that was approved. `added`: paragraphs that staff add (`choosing.extras`).
    """
    turn = Notice.objects.about(application, ACCEPTANCE).count() + 1
    notices.order(
        ACCEPTANCE, application, customer=application.customer, by=by, at=at, fields=extras(**added), channels=channels, decision=decision,
        key=f"applications.acceptance:{application.number}:{turn}",
    )  # fmt: skip
    if application.state == State.SCREENING:
        application.state = State.ACCEPTING
        application.save()
    for task in (SCREENING, RESEND):
        deadlines.meet_all(application, task, by=by, at=at, on=at)
    return application


def acceptance_left(application: Application, notice: Notice, at: datetime) -> None:
    """The acceptance left: accepted, and the contract forms on the day of its arrival."""
    fresh = locked(Application, application.pk)
    _keep_basis(fresh)
    if unformed.is_over(fresh.subscription):
        fresh.subscription = licenses.form(
            customer=fresh.customer, at=at, plan=fresh.plan, licenses=fresh.licenses, agreed_version=fresh.agreed_version,
            agreed_at=fresh.agreed_at, formed_on=arrival_day(fresh),
        )  # fmt: skip
    elif fresh.subscription is not None:
        licenses.set_formed_on(fresh.subscription, arrival_day(fresh))
    fresh.state = State.ACCEPTED if fresh.state == State.ACCEPTING else fresh.state
    fresh.save()


def acceptance_followed(application: Application, delivery: Delivery) -> None:
    """A delivery or a bounce moves the day on which the contract forms."""
    fresh = locked(Application, application.pk)
    _keep_basis(fresh)
    if fresh.subscription is not None:
        licenses.set_formed_on(fresh.subscription, arrival_day(fresh))
        fresh.subscription.refresh_from_db()
        _want_resent(fresh, delivery)


def _want_resent(application: Application, delivery: Delivery) -> None:
    """No acceptance has arrived and none is on its way: somebody sends it by another way (house policy)."""
    lost, running = untold.acceptance_lost(application), Deadline.objects.about(application, RESEND).running()
    if lost and delivery.returned_at is not None and not running.exists():
        deadlines.start(RESEND, application, customer=application.customer, at=delivery.returned_at)
    if not lost:
        for task in running:
            deadlines.cancel(task, reason="承諾の通知が届いたため")


def acceptance_cancelled(application: Application, notice: Notice, reason: str) -> None:
    """The letter could not be made: back to screening, nothing was accepted."""
    fresh = locked(Application, application.pk)
    if fresh.state == State.ACCEPTING:
        screen_again(fresh, at=fresh.received_at)
    if notice.decision is not None:
        decisions.close(notice.decision, reason)


def reopen(application: Application, *, at: datetime) -> None:
    """Looked into anew after a decision that nobody was told: back to screening, nothing is to be sent again."""
    if application.state in (State.ACCEPTED, State.REFUSED):
        for task in Deadline.objects.about(application).filter(kind__in=[RESEND, AGAIN]).running():
            deadlines.cancel(task, reason="審査に戻したため")
        screen_again(application, at=at)


def screen_again(application: Application, *, at: datetime) -> None:
    """Back to screening, with the task of it."""
    application.state = State.SCREENING
    application.save()
    want_screening(application, at=at)


def want_screening(application: Application, *, at: datetime) -> None:
    """Somebody has to screen it, from this moment on (house policy)."""
    if not Deadline.objects.about(application, SCREENING).running().exists():
        deadlines.start(SCREENING, application, customer=application.customer, at=at)


def arrival_day(application: Application) -> date | None:
    """The first day of arrival over all ways of the acceptance; None while there is none (承諾通知未達)."""
    letters = Notice.objects.about(application, ACCEPTANCE)
    basis = application.arrival_basis
    days = [_arrival(d, basis.get(str(d.pk)) or _basis(d, application)) for d in _gone(letters)]
    return min((day for day in days if day is not None), default=None)


def _gone(letters: QuerySet[Notice]) -> Iterable[Delivery]:
    return Delivery.objects.has_left().filter(notice__in=letters).order_by("pk")


def _keep_basis(application: Application) -> None:
    """How the arrival of each way is reckoned stays as it was when it left, whatever is set later. `application` is locked."""
    letters = Notice.objects.about(application, ACCEPTANCE)
    fresh = {str(d.pk): _basis(d, application) for d in _gone(letters) if str(d.pk) not in application.arrival_basis}
    if fresh:
        application.arrival_basis = application.arrival_basis | fresh
        application.save()


def _basis(delivery: Delivery, application: Application) -> dict[str, Any]:
    """The reading of formation, and the house's transit days (of ordinary post)."""
    sent = delivery.dispatched_on
    formation = snapshot(sent, application)["formation"] if sent else ""
    return {"formation": formation, "transit_days": house.number("transit_days")}


def arrival_of(delivery: Delivery, application: Application) -> date | None:
    """The day of arrival of one way, by the reading and the transit days as they are now."""
    return _arrival(delivery, _basis(delivery, application))


def _arrival(delivery: Delivery, basis: Mapping[str, Any]) -> date | None:
    sent = delivery.dispatched_on
    if sent is None:
        return None
    if delivery.channel == Channel.EMAIL or basis["formation"] == "dispatch":
        return sent
    if delivery.delivered_at is not None:
        return jst_day(delivery.delivered_at)
    return sent + timedelta(days=int(basis["transit_days"])) if delivery.postage == Postage.ORDINARY else None
