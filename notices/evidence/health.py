"""The last check of everything frozen, for `manage.py doctor` and the page of numbers."""

from datetime import timedelta

from config.desk import clock
from config.desk.doctor import Finding
from config.desk.jst import jmoment
from notices.evidence.models import Verification

STALE_AFTER = timedelta(days=2)  # the worker checks once a day
COMMAND = "manage.py verify_notices"


def last_check() -> Finding:
    """Whether all was as it was frozen, and how long ago that was looked at."""
    last = Verification.objects.first()
    if last is None:
        return Finding(None, f"まだ一度も確かめていません。自動処理が毎日確かめます（すぐに確かめるには {COMMAND}）。")
    if last.found:
        named = "、".join(dict.fromkeys(d["number"] or "番号なし" for d in last.differences[:5]))
        return Finding(
            False,
            f"{jmoment(last.at)} の確認で、相違が{last.found}件あります（{named}）。{COMMAND} で内容を見てください。",
        )
    if clock.now() - last.at > STALE_AFTER:
        return Finding(False, f"{jmoment(last.at)} から確かめていません。自動処理を確かめてください。")
    return Finding(True, f"{jmoment(last.at)} に、書面{last.letters}通を確かめました。相違はありません。")
