"""django-q tasks: they only nudge; the orders are the queue."""

from notices.certified.models import CertifiedOrder


def make() -> None:
    """Make what was ordered."""
    from notices.certified.making import make_all  # WeasyPrint takes long to load: only where it is used

    make_all()


def nudge() -> None:
    """Tell the worker that papers wait; nothing where none do."""
    from django_q.tasks import async_task

    if CertifiedOrder.objects.filter(state=CertifiedOrder.State.ORDERED).exists():
        async_task("notices.certified.tasks.make", timeout=120)
