"""The only file that speaks to a mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from urllib.parse import unquote, urlsplit

from app.ground.mail import Opened, Refused


class SmtpPostman:
    """Sends by `smtp://user:password@host:port` (STARTTLS where the server offers it) or `smtps://` (TLS from the start)."""

    def __init__(self, url: str, *, sender: str, sender_name: str, timeout: float = 20):
        self._url, self._timeout = urlsplit(url), timeout
        self._sender, self._sender_name = sender, sender_name

    def deliver(self, letter: Opened) -> None:
        """Hand over one letter. Raises Refused, OSError or smtplib.SMTPException; the job tries again later."""
        with self.on_a_round() as postman:
            postman.deliver(letter)

    @contextmanager
    def on_a_round(self) -> Iterator[_Round]:
        """Hands over many letters through one connection."""
        going = _Round(self)
        try:
            yield going
        finally:
            going.hang_up()

    def message(self, letter: Opened) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = formataddr((self._sender_name, self._sender))
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(letter.queued_at)
        message["Message-ID"] = f"<{letter.id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        for name, value in letter.headers.items():
            message[name] = value
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        return message

    def envelope(self, letter: Opened) -> str:
        """Who the server is told sends it: where it comes back to."""
        return letter.return_path or self._sender

    def connect(self) -> smtplib.SMTP:
        host, tls = self._url.hostname or "localhost", self._url.scheme == "smtps"
        port, trusted = self._url.port or (465 if tls else 25), ssl.create_default_context()
        server: smtplib.SMTP = (
            smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=trusted)
            if tls
            else smtplib.SMTP(host, port, timeout=self._timeout)
        )
        server.ehlo()
        if not tls and server.has_extn("starttls"):
            server.starttls(context=trusted)  # without it smtplib accepts any certificate
            server.ehlo()
            tls = True
        if self._url.username:
            if not tls:
                server.close()
                raise smtplib.SMTPNotSupportedError("the mail server offers no TLS, and a password does not go in clear")
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server


class _Round:
    """Many letters through one connection: opened with the first, opened again where the server has hung up."""

    def __init__(self, postman: SmtpPostman):
        self._postman = postman
        self._server: smtplib.SMTP | None = None

    def deliver(self, letter: Opened) -> None:
        message = self._postman.message(letter)
        if self._server is None or not _listens(self._server):
            self._server = self._postman.connect()
        try:
            self._server.send_message(message, from_addr=self._postman.envelope(letter), to_addrs=[letter.to])
        except smtplib.SMTPRecipientsRefused as refusal:
            raise Refused(next(iter(refusal.recipients.values()))[0]) from None
        except (OSError, smtplib.SMTPException):
            self.hang_up()
            raise

    def hang_up(self) -> None:
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
            self._server = None


def _listens(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False
