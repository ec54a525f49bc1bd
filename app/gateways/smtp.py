"""The only file that speaks to a mail server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from urllib.parse import unquote, urlsplit

from app.ground.mail import Opened


class SmtpPostman:
    """Sends by `smtp://user:password@host:port` (STARTTLS where the server offers it) or `smtps://` (TLS from the start)."""

    def __init__(self, url: str, *, sender: str, sender_name: str, timeout: float = 20):
        self._url, self._timeout = urlsplit(url), timeout
        self._sender, self._sender_name = sender, sender_name

    def deliver(self, letter: Opened) -> None:
        """Hand over one letter. Raises OSError or smtplib.SMTPException; the job tries again later."""
        with self._connect() as server:
            server.send_message(self.message(letter))

    def message(self, letter: Opened) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = formataddr((self._sender_name, self._sender))
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(letter.queued_at)
        message["Message-ID"] = f"<{letter.id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        return message

    def _connect(self) -> smtplib.SMTP:
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
