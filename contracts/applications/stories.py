"""In a story the web form's file comes in: `world: applications_file`, by somebody of 受付, the CSV under `files`."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from config.desk import clock, happenings
from contracts.applications.importing import judge, take_in
from contracts.applications.models import Application

ENCODING = "cp932"  # as the web form writes it; the stories keep UTF-8, so that it can be read
_DAYS_BEFORE = re.compile(r"(?<=,)-(\d+)d(?= \d{2}:\d{2},)")


def register_all() -> None:
    """Called once, when the room starts."""
    happenings.brought("applications_file", _file_comes)


def _file_comes(at: datetime, by: Any, file: Path) -> Mapping[str, Any]:
    """Taken in whole, as on the screen. Applications are named by their 受付番号, rejected rows by `row-` and theirs."""
    today = clock.jst_day(at)
    data = _dated(file.read_text(encoding="utf-8"), today).encode(ENCODING)
    told = take_in(judge(data), file_name=f"申込_{today:%Y%m%d}.csv", data=data, by=by, at=at)
    taken = Application.objects.filter(source_number__in=told.accepted)
    assert told.intake is not None
    rejected = {f"row-{row.source_number}": row for row in told.intake.rejected_rows.all()}
    return {str(one.source_number): one for one in taken} | rejected


def _dated(text: str, today: date) -> str:
    """`-3d 10:15` in a cell is that time three days before the file came."""
    return _DAYS_BEFORE.sub(lambda found: f"{today - timedelta(days=int(found.group(1))):%Y/%m/%d}", text)
