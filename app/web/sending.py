"""An answer that is the same for everyone, ready to be sent: plain and compressed, each with a validator of its own.

What a reader asks it with is understood as RFC 9110 says, without asking the application: `Accept-Encoding`, `If-None-Match`,
`If-Match`, the two dates, HEAD.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_date, parse_etags, unquote_etag

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TEXT = ("text/", "image/svg", "application/javascript", "application/json")
IMMUTABLE = "public, max-age=31536000, immutable"
LONGEST_HEADER = 500  # of Accept-Encoding, that we think about; a browser’s has thirty letters
# Of the one answer that was made, or said anew by us.
NOT_KEPT = {"content-length", "content-encoding", "vary", "etag", "x-request-id"}
OF_THE_BODY = {"content-type", "content-disposition", "content-language", "content-length", "content-encoding", "last-modified"}

UNCHANGED, REFUSED = "304 Not Modified", "412 Precondition Failed"
NOTHING = [("Cache-Control", "no-store"), ("Content-Length", "0")]

_GZIP = 31  # zlib’s word for: with the head and the foot of a gzip file, without a time in it


@dataclass(frozen=True, slots=True)
class Form:
    """The bytes in one coding, with the headers of a 200 and those of a 304."""

    body: bytes
    etag: str
    headers: Sequence[tuple[str, str]]
    unchanged: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Page:
    """One address: a page, a file, or a redirection."""

    status: str
    plain: Form
    gzipped: Form | None
    modified: datetime | None = None

    @property
    def ok(self) -> bool:
        return self.status.startswith("200")


def ready(
    status: str, headers: Iterable[tuple[str, str]], plain: bytes, gzipped: bytes | None = None, *, weak: bool = False
) -> Page:
    """Make an answer ready. Validators are of the bytes that are sent: each coding has its own, as a strong one must."""
    kept = [(name, value) for name, value in headers if name.lower() not in NOT_KEPT]
    modified = next((value for name, value in kept if name.lower() == "last-modified"), None)
    forms = [
        _form(body, coding, kept, weak=weak)
        for body, coding in ((plain, ""), (gzipped, "gzip"))
        if body is not None and (not coding or len(body) < len(plain))
    ]
    return Page(status, forms[0], forms[1] if len(forms) > 1 else None, parse_date(modified))


def _form(body: bytes, coding: str, headers: list[tuple[str, str]], *, weak: bool) -> Form:
    etag = f'{"W/" if weak else ""}"{hashlib.sha256(body).hexdigest()[:20]}"'
    whole = [*headers, ("Vary", "Accept-Encoding"), ("ETag", etag), ("Content-Length", str(len(body)))]
    if coding:
        whole.append(("Content-Encoding", coding))
    return Form(body, etag, whole, [one for one in whole if one[0].lower() not in OF_THE_BODY])


def send(page: Page, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Answer a GET or HEAD with it."""
    form = page.gzipped if page.gzipped and takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) else page.plain
    instead = _instead(environ, form.etag, page.modified) if page.ok else None
    if instead:
        start(instead, list(form.unchanged) if instead == UNCHANGED else list(NOTHING))
        return ()
    start(page.status, list(form.headers))
    return () if environ["REQUEST_METHOD"] == "HEAD" else (form.body,)


def _instead(environ: WSGIEnvironment, etag: str, modified: datetime | None) -> str | None:
    """What the conditions of a request make of a 200, in the order of RFC 9110 13.2.2."""
    opaque, weak = unquote_etag(etag)
    wanted, known = environ.get("HTTP_IF_MATCH"), environ.get("HTTP_IF_NONE_MATCH")
    if wanted is not None:
        tags = parse_etags(wanted.strip())
        if not tags.star_tag and (weak or not tags.is_strong(opaque)):  # the strong comparison
            return REFUSED
    elif modified and (day := parse_date(environ.get("HTTP_IF_UNMODIFIED_SINCE"))) and modified > day:
        return REFUSED
    if known is not None:
        return UNCHANGED if known == etag or parse_etags(known.strip()).contains_weak(opaque) else None
    if modified and (day := parse_date(environ.get("HTTP_IF_MODIFIED_SINCE"))) and modified <= day:
        return UNCHANGED
    return None


def takes_gzip(header: str) -> bool:
    """Whether an `Accept-Encoding` takes gzip, and no less gladly than what is not compressed."""
    return len(header) <= LONGEST_HEADER and _takes_gzip(header)


@lru_cache(maxsize=256)
def _takes_gzip(header: str) -> bool:
    said = parse_accept_header(header, Accept)
    return said.quality("gzip") > 0 and said.quality("gzip") >= said.quality("identity")


def pack(body: bytes, level: int = 6) -> bytes:
    """Compressed; the same bytes whenever it is done."""
    return gzip.compress(body, level, mtime=0)


class Packing:
    """The beginning of a body, compressed once, to which several ends can be tried."""

    def __init__(self, beginning: bytes, level: int = 6):
        self._begun = zlib.compressobj(level, wbits=_GZIP)
        self._head = self._begun.compress(beginning)

    def with_end(self, end: bytes) -> bytes:
        """The whole of it compressed, as `pack` would; the same bytes whenever it is done."""
        rest = self._begun.copy()
        return self._head + rest.compress(end) + rest.flush()
