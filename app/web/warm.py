"""Pages that are the same for everyone, kept as bytes in front of Flask: a warm hit touches no session, template or database.

A page says so itself with `Cache-Control: public`. Static files are served from here too. Of a query only the words that a door
reads make another page (rights.py): with whatever words a link was passed on, it is the same bytes. What a door answers to
anything that anybody types is kept apart from the pages, so that it takes no place of theirs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import structlog
from werkzeug.datastructures import ResponseCacheControl
from werkzeug.http import parse_cache_control_header

from app.ground.news import Listener

from .assets import Assets
from .sending import TEXT, Page, pack, ready, send
from .weighing import METER, weigh

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger()

MOST_PAGES = 500
MOST_TYPED = 200  # answers to what somebody typed: some megabytes, however much is typed
LONGEST_TYPED = 300  # letters of a query; an answer to more is not kept
MOST_OTHERS = 2000  # addresses that are known not to be kept
# Seconds. Whatever others may do with a page, here it follows the clock: it is asked again after a minute, unless it never
# changes. That it has changed is told (ground/news.py); while that could not be heard, a page is good for a moment only.
A_MINUTE, A_MOMENT, A_WEEK = 60.0, 4.0, 7 * 86400.0


@dataclass(frozen=True)
class Kept:
    """A page, when it was made, until when it is given without asking, and until when if no news can be heard."""

    page: Page
    made: float
    until: float
    until_if_deaf: float


@dataclass
class Answer:
    """What the application said."""

    status: str
    headers: list[tuple[str, str]]
    body: Iterable[bytes]
    control: ResponseCacheControl = field(init=False)

    def __post_init__(self) -> None:
        self.control = parse_cache_control_header(self._said.get("cache-control"), None, ResponseCacheControl)

    @cached_property
    def _said(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers}

    @property
    def public(self) -> bool:
        """The same for everyone, by its own word, and whole."""
        return bool(self.control.public) and not self.status.startswith("304")

    def close(self) -> None:
        close = getattr(self.body, "close", None)
        if close:
            close()

    def page(self) -> Page:
        """As it will be sent. One that knew the visitor is a fault: it would be shown to the next one."""
        try:
            assert "set-cookie" not in self._said, "a public page sets a cookie"
            assert "cookie" not in self._said.get("vary", "").lower(), "a public page has read the session"
            plain = b"".join(self.body)
        finally:
            self.close()
        kind, gzipped, weak = self._said.get("content-type", ""), None, False
        if kind.startswith("text/html") and METER.size.encode() in plain:
            weak = not self.control.immutable
            plain, gzipped = weigh(plain)
        elif kind.startswith(TEXT):
            gzipped = pack(plain)
        return ready(self.status, self.headers, plain, gzipped, weak=weak)


class Warm:
    """WSGI middleware. A page that is not there is asked for once, however many want it at the same time."""

    def __init__(
        self,
        app: WSGIApplication,
        assets: Assets,
        *,
        asks: Callable[[str], tuple[str, ...] | None] = lambda _address: None,
        listen: Callable[[Callable[[], None]], Listener] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.app, self.assets, self.asks, self.clock = app, assets, asks, clock
        self.news = listen(self.forget) if listen else None
        self._lock = threading.Lock()  # of all below; nobody is asked anything while it is held
        self._pages: dict[str, Kept] = {}  # the one that was made first comes first
        self._typed: dict[str, Kept] = {}  # likewise
        self._others: set[int] = set()  # hashed: some addresses are secrets
        self._asking: dict[tuple[int, str], Future[Page | None]] = {}
        self._forgotten = 0

    def forget(self) -> None:
        """Drop every page: what they show has changed. What is being made just now is not kept either."""
        with self._lock:
            self._forgotten += 1
            self._pages.clear()
            self._typed.clear()
            self._others.clear()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.app(environ, start)
        address = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]
        file = self.assets.by_address.get(address)
        if file is not None:
            return send(file, environ, start)
        if moved := self.assets.newer(address):
            start("302 Found", [("Location", moved), ("Cache-Control", "no-store"), ("Content-Length", "0")])
            return ()
        asks = self.asks(environ["PATH_INFO"]) if environ.get("QUERY_STRING") else ()
        if asks is None:
            found = self._ask_typed(f"?{environ['QUERY_STRING']} {address}", environ)
        else:
            if said := environ.get("QUERY_STRING"):
                environ = {**environ, "QUERY_STRING": read_of(said, asks)}
                if environ["QUERY_STRING"]:
                    address = f"?{environ['QUERY_STRING']} {address}"  # which no address by itself can be
            kept = self._pages.get(address)
            found = kept.page if kept and self._good(kept) else self._ask_once(address, environ)
        if isinstance(found, Page):
            return send(found, environ, start)
        start(found.status, found.headers)
        return found.body

    def _good(self, kept: Kept) -> bool:
        """Whether it is given without asking."""
        now = self.clock()
        return now < kept.until and (now < kept.until_if_deaf or self.news is None or self.news.hears)

    def _ask_once(self, address: str, environ: WSGIEnvironment) -> Page | Answer:
        """Ask the application, or wait for the answer that somebody else is waiting for.

        Nobody waits for an answer that turns out to be for one visitor, or for a failure: each then asks for themselves.
        """
        with self._lock:
            kept = self._pages.get(address)
            if kept and self._good(kept):
                return kept.page  # made a moment ago
            turn = (self._forgotten, address)  # who comes after news does not wait for what was begun before
            asked = self._asking.get(turn)
            first = asked is None and hash(address) not in self._others
            if first:
                mine = self._asking[turn] = Future()
        if not first:
            page = asked.result() if asked else None
            return page or self._keep(turn, kept, self._ask(environ))
        page = None
        try:
            found = self._keep(turn, kept, self._ask(environ))
            page = found if isinstance(found, Page) else None
            return found
        finally:
            with self._lock:
                del self._asking[turn]
            mine.set_result(page)

    def _ask_typed(self, address: str, environ: WSGIEnvironment) -> Page | Answer:
        """What a door says to all of a query. It is asked anew unless its answer, the same for everyone, is still there."""
        kept, forgotten = self._typed.get(address), self._forgotten
        if kept and self._good(kept):
            return kept.page
        found = self._ask(environ)
        if isinstance(found, Page) and found.ok and len(environ["QUERY_STRING"]) <= LONGEST_TYPED:
            if self.news:
                self.news.begin()
            with self._lock:
                if forgotten == self._forgotten:
                    self._hold(self._typed, address, found, most=MOST_TYPED)
        return found

    def _ask(self, environ: WSGIEnvironment) -> Page | Answer:
        """Ask the application. Who wants the head of a page is told about the whole of it."""
        answer = _asked(self.app, environ)
        if answer.public and environ["REQUEST_METHOD"] == "HEAD":
            answer.close()
            answer = _asked(self.app, {**environ, "REQUEST_METHOD": "GET"})
        return answer.page() if answer.public else answer

    def _keep(self, turn: tuple[int, str], kept: Kept | None, found: Page | Answer) -> Page | Answer:
        """Keep a page, unless there was news since it was asked for. In place of a failure: the page that was kept before."""
        if isinstance(found, Answer) and found.status.startswith("5"):
            return self._old(turn, kept, found)
        forgotten, address = turn
        page = found if isinstance(found, Page) and found.ok else None
        if page and self.news:
            self.news.begin()
        with self._lock:
            if forgotten != self._forgotten:
                return found
            self._pages.pop(address, None)
            if page is None:
                self._others = set() if len(self._others) >= MOST_OTHERS else self._others
                self._others.add(hash(address))
                return found
            self._hold(self._pages, address, page, most=MOST_PAGES)
            self._others.discard(hash(address))
        return page

    def _hold(self, shelf: dict[str, Kept], address: str, page: Page, *, most: int) -> None:
        """Put a page on a shelf, as its newest, and take down the oldest where there is no room. Our lock is held."""
        shelf.pop(address, None)
        while len(shelf) >= most:
            del shelf[next(iter(shelf))]
        now, lasts = self.clock(), _seconds(page)
        shelf[address] = Kept(page, now, now + lasts, now + min(lasts, A_MOMENT))

    def _old(self, turn: tuple[int, str], kept: Kept | None, failure: Answer) -> Page | Answer:
        """What was kept before, if there was and nothing is known against it; it is asked for again in a moment."""
        (forgotten, address), now = turn, self.clock()
        with self._lock:
            if kept is None or forgotten != self._forgotten or now > kept.made + A_WEEK:
                return failure
            self._pages[address] = replace(kept, until=now + A_MOMENT, until_if_deaf=now + A_MOMENT)
        failure.close()
        log.error("old_page_given", at=address, status=int(failure.status[:3]))
        return kept.page


def read_of(query: str, asks: tuple[str, ...]) -> str:
    """What a door reads of a query, always spelt the same: of each of its words the first value, in their order."""
    said = dict(reversed(parse_qsl(query, keep_blank_values=True)))
    return urlencode([(word, said[word]) for word in asks if word in said])


def _asked(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    said: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], _fault: object = None) -> Callable[[bytes], object]:
        said.update(status=status, headers=headers)
        return lambda _: None

    body = app(environ, start)
    return Answer(said["status"], said["headers"], body)


def _seconds(page: Page) -> float:
    """How long a page is given without asking."""
    control = parse_cache_control_header(dict(page.plain.headers)["Cache-Control"], None, ResponseCacheControl)
    return float("inf") if control.immutable else min(control.max_age or 0, A_MINUTE)
