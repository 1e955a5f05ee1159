"""django-q tasks: seal what was frozen; check everything once a day."""

from notices.evidence.sealing import seal_all
from notices.evidence.verify import verify_and_keep


def seal() -> None:
    """What the pump has frozen since."""
    seal_all()


def verify() -> None:
    """The daily check; what it finds stands in its row, on the desk's doctor and on the page of numbers."""
    verify_and_keep()
