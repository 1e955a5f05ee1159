"""What this place lacks, or what stands still there: checks that desk and rooms register, for `manage.py doctor`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.desk import alarms, clock, heartbeat, house, kinds_index, triggers
from config.desk.jst import jmoment
from config.desk.models import HandlerRun


@dataclass(frozen=True)
class Finding:
    """What a check found. `ok` None: worth knowing, and nothing is missing."""

    ok: bool | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """A question to this place; without a database in order those that need one are not asked."""

    name: str
    ask: Callable[[], Finding]
    needs_database: bool = True


@dataclass(frozen=True)
class Answer:
    """A check and what it found."""

    name: str
    finding: Finding


_checks: dict[str, Check] = {}


def check(name: str, ask: Callable[[], Finding], *, needs_database: bool = True) -> None:
    """Add a check under its Japanese name; the same name twice raises ValueError."""
    if name in _checks:
        raise ValueError(f"doctor check {name} registered twice")
    _checks[name] = Check(name=name, ask=ask, needs_database=needs_database)


def examine() -> Iterator[Answer]:
    """Ask every check, in the order of registration. One that cannot be asked is a finding too."""
    database = _asked(_database)
    for one in _checks.values():
        if one.ask is _database:
            yield Answer(one.name, database)
        elif database.ok or not one.needs_database:
            yield Answer(one.name, _asked(one.ask))


def _asked(ask: Callable[[], Finding]) -> Finding:
    try:
        return ask()
    except Exception as failure:
        why = " ".join(f"{type(failure).__name__}：{failure}".split())
        return Finding(False, f"確かめられませんでした（{why}）。")


def _database() -> Finding:
    connection.ensure_connection()
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding(False, f"表の更新が{len(waiting)}件、まだです。manage.py migrate を実行してください。")
    return Finding(True, f"{connection.vendor} につながり、表は最新です。")


def _triggers() -> Finding:
    if missing := triggers.missing():
        return Finding(
            False, f"書換えを防ぐ仕掛けが{len(missing)}件、ありません。manage.py migrate を実行してください。"
        )
    return Finding(True, "記録は、書き換えられないようになっています。")


def _kinds() -> Finding:
    if unknown := kinds_index.unregistered():
        return Finding(False, f"プログラムの知らない種類の記録があります：{'、'.join(unknown)}")
    return Finding(True, "記録にある種類は、すべて登録されています。")


def _mail() -> Finding:
    if settings.KIYAKU_MODE == "training":
        return Finding(None, "研修の場所です。メールも郵便も、実際には出ません。")
    backend = settings.EMAIL_BACKEND.split(".")[-2]
    if backend in ("dummy", "console"):
        return Finding(False, "メールサーバーが設定されていません。EMAIL_URL を設定してください。")
    return Finding(True, f"メールサーバー {settings.EMAIL_HOST}:{settings.EMAIL_PORT} から送ります。")


def _queue() -> Finding:
    """The nudges of the worker, and what follows an outcome; both wait for minutes at most (alarm_queue_minutes)."""
    from django_q.models import OrmQ

    nudge = OrmQ.objects.order_by("lock").values_list("lock", flat=True).first()
    run = HandlerRun.objects.filter(state=HandlerRun.State.WAITING).order_by("at").values_list("at", flat=True).first()
    oldest = min((moment for moment in (nudge, run) if moment is not None), default=None)
    if oldest is None or clock.now() - oldest <= timedelta(minutes=house.number("alarm_queue_minutes")):
        return Finding(True, "待たされている仕事はありません。")
    return Finding(False, f"{jmoment(oldest)} から待っている仕事があります。自動処理を起動し直してください。")


def _worker() -> Finding:
    latest = heartbeat.last()
    if latest is None:
        return Finding(None, "自動処理は、まだ一度も動いていません。make run で動きます。")
    alive = clock.now() - latest <= heartbeat.stale_after()
    return Finding(alive, f"自動処理の最終確認は {jmoment(latest)} です。" + ("" if alive else "止まっています。"))


def _as_alarm(key: str, ask: Callable[[], Finding]) -> alarms.Source:
    """What a check finds, on the home page and for /health/ too; of the place itself, so that 管理 sees it."""

    def call(at: datetime) -> list[alarms.Alarm]:
        finding = ask()
        return [alarms.Alarm(key=key, text=finding.text, of_cases=False)] if finding.ok is False else []

    return call


def register_all() -> None:
    """Called once, when the desk starts."""
    check("データベース", _database)
    check("記録の保護", _triggers)
    check("種類の登録", _kinds)
    check("メール", _mail, needs_database=False)
    check("待っている仕事", _queue)
    check("自動処理", _worker)
    alarms.source("queue", _as_alarm("queue", _queue))
    alarms.source("worker", _as_alarm("worker", _worker))
