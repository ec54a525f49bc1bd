"""News between the processes of one house: what everybody may read has changed. PostgreSQL carries it, and only if it is kept.

`tell()` stands in verbs that change what public pages show. A process that keeps such pages listens; what was told while its
link was away it has missed, so it takes the coming back of the link for news.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import psycopg
import structlog
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from .db import session
from .settings import APP_ROLE

log = structlog.get_logger()

CHANNEL = "hustings_news"
LISTENER = "hustings news"  # how the database calls a link of ours
# Seconds: between two looks at a quiet link, before a lost one is sought again, and after which one that does not answer is in
# doubt (the network, or the other end, stands still without a word).
PING, AGAIN, DOUBT = 2.0, 1.0, 6.0

_here: list[Listener] = []


def tell() -> None:
    """Once this transaction is kept, and only then, everybody who keeps pages drops them: this process at once, the others
    when they hear of it, some milliseconds later."""
    session.execute(text("select pg_notify(:channel, '')"), {"channel": CHANNEL})
    session().info["news"] = True


@event.listens_for(Session, "after_commit")
def _hear_ourselves(current: Session) -> None:
    if current.get_nested_transaction() is None and current.info.pop("news", False):
        for one in _here:
            one.heard()


class Listener:
    """Calls `heard` whenever there is news, or may have been: from a thread of its own, which ends with the process.

    `url` is one of a database session, not of a pool that gives each transaction another one.
    """

    def __init__(self, url: str, heard: Callable[[], None]):
        self.url, self.heard = url, heard
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._linked_at: float | None = None  # when the link was last known to lead somewhere

    @property
    def hears(self) -> bool:
        """Whether news would arrive. In a process that was forked off there is no thread: it would not."""
        at = self._linked_at
        return at is not None and time.monotonic() - at < DOUBT and self._thread is not None and self._thread.is_alive()

    def begin(self) -> None:
        """Listen from now on. May be called again and again."""
        if self._thread is not None and self._thread.is_alive():
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._linked_at = None
                self._thread = threading.Thread(target=self._listen, name=LISTENER, daemon=True)
                self._thread.start()
                if self not in _here:
                    _here.append(self)

    def _listen(self) -> None:
        lost = False
        while True:
            try:
                self._hear()
            except psycopg.Error as trouble:
                if self._linked_at is not None or not lost:
                    log.warning("news_lost", kind=type(trouble).__name__)
                lost = True
            finally:
                self._linked_at = None
            time.sleep(AGAIN)

    def _hear(self) -> None:
        """Listen on one link until it is lost. Raises psycopg.Error."""
        with psycopg.connect(
            self.url,
            autocommit=True,
            connect_timeout=3,
            options=f"-c role={APP_ROLE} -c timezone=UTC",
            application_name=LISTENER,
            tcp_user_timeout=5000,
        ) as link:
            link.execute(f"listen {CHANNEL}")
            self.heard()  # from here on nothing is missed
            while True:
                self._linked_at = time.monotonic()
                for _ in link.notifies(timeout=PING):
                    self.heard()
                link.execute("select 1")  # a network that has gone says so only when it is asked
