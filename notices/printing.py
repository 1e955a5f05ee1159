"""One merged PDF of what is to be posted; secrets are filled only into the bytes that leave."""

from collections.abc import Sequence

from django.conf import settings

from config.desk import clock
from config.desk.locking import locked_aggregate
from config.desk.step import step
from notices import pump, secrets
from notices.models import Delivery, Notice
from notices.posting.querysets import free
from notices.rendering.check import require_secret
from notices.rendering.content import CannotRender, letter_from_json
from notices.rendering.glyphs import FontMissing
from notices.rendering.merge import merge
from notices.rendering.pdf import render_pdf


def refresh_stale() -> int:
    """A letter whose planned day is over is dated anew before it is printed; what does not stand any more is stopped.

    Letters in a print run are looked at when its list is fixed (notices/posting/machine.py).
    """
    checked = [_check(d.pk) for d in free()]
    if any(checked):
        pump.pump()
    return sum(checked)


def _check(pk: int) -> bool:
    with step("notices.print", at=clock.now()):
        delivery = locked_aggregate(Delivery.objects.get(pk=pk))
        if delivery.state != Delivery.State.QUEUED:
            return False
        return pump.falls_away(delivery.notice)


def printable(notice: Notice) -> bytes:
    """The letter as it goes into the envelope."""
    secret = secrets.read(notice)
    if secret or settings.LETTER_RENDERER != "pdf":
        return render_pdf(letter_from_json(notice.content.letter), secret or None)
    return bytes(notice.content.body)


def secret_why_not(notice: Notice) -> str:
    """Why its initial password cannot be set, without any of it; "" where it can, or there is none."""
    try:
        require_secret(secrets.read(notice))
    except FontMissing:
        raise
    except CannotRender as refused:
        return str(refused)
    return ""


def merged(deliveries: Sequence[Delivery]) -> bytes:
    """All in one file, in the order of their numbers."""
    return merge([printable(d.notice) for d in deliveries])


def mark_printed(deliveries: Sequence[Delivery]) -> None:
    """Remember when it was printed."""
    with step("notices.print", at=clock.now()):
        for delivery in deliveries:
            fresh = locked_aggregate(delivery)
            fresh.printed_at = clock.now()
            fresh.save()
