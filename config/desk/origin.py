"""Where a page was opened from: the queue of the day (`from=home`), or the page of a row (`back=V-…`).

Only a word or a public number is carried, never an address: what is carried cannot lead away from this site.
"""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.http import HttpRequest

from config.desk import search
from config.desk.pages import url_of

HOME = "home"


def from_home(request: HttpRequest) -> bool:
    """Whether somebody works through the queue of the day."""
    return request.GET.get("from") == HOME


def back_of(request: HttpRequest) -> str:
    """The page of the row to come back to; nothing where none was named, or the number is nobody's."""
    return url_of(search.row_of(request.GET.get("back", "")))


def marked(url: str, *, home: bool = False, back: str = "") -> str:
    """The address with where it was opened from; an address of nothing stays nothing."""
    if not url or not (home or back):
        return url
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query)) | ({"from": HOME} if home else {}) | ({"back": back} if back else {})
    return urlunsplit(parts._replace(query=urlencode(query)))
