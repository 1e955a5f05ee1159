"""Many letters as one PDF for the printer."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice

from pikepdf import Pdf

AT_ONCE = 50  # letters held open at a time; a run of a thousand never lies open whole


def merge(pdfs: Iterable[bytes]) -> bytes:
    """All pages of `pdfs`, in their order, as one PDF; none at all raises ValueError. The same letters give the same bytes."""
    parts = [_joined(chunk) for chunk in _chunks(iter(pdfs))]
    while len(parts) > 1:
        parts = [_joined(chunk) for chunk in _chunks(iter(parts))]
    if not parts:
        raise ValueError("Nothing to merge")
    return parts[0]


def page_count(pdf: bytes) -> int:
    """How many sheets a PDF has."""
    with Pdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


def _chunks(pdfs: Iterator[bytes]) -> Iterator[list[bytes]]:
    while chunk := list(islice(pdfs, AT_ONCE)):
        yield chunk


def _joined(pdfs: list[bytes]) -> bytes:
    """Sources stay open until the result is written: their pages are copied then."""
    sources = [Pdf.open(BytesIO(pdf)) for pdf in pdfs]
    with Pdf.new() as joined:
        for source in sources:
            joined.pages.extend(source.pages)
        written = BytesIO()
        joined.save(written, deterministic_id=True)
    for source in sources:
        source.close()
    return written.getvalue()
