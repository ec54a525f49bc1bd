"""Pages that are the same for everyone, kept as bytes in front of Flask: a warm hit touches no session, template or database.

A page says so itself with `Cache-Control: public`. Static files are served from here too.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .assets import Asset, Assets

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Filled in after compression with what the page weighs, at the same width, so that the weight stays true.
WEIGHT_SLOT = "⁣⁣⁣⁣⁣⁣⁣⁣"
MOST_PAGES = 500
IMMUTABLE = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Page:
    plain: bytes
    gzipped: bytes
    etag: str
    headers: tuple[tuple[str, str], ...]
    until: float


class Warm:
    """WSGI middleware. A miss runs the application once, however many ask at the same time."""

    def __init__(self, app: WSGIApplication, assets: Assets, *, clock: Callable[[], float] = time.monotonic):
        self.app, self.assets, self.clock = app, assets, clock
        self._pages: dict[str, Page] = {}
        self._filling = threading.Lock()

    def forget(self) -> None:
        """Drop every page: what they show has changed."""
        self._pages.clear()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            return self.app(environ, start)
        asset = self.assets.by_address.get(path)
        if asset is not None:
            return self._asset(asset, environ, start)
        if environ.get("QUERY_STRING"):
            return self.app(environ, start)
        page = self._pages.get(path)
        if page is None or page.until < self.clock():
            filled = self._fill(path, environ)
            if isinstance(filled, tuple):
                status, headers, body = filled
                start(status, headers)
                return body
            page = filled
        return self._page(page, environ, start)

    def _fill(self, path: str, environ: WSGIEnvironment) -> Page | tuple[str, list[tuple[str, str]], list[bytes]]:
        """Ask the application. Only pages known to be warm queue up behind one another."""
        known = path in self._pages
        if known:
            self._filling.acquire()
        try:
            fresh = self._pages.get(path)
            if fresh is not None and fresh.until >= self.clock():
                return fresh
            said: dict[str, Any] = {}

            def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
                said.update(status=status, headers=headers)
                return lambda _: None

            answer = self.app({**environ, "REQUEST_METHOD": environ["REQUEST_METHOD"]}, start)
            try:
                body = b"".join(answer)
            finally:
                if hasattr(answer, "close"):
                    answer.close()
            caching = {name.lower(): value for name, value in said["headers"]}
            control = caching.get("cache-control", "")
            if not (said["status"].startswith("200") and control.startswith("public") and environ["REQUEST_METHOD"] == "GET"):
                return said["status"], said["headers"], [body]
            assert "set-cookie" not in caching, f"{path} is public and sets a cookie"
            page = self._keep(path, body, said["headers"], control)
            return page
        finally:
            if known:
                self._filling.release()

    def _keep(self, path: str, body: bytes, headers: list[tuple[str, str]], control: str) -> Page:
        body = weigh(body)
        gzipped = gzip.compress(body, 6, mtime=0)
        seconds = int(control.partition("max-age=")[2].partition(",")[0] or 0)
        kept = tuple((n, v) for n, v in headers if n.lower() not in ("content-length", "x-request-id", "vary", "etag"))
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        page = Page(body, gzipped, etag, (*kept, ("Vary", "Accept-Encoding"), ("ETag", etag)), self.clock() + seconds)
        if len(self._pages) >= MOST_PAGES:
            self._pages.clear()
        self._pages[path] = page
        return page

    def _page(self, page: Page, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if page.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start("304 Not Modified", list(page.headers))
            return ()
        packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        body = page.gzipped if packed else page.plain
        headers = [*page.headers, ("Content-Length", str(len(body)))]
        if packed:
            headers.append(("Content-Encoding", "gzip"))
        start("200 OK", headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def _asset(self, asset: Asset, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        headers = [
            ("Content-Type", asset.content_type),
            ("Cache-Control", IMMUTABLE),
            ("ETag", asset.etag),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Vary", "Accept-Encoding"),
        ]
        if asset.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start("304 Not Modified", headers)
            return ()
        packed = asset.gzipped is not None and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        body = asset.gzipped if packed and asset.gzipped is not None else asset.body
        if packed:
            headers.append(("Content-Encoding", "gzip"))
        start("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)


def weigh(body: bytes) -> bytes:
    """Write into the footer what the page weighs when compressed, in whole kilobytes, without changing its length."""
    slot = WEIGHT_SLOT.encode()
    if slot not in body:
        return body
    kilobytes = max(1, -(-len(gzip.compress(body, 6, mtime=0)) // 1000))
    return body.replace(slot, f"{kilobytes} KB".encode().ljust(len(slot)))
