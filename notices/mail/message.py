"""The e-mail of a letter: text and HTML from one content, who writes and who is answered, and the frozen PDF."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from notices.engine import kind_of
from notices.mail.words import alternative
from notices.models import Delivery, LetterContent
from notices.rendering.content import SECRET_PLACEHOLDER

OUR_ID = "kiyaku_message_id"  # under which mail services hand our Message-ID back in what they tell
WITHOUT_METADATA = ("", "Postal")  # no service at all, or one that takes none


def build(delivery: Delivery, content: LetterContent, secret: str, connection: Any) -> EmailMultiAlternatives:
    """The whole message; a secret stands only in what leaves, never in what is kept, and never in the attachment."""
    text = content.text.replace(SECRET_PLACEHOLDER, secret) if secret else content.text
    message = EmailMultiAlternatives(
        subject=content.letter["content"].get("subject_line") or content.letter["content"]["title"],
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[delivery.address["email"]],
        reply_to=[settings.KIYAKU_REPLY_TO],
        headers={"Message-ID": delivery.message_id, "X-Kiyaku-Notice": delivery.notice.number or ""},
        connection=connection,
    )
    if html := alternative(content, secret, text):
        message.attach_alternative(html, "text/html")
    if attaches(delivery, content, secret):
        message.attach(f"{delivery.notice.number}.pdf", bytes(content.body), content.media_type)
    if getattr(connection, "esp_name", "") not in WITHOUT_METADATA:
        message.metadata = {OUR_ID: delivery.message_id}  # type: ignore[attr-defined]  # read by django-anymail
    return message


def attaches(delivery: Delivery, content: LetterContent, secret: str) -> bool:
    """Whether the frozen PDF goes along: where its kind says so, and never of a letter that carries a secret."""
    secretive = secret or content.letter["content"].get("secret_label") or SECRET_PLACEHOLDER in content.text
    return kind_of(delivery.notice).attach_pdf and content.media_type == "application/pdf" and not secretive
