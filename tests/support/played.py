"""All stories played: once a process, kept aside, and copied back for each test that walks through them."""

from dataclasses import dataclass, field
from pathlib import Path

from django.core import mail
from django.core.mail import EmailMessage

from tests.support import databases, pages


@dataclass
class Played:
    """What the stories sent: every e-mail, to customers and to staff, in order."""

    mails: list[EmailMessage] = field(default_factory=list)


class Stage:
    """The played state of the test database."""

    def __init__(self, folder: Path) -> None:
        self.template = databases.Template(folder, "played")
        self.told: Played | None = None

    def set(self) -> Played:
        """Put the database, which is empty, into the played state."""
        if self.told is not None:
            self.template.restore()
            return self.told
        pages.play_all_stories()
        pages.make_failed_handler()
        self.template.keep()
        self.told = Played(list(getattr(mail, "outbox", [])))
        return self.told

    def clear(self) -> None:
        """Leave nothing behind."""
        if self.told is not None:
            self.template.drop()
