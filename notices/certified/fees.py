"""What 内容証明 costs on top of the postage, as dated data (yen; 内国郵便約款). Additions only: a past day keeps its fee."""

from datetime import date

FIRST_SHEET, FURTHER_SHEET = 480, 290
_FROM = ((date(2024, 10, 1), FIRST_SHEET, FURTHER_SHEET),)


def certified_fee(sheets: int, day: date) -> int | None:
    """Yen for `sheets` sheets posted on a JST day, without basic postage and 一般書留; None where no fee is on file.

    Raises ValueError for less than one sheet.
    """
    if sheets < 1:
        raise ValueError("a letter has at least one sheet")
    found = [(first, further) for since, first, further in _FROM if since <= day]
    return found[-1][0] + (sheets - 1) * found[-1][1] if found else None
