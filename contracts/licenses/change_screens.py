"""変更の記録 on the customer card and in its timeline; the way from a letter that came back to a change of the address."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from accounts.models import Customer
from config.desk import customer_cards, nav, search, side_cards
from config.desk.chips import Chip, state_chip
from config.desk.clock import now
from config.desk.listpage import short
from config.desk.pages import card, url_of, verb_url
from contracts.licenses.change_models import ChangeNotice
from contracts.licenses.changes import RECORD, since_words
from notices.models import Delivery, Notice

TITLE, COLUMNS = "変更の記録", ["届出", "状態", "変更の内容", "届出を受けた日時"]
SHOWN = 5  # lines of a notice of change that are named in its cell


def chip(row: ChangeNotice) -> Chip:
    """Taken back, ahead, or in force."""
    if row.state == ChangeNotice.State.WITHDRAWN:
        return state_chip("withdrawn", "取消し")
    return state_chip("waiting", "適用前") if row.since > now() else state_chip("done", "適用済")


def of_customer(customer: Any) -> dict[str, Any] | None:
    """変更の記録, newest first; nothing where nothing ever changed."""
    rows = ChangeNotice.objects.filter(customer__in=customer_cards.family(customer))
    if not rows.exists():
        return None
    return customer_cards.rows_card(TITLE, COLUMNS, rows, _cells, customer, empty="")


def _cells(row: ChangeNotice) -> list[Any]:
    named = {"text": row.number, "url": url_of(row), "strong": True, "sub": row.title}
    told = {"text": short(row.notified_at), "sub": row.get_channel_display()}
    return [named, {"chip": chip(row), "text": "", "sub": since_words(row)}, _what(row), told]


def _what(row: ChangeNotice) -> dict[str, Any]:
    first, *more = [
        f"{line['label']}：{line['old'] or 'なし'} → {line['new'] or 'なし'}" for line in row.changes[:SHOWN]
    ]
    return {"text": first, "sub": "　".join(more)}


def hanging(row: Any) -> Iterable[Model]:
    """The notices of change in the customer's timeline."""
    return ChangeNotice.objects.filter(customer=row) if isinstance(row, Customer) else []


def of_letter(row: Any) -> dict[str, Any] | None:
    """A letter that came back: has the address changed (7(3))? Until we are told, what we sent there counts."""
    if not isinstance(row, Notice) or not any(d.state == Delivery.State.RETURNED for d in row.deliveries.all()):
        return None
    text = "宛先が変わっていないか、利用者に確かめてください。届出があるまで、登録の宛先に送った通知は、そのまま有効です（第7条第3項）。"
    link = {"label": "変更の届出を記録する", "url": verb_url(RECORD, row.customer)}
    return card("宛先の確認", "note", {"text": text}, links=[link])


def register_all() -> None:
    """Called once, when the room starts."""
    search.places("H", ChangeNotice)
    customer_cards.register(85, of_customer)
    side_cards.hangs_on(hanging)
    side_cards.register(30, of_letter)
    nav.register(
        nav.Entry(
            group="契約", label="変更の届出", url_name="admin:licenses_changenotice_changelist", permission="licenses.view_changenotice",
            order=58,
        )
    )  # fmt: skip
