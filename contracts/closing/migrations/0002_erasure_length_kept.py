# The erasure period (23(4)) keeps the length that was fixed when the contract ended.


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('closing', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='closing',
            name='length',
            field=models.JSONField(default=dict, help_text='終了したときに定まった長さです。後の定めでは変わりません。', verbose_name='保存する期間'),
        ),
        migrations.AddField(
            model_name='historicalclosing',
            name='length',
            field=models.JSONField(default=dict, help_text='終了したときに定まった長さです。後の定めでは変わりません。', verbose_name='保存する期間'),
        ),
    ]
