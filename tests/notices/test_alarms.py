"""What stands still is said in four places: home page, sidebar, doctor, /health/. Each limit is a house setting."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from config.desk import alarms, clock, doctor, heartbeat
from config.desk.refusal import FormRefused
from notices.alarms import closing, stages, standing
from notices.alarms.stages import STAGES
from notices.engine import kinds
from notices.models import Delivery, Notice
from notices.resending import next_of
from tests.house.test_crawl import no_writes
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-02T10:00")  # a Monday
ALL_WELL = {"database": {"ok": True}, "queue": {"ok": True, "standing": {}}, "worker": {"ok": True, "standing": {}}}


@pytest.fixture
def letter(world: World) -> Notice:
    """Ordered on two ways; nothing of it has been made."""
    application = world.judged(NOW)
    world.press("applications.accept", application, by="rin", at=NOW, channels=["email", "post"])
    return Notice.objects.about(application).get()


def put(row: Any, **values: Any) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def email(letter: Notice) -> Delivery:
    return letter.deliveries.get(channel="email")


def post(letter: Notice) -> Delivery:
    return letter.deliveries.get(channel="post")


def _in_flight(letter: Notice) -> None:
    put(letter, state="final", number="N-2026-000001")
    put(email(letter), state="in_flight", claimed_at=NOW)


def _failed(letter: Notice) -> None:
    put(letter, state="final", number="N-2026-000001")
    put(email(letter), state="failed", claimed_at=NOW)


def _sending(letter: Notice) -> None:
    put(letter, state="final", number="N-2026-000001")
    put(email(letter), due_at=NOW)


def _unposted(letter: Notice) -> None:
    put(letter, state="dispatched", number="N-2026-000001", dispatched_at=NOW)
    put(email(letter), state="dispatched", dispatched_at=NOW)


def _recorded(letter: Notice) -> None:
    _unposted(letter)
    put(post(letter), state="dispatched", dispatched_at=NOW, postage="recorded")


def _returned(letter: Notice) -> None:
    _unposted(letter)
    put(email(letter), state="returned", returned_at=NOW)
    put(post(letter), state="cancelled")


def _void(letter: Notice) -> None:
    put(letter, state="void", number="N-2026-000001", closed_reason="書面を作れませんでした。")


MINUTE = timedelta(minutes=1)
INTO: dict[str, tuple[Any, timedelta]] = {  # stage → how a letter comes into it, and how long it may stand there
    "making": (lambda letter: None, 10 * MINUTE),
    "sending": (_sending, 10 * MINUTE),
    "in_flight": (_in_flight, 30 * MINUTE),
    "failed": (_failed, timedelta(hours=24)),
    "void": (_void, timedelta(hours=24)),
    "unposted": (_unposted, timedelta(hours=14)),  # its planned day is over
    "unrecorded": (_recorded, timedelta(days=14)),
    "returned": (_returned, timedelta(days=3)),
}


def standing_at(when: datetime) -> dict[str, int]:
    return {alarm.key: alarm.count for alarm in standing.alarms_at(when) if alarm.key != "closing"}


# --- letters ---------------------------------------------------------------------------------------------------------


def test_every_stage_has_its_case_here() -> None:
    assert set(INTO) == {stage.key for stage in STAGES}


@pytest.mark.parametrize("key", INTO)
def test_a_letter_may_stand_so_long_and_no_longer(letter: Notice, key: str) -> None:
    into, allowed = INTO[key]
    into(letter)
    assert key not in standing_at(NOW + allowed - MINUTE)
    assert standing_at(NOW + allowed)[key] == 1
    assert sum(map(bool, standing.alarms_at(NOW + allowed))) >= 1


@pytest.mark.parametrize("key", ["in_flight", "returned"])
def test_the_house_says_how_long(world: World, letter: Notice, key: str) -> None:
    into, allowed = INTO[key]
    into(letter)
    world.set_house(NOW, **{stages.stage_of(key).policy.key: 1})
    assert key in standing_at(NOW + allowed / 3 + MINUTE)


def test_what_is_settled_or_sent_anew_stands_no_more(letter: Notice) -> None:
    _returned(letter)
    put(letter, followed_up=True)
    assert standing_at(NOW + timedelta(days=30)) == {}
    _void(letter)
    assert standing_at(NOW + timedelta(days=30)) == {}


def test_while_another_way_arrived_a_return_is_no_alarm(letter: Notice) -> None:
    _returned(letter)
    put(post(letter), state="delivered", dispatched_at=NOW, delivered_at=NOW)
    assert standing_at(NOW + timedelta(days=5)) == {}


# --- the last post ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("time", "chip", "key", "serious"),
    [
        ("15:59", "本日 17:00", None, None),
        ("16:00", "締切まで60分", "closing", False),
        ("16:59", "締切まで1分", "closing", False),
        ("17:00", "締切を過ぎました", "closing", True),
    ],
)
def test_the_last_post(letter: Notice, time: str, chip: str, key: str | None, serious: bool | None) -> None:
    _unposted(letter)
    moment = at(f"2026-11-02T{time}")
    values = stages.values_in_force()
    assert closing.chip(post(letter), moment, values).label == chip
    found = [(alarm.key, alarm.serious) for alarm in standing.alarms_at(moment)]
    assert found == ([(key, serious)] if key else [])


def test_the_house_names_the_last_post(world: World, letter: Notice) -> None:
    _unposted(letter)
    closes: dict[str, Any] = {"posting_closes": "15:30"}
    world.set_house(NOW, **closes)
    assert closing.chip(post(letter), at("2026-11-02T15:00"), stages.values_in_force()).label == "締切まで30分"
    for wrong in ("25:00", "17時", "1700", "17:60"):
        with pytest.raises(FormRefused) as refused:
            world.set_house(NOW, **(closes | {"posting_closes": wrong}))
        assert "17:00 のような時刻" in str(refused.value)


# --- where it is said -------------------------------------------------------------------------------------------------


@pytest.fixture
def well(world: World) -> Iterator[datetime]:
    """A worker that was here a moment ago, and no nudge left lying about."""
    moment = NOW + timedelta(hours=1)
    OrmQ.objects.all().delete()
    heartbeat.beat("pump", moment)
    with clock.standing_at(moment):
        yield moment


def browser(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


def health() -> tuple[int, Any]:
    answer = Client().get("/health/")
    return answer.status_code, json.loads(answer.content)


def finding(name: str) -> doctor.Finding:
    return next(answer.finding for answer in doctor.examine() if answer.name == name)


def test_all_is_well(world: World, well: datetime) -> None:
    assert health() == (200, {"ok": True, "checks": ALL_WELL | {"letters": {"ok": True, "standing": {}}}})
    assert "止まっています" not in browser(world, "rin").get("/admin/").content.decode()
    assert finding("発送").ok is True


def test_a_letter_that_stands_is_said_everywhere(world: World, letter: Notice, well: datetime) -> None:
    _in_flight(letter)
    OrmQ.objects.all().delete()
    home = browser(world, "rin").get("/admin/").content.decode()
    assert "送信の結果が不明なまま30分以上たつ通知が1通あります" in home
    assert 'href="/admin/notices/alarms/#card-in_flight"' in home
    assert '止まっている通知</span><span class="nav-count alert">1' in home
    page = browser(world, "rin").get("/admin/notices/alarms/").content.decode()
    assert f"/admin/verb/notices.record_outcome/{letter.pk}/" in page
    assert 'id="card-in_flight"' in page
    status, told = health()
    assert (status, told["checks"]["letters"]) == (503, {"ok": False, "standing": {"in_flight": 1}})
    with pytest.raises(SystemExit) as end:
        call_command("doctor", stdout=StringIO())
    assert end.value.code == 1
    assert "送信の結果が不明なまま" in finding("発送").text


def test_training_stands_still_by_intent(letter: Notice, well: datetime, settings: Any) -> None:
    _in_flight(letter)
    OrmQ.objects.all().delete()
    settings.KIYAKU_MODE = "training"
    status, told = health()
    assert (status, told["checks"]["letters"]["standing"]) == (200, {"in_flight": 1})
    assert finding("発送").ok is None


def test_the_worker_and_the_oldest_task(world: World, well: datetime) -> None:
    heartbeat.beat("pump", well - timedelta(minutes=11))
    task = OrmQ.objects.create(key="kiyaku", payload="", lock=well - timedelta(minutes=11))
    assert health()[1]["checks"]["worker"] == {"ok": False, "standing": {"worker": 1}}
    assert health()[1]["checks"]["queue"] == {"ok": False, "standing": {"queue": 1}}
    for name in ("rin", "gen"):  # 管理 keeps the place going, and sees no cases
        assert "待っている仕事があります" in browser(world, name).get("/admin/").content.decode()
    world.set_house(NOW, alarm_worker_minutes=20, alarm_queue_minutes=20)
    assert health()[0] == 200
    assert "自動処理は動いています" in browser(world, "rin").get("/admin/").content.decode()
    task.delete()


def test_who_keeps_the_place_sees_no_letters(world: World, letter: Notice, well: datetime) -> None:
    _in_flight(letter)
    assert "送信の結果が不明" not in browser(world, "gen").get("/admin/").content.decode()
    assert browser(world, "gen").get("/admin/notices/alarms/").status_code == 403


def test_health_tells_nothing_of_anybody_writes_nothing_and_asks_little(
    letter: Notice, well: datetime, django_assert_max_num_queries: Any
) -> None:
    _in_flight(letter)
    with no_writes(), CaptureQueriesContext(connection) as queries:
        answer = Client().get("/health/")
    assert len(queries) <= 9
    body = answer.content.decode()
    for secret in (letter.customer.name, letter.customer.email, letter.customer.number, "N-2026", "/"):
        assert secret not in body
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert Client().post("/health/").status_code == 405


def test_without_a_database_it_says_so(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    from config.desk import health as module

    monkeypatch.setattr(module, "_database", lambda: False)
    assert health() == (503, {"ok": False, "checks": {"database": {"ok": False}}})
    assert Client().get("/health/alive/").status_code == 503


def test_alive_asks_no_more_than_whether_it_lives(letter: Notice) -> None:
    _in_flight(letter)
    assert Client().get("/health/alive/").status_code == 200


def test_a_source_is_registered_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        alarms.source("letters", lambda at: [])


# --- and then --------------------------------------------------------------------------------------------------------


def test_every_kind_that_comes_back_has_a_way_on(world: World, letter: Notice) -> None:
    """By a verb on the very row that the letter serves; or, honestly, by the letter's own page and 対応を記録する."""
    from config.desk.registry import verb

    _returned(letter)
    without = set()
    for kind in kinds():
        if kind.resend_verb:
            assert verb(kind.resend_verb).subject is kind.subject, kind.key
            continue
        without.add(kind.key)
        letter.kind = kind.key
        assert next_of(letter, world.staff["rin"], NOW) == ("通知を開く", f"/admin/notices/notice/{letter.pk}/change/")
    assert "applications.acceptance" not in without
    assert verb("notices.settle").why_not(letter, by=None, at=NOW) is None
