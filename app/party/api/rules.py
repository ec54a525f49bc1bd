"""Guards: what a key opens, what a hook hears of, how a message is signed and tried again, and the refusals of this room."""

from __future__ import annotations

import enum
import hmac
from collections.abc import Collection, Sequence
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from app.law.clauses import Refusal

RIGHT = "give keys"


class Opens(enum.StrEnum):
    """What a key opens: named for its effect."""

    PEOPLE = "people"
    NAMES = "names"
    COUNTS = "counts"


OPENS = {
    Opens.PEOPLE: "Read people: number, standing, branch, electorate, consents, one’s story; no name",
    Opens.NAMES: "Read names, find people by them, and how to reach them; each look is logged, and they see it",
    Opens.COUNTS: "Read how many there are",
}
LASTS = (30, 90, 365)  # days
MOST_KEYS, MOST_HOOKS = 20, 10  # of one officer, at one time

# Times and seconds: of one key; names and details by all keys of one officer. A file of the whole party needs two people
# (“agree as second”); a program of one officer must not come by the same by walking.
A_KEY, PAGES_OF_NAMES, DETAILS = (600, 300), (100, 86_400), (300, 86_400)
MOST_ROWS = 100

# Phrases for the log and the person’s own page.
A_LIST, BY_NAME = "your name in a list, by an officer’s program", "your name among people found, by an officer’s program"
ONE, THEIR_DETAILS = "your record, by an officer’s program", "your details, by an officer’s program"


class Hears(enum.StrEnum):
    """What a hook may be told of. A trigger on the roster tells them apart (migration 0030)."""

    JOINED = "person.joined"
    LEFT = "person.left"
    STANDING = "standing.changed"
    CONSENT = "consent.changed"
    MOVED = "person.moved"


HEARS = {
    Hears.JOINED: "Somebody became a member",
    Hears.LEFT: "Somebody left, was expelled, or was erased",
    Hears.STANDING: "How somebody stands was decided, or the day on which their dues become unpaid changed",
    Hears.CONSENT: "Somebody let us write to them, or no longer",
    Hears.MOVED: "Somebody belongs to another branch",
}
TEST = "test"


class Paused(enum.StrEnum):
    """Why a hook is told nothing more."""

    UNHEARD = "unheard"
    OFFICE = "office"
    OFFICER = "officer"


PAUSED = {
    Paused.UNHEARD: "one message was not accepted for three days",
    Paused.OFFICE: "your office ended",
    Paused.OFFICER: "you paused it",
}

# How long after one attempt the next comes; the last of them again and again.
WAITS = (
    timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(hours=6),
)  # fmt: skip
TRIED_FOR = timedelta(days=3)
HELD_AFTER, HELD_AT_MOST = 3, timedelta(minutes=30)  # refusals in a row after which the others wait as well, and for how long
CLAIMED_FOR = timedelta(seconds=30)  # longer than the gateway’s own deadline
OLD_SECRET_SIGNS_FOR = timedelta(days=1)
KEPT_FOR = timedelta(days=30)
FORGOTTEN_AT_ONCE = 5000

OF_A_HOUSE = (".local", ".localhost", ".internal", ".home.arpa", ".lan")
KEY_PREFIX, SECRET_PREFIX = "hust_", "hooksec_"


def wait_after(attempts: int) -> timedelta:
    """How long after so many attempts, at least one, the next comes."""
    return WAITS[min(attempts, len(WAITS)) - 1]


def sign(body: bytes, *, at: int, secrets: Sequence[str]) -> str:
    """The header that proves a message: when it was signed (seconds since 1970), and HMAC-SHA-256 of `<that>.<body>` with each
    secret, as hex. The same scheme as Stripe’s."""
    signed = [hmac.digest(secret.encode(), f"{at}.".encode() + body, "sha256").hex() for secret in secrets]
    return ",".join([f"t={at}", *(f"v1={one}" for one in signed)])


def check_address(address: str, *, https_only: bool) -> None:
    """Raises NotAnAddress, NotSafe or NotReachable unless a message could be sent there as it is spelt. Where a name leads is
    the gateway’s question, now and at each delivery. Not `https_only`, in the demo, this machine may be named."""
    try:
        parts = urlsplit(address)
        port_is_one = parts.port is None or 0 < parts.port < 65536
    except ValueError:
        raise NotAnAddress() from None
    plain = address.isascii() and not any(sign.isspace() for sign in address) and len(address) <= 500
    if not (plain and port_is_one and parts.hostname and not parts.fragment and parts.username is None):
        raise NotAnAddress()
    if parts.scheme not in ("https", "http"):
        raise NotAnAddress()
    if https_only and parts.scheme == "http":
        raise NotSafe()
    if https_only and _is_of_a_house(parts.hostname):
        raise NotReachable()


def _is_of_a_house(host: str) -> bool:
    """Whether a name, or an address in figures, is never of the public Internet (RFC 6761, 6762, 8375; .internal: ICANN)."""
    name = host.rstrip(".")
    try:
        return not ip_address(name).is_global
    except ValueError:
        return "." not in name or name.endswith(OF_A_HOUSE)


def check_chosen(chosen: Collection[str], among: Collection[str], refusal: type[Refusal]) -> None:
    """Raises the refusal unless something was chosen, and nothing that is not offered."""
    if not chosen or set(chosen) - set(among):
        raise refusal()


class MayNotGiveKeys(Refusal):
    sentence = "You hold no office that may give keys."
    money = ""


class OpensNothing(Refusal):
    sentence = "Choose what the key opens."
    field = "opens"
    money = ""


class HearsNothing(Refusal):
    sentence = "Choose what the other system is told of."
    field = "events"
    money = ""


class TooManyKeys(Refusal):
    sentence = f"You have {MOST_KEYS} keys. Revoke one that is no longer needed."
    field = "label"
    money = ""


class TooManyHooks(Refusal):
    sentence = f"You have {MOST_HOOKS} hooks. End one that is no longer needed."
    field = "address"
    money = ""


class NotAnAddress(Refusal):
    sentence = "Enter a whole address that begins with https://, without a name or password in it."
    field = "address"
    money = ""


class NotSafe(Refusal):
    sentence = "This address begins with http://, so anybody on the way could read what it is told. Enter one that begins with https://."
    field = "address"
    money = ""


class NotReachable(Refusal):
    sentence = "This address leads nowhere we may send to: its name is not known, or is one of a private network."
    field = "address"
    money = ""
