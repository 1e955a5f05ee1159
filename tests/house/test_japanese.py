"""No Latin word that staff, customers or operators would read, beyond pages: what is refused, letters, mails, commands."""

import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client, RequestFactory
from pypdf import PdfReader

from config.desk import errorpages
from config.desk.registry import ROLES, verbs
from notices.models import LetterContent
from notices.rendering.content import letter_from_json
from notices.rendering.pdf import render_pdf
from tests.house.test_crawl import LATIN, SPOKEN, _read_text, faults
from tests.support import pages
from tests.support.played import Played

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
OURS = {config.label for config in apps.get_app_configs() if config.name.split(".")[0] in ("config", "accounts", "contracts", "notices")}  # fmt: skip
# The way to a page; the values of 認証情報, which stand on the line below.
IN_MAILS = re.compile(r"/admin/[\w/]+|(?<=パスワード\n　　).+|(?<=ID\n　　).+")
TYPED = {  # what an operator types or reads in a configuration, and products
    "KIYAKU", "MODE", "INTAKE", "FOLDER", "training", "make", "run", "createsuperuser", "localhost", "sqlite", "postgresql", "IPAex", "verify", "notices",
}  # fmt: skip


def latin(text: str, *also: str) -> set[str]:
    return set(LATIN.findall(_read_text(IN_MAILS.sub(" ", text)))) - SPOKEN - set(also)


@pytest.fixture
def staff(played: Played, monkeypatch: pytest.MonkeyPatch) -> Client:
    pages.without_counts(monkeypatch)
    user = get_user_model().objects.create_user("all@staff.example", "a-long-password-1", name="全役割", roles=ROLES)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def test_what_is_refused_is_said_in_japanese(staff: Client) -> None:
    """Empty forms, wrong values, pages that are not there; the door."""
    found = pages.addresses()
    one_a_verb = list({url.split("/")[3]: url for url in found["desk:verb_on"]}.values())
    wrong = []
    for url in found["desk:verb"] + one_a_verb:
        for data in ({}, NONSENSE):
            response = staff.post(url, data)
            if response.status_code != 302:
                wrong += [(url, response.status_code, fault) for fault in faults(response)]
    wrong += [(name, fault) for name, response in _at_the_door(staff) for fault in faults(response)]
    assert not wrong, wrong


NONSENSE = {
    name: "zz"
    for verb in verbs() if isinstance(verb.form, type)
    for name, field in verb.form.base_fields.items() if not hasattr(field, "choices")
}  # fmt: skip


def _at_the_door(staff: Client) -> Iterator[tuple[str, Any]]:
    yield "404", staff.get("/admin/nothing/")
    yield "403", staff.get("/admin/desk/accesslog/add/")
    request = RequestFactory().get("/")
    for page in (errorpages.out_of_date, errorpages.failed, errorpages.forbidden):
        response = page(request)
        response["Content-Security-Policy"] = "default-src 'self'"  # of the middleware, which is not asked here
        yield page.__name__, response
    for new in ("short", "password123", "all@staff.example", "different-1234"):
        given = {"old_password": "wrong", "new_password1": new, "new_password2": new + "x" * (new == "different-1234")}
        yield f"password {new}", staff.post("/admin/password_change/", given)
    yield "logged out", staff.post("/admin/logout/")
    for attempt in range(6):
        yield f"log-in {attempt}", staff.post("/admin/login/", {"username": "a@staff.example", "password": "x"})


def test_letters_and_mails_are_in_japanese(played: Played) -> None:
    assert len(played.mails) > 30
    wrong = {(mail.subject, word) for mail in played.mails for word in latin(f"{mail.subject}\n{mail.body}")}
    assert not wrong, wrong
    kinds = {content.notice.kind: content for content in LetterContent.objects.select_related("notice")}
    assert len(kinds) > 6
    assert {(kind, word) for kind, one in kinds.items() for word in latin(_on_paper(one))} == set()


def _on_paper(content: LetterContent) -> str:
    return "".join(
        page.extract_text() for page in PdfReader(BytesIO(render_pdf(letter_from_json(content.letter)))).pages
    )


def test_exports_have_japanese_headers(staff: Client) -> None:
    for name, urls in pages.addresses().items():
        if name.endswith("export"):
            header = staff.get(urls[0]).getvalue().decode("utf-8-sig").splitlines()[0]
            assert latin(header) == set()
            assert JAPANESE.search(header)


COMMANDS = {  # name → the ways in which it is called
    "sweep": (["--dry-run"], ["--at", "明日"]), "pump": ([],), "doctor": ([],), "demo_logins": ([],), "load_demo": ([],),
    "import_applications": (["ない.csv"], ["manage.py"]),
    "import_terms": (["manage.py", "--number", "1", "--effective", "2026-01-01"],), "show_terms": ([],),
}  # fmt: skip


def test_commands_speak_japanese_to_operators(played: Played) -> None:
    """The words that argparse itself says (usage, options) are left: no project can name them in another language."""
    wrong = []
    for name, ways in COMMANDS.items():
        for way in ways:
            wrong += [(name, word) for word in latin(_said(name, *way), *TYPED)]
    assert not wrong, wrong


def _said(name: str, *arguments: str) -> str:
    out, err = StringIO(), StringIO()
    try:
        call_command(name, *arguments, stdout=out, stderr=err)
    except SystemExit:
        pass
    except CommandError as refused:
        err.write(str(refused))
    return out.getvalue() + err.getvalue()


def _named() -> Iterator[tuple[str, str]]:
    """Every name of ours that a screen, a history or a message may show."""
    for model in apps.get_models():
        if (model._meta.app_label in OURS or model in admin.site._registry) and not model.__name__.startswith(
            "Historical"
        ):
            yield model.__name__, str(model._meta.verbose_name)
            for field in model._meta.concrete_fields:
                if not field.auto_created and field.name not in NEVER_SHOWN:
                    yield f"{model.__name__}.{field.name}", str(field.verbose_name)
                yield from ((f"{model.__name__}.{field.name}", str(text)) for key, text in field.flatchoices if key)
    for config in apps.get_app_configs():
        if config.label in OURS:
            yield config.label, str(config.verbose_name)
    yield from ((verb.key, verb.label) for verb in verbs())


NEVER_SHOWN = {"content_type", "object_id"}  # the two halves of a generic key; the row it names is shown by its number
AS_IT_IS = {"SHA-256", "ID", "URL", "PDF"}  # what Japanese staff call it, too


def test_whatever_has_a_name_has_a_japanese_one(db: None) -> None:
    named = list(_named())
    assert len(named) > 400
    wrong = [one for one in named if not JAPANESE.search(one[1]) and one[1] not in AS_IT_IS]
    assert not wrong, wrong
