"""The demo, which is the training set too: `demo/*.yaml`, told relative to today, by invented staff."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model

from config.desk import clock, play
from config.desk.clock import jst_day
from config.desk.models import Counter
from config.desk.step import step
from config.desk.storyfile import Story, load


@dataclass(frozen=True)
class Login:
    """An invented member of staff, and how to log in as them. Such users exist in a place for training only."""

    role: str
    name: str
    email: str
    password: str


STAFF = (
    Login("受付", "林 かおり", "hayashi@akatsuki.example", "hayashi-no-kenshu"),
    Login("契約", "佐藤 恵", "sato@akatsuki.example", "sato-no-kenshu"),
    Login("契約", "中村 亮", "nakamura@akatsuki.example", "nakamura-no-kenshu"),
    Login("承認", "田中 康介", "tanaka@akatsuki.example", "tanaka-no-kenshu"),
    Login("承認", "渡辺 健", "watanabe@akatsuki.example", "watanabe-no-kenshu"),
    Login("法務", "高橋 修一", "takahashi@akatsuki.example", "takahashi-no-kenshu"),
    Login("請求", "小林 直樹", "kobayashi@akatsuki.example", "kobayashi-no-kenshu"),
    Login("サポート", "松本 彩", "matsumoto@akatsuki.example", "matsumoto-no-kenshu"),
    Login("管理", "山本 進", "yamamoto@akatsuki.example", "yamamoto-no-kenshu"),
)
_on_load: list[Callable[[], None]] = []


def on_load(call: Callable[[], None]) -> None:
    """What a room puts in place before the demo is played."""
    _on_load.append(call)


def folder() -> Path:
    """Where the stories of the demo lie."""
    return Path(settings.BASE_DIR) / "demo"


def files() -> list[Path]:
    """The stories of the demo, in order."""
    return sorted(folder().glob("*.yaml"))


def stories(now: datetime) -> list[Story]:
    """Every file of the demo, its days reckoned from the JST day of `now`. Raises Malformed."""
    return [load(file, today=jst_day(now), position=position) for position, file in enumerate(files())]


def is_empty() -> bool:
    """Whether nothing has begun here: no public number was taken, and nobody but the system user is there."""
    return not Counter.objects.exists() and get_user_model()._default_manager.count() <= 1


def play_all(now: datetime) -> list[tuple[Story, play.Told]]:
    """Put staff and terms in place, then let everything happen up to `now` on one time line."""
    told = stories(now)
    first = min(one.at for story in told for one in story.steps if one.at)
    with clock.standing_at(first - timedelta(days=1)):
        _begin()
    return list(zip(told, play.play(told, fresh=False, until=now), strict=True))


def _begin() -> None:
    users = get_user_model()._default_manager
    with step("demo.begin", at=clock.now(), reason="見本のデータを用意するため"):
        for call in _on_load:
            call()
        for login in STAFF:
            if not users.filter(email=login.email).exists():
                users.create_user(login.email, login.password, name=login.name, roles=[login.role])


def logins() -> list[Login]:
    """The staff of the demo who are there and may log in."""
    there = set(get_user_model()._default_manager.filter(is_active=True).values_list("email", flat=True))
    return [login for login in STAFF if login.email in there]


def table(rows: list[Login]) -> str:
    """A table in letters of even width: 役割, 氏名, メールアドレス, パスワード."""
    lines = [("役割", "氏名", "メールアドレス", "パスワード"), *((r.role, r.name, r.email, r.password) for r in rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(4)]
    return "\n".join(
        "  ".join(_padded(text, width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _width(text: str) -> int:
    """Columns on a terminal; a Japanese letter takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "FW" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
