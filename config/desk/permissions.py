"""Roles: groups whose permissions are made from the registry after every migrate."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from config.desk.models import Desk
from config.desk.registry import ROLES, verbs
from config.desk.triggers import is_last_app

NO_CASES = "管理"  # staff and settings, no cases
READ_BY_EVERYONE = {"accounts.deputy", "notices.postagefee"}  # no secrets, and 管理 keeps them
ADMIN_MODELS = {"accounts.user", "desk.housesetting", "desk.accesslog"}
READ_BY_ALL_APPS = {
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
}


def sync_after_migrate(sender: Any, **kwargs: Any) -> None:
    """Once a migrate, when every app has its permissions."""
    if is_last_app(sender):
        sync_roles()


def sync_roles() -> None:
    """Make groups and their permissions equal to the registry. What a role no longer holds is taken away."""
    wanted = {role: _verb_permissions(role) | _view_permissions(role) for role in ROLES}
    for role, permissions in wanted.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(permissions)


def _verb_permissions(role: str) -> set[Permission]:
    content_type = ContentType.objects.get_for_model(Desk, for_concrete_model=False)
    made = set()
    for verb in verbs():
        permission, _ = Permission.objects.get_or_create(
            codename=verb.key, content_type=content_type, defaults={"name": verb.label}
        )
        if role in verb.roles:
            made.add(permission)
    return made


def _view_permissions(role: str) -> set[Permission]:
    codenames = {(m._meta.app_label, f"view_{m._meta.model_name}") for m in apps.get_models() if _may_view(role, m)}
    if role == NO_CASES:
        codenames |= {("accounts", "add_user"), ("accounts", "change_user")}
    rows = Permission.objects.filter(content_type__app_label__in={app for app, _ in codenames}).select_related(
        "content_type"
    )
    return {p for p in rows if (p.content_type.app_label, p.codename) in codenames}


def _may_view(role: str, model: Any) -> bool:
    label = model._meta.label_lower
    if label in READ_BY_EVERYONE:
        return True
    if label in ADMIN_MODELS:
        return role in (NO_CASES, "法務")
    return role != NO_CASES and (model._meta.app_label in READ_BY_ALL_APPS or label == "desk.handlerrun")
