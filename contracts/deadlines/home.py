"""Deadlines on the home page: overdue, today, within seven days, and the chart."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from config.desk import clause_cards, clausefilter, clock, customer_cards, customer_strip, home, nav
from config.desk.chips import Chip, deadline_chip, from_chip
from config.desk.counting import Counted, counted_rows
from config.desk.home import Asked, HomeRow
from config.desk.jst import jday, jmoment
from config.desk.pages import card, fact, url_of, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from contracts.deadlines.engine import DeadlineKind, kind_of, kinds, opens_power
from contracts.deadlines.models import Deadline

MOST = 15  # under a clause
WEEK = 7  # days ahead that the home page shows
MANY = 9  # clocks of a customer that the strip counts


def row(deadline: Deadline, today: date, by: Any) -> HomeRow:
    """One line of the queue."""
    kind, subject = kind_of(deadline), deadline.subject
    label, url, hindrance = _next(kind, deadline, by)
    sub = f"{subject._meta.verbose_name} {subject.number}　{hindrance or _when(deadline)}"
    return HomeRow(
        chip=chip(deadline, today), title=deadline.what or kind.task or kind.label, sub=sub,
        customer=str(deadline.customer), customer_url=url_of(deadline.customer), clause=kind.clause, owner=_owner(deadline, kind),
        next_label=label, next_url=url, day=None if deadline.blocked else deadline.counts_to,
    )  # fmt: skip


def _owner(deadline: Deadline, kind: DeadlineKind) -> str:
    """Whose it is; where nobody's, the roles whose work the kind is."""
    of_subject: Any = getattr(deadline.subject, "owner", None)
    roles = "・".join(sorted(verb(kind.held_by).roles)) if kind.held_by else ""
    return str(deadline.owner or of_subject or roles)


def chip(deadline: Deadline, today: date) -> Chip:
    """How far away the day is to which staff count."""
    if deadline.state == Deadline.State.LAPSED and deadline.act_from and opens_power(deadline.kind):
        return from_chip(deadline.act_from)
    met = clock.jst_day(deadline.met_on) if deadline.met_on else None
    return deadline_chip(deadline.counts_to, today, met_on=met, stopped=bool(deadline.blocked))


def _when(deadline: Deadline) -> str:
    if deadline.blocked:
        return deadline.blocked
    if not opens_power(deadline.kind):
        return f"期限 {jday(deadline.counts_to)}（通知に記載）" if deadline.counts_to else ""
    if deadline.act_from:
        return f"措置できるのは {jmoment(deadline.act_from)} から"
    return f"期限 {jday(deadline.due_on)}" if deadline.due_on else ""


def _next(kind: DeadlineKind, deadline: Deadline, by: Any) -> tuple[str, str, str]:
    """What the button says, where it leads, and what is in the way of it."""
    subject = deadline if kind.key == Deadline.REMINDER else deadline.subject
    key = kind.next_for(subject) if kind.next_for else kind.next_verb
    if not key or by is None or not permitted(verb(key), by):
        return kind.next_label, url_of(subject), ""
    refused = verb(key).why_not(subject, by=by, at=clock.now())
    if refused is not None:
        return kind.next_label, url_of(subject), refused.message
    return verb(key).label, verb_url(key, subject), ""


def _mine(asked: Asked) -> Any:
    rows = asking(Deadline.objects.counted().seen_by(asked.by, asked.today))
    if not asked.mine:
        return rows
    held = [k.key for k in kinds() if not (k.held_by or k.next_verb) or asked.holds(k.held_by or k.next_verb)]
    return rows.filter(kind__in=held)


def asking(rows: Any) -> Any:
    """Without clocks on rows on which their kind asks nobody for work."""
    for kind in kinds():
        if kind.silent is not None:
            rows = rows.exclude(kind=kind.key, object_id__in=kind.silent().values("pk"))
    return rows


def _source(first: int | None, last: int) -> home.Source:
    def fill(asked: Asked) -> tuple[Counted, list[HomeRow]]:
        rows = _mine(asked).filter(day__lte=asked.today + timedelta(days=last))
        if first is not None:
            rows = rows.filter(day__gte=asked.today + timedelta(days=first))
        shown = rows.select_related("customer", "content_type", "owner").prefetch_related("subject")[: asked.limit]
        return rows, [row(d, asked.today, asked.by) for d in shown]

    return fill


def _days(first: date, last: date) -> dict[date, int]:
    asked: Any = asking(Deadline.objects.counted())
    rows = (
        asked.filter(owner=None).filter(day__range=(first, last)).order_by().values_list("day").annotate(n=Count("pk"))
    )
    return dict(rows)


def under_clause(ref: str) -> dict[str, Any] | None:
    """What runs under a clause: the periods of its kinds, soonest first."""
    keys = [k.key for k in kinds() if clause_cards.lies_within(k.clause, ref)]
    if not keys:
        return None
    rows = Deadline.objects.counted().filter(kind__in=keys)
    shown = rows.select_related("customer", "content_type").prefetch_related("subject")[:MOST]
    cells = [
        [
            {"chip": chip(d, clock.today())},
            {"text": d.number, "url": url_of(d.subject), "sub": kind_of(d).label},
            str(d.customer),
            _when(d),
        ]
        for d in shown
    ]
    data = {"columns": ["期限", "対象", "利用者", "措置・末日"], "rows": cells}
    return card(
        "この条項で進行中の期限", "table", data, count=f"{counted_rows(rows)}件", empty="進行中の期限はありません。",
        links=clausefilter.link(Deadline, ref),
    )  # fmt: skip


def of_customer(customer: Any) -> dict[str, Any]:
    """進行中の期限 on the customer card, soonest first."""
    rows = (
        Deadline.objects.counted()
        .filter(customer__in=customer_cards.family(customer))
        .select_related("content_type")
        .prefetch_related("subject")
    )
    return customer_cards.rows_card(
        "進行中の期限",
        ["期限", "種類", "対象", "措置・末日"],
        rows,
        _customer_cells,
        customer,
        empty="進行中の期限はありません。",
    )


def _in_short(label: str, natures: tuple[str, ...], nothing: str) -> customer_strip.Source:
    """The next clock of these natures in the strip, and how many run beside it."""

    def line(customer: Any) -> dict[str, Any]:
        rows = asking(
            Deadline.objects.counted().filter(customer__in=customer_cards.family(customer), nature__in=natures)
        )
        shown = list(rows.select_related("content_type").prefetch_related("subject")[: MANY + 1])
        if not shown:
            return fact(label, nothing)
        left = len(shown) - 1
        more = f"　ほか{left}件{'以上' if left == MANY else ''}" if left else ""
        first, kind = shown[0], kind_of(shown[0])
        return fact(
            label,
            first.what or kind.label,
            url=url_of(first),
            chip=chip(first, clock.today()),
            sub=f"{_when(first)}{more}",
        )

    return line


def _customer_cells(deadline: Deadline) -> list[Any]:
    named = {"text": kind_of(deadline).label, "url": url_of(deadline), "strong": True}
    return [
        {"chip": chip(deadline, clock.today()), "text": ""},
        named,
        {"text": deadline.number, "url": url_of(deadline.subject)},
        _when(deadline),
    ]


def register_all() -> None:
    """Called once, when the engine starts."""
    customer_cards.register(40, of_customer)
    customer_strip.register(20, _in_short("利用者の期限", ("customer_must",), "動いているものはありません"))
    customer_strip.register(50, _in_short("当社の残り仕事", ("company_must", "notify_by"), "ありません"))
    clause_cards.running(under_clause)
    home.source("overdue", _source(None, -1))
    home.source("today", _source(0, 0))
    home.source("week", _source(1, WEEK))
    home.chart(_days)
    nav.register(nav.Entry(
        group="規約違反", label="期限", url_name="admin:deadlines_deadline_changelist", permission="deadlines.view_deadline",
        count=lambda: Deadline.objects.running(), order=60,
    ))  # fmt: skip
