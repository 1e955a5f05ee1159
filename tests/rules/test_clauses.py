"""Names of clauses, and the tables of headings and summaries that hang on them."""

import itertools
import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.clauses import BREACH_SUMMARIES, BREACHES, HEADINGS, SUMMARIES, UNNUMBERED, ClauseRef
from tests.support.shared import SHARED

TERMS = SHARED / "terms" / "seciosslink-terms-2025-04-01.txt"

NUMBERS = st.integers(1, 99)
REFS = st.one_of(
    st.builds(ClauseRef, st.booleans(), NUMBERS),
    st.builds(ClauseRef, st.booleans(), NUMBERS, NUMBERS),
    st.builds(ClauseRef, st.booleans(), NUMBERS, NUMBERS, NUMBERS),
)


@given(REFS)
def test_a_reference_reads_back_as_itself(ref: ClauseRef) -> None:
    assert ClauseRef.parse(str(ref)) == ref


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("23", "第23条"),
        ("23(1)", "第23条第1項"),
        ("6(3)(2)", "第6条第3項第2号"),
        ("17(1)(17)", "第17条第1項第17号"),
        ("19(1)(2)", "第19条第2号"),
        ("18(1)", "第18条"),
        ("2(1)(3)", "第2条第3号"),
        ("beta 3(1)", "ベータ第3条"),
        ("beta 2(1)(1)", "ベータ第2条第1号"),
        ("beta 3", "ベータ第3条"),
    ],
)
def test_labels(text: str, label: str) -> None:
    assert str(ClauseRef.parse(text)) == text
    assert ClauseRef.parse(text).label() == label


def test_a_heading_stands_behind_the_article() -> None:
    assert ClauseRef.parse("23(1)").label(heading="利用終了") == "第23条（利用終了）第1項"
    assert ClauseRef.parse("19(1)(2)").full_label() == "第19条（サービス提供の停止）第2号"
    assert ClauseRef.parse("beta 5(1)").full_label() == "ベータ第5条（保証）"
    assert ClauseRef.parse("99(1)").full_label() == "第99条第1項"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "23(0)",
        "23()",
        "23(1",
        "23(1)(2)(3)",
        "023",
        "23 (1)",
        " 23",
        "23\n",
        "beta",
        "beta3",
        "Beta 3",
        "２３",
        "第23条",
        "23((1))",
    ],
)
def test_what_is_no_reference(text: str) -> None:
    with pytest.raises(ValueError, match="条項として読めません"):
        ClauseRef.parse(text)


@pytest.mark.parametrize("places", [(0,), (-1,), (3, -1), (3, 1, -1), (3, 0, 1)])
def test_impossible_places_are_refused(places: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="条項として読めません"):
        ClauseRef(False, *places)


def test_references_sort_in_the_order_of_the_text() -> None:
    ordered = ["2", "6", "6(3)", "6(3)(1)", "6(3)(2)", "6(3)(10)", "6(4)", "17(1)", "beta 1(1)", "beta 2"]
    shuffled = random.Random(7).sample(ordered, len(ordered))
    assert [str(ref) for ref in sorted(map(ClauseRef.parse, shuffled))] == ordered


def test_a_reference_knows_what_contains_it() -> None:
    ref = ClauseRef.parse("beta 2(1)(2)")
    assert [str(above) for above in ref.ancestors()] == ["beta 2(1)", "beta 2"]
    assert str(ref.parent()) == "beta 2(1)"
    assert str(ref.article_ref()) == "beta 2"
    assert ref.article_ref().parent() is None
    assert len({ref, ClauseRef.parse("beta 2(1)(2)")}) == 1


def test_a_summary_is_taken_from_the_nearest_clause() -> None:
    assert ClauseRef.parse("17(1)(4)").summary == SUMMARIES["17(1)(4)"]
    assert ClauseRef.parse("18(1)").summary == SUMMARIES["18"]
    assert ClauseRef.parse("12(1)").summary == ""


def test_every_breach_and_every_summary_names_a_clause() -> None:
    assert set(BREACHES) == set(BREACH_SUMMARIES)
    assert len(BREACHES) == len(set(BREACHES)) == 27
    assert list(BREACHES) == [str(ref) for ref in sorted(map(ClauseRef.parse, BREACHES))]
    for key in (*SUMMARIES, *BREACHES, *UNNUMBERED):
        ref = ClauseRef.parse(key)
        assert str(ref) == key
        assert ref.heading


@pytest.fixture(scope="module")
def published() -> str:
    """The published text without its breaks and spaces."""
    if not TERMS.exists():
        pytest.skip("NOT TESTED: the published terms are absent (beside the repository)")
    return squeezed(TERMS.read_text(encoding="utf-8"))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def articles(published: str) -> dict[str, str]:
    """The text of each article by its key, split at the headings that we cite."""
    marks = [(key, squeezed(f"第{key.split()[-1]}条（{heading}）")) for key, heading in HEADINGS.items()]
    found: dict[str, str] = {}
    rest = published
    for (key, mark), (_, following) in zip(marks, [*marks[1:], ("", "\0")], strict=True):
        assert mark in rest, f"no heading {mark}"
        body = rest.split(mark, 1)[1]
        rest = next((following + part for part in body.split(following, 1)[1:]), "")
        found[key] = body.split(following, 1)[0]
    return found


def test_headings_and_unnumbered_paragraphs_are_those_published(published: str) -> None:
    bodies = articles(published)
    assert {key for key, body in bodies.items() if not body.startswith("1.")} == UNNUMBERED
    assert len(bodies) == 28 + 5


def test_no_summary_repeats_the_published_sentences(published: str) -> None:
    def longest_run(text: str) -> int:
        text = squeezed(text)
        spans = itertools.combinations(range(len(text) + 1), 2)
        return max(end - at for at, end in spans if text[at:end] in published)

    words = {**SUMMARIES, **{f"breach {key}": text for key, text in BREACH_SUMMARIES.items()}}
    assert {key: longest_run(text) for key, text in words.items() if longest_run(text) > 13} == {}
