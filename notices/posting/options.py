"""What a print run is asked for: its envelope, and how it goes."""

from datetime import date

from notices.envelopes.shapes import BY_KEY, ENVELOPES

ENVELOPE_CHOICES = tuple((envelope.key, envelope.name) for envelope in ENVELOPES)


def envelope_words(key: str) -> str:
    """The envelope in words."""
    return BY_KEY[key].name if key in BY_KEY else key


def postage_words(key: str) -> str:
    """The kind of postage in words."""
    from notices.models import Postage

    return str(Postage(key).label) if key in Postage.values else key


def fee(postage: str, day: date) -> int | None:
    """Yen for one letter on that JST day; None where the fee depends on a finer kind, or none is on record."""
    from notices.envelopes.fees import USUAL, cost
    from notices.models import Postage

    service = USUAL.get(Postage(postage), "")
    return cost(service, (), day, 1) if service else None
