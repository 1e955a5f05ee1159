"""内容相違: a row under a number that was taken in before with other content, beside what was taken in (Art. 6(1))."""

from typing import Any

from config.desk.pages import card, fact, url_of
from contracts.applications.batches import taken_before
from contracts.applications.intake_table import COLUMNS
from contracts.applications.models import Application, RejectedRow

NEW_NUMBER = "受付番号を付け直した（もとの番号 {}）"
NONE = "—"


def former(row: RejectedRow) -> Application | None:
    """The application that was taken in under this row's number, while the row waits or was given up."""
    if not row.source_number or row.state == RejectedRow.State.TAKEN_IN:
        return None
    return Application.objects.filter(source_number=row.source_number).select_related("customer").first()


def free_number(number: str) -> str:
    """A number that nothing bears, made of this one: 〜-2, 〜-3, …"""
    tried = [f"{number}-{turn}" for turn in range(2, 12)]
    taken = taken_before(tried)
    return next((one for one in tried if one not in taken), "")


def differing(row: RejectedRow, application: Application) -> list[tuple[str, str, str]]:
    """Columns in which the two differ: (column, as taken in, as this row has it)."""
    pairs = [(c, str(application.original.get(c, "")), str(row.original.get(c, ""))) for c in COLUMNS]
    return [(column, old, new) for column, old, new in pairs if old.strip() != new.strip()]


def side_by_side(row: RejectedRow) -> list[dict[str, Any]]:
    """前に取り込んだ申込との違い, and what may be done."""
    application = former(row)
    if application is None:
        return []
    found = differing(row, application)
    cells = [[{"text": column, "strong": True}, old or NONE, new or NONE] for column, old, new in found]
    data = {"columns": ["項目", f"取り込み済み（{application.number}）", "この行"], "rows": cells}
    sub = f"{len(found)}項目が違います・受付番号 {row.source_number}"
    ways = {"text": _ways(row)}
    shown = card("前に取り込んだ申込との違い", "table", data, sub=sub, empty="書き方だけの違いです。内容は同じです。")
    return (
        [shown, card("どちらかを選んでください", "note", ways)] if row.state == RejectedRow.State.WAITING else [shown]
    )


def _ways(row: RejectedRow) -> str:
    return (
        "同じ申込の訂正のとき　前の申込を開いて申込者に確かめ、この行は「取り込まない」にして、理由に訂正の内容を書いてください。\n"
        f"別の申込のとき　「直して取り込む」で、受付番号を新しい番号（例：{free_number(row.source_number)}）に変えてください。"
        "もとの番号は、申込の注意に残ります。"
    )


def former_facts(row: RejectedRow) -> list[dict[str, Any]]:
    """For the card at the side."""
    application = former(row)
    if application is None:
        return []
    return [fact("取り込み済みの申込", application.number, url=url_of(application), sub=application.customer.name)]


def flags(row: RejectedRow, number: str) -> list[str]:
    """What the checklist shows of an application that was given a number of its own."""
    return [NEW_NUMBER.format(row.source_number)] if number != row.source_number and former(row) is not None else []
