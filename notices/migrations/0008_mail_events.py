# The identifier that a mail service gives to what it took, and what it tells of it afterwards.

import config.desk.clock
from django.db import migrations, models

KINDS = [
    ("queued", "送信サービスが受付"),
    ("sent", "送信サービスが送信"),
    ("rejected", "送信サービスが拒否"),
    ("failed", "送信サービスで失敗"),
    ("bounced", "不達"),
    ("deferred", "遅延（再送中）"),
    ("delivered", "配達"),
    ("autoresponded", "自動応答"),
    ("opened", "開封"),
    ("clicked", "リンクを開く"),
    ("complained", "迷惑メールの申告"),
    ("unsubscribed", "配信停止の申出"),
    ("subscribed", "配信の申出"),
    ("unknown", "その他"),
]


class Migration(migrations.Migration):

    dependencies = [("notices", "0007_print_runs")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="service_id",
            field=models.CharField(blank=True, db_index=True, default="", max_length=200, verbose_name="送信サービスの識別子"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="historicaldelivery",
            name="service_id",
            field=models.CharField(blank=True, db_index=True, default="", max_length=200, verbose_name="送信サービスの識別子"),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="MailEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("service", models.CharField(max_length=30, verbose_name="送信サービス")),
                (
                    "event_id",
                    models.CharField(
                        help_text="サービスが付けないものは、内容から作ります。",
                        max_length=200,
                        verbose_name="事象の識別子",
                    ),
                ),
                ("kind", models.CharField(choices=KINDS, max_length=20, verbose_name="事象")),
                ("raw_kind", models.CharField(blank=True, max_length=60, verbose_name="サービスの呼び名")),
                ("message_id", models.CharField(blank=True, db_index=True, max_length=200, verbose_name="メールの識別子")),
                ("our_id", models.CharField(blank=True, db_index=True, max_length=200, verbose_name="当社の識別子")),
                ("recipient", models.CharField(blank=True, max_length=254, verbose_name="宛先")),
                ("at", models.DateTimeField(verbose_name="事象の日時")),
                ("reject_reason", models.CharField(blank=True, max_length=20, verbose_name="理由の分類")),
                ("detail", models.TextField(blank=True, verbose_name="サービスの説明")),
                ("received_at", models.DateTimeField(default=config.desk.clock.now, verbose_name="受けた日時")),
            ],
            options={
                "verbose_name": "メールの配達記録",
                "verbose_name_plural": "メールの配達記録",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("service", "event_id"), name="mailevent_once"),
                    models.CheckConstraint(condition=models.Q(("event_id", ""), _negated=True), name="mailevent_named"),
                ],
            },
        ),
    ]
