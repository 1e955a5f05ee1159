"""The verbs of one case in any order and at any moment; after every step, what may never be otherwise.

The machine keeps a ledger of its own (tests/support/ledger.py: the facts as told, the dates by the oracle) and judges by
that. One profile runs in the suite; KIYAKU_STATEFUL=10 plays ten times as many lives.
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from config.desk import registry
from config.desk.models import HandlerRun
from config.desk.refusal import Refused
from contracts.deadlines import reckoning
from contracts.deadlines import workflow as deadlines
from contracts.deadlines.models import Deadline
from contracts.decisions.models import Decision
from contracts.licenses.models import Block
from contracts.violations import clocks, termination
from contracts.violations.models import NoticeItem, Violation
from notices import outcomes
from notices.models import Notice
from tests.support.ledger import Ledger, Letter
from tests.support.world import BREACH, DEMAND, World, at

BEGIN = at("2026-04-01T09:00")
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WAIT = 30 * MINUTE  # before an e-mail is claimed: the time in which a decision is edited, held or withdrawn
CORRECTION, TERMINATION = "violations.correction", "violations.termination"
WAIVER, EXTENSION = "violations.waive_post", "violations.extension"
CHAPTERS = {  # how a life begins, and how many do so
    "any": 10, "dismissed": 3, "early": 4, "waiver": 4, "stale": 3, "extension": 3, "thought_again": 4, "held": 3, "stopped": 3, "back": 3,
}  # fmt: skip
STEPS = 20  # after the beginning, which takes up to twenty of its own
WAYS = st.sampled_from([["email"], ["post"], ["email", "post"], ["email", "post"]])
POSTAGE = st.sampled_from(["ordinary", "recorded", "registered"])
AGO = st.sampled_from([0, 0, 1, 5, 26, 80]).map(lambda hours: hours * HOUR)
PICK = st.integers(0, 3)
MORE = int(os.environ.get("KIYAKU_STATEFUL", "1"))

pytestmark = pytest.mark.django_db


def weigh() -> Callable[[], tuple[int, ...]]:
    """How many rows every table of ours has, history included: whatever is written shows."""
    ours = {"config", "accounts", "contracts", "notices"}
    models = (m for m in apps.get_models() if m.__module__.partition(".")[0] in ours and m._meta.managed)
    tables = [m._meta.db_table for m in models]
    sql = "SELECT " + ", ".join(f"(SELECT count(*) FROM {connection.ops.quote_name(t)})" for t in sorted(tables))

    def weight() -> tuple[int, ...]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return tuple(cursor.fetchone())

    return weight


class Life(RuleBasedStateMachine):
    """One case; `done` gathers over all lives what was reached."""

    def __init__(self, world: World, contract: Any, done: Counter[str], chapter: str) -> None:
        super().__init__()
        self.world, self.done, self.weight, self.chapter = world, done, weigh(), chapter
        self.savepoint = transaction.savepoint()
        self.now, self.ledger, self.quiet = BEGIN, Ledger(), False
        self.case: Violation = world.case(self.now, contract)
        self.state, self.pumped, self.checked = self.case.state, (), ()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    # --- acting -------------------------------------------------------------------------------------------------

    def attempt(self, key: str, to: Any, *, by: str = "hana", **data: Any) -> Any:
        """Press. A refusal is an answer like another, and leaves no trace; whatever else is raised ends the test."""
        if to is None:
            return None
        before = self.weight()
        try:
            row = self.world.press(key, to, by=by, at=self.now, **data)
        except Refused:
            assert self.weight() == before, f"{key} was refused and wrote"
            self.done[f"{key} refused"] += 1
            return None
        self.done[key] += 1
        self.done["pressed while a handler waited"] += not self.settled
        return row

    def after(self) -> None:
        """Second by second; the pump comes by unless it is quiet, or nothing was written (time passing calls it)."""
        if not self.quiet and self.weight() != self.pumped:
            self.work()
        self.now += SECOND

    def work(self) -> None:
        self.judge_postings()
        self.world.pump(self.now)
        self.look()
        self.pumped = self.weight()

    def judge_postings(self) -> None:
        """A termination that was posted has the effect which the terms give it at that moment, by what is recorded by now."""
        for letter in self.ledger.ends.values():
            if letter.standing and not letter.judged and not letter.stopped:
                letter.stopped = not self.ledger.proven(min(letter.standing))
                self.done["posted without effect"] += letter.stopped
            letter.judged = bool(letter.standing)

    @property
    def settled(self) -> bool:
        """Nothing that follows a recorded outcome is outstanding."""
        return not HandlerRun.objects.exclude(state="done").exists()

    def letters(self, kind: str) -> Any:
        return Notice.objects.about(self.case, kind).order_by("pk").prefetch_related("deliveries")

    def letter(self, kind: str) -> Notice | None:
        return self.letters(kind).last()

    def decision(self, kind: str = "") -> Decision | None:
        return Decision.objects.about(self.case, kind).order_by("pk").last()

    def book(self, kind: str) -> dict[int, Letter]:
        return self.ledger.letters if kind == CORRECTION else self.ledger.ends

    # --- what the ledger sees of the outbox ------------------------------------------------------------------------

    def look(self) -> None:
        """Letters that were ordered, e-mails that have left, letters that were stopped."""
        for kind in (CORRECTION, TERMINATION):
            for notice in self.letters(kind):
                if notice.pk not in self.book(kind):
                    self._ordered(kind, notice)
                self._followed(kind, notice, self.book(kind)[notice.pk])
        if self.settled:
            self.ledger.settle()

    def _ordered(self, kind: str, notice: Notice) -> None:
        links = NoticeItem.objects.filter(notice=notice).values_list("item__position", flat=True)
        letter = Letter.of(notice.planned_dispatch_on, [d.channel for d in notice.deliveries.all()], links)
        if kind == CORRECTION:
            self.ledger.order(notice.pk, letter)
        else:
            self.ledger.ends[notice.pk] = letter

    def _followed(self, kind: str, notice: Notice, letter: Letter) -> None:
        if notice.state in ("cancelled", "void"):
            letter.stopped = True
        for delivery in notice.deliveries.all():
            known = letter.ways.get(delivery.channel)
            if delivery.state == "cancelled" and not letter.stopped:
                letter.ways.pop(delivery.channel, None)
            elif delivery.channel == "email" and delivery.dispatched_at and known and not known.dispatched_at:
                assert delivery.dispatched_at == self.now, "an e-mail leaves when the pump sends it"
                if kind == TERMINATION and not letter.has_left:
                    assert self.ledger.proven(self.now), "a termination left that the terms do not allow"
                letter.note("email", dispatched_at=self.now)
                letter.judged = True

    # --- time -----------------------------------------------------------------------------------------------------

    @rule(by=st.sampled_from([MINUTE, WAIT + MINUTE, 5 * HOUR, DAY, 3 * DAY, 9 * DAY]))
    def time_passes(self, by: timedelta) -> None:
        self.now += by
        if not self.quiet:
            self.work()

    def coming(self) -> list[datetime]:
        """The moments that lie ahead."""
        return [x.act_from for x in self.ledger.letters.values() if x.counts and x.act_from and x.act_from > self.now]

    @precondition(lambda self: self.coming())
    @rule(early=st.booleans())
    def until_the_moment(self, early: bool) -> None:
        """A second before the company may act everything is tried; the next verb is pressed at the very moment."""
        self.now = max(self.now, min(self.coming(), default=self.now) - SECOND * early)
        if not self.quiet:
            self.work()
        if early:
            self.now -= SECOND
            self.confirm_uncured(timedelta())
            self.propose_termination("hana", ["email"])

    @rule(quiet=st.sampled_from([True, False, False]))
    def worker(self, quiet: bool) -> None:
        """The worker falls silent, or catches up."""
        self.quiet = quiet
        self.time_passes(timedelta())

    @precondition(lambda self: any(x.act_from and x.act_from < self.now + DAY for x in self.counting()))
    @rule()
    def sweep(self) -> None:
        before = Deadline.objects.about(self.case, "violations.cure").filter(state="lapsed").count()
        swept = self.world.sweep(self.now)
        assert swept.failed == []
        self.done["lapsed"] += (
            Deadline.objects.about(self.case, "violations.cure").filter(state="lapsed").count() > before
        )
        self.after()

    # --- the case -------------------------------------------------------------------------------------------------

    @initialize(channels=WAYS, postage=POSTAGE, steps=st.integers(0, 9))
    def begin(self, channels: list[str], postage: str, steps: int) -> None:
        """A life begins anywhere between the confirmed item and the end, or after a chapter that is rare by chance."""
        by_two = self.chapter in ("waiver", "stale")
        self.send_correction_notice(["email", "post"] if by_two else channels, 0)
        if self.chapter == "any":
            for _ in range(steps):
                self.pursue(postage)
        else:
            getattr(self, f"_{self.chapter}")("recorded" if self.chapter == "waiver" else postage)

    def _until(self, postage: str, *states: str) -> None:
        for _ in range(14):
            if self.case_now().state in states:
                return
            self.pursue(postage)

    def _dismissed(self, postage: str) -> None:
        self._until(postage, "curing")
        self.dismiss()

    def _early(self, postage: str) -> None:
        self._until(postage, "curing")
        self.pursue(postage)
        self.until_the_moment(True)

    def _waiver(self, postage: str) -> None:
        self.time_passes(WAIT + MINUTE)
        self.mark_posted(0, postage, timedelta())
        self.propose_waiver()
        self.approve("mio", WAIVER)

    def _stale(self, postage: str) -> None:
        """The power has come; then the post is known to be late, and the worker sleeps."""
        self.time_passes(WAIT + MINUTE)
        self.mark_posted(0, "ordinary", timedelta())
        self.until_the_moment(False)
        self.confirm_uncured(timedelta())
        self.worker(True)
        self.record_delivery(-1, timedelta())
        self.propose_termination("hana", ["email"])

    def _extension(self, postage: str) -> None:
        self._until(postage, "curing")
        self.propose_extension(4)
        self.approve("mio", EXTENSION)

    def _thought_again(self, postage: str) -> None:
        self._until(postage, "terminating")
        self.while_the_end_waits("edit")

    def _held(self, postage: str) -> None:
        self._until(postage, "terminating")
        self.while_the_end_waits("edge")

    def _stopped(self, postage: str) -> None:
        self._until(postage, "terminating")
        self.while_the_end_waits("before")

    def _back(self, postage: str) -> None:
        self._until(postage, "terminated")
        self.record_return(0)

    @precondition(lambda self: not self.closed and self.case.items.count() < 3)
    @rule(finding=st.sampled_from(["act", "risk", "suspicion"]))
    def confirm_item(self, finding: str) -> None:
        self.attempt("violations.confirm_item", self.case, **(BREACH | {"finding": finding}))
        self.after()

    @precondition(lambda self: not self.closed)
    @rule(channels=WAYS, later=st.sampled_from([0, 0, 1, 4]))
    def send_correction_notice(self, channels: list[str], later: int) -> None:
        planned = (self.now + later * DAY).astimezone(BEGIN.tzinfo).date()
        given = {"channels": channels, "planned_on": planned} | DEMAND
        if self.attempt("violations.send_correction_notice", self.case, **given):
            notice = self.letter(CORRECTION)
            assert notice is not None
            assert (notice.planned_dispatch_on, {d.channel for d in notice.deliveries.all()}) == (
                planned,
                set(channels),
            )
            self.look()
        self.after()

    @precondition(lambda self: self.state != "dismissed" and self.case.items.count() > len(self.ledger.cured))
    @rule(data=st.data(), moment=st.sampled_from(["now", "edge", "edge", "before", "long ago"]))
    def confirm_cure(self, data: st.DataObject, moment: str) -> None:
        """The fact lies anywhere up to now: at the moment of the power, a second before it, or long ago."""
        left = self.left()
        self._cure(data.draw(st.lists(st.sampled_from(left), min_size=1, unique=True)), moment)

    def left(self) -> list[int]:
        items = self.case.items.order_by("position").values_list("position", flat=True)
        return [n for n in items if n not in self.ledger.cured]

    def _cure(self, chosen: list[int], moment: str) -> None:
        edges = [x.act_from for x in self.ledger.letters.values() if x.act_from]
        edge = max(edges, default=self.now)
        fact = {"now": self.now, "edge": edge, "before": edge - SECOND, "long ago": BEGIN + MINUTE}[moment]
        fact = min(fact, self.now).replace(microsecond=0)
        state = self.case_now().state
        if self.attempt("violations.confirm_cure", self.case, items=[str(n) for n in chosen], cured_at=fact):
            self.ledger.cured |= dict.fromkeys(chosen, fact)
            self._cure_reached(state)
        self.after()

    def _cure_reached(self, before: str) -> None:
        decision = self.decision(TERMINATION)
        if before == "terminating" and decision is not None and self.case_now().state != "terminating":
            self.done["held" if decision.state == "proposed" else "a cure in time stopped the end"] += 1
        self.done["cured after the end"] += before == "terminated"

    @precondition(lambda self: self.counting())
    @rule(ago=st.sampled_from([timedelta(), timedelta(), SECOND, DAY]))
    def confirm_uncured(self, ago: timedelta) -> None:
        checked, allowed = self.now - ago, self.ledger.ripe(self.now - ago) and self.ledger.ripe(self.now)
        given = {"checked_at": checked, "how": "接続記録を確認"}
        if self.attempt("violations.confirm_uncured", self.case, **given):
            assert allowed, "未是正確認 before the moment"
            self.ledger.checks.append(checked)
        elif self.settled and self.case_now().state not in ("terminated", "dismissed"):
            assert not allowed, "未是正確認 was refused although the moment had come"
        self.after()

    @precondition(lambda self: self.counting())
    @rule(by=st.sampled_from(["hana", "ken"]), channels=WAYS)
    def propose_termination(self, by: str, channels: list[str]) -> None:
        allowed, given = self.ledger.proven(self.now), {"reason": "是正がない", "channels": channels}
        free = self.case_now().state in ("curing", "cured") and not self.open_decision(TERMINATION)
        if self.attempt("violations.propose_termination", self.case, by=by, **given):
            assert allowed, "proposed before the power had come"
        elif self.settled and free:
            assert not allowed, "refused although the power had come"
            early = any(x.act_from == self.now + SECOND for x in self.ledger.letters.values() if x.counts)
            self.done["refused one second before"] += early
        self.after()

    @precondition(lambda self: any(x.act_from is None for x in self.counting()))
    @rule()
    def propose_waiver(self) -> None:
        self.attempt("violations.propose_waiver", self.case, reason="追跡で持ち出し中と分かったため")
        self.after()

    @precondition(lambda self: self.counting())
    @rule(days=st.sampled_from([0, 1, 4, 12]))
    def propose_extension(self, days: int) -> None:
        counting = [n for n in self.letters(CORRECTION) if self.ledger.letters[n.pk].counts]
        if counting:
            letter = self.ledger.letters[counting[-1].pk]
            until = max(letter.named, self.now.astimezone(BEGIN.tzinfo).date()) + days * DAY
            given = {"until": until, "notice": counting[-1].number, "reason": "延長に合意したため"}
            self.attempt("violations.propose_extension", self.case, **given)
        self.after()

    def dismiss(self) -> None:
        if self.attempt("violations.dismiss", self.case, reason="誤認だった"):
            for letter in self.ledger.letters.values():
                letter.stopped = True
        self.after()

    @property
    def closed(self) -> bool:
        return self.state in ("terminated", "dismissed")

    def counting(self) -> list[Letter]:
        return [] if self.closed else [x for x in self.ledger.letters.values() if x.counts]

    # --- its decisions --------------------------------------------------------------------------------------------

    def open_decision(self, kind: str) -> bool:
        return Decision.objects.about(self.case, kind).filter(state__in=["proposed", "approved", "returned"]).exists()

    @precondition(lambda self: self.open_decision(""))
    @rule(by=st.sampled_from(["mio", "mio", "ken", "hana"]), kind=st.sampled_from(["", TERMINATION]))
    def approve(self, by: str, kind: str) -> None:
        decision, allowed = self.decision(kind), self.ledger.proven(self.now)
        mine = decision is not None and decision.editors.filter(user__name=by).exists()
        if row := self.attempt("decisions.approve", decision, by=by):
            assert not mine, "approved by who wrote it"
            self._approved(row, allowed)
        self.after()

    def _approved(self, decision: Decision, allowed: bool) -> None:
        if decision.kind == TERMINATION:
            assert allowed, "approved before the power had come"
            self.look()
            return
        self.done[f"{decision.kind} carried out"] += 1
        waiting = [n for n in self.letters(CORRECTION) if n.number == decision.fields["notice"]]
        letter = self.ledger.letters[waiting[0].pk]
        if decision.kind == WAIVER:
            letter.note("post", waived=True)
        else:
            letter.extended_to = datetime.fromisoformat(decision.fields["until"]).date()

    @precondition(lambda self: self.open_decision(""))
    @rule()
    def send_back(self) -> None:
        self.attempt("decisions.send_back", self.decision(), by="mio", reason="経緯を書き足してください")
        self.after()

    @precondition(lambda self: self.open_decision(""))
    @rule(by=st.sampled_from(["hana", "ken"]), channels=st.none() | WAYS)
    def edit(self, by: str, channels: list[str] | None) -> None:
        decision = self.decision()
        was = decision.state if decision is not None else ""
        changes: dict[str, Any] = (
            {"channels": channels} if channels and decision and decision.kind == TERMINATION else {}
        )
        if self.attempt("decisions.edit", decision, by=by, reason=f"書き直し {self.now:%d %H%M%S}", **changes):
            self.done["edited after approval"] += was == "approved"
        self.after()

    @precondition(lambda self: self.open_decision(""))
    @rule()
    def withdraw(self) -> None:
        self.attempt("decisions.withdraw", self.decision(), reason="もう一度話し合う")
        self.after()

    @precondition(lambda self: self.state == "terminating")
    @rule(what=st.sampled_from(["edge", "now", "before", "edit", "withdraw"]))
    def while_the_end_waits(self, what: str) -> None:
        """Somebody thinks again, or a cure becomes known, between the approval and the dispatch."""
        if what in ("edit", "withdraw"):
            self.edit("hana", None) if what == "edit" else self.withdraw()
        elif left := self.left():
            self._cure(left, what)

    # --- its letters ----------------------------------------------------------------------------------------------

    def ways(self, left: bool) -> list[tuple[str, int, str]]:
        """Where something can be recorded: kind and key of the letter, and the way. A letter is posted once."""
        both = [(kind, key, x) for kind in (TERMINATION, CORRECTION) for key, x in self.book(kind).items()]
        found = [(kind, key, way, x.ways[way]) for kind, key, x in both for way in x.ways]
        return [
            (kind, key, way) for kind, key, way, d in found
            if (d.dispatched_at is not None and d.returned_at is None if left else d.dispatched_at is None and way == "post")
        ]  # fmt: skip

    @precondition(lambda self: self.ways(left=False))
    @rule(pick=PICK, postage=POSTAGE, ago=AGO)
    def mark_posted(self, pick: int, postage: str, ago: timedelta) -> None:
        found = self.ways(left=False)
        kind, key, _ = found[pick % len(found)]
        notice = Notice.objects.get(pk=key)
        posted = max(self.now - ago, notice.ordered_at)
        if self.attempt("notices.mark_posted", notice, posted_at=posted, postage=postage):
            kind_of_post = "post_ordinary" if postage == "ordinary" else "post_recorded"
            self.book(kind)[key].note("post", channel=kind_of_post, dispatched_at=posted)
            self.done[f"{postage} post"] += 1
            self.done["posting recorded late"] += posted < self.now
        self.after()

    @precondition(lambda self: self.ways(left=True))
    @rule(pick=PICK, ago=AGO)
    def record_delivery(self, pick: int, ago: timedelta) -> None:
        found = self.ways(left=True)
        kind, key, way = found[pick % len(found)]
        given = {"channel": way, "delivered_at": self.now - ago}
        if self.attempt("notices.record_delivery", Notice.objects.get(pk=key), **given):
            letter = self.book(kind)[key]
            before = letter.act_from
            letter.note(way, delivered_at=self.now - ago)
            self.done["late delivery"] += bool(before and letter.act_from and letter.act_from > before)
        self.after()

    @precondition(lambda self: self.ways(left=True))
    @rule(pick=PICK)
    def record_return(self, pick: int) -> None:
        found = self.ways(left=True)
        kind, key, way = found[pick % len(found)]
        given, ended = {"channel": way, "returned_at": self.now, "reason": "宛先不明"}, self.ledger.ended_at()
        if self.attempt("notices.record_return", Notice.objects.get(pk=key), **given):
            self.book(kind)[key].note(way, returned_at=self.now)
            self.done["an end came back"] += ended is not None and self.ledger.ended_at() is None
            self.done["an end moved"] += ended is not None and self.ledger.ended_at() not in (None, ended)
        self.after()

    @precondition(lambda self: any(not x.has_left and not x.stopped for x in self.ledger.letters.values()))
    @rule()
    def stop_sending(self) -> None:
        self.attempt("notices.stop_sending", self.letter(CORRECTION), reason="宛先を確かめるため")
        self.after()

    @rule(postage=POSTAGE)
    def pursue(self, postage: str) -> None:
        """What a determined clerk does next, so that many lives come to an end."""
        self.quiet = False
        decision, letter = self.decision(TERMINATION), self.letter(CORRECTION)
        last = self.ledger.letters.get(letter.pk) if letter is not None else None
        if decision is not None and decision.state == "proposed":
            self.approve("mio", TERMINATION)
        elif letter is not None and letter.state in ("ordered", "final") and letter.email is not None:
            self.time_passes(WAIT + MINUTE)
        elif last is None or last.act_from is None:
            self._unblock(letter, postage)
        elif self.now < last.act_from:
            self.until_the_moment(False)
        elif not self.ledger.proven(self.now):
            self.confirm_uncured(timedelta())
        elif decision is not None and decision.state == "approved":
            self.time_passes(WAIT + MINUTE)
        else:
            self.propose_termination("hana", ["email", "post"] if postage == "ordinary" else ["email"])

    def _unblock(self, letter: Notice | None, postage: str) -> None:
        if letter is not None and letter.post is not None and letter.post.state == "queued":
            self.mark_posted(0, postage, timedelta())
        elif letter is not None and letter.post is not None and letter.post.state == "dispatched":
            self.record_delivery(-1, timedelta())
        else:
            self.send_correction_notice(["email"], 0)

    # --- what may never be otherwise ------------------------------------------------------------------------------

    def case_now(self) -> Violation:
        return Violation.objects.select_related("subscription").get(pk=self.case.pk)

    @invariant()
    def what_may_never_be_otherwise(self) -> None:
        """Looked at whenever something was written."""
        if (weight := self.weight()) == self.checked:
            return
        self.the_facts_stand_as_they_were_told()
        self.numbers_have_no_gap()
        if self.settled:
            self.ledger.settle()
            case = self.case_now()
            self.every_clock_agrees_with_the_oracle()
            self.nothing_ends_without_its_letter(case)
            self.the_case_says_what_is_so(case)
            self.state = case.state
        self.checked = weight

    def the_facts_stand_as_they_were_told(self) -> None:
        cured = dict(self.case.items.exclude(cured_at=None).values_list("position", "cured_at"))
        assert cured == self.ledger.cured, "a cure is dated as it was told"
        decisions = list(Decision.objects.about(self.case).prefetch_related("editors"))
        for decision in decisions:
            assert decision.approved_by_id not in {e.user_id for e in decision.editors.all()}
        kinds = Counter(d.kind for d in decisions if d.state in ("proposed", "approved", "returned"))
        assert max(kinds.values(), default=0) <= 1, "one proposal at a time"

    def numbers_have_no_gap(self) -> None:
        for model in (Notice, Decision):
            numbers = sorted(n for n in model._base_manager.values_list("number", flat=True) if n)
            assert [int(n[7:]) for n in numbers] == list(range(1, len(numbers) + 1)), numbers

    def every_clock_agrees_with_the_oracle(self) -> None:
        clocks = list(Deadline.objects.about(self.case, "violations.cure").on_file())
        held = {c.notice_id: (c.communicated_on, c.act_from) for c in clocks}
        told = {n: (x.named, x.act_from) for n, x in self.ledger.letters.items() if x.counts}
        assert held == told, "a clock is not where the oracle has it"
        for clock in clocks:
            assert clock.state == "running" or (clock.act_from is not None and clock.act_from <= clock.lapsed_at)

    def nothing_ends_without_its_letter(self, case: Violation) -> None:
        ended_at = self.ledger.ended_at()
        assert (case.state == "terminated") == (ended_at is not None), (
            f"no end without its letter: {case.state}, {ended_at}"
        )
        assert (case.subscription.state, case.subscription.ended_at) == ("ended" if ended_at else "active", ended_at)
        blocks = list(Block.objects.filter(subscription=case.subscription))
        assert {b.since for b in blocks if b.until is None} == ({ended_at} if ended_at else set())
        assert {b.since for b in blocks} <= {
            w.dispatched_at for x in self.ledger.ends.values() for w in x.ways.values()
        }

    def the_case_says_what_is_so(self, case: Violation) -> None:
        decision = self.decision(TERMINATION)
        waiting = any(not x.stopped and not x.standing and self._queued(x) for x in self.ledger.ends.values())
        assert (case.state == "terminating") == waiting
        if decision is not None and decision.state == "approved":
            assert case.state == "terminating"
        if case.state == "correction_ordered":
            assert any(not x.stopped and not x.has_left for x in self.ledger.letters.values())
        if case.state == "cured" and self.state not in ("cured", "terminating", "terminated"):
            assert self.ledger.all_in_time(), "cured, with something left"
        if case.state == "curing":
            assert not self.ledger.all_in_time(), "everything was cured in time, and the case does not know"

    @staticmethod
    def _queued(letter: Letter) -> bool:
        return any(way.dispatched_at is None for way in letter.ways.values())


REACHED = [
    "recorded post", "registered post", "posting recorded late", "late delivery", "an end came back", "edited after approval", "held",
    "a cure in time stopped the end", "cured after the end", "pressed while a handler waited", "refused one second before", "lapsed",
    f"{WAIVER} carried out", f"{EXTENSION} carried out", "violations.propose_termination", "decisions.approve refused",
    "decisions.withdraw", "decisions.send_back", "violations.dismiss", "notices.stop_sending",
]  # fmt: skip


def a_contract(world: World) -> Any:
    contract = world.subscription(BEGIN - DAY)
    world.set_house(BEGIN - HOUR, email_wait_minutes=30)
    return contract


def play(world: World, contract: Any, chapter: str, lives: int, done: Counter[str]) -> None:
    """So many lives of this chapter, the same every time; `done` counts what they reached."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: Life(world, contract, done, chapter),
        settings=settings(
            max_examples=lives, stateful_step_count=STEPS, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck), report_multiple_bugs=False, print_blob=False,
        ),
    )  # fmt: skip


def _record_cures_as_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    pressed = registry.verb("violations.confirm_cure")

    def run(case: Any, *, at: datetime, **given: Any) -> Any:
        return pressed.run(case, at=at, **given | {"cured_at": at})

    monkeypatch.setitem(registry._verbs, pressed.key, replace(pressed, run=run))


FAULTS: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None], str]] = {
    "recorded post counts from its posting": (
        "waiver", lambda m: m.setattr(reckoning, "_arrival_unknown", lambda way: False), "not where the oracle"),
    "a letter that came back still ends": (
        "back", lambda m: m.setattr(termination, "_came_back", lambda *args: None), "no end without its letter"),
    "no moment is awaited": ("early", lambda m: m.setattr(clocks, "not_ripe", lambda *args: None), "before the moment"),
    "a waiver is ignored": ("waiver", lambda m: m.setattr(outcomes, "waived", lambda *args: None), "not where the oracle"),
    "an extension is ignored": (
        "extension", lambda m: m.setattr(reckoning, "_extended", lambda reckoned, extension: reckoned), "not where the oracle"),
    "a cure counts from its recording": ("stopped", _record_cures_as_of_now, "dated as it was told"),
    "guards go by the stored row": (
        "stale", lambda m: m.setattr(deadlines, "as_it_stands", lambda clock: clock), "before the power had come"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_the_machine_catches(world: World, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    chapter, break_it, said = FAULTS[fault]
    contract = a_contract(world)
    break_it(monkeypatch)
    with pytest.raises(AssertionError, match=said):
        play(world, contract, chapter, 5, Counter())


def test_no_order_of_acts_does_what_the_terms_do_not_allow(world: World) -> None:
    contract, done = a_contract(world), Counter[str]()
    for chapter, lives in CHAPTERS.items():
        play(world, contract, chapter, lives * MORE, done)
    assert [what for what in REACHED if not done[what]] == [], sorted(done.items())
