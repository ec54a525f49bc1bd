"""Guards: who may take part and with what, how numbers are told, and where an amendment stands."""

from __future__ import annotations

import enum
from datetime import date, datetime, timedelta

from app.ground.clock import day_of
from app.law.clauses import Refusal
from app.law.membership import WORDS, Standing
from app.law.nz.electoral_act import ADULT_YEARS
from app.law.party_rules import TAKING_PART, TakingPart, add_years

from ..models import Amendment, Comment, Outcome, Shown

UNCONFIRMED_DAYS = 7  # an endorsement that nobody confirmed is erased after so many days
TELLS_FROM = 10  # fewer are not told
MOST_COMMENT, MOST_REASON, MOST_NAME, MOST_RATIONALE, MOST_BODY = 2000, 280, 80, 2000, 12_000  # letters
MOST_REPLIES = 50  # to one comment, answers of the party aside
MOST_OPEN = 3  # proposals of one member that are open or wait to be, on one policy
TRIED_DAYS = 90  # for so long after something of theirs was hidden, an officer reads first what somebody writes
A_PAGE = 25

REGIONS = (
    "Northland", "Auckland", "Waikato", "Bay of Plenty", "Gisborne", "Hawke’s Bay", "Taranaki", "Manawatū-Whanganui",
    "Wellington", "Tasman", "Nelson", "Marlborough", "West Coast", "Canterbury", "Otago", "Southland", "Chatham Islands",
    "outside New Zealand",
)  # fmt: skip

# Why an officer hides or removes what somebody said, or does not open a proposal: the sentence stands in its place.
WHY_HIDDEN = {
    "abuse": "It attacks people rather than what is said.",
    "personal": "It tells personal details of somebody.",
    "advertising": "It advertises something.",
    "unlawful": "It may break the law.",
    "elsewhere": "It is about something else.",
    "twice": "It was said already, by the same author.",
    "not-them": "It is not by whom it says it is.",
    "unreadable": "It cannot be understood.",
}
TAKEN_BACK = "taken back"
WHY = {**WHY_HIDDEN, TAKEN_BACK: "Its author took it back."}


class NotInGoodStanding(Refusal):
    sentence = "Comments, proposals and support are for members in good standing. {how}"
    cites = "Party rule 9"
    money = ""


class NoMember(Refusal):
    sentence = "You are signed in and no member. Sign out, and endorse with your email address."
    money = ""


class TooYoungToName(Refusal):
    sentence = "A name is shown only of somebody who is 18 or over. Tick that you are, or stay unnamed."
    field = "adult"
    money = ""


class NotNamed(Refusal):
    sentence = "Your date of birth says that you are under 18: your name is not shown, whatever you choose."
    field = "display"
    money = ""


class TextMovedOn(Refusal):
    sentence = "A new version was published after you opened this page. What you wrote is still here: read the new text first."
    money = ""


class NoSuchSection(Refusal):
    sentence = "The text has no such section any more."
    money = ""


class NotToThis(Refusal):
    sentence = "That comment cannot be replied to: it is a reply itself, or it is not shown."
    money = ""


class ThreadFull(Refusal):
    sentence = "This comment has {most} replies, which is the most. Write a comment of your own."
    money = ""


class NothingChanges(Refusal):
    sentence = "This says the same as the section does now."
    field = "body"
    money = ""


class TwoSections(Refusal):
    sentence = "Propose a change of one section at a time: a line that begins with ## or # would begin another."
    field = "body"
    money = ""


class TooManyOpen(Refusal):
    sentence = "You have {most} proposals that are open or wait to be. Withdraw one, or wait until one closes."
    money = ""


class NotOpen(Refusal):
    sentence = "This proposal is not open: {why}."
    money = ""


class NotToDecide(Refusal):
    sentence = "There is nothing to decide: the proposal is {state}."
    money = ""


class NoReasons(Refusal):
    sentence = "Give the reasons: every answer has them, whatever it says."
    field = "reasons"
    money = ""


class NotBackThen(Refusal):
    sentence = "It was decided after the proposal closed on {closed}, and not after today."
    field = "decided_on"
    money = ""


class Spent(Refusal):
    sentence = "There is nothing under this link any more: it was withdrawn, or nobody confirmed it in {days} days."
    money = ""


def rule_on(day: date) -> TakingPart:
    """The party’s rule on taking part; before there was one, the first that was made."""
    return (TAKING_PART.find(day) or TAKING_PART.lines[-1]).value


def check_may_take_part(standing: Standing | None) -> None:
    """Raises NotInGoodStanding."""
    if standing is not Standing.GOOD:
        how = "You are not a member." if standing is None else f"Where you stand: {WORDS[standing].lower()}."
        raise NotInGoodStanding(how=how)


def is_minor(born_on: date | None, *, on: date) -> bool:
    """Whether a known birth date says under 18."""
    return born_on is not None and on < add_years(born_on, ADULT_YEARS.on(on).value)


def check_display(display: Shown, *, born_on: date | None, adult: bool, on: date) -> None:
    """By name are shown only those who are 18 or over: by their birth date, or by their word where we have none.

    Raises TooYoungToName, NotNamed.
    """
    if display is Shown.ANONYMOUS:
        return
    if is_minor(born_on, on=on):
        raise NotNamed()
    if born_on is None and not adult:
        raise TooYoungToName()


def named(display: str, name: str, *, born_on: date | None, on: date) -> str:
    """The name to show; "" for none."""
    if display == Shown.ANONYMOUS or not name.strip() or is_minor(born_on, on=on):
        return ""
    return name.split()[0] if display == Shown.FIRST else name.strip()


# How numbers are told


def bucket(count: int) -> int:
    """The largest of 10, 20, 50, 100, 200, 500, … that a count is above; 0 for ten or fewer."""
    found = 0
    step = 10
    while count > step:
        for times in (1, 2, 5):
            if count > step * times:
                found = step * times
        step *= 10
    return found


def told(count: int) -> int:
    """A count as warm pages tell it: as it is up to ten, then by its bucket."""
    return bucket(count) or count


# Where things stand


def answer_due(comment: Comment) -> date:
    """The last day for the party’s answer. Holding a comment back buys no time."""
    made_on = day_of(comment.made_at)
    return made_on + timedelta(days=rule_on(made_on).answer_days)


def is_overdue(comment: Comment, *, on: date) -> bool:
    return comment.needs_reply and comment.answered_at is None and on > answer_due(comment)


class State(enum.StrEnum):
    """Where an amendment stands."""

    HELD = "waiting to be read by an officer"
    REFUSED = "not opened"
    OPEN = "open"
    SUPPORTED = "supported, waiting for a decision"
    SHORT = "closed short of support"
    ACCEPTED = "accepted"
    IN_PART = "accepted in part"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn by its author"
    OUTDATED = "overtaken by a new version"


_DECIDED = {Outcome.ACCEPTED: State.ACCEPTED, Outcome.IN_PART: State.IN_PART, Outcome.DECLINED: State.DECLINED}


def state_of(amendment: Amendment, *, support: int, outcome: str | None, overtaken_at: datetime | None, on: date) -> State:
    """Where an amendment stands on a day. `overtaken_at`: when a later version first said something else in its section, or the
    policy was retired; what happened after it had closed does not matter to it."""
    if outcome is not None:
        return _DECIDED[Outcome(outcome)]
    if amendment.withdrawn_at is not None:
        return State.WITHDRAWN
    if amendment.refused_at is not None:
        return State.REFUSED
    if overtaken_at is not None and (amendment.closes_on is None or day_of(overtaken_at) <= amendment.closes_on):
        return State.OUTDATED
    if amendment.closes_on is None or amendment.needed is None:
        return State.HELD
    if on <= amendment.closes_on:
        return State.OPEN
    return State.SUPPORTED if support >= amendment.needed else State.SHORT
