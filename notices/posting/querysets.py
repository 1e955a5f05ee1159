"""Sentences about print runs and their letters."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from notices.models import Delivery

if TYPE_CHECKING:
    from notices.posting.models import PrintRun, PrintRunLetter

LIVE = ["in", "posting", "posted"]


class PrintRunQuerySet(QuerySet["PrintRun"]):
    """Print runs."""

    def at_work(self) -> "PrintRunQuerySet":
        """Those on which the machine goes on by itself: the list is being fixed, or the PDF made."""
        return self.filter(state__in=["freezing", "frozen"]).order_by("pk")

    def unfinished(self) -> "PrintRunQuerySet":
        """Those that wait for somebody or for the machine."""
        return self.filter(state__in=["open", "freezing", "frozen", "printed"])


class PrintRunLetterQuerySet(QuerySet["PrintRunLetter"]):
    """Letters in runs."""

    def live(self) -> "PrintRunLetterQuerySet":
        """In their run: to be posted, being recorded, or posted. A delivery has one of these at most."""
        return self.filter(state__in=LIVE)

    def in_order(self) -> "PrintRunLetterQuerySet":
        """As the list, the PDF and the slip have them."""
        return self.order_by("position", "delivery__notice__number", "pk")


def free() -> QuerySet[Delivery]:
    """Letters that wait to be posted and are in no live run, in the order of their numbers."""
    from notices.posting.models import PrintRunLetter

    taken = PrintRunLetter.objects.live().filter(delivery__isnull=False).values("delivery")
    return Delivery.objects.to_post().exclude(pk__in=taken)
