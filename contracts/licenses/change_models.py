"""変更の届出 (Art. 7(3)): what a customer told us has changed, when and how, and from when it counts."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Customer
from config.desk.history import Tracked
from config.desk.jst import jday_year
from contracts.incoming.models import Incoming


def in_words(lines: list[dict[str, str]]) -> str:
    """What changed, in one line: label, old → new."""
    return "、".join(f"{line['label']}：{line['old'] or 'なし'} → {line['new'] or 'なし'}" for line in lines)


class ChangeNotice(Tracked):
    """One notice of change. Its number is a place under its customer (C-2026-000001-H1).

    `changes` is what it changed, in words, as it stood (old and new); the values themselves are dated rows of accounts.
    """

    class State(models.TextChoices):
        RECORDED = "recorded", "記録済"
        WITHDRAWN = "withdrawn", "取消し"

    class Channel(models.TextChoices):
        PHONE = "phone", "電話"
        EMAIL = "email", "メール"
        LETTER = "letter", "書面"
        WEB = "web", "ウェブ"

    number = models.CharField("届出番号", max_length=24, unique=True)
    customer = models.ForeignKey(
        Customer, verbose_name="利用者", on_delete=models.PROTECT, related_name="change_notices"
    )
    notified_at = models.DateTimeField("届出を受けた日時")
    channel = models.CharField("届出の方法", max_length=10, choices=Channel)
    incoming = models.ForeignKey(
        Incoming, verbose_name="受信", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    effective_on = models.DateField("変更の日")
    since = models.DateTimeField("登録の適用開始")
    changes = models.JSONField("変更の内容", default=list)
    evidence = models.TextField("確かめた書類", blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="記録した人", on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("状態", max_length=10, choices=State, default=State.RECORDED)
    withdrawn_at = models.DateTimeField("取消しの日時", null=True, blank=True)
    withdrawn_reason = models.TextField("取消しの理由", blank=True)

    related_facts = ("customer", "incoming")
    worded = {"changes": in_words}

    class Meta:
        verbose_name = verbose_name_plural = "変更の届出"
        ordering = ["-notified_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["recorded", "withdrawn"]), name="changenotice_state"),
            models.CheckConstraint(
                condition=Q(channel__in=["phone", "email", "letter", "web"]), name="changenotice_channel"
            ),
            models.CheckConstraint(
                condition=Q(state="recorded", withdrawn_at=None) | Q(state="withdrawn", withdrawn_at__isnull=False),
                name="changenotice_withdrawn",
            ),
        ]
        indexes = [models.Index(fields=["notified_at"], name="changenotice_notified_idx")]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        """What changed, by name."""
        return "・".join(str(line["label"]) for line in self.changes) + "の変更"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: what changed, from when."""
        what = "、".join(
            f"{line['label']}「{line['old'] or 'なし'}」→「{line['new'] or 'なし'}」" for line in record.changes
        )
        if record.state == "withdrawn":
            return f"届出 {record.number} を取消し：{record.withdrawn_reason}", []
        return f"届出 {record.number}：{what}（{jday_year(record.since)}から）", []

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "state": self.state, "channel": self.channel, "notified_at": self.notified_at,
            "effective_on": self.effective_on, "since": self.since, "what": self.title,
            "old": "、".join(str(line["old"]) for line in self.changes), "new": "、".join(str(line["new"]) for line in self.changes),
        }  # fmt: skip
