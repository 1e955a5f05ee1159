"""docs/clauses.md is made from the registries and is not stale."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from config.desk import clauses_doc, kinds_index
from config.desk.registry import verbs


def check() -> int:
    try:
        call_command("clauses_doc", "--check", stderr=StringIO())
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_the_document_is_as_the_registries_say() -> None:
    assert check() == 0, "manage.py clauses_doc"


def test_every_verb_and_kind_stands_in_it() -> None:
    text = clauses_doc.text()

    for verb in verbs():
        assert text.count(f"`{verb.key}`") >= 2  # under its clause, and in the matrix
    for engine in kinds_index.engines():
        for kind in engine.kinds():
            assert f"{kind.label} `{kind.key}`" in text


def test_a_clause_brings_verb_letter_deadline_and_decision_together() -> None:
    row = next(line for line in clauses_doc.text().splitlines() if line.startswith("| 23(1) "))

    for key in ("violations.propose_termination", "violations.termination", "violations.cure"):
        assert f"`{key}`" in row


def test_the_clauses_stand_in_the_order_of_the_terms_with_the_house_last() -> None:
    rows = [line.split()[1] for line in clauses_doc.text().splitlines() if line.startswith("| ") and "`" in line]
    clauses = rows[: rows.index("社内の取扱い") + 1]

    assert clauses[0] == "1(3)"
    assert clauses.index("4(1)") < clauses.index("8(3)") < clauses.index("17(1)") < clauses.index("23(1)")


def test_a_stale_document_is_found_and_made_anew(settings: Any, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    assert check() == 1  # none there
    call_command("clauses_doc")
    assert check() == 0
    clauses_doc.path().write_text(clauses_doc.text() + "more", encoding="utf-8")
    assert check() == 1


def test_an_engine_registers_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        kinds_index.register(kinds_index.engines()[0])
