import config.desk.clock
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0003_letters_sent_elsewhere'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalLetterTemplate',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_verb', models.CharField(blank=True, default='', max_length=80, verbose_name='手続')),
                ('history_step', models.UUIDField(blank=True, db_index=True, null=True, verbose_name='操作のまとまり')),
                ('recorded_at', models.DateTimeField(default=config.desk.clock.now, editable=False, verbose_name='記録日時')),
                ('number', models.CharField(db_index=True, max_length=16, verbose_name='文面番号')),
                ('kind', models.CharField(max_length=80, verbose_name='通知の種類')),
                ('version', models.PositiveIntegerField(blank=True, help_text='確定したときに決まります。標準の文面が第1版です。', null=True, verbose_name='版')),
                ('begun_from', models.PositiveIntegerField(default=1, verbose_name='元にした版')),
                ('state', models.CharField(choices=[('draft', '下書き'), ('set', '確定'), ('dropped', '取りやめ')], default='draft', max_length=8, verbose_name='状態')),
                ('wording', models.JSONField(verbose_name='文面')),
                ('in_force_from', models.DateField(blank=True, null=True, verbose_name='適用開始日')),
                ('drafted_at', models.DateTimeField(verbose_name='起案日時')),
                ('edited_at', models.DateTimeField(verbose_name='最後に直した日時')),
                ('set_at', models.DateTimeField(blank=True, null=True, verbose_name='確定日時')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('drafted_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='起案した人')),
                ('edited_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='最後に直した人')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='確定した人')),
            ],
            options={
                'verbose_name': 'historical 文面',
                'verbose_name_plural': 'historical 文面',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='StockParagraph',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=config.desk.clock.now, editable=False, verbose_name='記録日時')),
                ('number', models.CharField(max_length=16, unique=True, verbose_name='定型文番号')),
                ('kind', models.CharField(blank=True, help_text='空欄なら、どの通知でも選べます。', max_length=80, verbose_name='通知の種類')),
                ('position', models.PositiveSmallIntegerField(default=10, verbose_name='順')),
                ('title', models.CharField(max_length=60, verbose_name='名前')),
                ('text', models.TextField(verbose_name='段落')),
                ('used_from', models.DateField(verbose_name='使い始める日')),
                ('ends_from', models.DateField(blank=True, null=True, verbose_name='使わなくなる日')),
                ('set_at', models.DateTimeField(verbose_name='登録日時')),
                ('ended_why', models.TextField(blank=True, verbose_name='終わらせた理由')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登録した人')),
                ('supersedes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='notices.stockparagraph', verbose_name='改めた定型文')),
            ],
            options={
                'verbose_name': '定型文',
                'verbose_name_plural': '定型文',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalStockParagraph',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_verb', models.CharField(blank=True, default='', max_length=80, verbose_name='手続')),
                ('history_step', models.UUIDField(blank=True, db_index=True, null=True, verbose_name='操作のまとまり')),
                ('recorded_at', models.DateTimeField(default=config.desk.clock.now, editable=False, verbose_name='記録日時')),
                ('number', models.CharField(db_index=True, max_length=16, verbose_name='定型文番号')),
                ('kind', models.CharField(blank=True, help_text='空欄なら、どの通知でも選べます。', max_length=80, verbose_name='通知の種類')),
                ('position', models.PositiveSmallIntegerField(default=10, verbose_name='順')),
                ('title', models.CharField(max_length=60, verbose_name='名前')),
                ('text', models.TextField(verbose_name='段落')),
                ('used_from', models.DateField(verbose_name='使い始める日')),
                ('ends_from', models.DateField(blank=True, null=True, verbose_name='使わなくなる日')),
                ('set_at', models.DateTimeField(verbose_name='登録日時')),
                ('ended_why', models.TextField(blank=True, verbose_name='終わらせた理由')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登録した人')),
                ('supersedes', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='notices.stockparagraph', verbose_name='改めた定型文')),
            ],
            options={
                'verbose_name': 'historical 定型文',
                'verbose_name_plural': 'historical 定型文',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='LetterTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=config.desk.clock.now, editable=False, verbose_name='記録日時')),
                ('number', models.CharField(max_length=16, unique=True, verbose_name='文面番号')),
                ('kind', models.CharField(max_length=80, verbose_name='通知の種類')),
                ('version', models.PositiveIntegerField(blank=True, help_text='確定したときに決まります。標準の文面が第1版です。', null=True, verbose_name='版')),
                ('begun_from', models.PositiveIntegerField(default=1, verbose_name='元にした版')),
                ('state', models.CharField(choices=[('draft', '下書き'), ('set', '確定'), ('dropped', '取りやめ')], default='draft', max_length=8, verbose_name='状態')),
                ('wording', models.JSONField(verbose_name='文面')),
                ('in_force_from', models.DateField(blank=True, null=True, verbose_name='適用開始日')),
                ('drafted_at', models.DateTimeField(verbose_name='起案日時')),
                ('edited_at', models.DateTimeField(verbose_name='最後に直した日時')),
                ('set_at', models.DateTimeField(blank=True, null=True, verbose_name='確定日時')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='起案した人')),
                ('edited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='最後に直した人')),
                ('set_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='確定した人')),
            ],
            options={
                'verbose_name': '文面',
                'verbose_name_plural': '文面',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['kind', 'state', 'in_force_from'], name='lettertemplate_in_force')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'set', 'dropped'])), name='lettertemplate_state'), models.CheckConstraint(condition=models.Q(models.Q(('in_force_from__isnull', False), ('set_at__isnull', False), ('set_by__isnull', False), ('state', 'set'), ('version__gt', 1)), models.Q(('in_force_from', None), ('set_at', None), ('set_by', None), ('state__in', ['draft', 'dropped']), ('version', None)), _connector='OR'), name='lettertemplate_set'), models.UniqueConstraint(fields=('kind', 'version'), name='lettertemplate_version'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('kind',), name='lettertemplate_one_draft')],
            },
        ),
        migrations.AddConstraint(
            model_name='stockparagraph',
            constraint=models.CheckConstraint(condition=models.Q(('ends_from', None), ('ends_from__gte', models.F('used_from')), _connector='OR'), name='stockparagraph_span'),
        ),
        migrations.AddConstraint(
            model_name='stockparagraph',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('title', ''), _negated=True)), name='stockparagraph_text'),
        ),
    ]
