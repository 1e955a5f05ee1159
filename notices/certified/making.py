"""The papers of every waiting order: rendered outside of transactions, kept in one short step. Any number may run."""

import logging

from config.desk import clock
from config.desk.locking import locked_aggregate
from config.desk.step import step
from contracts.rules.naiyo import FORMS, full_width, layout, sheets
from notices.certified import workflow
from notices.certified.models import CertifiedCopy, CertifiedOrder
from notices.certified.pdf import three_copies
from notices.certified.word import word_file
from notices.certified.words import certified_text
from notices.rendering.content import CannotRender
from notices.rendering.glyphs import require_glyphs

log = logging.getLogger("kiyaku.certified")
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def make_all() -> int:
    """Make what was ordered; how many orders."""
    waiting = (
        CertifiedOrder.objects.filter(state=CertifiedOrder.State.ORDERED).order_by("pk").values_list("pk", flat=True)
    )
    return sum(_make(pk) for pk in list(waiting))


def _make(pk: int) -> bool:
    order = CertifiedOrder.objects.select_related("notice__content").get(pk=pk)
    try:
        papers, count = papers_of(order)
    except CannotRender as refused:
        return _close(pk, why=str(refused))
    except Exception:
        log.exception("certified copies of %s could not be made", order.notice.number)
        return _close(
            pk, why="書面を作れませんでした。もう一度用意してください。続くときは、管理の担当者に知らせてください。"
        )
    return _close(pk, papers=papers, count=count)


def papers_of(order: CertifiedOrder) -> tuple[dict[str, tuple[bytes, str]], int]:
    """Both papers of an order, and how many sheets the three copies have each. Raises CannotRender."""
    form, letter = FORMS[order.layout], workflow.frozen_letter(order.notice)
    text = certified_text(letter, form.per_line)
    require_glyphs(text)
    of_sheets = sheets(layout(full_width(text), form), form)
    title = f"{letter.content.title} {letter.number}"
    papers = {
        CertifiedCopy.Paper.PDF.value: (three_copies(of_sheets, form, title), "application/pdf"),
        CertifiedCopy.Paper.WORD.value: (word_file(letter), WORD_TYPE),
    }
    return papers, len(of_sheets)


def _close(pk: int, papers: dict[str, tuple[bytes, str]] | None = None, count: int = 0, why: str = "") -> bool:
    with step("notices.certify", at=clock.now()):
        order = locked_aggregate(CertifiedOrder.objects.select_related("notice__customer").get(pk=pk))
        if order.state != CertifiedOrder.State.ORDERED:
            return False
        if papers is None:
            workflow.fail(order, why)
        else:
            workflow.keep(order, papers, count)
    return True
