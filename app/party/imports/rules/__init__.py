"""Guards: what a row can be and become, what a file may change, how long it is kept, and the refusals of this room."""

from __future__ import annotations

import enum
from collections.abc import Collection
from datetime import timedelta

from app.law.clauses import Refusal
from app.party.people.models import Details

RIGHT = "import people"
A_PAGE = 25
UNDO_WITHIN = timedelta(days=7)
WAITS = timedelta(days=3)  # a file that nobody confirms
AT_ONCE = 2000  # rows in one transaction: each holds the lock of an email, and the database has a table of some thousand
HANDS = 2  # that look for, and that import, together; of what is imported each has its share of those rows
NEWS = "news"
ELSEWHERE = "elsewhere"  # the wording of a consent that was given in another system: none of ours
TAGS, MOST_TAGS = "tags", 100  # so many different ones in a file: of more, the column is hardly one of tags
BESIDE_A_FILE = "your name, beside a row of a file"  # for the log and the person’s own page


class Verdict(enum.StrEnum):
    """What a row is."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    TWIN = "twin"
    SKIPPED = "skipped"
    REFUSED = "refused"


class Outcome(enum.StrEnum):
    """What became of a row that was new or changed."""

    MADE = "made"
    CHANGED = "changed"
    LEFT = "left"
    KNOWN = "known"
    GONE = "gone"


class Undone(enum.StrEnum):
    """How a row was taken back."""

    ERASED = "erased"
    BACK = "back"
    PARTLY = "partly"
    KEPT = "kept"


STATES = {
    "sent": ("Say what its columns are", "info"),
    "checking": ("Being checked", "info"),
    "checked": ("Checked, not imported", "info"),
    "importing": ("Being imported", "info"),
    "done": ("Imported", "success"),
    "undoing": ("Being undone", "info"),
    "undone": ("Undone", "warning"),
    "forgotten": ("Forgotten", "warning"),
}
VERDICTS = {
    Verdict.NEW: "New",
    Verdict.CHANGED: "Changed",
    Verdict.SAME: "The same",
    Verdict.TWIN: "Likely the same as somebody",
    Verdict.SKIPPED: "Left out",
    Verdict.REFUSED: "To fix",
}
OUTCOMES = {
    Outcome.MADE: "Added",
    Outcome.CHANGED: "Changed",
    Outcome.LEFT: "Nothing changed: the field was not ticked, or was changed here after the check",
    Outcome.KNOWN: "Left out: somebody with this email came after the check",
    Outcome.GONE: "Left out: they left the party after the check",
}
UNDONES = {
    Undone.ERASED: "Erased again",
    Undone.BACK: "Put back as it was",
    Undone.PARTLY: "Put back in part: the rest was changed since",
    Undone.KEPT: "Kept: something was done since",
}

# What a file may change of somebody we know, in the order in which it is shown. WITHDRAWN is never asked: a no counts.
CHANGES = {
    "name": "Name",
    "phone": "Phone",
    "address": "Address",
    "born_on": "Date of birth",
    "can_enrol": "Can enrol to vote",
    "electorate": "Electorate",
    "consents": "Lets us write with news: yes",
    "tags": "Tags: those of the list are put on, none is taken off",
}
WITHDRAWN, EMAIL = "withdrawn", "email"
TOLD = {
    **CHANGES,
    WITHDRAWN: "Lets us write with news: no. It is taken back",
    EMAIL: "Email. A file never changes it: it is how they sign in. They change it themselves",
}
DETAILS = ("name", "phone", "address", "born_on")


class NotWaiting(Refusal):
    sentence = "This file does not wait for that any more: somebody else went on with it, or its time was over."
    money = ""


class NoColumns(Refusal):
    sentence = "Say which column has the name, or the email: a row with neither is nobody."
    money = ""


class TwiceSaid(Refusal):
    sentence = "Two columns are said to be “{field}”. Keep one, and pass over the other."
    money = ""


class NothingToDo(Refusal):
    sentence = "There is nothing to import in this file: no row is new, and no field that differs is ticked."
    money = ""


class TooManyTags(Refusal):
    sentence = f"The column of tags names {{tags}} different ones; {MOST_TAGS} is the most. Send it again, and pass that over."
    money = ""


class TooLate(Refusal):
    sentence = "An import can be undone for seven days. Those are over, and what it needed for that is deleted."
    money = ""


class NotTwins(Refusal):
    sentence = "This row is decided already, or that person is not one of those it is like."
    money = ""


class MayNotImport(Refusal):
    sentence = "Only the party secretary brings people in from a file."
    cites = "Party rule 7"
    money = ""


def check_state(state: str, *wanted: str) -> None:
    """Raises NotWaiting."""
    if state not in wanted:
        raise NotWaiting()


def check_something(*, new: int, differing: Collection[str], takes: Collection[str], withdrawn: int) -> None:
    """Raises NothingToDo."""
    if not new and not withdrawn and not set(differing) & set(takes):
        raise NothingToDo()


def masked(value: str) -> str:
    """What we hold, so that who knows it knows it again and nobody else learns it: the first and the last of each word."""
    return " ".join(
        word if len(word) < 2 else f"{word[0]}•••{word[-1]}" if len(word) > 3 else f"{word[0]}•" for word in value.split()
    )


def spelt(details: Details, field: str) -> str:
    """One of the details as text; empty for none."""
    value = details.as_json()[field]
    return str(value) if value else ""
