"""Accepting in spite of a ground that was judged to apply: proposed by one, approved by another, then accepted as always (6(3)).

The terms let us refuse on a ground, they do not make us: 6(3) is a discretion. Each ground set aside is named with a reason.
The judgement stays; so does the exception, on the application's page and in every later screening of the same party.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms

from config.desk.jst import jshort
from config.desk.locking import locked
from config.desk.pages import card, url_of
from config.desk.refusal import Refused
from config.desk.registry import Preview
from contracts.applications import ground_reasons, previews, renewed, workflow
from contracts.applications.documents import as_list
from contracts.applications.forms import NUMBERED
from contracts.applications.models import Application, Ground
from contracts.applications.workflow import EXCEPTION, State
from contracts.decisions import engine
from contracts.decisions import workflow as decisions
from contracts.decisions.models import Decision
from notices import workflow as notices
from notices.fields import ChannelsField, added_paragraphs
from notices.wording.choosing import FREE, STOCK, chosen

CLAUSE = "6(3)"
SET_ASIDE = "なぜ、この事由があっても承諾するのかを書きます。決裁の記録に残り、通知には載りません。"


class ExceptionForm(forms.Form):
    """The grounds set aside, each with a reason, and why the application is accepted."""

    of_a_row = False  # the form of an application asks for its grounds; what is kept is looked at by `kind_why_not`
    grounds = forms.MultipleChoiceField(
        label="該当しても承諾する事由", choices=NUMBERED, widget=forms.CheckboxSelectMultiple, help_text="「該当する」と判断した事由を、すべて選びます。"
    )  # fmt: skip
    locals().update(ground_reasons.fields([str(g.value) for g in Ground], SET_ASIDE))
    reason = forms.CharField(
        label="承諾する理由",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="決裁の記録に残ります。通知には載りません。",
    )
    channels = ChannelsField()
    stock, free_paragraph = added_paragraphs(workflow.ACCEPTANCE)

    def clean(self) -> dict[str, Any]:
        """A reason for each ground; for a single one the reason of the whole does."""
        cleaned = super().clean() or {}
        named = cleaned.get("grounds") or []
        for ground in named:
            name = ground_reasons.field_name(ground)
            if not cleaned.get(name) and len(named) == 1:
                cleaned[name] = cleaned.get("reason", "")
            elif not cleaned.get(name) and name in self.fields and self.of_a_row:
                self.add_error(name, f"{ground}号があっても承諾する理由を書いてください。")
        return cleaned


def form(application: Application | None) -> type[forms.Form]:
    """With reasons for the grounds that apply."""
    return ExceptionForm if application is None else ground_reasons.asked(application, ExceptionForm)


def initial(application: Application, at: datetime) -> dict[str, Any]:
    """All grounds that apply."""
    return {"grounds": _applying(application)}


def _applying(application: Application) -> list[str]:
    return [str(ground) for ground, finding in workflow.findings(application).items() if finding == "applies"]


def may_be_asked(application: Application) -> bool:
    """Whether the button belongs on the page: it is screened, and a ground was judged to apply."""
    return application.state == State.SCREENING and bool(_applying(application))


def why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """Screened through: all five judged, one at least applies, and nothing else is decided on it."""
    if application.state == State.AWAITING_DOCUMENT:
        return Refused("書類の提示を待っています。", clause=CLAUSE, instead="書類が届いたら、先に受領を記録してください。")  # fmt: skip
    if refused := workflow.screening_why_not(application, by=by, at=at) or workflow.deciding(
        application, but=EXCEPTION
    ):
        return refused
    if refused := workflow.unfinished(application):
        return refused
    if _applying(application):
        return renewed.why_not(application, at=at)
    return Refused("「該当する」と判断した事由がありません。", clause=CLAUSE, instead="例外の手続は要りません。「承諾する」から承諾してください。")  # fmt: skip


def proposal_why_not(application: Application, *, by: Any, at: datetime) -> Refused | None:
    """As the kind; and one proposal at a time."""
    return why_not(application, by=by, at=at) or decisions.open_already(EXCEPTION, application)


def kind_why_not(application: Application, fields: Mapping[str, Any], by: Any, at: datetime) -> Refused | None:
    """Exactly the grounds that apply are set aside; looked at again on approval."""
    if refused := why_not(application, by=by, at=at):
        return refused
    named, found = set(fields["grounds"]), set(_applying(application))
    if too_many := sorted(named - found):
        said, instead = (
            f"{_numbers(too_many)}は「該当する」と判断されていません。",
            "「該当する」と判断した事由だけを選んでください。",
        )
        return Refused(said, clause=CLAUSE, instead=instead)
    if left := sorted(found - named):
        said, instead = (
            f"{_numbers(left)}も「該当する」と判断されています。",
            "該当する事由をすべて選び、それぞれ理由を書いてください。",
        )
        return Refused(said, clause=CLAUSE, instead=instead)
    if silent := sorted(ground for ground in named if not fields.get(ground_reasons.field_name(ground))):
        return Refused(f"{_numbers(silent)}について、理由がありません。", clause=CLAUSE, instead="事由ごとに、承諾する理由を書いてください。")  # fmt: skip
    return None


def _numbers(grounds: Iterable[str]) -> str:
    return "・".join(f"第{ground}号" for ground in grounds)


def propose(application: Application, *, by: Any, at: datetime, **fields: Any) -> Decision:
    """Propose to accept all the same; another person approves it (6(3))."""
    said = {name: value for name, value in fields.items() if name not in (STOCK, FREE)} | chosen(fields)
    return decisions.propose(EXCEPTION, application, customer=application.customer, by=by, at=at, fields=said)


def completed(application: Application, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Reasons of the grounds named, and of no other; for a single one the reason of the whole."""
    named = as_list(fields.get("grounds") or [])
    kept = {name: value for name, value in fields.items() if not name.startswith(ground_reasons.PREFIX)}
    for ground in named:
        name = ground_reasons.field_name(ground)
        if text := fields.get(name) or (fields.get("reason") if len(named) == 1 else ""):
            kept[name] = text
    return kept


def carry_out(application: Application, decision: Decision, at: datetime) -> None:
    """Approved: the acceptance is ordered, as always; the contract forms when it arrives."""
    channels = as_list(decision.fields["channels"])
    fresh, added = locked(Application, application.pk), chosen(decision.fields)
    workflow.accept(fresh, by=decision.approved_by, at=at, channels=channels, decision=decision, **added)


def take_back(application: Application, decision: Decision, by: Any, at: datetime) -> None:
    """Recall the acceptance; too late is refused."""
    letter = decision.notices.order_by("-pk").first()
    if letter is not None and notices.recall(letter, by=by, at=at, reason="決裁をやり直すため") == "too_late":
        raise Refused(
            "承諾の通知は、すでに発送されています。",
            clause=CLAUSE,
            instead="契約の成立の後は、承諾の取消しか、契約の手続によってください。",
        )
    fresh = locked(Application, application.pk)
    if fresh.state == State.ACCEPTING:
        workflow.screen_again(fresh, at=at)


# --- what is shown --------------------------------------------------------------------------------------------------


def decided_preview(application: Application, fields: Mapping[str, Any], at: datetime) -> Preview:
    """For the approver: the acceptance."""
    return previews.acceptance(application, at=at, **chosen(fields))


def decided_checks(application: Application, fields: Mapping[str, Any], at: datetime) -> list[tuple[bool | None, str, str]]:  # fmt: skip
    """Each ground set aside, who judged it, and why it is set aside; looked at again on approval."""
    judged = {j.ground: j for j in application.judgements.select_related("by")}
    reasons = ground_reasons.of(fields)
    made: list[tuple[bool | None, str, str]] = []
    for ground in as_list(fields.get("grounds") or []):
        found = judged.get(int(ground))
        said = (
            f"判断：{found.reason}　{found.by}　{jshort(found.judged_at)}　例外の理由：{reasons.get(ground, '—')}"
            if found
            else ""
        )
        made.append((None, f"{ground}号（{Ground(int(ground)).label}）に該当します", said))
    others = [ground for ground in Ground if str(ground.value) not in fields.get("grounds", [])]
    clear = all(ground.value in judged and judged[ground.value].finding == "clear" for ground in others)
    made.append((clear, "ほかの事由は、すべて「該当しない」と判断されている", ""))
    return [
        *made,
        (None, "該当する事由があれば、承諾しないこともできます", "承諾するかどうかは、当社の判断です（第6条第3項）"),
    ]


def _decided() -> Any:
    return Decision.objects.filter(kind=EXCEPTION).select_related(
        "customer", "proposed_by", "approved_by", "decided_for"
    )


def cards(application: Application) -> list[dict[str, Any]]:
    """例外としての承諾 on the application's page: what was set aside, why, by whom; also what was sent back or given up."""
    found = _decided().about(application).order_by("-pk")
    judged = {str(j.ground): j.reason for j in application.judgements.all()} if found else {}
    return [_card(decision, judged) for decision in found]


def _card(decision: Decision, judged: Mapping[str, str]) -> dict[str, Any]:
    rows = [
        [{"text": f"{ground}号　{Ground(int(ground)).label}", "strong": True}, judged.get(ground, ""), reason]
        for ground, reason in ground_reasons.of(decision.fields).items()
    ]
    who = f"起案 {decision.proposed_by}"
    who += f"・承認 {decision.approved_by}　{jshort(decision.approved_at)}" if decision.approved_at else ""
    state = decision.get_state_display()
    return card(
        "例外としての承諾", "table", {"columns": ["該当する事由", "事由の判断", "承諾する理由"], "rows": rows},
        sub=f"{state}　{who}", links=[{"label": decision.number, "url": url_of(decision)}],
    )  # fmt: skip


KIND = engine.DecisionKind(
    key=EXCEPTION, label="例外としての承諾", clause=CLAUSE, subject=Application, proposal=ExceptionForm,
    propose_verb="applications.propose_exception", why_not=kind_why_not, carry_out=carry_out, take_back=take_back, completed=completed,
    edits=ground_reasons.asked, preview=decided_preview, checks=decided_checks, warning="承諾の通知が届くと、契約が成立します。",
)  # fmt: skip


def register_all() -> None:
    """Called once, when the room starts."""
    engine.register(KIND)
