"""Guards: how long links and sessions live, the words people consent to, and the refusals of this room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from app.law.clauses import Refusal

LINK_LIVES = {
    "sign-in": timedelta(minutes=20),
    "welcome": timedelta(hours=24),
    "support": timedelta(days=3),
    "resume": timedelta(days=14),
    "same": timedelta(days=60),
}
# Where a link of each purpose leads; its id and secret follow.
LINK_PATHS = {"sign-in": "/sign-in/", "support": "/support/", "resume": "/join/resume/", "same": "/same/"}

SESSION_LIVES = timedelta(days=30)
SESSION_IDLES = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=10)

CHALLENGE_LIVES = timedelta(minutes=5)
MOST_PASSKEYS = 20
MOST_AUTHENTICATORS = 5

CODE_LIVES = 30  # seconds, RFC 6238
DRIFT = 1  # steps before and after, for a clock that is off
SETTING_UP_LIVES = timedelta(minutes=15)
# For how long a proof counts: to open an office's doors, and to move money, give an office or change what proves.
STRONG_LIVES = timedelta(hours=12)
FRESH_LIVES = timedelta(minutes=5)

# What a person says yes or no to: kind, version, wording. A wording is never edited: a change is a new version, and the
# consents given to the old one keep pointing at it. The last version of a kind is the one asked for.
CONSENTS = {
    "news": {
        "news-2026-11": "Write to me about what the party does: its letters, by email, until I say stop.",
    },
}


def wording_of(kind: str) -> tuple[str, str]:
    """The version and the words that are asked for now. Raises KeyError for a kind we do not ask for."""
    return list(CONSENTS[kind].items())[-1]


class Answered(Protocol):
    """A consent, as far as it matters which one holds."""

    person_id: UUID
    kind: str
    given: bool
    at: datetime


A = TypeVar("A", bound=Answered)


def holding(said: Sequence[tuple[A, datetime | None]], person_id: UUID) -> dict[str, A]:
    """Which answer of each kind holds, of all that were said, oldest first; with each, since when its record is part of this
    person. The latest does. Of several records a no holds, until the person says yes again; a yes that came by another record
    after they became one is nobody’s. (Migration 0027 says the same in SQL: roster_consents.)"""
    latest: dict[tuple[str, UUID], tuple[A, datetime | None]] = {}
    for answer, since in said:
        if since is None or not answer.given or answer.at <= since:
            latest[answer.kind, answer.person_id] = answer, since
    found: dict[str, A] = {}
    for kind in {kind for kind, _person in latest}:
        own, _none = latest.get((kind, person_id), (None, None))
        theirs = [(answer, since) for (of, _person), (answer, since) in latest.items() if of == kind]
        again = own.at if own and own.given else None
        refused = [
            answer for answer, since in theirs
            if not answer.given and not (since and again and again > max(since, answer.at))
        ]  # fmt: skip
        last = max((answer for answer, _since in theirs), key=lambda answer: answer.at)
        found[kind] = max(refused, key=lambda answer: answer.at) if refused else own or last
    return found


def is_strong(strong_at: datetime | None, *, now: datetime, fresh: bool = False) -> bool:
    """Whether a proof given at `strong_at` still counts: for 12 hours, or for five minutes where it must be fresh."""
    return strong_at is not None and now - strong_at < (FRESH_LIVES if fresh else STRONG_LIVES)


def safe_next(path: str | None) -> str | None:
    """The page of our own to go to after signing in, or None: one leading slash, no host, no backslash, nothing unseen."""
    if path and re.fullmatch(r"/(?![/\\])[!-~]{0,500}", path) and "\\" not in path:
        return path
    return None


_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_label(user_agent: str) -> str:
    """A coarse name for a browser, “Firefox on Linux”: enough to know one’s own again, too little to be told apart by."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    return f"{browser} on {system}" if system else browser


class LinkSpent(Refusal):
    sentence = "This link has been used or is too old. Ask for a new one."


class PasskeyRefused(Refusal):
    """One sentence for every reason, so that it teaches nobody anything."""

    sentence = "That passkey did not work. Nothing has changed; you can try again, or have a link emailed."


class CodeRefused(Refusal):
    """One sentence for a wrong code, an old one, and one that was used."""

    sentence = "That code did not work. Wait for the next one and enter it; each code works once."
    field = "code"
    money = ""


class ProofNeeded(Refusal):
    """Somebody who holds an office changes what proves it is them: only after proving it just now."""

    sentence = (
        "Confirm that it is you first. You hold an office, so nobody may change this from a session that is only signed in."
    )
    money = ""


class TooManyAuthenticators(Refusal):
    sentence = "You have five authenticator apps, which is the most. Remove one first."
    money = ""
