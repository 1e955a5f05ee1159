"""The pages of the terms for staff: where references lead, the faults of the published text, the glossary."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from config.desk import clock
from config.desk.chips import clause_url, state_chip
from config.desk.pages import card
from contracts.rules.clauses import ClauseRef
from contracts.terms import annotation_cards, glossary
from contracts.terms.clause_page import FAULT_COLUMNS, fault_cells
from contracts.terms.glossary import Word
from contracts.terms.models import Annotation, Clause, TermsVersion
from contracts.terms.reference_report import Line, Report, report_on

NOT_IMPORTED = "規約本文が取り込まれていないため、調べられません。取り込むには、管理の担当者が manage.py import_terms を実行します。"
UNRESOLVED, HEADING = state_chip("failed", "指す先がない"), state_chip("failed", "見出しが違う")
LOOK, EXTERNAL, FINE = (
    state_chip("waiting", "確かめる"),
    state_chip("draft", "ほかの法令"),
    state_chip("done", "合っている"),
)
CHIPS = (UNRESOLVED, HEADING, LOOK, EXTERNAL, FINE)
ANNOTATED = 50


def _shown(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    return TemplateResponse(
        request, template, admin.site.each_context(request) | {"title": title, "cards": []} | context
    )


def _chosen(request: HttpRequest) -> TermsVersion | None:
    """The version of the address, else the one in force today."""
    number = request.GET.get("version", "")
    versions = TermsVersion.objects.all()
    if number:
        return versions.filter(number=number).first()
    return versions.filter(effective_from__lte=clock.today()).order_by("-effective_from").first()


def _sub(version: TermsVersion | None, *more: str) -> list[str]:
    return [version.label if version else "適用中の版がありません", *more]


# --- references -------------------------------------------------------------------------------------------------------


@require_GET
def references(request: HttpRequest) -> HttpResponse:
    """Every reference of the version, those first that lead nowhere."""
    version = _chosen(request)
    report = report_on(version)
    if report is None:
        return _shown(
            request, "terms/legal.html", "参照の点検", sub=_sub(version), missing=NOT_IMPORTED, others=_others(version)
        )
    broken = len(report.broken)
    told = (
        "指す先のない参照と、見出しの違う参照はありません。"
        if not broken
        else f"指す先か見出しの合わない参照が{broken}件あります。"
    )
    return _shown(
        request, "terms/legal.html", "参照の点検", sub=_sub(version, f"参照 {len(report.lines)}件"), others=_others(version),
        note={"tone": "warning" if broken else "success", "text": f"{told}公表された本文は、直していません。"},
        cards=_reference_cards(report),
    )  # fmt: skip


def _others(version: TermsVersion | None) -> list[TermsVersion]:
    """The other versions, newest first."""
    rows = TermsVersion.objects.order_by("-effective_from")
    return list((rows.exclude(pk=version.pk) if version else rows)[:10])


def _reference_cards(report: Report) -> list[dict[str, Any]]:
    wrong = [line for line in report.lines if line.rank <= 2]
    rest = [line for line in report.lines if line.rank > 2]
    return [
        _reference_card("合わない参照と、確かめる参照", wrong, "合わない参照はありません。"),
        _reference_card("ほかの参照", rest, "参照はありません。"),
    ]


def _reference_card(title: str, lines: list[Line], empty: str) -> dict[str, Any]:
    data = {
        "columns": ["結果", "書かれている条項", "書かれ方", "指す先", "気付いたこと"],
        "rows": [_cells(line) for line in lines],
    }
    return card(title, "table", data, count=f"{len(lines)}件", empty=empty)


def _cells(line: Line) -> list[Any]:
    one = line.reference
    to = "、".join(ClauseRef.parse(ref).label() for ref in one.targets[:6]) + ("ほか" if len(one.targets) > 6 else "")
    first = (
        {"text": "", "clause": one.targets[0]}
        if len(one.targets) == 1
        else to or ("ほかの法令" if one.external else "—")
    )
    return [
        {"chip": CHIPS[line.rank], "text": ""},
        {"text": "", "clause": one.source},
        one.text,
        first,
        line.said() or "—",
    ]


# --- faults -----------------------------------------------------------------------------------------------------------


@require_GET
def faults(request: HttpRequest) -> HttpResponse:
    """Known faults that the version really has, references that lead nowhere, and those that 法務 noted."""
    version = _chosen(request)
    report = report_on(version)
    notes = [_noted()] if request.user.has_perm("terms.view_annotation") else []
    if report is None:
        return _shown(request, "terms/legal.html", "規約の不備", sub=_sub(version), missing=NOT_IMPORTED, cards=notes)
    known = card(
        "知られている不備", "table", {"columns": FAULT_COLUMNS, "rows": [fault_cells(f) for f in report.faults]},
        count=f"{len(report.faults)}件", empty="この版に、知られている不備はありません。",
    )  # fmt: skip
    broken = _reference_card("合わない参照", report.broken, "合わない参照はありません。")
    note = {
        "tone": "info",
        "text": "不備は、示すだけで、直していません。この仕組みがどう扱うかを、不備ごとに書いています。",
    }
    return _shown(
        request, "terms/legal.html", "規約の不備", sub=_sub(version), note=note, cards=[known, broken, *notes]
    )


def _noted() -> dict[str, Any]:
    """What 法務 noted as a fault and still applies."""
    today = clock.today()
    rows = (
        Annotation.objects.in_force(today).filter(kind=Annotation.Kind.FAULT).select_related("set_by").order_by("-pk")
    )
    shown = [annotation_cards.cells(row, today) for row in rows[:ANNOTATED]]
    data = {"columns": annotation_cards.COLUMNS, "rows": shown}
    return card(
        "法務が注記した不備", "table", data, count=f"{rows.count()}件", empty="法務が注記した不備はありません。"
    )


# --- glossary ---------------------------------------------------------------------------------------------------------


@require_GET
def words(request: HttpRequest) -> HttpResponse:
    """用語: searched by word, reading and meaning."""
    version, text = _chosen(request), request.GET.get("q", "").strip()[:60]
    report = report_on(version)
    wrong = {fault.key: fault.wrong for fault in report.faults} if report else {}
    texts = _texts(version)
    groups = [
        {"title": title, "sub": sub, "words": [_word(word, texts, wrong) for word in glossary.matching(known, text)]}
        for title, sub, known in (
            ("規約の用語", "意味は、この仕組みの言葉です", glossary.DEFINED),
            ("この仕組みの用語", "画面と書面で使う言葉です", glossary.HOUSE),
        )
    ]
    found = sum(len(group["words"]) for group in groups)
    return _shown(
        request, "terms/words.html", "用語", sub=_sub(version, f"{found}語"), groups=groups, query=text, found=found
    )


def _texts(version: TermsVersion | None) -> dict[str, str]:
    """The imported text of the clauses that define a word."""
    refs = [word.clause for word in glossary.DEFINED]
    return dict(Clause.objects.filter(version=version, ref__in=refs).values_list("ref", "text")) if version else {}


def _word(word: Word, texts: dict[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    defined = word in glossary.DEFINED
    return {
        "word": word.word, "kana": word.kana, "meaning": word.meaning, "clause": word.clause,
        "url": clause_url(word.clause) if word.clause else "", "text": texts.get(word.clause, "") if defined else "",
        "fault": wrong.get(word.fault, ""),
    }  # fmt: skip
