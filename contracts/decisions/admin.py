"""The list of decisions and the page on which the second person decides."""

from datetime import date, datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString

from config.desk import clausefilter, clock, timeline
from config.desk.casepage import CaseAdmin
from config.desk.clause_cards import clause_card
from config.desk.jst import jday, jday_year, jshort
from config.desk.listpage import ListPage
from config.desk.origin import from_home, marked
from config.desk.pages import buttons, card, fact, leads_of, list_url, url_of, verb_url
from config.desk.press import permitted
from config.desk.refusal import FormRefused, Refused
from config.desk.registry import Preview, verb
from config.desk.templatetags.desk import chip as chip_tag
from config.desk.templatetags.desk import two_lines
from config.desk.verbpage import CANNOT_SHOW, answers_on
from contracts.decisions import batch, deputies, objection_screens, objections, since, workflow
from contracts.decisions import objection_admin as objection_admin
from contracts.decisions.engine import DecisionKind, kind_of, kinds, label
from contracts.decisions.home import chip
from contracts.decisions.models import Decision, Objection, in_place_of
from contracts.decisions.verbs import ApproveForm


class KindFilter(admin.SimpleListFilter):
    """種類."""

    title = "種類"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every kind that is proposed."""
        return [(kind.key, kind.label) for kind in kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Decision)
class DecisionAdmin(CaseAdmin, ListPage):
    """決裁."""

    list_display = ("number", "what", "customer", "chip", "proposed_by", "proposed_at", "approver")
    list_filter = ("state", KindFilter, clausefilter.by_kind(kinds))
    list_select_related = ("customer", "proposed_by", "approved_by", "decided_for")
    search_fields = ("number__startswith",)
    search_help_text = "決裁番号で検索"
    ordering = ("-proposed_at",)

    @admin.display(description="内容")
    def what(self, decision: Decision) -> str:
        """The kind in words."""
        return label(decision.kind)

    @admin.display(description="状態", ordering="state")
    def chip(self, decision: Decision) -> SafeString:
        """Where it stands."""
        return chip_tag(chip(decision))

    @admin.display(description="承認", ordering="approved_by__name")
    def approver(self, decision: Decision) -> SafeString | str:
        """Who approved, and in whose place."""
        place = in_place_of(decision.decided_for) if decision.approved_by and decision.decided_for else ""
        return two_lines(str(decision.approved_by), place) if place else str(decision.approved_by or "")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What was proposed, what changed since, what follows; and, where it waits, the judgement."""
        decision = self._visible(request, object_id)
        if passed := batch.passed_over(request, decision):
            return passed
        return _answer(request, decision)

    def get_urls(self) -> list[URLPattern]:
        """Where reading one after the other begins and goes on."""
        return [
            path("read/", self.admin_site.admin_view(self.read_view), name="decisions_decision_read"),
            *super().get_urls(),
        ]

    def read_view(self, request: HttpRequest) -> HttpResponse:
        """To the first or next that waits for this person."""
        if not permitted(verb("decisions.approve"), request.user):
            raise PermissionDenied
        return batch.go(request)

    def list_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        """For who approves: all that waits, of the kind that the list is narrowed to."""
        if not permitted(verb("decisions.approve"), request.user):
            return []
        return [{"label": "続けて読む", "url": batch.begin_url(request.GET.get("kind", batch.ALL)), "style": "primary"}]


def _answer(
    request: HttpRequest, decision: Decision, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    here = {"opts": Decision._meta, "title": label(decision.kind)}
    context = admin.site.each_context(request) | here | _page(request, decision) | (more or {})
    return TemplateResponse(request, "desk/decision.html", context, status=status)


def refused_page(
    request: HttpRequest, row: Decision, form: forms.Form, refusal: Refused | None, status: int
) -> HttpResponse:
    """After a judgement that was refused: the decision as it stands now, why, and what the person had written."""
    decision = Decision.objects.get(pk=row.pk)
    leads = leads_of(refusal.leads, request.user) if refusal else []
    shown = {"refusal": refusal, "leads": leads, **_written(decision, form, request)}
    return _answer(request, decision, shown, status)


def _written(decision: Decision, form: forms.Form, request: HttpRequest) -> dict[str, Any]:
    """The opinion typed so far, its faults under it; the mark is that of the content which this page shows."""
    if decision.state != "proposed":
        return {}
    kept = ApproveForm(data={"reason": request.POST.get("reason", ""), "seen": workflow.mark(decision)})
    for name, errors in form.errors.items():
        kept.add_error(name if name in kept.fields else None, errors)
    return {"form": kept}


answers_on(refused_page, "decisions.approve", "decisions.send_back")


def _page(request: HttpRequest, decision: Decision) -> dict[str, Any]:
    kind, at, history = kind_of(decision), clock.now(), reverse("admin:decisions_decision_history", args=[decision.pk])
    waits = decision.state == "proposed" and permitted(verb("decisions.approve"), request.user)
    refusal = workflow.approve_why_not(decision, by=request.user, at=at) if waits else None
    preview = _preview(kind, decision) if decision.is_open else None
    told = timeline.entries([decision, decision.subject])
    news = since.card(decision, partial(_fields, decision)) if decision.state in ("proposed", "returned") else None
    return {
        "decision": _head(request, decision, waits, refusal), "changes": _told_once(_changes(decision), news), "batch": batch.bar(request, decision),
        "since": news, "proposal": _proposal(decision),
        "checks": _checks(kind, decision) if decision.is_open else [], "preview": _shown(preview),
        "consequences": preview.consequences if preview else (), "clause_card": clause_card(kind.clause, clock.jst_day(decision.proposed_at)),
        "form": ApproveForm(initial={"seen": workflow.mark(decision)}) if waits else None,
        "consequence": {"title": kind.warning, "text": kind.until_when},
        "cards_side": [shown for shown in [objection_screens.of_row(decision.subject)] if shown],
        "cards_bottom": [card("経過", "timeline", told, count=f"{len(told)}件", links=[{"label": "変更履歴", "url": history}])],
    }  # fmt: skip


def _head(request: HttpRequest, decision: Decision, waits: bool, refusal: Any) -> dict[str, Any]:
    subject, home, run = decision.subject, from_home(request), batch.kind_read(request)
    mine = workflow.send_back_why_not(decision, by=request.user, at=clock.now())
    others = buttons(
        decision,
        by=request.user,
        at=clock.now(),
        keys=["decisions.withdraw", "decisions.edit"] if decision.is_open else [],
    )
    return {
        "title": label(decision.kind), "number": decision.number, "chips": [chip(decision)], "customer": decision.customer,
        "customer_url": url_of(decision.customer), "subject_label": subject._meta.verbose_name, "subject_number": subject.number,
        "subject_url": url_of(subject), "clause": kind_of(decision).clause, "list_url": list_url(Decision), "buttons": others,
        "messages": [*_as_deputy(request, waits and refusal is None, decision), *_messages(decision)],
        "why_not": f"{refusal.message}{refusal.instead}" if refusal else "",
        "approve_url": batch.with_read(marked(verb_url("decisions.approve", decision), home=home), run),
        "send_back_url": batch.with_read(marked(verb_url("decisions.send_back", decision), home=home), run) if waits and mine is None else "",
    }  # fmt: skip


def _as_deputy(request: HttpRequest, may: bool, decision: Decision) -> list[dict[str, str]]:
    """In whose place the reader would approve, and until when."""
    place = deputies.place_of(decision, request.user, clock.now()) if may else None
    known = [one for one in deputies.told(request.user, clock.now()) if one.person == place]
    return [{"tone": "info", "text": _in_place(one.person, one.last_day)} for one in known]


def _in_place(person: Any, last_day: date) -> str:
    said = f"{person}さんの代理として判断します。代理は、{jday(last_day)}までです。"
    return f"{said}記録には、あなたの名前と、だれの代理かが残ります。"


def _messages(decision: Decision) -> list[dict[str, str]]:
    made = []
    if decision.state == "proposed" and decision.editors.count() > 1:
        made.append(
            {
                "tone": "warning",
                "text": "起案の後に内容が変わりました。先の承認は効力を失っています。下の「起案後の変更」を確かめてください。",
            }
        )
    if decision.state in ("proposed", "approved"):
        made += [_objected(objection) for objection in objections.of_decision(decision)]
    if decision.closed_reason:
        made.append({"tone": "warning", "text": f"{decision.get_state_display()}です。{decision.closed_reason}"})
    return made


def _objected(objection: Objection) -> dict[str, str]:
    """Nothing in the terms lets an objection stop the matter: whoever approves knows of it, and weighs it."""
    against = f"（{objection.against}に対する）" if objection.against else ""
    text = f"利用者の異議 {objection.number}{against}が、判断を待っています。異議だけでは手続は止まりませんが、先に内容を確かめてください。"
    return {"tone": "warning", "text": text}


def _fields(decision: Decision, stored: dict[str, Any]) -> list[tuple[str, str]]:
    form = kind_of(decision).proposal
    return [(str(field.label), _words(field, stored.get(name))) for name, field in form.base_fields.items()]


def _words(field: forms.Field, value: Any) -> str:
    """Choices by their labels, stored days in words."""
    choices = dict(getattr(field, "choices", ()) or ())
    values = value if isinstance(value, list) else [value]
    return "、".join(_word(field, choices, v) for v in values if v not in (None, ""))


def _word(field: forms.Field, choices: dict[Any, Any], value: Any) -> str:
    if isinstance(field, forms.DateTimeField):
        return jshort(datetime.fromisoformat(str(value)))
    if isinstance(field, forms.DateField):
        return jday_year(date.fromisoformat(str(value)))
    return str(choices.get(str(value), value))


def _proposal(decision: Decision) -> list[dict[str, Any]]:
    editors = [e.user for e in decision.editors.select_related("user").order_by("pk")]
    names = "、".join(str(user) for user in editors)
    proposed = f"{decision.proposed_by}（{'・'.join(decision.proposed_by.roles)}）　{jshort(decision.proposed_at)}"
    subject, cannot = decision.subject, "この人は承認できません。" if decision.state == "proposed" else ""
    rows = [
        fact("起案者", proposed, sub=f"内容を書いた人：{names}。{cannot}"),
        fact(
            str(subject._meta.verbose_name),
            subject.number,
            url=url_of(subject),
            sub="事実と証拠は、この画面で確かめられます。",
        ),
    ]
    if decision.approved_by and decision.approved_at:
        rows.append(fact("承認者", _approver(decision), sub=decision.opinion))
    rows += [fact(name, value) for name, value in _fields(decision, decision.fields) if value]
    return [*rows, fact("根拠", "", clause=kind_of(decision).clause)]


def _approver(decision: Decision) -> str:
    place = f"　{in_place_of(decision.decided_for)}" if decision.decided_for else ""
    return f"{decision.approved_by}{place}　{jshort(decision.approved_at)}" if decision.approved_at else ""


def _changes(decision: Decision) -> list[dict[str, Any]]:
    """What was changed since the first proposal, by whom, when and why; newest first."""
    found, before = [], None
    for version in decision.history.order_by("history_id").select_related("history_user"):  # type: ignore[attr-defined]
        if before is not None and before.fields != version.fields:
            found += [
                _change(version, *pair)
                for pair in zip(_fields(decision, before.fields), _fields(decision, version.fields), strict=True)
            ]
        before = version
    return [c for c in found if c["old"] != c["new"]][::-1]


def _told_once(changes: list[dict[str, Any]], news: dict[str, Any] | None) -> list[dict[str, Any]]:
    """What was changed after a return stands in a card of its own."""
    return [c for c in changes if c["when"] <= news["at"]] if news and "at" in news else changes


def _change(version: Any, old: tuple[str, str], new: tuple[str, str]) -> dict[str, Any]:
    return {
        "label": new[0], "old": old[1], "new": new[1], "who": str(version.history_user), "when": version.history_date,
        "reason": version.history_change_reason or "",
    }  # fmt: skip


def _shown(preview: Preview | None) -> dict[str, Any] | None:
    """For the template: what follows stands in a card of its own, and nothing here changes the letter."""
    return vars(preview) | {"consequences": (), "letter_sub": "起案の内容です"} if preview else None


def _preview(kind: DecisionKind, decision: Decision) -> Preview | None:
    if kind.preview is None:
        return None
    try:
        shown: Preview = kind.preview(decision.subject, workflow.clean(kind, decision.fields), clock.now())
    except FormRefused as refused:
        return Preview(messages=(("warning", refused.message),))
    except CANNOT_SHOW as problem:
        return Preview(messages=(("warning", str(problem)),))
    return shown


def _checks(kind: DecisionKind, decision: Decision) -> list[dict[str, Any]]:
    made = kind.checks(decision.subject, decision.fields, clock.now()) if kind.checks else []
    return [{"ok": ok, "text": text, "detail": detail} for ok, text, detail in made]
