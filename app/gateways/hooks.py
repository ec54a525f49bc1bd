"""The only file that speaks to systems of strangers: whoever an officer named. What is sent is small and names nobody; of what
comes back one number is read.

An address in the party’s own network would have this house ask what only it may ask (OWASP: server-side request forgery). So a
name is resolved here, every address it has must be one of the public Internet, and the link goes to the address that was
looked at, not to the name, which could lead elsewhere a moment later. Redirections are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECT_SECONDS, DEADLINE_SECONDS = 5.0, 10.0  # for the link; for all of it, however slowly the other side answers
AGENT = "Hustings-Hooks/1"


class NotPublic(Exception):
    """The address leads nowhere, or where we may not send to."""


@dataclass(frozen=True)
class Answer:
    """What came of an attempt: `status` of HTTP where there was one, else `trouble`, a word of ours."""

    status: int | None = None
    trouble: str = ""

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Courier:
    """Delivers to public https addresses; with `local`, also to http and to this machine, for the demo and for tests."""

    def __init__(self, *, local: bool = False, deadline: float = DEADLINE_SECONDS):
        self.local, self._deadline = local, deadline
        self._tls = ssl.create_default_context()

    def check(self, address: str) -> None:
        """Whether something could be sent there now. Raises NotPublic."""
        self._where(address)

    def deliver(self, address: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
        """Send one message. Raises nothing: what went wrong is in the answer."""
        try:
            ips, port = self._where(address)
        except NotPublic as refused:
            return Answer(trouble=str(refused))
        try:
            link = self._connect(ips, port)
        except TimeoutError:
            return Answer(trouble="no answer in time")
        except OSError:
            return Answer(trouble="no connection")
        # Each read may take its time; all of them together may not.
        held, began = [link], time.monotonic()
        watch = threading.Timer(self._deadline, _hang_up, [held])
        watch.daemon = True
        watch.start()
        try:
            return self._ask(held, address, body, headers)
        except TimeoutError:
            return Answer(trouble="no answer in time")
        except ssl.SSLError:
            return Answer(trouble="not safe (TLS)")
        except (OSError, http.client.HTTPException, ValueError):
            return Answer(trouble="no answer in time" if time.monotonic() - began >= self._deadline else "broke off")
        finally:
            watch.cancel()
            held[0].close()

    def _ask(self, held: list[socket.socket], address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(address)
        host = parts.hostname or ""
        held[0].settimeout(self._deadline)
        if parts.scheme == "https":
            safe = self._tls.wrap_socket(held[0], server_hostname=host, do_handshake_on_connect=False)
            held[0] = safe
            safe.do_handshake()
        asked = http.client.HTTPConnection(host, _port(address))
        asked.default_port = 443 if parts.scheme == "https" else 80
        asked.sock = held[0]
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            asked.request("POST", path, body, {"Content-Type": "application/json", "User-Agent": AGENT, **headers})
            status = asked.getresponse().status  # the body is nobody’s business, and may be of any size
        finally:
            asked.close()
        return Answer(status, trouble="" if 200 <= status < 300 else "redirected" if 300 <= status < 400 else "not accepted")

    def _where(self, address: str) -> tuple[list[str], int]:
        """The addresses a message may go to, and the port. Raises NotPublic."""
        parts = urlsplit(address)
        if not parts.hostname or (parts.scheme != "https" and not (self.local and parts.scheme == "http")):
            raise NotPublic("not https")
        port = _port(address)
        try:
            found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise NotPublic("name not known") from None
        ips = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not ips or not all(is_public(ip) or (self.local and _is_loopback(ip)) for ip in ips):
            raise NotPublic("a private address")
        return ips, port

    def _connect(self, ips: list[str], port: int) -> socket.socket:
        for ip in ips[:-1]:
            with suppress(OSError):
                return socket.create_connection((ip, port), timeout=CONNECT_SECONDS)
        return socket.create_connection((ips[-1], port), timeout=CONNECT_SECONDS)


def _port(address: str) -> int:
    parts = urlsplit(address)
    return parts.port or (443 if parts.scheme == "https" else 80)


def is_public(ip: str) -> bool:
    """Whether an address is one of the public Internet, and does not stand for another that is not (IPv4 inside IPv6)."""
    found = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour or found.teredo or found in _TRANSLATED or found.is_site_local:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052


def _is_loopback(ip: str) -> bool:
    return ipaddress.ip_address(ip.partition("%")[0]).is_loopback


def _hang_up(held: list[socket.socket]) -> None:
    with suppress(OSError):
        held[0].shutdown(socket.SHUT_RDWR)
