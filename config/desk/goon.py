"""Done → next: what a page says after a verb, to who works through the queue of the day."""

from collections.abc import Collection

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html

from config.desk import clock, home
from config.desk.home import HomeRow
from config.desk.origin import from_home

FINISHED = '{}本日の業務は終わりました。<a class="next-job" href="/admin/">本日の業務</a>'
NEXT = '{}<a class="next-job" href="{}">次の業務へ</a>　{}（{}）'


def queue_before(request: HttpRequest) -> list[HomeRow]:
    """The queue as it is before the verb; nothing for who did not come from it."""
    return home.queue(request.user, clock.now()) if from_home(request) else []


def tell(request: HttpRequest, done: str, before: list[HomeRow], here: Collection[str]) -> None:
    """What happened; and the next of the queue, after the row that led to one of the addresses `here`."""
    if not from_home(request):
        messages.success(request, done)
        return
    row = home.next_row(before, set(here) - {""}, request.user, clock.now())
    if row is None:
        messages.success(request, format_html(FINISHED, done))
    else:
        messages.success(request, format_html(NEXT, done, row.next_url, row.title, row.customer or row.sub))
