"""A world to test in: paths through life, built from shorter paths, all through `press`; a test says where it is.

    world.subscription(at("2026-04-01"))             a contract in use
    world.curing_case(at("2026-11-02"), ["email"])   a case whose correction notice has just left by e-mail

The clock stands at the moment of each call, and the pump runs after every verb, as in service. Nothing here migrates.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model

from config.desk import clock
from config.desk.clock import JST
from config.desk.models import HouseSetting
from config.desk.press import press
from config.desk.step import step
from contracts.deadlines.models import Deadline
from contracts.deadlines.sweep import Swept, sweep
from contracts.terms import stories as terms
from notices.models import Delivery, Notice
from notices.pump import Pumped, pump
from tests.support.keeping import Keeper, kept

CAST = {"rin": ["受付"], "hana": ["契約"], "ken": ["契約", "承認"], "mio": ["承認"], "aki": ["法務"], "gen": ["管理"]}
APPLICANT: dict[str, Any] = {
    "kind": "corporation", "name": "株式会社みどり丘印刷", "kana": "ミドリオカインサツ", "postal_code": "435-0099",
    "address": "静岡県浜松市中央区見本町一丁目2番3号", "phone": "053-000-0000", "channel": "sales", "licenses": "20",
    "agreed_version": terms.STORY_VERSION,
}  # fmt: skip
BREACH = {"clause": ["9(2)"], "finding": "act", "facts": "認証情報を社外の者に貸与していること", "evidence": "接続記録"}
DEMAND = {"facts": "認証情報を社外の者に貸与していること", "demand": "貸与をやめること"}
HAND_OVER = {
    "admin_url": "https://admin.akatsuki.example/t/midorioka",
    "admin_id": "mido-admin",
    "password": "Xk7#first-use",
}


def at(text: str) -> datetime:
    """An aware moment, JST where the text names no zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=JST)


def _set_readings(rollover: str, named_day: str) -> None:
    terms.read_as("rollover", rollover)
    terms.read_as("named_day", named_day)


class World:
    """Staff by name, terms in force on every day, e-mails that leave at once unless told otherwise."""

    def __init__(
        self, *, rollover: str = "business", named_day: str = "safe", keeps: bool = False, **house: int
    ) -> None:
        self.keeper = Keeper(keeps)
        self._begin(rollover, named_day, **house)
        people = get_user_model()._default_manager.filter(email__endswith="@staff.example")
        self.staff = {person.email.partition("@")[0]: person for person in people}

    @kept
    def _begin(self, rollover: str, named_day: str, **house: int) -> None:
        with clock.standing_at(at("2000-01-01")), step("test.begin", at=at("2000-01-01")):
            terms.begin()
            if (rollover, named_day) != ("business", "safe"):  # the default needs no row
                _set_readings(rollover, named_day)
            for key, value in ({"email_wait_minutes": 0} | house).items():
                HouseSetting.objects.update_or_create(key=key, defaults={"value": str(value)})
            people = get_user_model()._default_manager
            for name, roles in CAST.items():
                people.create_user(f"{name}@staff.example", name=name, roles=roles)

    def read(self, *, rollover: str, named_day: str) -> None:
        """Legal reads the terms otherwise from now on; what runs keeps the reading it began under."""
        with clock.standing_at(at("2000-01-01")), step("test.read", at=at("2000-01-01")):
            _set_readings(rollover, named_day)

    def set_house(self, at: datetime, **house: int) -> None:
        """管理 changes house settings."""
        for key, value in house.items():
            with clock.standing_at(at):
                press(
                    "desk.set_house_setting", None, by=self.staff["gen"], at=at, data={"key": key, "value": str(value)}
                )

    # --- one act ------------------------------------------------------------------------------------------------

    def press(self, key: str, to: Model | None, *, by: str, at: datetime, because: str = "", **data: Any) -> Any:
        """Press with the clock at that moment, on the row as it is in the database now; signed with `because`."""
        fresh = None if to is None else type(to)._base_manager.get(pk=to.pk)
        with clock.standing_at(at):
            return press(key, fresh, by=self.staff[by], at=at, data=data, reason=because)

    def do(self, key: str, to: Model | None, *, by: str, at: datetime, **data: Any) -> Any:
        """Press, then let the pump run; the row as it is afterwards."""
        row = self.press(key, to, by=by, at=at, **data)
        self.pump(at)
        return type(row)._base_manager.get(pk=row.pk)

    def pump(self, at: datetime) -> Pumped:
        """The pump at this moment."""
        with clock.standing_at(at):
            return pump()

    def sweep(self, at: datetime) -> Swept:
        """The sweep at this moment."""
        with clock.standing_at(at):
            return sweep(at)

    # --- applications and contracts -----------------------------------------------------------------------------

    @kept
    def application(self, at: datetime, **other: Any) -> Any:
        """Received, not judged."""
        email = f"info{self.keeper.turn()}@midorioka.example"
        given = APPLICANT | {"email": email, "agreed_at": at} | other
        return self.do("applications.receive", None, by="rin", at=at, **given)

    @kept
    def judged(self, at: datetime, **found: str) -> Any:
        """All five grounds judged: clear, or as named (ground_2="applies")."""
        application = self.application(at)
        for ground in "12345":
            finding = found.get(f"ground_{ground}", "clear")
            self.press(
                "applications.judge_ground",
                application,
                by="rin",
                at=at,
                ground=ground,
                finding=finding,
                reason="記録による",
            )
        return application

    @kept
    def accepted(self, at: datetime, channels: Sequence[str] = ("email",)) -> Any:
        """Accepted, its letter on the way or gone."""
        return self.do("applications.accept", self.judged(at), by="rin", at=at, channels=list(channels))

    @kept
    def formed(self, at: datetime) -> Any:
        """A contract, formed by e-mail, whose credentials are not handed over."""
        return self.accepted(at).subscription

    @kept
    def subscription(self, at: datetime) -> Any:
        """A contract in use from this moment."""
        return self.do("licenses.hand_over", self.formed(at), by="hana", at=at, channels=["email"], **HAND_OVER)

    @kept
    def subscription_sent_at_once(self, at: datetime) -> Any:
        """A contract in use, although e-mails wait: each is pumped when it falls due."""
        application = self.accepted(at)
        self.pump(at + timedelta(hours=2))
        application.refresh_from_db()
        later = at + timedelta(hours=3)
        contract = self.do(
            "licenses.hand_over", application.subscription, by="hana", at=later, channels=["email"], **HAND_OVER
        )
        self.pump(later + timedelta(hours=2))
        contract.refresh_from_db()
        return contract

    @kept
    def refusal(self, at: datetime, channels: Sequence[str] = ("email",)) -> Any:
        """A proposed refusal on ground 2: the Decision."""
        application = self.judged(at, ground_2="applies")
        given = {"grounds": ["2"], "reason": "前の違反のため", "channels": list(channels)}
        return self.do("applications.propose_refusal", application, by="rin", at=at, **given)

    # --- violations ---------------------------------------------------------------------------------------------

    @kept
    def case(self, at: datetime, subscription: Any = None) -> Any:
        """A case whose one item is confirmed."""
        subscription = subscription or self.subscription(at)
        given = {"customer": subscription.customer, "source": "監視の記録", "facts": "貸与の疑い"}
        case = self.press("violations.open", None, by="hana", at=at, **given)
        return self.press("violations.confirm_item", case, by="hana", at=at, **BREACH)

    @kept
    def noticed_case(
        self, at: datetime, channels: Sequence[str], *, subscription: Any = None, planned_on: date | None = None
    ) -> Any:
        """A case whose correction notice was ordered, and has left where it goes by e-mail today."""
        case = self.case(at, subscription)
        given = {"channels": list(channels), "planned_on": planned_on} | DEMAND
        return self.do("violations.send_correction_notice", case, by="hana", at=at, **given)

    @kept
    def curing_case(
        self, at: datetime, channels: Sequence[str] = ("email",), *, subscription: Any = None, **posting: Any
    ) -> Any:
        """Its notice has left on every way; `posting`: postage, posted_at where it goes by post."""
        case = self.noticed_case(at, channels, subscription=subscription)
        if "post" in channels:
            given = {"posted_at": at, "postage": "ordinary"} | posting
            self.do("notices.mark_posted", self.correction(case), by="hana", at=given["posted_at"], **given)
        return type(case)._base_manager.get(pk=case.pk)

    @kept
    def uncured_case(self, at: datetime, subscription: Any = None) -> Any:
        """Its clock has run out, and that nothing was cured is confirmed at that very moment."""
        case = self.curing_case(at, subscription=subscription)
        ripe = self.cure(case).act_from
        assert ripe is not None
        self.sweep(ripe)
        return self.do("violations.confirm_uncured", case, by="hana", at=ripe, checked_at=ripe, how="接続記録を確認")

    @kept
    def termination(self, at: datetime, *, by: str = "hana", channels: Sequence[str] = ("email",)) -> Any:
        """A proposed termination: the Decision. Proposed at the case's act_from."""
        case = self.uncured_case(at)
        given = {"reason": "是正がない", "channels": list(channels)}
        return self.do("violations.propose_termination", case, by=by, at=self.ripe(case), **given)

    # --- looking ------------------------------------------------------------------------------------------------

    def cure(self, case: Any) -> Deadline:
        """The latest cure clock of the case."""
        return Deadline.objects.about(case, "violations.cure").latest("pk")

    def ripe(self, case: Any) -> datetime:
        """The moment from which the company may act on the case."""
        moment = self.cure(case).act_from
        assert moment is not None
        return moment

    def correction(self, case: Any) -> Notice:
        """The latest correction notice of the case."""
        return Notice.objects.about(case, "violations.correction").latest("pk")

    def delivery(self, row: Any, channel: str) -> Delivery:
        """The delivery of the latest letter on the row, on this way."""
        return Delivery.objects.get(notice=Notice.objects.about(row).latest("pk"), channel=channel)
