"""A real mail server on this machine, for the time of a test: what it took, in order, and how it may misbehave."""

import email
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """Every message that the server took (its 250 was sent, or on its way), by arrival."""

    port: int = 0
    messages: list[Message] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # recipient → SMTP answer to RCPT
    at_data: Callable[[Any, Message], str | None] = lambda server, message: None  # an answer in place of 250, or None
    at_stage: Callable[[str], None] = lambda stage: None  # called when a client stands at MAIL, RCPT, DATA, QUIT
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def ids(self) -> list[str]:
        """Message-IDs by arrival."""
        return [str(message["Message-ID"]) for message in self.messages]

    @property
    def url(self) -> str:
        """EMAIL_URL of the server."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        """A message begins."""
        self.at_stage("MAIL")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        """Refuse whom the test names."""
        self.at_stage("RCPT")
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take the message, unless the test lets it go wrong before or after."""
        message = email.message_from_bytes(envelope.content)
        with self.lock:
            answer = self.at_data(server, message)
            if answer is None:
                self.messages.append(message)
        self.at_stage("DATA")  # taken, not yet answered
        return answer or "250 OK"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Answered; the client is done with us, and may not have written down the outcome."""
        self.at_stage("QUIT")
        return "221 Bye"


class OnFreePort(Controller):
    """Says on which port it came to listen."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving(**behavior: Any) -> Iterator[Mailbox]:
    """A server on a free port of 127.0.0.1."""
    mailbox = Mailbox(**behavior)
    controller = OnFreePort(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        mailbox.port = controller.port
        yield mailbox
    finally:
        controller.stop()
