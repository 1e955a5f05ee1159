"""What this room adds to the desk: the sidebar, the search, its card of a customer and of every row it can be about."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Model

from config.desk import customer_cards, customer_strip, home, nav, quick, search, side_cards
from config.desk.chips import state_chip
from config.desk.counting import Counted
from config.desk.home import Asked, HomeRow
from config.desk.listpage import short
from config.desk.pages import card, fact, url_of, verb_url
from config.desk.registry import verb
from contracts.incoming.fields import is_about
from contracts.incoming.models import Incoming

RECEIVE, CALL, LINK = "incoming.receive", "incoming.call_note", "incoming.link"
TITLE, EMPTY = "受信したもの", "受信したものはありません。"
SHOWN = 8  # lines of a card at the side


def of_row(row: Any) -> dict[str, Any] | None:
    """受信したもの at the side of an application, a contract, a case or a measure."""
    if not is_about(row):
        return None
    rows = Incoming.objects.about(row)
    shown = list(rows.annotate(files_kept=Count("files"))[: SHOWN + 1])
    total = rows.count() if len(shown) > SHOWN else len(shown)
    lines = {"columns": ["受信", "要旨"], "rows": [_line(entered) for entered in shown[:SHOWN]]}
    rest = {"sub": f"新しい{SHOWN}件"} if total > SHOWN else {}
    return card(TITLE, "table", lines, count=f"{total}件", empty=EMPTY, **rest)


def _line(entered: Any) -> list[Any]:
    when = f"{short(entered.received_at)}　{entered.get_channel_display()}"
    return [
        {"text": entered.number, "url": url_of(entered), "strong": True, "sub": when},
        {"text": entered.title, "sub": _files(entered)},
    ]


def _files(entered: Any) -> str:
    return f"ファイル{entered.files_kept}件" if entered.files_kept else ""


def of_customer(customer: Any) -> dict[str, Any]:
    """受信したもの on the customer card."""
    rows = (
        Incoming.objects.filter(customer__in=customer_cards.family(customer))
        .annotate(files_kept=Count("files"))
        .prefetch_related("subject")
    )
    return customer_cards.rows_card(
        TITLE, ["受信", "要旨", "対象", "受けた人"], rows.select_related("taken_by"), _cells, customer, empty=EMPTY
    )


def in_short(customer: Any) -> dict[str, Any]:
    """最後の電話・受信 in the strip: what was said, and to whom."""
    rows = Incoming.objects.filter(customer__in=customer_cards.family(customer)).select_related("taken_by")
    entered = rows.first()
    if entered is None:
        return fact("最後の電話・受信", "受信したものはありません")
    sub = f"{short(entered.received_at)}　{entered.get_channel_display()}　{entered.taken_by}"
    return fact("最後の電話・受信", entered.title, url=url_of(entered), sub=sub)


def _cells(entered: Any) -> list[Any]:
    about = {"text": entered.subject.number, "url": url_of(entered.subject)} if entered.subject else "—"
    return [*_line(entered), about, str(entered.taken_by)]


def hanging(row: Any) -> Iterable[Model]:
    """The lines of the register whose history belongs to the row's timeline."""
    return Incoming.objects.about(row) if is_about(row) else []


def begins(row: Any) -> dict[str, str] | None:
    """A form opened from a row knows what it is about, and whose it is."""
    return {"about": row.number, "customer": row.customer.number} if is_about(row) else None


def _of_nobody(asked: Asked) -> tuple[Counted, list[HomeRow]]:
    """What came in and is nobody's yet: somebody has to say whose it is, or that nothing is to be done."""
    if asked.leaves_out(LINK):
        return 0, []
    rows = Incoming.objects.of_nobody()
    made = [
        HomeRow(chip=state_chip("draft", "対象 未定"), title=f"{entered.get_channel_display()}：{entered.title}",
                sub=f"受信 {entered.number}　{short(entered.received_at)}", owner=str(entered.taken_by),
                next_label=verb(LINK).label, next_url=verb_url(LINK, entered) if asked.holds(LINK) else url_of(entered))
        for entered in rows.select_related("taken_by")[: asked.limit]
    ]  # fmt: skip
    return rows, made


def register_all() -> None:
    """Called once, when the room starts."""
    search.numbers("R", Incoming)
    home.source("today", _of_nobody)
    side_cards.register(50, of_row)
    side_cards.hangs_on(hanging)
    customer_cards.register(60, of_customer)
    customer_strip.register(40, in_short)
    for key in (CALL, RECEIVE):
        side_cards.act(key, begins)
        customer_cards.act(key, "customer")
    quick.register(quick.Quick(key=CALL, fields=("summary",), submit="記録する", shortcut="t"))
    quick.register(quick.Quick(key=RECEIVE, fields=("uploads", "summary"), submit="受信を登録する", takes_files=True))
    nav.register(
        nav.Entry(
            group="申込・利用者",
            label="受信簿",
            url_name="admin:incoming_incoming_changelist",
            permission="incoming.view_incoming",
            count=Incoming.objects.of_nobody,
            order=55,
        )
    )
