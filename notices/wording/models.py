"""What legal keeps of letters: versions of their wording, and paragraphs in stock."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.desk.history import Tracked
from config.desk.jst import jday_year
from notices.rendering.wording import Wording, wording_from_json
from notices.wording.querysets import LetterTemplateQuerySet, StockParagraphQuerySet

SHIPPED = 1  # the version that a kind is shipped with


def words_of(stored: Any) -> str:
    """A stored wording as a person reads it, for the record of changes."""
    if not stored:
        return ""
    wording = wording_from_json(stored)
    points = [f"【{item.label}】{'／'.join(item.lines)}" for item in wording.items]
    formal = "拝啓・敬具あり" if wording.formal else "拝啓・敬具なし"
    parts = [wording.title, wording.subject_line, formal, wording.opening, *wording.paragraphs, *points]
    return "\n".join(part for part in parts if part)


class LetterTemplate(Tracked):
    """文面: another wording than the shipped one. One draft a kind; once put in force from a day it never changes."""

    class State(models.TextChoices):
        DRAFT = "draft", "作成中"
        SET = "set", "確定"
        DROPPED = "dropped", "取りやめ"

    number = models.CharField("文面番号", max_length=16, unique=True)
    kind = models.CharField("通知の種類", max_length=80)
    version = models.PositiveIntegerField(
        "版", null=True, blank=True, help_text="確定したときに決まります。標準の文面が第1版です。"
    )
    begun_from = models.PositiveIntegerField("元にした版", default=SHIPPED)
    state = models.CharField("状態", max_length=8, choices=State, default=State.DRAFT)
    wording = models.JSONField("文面")
    in_force_from = models.DateField("適用開始日", null=True, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="起案した人", on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField("起案日時")
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="最後に直した人", on_delete=models.PROTECT, related_name="+"
    )
    edited_at = models.DateTimeField("最後に直した日時")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="確定した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    set_at = models.DateTimeField("確定日時", null=True, blank=True)

    objects = LetterTemplateQuerySet.as_manager()
    worded = {"wording": words_of}

    class Meta:
        verbose_name = verbose_name_plural = "文面"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["draft", "set", "dropped"]), name="lettertemplate_state"),
            models.CheckConstraint(
                condition=Q(state="set", version__gt=SHIPPED, in_force_from__isnull=False, set_by__isnull=False, set_at__isnull=False)
                | Q(state__in=["draft", "dropped"], version=None, in_force_from=None, set_by=None, set_at=None),
                name="lettertemplate_set",
            ),
            models.UniqueConstraint(fields=["kind", "version"], name="lettertemplate_version"),
            models.UniqueConstraint(fields=["kind"], condition=Q(state="draft"), name="lettertemplate_one_draft"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["kind", "state", "in_force_from"], name="lettertemplate_in_force")]

    def __str__(self) -> str:
        return self.number

    @property
    def words(self) -> Wording:
        """What it says."""
        return wording_from_json(self.wording)

    @property
    def label(self) -> str:
        """第2版; of a draft 下書き."""
        return version_label(self.version) if self.version else self.State(self.state).label

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: where it stands."""
        since = f"、{jday_year(record.in_force_from)}から" if record.in_force_from else ""
        version = version_label(record.version) if record.version else ""
        return f"文面 {record.number}：{version}{LetterTemplate.State(record.state).label}{since}", []

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "kind": self.kind, "version": self.version, "state": self.state,
            "in_force_from": self.in_force_from, "begun_from": self.begun_from,
        }  # fmt: skip


class StockParagraph(Tracked):
    """定型文: a paragraph that staff may add to a letter. Its text is frozen: a new one supersedes it, as with annotations."""

    number = models.CharField("定型文番号", max_length=16, unique=True)
    kind = models.CharField("通知の種類", max_length=80, blank=True, help_text="空欄なら、どの通知でも選べます。")
    position = models.PositiveSmallIntegerField("順", default=10)
    title = models.CharField("名前", max_length=60)
    text = models.TextField("段落")
    used_from = models.DateField("使い始める日")
    ends_from = models.DateField("使わなくなる日", null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField("登録日時")
    supersedes = models.OneToOneField(
        "self", verbose_name="改めた定型文", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )  # fmt: skip
    ended_why = models.TextField("終わらせた理由", blank=True)

    objects = StockParagraphQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "定型文"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_from=None) | Q(ends_from__gte=F("used_from")), name="stockparagraph_span"
            ),
            models.CheckConstraint(condition=~Q(text="") & ~Q(title=""), name="stockparagraph_text"),
        ]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the record of changes."""
        until = f"、{jday_year(record.ends_from)}からは使わない" if record.ends_from else ""
        return f"{record.number}「{record.title}」：{record.text}（{jday_year(record.used_from)}から{until}）", []

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "kind": self.kind or None, "title": self.title, "text": self.text, "used_from": self.used_from,
            "ends_from": self.ends_from, "supersedes": self.supersedes.number if self.supersedes else None,
        }  # fmt: skip


def version_label(version: int) -> str:
    """標準, 第2版 …: as it is kept with a letter."""
    return "標準" if version == SHIPPED else f"第{version}版"


def shown_version(kept: str) -> str:
    """What was kept with a letter; before there were versions it was the bare number of the shipped one."""
    return version_label(int(kept)) if kept.isdigit() else kept
