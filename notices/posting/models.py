"""A print run, the letters in it, and what was mended in the records of a posting."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Customer
from config.desk.history import Tracked
from config.desk.jst import jmoment
from contracts.decisions.models import Decision
from notices.models import Delivery, Notice, Postage
from notices.posting.querysets import LIVE, PrintRunLetterQuerySet, PrintRunQuerySet

RUN_STATES = ["open", "freezing", "frozen", "printed", "posted", "closed"]
LETTER_STATES = ["in", "posting", "posted", "pulled_out"]


class PrintRun(Tracked):
    """Letters that are printed and carried to the post office together. Nothing is dispatched before somebody says so."""

    class State(models.TextChoices):
        OPEN = "open", "準備中"
        FREEZING = "freezing", "確定中"
        FROZEN = "frozen", "PDF作成中"
        PRINTED = "printed", "差出し待ち"
        POSTED = "posted", "差出し済"
        CLOSED = "closed", "終了"

    number = models.CharField("印刷番号", max_length=16, unique=True)
    state = models.CharField("状態", max_length=10, choices=State, default=State.OPEN)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="作成した人", on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("作成日時")
    envelope = models.CharField("封筒", max_length=40)
    postage = models.CharField("郵便の種類", max_length=12, choices=Postage)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="確定した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    frozen_at = models.DateTimeField("確定日時", null=True, blank=True)
    rendered = models.PositiveIntegerField("作成済の通数", default=0)
    claimed_at = models.DateTimeField("作成の開始", null=True, blank=True)
    failure = models.TextField("作成できない理由", blank=True)
    carries_secrets = models.BooleanField(
        "パスワードを含む", default=False, help_text="含むPDFは、保存しません。ダウンロードのたびに作ります。"
    )
    file_sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    pages = models.PositiveIntegerField("枚数", default=0)
    printed_at = models.DateTimeField("PDFができた日時", null=True, blank=True)
    closed_at = models.DateTimeField("終わった日時", null=True, blank=True)
    closed_reason = models.TextField("閉じた理由", blank=True)

    objects = PrintRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "印刷と差出し"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RUN_STATES), name="printrun_state"),
            models.CheckConstraint(condition=Q(state__in=["open", "freezing", "closed"]) | Q(frozen_at__isnull=False), name="printrun_frozen_at"),
            models.CheckConstraint(condition=~Q(state__in=["printed", "posted"]) | Q(printed_at__isnull=False), name="printrun_printed_at"),
            models.CheckConstraint(condition=~Q(state__in=["posted", "closed"]) | Q(closed_at__isnull=False), name="printrun_closed_at"),
            models.CheckConstraint(condition=Q(carries_secrets=False) | Q(file_sha256=""), name="printrun_keeps_no_secret"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state"], name="printrun_state_idx")]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: where the run stands."""
        why = record.closed_reason or record.failure
        return f"印刷 {record.number}：{PrintRun.State(record.state).label}{f'　{why}' if why else ''}", []

    @property
    def owner(self) -> str:
        """Who made it."""
        return str(self.made_by)

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        states = list(self.letters.values_list("state", flat=True))
        return {
            "number": self.number, "state": self.state, "postage": self.postage, "envelope": self.envelope, "made_by": self.made_by.name,
            "made_at": self.made_at, "frozen_at": self.frozen_at, "printed_at": self.printed_at, "closed_at": self.closed_at,
            "letters": len(states) - states.count("pulled_out"), "posted": states.count("posted"), "pulled_out": states.count("pulled_out"),
            "pages": self.pages, "failure": self.failure or None, "closed_reason": self.closed_reason or None,
        }  # fmt: skip


class PrintRunLetter(Tracked):
    """One letter's place in a run. What was pulled out leaves its place; the delivery may go into another run."""

    class State(models.TextChoices):
        IN = "in", "差出し待ち"
        POSTING = "posting", "記録中"
        POSTED = "posted", "差出し済"
        PULLED_OUT = "pulled_out", "抜いた"

    run = models.ForeignKey(PrintRun, verbose_name="印刷", on_delete=models.PROTECT, related_name="letters")
    delivery = models.ForeignKey(Delivery, verbose_name="発送", on_delete=models.PROTECT, related_name="print_runs")
    state = models.CharField("状態", max_length=10, choices=State, default=State.IN)
    reason = models.TextField("抜いた理由", blank=True)
    checked_at = models.DateTimeField("確定時の確認", null=True, blank=True)
    position = models.PositiveIntegerField("順", null=True, blank=True)
    page_from = models.PositiveIntegerField("始めの頁", null=True, blank=True)
    page_to = models.PositiveIntegerField("終わりの頁", null=True, blank=True)
    reprint = models.BooleanField("再発行", default=False, help_text="紙に「再発行」と入れます。")
    posted_at = models.DateTimeField("差出し日時", null=True, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="差出しを記録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    postage = models.CharField("郵便の種類", max_length=12, choices=Postage, blank=True)
    office = models.CharField("差し出した郵便局", max_length=100, blank=True)
    failure = models.TextField("差出しを記録できない理由", blank=True)

    objects = PrintRunLetterQuerySet.as_manager()
    related_facts = ("run", "delivery")
    told_with = ("run",)

    class Meta:
        verbose_name = verbose_name_plural = "印刷した通知"
        ordering = ["run", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LETTER_STATES), name="printrunletter_state"),
            models.CheckConstraint(condition=~Q(state="pulled_out") | ~Q(reason=""), name="printrunletter_reason"),
            models.CheckConstraint(
                condition=~Q(state="posting") | Q(posted_at__isnull=False, posted_by__isnull=False), name="printrunletter_posted_at"
            ),
            models.UniqueConstraint(fields=["delivery"], condition=Q(state__in=LIVE), name="printrunletter_one_live_run"),
            models.UniqueConstraint(fields=["run", "delivery"], name="printrunletter_once"),
            models.UniqueConstraint(fields=["run", "position"], name="printrunletter_position"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state"], condition=Q(state="posting"), name="printrunletter_posting")]

    def __str__(self) -> str:
        return f"{self.run} {self.delivery.notice}"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: in which run, and where the letter stands in it."""
        again = "（再発行）" if record.reprint else ""
        office = f"　{record.office}" if record.office and record.state == "posted" else ""
        why = record.failure or (record.reason if record.state == "pulled_out" else "")
        return f"印刷 {record.run.number}{again}：{record.get_state_display()}{office}{f'　{why}' if why else ''}", []

    @property
    def notice(self) -> Notice:
        """Its letter."""
        return self.delivery.notice

    @property
    def pages(self) -> str:
        """5 or 5–6; nothing before the PDF is there."""
        if self.page_from is None:
            return ""
        return str(self.page_from) if self.page_from == self.page_to else f"{self.page_from}–{self.page_to}"

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "run": self.run.number, "number": self.notice.number, "state": self.state, "position": self.position, "page_from": self.page_from,
            "page_to": self.page_to, "reprint": self.reprint, "posted_at": self.posted_at, "office": self.office or None,
            "reason": self.reason or None, "failure": self.failure or None,
        }  # fmt: skip


class RecordCorrection(Tracked):
    """One record of a posting, a delivery or a return that was mended: what stood there, and what stands there now."""

    class What(models.TextChoices):
        POSTING = "posting", "差出し日時が違う"
        NOT_POSTED = "not_posted", "差し出していない"
        DELIVERY = "delivery", "配達日時が違う"
        NOT_DELIVERED = "not_delivered", "配達されていない"
        RETURN = "return", "返戻日時が違う"
        NOT_RETURNED = "not_returned", "返戻されていない"

    delivery = models.ForeignKey(Delivery, verbose_name="発送", on_delete=models.PROTECT, related_name="corrections")
    what = models.CharField("訂正", max_length=14, choices=What)
    before = models.DateTimeField("訂正前")
    after = models.DateTimeField("訂正後", null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="訂正した人", on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("訂正日時")
    decision = models.ForeignKey(
        Decision, verbose_name="決裁", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField("理由")

    related_facts = ("delivery", "decision")

    class Meta:
        verbose_name = verbose_name_plural = "記録の訂正"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["posting", "not_posted", "delivery", "not_delivered", "return", "not_returned"]), name="recordcorrection_what"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="recordcorrection_reason"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.delivery} {self.get_what_display()}"

    @staticmethod
    def told(record: Any) -> tuple[str, list[str]]:
        """For the timeline: the old moment and the new one."""
        after = jmoment(record.after) if record.after else "取り消した"
        return f"記録の訂正（{record.get_what_display()}）：{jmoment(record.before)} → {after}", []

    @property
    def customer(self) -> Customer:
        """Whose letter it is."""
        return self.delivery.notice.customer

    def facts(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "what": self.what, "before": self.before, "after": self.after, "made_by": self.made_by.name, "reason": self.reason,
            "decision": self.decision.number if self.decision else None,
        }  # fmt: skip
