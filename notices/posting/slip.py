"""差出票: what is handed in at the counter, one line a letter, with totals. A4, as many sheets as it takes."""

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from notices.composing import sender
from notices.posting import options
from notices.posting.lists import standing, to_whom, where
from notices.posting.marks import marked
from notices.posting.models import PrintRun, PrintRunLetter
from notices.rendering.pdf import NoFetcher

STYLE = Path(__file__).resolve().parents[1] / "static" / "notices" / "slip.css"
RECORDED = ("recorded", "registered")


def slip_pdf(run: PrintRun, day: date) -> bytes:
    """The slip of a run for the JST day on which it is handed in. Rendered: never inside a transaction."""
    styles, fonts = _styles()
    html = HTML(string=render_to_string("notices/posting/slip.html", content(run, day)), url_fetcher=NoFetcher())
    body = bytes(html.write_pdf(stylesheets=styles, font_config=fonts) or b"")
    return marked(body, "training") if settings.KIYAKU_MODE == "training" else body


def content(run: PrintRun, day: date) -> dict[str, Any]:
    """What stands on it: sender, day, lines, and the totals by kind; fees only where every one of them is on record."""
    lines = [_line(letter, number, day) for number, letter in enumerate(standing(run), start=1)]
    counts = Counter(line["kind"] for line in lines)
    fees = [line["fee"] for line in lines]
    recorded = run.postage in RECORDED
    return {
        "run": run, "day": day, "sender": sender(), "lines": lines, "total": len(lines), "counts": sorted(counts.items()),
        "fees": sum(fees) if lines and all(fee is not None for fee in fees) else None,
        "title": "書留・特定記録郵便物等差出票" if recorded else "郵便物差出票",
    }  # fmt: skip


def _line(letter: PrintRunLetter, number: int, day: date) -> dict[str, Any]:
    postage = letter.postage or letter.run.postage
    return {
        "number": number, "to": to_whom(letter), "where": where(letter), "tracking": letter.delivery.tracking_number,
        "kind": options.postage_words(postage), "fee": options.fee(postage, day), "letter": letter.notice.number,
        "note": "再発行" if letter.reprint else "",
    }  # fmt: skip


@cache
def _styles() -> tuple[list[CSS], FontConfiguration]:
    """Parsed once a process."""
    fonts = FontConfiguration()
    return [CSS(string=STYLE.read_text("utf-8"), font_config=fonts, url_fetcher=NoFetcher())], fonts
