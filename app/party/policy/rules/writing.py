"""Guards: what a policy, a draft and a decision must be."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from app.law.clauses import Refusal
from app.law.party_rules import add_years
from app.law.polling import silent_until

CONSULTED_DAYS, MOST_CONSULTED_DAYS = 14, 366  # the least and the most a consultation is open, in days
OLDEST_YEARS = 30  # a day further back than this is a mistyped year: what is published with it stays
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


class TooLong(Refusal):
    sentence = "A consultation is open for {days} days at most: until {latest}. Look at the year."
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


class LongAgo(Refusal):
    sentence = "That is before {earliest}. Look at the year."
    field = "effective_from"
    money = ""


class BeforeTheLast(Refusal):
    sentence = "Version {number} is in force since {since}. What comes after it is in force since that day or a later one."
    field = "effective_from"
    money = ""


class NotChecked(Refusal):
    sentence = "It was checked today or before, and after {earliest}. Look at the year."
    field = "checked_on"
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
    """Raises TooShort, TooLong."""
    earliest, latest = (on + timedelta(days=days) for days in (CONSULTED_DAYS, MOST_CONSULTED_DAYS))
    if until < earliest:
        raise TooShort(days=CONSULTED_DAYS, earliest=_day(earliest))
    if until > latest:
        raise TooLong(days=MOST_CONSULTED_DAYS, latest=_day(latest))


def check_effective(since: date, *, last: tuple[int, date] | None, on: date) -> None:
    """From which day a version is in force. `last`: number and day of the one before it.

    Raises NotYet, LongAgo, BeforeTheLast."""
    if since > on:
        raise NotYet()
    if since < (earliest := add_years(on, -OLDEST_YEARS)):
        raise LongAgo(earliest=_day(earliest))
    if last and since < last[1]:
        raise BeforeTheLast(number=last[0], since=_day(last[1]))


def check_checked(day: date, *, on: date) -> None:
    """On which day a translation was checked. Raises NotChecked."""
    earliest = add_years(on, -OLDEST_YEARS)
    if not earliest < day <= on:
        raise NotChecked(earliest=_day(earliest))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def check_votes(votes: tuple[int | None, int | None, int | None, int | None]) -> None:
    """For, against, abstained, and how many could vote: all or none. Raises VotesDoNotAdd."""
    given = [one for one in votes if one is not None]
    if len(given) not in (0, 4) or any(one < 0 for one in given) or (given and sum(given[:3]) > given[3]):
        raise VotesDoNotAdd()
