"""The answer to an objection: one letter kind a room, made here, ordered by the room when the objection is ruled on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Model

from config.desk import clock
from config.desk.clock import jst_day
from config.desk.refusal import Refused
from config.desk.registry import Preview, Verb, register
from contracts.decisions import objections
from contracts.decisions.models import Decision, Objection
from contracts.decisions.objection_verbs import CHANNELS
from contracts.decisions.objections import Target, kind_of
from contracts.decisions.upholding import effects, stands
from notices import workflow
from notices.composing import preview_html
from notices.engine import NoticeKind, label
from notices.models import Notice
from notices.phrases import GREETING, Values, cited, may, must
from notices.querysets import NoticeQuerySet
from notices.rendering.content import LetterItem
from notices.rendering.wording import Material, Wording
from notices.wording.days import letter_day

MATTER = {"upheld": "お申し出を認めます。", "rejected": "お申し出は、認めることができません。"}
NOTHING_UNDONE = ["お申し出の対象の手続は、すでに取りやめております。その後の手続は、この回答によっては変わりません。"]


def decided(decision: Decision, what: str) -> Target:
    """A decision as what may be objected to; its letters may be named as well."""
    letters = decision.notices.exclude(number=None).order_by("pk").values_list("number", flat=True)
    return Target(decision.number, f"{what}の決裁", decision, tuple(str(number) for number in letters))


ANSWER = Wording(
    title="お申し出（異議）へのご回答",
    opening=GREETING,
    paragraphs=(
        "さて、{お申し出の日}に{相手方}からいただきました異議のお申し出につきまして、"
        "先に判断した者とは別の者が改めて検討いたしました。その結果を、下記のとおりご回答申し上げます。",
    ),
    items=(
        LetterItem(label="対象", lines=("{対象}",)),
        LetterItem(label="お申し出の内容", lines=("{お申し出の内容}",)),
        LetterItem(label="判断", lines=("{判断}",)),
        LetterItem(label="理由", lines=("{理由}",)),
        LetterItem(label="今後の取扱い", lines=("{今後の取扱い}",)),
    ),
)
ANSWER_SLOTS = (
    may("根拠条項", "お申し出の対象になった判断の根拠。標準の文面では示しません"),
    must("お申し出の日", "異議を受けた日"),
    must("対象", "対象の通知の名前と番号。なければ、案件の番号"),
    must("お申し出の内容", "記録した異議の内容"),
    must("判断", "認めるか、認めないか"),
    must("理由", "判断した人が書いた理由"),
    must("今後の取扱い", "これからどうなるか。一行に一つ"),
)


def answer_kind(key: str, subject: type[Model], clause: str) -> NoticeKind:
    """A room's letter of this kind; the terms do not ask for an answer, so it is a policy of the house."""
    return NoticeKind(
        key=key,
        label="異議への回答",
        clause="",
        subject=subject,
        wording=ANSWER,
        slots=ANSWER_SLOTS,
        material=_material_under(clause),
        on_cancelled=was_stopped,
    )


def _material_under(clause: str) -> Callable[[Any, Mapping[str, Any], date], Material]:
    return lambda subject, fields, planned: material(subject, fields, clause)


def material(subject: Any, fields: Mapping[str, Any], clause: str) -> Material:
    """The ruling, its reason, and what becomes of the matter."""
    objection = Objection.objects.get(number=fields["objection"])
    values: Values = {
        "根拠条項": cited(clause),
        "相手方": subject.customer.you,
        "お申し出の日": letter_day(objection.received_at),
        "対象": _against(objection) or (f"{subject._meta.verbose_name} {subject.number}",),
        "お申し出の内容": objection.summary,
        "判断": MATTER[str(fields["outcome"])],
        "理由": str(fields["reason"]),
        "今後の取扱い": tuple(str(line) for line in fields["after"]),
    }
    return Material(values=values, clauses=(clause,))


def _against(objection: Objection) -> tuple[str, ...]:
    """The letter or the decision that the customer named, in words; its inner number only where it stood on a letter."""
    letters = Notice.objects.exclude(number=None).order_by("-pk")
    letter = letters.filter(number=objection.against).first() if objection.against else None
    if letter is None and objection.decision is not None:
        letter = letters.filter(decision=objection.decision).first()
    return (f"{label(letter.kind)}（{letter.number}）",) if letter else ()


def order(
    kind: str, subject: Any, objection: Objection, channels: Sequence[str], at: datetime, *, after: Sequence[str]
) -> Notice:
    """Order the answer to a ruled objection; `after`: what becomes of the matter, in words for the customer."""
    earlier = answers_of(objection).count()
    after = list(after) if objection.state == Objection.State.REJECTED or stands(objection) else NOTHING_UNDONE
    fields = {
        "objection": objection.number,
        "outcome": objection.state,
        "reason": objection.reason,
        "after": list(after),
    }
    return workflow.order(
        kind, subject, customer=objection.customer, by=objection.ruled_by, at=at, fields=fields, channels=list(channels),
        key=f"{kind}:{objection.number}" + (f":{earlier + 1}" if earlier else ""),
    )  # fmt: skip


def answers_of(objection: Objection) -> NoticeQuerySet:
    """Every answer that was ordered, those that did not leave included."""
    return Notice.objects.about(objection.subject).filter(fields__objection=objection.number)


def stopped(objection: Objection) -> Notice | None:
    """The latest answer, where it was stopped or could not be made: the customer has none."""
    letter = answers_of(objection).order_by("-pk").first()
    lost = letter is not None and letter.state in (Notice.State.CANCELLED, Notice.State.VOID)
    return letter if lost and letter is not None and letter.dispatched_at is None else None


def was_stopped(subject: Any, notice: Notice, reason: str) -> None:
    """Somebody stopped the answer: the duty to answer stands again."""
    objections.tell(Objection.objects.get(number=notice.fields["objection"]), clock.now())


class AnswerAgainForm(forms.Form):
    """By which ways the same answer goes."""

    channels = forms.MultipleChoiceField(
        label="回答の方法", choices=CHANNELS, widget=forms.CheckboxSelectMultiple, initial=["email"],
        help_text="判断と理由は、そのまま記載します。登録されたメールアドレス・住所に送ります。",
    )  # fmt: skip


def again_why_not(objection: Objection, *, by: Any, at: datetime) -> Refused | None:
    """Ruled on, and the latest answer did not leave."""
    if objection.is_ruled and stopped(objection) is not None:
        return None
    return Refused(
        "作り直す回答がありません。",
        instead="判断した異議の回答が、取り消されたか、作れなかったときの手続です。",
    )


def answer_again(objection: Objection, *, by: Any, at: datetime, channels: Sequence[str]) -> Objection:
    """The same ruling is told again: the ruling stays as it is."""
    kind_of(objection).on_ruled(objection.subject, objection, channels, at)
    objections.tell(objection, at)
    return objection


def register_all() -> None:
    """Called once, when the engine starts."""
    register(
        Verb(key="notices.answer_again", label="回答を作り直す", clause="", subject=Objection, roles=frozenset({"受付", "契約"}),
             form=AnswerAgainForm, why_not=again_why_not, run=answer_again, style="primary",
             applies=lambda o: o is not None and again_why_not(o, by=None, at=o.received_at) is None,
             consequence=("判断は変わりません。", "回答は「発送待ち」に入ります。"))
    )  # fmt: skip


def preview(
    key: str,
    subject: Any,
    objection: Objection,
    fields: Mapping[str, Any],
    at: datetime,
    *,
    after: Callable[[bool], Sequence[str]],
) -> Preview:
    """The answer as it would be, and what upholding would undo; before anything is chosen, the answer that upholds."""
    outcome = str(fields.get("outcome") or "upheld")
    shown = {
        "objection": objection.number, "outcome": outcome, "reason": fields.get("reason") or "（判断の理由を書いてください）",
        "after": list(after(outcome == "upheld")) if outcome != "upheld" or stands(objection) else NOTHING_UNDONE,
    }  # fmt: skip
    undone = effects(kind_of(objection), objection) if outcome == "upheld" else ["対象の判断は、そのまま残ります"]
    html = preview_html(key, subject, objection.customer, shown, jst_day(at))
    return Preview(
        letter_html=html,
        letter_note="A4　長形3号の窓付き封筒",
        consequences=(*undone, "回答を作り、発送待ちに入れます"),
    )
