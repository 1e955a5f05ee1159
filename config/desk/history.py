"""History: every tracked row is signed by the step in which it was written."""

from typing import Any

from django.db import models
from django.db.models.signals import pre_delete, pre_save
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from config.desk import clock
from config.desk.step import current


class UnsignedWrite(RuntimeError):
    """A tracked row was written outside a step and outside an administrator's request."""


class Signed(models.Model):
    """What the desk adds to a history row: the verb (or engine step), and the step that groups rows written together."""

    history_verb = models.CharField("手続", max_length=80, default="", blank=True)
    history_step = models.UUIDField("操作のまとまり", null=True, blank=True, db_index=True)

    class Meta:
        abstract = True


class Tracked(models.Model):
    """A row with a history. `recorded_at` is the desk's clock; legal moments have columns of their own."""

    recorded_at = models.DateTimeField("記録日時", default=clock.now, editable=False)
    history = HistoricalRecords(bases=[Signed], inherit=True)

    class Meta:
        abstract = True


def sign(sender: type[models.Model], instance: models.Model, history_instance: Any, **kwargs: Any) -> None:
    """Put the step's signature on a history row; refuse a write that nobody signs."""
    signature = current()
    history_instance.history_date = clock.now()
    if signature is None:
        _require_request_user(history_instance)
        return
    history_instance.history_user_id = signature.by.pk
    history_instance.history_change_reason = signature.reason
    history_instance.history_verb = signature.key
    history_instance.history_step = signature.id


def _require_request_user(history_instance: Any) -> None:
    _require_signature(type(history_instance))
    history_instance.history_verb = "admin"


def _require_signature(model: type[models.Model]) -> None:
    if current() is None and getattr(HistoricalRecords.context, "request", None) is None:
        raise UnsignedWrite(f"{model.__name__} written outside a step")


def refuse_unsigned(sender: type[models.Model], **kwargs: Any) -> None:
    """Before the row is touched: outside a transaction it would stay, though its history row is refused."""
    if hasattr(sender._meta, "simple_history_manager_attribute"):
        _require_signature(sender)


def connect() -> None:
    """Called once, when the desk starts."""
    pre_create_historical_record.connect(sign, dispatch_uid="kiyaku.sign")
    pre_save.connect(refuse_unsigned, dispatch_uid="kiyaku.signed_save")
    pre_delete.connect(refuse_unsigned, dispatch_uid="kiyaku.signed_delete")
