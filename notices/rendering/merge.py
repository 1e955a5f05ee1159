"""Many letters as one PDF for the printer."""

from collections.abc import Iterable
from io import BytesIO

from pypdf import PdfReader, PdfWriter


def merge(pdfs: Iterable[bytes]) -> bytes:
    """All pages of `pdfs`, in their order, as one PDF; none at all raises ValueError."""
    writer = PdfWriter()
    for pdf in pdfs:
        writer.append(PdfReader(BytesIO(pdf)), import_outline=False)
    if not writer.pages:
        raise ValueError("Nothing to merge")
    written = BytesIO()
    writer.write(written)
    return written.getvalue()
