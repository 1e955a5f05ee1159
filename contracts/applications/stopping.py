"""From an application whose acceptance still waits to 送信を取り消す (4(2)): in the screening list, and on its page."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.html import format_html

from config.desk.jst import jshort
from config.desk.pages import note, verb_url
from config.desk.press import permitted
from config.desk.registry import verb
from contracts.applications.models import Application
from contracts.applications.workflow import ACCEPTANCE
from notices.models import Notice

STOP = "notices.stop_sending"


def stop_urls(applications: Iterable[Application], by: Any) -> dict[int, str]:
    """Where the acceptance of each can be stopped; without those of which nothing waits, or for who may not. One query."""
    accepting = [a.pk for a in applications if a.state == "accepting"]
    if not accepting or not permitted(verb(STOP), by):
        return {}
    letters = Notice.objects.pending().filter(
        kind=ACCEPTANCE, content_type=ContentType.objects.get_for_model(Application), object_id__in=accepting, decision=None
    )  # fmt: skip
    return {letter.object_id: verb_url(STOP, letter) for letter in letters}


def told(application: Application, by: Any) -> list[dict[str, str]]:
    """On the page: when the acceptance leaves, and how it is stopped until then."""
    letter = Notice.objects.about(application, ACCEPTANCE).pending().order_by("-pk").first()
    if application.state != "accepting" or letter is None:
        return []
    email = letter.email
    leaves = f"{jshort(email.due_at)} に送信します" if email and email.due_at else "差出しを待っています"
    text = f"承諾の通知は、{leaves}。"
    if url := stop_urls([application], by).get(application.pk):
        text = format_html('{}それまでは、止められます。<a href="{}">{}</a>', text, url, verb(STOP).label)
    return [note("info", text)]
