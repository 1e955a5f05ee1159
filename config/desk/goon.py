"""Done → next: what a page says after a verb, to who works through the queue of the day."""

from collections.abc import Callable, Collection

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html

from config.desk import clock, home
from config.desk.home import HomeRow
from config.desk.origin import from_home

FINISHED = '{}本日の業務は終わりました。<a class="next-job" href="/admin/">本日の業務</a>'
NEXT = '{}<a class="next-job" href="{}">次の業務へ</a>　{}（{}）'


_onward: list[Callable[[HttpRequest, Model | None], str]] = []


def leads_on(call: Callable[[HttpRequest, Model | None], str]) -> None:
    """An engine says where its own run goes on after a verb on a row; nothing where none is read."""
    _onward.append(call)


def onward(request: HttpRequest, row: Model | None) -> str:
    """Where such a run goes on."""
    return next((url for call in _onward if (url := call(request, row))), "")


def queue_before(request: HttpRequest) -> list[HomeRow]:
    """The queue as it is before the verb; nothing for who did not come from it."""
    return home.queue(request.user, clock.now()) if from_home(request) else []


def tell(request: HttpRequest, done: str, before: list[HomeRow], here: Collection[str]) -> None:
    """What happened; and the next of the queue, after the row that led to one of the addresses `here` (none: only what happened)."""
    if not from_home(request) or not here:
        messages.success(request, done)
        return
    row = home.next_row(before, set(here) - {""}, request.user, clock.now())
    if row is None:
        messages.success(request, format_html(FINISHED, done))
    else:
        messages.success(request, format_html(NEXT, done, row.next_url, row.title, row.customer or row.sub))
