"""Who may decide what on an application, in which state: a table written by hand (decided.csv), walked whole.

ground × finding × hit in the records × exception × document × role → ok, or refused under which clause, saying what.
`role`: the role does not hold the verb; `form`: the ground is none of the form's. Each state is built once; every row is
pressed upon it and taken back by a savepoint.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from accounts import workflow as accounts
from config.desk import clock
from config.desk.press import press
from config.desk.refusal import FormRefused, NotPermitted, Refused
from config.desk.step import step
from contracts.applications import checks
from contracts.applications.models import Application, Ground
from contracts.decisions.models import Decision
from tests.support.world import World, at

pytestmark = pytest.mark.django_db
ROWS = list(csv.DictReader((Path(__file__).parent / "decided.csv").open(encoding="utf-8")))
BEGUN, NOW = at("2026-11-02T10:00"), at("2026-12-07T10:00")  # a request of BEGUN has run out by NOW
EMAIL = {"channels": ["email"]}
STATE = ("ground", "finding", "hit", "exception", "document")
CLERK = "rin"
WHO = {
    "受付": "yui", "契約": "hana", "承認": "mio", "法務": "aki", "管理": "gen", "受付+承認": "sho", "代理": "dai", "終わった代理": "ato",
    "起案者の代理": "moto",
}  # fmt: skip


def test_the_table_is_whole() -> None:
    """Each verb with each ground, finding, exception, document and role that it can meet, and no line twice."""
    lines = [tuple(row[name] for name in ("verb", *STATE, "role")) for row in ROWS]
    assert len(lines) == len(set(lines))
    for verb in ("accept", "propose_exception", "propose_refusal"):
        mine = [row for row in ROWS if row["verb"] == verb]
        assert {row["ground"] for row in mine if row["finding"] == "applies"} >= set("12345")
        assert {row["finding"] for row in mine} >= {"clear", "unjudged", "checking", "applies"}
        assert {row["exception"] for row in mine} >= {"none", "proposed", "returned", "approved", "withdrawn"}
        assert {row["document"] for row in mine} == {"none", "asked", "lapsed", "received"}
        assert {row["hit"] for row in mine} == {"yes", "no"}
        assert {row["role"] for row in mine} >= {"受付", "契約", "承認", "法務"}
    assert {row["role"] for row in ROWS if row["verb"] == "approve"} == set(WHO)


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written within: `step` is the outermost transaction, so that a bare savepoint holds it."""
    here = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(here)


def test_every_line(world: World) -> None:
    _people(world)
    bases = _beginnings(world)
    key = lambda row: [row[name] for name in STATE] + [_proposer(row)]  # noqa: E731
    wrong = []
    for _, alike in groupby(sorted(ROWS, key=key), key=key):
        rows = list(alike)
        with taken_back():
            application = build(world, bases, rows[0])
            for row in rows:
                with taken_back():
                    wrong += told_otherwise(world, application, row)
    assert wrong == []


def _people(world: World) -> None:
    people = get_user_model()._default_manager
    for name, roles in {
        "yui": ["受付"],
        "sho": ["受付", "承認"],
        "dai": ["受付"],
        "ato": ["受付"],
        "moto": ["受付"],
    }.items():
        world.staff[name] = people.create_user(f"{name}@staff.example", name=name, roles=roles)  # type: ignore[attr-defined]
    day = clock.jst_day(NOW)
    for who, of, last in (("dai", "mio", day), ("ato", "mio", day - timedelta(days=1)), ("moto", "sho", day)):
        given = {
            "for_user": world.staff[of].pk,
            "deputy": world.staff[who].pk,
            "first_day": BEGUN.date(),
            "last_day": last,
            "reason": "休暇",
        }
        world.press("accounts.appoint_deputy", None, by="gen", at=BEGUN, **given)


def _proposer(row: dict[str, str]) -> str:
    """Whoever holds both roles proposes where they, or their deputy, then approve."""
    return "sho" if row["role"] in ("受付+承認", "起案者の代理") else CLERK


def build(world: World, bases: dict[str, Application], row: dict[str, str]) -> Application:
    """The application in the state that the line names."""
    application = _judged(world, bases, row)
    if row["hit"] == "yes":
        with clock.standing_at(BEGUN), step("test.prior", at=BEGUN):
            accounts.record_prior(
                application.customer, ground=2, source=application.number, fact="前の違反", happened_on=BEGUN.date()
            )
        assert checks.hits(application)[Ground.BREACH][0].level == "hit"
    _document(world, application, row["document"])
    _decision(world, application, row)
    if row["finding"] == "rejudged":
        world.press(
            "applications.judge_ground", application, by=CLERK, at=NOW, ground=2, finding="clear", reason="別人"
        )
    return Application.objects.get(pk=application.pk)


def _judged(world: World, bases: dict[str, Application], row: dict[str, str]) -> Application:
    """All grounds clear but the line's: the two beginnings are made once."""
    application = bases[row["ground"] if row["finding"] == "unjudged" else ""]
    finding = {"rejudged": "applies"}.get(row["finding"], row["finding"])
    if row["ground"] != "6(4)" and finding not in ("clear", "unjudged"):
        given = {"ground": row["ground"], "finding": finding, "reason": "記録による"}
        world.press("applications.judge_ground", application, by=CLERK, at=BEGUN, **given)
    return application


def _beginnings(world: World) -> dict[str, Application]:
    """Screened through; and with ground 2 not judged."""
    left = world.application(BEGUN)
    for ground in "1345":
        given = {"ground": ground, "finding": "clear", "reason": "記録による"}
        world.press("applications.judge_ground", left, by=CLERK, at=BEGUN, **given)
    return {"": world.judged(BEGUN), "2": left}


def _document(world: World, application: Application, state: str) -> None:
    if state == "none":
        return
    asked_at = NOW - timedelta(days=1) if state == "asked" else BEGUN
    world.do("applications.request_document", application, by=CLERK, at=asked_at, ground=2, document="証明書", **EMAIL)
    if state == "received":
        world.do("applications.record_document", application, by=CLERK, at=NOW, received_at=NOW)


def _decision(world: World, application: Application, row: dict[str, str]) -> None:
    state = row["exception"]
    if state == "none":
        return
    if state == "left":
        world.set_house(BEGUN, email_wait_minutes=0)
    else:
        world.set_house(BEGUN, email_wait_minutes=5)
    verb = "refusal" if state == "refusal" else "exception"
    given = {"grounds": [row["ground"]], "reason": "調べたとおり", **EMAIL}
    decision = world.press(f"applications.propose_{verb}", application, by=_proposer(row), at=NOW, **given)
    if state in ("approved", "left"):
        world.do("decisions.approve", decision, by="ken", at=NOW)
    elif state == "returned":
        world.press("decisions.send_back", decision, by="ken", at=NOW, reason="足りない")
    elif state == "withdrawn":
        world.press("decisions.withdraw", decision, by=_proposer(row), at=NOW, reason="やめる")


def told_otherwise(world: World, application: Application, row: dict[str, str]) -> list[str]:
    """What the line says and what happened, where they differ."""
    outcome, said = attempt(world, application, row)
    as_told = outcome == row["outcome"] and row["says"] in said
    return [] if as_told else [f"{','.join(row.values())} → {outcome} {said}"]


def attempt(world: World, application: Application, row: dict[str, str]) -> tuple[str, str]:
    by, target, key, given = world.staff[WHO[row["role"]]], application, f"applications.{row['verb']}", dict(EMAIL)
    by = type(by)._default_manager.get(pk=by.pk)
    more: dict[str, Any] = {
        "propose_exception": {"grounds": [row["ground"]], "reason": "理由", f"reason_{row['ground']}": "理由"},
        "propose_refusal": {"grounds": [row["ground"]], "reason": "理由"},
        "request_document": {"ground": row["ground"], "document": "証明書"},
    }
    data: Any = given | more.get(row["verb"], {})
    subject: Any = target
    if row["verb"] == "approve":
        key, data, subject = "decisions.approve", {}, Decision.objects.about(application).latest("pk")
    try:
        with clock.standing_at(NOW):
            press(key, subject, by=by, at=NOW, data=data)
    except NotPermitted as refused:
        return "role", refused.message
    except FormRefused as refused:
        return "form", refused.message
    except Refused as refused:
        return refused.clause, refused.message
    return "ok", ""
