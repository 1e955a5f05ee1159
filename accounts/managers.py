"""Managers of the people tables."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import Group

from accounts import lookups as lookups  # `begins`
from config.desk import clock
from config.desk.step import current, step

if TYPE_CHECKING:
    from accounts.models import User

SYSTEM_EMAIL = "system@kiyaku.invalid"


class UserManager(BaseUserManager["User"]):
    """Staff are made by e-mail address and roles."""

    def create_user(
        self, email: str, password: str | None = None, *, name: str = "", roles: Iterable[str] = (), **extra: Any
    ) -> "User":
        """A member of staff with these roles. Signed as its own step unless one is open."""
        if current() is None:
            with step("accounts.create_user", at=clock.now()):
                return self._create(email, password, name, roles, extra)
        return self._create(email, password, name, roles, extra)

    def _create(
        self, email: str, password: str | None, name: str, roles: Iterable[str], extra: dict[str, Any]
    ) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name or email, **extra)
        user.set_password(password)
        user.save()
        user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """For `createsuperuser`: a member of 管理; no user of Kiyaku stands above the roles."""
        return self.create_user(email, password, roles=["管理"], **extra)

    def system(self) -> "User":
        """The user that stands for the engines. Made by a migration; cannot log in."""
        return self.get(email=SYSTEM_EMAIL)
