"""Lists as CSV: UTF-8 with BOM or cp932 (Shift_JIS), streamed, read only; what would be computed is escaped."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from config.desk import clock
from config.desk.listpage import ListPage

ENCODINGS = {"utf-8": "CSV（UTF-8）", "cp932": "CSV（Shift_JIS）"}
FORMULA = "=+-@＝＋－＠\t\r\n"  # a Japanese spreadsheet computes the full-width ones, too
UNWRITABLE = "〓"  # in place of a character that cp932 does not have
_SAME_SIGN = str.maketrans({"〜": "～", "−": "－", "—": "―", "‖": "∥", "¢": "￠", "£": "￡", "¬": "￢"})
_AT_ONCE = 500


@dataclass(frozen=True)
class Column:
    """A heading, and what stands under it for a row."""

    label: str
    value: Callable[[Any], Any]


def escaped(value: Any) -> str:
    """A cell as text: moments as 2026-11-24 09:12 JST, formulas behind an apostrophe (OWASP ASVS 5.0, 1.2.10)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(clock.JST).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date | int):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" 　")[:1] and text.lstrip(" 　")[0] in FORMULA else text


def lines(columns: Iterable[Column], rows: Iterable[Any], encoding: str) -> Iterator[bytes]:
    """The file, line by line. What cp932 cannot write becomes 〓."""
    columns = list(columns)
    writer = csv.writer(_Echo())
    yield _encoded(writer.writerow([column.label for column in columns]), encoding, first=True)
    for row in rows:
        yield _encoded(writer.writerow([escaped(column.value(row)) for column in columns]), encoding)


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


def _encoded(line: Any, encoding: str, *, first: bool = False) -> bytes:
    text = str(line)
    if encoding == "cp932":
        return _in_cp932(text.translate(_SAME_SIGN))
    return text.encode("utf-8-sig" if first else "utf-8")


def _in_cp932(text: str) -> bytes:
    try:
        return text.encode("cp932")
    except UnicodeEncodeError:
        return b"".join(_in_cp932(char) for char in text) if len(text) > 1 else UNWRITABLE.encode("cp932")


class ExportMixin(ListPage):
    """A list that can be written out, filtered and ordered as it is seen."""

    export_name = "list"

    def export_columns(self) -> list[Column]:
        """What a line holds."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        """The address of the file, before that of rows."""
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/<str:encoding>/", view, name=self._export_name()), *super().get_urls()]

    def _export_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_export"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with links to its file."""
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        links = [
            {"label": label, "url": reverse(f"admin:{self._export_name()}", args=[key]) + query}
            for key, label in ENCODINGS.items()
        ]
        return super().changelist_view(request, {"exports": links} | (extra_context or {}))

    def export_view(self, request: HttpRequest, encoding: str) -> HttpResponseBase:
        """The file. GET only: it writes nothing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if encoding not in ENCODINGS:
            raise Http404
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        charset = "Shift_JIS" if encoding == "cp932" else "utf-8"
        content = lines(self.export_columns(), self._in_chunks(rows), encoding)
        response = StreamingHttpResponse(content, content_type=f"text/csv; charset={charset}")
        response["Content-Disposition"] = f'attachment; filename="{self.export_name}-{clock.today():%Y%m%d}.csv"'
        return response

    def _in_chunks(self, rows: Any) -> Iterator[Any]:
        found = rows.iterator(chunk_size=_AT_ONCE)
        while chunk := list(islice(found, _AT_ONCE)):
            yield from self.with_related(chunk)
