"""Where an application stands in words: its state, and what is derived from judgements, decisions and deliveries.

受付 is screening before any judgement, 不承諾の決裁中 is screening with an open decision, 承諾通知未達 is a contract
that did not form because no acceptance arrived (Art. 6(3), Civil Code 97).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When

from config.desk.chips import Chip, StateTone, state_chip
from contracts.applications.models import Application, GroundJudgement
from contracts.applications.workflow import ACCEPTANCE, AGAIN, EXCEPTION, REFUSAL
from contracts.deadlines.models import Deadline
from contracts.decisions.models import Decision
from contracts.licenses.models import Subscription
from notices.models import Delivery

if TYPE_CHECKING:
    from contracts.applications.querysets import ApplicationQuerySet


@dataclass(frozen=True)
class Stage:
    """A stage with the chip that shows it."""

    key: str
    label: str
    tone: StateTone

    @property
    def chip(self) -> Chip:
        """The pill."""
        return state_chip(self.tone, self.label)


STAGES = {
    stage.key: stage
    for stage in (
        Stage("received", "受付", "draft"),
        Stage("screening", "審査中", "running"),
        Stage("awaiting_document", "書類待ち", "waiting"),
        Stage("deciding", "不承諾の決裁中", "approval"),
        Stage("excepting", "例外の承諾の決裁中", "approval"),
        Stage("accepting", "承諾の発送待ち", "running"),
        Stage("arriving", "承諾の到達待ち", "waiting"),
        Stage("undelivered", "承諾通知未達", "undeliverable"),
        Stage("accepted", "承諾", "done"),
        Stage("refusing", "不承諾の発送待ち", "running"),
        Stage("refusal_undelivered", "不承諾通知未達", "undeliverable"),
        Stage("refused", "不承諾", "closed"),
        Stage("rescinded", "取消し", "closed"),
        Stage("withdrawn", "取下げ", "withdrawn"),
    )
}


def staged(rows: "QuerySet[Application]") -> "ApplicationQuerySet":
    """The applications, each with the key of its `stage`."""
    unformed = Q(state="accepted", subscription__formed_on=None)
    stage = Case(
        When(Q(open_decision(REFUSAL), state__in=["screening", "awaiting_document"]), then=Value("deciding")),
        When(Q(open_decision(EXCEPTION), state="screening"), then=Value("excepting")),
        When(Q(~_judged(), state="screening"), then=Value("received")),
        When(unformed & Q(_on_its_way()), then=Value("arriving")),
        When(unformed, then=Value("undelivered")),
        When(Q(state="refused", pk__in=_refusal_lost()), then=Value("refusal_undelivered")),
        default=F("state"),
        output_field=CharField(),
    )
    return cast("ApplicationQuerySet", rows.annotate(stage=stage))


def stage_of(application: Application) -> Stage:
    """The stage of one application."""
    return stages_of([application])[application.pk]


def stages_of(applications: list[Application]) -> dict[int, Stage]:
    """The stages of a page of applications, in one query."""
    rows: Any = staged(Application.objects.filter(pk__in=[a.pk for a in applications]))
    return {pk: STAGES[key] for pk, key in rows.values_list("pk", "stage")}


def in_stage(rows: "QuerySet[Application]", key: str) -> "QuerySet[Application]":
    """Those that stand there."""
    if key in AS_THE_STATE:
        return rows.filter(state=key)
    if key == "accepted":
        return rows.filter(state=key).exclude(subscription__in=_unformed())
    if key in ("refused", "refusal_undelivered"):
        lost = Q(pk__in=_refusal_lost())
        return rows.filter(lost if key == "refusal_undelivered" else ~lost, state="refused")
    found: Any = staged(_derived(key))
    return rows.filter(pk__in=found.filter(stage=key).values("pk"))


AS_THE_STATE = ("accepting", "refusing", "rescinded", "withdrawn")  # nothing more is told of these


def _derived(key: str) -> "QuerySet[Application]":
    """Those that may stand in a derived stage: few, found by index, however many are settled."""
    if key in ("arriving", "undelivered"):
        return Application.objects.filter(state="accepted", subscription__in=_unformed())
    return Application.objects.filter(state__in=["screening", "awaiting_document"])


def _unformed() -> "QuerySet[Subscription, Any]":
    return Subscription.objects.filter(formed_on=None).order_by().values("pk")


def _refusal_lost() -> "QuerySet[Deadline, Any]":
    """Those whose refusal came back on every way: somebody is to send it again."""
    return Deadline.objects.filter(kind=AGAIN, state="running", content_type=_type()).order_by().values("object_id")


def _type() -> ContentType:
    return ContentType.objects.get_for_model(Application)


def open_decision(kind: str) -> Exists:
    """Whether one of this kind is proposed, sent back, or approved and not yet gone."""
    decisions = Decision.objects.filter(content_type=_type(), object_id=OuterRef("pk"), kind=kind)
    return Exists(decisions.filter(state__in=["proposed", "approved", "returned"]))


def _judged() -> Exists:
    return Exists(GroundJudgement.objects.filter(application=OuterRef("pk")))


def _on_its_way() -> Exists:
    ways = Delivery.objects.filter(
        notice__content_type=_type(), notice__object_id=OuterRef("pk"), notice__kind=ACCEPTANCE
    )
    return Exists(ways.filter(state__in=["queued", "in_flight", "dispatched", "delivered"]))
