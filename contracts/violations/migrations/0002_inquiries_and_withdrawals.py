# Investigations, inquiries (17(4)), withdrawn notices; acts under the credentials (9(5)).

import config.desk.clock
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incoming', '0001_initial'),
        ('notices', '0002_waiver_and_extension'),
        ('violations', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalInquiry',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_verb', models.CharField(blank=True, default='', max_length=80, verbose_name='手続')),
                ('history_step', models.UUIDField(blank=True, db_index=True, null=True, verbose_name='操作のまとまり')),
                ('recorded_at', models.DateTimeField(default=config.desk.clock.now, editable=False, verbose_name='記録日時')),
                ('questions', models.TextField(verbose_name='たずねること')),
                ('days', models.PositiveSmallIntegerField(verbose_name='回答を待つ日数')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='回答のあった日時')),
                ('answer', models.TextField(blank=True, verbose_name='回答')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical 利用者への問合せ',
                'verbose_name_plural': 'historical 利用者への問合せ',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalInvestigation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_verb', models.CharField(blank=True, default='', max_length=80, verbose_name='手続')),
                ('history_step', models.UUIDField(blank=True, db_index=True, null=True, verbose_name='操作のまとまり')),
                ('recorded_at', models.DateTimeField(default=config.desk.clock.now, editable=False, verbose_name='記録日時')),
                ('source', models.CharField(choices=[('log', '監視の記録'), ('service', 'サービスの設定・画面'), ('customer', '利用者の話'), ('third', '第三者の話'), ('colleague', '社内の話'), ('other', 'その他')], max_length=10, verbose_name='調べたものの種類')),
                ('looked_into', models.CharField(max_length=300, verbose_name='調べたもの')),
                ('found_at', models.DateTimeField(verbose_name='調べた日時')),
                ('finding', models.TextField(verbose_name='分かったこと')),
                ('evidence', models.TextField(blank=True, verbose_name='証拠')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical 調査の記録',
                'verbose_name_plural': 'historical 調査の記録',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalWithdrawal',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_verb', models.CharField(blank=True, default='', max_length=80, verbose_name='手続')),
                ('history_step', models.UUIDField(blank=True, db_index=True, null=True, verbose_name='操作のまとまり')),
                ('recorded_at', models.DateTimeField(default=config.desk.clock.now, editable=False, verbose_name='記録日時')),
                ('withdrawn_at', models.DateTimeField(verbose_name='撤回した日時')),
                ('reason', models.TextField(verbose_name='撤回の理由')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical 是正通知の撤回',
                'verbose_name_plural': 'historical 是正通知の撤回',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Inquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=config.desk.clock.now, editable=False, verbose_name='記録日時')),
                ('questions', models.TextField(verbose_name='たずねること')),
                ('days', models.PositiveSmallIntegerField(verbose_name='回答を待つ日数')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='回答のあった日時')),
                ('answer', models.TextField(blank=True, verbose_name='回答')),
            ],
            options={
                'verbose_name': '利用者への問合せ',
                'verbose_name_plural': '利用者への問合せ',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Investigation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=config.desk.clock.now, editable=False, verbose_name='記録日時')),
                ('source', models.CharField(choices=[('log', '監視の記録'), ('service', 'サービスの設定・画面'), ('customer', '利用者の話'), ('third', '第三者の話'), ('colleague', '社内の話'), ('other', 'その他')], max_length=10, verbose_name='調べたものの種類')),
                ('looked_into', models.CharField(max_length=300, verbose_name='調べたもの')),
                ('found_at', models.DateTimeField(verbose_name='調べた日時')),
                ('finding', models.TextField(verbose_name='分かったこと')),
                ('evidence', models.TextField(blank=True, verbose_name='証拠')),
            ],
            options={
                'verbose_name': '調査の記録',
                'verbose_name_plural': '調査の記録',
                'ordering': ['found_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=config.desk.clock.now, editable=False, verbose_name='記録日時')),
                ('withdrawn_at', models.DateTimeField(verbose_name='撤回した日時')),
                ('reason', models.TextField(verbose_name='撤回の理由')),
            ],
            options={
                'verbose_name': '是正通知の撤回',
                'verbose_name_plural': '是正通知の撤回',
                'ordering': ['withdrawn_at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='historicalviolationitem',
            name='by_credentials',
            field=models.BooleanField(default=False, verbose_name='発行した認証情報を使った行為'),
        ),
        migrations.AddField(
            model_name='historicalviolationitem',
            name='credentials',
            field=models.CharField(blank=True, max_length=200, verbose_name='使われた認証情報'),
        ),
        migrations.AddField(
            model_name='violationitem',
            name='by_credentials',
            field=models.BooleanField(default=False, verbose_name='発行した認証情報を使った行為'),
        ),
        migrations.AddField(
            model_name='violationitem',
            name='credentials',
            field=models.CharField(blank=True, max_length=200, verbose_name='使われた認証情報'),
        ),
        migrations.AddConstraint(
            model_name='violationitem',
            constraint=models.CheckConstraint(condition=models.Q(('by_credentials', True), ('credentials', ''), _connector='OR'), name='violationitem_credentials'),
        ),
        migrations.AddField(
            model_name='historicalinquiry',
            name='case',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='violations.violation', verbose_name='案件'),
        ),
        migrations.AddField(
            model_name='historicalinquiry',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalinquiry',
            name='incoming',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incoming.incoming', verbose_name='受信'),
        ),
        migrations.AddField(
            model_name='historicalinquiry',
            name='notice',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='notices.notice', verbose_name='通知'),
        ),
        migrations.AddField(
            model_name='historicalinvestigation',
            name='by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='調べた人'),
        ),
        migrations.AddField(
            model_name='historicalinvestigation',
            name='case',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='violations.violation', verbose_name='案件'),
        ),
        migrations.AddField(
            model_name='historicalinvestigation',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalinvestigation',
            name='incoming',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incoming.incoming', verbose_name='受信'),
        ),
        migrations.AddField(
            model_name='historicalwithdrawal',
            name='by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤回した人'),
        ),
        migrations.AddField(
            model_name='historicalwithdrawal',
            name='case',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='violations.violation', verbose_name='案件'),
        ),
        migrations.AddField(
            model_name='historicalwithdrawal',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalwithdrawal',
            name='letter',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='notices.notice', verbose_name='撤回の通知'),
        ),
        migrations.AddField(
            model_name='historicalwithdrawal',
            name='notice',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='notices.notice', verbose_name='撤回した是正通知'),
        ),
        migrations.AddField(
            model_name='inquiry',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inquiries', to='violations.violation', verbose_name='案件'),
        ),
        migrations.AddField(
            model_name='inquiry',
            name='incoming',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incoming.incoming', verbose_name='受信'),
        ),
        migrations.AddField(
            model_name='inquiry',
            name='notice',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='inquiry', to='notices.notice', verbose_name='通知'),
        ),
        migrations.AddField(
            model_name='investigation',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='調べた人'),
        ),
        migrations.AddField(
            model_name='investigation',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='investigations', to='violations.violation', verbose_name='案件'),
        ),
        migrations.AddField(
            model_name='investigation',
            name='incoming',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incoming.incoming', verbose_name='受信'),
        ),
        migrations.AddField(
            model_name='withdrawal',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤回した人'),
        ),
        migrations.AddField(
            model_name='withdrawal',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='violations.violation', verbose_name='案件'),
        ),
        migrations.AddField(
            model_name='withdrawal',
            name='letter',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice', verbose_name='撤回の通知'),
        ),
        migrations.AddField(
            model_name='withdrawal',
            name='notice',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='notices.notice', verbose_name='撤回した是正通知'),
        ),
        migrations.AddConstraint(
            model_name='inquiry',
            constraint=models.CheckConstraint(condition=models.Q(('days__gte', 1)), name='inquiry_days'),
        ),
        migrations.AddConstraint(
            model_name='inquiry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None)), models.Q(('answered_at__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='inquiry_answered'),
        ),
        migrations.AddConstraint(
            model_name='investigation',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['log', 'service', 'customer', 'third', 'colleague', 'other'])), name='investigation_source'),
        ),
    ]
