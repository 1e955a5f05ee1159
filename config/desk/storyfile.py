"""Reading a story file: YAML whose scalars are all text. What does not fit is Malformed, and says where."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from config.desk import happenings
from config.desk.clock import JST
from config.desk.registry import ROLES, verbs

ON_A_ROW = ("bounce", "deliver_fails", "handler_fails")
STEP_KEYS = {"at", "by", "do", "to", "with", "files", "as", "reason", "refused", "world", "expect"}
NOT_TEXT = {"with", "files", "expect"}
_RELATIVE = re.compile(r"([+-]\d+)d(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?")


class Malformed(ValueError):
    """The file is no story; the message says where."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: a verb pressed, something in the world, or an expectation."""

    index: int
    at: datetime | None = None
    by: str = ""
    do: str = ""
    to: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, list[Path]] = field(default_factory=dict)  # form field → files beside the story
    alias: str = ""
    reason: str = ""
    refused: str = ""
    world: str = ""
    expect: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Story:
    """A title, the cast with their roles, settings, and the steps in order."""

    title: str
    cast: Mapping[str, list[str]]
    settings: Mapping[str, str]
    steps: list[Step]
    quiet: bool = False
    position: int = 0


def load(path: Path, *, today: date | None = None, position: int = 0) -> Story:
    """Read a file. `today` lets `at` be relative (-20d 10:00), as in the demo."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Malformed(f"{path.name} を読めません：{problem}") from problem
    return parse(text, today=today, position=position, folder=path.parent)


def parse(text: str, *, today: date | None = None, position: int = 0, folder: Path | None = None) -> Story:
    """Read a story from its text; the files of its steps lie in `folder` or below."""
    try:
        raw = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  (BaseLoader makes text only)
    except yaml.YAMLError as problem:
        raise Malformed(f"YAMLとして読めません：{problem}") from problem
    if not isinstance(raw, dict) or not isinstance(raw.get("steps"), list) or not raw["steps"]:
        raise Malformed("story、cast、steps のある物語ではありません")
    if unknown := set(raw) - {"story", "cast", "settings", "steps", "quiet"}:
        raise Malformed(f"知らない見出しがあります：{'、'.join(sorted(unknown))}")
    cast = _cast(raw.get("cast") or {})
    steps = [_step(i, s, cast, today, folder) for i, s in enumerate(raw["steps"], 1)]
    _check_order(steps)
    return Story(
        title=str(raw.get("story", "")),
        cast=cast,
        settings=_settings(raw.get("settings") or {}),
        steps=steps,
        quiet=_quiet(raw.get("quiet", "false")),
        position=position,
    )


def _settings(raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        raise Malformed("settings は「項目: 値」の形で書きます")
    return raw


def _quiet(raw: Any) -> bool:
    if raw not in ("true", "false"):
        raise Malformed("quiet は true か false です")
    return bool(raw == "true")


def _cast(raw: Any) -> dict[str, list[str]]:
    if not isinstance(raw, dict):
        raise Malformed("cast は「名前: 役割」の形で書きます")
    cast = {str(name): roles if isinstance(roles, list) else [roles] for name, roles in raw.items()}
    for name, roles in cast.items():
        if not all(isinstance(role, str) for role in roles):
            raise Malformed(f"cast.{name}：役割は文字で書きます")
        if unknown := set(roles) - set(ROLES):
            raise Malformed(f"cast.{name}：知らない役割です：{'、'.join(sorted(unknown))}")
    return cast


def _step(index: int, raw: Any, cast: Mapping[str, Any], today: date | None, folder: Path | None) -> Step:
    here = f"手順{index}"
    if not isinstance(raw, dict) or set(raw) - STEP_KEYS:
        raise Malformed(
            f"{here}：知らない項目があります：{raw if not isinstance(raw, dict) else '、'.join(sorted(set(raw) - STEP_KEYS))}"
        )
    if wrong := [key for key in STEP_KEYS - NOT_TEXT if not isinstance(raw.get(key, ""), str)]:
        raise Malformed(f"{here}：{'、'.join(sorted(wrong))} は文字で書きます")
    kinds = [key for key in ("do", "world", "expect") if key in raw]
    if len(kinds) != 1:
        raise Malformed(f"{here}：do、world、expect のどれか一つを書きます")
    _check_kind(here, raw, cast)
    given = raw.get("with") or {}
    if not isinstance(given, dict):
        raise Malformed(f"{here}：with は「項目: 値」の形で書きます")
    return Step(
        index=index, at=_at(here, raw["at"], today) if "at" in raw else None, by=raw.get("by", ""), do=raw.get("do", ""),
        to=raw.get("to", ""), given={n: _dated(v, today) for n, v in given.items()}, alias=raw.get("as", ""),
        files=_files(here, raw.get("files") or {}, folder), reason=raw.get("reason", ""), refused=raw.get("refused", ""), world=raw.get("world", ""),
        expect=raw.get("expect"),
    )  # fmt: skip


def _files(here: str, raw: Any, folder: Path | None) -> dict[str, list[Path]]:
    """Files that a step brings, by form field; only such as lie beside the story."""
    if not isinstance(raw, dict):
        raise Malformed(f"{here}：files は「項目: ファイル名」の形で書きます")
    return {
        str(n): [_beside(here, str(f), folder) for f in (v if isinstance(v, list) else [v])] for n, v in raw.items()
    }


def _beside(here: str, name: str, folder: Path | None) -> Path:
    path = (folder / name).resolve() if folder else None
    if path is None or folder is None or not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise Malformed(f"{here}：{name} というファイルが、物語の隣にありません")
    return path


def _check_kind(here: str, raw: Mapping[str, Any], cast: Mapping[str, Any]) -> None:
    if "expect" in raw:
        if not isinstance(raw["expect"], dict):
            raise Malformed(f"{here}：expect は「道: 値」の形で書きます")
        return
    if "at" not in raw:
        raise Malformed(f"{here}：at がありません")
    if "world" in raw and raw["world"] not in happenings.names():
        raise Malformed(f"{here}：world に {raw['world']} はありません")
    if raw.get("world", "") in ON_A_ROW and not raw.get("to"):
        raise Malformed(f"{here}：{raw['world']} には to が要ります")
    if happenings.is_brought(raw.get("world", "")) and (
        raw.get("by") not in cast or "uploads" not in raw.get("files", {})
    ):
        raise Malformed(f"{here}：{raw['world']} には by と files の uploads が要ります")
    if "do" in raw:
        _check_do(here, raw, cast)


def _check_do(here: str, raw: Mapping[str, Any], cast: Mapping[str, Any]) -> None:
    known = {v.key: v for v in verbs()}
    if raw["do"] not in known:
        raise Malformed(f"{here}：{raw['do']} という手続はありません")
    if raw.get("by") not in cast:
        raise Malformed(f"{here}：{raw.get('by')} は cast にいません")
    if known[raw["do"]].subject is not None and not raw.get("to"):
        raise Malformed(f"{here}：{raw['do']} には to が要ります")


def _dated(value: Any, today: date | None) -> Any:
    """`-20d 10:00` and `-20d` as a moment and a day, reckoned from `today`; all else as it is."""
    found = _RELATIVE.fullmatch(value) if today is not None and isinstance(value, str) else None
    if today is None or found is None:
        return value
    day = (today + timedelta(days=int(found.group(1)))).isoformat()
    return f"{day}T{found.group(2).rjust(5, '0')}" if found.group(2) else day


def _at(here: str, text: str, today: date | None) -> datetime:
    try:
        moment = datetime.fromisoformat(_dated(text, today))
    except (ValueError, TypeError) as problem:
        raise Malformed(f"{here}：at の {text} は日時ではありません") from problem
    return moment if moment.tzinfo else moment.replace(tzinfo=JST)


def _check_order(steps: list[Step]) -> None:
    latest: datetime | None = None
    for one in steps:
        if one.at is None and latest is None:
            raise Malformed(f"手順{one.index}：最初の手順の前に expect は置けません")
        if one.at is not None and latest is not None and one.at < latest:
            raise Malformed(f"手順{one.index}：時刻が前の手順より戻っています")
        latest = one.at or latest
