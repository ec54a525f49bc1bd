"""Guards: what a policy, a draft and a decision must be."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from app.law.clauses import Refusal
from app.law.polling import silent_until

CONSULTED_DAYS = 14  # the least a consultation is open, in days
SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
MOST_SLUG = 60
# Second parts of addresses under /policies and /org/policies that are doors of their own.
TAKEN = frozenset({"topic", "compare", "new", "comments", "endorsements", "amendments"})


class BadSlug(Refusal):
    sentence = "Use small letters, digits and single hyphens, such as data-caps. Macrons are dropped in addresses."
    field = "slug"
    money = ""


class SlugTaken(Refusal):
    sentence = "There is a policy at that address, or there was one."
    field = "slug"
    money = ""


class SavedMeanwhile(Refusal):
    sentence = (
        "Somebody saved this draft after you opened it. Your text is in the field below and was not saved: compare it with "
        "theirs, then save again."
    )
    field = "source"
    money = ""


class NoDraft(Refusal):
    sentence = "There is no draft: somebody published or dropped it meanwhile."
    money = ""


class MovedOn(Refusal):
    sentence = (
        "A new version was published after you opened this page. Nothing was saved: compare your translation with the text as "
        "it is now, then send it again."
    )
    field = "source"
    money = ""


class NoNote(Refusal):
    sentence = "Say in a sentence what changed: readers see it above the new version."
    field = "change_note"
    money = ""


class NothingChanged(Refusal):
    sentence = "The draft is the same as the version that is published. There is nothing to adopt."
    field = "source"
    money = ""


class TooShort(Refusal):
    sentence = "A consultation is open for {days} days or more: until {earliest} at least."
    field = "until"
    money = ""


class VotesDoNotAdd(Refusal):
    sentence = "Give all four counts or none, and no more votes than people who could vote."
    field = "votes_for"
    money = ""


class NotYet(Refusal):
    sentence = "A version takes effect on the day it is published or before, not later: until then it is a draft."
    field = "effective_from"
    money = ""


class PollingDay(Refusal):
    sentence = "It is polling day. Until the poll closes at 7 pm nothing is published, endorsed, commented on or proposed here."
    cites = "Electoral Act 1993 s 197(1)(g)"
    money = ""


class Retired(Refusal):
    sentence = "This policy is retired."
    money = ""


def check_not_polling(moment: datetime) -> None:
    """Raises PollingDay before the close of a poll. What stands already may stay (s 197(2A))."""
    if silent_until(moment) is not None:
        raise PollingDay()


def is_slug(text: str) -> bool:
    """Whether a text can be the address of a policy."""
    return bool(SLUG.fullmatch(text)) and len(text) <= MOST_SLUG


def check_slug(slug: str) -> None:
    """Raises BadSlug."""
    if not is_slug(slug) or slug in TAKEN:
        raise BadSlug()


def check_consultation(until: date, *, on: date) -> None:
    """Raises TooShort."""
    earliest = on + timedelta(days=CONSULTED_DAYS)
    if until < earliest:
        raise TooShort(days=CONSULTED_DAYS, earliest=f"{earliest.day} {earliest:%B %Y}")


def check_votes(votes: tuple[int | None, int | None, int | None, int | None]) -> None:
    """For, against, abstained, and how many could vote: all or none. Raises VotesDoNotAdd."""
    given = [one for one in votes if one is not None]
    if len(given) not in (0, 4) or any(one < 0 for one in given) or (given and sum(given[:3]) > given[3]):
        raise VotesDoNotAdd()
