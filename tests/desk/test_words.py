"""What Django says in a form, in our words: what to enter, with an example; and the catalogue is the one in use."""

import gettext
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from tests.support.world import World

CATALOGUE = Path(settings.BASE_DIR) / "config" / "locale" / "ja" / "LC_MESSAGES" / "django.po"


def messages(path: Path) -> dict[Any, str]:
    with path.open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]


def test_the_catalogue_compiles_and_the_compiled_one_is_up_to_date(tmp_path: Path) -> None:
    made = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", made, CATALOGUE], check=True, capture_output=True)
    assert CATALOGUE.with_suffix(".mo").exists(), "run .ci/prepare run"
    assert messages(CATALOGUE.with_suffix(".mo")) == messages(made), "run .ci/prepare run"


FIELDS: dict[str, tuple[forms.Field, Any]] = {
    "required": (forms.CharField(), ""),
    "email": (forms.EmailField(), "sato"),
    "url": (forms.URLField(assume_scheme="https"), "akatsuki"),
    "date": (forms.DateField(), "あした"),
    "time": (forms.TimeField(), "夕方"),
    "moment": (forms.DateTimeField(), "きのう"),
    "number": (forms.DecimalField(), "二十"),
    "whole": (forms.IntegerField(), "二十"),
    "choice": (forms.ChoiceField(choices=[("a", "ア")]), "b"),
    "choices": (forms.MultipleChoiceField(choices=[("a", "ア")]), ["b"]),
    "row": (forms.ModelChoiceField(queryset=get_user_model().objects.none()), "9"),
    "least": (forms.IntegerField(min_value=3), "1"),
    "most": (forms.IntegerField(max_value=3), "9"),
    "short": (forms.CharField(min_length=3), "あ"),
    "long": (forms.CharField(max_length=3), "あいうえ"),
    "file": (forms.FileField(), ""),
}
BLAMES = re.compile(r"フィールド|正しく|有効な|無効|エラー|でなければ|[a-z]{3,} (?:is|value)")


def said(field: forms.Field, value: Any) -> str:
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(value)
    return "".join(refused.value.messages)


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_asks_politely_and_blames_nobody(db: None, name: str) -> None:
    words = said(*FIELDS[name])
    assert re.search(r"ください。(?:$|（)|ください（.*）。$|でください", words), words
    assert not BLAMES.search(words), words


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("email", r"[a-z]+@\S+\.example"),
        ("url", r"https://\S+\.example/"),
        ("date", r"\d{4}-\d\d-\d\d"),
        ("time", r"\d\d:\d\d"),
        ("moment", r"\d{4}-\d\d-\d\d \d\d:\d\d"),
        ("number", r"\d+"),
        ("whole", r"\d+"),
    ],
)
def test_the_example_is_one_that_the_field_takes(db: None, name: str, example: str) -> None:
    field, value = FIELDS[name]
    found = re.search(example, said(field, value))
    assert found is not None
    assert field.clean(found.group())


def test_what_is_missing_is_asked_for(db: None) -> None:
    assert said(*FIELDS["required"]) == "入力してください。"


def test_a_failed_log_in_does_not_say_which_of_the_two_was_wrong(world: World) -> None:
    told = []
    for email in (world.staff["rin"].email, "nobody@staff.example"):
        page = Client().post(reverse("admin:login"), {"username": email, "password": "x"}).content.decode()
        told.append(re.findall(r"メールアドレスとパスワードの組み合わせを確かめてください。", page))
    assert told[0] == told[1] != []


def test_the_skip_link(world: World) -> None:
    assert "本文へ移る" in Client().get(reverse("admin:login")).content.decode()
