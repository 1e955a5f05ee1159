"""What a print run is asked for: its envelope, and how it goes."""

from datetime import date

from notices.models import Postage

ENVELOPES = (("long3", "長形3号（窓付き）"), ("square2", "角形2号（窓付き）"))


def envelope_words(key: str) -> str:
    """The envelope in words."""
    return dict(ENVELOPES).get(key, key)


def postage_words(key: str) -> str:
    """The kind of postage in words."""
    return str(Postage(key).label) if key in Postage.values else key


def fee(postage: str, day: date) -> int | None:
    """Yen for one letter on that JST day; None while no fee is on record: the column stays blank."""
    return None
