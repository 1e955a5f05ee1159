"""Managers of the people tables."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from accounts import lookups as lookups  # `begins`
from accounts.details import RegisteredDetail
from accounts.keys import called_key
from config.desk import clock
from config.desk.step import current, step
from contracts.rules.identifiers import corporate_number_digits, email_key, name_key

if TYPE_CHECKING:
    from accounts.models import Customer, User

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


class CustomerQuerySet(QuerySet["Customer"]):
    """Sentences about customers."""

    def same_party_as(
        self, *, corporate_number: str, email: str, phone: str = "", name: str = ""
    ) -> "CustomerQuerySet":
        """Customers with an equal corporate number, or whose e-mail address, telephone or name is or once was equal.

        Only what is given is asked. With whom a person joined them is found as well, whichever of them matched.
        """
        same = Q(pk__in=[])
        if corporate_number:
            same |= Q(corporate_number=corporate_number_digits(corporate_number))
        for field, key in (("email", email_key(email)), ("phone", called_key(phone)), ("name", name_key(name))):
            same |= ever(field, key) if key else Q(pk__in=[])
        return self.filter(with_family(self.model.objects.filter(same)))

    def named_like(self, name: str) -> "CustomerQuerySet":
        """Customers whose name key begins, or once began, with this name's."""
        key = name_key(name)
        return self.filter(Q(name_key__begins=key) | Q(pk__in=_formerly(key__begins=f"name:{key}")))

    def family_of(self, keys: Iterable[int]) -> "CustomerQuerySet":
        """These customers, and with whom each of them was joined (doubled customers)."""
        return self.filter(with_family(self.model.objects.filter(pk__in=list(keys))))


def ever(field: str, key: str) -> Q:
    """Customers whose key of this field (name, email, phone) equals this one, now or formerly (Art. 7)."""
    return Q(**{f"{field}_key": key}) | Q(pk__in=_formerly(key=f"{field}:{key}"))


def with_family(found: "QuerySet[Customer]") -> Q:
    """What was found, and the rows that are joined with it: of a merge both histories count."""
    heads = found.order_by().annotate(head=Coalesce("merged_into", "pk")).values("head")
    return Q(pk__in=heads) | Q(merged_into__in=heads)


def _formerly(**wanted: str) -> Any:
    return RegisteredDetail.objects.filter(withdrawn_at=None, **wanted).values("customer")
