"""Stories: dated steps by staff, played through `press`; between them time passes as in service.

`load` reads a story (malformed: Malformed, which says where); `play` plays one or several on one time line.
Rooms above register what a story starts with, what its settings set, and what the world does.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from config.desk import clock, facts, happenings, house
from config.desk.clock import JST
from config.desk.happenings import world as world
from config.desk.models import HouseSetting
from config.desk.press import press
from config.desk.refusal import Refused
from config.desk.registry import verb
from config.desk.step import step
from config.desk.storyfile import Malformed, Step, Story

Setter = Callable[[str], None]
_begin: list[Callable[[], None]] = []
_settings: dict[str, Setter] = {}
_agenda: list[tuple[Callable[[datetime], datetime | None], str]] = []
_daily: list[tuple[time, str]] = []
_forget: list[Callable[[], None]] = []


def on_begin(call: Callable[[], None]) -> None:
    """What a room puts into the empty database before the first step."""
    _begin.append(call)


def setting(name: str, setter: Setter) -> None:
    """A name that a story's `settings` may set, besides the house settings."""
    _settings[name] = setter


def agenda(next_due: Callable[[datetime], datetime | None], name: str) -> None:
    """The next moment after a given one at which this part of the world acts by itself."""
    _agenda.append((next_due, name))


def daily(hour: int, minute: int, name: str) -> None:
    """A part of the world that acts every day at this JST time."""
    _daily.append((time(hour, minute), name))


def forget(call: Callable[[], None]) -> None:
    """What a room forgets when a story is over (faults that were asked for and never came)."""
    _forget.append(call)


@dataclass
class Outcome:
    """What became of one step."""

    step: int
    at: str = ""
    by: str = ""
    do: str = ""
    ok: bool = True
    refused: str = ""
    clause: str = ""
    instead: str = ""
    state: str = ""
    problem: str = ""


@dataclass
class Told:
    """What became of a story: whether it went as told, and its rows by alias."""

    ok: bool = True
    steps: list[Outcome] = field(default_factory=list)
    rows: dict[str, Any] = field(default_factory=dict)

    def problems(self) -> list[str]:
        """One line a step that did not go as told."""
        return [f"手順{o.step}：{o.problem}" for o in self.steps if o.problem]


class Player:
    """Plays the steps of one story; the time line is shared."""

    def __init__(self, story: Story, cast: Mapping[str, Any]) -> None:
        self.story, self.cast, self.told = story, cast, Told()

    def take(self, one: Step) -> None:
        """Play one step at its moment (the clock already stands there)."""
        outcome = Outcome(step=one.index, at=one.at.isoformat() if one.at else "", by=one.by, do=one.do or one.world)
        self.told.steps.append(outcome)
        try:
            outcome.problem = self._act(one, outcome)
        except facts.NoSuchPath as missing:
            outcome.problem = f"「{missing}」という事実はありません"
        outcome.ok = not outcome.problem
        self.told.ok = self.told.ok and outcome.ok

    def _act(self, one: Step, outcome: Outcome) -> str:
        if one.expect is not None:
            return "".join(self._differences(one.expect))
        if happenings.is_brought(one.world):
            for file in one.files["uploads"]:
                self.told.rows |= happenings.bring(one.world, _at(one), self.cast[one.by], file)
            return ""
        if one.world:
            happenings.happen(one.world, _at(one), self._target(one.to))
            return ""
        return self._press(one, outcome)

    def _press(self, one: Step, outcome: Outcome) -> str:
        target, subject = self._target(one.to), verb(one.do).subject
        if subject is not None and not isinstance(target, subject):
            return f"{one.do} は {one.to} の手続ではありません"
        try:
            data = {name: self._value(value) for name, value in one.given.items()}
            row = press(
                one.do, target if subject else None, by=self.cast[one.by], at=_at(one), data=data, files=_uploads(one),
                reason=one.reason,
            )  # fmt: skip
        except Refused as refused:
            outcome.refused, outcome.clause, outcome.instead = refused.message, refused.clause, refused.instead
            return _wrong_refusal(one, refused)
        outcome.state = str(getattr(row, "state", ""))
        if one.alias:
            self.told.rows[one.alias] = row
        return f"拒まれるはずでしたが（{one.refused}）、通りました。" if one.refused else ""

    def _target(self, path: str) -> Any:
        if not path:
            return None
        row = self._follow(path)
        if row is None:
            raise facts.NoSuchPath(path)
        return row

    def _value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(v) for v in value]
        if isinstance(value, str) and value.startswith("$"):
            return self._follow(value[1:])
        return value

    def _follow(self, path: str) -> Any:
        alias, *rest = path.split(".")
        if alias in self.told.rows:
            row = self.told.rows[alias]
            return facts.follow(type(row)._base_manager.get(pk=row.pk), rest)
        return facts.follow(_by_number(alias), rest)

    def _differences(self, expected: Mapping[str, Any]) -> list[str]:
        found = []
        for path, wanted in expected.items():
            found += _compare(path, self._follow(path), wanted)
        return found


def _by_number(number: str) -> Any:
    """A row by its public number."""
    from django.apps import apps

    numbered = [m for m in apps.get_models() if any(f.name == "number" and f.unique for f in m._meta.fields)]
    for model in numbered:
        if (row := model._base_manager.filter(number=number).first()) is not None:
            return row
    raise facts.NoSuchPath(number)


def _compare(path: str, actual: Any, wanted: Any) -> list[str]:
    if isinstance(wanted, Mapping):
        if actual is None:
            return [f"{path} がありません。"]
        return [
            d
            for name, value in wanted.items()
            for d in _compare(f"{path}.{name}", facts.follow(actual, name.split(".")), value)
        ]
    if isinstance(wanted, list):
        actual_list = [_as_text(a) for a in actual] if isinstance(actual, list | tuple) else [_as_text(actual)]
        return [] if actual_list == wanted else [f"{path} は {actual_list} です（{wanted} のはず）。"]
    return [] if _equal(actual, wanted) else [f"{path} は {_as_text(actual)} です（{wanted} のはず）。"]


def _equal(actual: Any, wanted: str) -> bool:
    if actual is None or wanted in ("null", "~", ""):
        return actual in (None, "") and wanted in ("null", "~", "")
    if isinstance(actual, datetime):
        moment = _moment(wanted)
        return moment is not None and moment == actual
    return _as_text(actual) == wanted


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=JST)


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "facts"):
        return str(value.number)
    return "null" if value is None else str(facts.plain(value))


def _wrong_refusal(one: Step, refused: Refused) -> str:
    if one.refused == "any" or (one.refused and one.refused == refused.clause):
        return ""
    where = f"（{refused.clause}）" if refused.clause else ""
    return f"拒まれました{where}：{refused.message}{refused.instead}"


def _uploads(one: Step) -> MultiValueDict[str, SimpleUploadedFile] | None:
    """The files of a step, as a browser would send them."""
    sent = {n: [SimpleUploadedFile(p.name, p.read_bytes()) for p in paths] for n, paths in one.files.items()}
    return MultiValueDict(sent) if sent else None


def _at(one: Step) -> datetime:
    if one.at is None:
        raise Malformed(f"手順{one.index}：at がありません")
    return one.at


def play(stories: Sequence[Story], *, fresh: bool = True, until: datetime | None = None) -> list[Told]:
    """Play stories on one time line. `fresh`: put the cast, the settings and what rooms begin with in place first."""
    with ExitStack() as stack:
        for call in _forget:
            stack.callback(call)
        players = _set_stage(stories, fresh)
        _play_all(players, until)
    return [player.told for player in players]


def _set_stage(stories: Sequence[Story], fresh: bool) -> list[Player]:
    first = min(step.at for story in stories for step in story.steps if step.at)
    with clock.standing_at(first):
        if fresh:
            _begin_world(stories, first)
        return [Player(story, {name: _member(name, roles) for name, roles in story.cast.items()}) for story in stories]


def _begin_world(stories: Sequence[Story], at: datetime) -> None:
    with step("story.begin", at=at):
        for call in _begin:
            call()
        for story in stories:
            for name, value in story.settings.items():
                _set(name, value)


def _set(name: str, value: str) -> None:
    try:
        if name in _settings:
            _settings[name](value)
            return
        house.parse(name, value)
    except (KeyError, ValueError) as problem:
        raise Malformed(f"settings.{name}：{value} は使えません") from problem
    HouseSetting.objects.update_or_create(key=name, defaults={"value": value})


def _member(name: str, roles: Sequence[str]) -> Any:
    users = get_user_model()._default_manager
    email = name if "@" in name else f"{name}@story.example"
    found = users.filter(email=email).first()
    return found or users.create_user(email, name=name, roles=roles)


def _play_all(players: Sequence[Player], until: datetime | None) -> None:
    line = [(one, player) for player in players for one in player.story.steps]
    line.sort(key=lambda pair: (_sort_at(pair[0], pair[1]), pair[1].story.position, pair[0].index))
    quiet = all(player.story.quiet for player in players)
    now = _sort_at(*line[0])
    for one, player in line:
        at = _sort_at(one, player)
        if not quiet:
            _pass_time(now, at)
        with clock.standing_at(at):
            player.take(one)
            if not quiet and one.expect is None:
                happenings.happen("pump", at)
        now = at
    if until is not None and not quiet:
        _pass_time(now, until)


def _sort_at(one: Step, player: Player) -> datetime:
    """An expectation stands at the moment of the step before it."""
    earlier = [s.at for s in player.story.steps[: one.index] if s.at]
    return one.at or earlier[-1]


def _pass_time(start: datetime, end: datetime) -> None:
    """Let the world act at each of its moments after `start`, up to and including `end`."""
    now = start
    while (upcoming := _next_event(now)) is not None and upcoming[0] <= end:
        now, names = upcoming
        with clock.standing_at(now):
            for name in names:
                happenings.happen(name, now)


def _next_event(after: datetime) -> tuple[datetime, list[str]] | None:
    moments = [(due, name) for next_due, name in _agenda if (due := next_due(after)) is not None]
    moments += [(_next_daily(after, at), name) for at, name in _daily]
    if not moments:
        return None
    first = min(moment for moment, _ in moments)
    return first, sorted({name for moment, name in moments if moment == first} | {"pump"})


def _next_daily(after: datetime, at: time) -> datetime:
    local = after.astimezone(JST)
    candidate = datetime.combine(local.date(), at, tzinfo=JST)
    return candidate if candidate > after else candidate + timedelta(days=1)
