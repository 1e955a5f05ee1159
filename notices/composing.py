"""From an order to a letter: the same pure reading for the preview, the page and the frozen bytes."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings

from accounts.models import Customer
from config.desk import clock
from notices.engine import NoticeKind, kind_of, named
from notices.envelopes.chosen import paper
from notices.models import LetterContent, Notice
from notices.rendering import Rendered, letter_html, render, render_many
from notices.rendering.content import Addressee, Letter, Sender
from notices.rendering.wording import Wording
from notices.wording.days import agreed
from notices.wording.models import SHIPPED, version_label
from notices.wording.texts import content_of
from notices.workflow import leaves_at, registered_address


def compose(notice: Notice) -> tuple[Letter, Rendered]:
    """The letter of an order, rendered. Raises CannotRender with a sentence for staff. Never inside a transaction."""
    letter = letter_of(notice)
    return letter, render(letter)


def compose_all(notices: Sequence[Notice]) -> list[tuple[Letter, Rendered] | Exception]:
    """As `compose` for each, in a third of the time; what cannot be made stands as its exception, and stops no other."""
    read = [_read(notice) for notice in notices]
    letters = [one for one in read if isinstance(one, Letter)]
    made = iter(zip(letters, render_many(letters), strict=True))
    return [_together(*next(made)) if isinstance(one, Letter) else one for one in read]


def _read(notice: Notice) -> Letter | Exception:
    try:
        return letter_of(notice)
    except Exception as failure:
        return failure


def _together(letter: Letter, rendered: Rendered | Exception) -> tuple[Letter, Rendered] | Exception:
    return (letter, rendered) if isinstance(rendered, Rendered) else rendered


def letter_of(notice: Notice) -> Letter:
    """The words of an order, in the wording and at the address of its day: a pure read."""
    kind = kind_of(notice)
    with agreed() as years:
        return Letter(
            number=notice.number,
            dated=notice.planned_dispatch_on,
            addressee=_addressee(notice),
            sender=sender(),
            content=content_of(kind, notice.subject, notice.customer, notice.fields, notice.planned_dispatch_on),
            years=years,
            **paper(),
        )


def _addressee(notice: Notice) -> Addressee:
    postal = next((d.address for d in notice.deliveries.all() if d.channel == "post"), None)
    leaves = leaves_at(notice.planned_dispatch_on, notice.ordered_at)
    return addressee_of(postal or registered_address(notice.customer, "post", leaves))


def addressee_of(address: Mapping[str, Any]) -> Addressee:
    """The address block from its stored values."""
    return Addressee(**address)


def sender() -> Sender:
    """The company on whose letterhead the letters leave."""
    return Sender(**settings.SENDER)


def digest(body: bytes) -> str:
    """SHA-256, as it stands with the letter."""
    return hashlib.sha256(body).hexdigest()


def freeze(notice: Notice, letter: Letter, rendered: Rendered) -> LetterContent:
    """One insert makes the letter final; inside a step."""
    content = LetterContent.objects.create(
        notice=notice, letter=letter.as_json(), html=rendered.html, text=rendered.text, body=rendered.bytes,
        media_type=rendered.media_type, sha256=digest(rendered.bytes),
        clauses=list(letter.content.clauses), wording_version=letter.content.wording_version or version_label(SHIPPED),
    )  # fmt: skip
    notice.state, notice.communicated_on = Notice.State.FINAL, letter.content.communicated_on
    notice.closed_reason = ""  # what kept it from being made or stored is over
    notice.save()
    return content


def preview_html(
    kind: NoticeKind | str,
    subject: Any,
    customer: Customer,
    fields: Mapping[str, Any],
    planned: date,
    wording: Wording | None = None,
) -> str:
    """The letter as it would be, for the verb page; numbered only when confirmed. `wording`: of a draft."""
    addressee = addressee_of(registered_address(customer, "post", leaves_at(planned, clock.now())))
    with agreed() as years:
        content = content_of(named(kind), subject, customer, fields, planned, wording)
        letter = Letter(
            number=None, dated=planned, addressee=addressee, sender=sender(), content=content, years=years, **paper()
        )
    return letter_html(letter)
