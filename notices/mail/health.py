"""Whether what mail services tell can be taken in, for `manage.py doctor`."""

from django.conf import settings

from config.desk.doctor import Finding


def webhooks() -> Finding:
    """A mail service without a way back is no fault, but bounces are then entered by hand."""
    service, taken_in = settings.KIYAKU_ANYMAIL_BACKEND, settings.KIYAKU_ANYMAIL_WEBHOOKS
    if taken_in:
        ways = "、".join(f"/anymail/{name}/tracking/" for name in taken_in)
        return Finding(True, f"送信サービスからの通知を {ways} で受けます。")
    if service:
        return Finding(
            None,
            "送信サービスからの通知を受けません。不達は手で記録します。ANYMAIL_WEBHOOK_SECRET を設定すると受けられます。",
        )
    return Finding(True, "送信サービスは使っていません。メールサーバーから送り、不達は手で記録します。")
