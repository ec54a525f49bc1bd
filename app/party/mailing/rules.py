"""Guards: the three classes of letters to many, who may write which, what may stand in one, and the refusals."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from app.ground.mail import Kind
from app.law.clauses import Refusal
from app.party.branches.rules import OfficeName
from app.party.branches.rules import may as may_do

WRITE = "write letters"  # the right
NEWS = "news"  # the consent
CLASSES = (Kind.STATUTORY, Kind.SERVICE, Kind.CAMPAIGN)
WORDS = {
    Kind.STATUTORY: "Required by law or the rules",
    Kind.SERVICE: "About their membership",
    Kind.CAMPAIGN: "News and campaign",
}
HINTS = {
    Kind.STATUTORY: "A general meeting, a ballot, dues. To every member, whatever they allow; nobody can unsubscribe from it. "
    "Only the party secretary sends it.",
    Kind.SERVICE: "What a member needs to know about their own membership. To members, whatever they allow. Not to ask for "
    "votes, money or help.",
    Kind.CAMPAIGN: "Everything else. Only to those who let us write with news, with a way to stop it in one press. An election "
    "advertisement may be among it, so the party secretary authorises each (Electoral Act 1993 s 204G).",
}
# What a reader is told, below a letter.
WHY = {
    Kind.STATUTORY: "You get this letter because you are a member, and the law or the party’s rules require us to send it to "
    "every member it is about. It cannot be unsubscribed from.",
    Kind.SERVICE: "You get this letter because it is about your own membership. It is not news, so there is nothing to "
    "unsubscribe from; when you leave the party, such letters end.",
    Kind.CAMPAIGN: "You get this letter because you let us write to you with news.",
}

LONGEST_SUBJECT, LONGEST_TEXT = 150, 20_000
RATES = (60, 300, 600, 1200, 3000, 6000)  # letters a minute; the last is the most that the house sends
USUAL_RATE = 600
A_PART = 100  # people; or as many as go in a minute, where that is fewer
DRIFT = 1000  # of so many people one may have come or gone between the count that was shown and the press
OFFICE_ENDED = "Who confirmed it no longer holds an office that sees these people and writes to them."
OFFICER_STOPPED = "An officer stopped it."
AHEAD = timedelta(seconds=1)  # so long a worker waits for a letter's turn; for a later one the mailing comes back
A_TURN = timedelta(seconds=10)  # of work; then others have theirs
VOUCH = "It asks nobody to vote, to give, or to take part"
STOPPED_LIVES_DAYS = 7  # then a mailing that was stopped is called off


class Skip(enum.StrEnum):
    """Why somebody on the list got no letter. Words are in SKIPPED."""

    LEFT = "left"
    OTHERS = "others"
    WITHDREW = "withdrew"
    NO_EMAIL = "no email"
    BOUNCED = "bounced"
    REFUSED = "refused"
    LATER = "later"


SKIPPED = {
    Skip.LEFT: "Left us, or was erased, before their turn",
    Skip.OTHERS: "No longer among these people at their turn",
    Skip.WITHDREW: "Had said no to news before their turn",
    Skip.NO_EMAIL: "No email address",
    Skip.BOUNCED: "An earlier letter to this address came back for good",
    Skip.REFUSED: "The mail server refused the address for good",
    Skip.LATER: "Not taken yet: the letter is written, and tried again for a day and a half",
}


class Why(enum.StrEnum):
    """Why the party secretary does not authorise a letter. Phrases of ours: a sentence that is typed could name a person."""

    CHANGE = "change"
    NOT_NOW = "not now"
    NOT_OURS = "not ours"
    UNCLEAR = "unclear"


WHYS = {
    Why.CHANGE: "The text has to be changed first: ask me what",
    Why.NOT_NOW: "This is not the time for it",
    Why.NOT_OURS: "It is not for the party to send",
    Why.UNCLEAR: "It is not clear to me what it is for: ask me",
}

STATES = {
    "draft": ("Draft", "info"),
    "waiting": ("Waits for the party secretary’s authority", "warning"),
    "sending": ("Being sent", "info"),
    "stopped": ("Stopped", "warning"),
    "sent": ("Sent", "success"),
    "called off": ("Called off", "info"),
    "dropped": ("Dropped", "info"),
}

# What may be filled in, and what it says of somebody of whom we do not know it.
FIELDS = {
    "name": ("Their name", "friend"),
    "number": ("Their member’s number", "none"),
    "branch": ("Their branch", "no branch"),
    "electorate": ("Their electorate", "not said"),
    "dues_link": ("A link to their dues", ""),
}
FIELD = re.compile(r"\{([^{}\n]{0,40})\}")
LINK_TO = ("https://", "http://", "mailto:", "/")


class UnknownField(Refusal):
    sentence = "There is no field {{{field_name}}}. You can use {known}."
    field = "text"
    money = ""


class InSubject(Refusal):
    sentence = "A link cannot stand in the subject."
    field = "subject"
    money = ""


class BadLink(Refusal):
    sentence = "A link leads to https://…, to mailto:… or to a page here (/…), not to “{link}”."
    field = "text"
    money = ""


class NoPictures(Refusal):
    sentence = "A letter has no pictures: to fetch one would tell who opened it and when."
    field = "text"
    money = ""


class OnlySecretary(Refusal):
    sentence = "Only the party secretary sends what the law or the rules require."
    field = "kind"
    money = ""


class NoLongerDraft(Refusal):
    sentence = "This letter is confirmed or gone, and can no longer be changed."
    money = ""


class NotAuthorised(Refusal):
    sentence = "The party secretary has to authorise this text first."
    cites = "Electoral Act 1993 ss 204F, 204G"
    money = ""


class NotVouched(Refusal):
    sentence = "Tick that it asks nobody to vote, to give, or to take part. If it does, change what kind of letter it is."
    field = "vouched"
    money = ""


class NotAsked(Refusal):
    sentence = "Nobody asks for authority for this letter now."
    money = ""


class NoReason(Refusal):
    sentence = "Choose why: whoever asked reads it."
    money = ""


class ChangedSince(Refusal):
    sentence = "This letter was changed after you opened this page. Nothing was authorised or sent; read it again."
    cites = "Electoral Act 1993 ss 204F, 204G"
    money = ""


class SecretaryStopped(Refusal):
    sentence = "The party secretary stopped it, and alone has it go on."
    money = ""


class NotSecretary(Refusal):
    sentence = "Only the party secretary gives this authority."
    cites = "Electoral Act 1993 s 204G"
    money = ""


class Nobody(Refusal):
    sentence = "There is nobody among these people whom this letter may go to."
    money = ""


class CountChanged(Refusal):
    sentence = "Meanwhile the number of people it would go to is {now}, not {shown}. Nothing was sent; look again."
    money = ""


class NotSending(Refusal):
    sentence = "This letter is not being sent, so there is nothing to stop."
    money = ""


class NotStopped(Refusal):
    sentence = "Only a letter that was stopped can go on, or be called off."
    money = ""


class NoAddress(Refusal):
    sentence = "We hold no email address of yours to send a test to."
    money = ""


def is_secretary(offices: Iterable[str]) -> bool:
    return OfficeName.SECRETARY in offices


def stamp_of(changed_at: datetime) -> str:
    """Which text it is, as a form carries it from the page on which it was read."""
    return changed_at.astimezone(UTC).isoformat()


def check_seen(seen: str, changed_at: datetime) -> None:
    """Raises ChangedSince unless the text that was read is the one there is."""
    if seen != stamp_of(changed_at):
        raise ChangedSince()


def check_may_write(kind: Kind, offices: Iterable[str]) -> None:
    """Raises OnlySecretary for what the law requires, from anybody else."""
    if kind is Kind.STATUTORY and not is_secretary(offices):
        raise OnlySecretary()


def may_still_send(kind: Kind, offices: Iterable[str]) -> bool:
    """Whether whoever confirmed a mailing holds today what it takes: asked again each time the worker goes on."""
    held = list(offices)
    return may_do(held, WRITE) and (kind is not Kind.STATUTORY or is_secretary(held))


def turn_after(last: datetime | None, *, rate: int, now: datetime) -> datetime:
    """When the next letter has its turn, after one that had it: so that no minute, wherever it begins, has more than `rate`."""
    return now if last is None else max(now, last + timedelta(minutes=1) / rate)


def part_size(rate: int) -> int:
    return min(A_PART, rate)


def allows_drift(shown: int, frozen: int) -> bool:
    """Whether the list that was frozen is the one that was shown: the same number below a thousand; above, one in a thousand
    may have come or gone in the seconds between."""
    return abs(shown - frozen) * DRIFT <= shown
