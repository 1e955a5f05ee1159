"""What a file of applications brought: the file itself, and the rows that could not be taken in."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.desk.history import Tracked


class Intake(Tracked):
    """One file of applications, and what became of it. Its counts follow from the rows that stand in the tables."""

    class State(models.TextChoices):
        RUNNING = "running", "取込み中"
        DONE = "done", "済"
        REFUSED = "refused", "不可"

    class Source(models.TextChoices):
        PAGE = "page", "画面"
        COMMAND = "command", "コマンド"
        FOLDER = "folder", "取込みフォルダー"

    file_name = models.CharField("ファイル名", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    encoding = models.CharField("文字コード", max_length=20)
    source = models.CharField("取込み方法", max_length=10, choices=Source, default=Source.PAGE)
    state = models.CharField("状態", max_length=10, choices=State, default=State.DONE)
    rows = models.PositiveIntegerField("ファイルの行", default=0)
    accepted = models.PositiveIntegerField("取り込んだ行", default=0)
    duplicates = models.PositiveIntegerField("重複した行", default=0)
    rejected = models.PositiveIntegerField("取り込めない行", default=0)
    problem = models.TextField("取り込めない理由", blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="取り込んだ人"
    )
    at = models.DateTimeField("取込み日時")
    progressed_at = models.DateTimeField("最後に進んだ日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申込の取込み"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["running", "done", "refused"]), name="intake_state"),
            models.CheckConstraint(condition=Q(source__in=["page", "command", "folder"]), name="intake_source"),
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(source="folder") & ~Q(state="refused"), name="intake_folder_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}"

    @property
    def settled(self) -> int:
        """Rows of the file of which it is known what became of them."""
        return self.accepted + self.duplicates + self.rejected


class RejectedRow(Tracked):
    """A row that could not be taken in, as it came, with the reason: nothing is lost. Mended, it is an application."""

    class State(models.TextChoices):
        WAITING = "waiting", "未処理"
        TAKEN_IN = "taken_in", "直して取込み済"
        GIVEN_UP = "given_up", "取り込まない"

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="rejected_rows", verbose_name="取込み")
    row = models.PositiveIntegerField("行")
    source_number = models.CharField("受付番号", max_length=40, blank=True)
    reason = models.TextField("取り込めない理由")
    original = models.JSONField("受け取ったままの内容")
    state = models.CharField("状態", max_length=10, choices=State, default=State.WAITING)
    application = models.OneToOneField(
        "applications.Application",
        verbose_name="利用申込",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mended_row",
    )
    closed_reason = models.TextField("直した内容・取り込まない理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "取り込めなかった行"
        ordering = ["intake", "row"]
        constraints = [
            models.UniqueConstraint(fields=["intake", "row"], name="rejectedrow_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "taken_in", "given_up"]), name="rejectedrow_state"
            ),
            models.CheckConstraint(
                condition=Q(state="taken_in", application__isnull=False) | (~Q(state="taken_in") & Q(application=None)),
                name="rejectedrow_taken_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row}行目 {self.source_number}"
