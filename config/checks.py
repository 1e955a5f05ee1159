"""House rules as system checks: what the import linter and the type checker cannot see.

1. No foreign key points upward (strings hide from the linter), but to AUTH_USER_MODEL.
2. Every model has a history, or stands in HISTORY_EXEMPT with its reason.
3. Every `state`/`status` field has a CHECK of its choices.
4. No model overrides `save()`: no side effects there.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import models

ROOMS = (
    "desk",
    "accounts",
    "incoming",
    "terms",
    "decisions",
    "notices",
    "deadlines",
    "licenses",
    "closing",
    "applications",
    "violations",
    "measures",
)
SIDE_BY_SIDE = ({"applications", "violations"},)

HISTORY_EXEMPT = {
    "desk.Desk": "表がない（手続の権限だけ）",
    "desk.Counter": "採番：番号そのものが行に残る",
    "desk.HandlerRun": "後処理：試行と失敗を自分の列に持つ",
    "desk.AccessLog": "入室の記録：それ自体が記録",
    "desk.Heartbeat": "自動処理の動き：最新の一行だけ",
    "terms.Clause": "条文：版とともに凍結（追記のみ）",
    "notices.LetterContent": "確定した書面：凍結（追記のみ）",
    "notices.CertifiedCopy": "内容証明の文書：凍結（追記のみ）",
    "notices.Seal": "封印：凍結（追記のみ）",
    "notices.Verification": "書面の確認：それ自体が記録（追記のみ）",
    "notices.MailEvent": "送信サービスの通知：受けたまま凍結（追記のみ）",
    "notices.Secret": "一時的な秘密：残してはならない",
}


def own_models() -> list[type[models.Model]]:
    """The models of our rooms, history models left out."""
    found = [m for m in apps.get_models() if m._meta.app_label in ROOMS]
    return [m for m in found if not hasattr(m, "history_object") and not m.__name__.startswith("Historical")]


def check_house(app_configs: Iterable[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """All house rules."""
    made: list[CheckMessage] = []
    for model in own_models():
        made += [*_upward(model), *_history(model), *_states(model), *_save(model)]
    return made


def _rank(label: str) -> int:
    return ROOMS.index(label)


def _upward(model: type[models.Model]) -> list[CheckMessage]:
    here = model._meta.app_label
    targets = [
        (f.name, f.related_model)
        for f in model._meta.get_fields()
        if f.is_relation and f.concrete and isinstance(f.related_model, type)
    ]
    return [
        Error(f"{model._meta.label}.{name} points upward to {target._meta.label}", id="kiyaku.E001")
        for name, target in targets
        if target._meta.app_label in ROOMS
        and target._meta.label != settings.AUTH_USER_MODEL
        and _is_upward(here, target._meta.app_label)
    ]


def _is_upward(here: str, there: str) -> bool:
    beside = any({here, there} == pair for pair in SIDE_BY_SIDE)
    return beside or _rank(there) > _rank(here)


def _history(model: type[models.Model]) -> list[CheckMessage]:
    if hasattr(model, "history") or model._meta.label in HISTORY_EXEMPT:
        return []
    return [Error(f"{model._meta.label} has no history and no reason for it", id="kiyaku.E002")]


def _states(model: type[models.Model]) -> list[CheckMessage]:
    fields = [f for f in model._meta.concrete_fields if f.name in ("state", "status")]
    checks = [c for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]
    return [
        Error(f"{model._meta.label}.{f.name} has no CHECK of its choices", id="kiyaku.E003")
        for f in fields
        if not any(_names_all(c, f) for c in checks)
    ]


def _names_all(check: models.CheckConstraint, field: Any) -> bool:
    wanted = {str(value) for value, _ in field.choices or ()}
    named: dict[str, Any] = (
        dict(c for c in check.condition.children if isinstance(c, tuple))
        if isinstance(check.condition, models.Q)
        else {}
    )
    return bool(wanted) and {str(v) for v in named.get(f"{field.name}__in", ())} == wanted


def _save(model: type[models.Model]) -> list[CheckMessage]:
    if "save" in vars(model):
        return [Error(f"{model._meta.label} overrides save(): side effects belong into a verb", id="kiyaku.E004")]
    return []
