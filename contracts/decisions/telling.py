"""The pump tells each approver by e-mail what newly waits for them: once, in one e-mail a round.

Only who may approve it is told, deputies on their days too: not its proposer or editors, nobody inactive or without the role, and of an objection
nobody who decided before. Claimed in a step of its own, sent outside every transaction, outcome recorded in another.
A crash between leaves 送信中 in the list 承認者への連絡 and is not sent again: the home page shows what waits in any case.
Where nothing left (no server), later rounds try again, MOST_ATTEMPTS in all.
"""

import logging
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.db.models import Q

from accounts.models import Customer, Deputy
from config.desk import clock, house, nav, staffmail
from config.desk.locking import locked
from config.desk.pages import url_of
from config.desk.press import permitted
from config.desk.registry import verb
from config.desk.step import step
from contracts.decisions import engine, objections
from contracts.decisions.deputies import APPROVE, RULE, places
from contracts.decisions.models import Decision, Objection, Telling
from contracts.rules.clauses import ClauseRef

log = logging.getLogger("kiyaku.telling")
POLICY = "tell_approvers"
house.define(
    house.Policy(
        POLICY, "承認を待つものを、承認の担当者にメールで知らせる（1 知らせる、0 知らせない）", 1, "", highest=1
    )
)
LIST = nav.Entry(
    group="規約と記録", label="承認者への連絡", url_name="admin:decisions_telling_changelist", permission="decisions.view_telling", order=85
)  # fmt: skip


def tell() -> int:
    """Tell every approver what newly waits, by the desk's clock; how many e-mails left."""
    if not (Decision.objects.waiting().exists() or Objection.objects.waiting().exists()) or not house.number(POLICY):
        return 0
    return sum(_tell(user) for user in approvers())


def approvers() -> list[Any]:
    """Active staff whose role approves, and those who stand in for one of them now."""
    people = get_user_model()._default_manager.filter(is_active=True)
    approves = Q(groups__permissions__codename=APPROVE)
    stands_in = Q(stands_in__in=Deputy.objects.in_force(clock.now()))
    return [
        user for user in people.filter(approves | stands_in).distinct().order_by("pk") if permitted(verb(APPROVE), user)
    ]


def _tell(user: Any) -> bool:
    rows = _claim(user)
    if not rows:
        return False
    subject, body = words([row.about for row in rows])
    try:
        staffmail.send([user.email], subject, body, rows[0].message_id)
    except staffmail.NothingLeft as refused:
        _record(rows, failure=str(refused))
        return False
    except Exception:
        log.exception("what %s was told stays unclear", user.pk)
        return False
    _record(rows)
    return True


def _claim(user: Any) -> list[Telling]:
    """Someone else told of one of these at the same moment: nothing is claimed, and the next round looks again."""
    message_id = staffmail.new_message_id()
    try:
        with step("decisions.tell", at=clock.now()):
            waiting: list[Decision | Objection] = list(
                Decision.objects.untold(user, places(user, APPROVE, clock.now()))
            )
            waiting += Objection.objects.untold(user, places(user, RULE, clock.now()))
            return [_claim_one(user, about, message_id) for about in waiting]
    except IntegrityError:
        return []


def _claim_one(user: Any, about: Decision | Objection, message_id: str) -> Telling:
    what: dict[str, Any] = (
        {"decision": about, "turn": about.turn} if isinstance(about, Decision) else {"objection": about}
    )
    found = Telling.objects.filter(user=user, **what).first()
    telling = locked(Telling, found.pk) if found else Telling(user=user, attempts=0, **what)
    telling.state, telling.failure = Telling.State.CLAIMED, ""
    telling.attempts, telling.claimed_at, telling.message_id = telling.attempts + 1, clock.now(), message_id
    telling.save()
    return telling


def _record(rows: Iterable[Telling], failure: str = "") -> None:
    with step("decisions.tell", at=clock.now()):
        for row in rows:
            fresh = locked(Telling, row.pk)
            if fresh.state != Telling.State.CLAIMED:
                continue
            fresh.state, fresh.failure = (Telling.State.FAILED if failure else Telling.State.TOLD), failure
            fresh.told_at = None if failure else clock.now()
            fresh.save()


def words(waiting: list[Any]) -> tuple[str, str]:
    """Subject and text: number, kind, clause, a company's name, and where it is seen; nothing else of the matter."""
    lines = [_line(about) for about in waiting]
    body = "\n".join(
        [
            "次のものが、あなたの判断を待っています。ログインして、内容を確かめてください。",
            "",
            *lines,
            "このメールは、規約の業務管理から自動で送っています。返信はできません。",
        ]
    )
    return f"【規約】承認・判断を待つものが{len(lines)}件あります", body


def _line(about: Decision | Objection) -> str:
    if isinstance(about, Decision):
        kind = engine.kind_of(about)
        what, name, clause = f"決裁 {about.number}", kind.label, kind.clause
    else:
        what, name, clause = f"異議 {about.number}", objections.label(about.kind), objections.kind_of(about).clause
    basis = f"（{ClauseRef.parse(clause).label()}）" if clause else ""
    return f"・{what}　{name}{basis}\n　利用者：{_customer(about.customer)}\n　画面：{url_of(about)}\n"


def _customer(customer: Customer) -> str:
    """A private person is not named in plain text beside what is held against them; the page names them."""
    return f"個人（{customer.number}）" if customer.kind == Customer.Kind.INDIVIDUAL else str(customer)
