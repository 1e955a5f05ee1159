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

    def in_pdf(self) -> "PrintRunLetterQuerySet":
        """What lies in the PDF as it was made last; what was pulled out since is left out where it is made anew."""
        return self.filter(page_from__isnull=False).exclude(state="pulled_out").in_order()

    def printed_once_more(self) -> "PrintRunLetterQuerySet":
        """再発行: neither pulled out nor cancelled."""
        return self.live().to_hand_in().filter(reprint=True, position__isnull=False).in_order()

    def to_hand_in(self) -> "PrintRunLetterQuerySet":
        """Without what was cancelled before it was posted."""
        return self.exclude(state="in", delivery__state="cancelled")

    def held_though_cancelled(self) -> "PrintRunLetterQuerySet":
        """In the PDF as it was made last, though nothing of it may leave."""
        left = ["in", "pulled_out"]
        return self.filter(page_from__isnull=False, state__in=left, delivery__state="cancelled").in_order()

    def in_order(self) -> "PrintRunLetterQuerySet":
        """As the list, the PDF and the slip have them."""
        return self.order_by("position", "delivery__notice__number", "pk")


def free() -> QuerySet[Delivery]:
    """Letters that wait to be posted and are in no live run, in the order of their numbers."""
    from notices.posting.models import PrintRunLetter

    taken = PrintRunLetter.objects.live().filter(delivery__isnull=False).values("delivery")
    return Delivery.objects.to_post().exclude(pk__in=taken)
