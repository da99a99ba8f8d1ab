"""A real SMTP server on this machine that keeps what it is sent, and can be told to refuse."""

from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.postgres import free_port

if TYPE_CHECKING:
    from email.message import EmailMessage


class PostBox:
    """Receives mails over SMTP.

    Attributes:
        mails: What was accepted, in order.
        recipients: For each accepted mail, to whom it went by the protocol.
        refuses: A refusal such as ``550 No such person``, by recipient.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refuses: dict[str, str] = {}
        self._controller: Controller | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        """Return the address, as ``REDRESS_SMTP_URL`` takes it."""
        return f"smtp://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Start to answer."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        """Stop to answer; closing again changes nothing."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(  # noqa: N802 - the library finds it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Accept a recipient, or refuse it."""
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as above
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail."""
        content = envelope.original_content or b""
        self.mails.append(message_from_bytes(content, policy=default))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"
