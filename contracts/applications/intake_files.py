"""The judged rows of a file that is being taken in, kept beside the files that came in until the last of them is settled."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages


def keep(pk: int, entries: Iterable[dict[str, Any]]) -> None:
    """Store the rows of this intake; on the disk before the row that rests on them is committed."""
    storages["files"].save(_place(pk), ContentFile(json.dumps(list(entries), ensure_ascii=False).encode()))


def kept(pk: int) -> list[dict[str, Any]] | None:
    """The rows, or None where they are gone."""
    try:
        with storages["files"].open(_place(pk)) as file:
            found: list[dict[str, Any]] = json.loads(file.read())
    except FileNotFoundError:
        return None
    return found


def forget(pk: int) -> None:
    """Every row is settled: what it held stands in the tables."""
    storages["files"].delete(_place(pk))


def _place(pk: int) -> str:
    return f"intake/{pk}.json"
