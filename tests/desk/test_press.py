"""The one door: permission → form → lock → guard, in this order; a refusal writes nothing; a write is signed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer
from config.desk import clock, numbers, registry
from config.desk.history import UnsignedWrite
from config.desk.models import Counter
from config.desk.press import press
from config.desk.refusal import FormRefused, NotPermitted, Refused
from config.desk.registry import Verb
from config.desk.step import current, step
from config.desk.triggers import history_models
from contracts.applications.models import Application
from tests.support.world import World, at

pytestmark = [pytest.mark.both, pytest.mark.django_db]
NOW = at("2026-11-02T09:00")


def rows() -> dict[str, int]:
    """How many rows each table holds."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


@contextmanager
def nothing_written() -> Iterator[None]:
    """No row appears, and no statement but a SELECT (or a savepoint, or a lock) is sent."""
    before = rows()
    with CaptureQueriesContext(connection) as sent:
        yield
    harmless = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
    assert [q["sql"] for q in sent.captured_queries if not q["sql"].lstrip().startswith(harmless)] == []
    assert rows() == before


# --- the order ----------------------------------------------------------------------------------------------------


class Recorder:
    """A verb of the test, which writes down what `press` asks, and in which order."""

    def __init__(self, customer: Customer) -> None:
        self.customer, self.asked = customer, list[str]()
        self.refuses = self.breaks = False
        recorder = self

        class RecordedForm(forms.Form):
            happened_at = forms.DateTimeField(required=False)
            happened_on = forms.DateField(required=False)
            planned_on = forms.DateField(required=False)

            def clean(self) -> dict[str, Any]:
                recorder.asked.append(f"form in step {current() is not None}")
                return super().clean() or {}

        self.verb = Verb(
            key="test.record", label="試す", clause="4(2)", roles=frozenset({"契約"}), subject=Customer,
            form=RecordedForm, why_not=self.why_not, run=self.run,
        )  # fmt: skip

    def why_not(self, row: Customer, *, by: Any, at: datetime) -> Refused | None:
        self.asked.append(f"guard in step {current() is not None}, row {row.name}")
        return Refused("いまはできません。", clause="4(2)") if self.refuses else None

    def run(self, row: Customer, *, by: Any, at: datetime, **fields: Any) -> Customer:
        self.asked.append("run")
        row.contact = "変更後"
        row.save()
        if self.breaks:
            raise RuntimeError("途中で壊れた")
        return row


@pytest.fixture
def recorder(world: World, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder(world.application(NOW).customer)
    monkeypatch.setitem(registry._verbs, made.verb.key, made.verb)
    monkeypatch.setattr("config.desk.press.permitted", lambda verb, by: "契約" in by.roles)
    return made


def push(world: World, recorder: Recorder, by: str = "hana", **data: Any) -> Model:
    with clock.standing_at(NOW):
        return press("test.record", recorder.customer, by=world.staff[by], at=NOW, data=data, reason="試すため")


def test_permission_then_form_then_lock_then_guard_then_run(world: World, recorder: Recorder) -> None:
    with step("test.rename", at=NOW):  # the row in hand is stale: guard and run see the locked one
        Customer.objects.filter(pk=recorder.customer.pk).update(name="改名した会社")
    push(world, recorder)
    assert recorder.asked == ["form in step False", "guard in step True, row 改名した会社", "run"]


def test_who_may_not_is_told_so_before_the_form_is_looked_at(world: World, recorder: Recorder) -> None:
    with nothing_written(), pytest.raises(NotPermitted) as refused:
        push(world, recorder, by="rin", happened_at="きのう")
    assert "契約の担当者" in refused.value.message
    assert recorder.asked == []


def test_a_form_that_does_not_fit_is_refused_before_the_guard(world: World, recorder: Recorder) -> None:
    recorder.refuses = True
    with nothing_written(), pytest.raises(FormRefused) as refused:
        push(world, recorder, happened_at="きのう")
    assert refused.value.form.errors.keys() == {"happened_at"}
    assert recorder.asked == ["form in step False"]


def test_a_refused_guard_runs_and_writes_nothing(world: World, recorder: Recorder) -> None:
    recorder.refuses = True
    with nothing_written(), pytest.raises(Refused, match="いまはできません"):
        push(world, recorder)
    assert "run" not in recorder.asked


def test_what_breaks_half_way_leaves_nothing(world: World, recorder: Recorder) -> None:
    recorder.breaks = True
    before, history = rows(), Customer.history.count()
    with pytest.raises(RuntimeError, match="途中で壊れた"):
        push(world, recorder)
    recorder.customer.refresh_from_db()
    assert (recorder.customer.contact, Customer.history.count(), rows()) == ("", history, before)
    assert current() is None


# --- facts of the future ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "refused"),
    [
        ("happened_at", "2026-11-02T09:00:01", True),
        ("happened_at", "2026-11-02T09:00:00", False),
        ("happened_on", "2026-11-03", True),
        ("happened_on", "2026-11-02", False),
        ("planned_on", "2026-11-30", False),
    ],
)
def test_a_recorded_fact_never_lies_ahead(
    world: World, recorder: Recorder, field: str, value: str, refused: bool
) -> None:
    if not refused:
        push(world, recorder, **{field: value})
        return
    with nothing_written(), pytest.raises(Refused, match="記録する時点より後"):
        push(world, recorder, **{field: value})
    assert "run" not in recorder.asked


def test_today_is_the_jst_day(world: World, recorder: Recorder) -> None:
    just_past_midnight = at("2026-11-03T00:00:00")  # still 2 November in UTC
    with clock.standing_at(just_past_midnight):
        press(
            "test.record",
            recorder.customer,
            by=world.staff["hana"],
            at=just_past_midnight,
            data={"happened_on": date(2026, 11, 3)},
        )
    assert recorder.asked[-1] == "run"


# --- signed -------------------------------------------------------------------------------------------------------


def test_the_history_row_says_who_why_and_by_which_verb(world: World, recorder: Recorder) -> None:
    push(world, recorder)
    row = Customer.history.filter(id=recorder.customer.pk).latest("history_id")
    signed = (row.history_user, row.history_change_reason, row.history_verb, row.history_date)
    assert signed == (world.staff["hana"], "試すため", "test.record", NOW)


def test_rows_of_one_press_share_one_step(world: World) -> None:
    application = world.application(NOW)
    later = NOW + timedelta(minutes=1)
    world.press(
        "applications.judge_ground", application, by="rin", at=later, ground="1", finding="clear", reason="記録なし"
    )
    first = {row.history_step for row in Application.history.filter(id=application.pk)}
    customer = {row.history_step for row in Customer.history.filter(id=application.customer_id)}
    judged = {row.history_step for row in apps.get_model("applications.GroundJudgement").history.all()}
    assert first == customer
    assert len(first) == len(judged) == 1
    assert None not in first | judged
    assert first != judged


def test_without_a_reason_of_the_step_the_field_s_reason_is_kept(world: World) -> None:
    application = world.application(NOW)
    given = {"ground": "1", "finding": "clear", "reason": "記録なし"}
    world.press("applications.judge_ground", application, by="rin", at=NOW, **given)
    world.press(
        "applications.judge_ground", application, by="rin", at=NOW, because="見直した", **(given | {"ground": "2"})
    )
    history = apps.get_model("applications.GroundJudgement").history
    assert list(history.order_by("history_id").values_list("history_change_reason", flat=True)) == [
        "記録なし",
        "見直した",
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", ["create", "save", "delete"])
def test_a_write_that_nobody_signs_raises_and_leaves_nothing(committed_world: World, write: str) -> None:
    customer = committed_world.application(NOW).customer
    history = Customer.history.count()
    with pytest.raises(UnsignedWrite):
        unsigned(customer, write)
    customer.refresh_from_db()
    deadlines = apps.get_model("deadlines.Deadline").objects.count()
    assert (customer.contact, Customer.history.count(), Customer.objects.count(), deadlines) == ("", history, 1, 1)


def unsigned(customer: Customer, write: str) -> None:
    if write == "create":
        Customer.objects.create(number="C-2026-999999", name="無記名", kind="individual", honorific="様")
    elif write == "save":
        customer.contact = "無記名の変更"
        customer.save()
    else:
        with transaction.atomic():
            apps.get_model("deadlines.Deadline").objects.all().delete()


def test_every_tracked_write_of_a_whole_life_is_signed(world: World) -> None:
    end = world.termination(at("2026-11-02T10:00"))
    world.do("decisions.approve", end, by="mio", at=world.ripe(end.subject))
    kept = [row for model in history_models() if hasattr(model, "history_verb") for row in model._default_manager.all()]
    assert len(kept) > 50
    assert [row for row in kept if not (row.history_verb and row.history_user_id and row.history_step)] == []


# --- steps --------------------------------------------------------------------------------------------------------


def test_steps_do_not_nest(world: World) -> None:
    with step("outer", at=NOW), pytest.raises(RuntimeError, match="inner opened inside step"), step("inner", at=NOW):
        pass
    assert current() is None


def test_a_verb_cannot_press_another(world: World, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    customer, hana = recorder.customer, world.staff["hana"]
    run = recorder.run
    monkeypatch.setattr(recorder, "run", None)
    again = lambda row, **given: press("test.inner", customer, by=hana, at=NOW, data={})  # noqa: E731
    inner = Verb(**{**vars(recorder.verb), "key": "test.inner", "run": run})
    outer = Verb(**{**vars(recorder.verb), "run": again})
    monkeypatch.setitem(registry._verbs, "test.inner", inner)
    monkeypatch.setitem(registry._verbs, "test.record", outer)
    with pytest.raises(RuntimeError, match="test.inner opened inside step"):
        push(world, recorder)
    assert "run" not in recorder.asked


def test_a_step_takes_an_aware_moment(world: World) -> None:
    with pytest.raises(ValueError, match="aware"), step("naive", at=datetime(2026, 11, 2, 9)):
        pass


# --- numbers ------------------------------------------------------------------------------------------------------


def test_a_number_that_was_rolled_back_is_given_out_again(world: World) -> None:
    first = world.application(NOW).number

    def fail() -> None:
        with step("test.fail", at=NOW):
            assert numbers.take("A", NOW) == "A-2026-000002"
            raise RuntimeError("取り消し")

    with pytest.raises(RuntimeError, match="取り消し"):
        fail()
    assert (first, world.application(NOW).number) == ("A-2026-000001", "A-2026-000002")
    assert Counter.objects.get(series="A", year=2026).last == 2


def test_a_refused_verb_leaves_no_gap(world: World) -> None:
    first = world.application(NOW)
    with pytest.raises(Refused):
        world.application(NOW, agreed_at=NOW + timedelta(days=1))
    customer = first.customer
    with pytest.raises(Refused, match="利用中の契約がありません"):
        world.press("violations.open", None, by="hana", at=NOW, customer=customer, source="通報", facts="貸与の疑い")
    assert world.application(NOW).number == "A-2026-000002"
    assert not Counter.objects.filter(series="V").exists()


def test_each_year_and_series_counts_by_itself(world: World) -> None:
    eve, new_year = at("2026-12-31T23:59:59"), at("2027-01-01T00:00:00")
    with step("test.count", at=eve):
        taken = [numbers.take("Z", eve), numbers.take("Y", eve), numbers.take("Z", eve), numbers.take("Z", new_year)]
    assert taken == ["Z-2026-000001", "Y-2026-000001", "Z-2026-000002", "Z-2027-000001"]
