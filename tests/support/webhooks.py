"""Addresses with the webhooks of two mail services installed, and events as these services post them, signed."""

import base64
import hashlib
import hmac
import json
from typing import Any

from django.test import Client

from config.urls import handler403 as handler403
from config.urls import handler404 as handler404
from config.urls import handler500 as handler500
from config.urls import urlpatterns as ours
from notices.mail.urls import webhooks

SIGNING_KEY, BASIC_AUTH = "signing-key-for-tests", "kiyaku:secret-for-tests"
SETTINGS = {"MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY, "WEBHOOK_SECRET": BASIC_AUTH}
MAILGUN, POSTMARK = "/anymail/mailgun/tracking/", "/anymail/postmark/tracking/"
urlpatterns = [*webhooks(["mailgun", "postmark"]), *ours]


def auth(secret: str = BASIC_AUTH) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}


def client() -> Client:
    """As a service comes: nobody logged in, no token of ours."""
    return Client(enforce_csrf_checks=True)


def mailgun(kind: str, message_id: str, at: float, *, token: str = "", key: str = SIGNING_KEY, **more: Any) -> Any:
    """Mailgun signs time and token with its key."""
    token = token or hashlib.sha256(f"{kind}{message_id}{at}".encode()).hexdigest()[:50]
    signature = hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    data = {"event": kind, "timestamp": at, "message": {"headers": {"message-id": message_id.strip("<>")}}} | more
    body = {"signature": {"timestamp": str(at), "token": token, "signature": signature}, "event-data": data}
    return client().post(MAILGUN, json.dumps(body), "application/json", headers=auth())


def bounced(message_id: str, at: float, code: str = "550", **more: Any) -> Any:
    """A hard bounce as Mailgun tells it."""
    told = {
        "severity": "permanent",
        "reason": "bounce",
        "delivery-status": {"message": f"{code} 5.1.1 unknown", "description": ""},
    }
    return mailgun("failed", message_id, at, **told, **more)


def postmark(record: str, message_id: str, *, secret: str = BASIC_AUTH, **more: Any) -> Any:
    """Postmark posts under basic authentication."""
    body = {"RecordType": record, "MessageID": message_id} | more
    return client().post(POSTMARK, json.dumps(body), "application/json", headers=auth(secret))
