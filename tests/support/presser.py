"""Presses one verb in a process of its own: python -m tests.support.presser KEY NUMBER WHO AT DATA.

Says "ready", waits for a line on its standard input, presses, and prints what became of it as JSON.
"""

import json
import sys
from datetime import datetime
from typing import Any

import django


def main(key: str, number: str, who: str, at: str, data: str) -> None:
    django.setup()
    from django.contrib.auth import get_user_model
    from django.db import connection

    from config.desk.play import _by_number
    from config.desk.press import press
    from config.desk.refusal import Refused

    row, by = _by_number(number), get_user_model()._default_manager.get(email=f"{who}@staff.example")
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        pressed: Any = press(key, row, by=by, at=datetime.fromisoformat(at), data=json.loads(data))
        print(json.dumps({"ok": True, "state": pressed.state}), flush=True)
    except Refused as refused:
        said = {"ok": False, "message": refused.message, "clause": refused.clause, "instead": refused.instead}
        print(json.dumps(said, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
