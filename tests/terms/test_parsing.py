"""Reading the published text: an invented text with every trap, and the company's own text where it is at hand."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.terms.parsing import MalformedTerms, ParsedArticle, ParsedTerms, parse_terms
from tests.support.shared import SHARED

PUBLISHED = SHARED / "terms" / "seciosslink-terms-2025-04-01.txt"

# Invented. Lines break inside words, numbers and markers, and end in padding, as in the company's PDF text.
WRITTEN = """
やまびこ便 サービス利用規約



第 1条（目的）

1． 本規約は、やまびこ社が提供する Web サービ

ス「やまびこ便」の利用に関して定めます。料率は年 2.5%です。

2． 前項(1)の定めにかかわらず、第 2条（利用申込）、第 3条（禁止）のいずれかによるこ

とがあります。

第 ２条（利用申込）

申込は、次の各号による場合に限り、Mountain Echo Web API で受け付けます。

（１）．書面（１枚に限ります。）

（２）．第 3条（禁止）第 1 項によらない電子メー

ル

（３）．その他

第 3条（禁止（例外を含む））

1. 次の行為は、でき

ません。

(1). 複製

(2). 公開

(3). 転載

(4). 改変

(5). 転売

(6). 解析

(7). 貸与

(8). 譲渡

(9). 代行

(1

0). 第 4条（雑則）に反する行為

2. 前項の行為を知ったときは、14 日以内に、当社に知らせてください。第 1

条（目的）第 1 項は、その限りで適用しません。

第 4条（雑則）

(1). 協議は、東京で行いま

す。

(2). 裁判は、 東京地方裁判所で行います。



●ベータ機能の特則

第 1条（定義）

ベ ー タ 機 能 は 、 U R L で 示 す 機 能

です。

第 2条（提供）

1． 当社は、提供を終えることがあります。

2． 第1項のほか、これを了解します。



2025年 4月 1日
"""
INVENTED = re.sub(r"(?m)(?<=\S)$|(?<=\n\n)(?=\n)", " ", WRITTEN)

TREE = [
    (
        "main",
        1,
        "目的",
        [
            (
                1,
                True,
                "本規約は、やまびこ社が提供するWebサービス「やまびこ便」の利用に関して定めます。料率は年2.5%です。",
                [],
            ),
            (
                2,
                True,
                "前項(1)の定めにかかわらず、第2条（利用申込）、第3条（禁止）のいずれかによることがあります。",
                [],
            ),
        ],
    ),
    (
        "main",
        2,
        "利用申込",
        [
            (
                1,
                False,
                "申込は、次の各号による場合に限り、Mountain Echo Web APIで受け付けます。",
                ["書面（１枚に限ります。）", "第3条（禁止）第1項によらない電子メール", "その他"],
            )
        ],
    ),
    (
        "main",
        3,
        "禁止（例外を含む）",
        [
            (
                1,
                True,
                "次の行為は、できません。",
                ["複製", "公開", "転載", "改変", "転売", "解析", "貸与", "譲渡", "代行", "第4条（雑則）に反する行為"],
            ),
            (
                2,
                True,
                "前項の行為を知ったときは、14日以内に、当社に知らせてください。第1条（目的）第1項は、その限りで適用しません。",
                [],
            ),
        ],
    ),
    (
        "main",
        4,
        "雑則",
        [(1, False, "", ["協議は、東京で行います。", "裁判は、東京地方裁判所で行います。"])],
    ),
    ("beta", 1, "定義", [(1, False, "ベータ機能は、URLで示す機能です。", [])]),
    (
        "beta",
        2,
        "提供",
        [
            (1, True, "当社は、提供を終えることがあります。", []),
            (2, True, "第1項のほか、これを了解します。", []),
        ],
    ),
]

PLAIN = "\n".join(line.rstrip() for line in INVENTED.splitlines() if line.strip())


def outline(terms: ParsedTerms) -> list[tuple[object, ...]]:
    def paragraphs(a: ParsedArticle) -> list[tuple[object, ...]]:
        return [(p.number, p.numbered, p.text, [i.text for i in p.items]) for p in a.paragraphs]

    return [(a.part, a.article, a.heading, paragraphs(a)) for a in terms.articles]


def lines_named(text: str) -> list[int]:
    with pytest.raises(MalformedTerms) as refused:
        parse_terms(text)
    assert all(re.search("[ぁ-ん]", message) and message.endswith("。") for _, message in refused.value.problems)
    return [line for line, _ in refused.value.problems]


def joined(text: str) -> str:
    """The text on one line, as the company would have typed it."""
    return re.sub(r" ?\n+", "", text)


def published_text() -> str:
    if not PUBLISHED.exists():
        pytest.skip(f"THE COMPANY'S TERMS ARE NOT AT HAND, not read: {PUBLISHED.name}")
    return PUBLISHED.read_text(encoding="utf-8")


@pytest.fixture
def published() -> str:
    return published_text()


# --- the invented text ---


def test_every_trap_of_the_layout_is_read() -> None:
    assert outline(parse_terms(INVENTED)) == TREE


def test_tree_has_exactly_the_published_shape() -> None:
    first = parse_terms(INVENTED).tree()[1]
    assert list(first) == ["part", "article", "heading", "paragraphs"]
    assert first["paragraphs"] == [
        {
            "number": 1,
            "text": "申込は、次の各号による場合に限り、Mountain Echo Web APIで受け付けます。",
            "items": [
                {"number": 1, "text": "書面（１枚に限ります。）"},
                {"number": 2, "text": "第3条（禁止）第1項によらない電子メール"},
                {"number": 3, "text": "その他"},
            ],
        }
    ]


@pytest.mark.parametrize(
    "relaid",
    [
        pytest.param(PLAIN, id="no padding, no blank lines"),
        pytest.param(INVENTED.replace("\n", "\r\n"), id="CRLF"),
        pytest.param("\ufeff" + INVENTED, id="BOM"),
        pytest.param(joined(INVENTED), id="one line"),
        pytest.param(INVENTED.replace("\n\n第", "\n\f\n第"), id="form feeds"),
        pytest.param("\n".join("    " + line for line in PLAIN.splitlines()), id="indented"),
        pytest.param(INVENTED.translate(str.maketrans("()．", "（）.")), id="widths of brackets and dots"),
        pytest.param(re.sub(r"(?m)^(.*第 \d条（.*）) $", r"\1", INVENTED), id="padding only here and there"),
        pytest.param(joined(INVENTED).replace("第", "第\u3000"), id="ideographic spaces"),
    ],
)
def test_another_layout_gives_the_same_tree(relaid: str) -> None:
    brackets = str.maketrans("()．", "（）.")
    assert str(outline(parse_terms(relaid))).translate(brackets) == str(TREE).translate(brackets)


@pytest.mark.parametrize("shape", ["{}", "- {} -", "{} / 4", "{}ページ", "P.{}"])
def test_page_numbers_are_no_text(shape: str) -> None:
    pages = INVENTED.split("\n\n第 ")
    numbered = "".join(
        page + f"\n\n   {shape.format(number)} \n\f\n第 " for number, page in enumerate(pages[:-1], start=1)
    )
    assert outline(parse_terms(numbered + pages[-1])) == TREE


def test_a_marker_counts_only_in_its_turn() -> None:
    terms = parse_terms("第1条（例）次の(2)と(3)は、別に定めます。(1)甲(7)乙\n(2)丙は(1)に従う。")
    assert outline(terms) == [
        ("main", 1, "例", [(1, False, "次の(2)と(3)は、別に定めます。", ["甲(7)乙", "丙は(1)に従う。"])])
    ]


def test_a_range_of_items_is_no_marker() -> None:
    terms = parse_terms("第1条（例）次のとおりとする。\n(1)甲、ただし(2)から丙までを除く\n(2)乙")
    assert outline(terms)[0][3] == [(1, False, "次のとおりとする。", ["甲、ただし(2)から丙までを除く", "乙"])]


def test_a_word_broken_before_an_indent_is_one_word() -> None:
    assert parse_terms("第1条（例）\n    Echo Wo\n    rld です。").articles[0].paragraphs[0].text == "Echo Worldです。"


def test_radicals_of_pdf_fonts_become_kanji() -> None:
    assert parse_terms("第1条（⽬的）\n⽤語です。").articles[0].heading == "目的"


def test_a_few_lines_broken_after_spaces_are_not_padded() -> None:
    text = joined(INVENTED)
    relaid = f"{text[:6]}\n{text[6:495]}\n{text[495:]}"
    assert outline(parse_terms(relaid)) == TREE


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_breaking_the_lines_anywhere_changes_nothing(data: st.DataObject) -> None:
    text = joined(INVENTED)
    places = sorted(data.draw(st.lists(st.integers(1, len(text) - 1), max_size=80, unique=True)))
    mark = data.draw(st.sampled_from(["\n", "\r\n", "\n\n", "\f"]))
    relaid = mark.join(text[begin:end] for begin, end in zip([0, *places], [*places, len(text)], strict=True))
    assert outline(parse_terms(relaid)) == TREE


# --- refused whole ---


def test_no_article_at_all() -> None:
    assert lines_named("") == [1]
    assert lines_named("利用規約\n\n本文はありません。\n") == [1]


def line_of(snippet: str, text: str = INVENTED) -> int:
    return text[: text.index(snippet)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("第 ２条（利用申込） \n\n申込", "第 5条（利用申込） \n\n申込", id="article number jumps"),
        pytest.param("第 3条（禁止（例外", "第 2条（禁止（例外", id="article number twice"),
        pytest.param("(7). 貸与", "(8). 貸与", id="item number jumps"),
        pytest.param("2. 前項の行為", "3. 前項の行為", id="paragraph number jumps"),
        pytest.param("2． 第1項のほか", "1． 第1項のほか", id="paragraph number twice"),
        pytest.param("申込は、次の各号", "1月の挨拶です。 \n\n1． 申込は、次の各号", id="text before paragraph 1"),
        pytest.param("●ベータ機能の特則", "●別の特則", id="a part that is not the one on beta features"),
        pytest.param("やまびこ便 サービス", "ようこそ。やまびこ便 サービス", id="a sentence before the first article"),
        pytest.param("2025年 4月 1日", "2025年 4月 1日 \n\n発行人の挨拶です。", id="text after the closing date"),
        pytest.param("第 4条（雑則） \n", "お知らせ \n\n第 4条（雑則） \n", id="a stray line before an article"),
        pytest.param("(2). 公開", "(2). \n\n(3). 公開", id="an item without text"),
        pytest.param("●ベータ機能の特則", "第 5条（空） \n\n●ベータ機能の特則", id="an article without text"),
    ],
)
def test_a_malformed_text_is_refused_with_its_line(old: str, new: str) -> None:
    assert INVENTED.count(old) == 1
    broken = INVENTED.replace(old, new)
    begin, end = line_of(old), line_of(old) + new.count("\n") + 2
    assert any(begin <= line <= end for line in lines_named(broken)), lines_named(broken)


def test_all_problems_are_told_at_once() -> None:
    broken = INVENTED.replace("(7). 貸与", "(8). 貸与").replace("2． 第1項のほか", "3． 第1項のほか")
    with pytest.raises(MalformedTerms, match="第3条第1項の第7号が来るところに、第8号があります。") as refused:
        parse_terms(broken)
    assert [line for line, _ in refused.value.problems][::2] == [line_of("(7). 貸与"), line_of("2． 第1項のほか")]


# --- the company's text ---


def test_published_articles_run(published: str) -> None:
    terms = parse_terms(published)
    assert [(a.part, a.article) for a in terms.articles] == [
        *(("main", number) for number in range(1, 29)),
        *(("beta", number) for number in range(1, 6)),
    ]
    assert {a.article: a.heading for a in terms.articles if a.part == "main"} | {} == {
        1: "総則",
        2: "定義",
        3: "本サービス",
        4: "通知",
        5: "本規約の改定",
        6: "利用申込",
        7: "情報の正確性及び変更の届け出",
        8: "初期作業",
        9: "認証情報の管理",
        10: "本サービス利用",
        11: "ライセンス変更",
        12: "サポートサービス",
        13: "利用料金",
        14: "消費税及び遅延利息",
        15: "業務委託",
        16: "権利の帰属",
        17: "禁止事項",
        18: "サービス提供の一時的な中断",
        19: "サービス提供の停止",
        20: "サービスの廃止",
        21: "不保証、免責",
        22: "利用期間",
        23: "利用終了",
        24: "損害賠償",
        25: "個人情報の取り扱い",
        26: "機密保持義務",
        27: "協議解決",
        28: "準拠法及び裁判所管轄",
    }
    assert [a.heading for a in terms.articles if a.part == "beta"] == [
        "ベータ機能",
        "提供範囲",
        "サービス品質",
        "サポートとフィードバック",
        "保証",
    ]


def test_published_structure(published: str) -> None:
    counts = {
        (a.part, a.article): [len(p.items) for p in a.paragraphs]
        for a in parse_terms(published).articles
        if len(a.paragraphs) > 1 or a.paragraphs[0].items
    }
    assert counts == {
        ("main", 1): [0, 0, 0],
        ("main", 2): [8],
        ("main", 3): [3, 0, 0],
        ("main", 4): [2, 0],
        ("main", 5): [0, 0, 0],
        ("main", 6): [0, 0, 5, 0],
        ("main", 7): [0, 0, 0],
        ("main", 8): [0, 0, 0],
        ("main", 9): [0, 0, 2, 0, 0],
        ("main", 10): [0] * 6,
        ("main", 11): [0, 0, 0],
        ("main", 12): [2, 0, 5, 0, 0],
        ("main", 13): [0] * 5,
        ("main", 14): [0, 0],
        ("main", 17): [17, 0, 0, 0],
        ("main", 18): [5],
        ("main", 19): [2],
        ("main", 20): [3],
        ("main", 21): [0, 0, 0, 0, 8, 0, 0],
        ("main", 22): [0, 0, 0],
        ("main", 23): [0, 0, 0, 0],
        ("main", 24): [2, 0],
        ("main", 25): [10, 0],
        ("main", 26): [0, 6, 0, 0],
        ("beta", 2): [2],
    }


def test_published_text_has_no_stray_spaces_markers_or_dates(published: str) -> None:
    texts = [
        text
        for a in parse_terms(published).articles
        for p in a.paragraphs
        for text in (p.text, *(item.text for item in p.items))
    ]
    assert not [text for text in texts if re.search(r"\s|\d．|\d\)[.．]|●|2025", text)]
    # Nothing is lost: between the texts stand only the title, markers, headings, the part's heading, the closing date.
    rest = re.sub(r"\s", "", published)
    between = r"(?:●[^。]{1,20})?(?:第\d+条（[^）]+）)?(?:\d．|\d\.)?(?:\(\d+\)\.)?"
    for place, text in enumerate(filter(None, texts)):
        gap, _, rest = rest.partition(text)
        assert re.fullmatch("SeciossLinkサービス利用規約第1条（総則）1．" if not place else between, gap), gap
    assert re.fullmatch(r"\d{4}年\d月\d日", rest)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_published_text_survives_any_break(data: st.DataObject) -> None:
    published = published_text()
    text = re.sub(r" *\n+", "", published)
    size = data.draw(st.integers(1, 60))
    offset = data.draw(st.integers(1, size))
    mark = data.draw(st.sampled_from(["\n", " \n\n", "\r\n", " \n\f\n"]))
    relaid = mark.join([text[:offset], *(text[place : place + size] for place in range(offset, len(text), size))])
    assert parse_terms(relaid).tree() == parse_terms(published).tree()


@pytest.mark.parametrize("marker", [r"第 ?12条（", r"\(9\)\.本サービス用", r"3． 当社は、前項の措置"])
def test_published_text_without_a_marker_is_refused(published: str, marker: str) -> None:
    assert len(re.findall(marker, published)) == 1
    assert lines_named(re.sub(marker, "", published))
