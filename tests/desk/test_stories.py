"""The stories: each as told on both databases, each once from the command line; told wrongly, and malformed."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from config.desk import report
from config.desk.play import play
from config.desk.storyfile import Malformed, load, parse

STORIES = sorted((Path(__file__).resolve().parent.parent / "stories").glob("*.yaml"))
PRESS = "- {at: 2026-11-02T11:00, by: rin, to: app, "
ACCEPT = "do: applications.accept, with: {channels: email}"
JUDGE = "do: applications.judge_ground, with: {ground: '1', finding: clear, reason: 記録なし}"
HEAD = "story: 短い物語\ncast: {rin: 受付, hana: 契約}\nsteps:\n"
RECEIVE = (
    "- {at: 2026-11-02T09:00, by: rin, do: applications.receive, as: app, with: {kind: corporation,"
    " name: 株式会社見本, kana: ミホン, email: info@mihon.example, postal_code: 435-0099,"
    " address: 静岡県浜松市見本町1番, phone: 053-000-0000, channel: web, licenses: '1',"
    " agreed_version: 2025-04-01, agreed_at: 2026-11-02T08:30}}\n"
)
PUMP = "- {at: 2026-11-02T10:00, world: pump}\n"


def play_file(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "play", str(path), *options]
    return subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=False)


def written(folder: Path, text: str) -> Path:
    path = folder / "story.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_four_stories_are_there() -> None:
    assert {path.stem for path in STORIES} >= {"refusal", "acceptance", "termination", "cured"}


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_each_story_goes_as_told(path: Path) -> None:
    story = load(path)
    (told,) = play([story])
    assert told.problems() == []
    assert told.ok
    assert len(told.steps) == len(story.steps)


NAMED = [path for path in STORIES if path.stem in ("refusal", "termination")]  # each boots Django anew


@pytest.mark.parametrize("path", NAMED, ids=lambda path: path.stem)
def test_the_main_stories_from_the_command_line(path: Path, tmp_path: Path) -> None:
    keep = tmp_path / "kept.sqlite3"
    played = play_file(path, "--json", "--keep", str(keep))
    assert played.returncode == 0, played.stdout + played.stderr
    told = json.loads(played.stdout)
    assert told["ok"] is True
    with closing(sqlite3.connect(keep)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        numbers = [number for (number,) in database.execute("SELECT number FROM applications_application")]
    assert numbers == [told["facts"]["app"]["number"]]


# --- told wrongly: exit 1, and where ------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("- expect: {app: {state: accepted}}", "app.state は screening です（accepted のはず）"),
        ("- expect: {app: {sate: screening}}", "という事実はありません"),
        ("- expect: {nobody: {state: screening}}", "という事実はありません"),
        ("- expect: {app: {agreed_at: null}}", "（null のはず）"),
        ("- expect: {app.subscription: {state: formed}}", "app.subscription がありません"),
        (f"{PRESS}{ACCEPT}}}", "拒まれました（6(3)）"),
        (f"{PRESS}{ACCEPT}, refused: 23(1)}}", "拒まれました（6(3)）"),
        (f"{PRESS}{ACCEPT}, refused: 6(3)}}".replace("by: rin", "by: hana"), "受付の担当者の手続"),
        (f"{PRESS}{JUDGE}, refused: any}}", "通りました"),
        ("- {at: 2026-11-02T11:00, by: hana, do: licenses.hand_over, to: app.subscription}", "app.subscription"),
    ],
)  # fmt: skip
def test_what_does_not_go_as_told_is_named(step: str, problem: str) -> None:
    (told,) = play([parse(HEAD + RECEIVE + step)])
    assert not told.ok
    (line,) = told.problems()
    assert line.startswith("手順2：")
    assert problem in line


@pytest.mark.django_db
def test_a_story_goes_on_after_a_step_that_failed() -> None:
    wrong = "- expect: {app: {state: accepted}}\n"
    (told,) = play([parse(HEAD + RECEIVE + wrong + "- expect: {app: {state: screening}}")])
    assert [outcome.ok for outcome in told.steps] == [True, False, True]


def test_told_wrongly_the_command_ends_with_1(tmp_path: Path) -> None:
    played = play_file(written(tmp_path, HEAD + RECEIVE + "- expect: {app: {state: accepted}}"))
    assert played.returncode == 1, played.stderr
    assert "app.state は screening です" in played.stdout
    assert "物語のとおりではありません。" in played.stdout


# --- malformed: exit 2, and where ---------------------------------------------------------------------------------

MALFORMED = [
    (
        "- {at: 2026-11-02T10:00, by: rin, do: applications.devour, to: app}",
        "手順2：applications.devour という手続はありません",
    ),
    ("- {at: 2026-11-02T08:59, world: pump}", "手順2：時刻が前の手順より戻っています"),
    (
        "- {at: 2026-11-02T10:00, by: rin, do: applications.accept, to: app, whith: {}}",
        "手順2：知らない項目があります：whith",
    ),
    ("- {at: 2026-11-02T10:00, by: zoe, do: applications.accept, to: app}", "手順2：zoe は cast にいません"),
    ("- {at: 2026-11-02T10:00, by: rin, do: applications.accept}", "手順2：applications.accept には to が要ります"),
    ("- {at: 2026-11-02T10:00, world: earthquake}", "手順2：world に earthquake はありません"),
    ("- {at: 2026-11-31T10:00, world: pump}", "手順2：at の 2026-11-31T10:00 は日時ではありません"),
    ("- {world: pump}", "手順2：at がありません"),
    ("- {at: 2026-11-02T10:00, world: pump, expect: {}}", "手順2：do、world、expect のどれか一つ"),
    ("- {at: 2026-11-02T10:00, by: rin, do: applications.accept, to: app, with: email}", "手順2：with は"),
    ("- expect: accepted", "手順2：expect は"),
    ("- 申込を受け付ける", "手順2：知らない項目があります"),
    ("- {at: 2026-11-02T10:00, by: rin", "YAMLとして読めません"),
]


@pytest.mark.parametrize(("step", "where"), MALFORMED)
def test_malformed_says_where(step: str, where: str) -> None:
    with pytest.raises(Malformed) as malformed:  # noqa: PT011  (looked at below)
        parse(HEAD + RECEIVE + step)
    assert where in str(malformed.value)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "物語ではありません"),
        ("story: 手順のない物語\ncast: {}\nsteps: []", "物語ではありません"),
        ("- 一つ", "物語ではありません"),
        ("story: x\ncast: {rin: 社長}\nsteps:\n" + PUMP, "cast.rin：知らない役割です：社長"),
        ("story: x\ncats: {}\nsteps:\n" + PUMP, "知らない見出しがあります：cats"),
        ("story: x\nsteps:\n- expect: {}", "手順1：最初の手順の前に expect は置けません"),
    ],
)
def test_a_malformed_head_says_where(text: str, where: str) -> None:
    with pytest.raises(Malformed) as malformed:  # noqa: PT011  (looked at below)
        parse(text)
    assert where in str(malformed.value)


@pytest.mark.django_db
@pytest.mark.parametrize("setting", ["transit_days: 三日", "moon_phase: full", "rollover: sometimes"])
def test_an_unusable_setting_is_malformed(setting: str) -> None:
    name = setting.partition(":")[0]
    with pytest.raises(Malformed, match=f"settings.{name}"):
        play([parse(f"settings: {{{setting}}}\n{HEAD}{RECEIVE}")])


@pytest.mark.parametrize("step", [MALFORMED[0][0], MALFORMED[-1][0]], ids=["unknown verb", "no YAML"])
def test_malformed_the_command_ends_with_2(tmp_path: Path, step: str) -> None:
    played = play_file(written(tmp_path, HEAD + RECEIVE + step))
    assert played.returncode == 2, played.stdout + played.stderr
    assert "story.yaml" in played.stderr
    assert played.stdout == ""


def test_settings_that_only_playing_finds_unusable_end_with_2(tmp_path: Path) -> None:
    played = play_file(written(tmp_path, f"settings: {{transit_days: 三日}}\n{HEAD}{RECEIVE}"))
    assert played.returncode == 2, played.stdout + played.stderr
    assert "settings.transit_days" in played.stderr


def test_a_file_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    played = play_file(tmp_path / "absent.yaml")
    assert played.returncode == 2
    assert "absent.yaml" in played.stderr


# --- what --json prints -------------------------------------------------------------------------------------------


@pytest.fixture
def told(db: None) -> dict[str, Any]:
    """The refusal, as a program reads it."""
    (played,) = play([load(next(path for path in STORIES if path.stem == "refusal"))])
    printed: dict[str, Any] = json.loads(json.dumps(report.as_json(played)))
    return printed


def test_the_json_has_the_agreed_shape(told: dict[str, Any]) -> None:
    assert set(told) == {"ok", "steps", "facts", "letters", "history"}
    keys = {"step", "at", "by", "do", "ok", "refused", "clause", "instead", "state"}
    assert all(keys <= set(step) for step in told["steps"])
    too_early = told["steps"][3]
    assert (too_early["by"], too_early["clause"], too_early["state"]) == ("rin", "6(3)", "")
    assert too_early["refused"]
    assert told["facts"]["app"]["state"] == "refused"
    assert told["facts"]["no"]["state"] == "carried_out"


def test_the_json_shows_the_letters(told: dict[str, Any]) -> None:
    letters = {(letter["kind"], letter["channel"]): letter for letter in told["letters"]}
    assert set(letters) == {("applications.refusal", "email"), ("applications.refusal", "post")}
    email = letters["applications.refusal", "email"]
    assert {"number", "kind", "to", "channel", "state", "dispatched_at", "text"} <= set(email)
    assert (email["number"], email["to"], email["state"]) == ("N-2026-000001", "w.takasaki@mihon.example", "dispatched")
    assert email["dispatched_at"] == "2026-11-09T10:05:00+09:00"
    assert "不承諾" in email["text"]


def test_the_json_shows_who_did_what(told: dict[str, Any]) -> None:
    assert all({"at", "user", "reason", "model", "changes"} <= set(row) for row in told["history"])
    decisions = [row for row in told["history"] if row["model"] == "decisions.Decision"]
    approvals = [row for row in decisions if row["changes"].get("state") == "approved"]
    assert {(row["user"], row["reason"], row["at"]) for row in approvals} == {
        ("mio", "記録を確かめた", "2026-11-09T10:00:00+09:00")
    }


# --- files that a step brings ---


FILED = HEAD + RECEIVE + (
    "- {at: 2026-11-02T10:00, by: rin, do: incoming.receive, as: mail, files: {uploads: FILE},"
    " with: {channel: email, received_at: 2026-11-02T09:50, summary: ファイルのある受信}}\n"
    "- expect: {mail: {files: '1'}}\n"
)  # fmt: skip


@pytest.mark.django_db
def test_a_step_brings_a_file_that_lies_beside_the_story(tmp_path: Path) -> None:
    (tmp_path / "memo.txt").write_text("電話の控え", encoding="utf-8")
    (told,) = play([load(written(tmp_path, FILED.replace("FILE", "memo.txt")))])
    assert told.problems() == []
    assert [file.name for file in told.rows["mail"].files.all()] == ["memo.txt"]


@pytest.mark.parametrize("name", ["missing.txt", "../outside.txt", "/etc/hostname"])
def test_a_file_elsewhere_is_malformed(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside.txt").write_text("x", encoding="utf-8")
    (tmp_path / "in").mkdir()
    with pytest.raises(Malformed, match="物語の隣にありません"):
        load(written(tmp_path / "in", FILED.replace("FILE", name)))
