"""The demo goes as told on any day: its dates are reckoned from today, over week ends, holidays and the New Year."""

from collections import Counter
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import Customer, User
from config.desk import clock, demo
from config.desk.clock import JST
from config.desk.models import HandlerRun
from config.desk.registry import ROLES
from config.desk.step import step
from contracts.applications.intake import Flag
from contracts.applications.models import Application, Intake, RejectedRow
from contracts.deadlines.models import Deadline
from contracts.decisions.models import Decision
from contracts.incoming.models import StoredFile
from contracts.licenses.models import EvidenceRequest, LeakReport, Subscription
from contracts.measures.models import Measure
from contracts.terms.models import TermsVersion
from contracts.terms.workflow import create_version
from contracts.violations.models import Violation
from notices.models import Delivery, Notice

DAYS = [
    datetime(2026, 12, 29, 8, 0, tzinfo=JST),  # the first day of the New Year's rest
    datetime(2027, 5, 6, 0, 2, tzinfo=JST),  # after Golden Week, two minutes into the day
]


def of_each_state(model: type) -> Counter[str]:
    return Counter(model.objects.values_list("state", flat=True))


def without_the_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the story that half the demo's rows come from."""
    few = [file for file in demo.files() if file.stem != "80-crowd"]
    assert len(few) == len(demo.files()) - 1
    monkeypatch.setattr(demo, "files", lambda: few)


@pytest.fixture(params=DAYS, ids=str)
def now(request: pytest.FixtureRequest, db: None, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The demo was loaded at this moment, as told. The crowd, which is slow, comes with the hardest day only."""
    moment: datetime = request.param
    if moment != DAYS[0]:
        without_the_crowd(monkeypatch)
    with clock.standing_at(moment):
        told = demo.play_all(moment)
    assert [problem for _, outcome in told for problem in outcome.problems()] == []
    assert all(outcome.ok for _, outcome in told)
    return moment


def days_left(kind: str, today: date) -> list[int]:
    """How far the running duties of this kind are away."""
    running = Deadline.objects.filter(kind=kind, state="running")
    return sorted((deadline.due_on - today).days for deadline in running if deadline.due_on)


def test_the_demo_goes_as_told_and_shows_everything_on_any_day(now: datetime) -> None:
    every_state_is_there()
    if now == DAYS[0]:
        the_crowd_is_there()
    else:
        assert 30 <= Customer.objects.count() <= 60
    the_home_page_is_alive(clock.jst_day(now))
    nothing_lies_ahead(now)
    assert all(customer.email.endswith(".example") for customer in Customer.objects.all())


def every_state_is_there() -> None:
    assert set(of_each_state(Application)) >= {"screening", "accepting", "accepted", "refusing", "refused"}
    assert set(of_each_state(Subscription)) == {"formed", "active", "ended"}
    assert set(of_each_state(Violation)) == set(Violation.State.values)
    assert set(of_each_state(Measure)) == set(Measure.State.values)
    assert set(of_each_state(LeakReport)) == set(LeakReport.State.values)
    assert set(of_each_state(EvidenceRequest)) == set(EvidenceRequest.State.values)
    assert set(Measure.objects.values_list("basis", flat=True)) == set(Measure.Basis.values)
    assert set(StoredFile.objects.values_list("media_type", flat=True)) == {"message/rfc822", "text/csv", "text/plain"}
    assert set(of_each_state(Decision)) >= {"proposed", "approved", "returned", "carried_out"}
    assert set(of_each_state(Delivery)) >= {"queued", "dispatched", "delivered", "returned", "failed"}


PASSING = {  # states in which no row rests
    Notice: {"ordered", "numbered"},  # until the pump comes, which is at once
    Delivery: {"in_flight"},  # while it is being sent; it stays only after a crash
}
NEVER = {
    Notice: {"void"},  # the renderer failed twice: a fault of ours, which no story can order
    Application: {"withdrawn"},  # no verb leads there yet
}


def the_crowd_is_there() -> None:
    """Some 150 applicants and customers; every chip of every list has a row, or a reason why not."""
    assert 130 <= Customer.objects.count() <= 180
    for model in (Application, Subscription, Violation, Measure, Notice, Delivery, Decision, Deadline, RejectedRow):
        wanted = set(model.State.values) - PASSING.get(model, set()) - NEVER.get(model, set())
        assert wanted - set(of_each_state(model)) == set(), model
    flags = {flag for flags in Application.objects.values_list("flags", flat=True) for flag in flags}
    assert flags >= {str(flag) for flag in Flag}
    intake = Intake.objects.latest("pk")
    assert (intake.duplicates, intake.rejected) == (2, 8)
    assert RejectedRow.objects.filter(reason__contains="内容相違").exists()


def the_home_page_is_alive(today: date) -> None:
    for kind in ("applications.screening", "licenses.set_up"):
        left = days_left(kind, today)
        assert 0 in left
        assert left[0] < 0 < left[-1]
    for kind in ("violations.review", "violations.notify", "violations.decide"):
        assert days_left(kind, today)
    cures = Deadline.objects.filter(kind="violations.cure", state="running")
    assert cures.exclude(blocked="").count() >= 2
    assert cures.filter(blocked="").count() >= 2
    assert Delivery.objects.to_post().count() >= 4
    assert Delivery.objects.unclear().count() >= 1
    assert Delivery.objects.came_back().count() >= 2
    assert HandlerRun.objects.get(state="failed").next_attempt_at is None
    assert Decision.objects.filter(state="proposed").count() >= 2


def nothing_lies_ahead(now: datetime) -> None:
    assert max(Application.objects.values_list("recorded_at", flat=True)) <= now
    assert max(Delivery.history.values_list("history_date", flat=True)) <= now
    assert max(delivery.dispatched_at for delivery in Delivery.objects.exclude(dispatched_at=None)) <= now


# --- the commands ---


def run(name: str, *arguments: str) -> tuple[int, str, str]:
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command(name, *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def _training(settings: Any) -> None:
    settings.KIYAKU_MODE = "training"


@pytest.fixture
def _first_step_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command plays what lies in the folder; that all of it goes as told is proven above."""
    head, first, *_ = min(demo.folder().glob("*.yaml")).read_text(encoding="utf-8").split("\n- {at:")
    (tmp_path / "first.yaml").write_text(f"{head}\n- {{at:{first}\n", encoding="utf-8")
    monkeypatch.setattr(demo, "folder", lambda: tmp_path)


@pytest.mark.django_db
def test_a_place_of_service_gets_no_demo() -> None:
    assert run("load_demo", "--if-empty")[0] == 0
    assert run("load_demo")[0] == 1
    assert not Customer.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("_training", "_first_step_only")
def test_it_is_loaded_once_beside_the_terms_and_prints_the_logins() -> None:
    with step("tests.begin", at=clock.now()):
        create_version(number="2025-04-01", effective_from=date(2025, 4, 1), text="取り込んだ本文")

    code, out, err = run("load_demo", "--if-empty")
    assert (code, err) == (0, "")
    assert "見本のデータを入れました" in out
    assert TermsVersion.objects.get().text == "取り込んだ本文"
    assert (count := Customer.objects.count()) == 1

    assert run("load_demo", "--if-empty") == (0, "", "")
    assert run("load_demo")[0] == 1
    assert Customer.objects.count() == count
    the_logins_work(run("demo_logins")[1])


def the_logins_work(table: str) -> None:
    assert len(table.strip().splitlines()) == 1 + len(demo.STAFF)
    for login in demo.STAFF:
        user = User.objects.get(email=login.email)
        assert user.check_password(login.password)
        assert user.roles == (login.role,)
        assert login.password in table
    assert {login.role for login in demo.STAFF} == set(ROLES)


@pytest.mark.django_db
def test_without_the_demo_there_are_no_logins() -> None:
    assert "いません" in run("demo_logins")[1]
