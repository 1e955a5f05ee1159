"""Every registered address, with a real object in it, for the tests that walk them all."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse
from django.utils.datastructures import MultiValueDict

from config.desk import clock, nav, play
from config.desk.models import AccessLog, HandlerRun
from config.desk.press import press
from config.desk.registry import verbs
from config.desk.step import step, system_user
from config.desk.storyfile import load
from contracts.applications.models import Intake, RejectedRow
from notices.mail.models import MailEvent
from notices.models import Delivery, ReturnedLetter
from notices.pump import pump
from notices.workflow import order

MAIN = (
    "acceptance", "address_change", "cured", "documents", "evidence", "exception", "extension", "leak", "objection_termination", "refusal",
    "rescission",
    "suspension", "termination", "waiver",
)  # fmt: skip
STORIES = [Path(__file__).resolve().parents[1] / "stories" / f"{name}.yaml" for name in MAIN]
# health and alive are no pages: they answer machines, without a log-in (tests/notices/test_alarms.py)
NOT_PAGES = {
    "health",
    "alive",
    "judge",
    "import_go_on",
    "logout",
    "jsi18n",
    "autocomplete",
    "view_on_site",
    "app_list",
    None,
}


def play_all_stories() -> None:
    """All stories on one time line: rows of every kind, in many states."""
    scripts = [load(path, position=n) for n, path in enumerate(STORIES)]
    # Each story's house settings hold for all here, so what a story expects of its own is not asked.
    told = play.play([replace(one, steps=[s for s in one.steps if s.expect is None]) for one in scripts])
    assert all(one.rows for one in told)


def without_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers in the sidebar are two thirds of a small page's cost; walks that do not ask for them leave them out."""
    item = nav._item
    monkeypatch.setattr(nav, "_item", lambda entry, request: item(replace(entry, count=None, count_for=None), request))


def routes() -> Iterator[tuple[str, str]]:
    """(full name, pattern) of every address that has a name."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns: Any, space: str) -> Iterator[tuple[str, str]]:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walk(one.url_patterns, inner)
        elif one.name not in NOT_PAGES:
            yield f"{space}{one.name}", str(one.pattern)


def addresses() -> dict[str, list[str]]:
    """Name → addresses with real objects. A route for which nobody knows an object raises KeyError."""
    return {name: list(_fill(name, pattern)) for name, pattern in routes()}


def _fill(name: str, pattern: str) -> Iterator[str]:
    if "object_id" in pattern:
        model = _model_of(name)
        yield from (reverse(name, args=[row.pk]) for row in spread(model))
    elif "<" in pattern:
        for args in SAMPLES[name]():
            yield reverse(name, args=args)
    else:
        yield reverse(name)


def _model_of(name: str) -> Any:
    app_label, model_name, _ = name.removeprefix("admin:").rsplit("_", 2)
    found = [m for m in admin.site._registry if (m._meta.app_label, m._meta.model_name) == (app_label, model_name)]
    return found[0]


def spread(model: Any) -> list[Any]:
    """The first two rows in each state that there is (and of each kind); where there is no state, the first three."""
    names = [f.name for f in model._meta.concrete_fields if f.name in ("state", "kind")]
    rows = model._base_manager.order_by("pk")
    if not names:
        return list(rows[:3])
    seen: dict[Any, list[Any]] = {}
    for row in rows:
        seen.setdefault(tuple(getattr(row, name) for name in names), []).append(row)
    return [row for alike in seen.values() for row in alike[:2]]


def _verbs() -> Iterator[list[Any]]:
    for verb in verbs():
        if verb.subject is None:
            yield [verb.key]


def _verbs_on_rows() -> Iterator[list[Any]]:
    for verb in verbs():
        if verb.subject is not None:
            yield from ([verb.key, row.pk] for row in spread(verb.subject))


def _letters() -> Iterator[list[Any]]:
    yield from ([row.notice_id] for row in apps.get_model("notices.LetterContent").objects.all()[:3])


def _certified() -> Iterator[list[Any]]:
    """The stories prepare none: one is put on the first letter."""
    copies, content = (
        apps.get_model("notices.CertifiedCopy").objects,
        apps.get_model("notices.LetterContent").objects.first(),
    )
    given = {
        "body": b"%PDF-1.7",
        "media_type": "application/pdf",
        "sha256": "0" * 64,
        "of_sha256": content.sha256,
        "sheets": 1,
    }
    copy, _ = copies.get_or_create(notice_id=content.notice_id, paper="pdf", defaults=given)
    yield [copy.notice_id, copy.paper]


def _runs() -> Iterator[list[Any]]:
    yield from ([row.pk] for row in apps.get_model("notices.PrintRun").objects.all()[:2])


ENCODINGS = [["utf-8"], ["cp932"]]
SAMPLES: dict[str, Any] = {
    "admin:accounts_customer_export": lambda: ENCODINGS,
    "admin:licenses_subscription_export": lambda: ENCODINGS,
    "admin:applications_application_export": lambda: ENCODINGS,
    "violations:overview_export": lambda: ENCODINGS,
    "admin:notices_returnedletter_export": lambda: ENCODINGS,
    "admin:accounts_user_password": lambda: [[row.pk] for row in get_user_model().objects.all()[1:3]],
    "terms:clause": lambda: [["23(1)"], ["6(3)"], ["6(3)(2)"], ["4"], ["beta_3(1)"], ["18"]],
    "applications:grid_row": lambda: [[row.pk] for row in apps.get_model("applications.Application").objects.all()[:3]],
    "desk:verb": _verbs,
    "desk:verb_on": _verbs_on_rows,
    "notices:pdf": _letters,
    "notices:proof": _letters,
    "notices:numbers_export": lambda: ENCODINGS,
    "notices:certified": _certified,
    "notices:run_pdf": _runs,
    "notices:run_reprints": _runs,
    "notices:run_list": lambda: [[*run, "utf-8"] for run in _runs()],
    "notices:run_slip": _runs,
    "notices:wording_kind": lambda: [["applications.acceptance"]],
    "terms:individual_file": lambda: [[row.pk] for row in apps.get_model("terms.IndividualTerms").objects.all()[:3]],
    "incoming:file": lambda: [[row.pk] for row in apps.get_model("incoming.StoredFile").objects.all()[:3]],
}


def make_print_run() -> None:
    """A print run of a letter that no story posts."""
    told = apps.get_model("notices.Notice").objects.filter(kind="violations.correction").order_by("pk").first()
    with step("test.letter", at=clock.now()):
        order(
            "violations.withdrawal", told.subject, customer=told.customer, by=system_user(), at=clock.now(), key="test:print",
            channels=["post"], fields={"notice": told.pk, "reason": "試し"},
        )  # fmt: skip
    pump()
    given = {"postage": "ordinary", "envelope": "naga3"}
    press("notices.open_print_run", None, by=system_user(), at=clock.now(), data=given)


def _came_back() -> None:
    """A line of the register of returned letters; its letter stays as the stories left it."""
    letter = (
        Delivery.objects.filter(channel="post", dispatched_at__isnull=False).select_related("notice__customer").first()
    )
    assert letter is not None
    ReturnedLetter.objects.create(
        number="H-2026-000001", delivery=letter, customer=letter.notice.customer, ground="refused", reason="受取拒絶", returned_at=clock.now(),
        check_until=clock.today(), owner=letter.notice.ordered_by,
    )  # fmt: skip


def make_failed_handler() -> None:
    """What stories do not leave behind: a failed handler run, a log-in, a rejected row."""
    run = HandlerRun.objects.first()
    assert run is not None
    run.state, run.error = HandlerRun.State.FAILED, "物語の失敗"
    run.save()
    AccessLog.objects.create(event="login", user="hana@story.example")
    make_wordings()
    pdf = MultiValueDict({"uploads": [SimpleUploadedFile("通報.pdf", b"%PDF-1.7")]})
    given = {"channel": "email", "received_at": clock.now(), "summary": "ファイルのある受信"}
    press("incoming.receive", None, by=system_user(), at=clock.now(), data=given, files=pdf)
    pdf = MultiValueDict({"uploads": [SimpleUploadedFile("特約.pdf", b"%PDF-1.7")]})
    agreed = {"title": "特約", "plan": "annual", "cure_days": "20", "rollover": "none", "reason": "交渉による"}
    press("terms.add_individual_terms", None, by=system_user(), at=clock.now(), data=agreed, files=pdf)
    noted = {"clause": "23(1)", "kind": "practice", "text": "二つの方法で確かめる"}
    press("terms.annotate", None, by=system_user(), at=clock.now(), data=noted)
    make_print_run()
    with step("test.more", at=clock.now()):
        MailEvent.objects.create(
            service="試験",
            event_id="1",
            kind="bounced",
            recipient="dare@tanin.example",
            at=clock.now(),
            detail="550 5.1.1",
        )
    fee = {"service": "letter", "yen": "120", "valid_from": "2027-04-01", "source": "料金表"}
    press("notices.set_postage_fee", None, by=system_user(), at=clock.now(), data=fee)
    with step("test.more", at=clock.now()):
        _came_back()
        intake = Intake.objects.create(
            file_name="申込.csv", sha256="0" * 64, encoding="cp932", by=get_user_model().objects.first(), at=clock.now()
        )
        RejectedRow.objects.create(
            intake=intake,
            row=3,
            source_number="WEB-2026-00003",
            reason="名称がありません。",
            original={"受付番号": "WEB-2026-00003"},
        )


def make_wordings() -> None:
    """A wording in force, one that was dropped, a draft; a stock paragraph."""
    by, now = system_user(), clock.now()
    for key, given in (("put_wording_in_force", {}), ("drop_wording_draft", {"reason": "不要"}), ("", {})):
        draft = press("notices.draft_wording", None, by=by, at=now, data={"kind": "applications.acceptance"})
        if key:
            press(f"notices.{key}", draft, by=by, at=now, data=given)
    press(
        "notices.add_stock_paragraph",
        None,
        by=by,
        at=now,
        data={"title": "年末年始", "text": "年末年始は休業いたします。"},
    )
