"""発送証明書 as PDF, by WeasyPrint. Call it outside every transaction."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration

from notices.evidence.proof import Proof, cut, moment
from notices.evidence.record import Act
from notices.rendering.pdf import STYLES, NoFetcher
from notices.rendering.qr import code

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "notices" / "evidence"
ROWS = (9, 7, 5, 3, 2, 1)  # so many lines of each list, fewer where the page is full
SHORT = 60


def proof_pdf(proof: Proof) -> bytes:
    """The page as PDF: exactly one, whatever the record holds; what finds no room is counted. Not in a transaction."""
    for rows in ROWS:
        document = _layout(proof, rows)
        if len(document.pages) == 1:
            return bytes(document.write_pdf())
    return bytes(document.copy(document.pages[:1]).write_pdf())


def _layout(proof: Proof, rows: int) -> Document:
    values = {
        "proof": proof, "qr": code(proof.number),
        "attempts": _rows(proof.attempts[-rows:]), "more_attempts": max(len(proof.attempts) - rows, 0),
        "others": _rows(proof.others[-rows:]), "more_others": max(len(proof.others) - rows, 0), "tight": rows < ROWS[1],
    }  # fmt: skip
    html = _engine().get_template("proof.html").render(Context(values, autoescape=True, use_l10n=False, use_tz=False))
    styles, fonts = _styles()
    return HTML(string=html, url_fetcher=NoFetcher()).render(stylesheets=styles, font_config=fonts)


def _rows(told: Sequence[Act]) -> list[dict[str, str]]:
    return [
        {"at": moment(act.at), "way": act.way, "what": act.what, "who": cut(act.who, 24), "detail": cut(act.detail, SHORT),
         "recorded": "" if abs((act.recorded_at - act.at).total_seconds()) < 60 else f"{moment(act.recorded_at)} に記録"}
        for act in told
    ]  # fmt: skip


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(TEMPLATES)])


@cache
def _styles() -> tuple[list[Any], Any]:
    fonts = FontConfiguration()
    css = (STYLES / "proof-page.css").read_text("utf-8")
    return [CSS(string=css, font_config=fonts, url_fetcher=NoFetcher())], fonts
