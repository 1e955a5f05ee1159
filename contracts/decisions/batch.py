"""続けて読む: the approver reads what waits, one page each. The order is in nobody's session: the server works it out on every page.

`?read=all` (or a kind's key) marks a page of the run. What somebody else took meanwhile is passed over, with a sentence.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.desk import clock
from config.desk.origin import from_home, marked
from config.desk.pages import list_url
from contracts.decisions import engine, workflow
from contracts.decisions.deputies import APPROVE, places
from contracts.decisions.models import Decision
from contracts.decisions.querysets import DecisionQuerySet

PARAM, ALL = "read", "all"
NO_MORE = "続けて読む決裁は、ほかにありません。"


def kind_read(request: HttpRequest) -> str:
    """The kind that is read through, ALL, or nothing where the page stands by itself."""
    given = request.GET.get(PARAM, "")
    return given if given == ALL or given in engine.known_keys() else ""


def waiting(by: Any, at: datetime) -> DecisionQuerySet:
    """What this person may approve, oldest first."""
    return Decision.objects.waiting().not_written_by(by, places(by, APPROVE, at)).order_by("proposed_at", "pk")


@dataclass(frozen=True)
class Run:
    """The order as it is now: keys of decisions, of one kind or of all; and how many there are of each kind."""

    kind: str
    pks: list[int]
    kinds: Counter[str]

    def place(self, pk: int) -> int:
        """From 1; 0: not among them."""
        return self.pks.index(pk) + 1 if pk in self.pks else 0


def run(by: Any, at: datetime, kind: str) -> Run:
    """One query, whatever the number."""
    rows = list(waiting(by, at).values_list("pk", "kind"))
    return Run(kind, [pk for pk, key in rows if kind in (ALL, key)], Counter(key for _, key in rows))


def begin_url(kind: str = ALL, *, after: int = 0, home: bool = False) -> str:
    """Where the run begins, or goes on after a decision."""
    query = {"kind": kind} | ({"after": str(after)} if after else {})
    return marked(f"{reverse('admin:decisions_decision_read')}?{urlencode(query)}", home=home)


def page_url(pk: int, kind: str, *, home: bool = False) -> str:
    """A decision's page in the run."""
    return with_read(marked(reverse("admin:decisions_decision_change", args=[pk]), home=home), kind)


def with_read(url: str, kind: str) -> str:
    """The address, marked as a page of the run."""
    if not url or not kind:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode({**dict(parse_qsl(parts.query)), PARAM: kind})))


def go(request: HttpRequest) -> HttpResponse:
    """To the first, or to the next after the one named: what stood after it, else what was passed over."""
    kind, home = request.GET.get("kind", ALL), from_home(request)
    kind = kind if kind in engine.known_keys() else ALL
    there = run(request.user, clock.now(), kind)
    after = request.GET.get("after", "")
    pk = _next(there, int(after)) if after.isdecimal() else next(iter(there.pks), None)
    if pk is None:
        messages.info(request, NO_MORE)
        return redirect("/admin/" if home else list_url(Decision))
    return redirect(page_url(pk, kind, home=home))


def _next(there: Run, after: int) -> int | None:
    gone = Decision.objects.filter(pk=after).values_list("proposed_at", "pk").first()
    others = [pk for pk in there.pks if pk != after]
    later = {
        pk
        for at, pk in Decision.objects.filter(pk__in=others).values_list("proposed_at", "pk")
        if gone and (at, pk) > gone
    }
    return next((pk for pk in others if pk in later), next(iter(others), None))


def passed_over(request: HttpRequest, decision: Decision) -> HttpResponse | None:
    """A page of the run on which this person has nothing to decide any more: on to the next, with why."""
    kind = kind_read(request)
    if not kind or run(request.user, clock.now(), kind).place(decision.pk):
        return None
    messages.warning(request, f"決裁 {decision.number} は飛ばしました。{_why(decision, request.user)}")
    return redirect(begin_url(kind, after=decision.pk, home=from_home(request)))


def _why(decision: Decision, by: Any) -> str:
    refused = workflow.approve_why_not(decision, by=by, at=clock.now())
    return refused.message if refused else "この種類の決裁ではありません。"


def onward(request: HttpRequest, row: Model | None) -> str:
    """After a verb on a decision of the run: to the next; nothing where no run is read."""
    kind = kind_read(request)
    return begin_url(kind, after=row.pk, home=from_home(request)) if kind and isinstance(row, Decision) else ""


def bar(request: HttpRequest, decision: Decision) -> dict[str, Any] | None:
    """Where in the run the page stands, and the ways to the others; None outside a run."""
    kind, home = kind_read(request), from_home(request)
    if not kind:
        return None
    there = run(request.user, clock.now(), kind)
    place = there.place(decision.pk)
    before, after = there.pks[place - 2 : place - 1] if place > 1 else [], there.pks[place : place + 1]
    onto = page_url(after[0], kind, home=home) if after else ""
    if not place:  # decided meanwhile: to what stood after it
        onto = begin_url(kind, after=decision.pk, home=home)
    return {
        "place": place, "total": len(there.pks), "end_url": "/admin/" if home else list_url(Decision),
        "before_url": page_url(before[0], kind, home=home) if before else "", "after_url": onto,
        "kinds": _kinds(there, home),
    }  # fmt: skip


def _kinds(there: Run, home: bool) -> list[dict[str, Any]]:
    """All, and each kind that waits."""
    named = [(ALL, "すべて", sum(there.kinds.values()))]
    named += [(key, engine.label(key), count) for key, count in sorted(there.kinds.items())]
    return [
        {"label": label, "count": n, "url": begin_url(key, home=home), "current": key == there.kind}
        for key, label, n in named
    ]


def first_url(by: Any, at: datetime, *, home: bool = False) -> str:
    """Where to begin; nothing for who has nothing to decide."""
    return begin_url(home=home) if waiting(by, at).exists() else ""
