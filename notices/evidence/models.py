"""Seals over frozen rows, each chained to the one before; and what each check of them found. Insert-only by trigger."""

from django.db import models

from config.desk import clock


class Seal(models.Model):
    """What a frozen row was when it was sealed. `digest` covers place, number, all parts and the digest before it.

    It names its row by key and number, not by a foreign key: it must outlive the row, to say that it is gone.
    """

    position = models.PositiveBigIntegerField("順番", unique=True)
    what = models.CharField("対象", max_length=20)
    row = models.PositiveBigIntegerField("対象の行")
    number = models.CharField("通知番号", max_length=40)
    parts = models.JSONField("部分ごとのSHA-256")
    previous = models.CharField("一つ前の封印", max_length=64, blank=True)
    digest = models.CharField("封印", max_length=64)
    sealed_at = models.DateTimeField("封印日時", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "封印"
        constraints = [models.UniqueConstraint(fields=["what", "row"], name="seal_once_a_row")]
        indexes = [models.Index(fields=["number"], name="seal_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:8]}"


class Verification(models.Model):
    """One check of everything frozen: when, how much, what was found, and the last seal as it stood (an anchor)."""

    at = models.DateTimeField("確認日時", default=clock.now)
    letters = models.PositiveIntegerField("確かめた書面の数")
    differences = models.JSONField("相違")
    found = models.PositiveIntegerField("相違の数")
    head = models.PositiveBigIntegerField("最後の封印の順番")
    head_digest = models.CharField("最後の封印", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "書面の確認"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} 相違{self.found}件"
