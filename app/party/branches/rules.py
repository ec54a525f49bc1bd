"""Guards: which office may do what, and the refusals of this room."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from app.law.clauses import Refusal


class OfficeName(enum.StrEnum):
    """The offices there are."""

    SECRETARY = "secretary"
    TREASURER = "treasurer"
    ORGANIZER = "organizer"
    READER = "reader"
    EDITOR = "editor"


ELECTORATE, OFFICER = "electorate", "officer"  # why somebody belongs to a branch
PAGES_KEPT = timedelta(days=366)  # how long it is kept who was on a page of names

WORDS = {
    OfficeName.SECRETARY: "party secretary",
    OfficeName.TREASURER: "treasurer",
    OfficeName.ORGANIZER: "organizer",
    OfficeName.READER: "reader",
    OfficeName.EDITOR: "policy editor",
}

# A right is named for its effect; a door asks for one of these and nothing else opens it.
SENTENCES = {
    "read only": "See who holds which office, and figures that name nobody. Change nothing.",
    "look at people": "Find people and open what is held about one; an organizer, in the branch. Each look is logged, and the "
    "person sees it.",
    "place members": "Say which branch a member belongs to.",
    "care for people": "Tag people, note what was said, and set tasks, one by one or for many; an organizer, in the branch.",
    "merge people": "Say that two records are one person, or are not, after confirming again; an organizer, where both are of "
    "the branch.",
    "export people": "Ask for a file of people, after confirming again; an organizer, of the branch. Each file is logged, and "
    "who is in it sees it.",
    "import people": "Bring people in from a file, after confirming again, and take the file back.",
    "write letters": "Send a letter to many; an organizer, to the branch.",
    "prepare registration": "Choose and check the members whose evidence the Electoral Commission is shown, and print it.",
    "agree as second": "Agree to what one officer alone may not do: a file of the whole party, erasing many. Or refuse it.",
    "give keys": "Give programs access to what one sees oneself, and have other systems told, after confirming again.",
    "record money": "Write down money that came in by bank or in cash.",
    "refund money": "Send money back, after confirming again.",
    "see returns": "See the returns to the Electoral Commission and the rows behind each figure. A look at names is logged.",
    "file returns": "File a return with the Electoral Commission, after confirming again. What is filed stays.",
    "see duties": "See what the law has the party do about donations and by when, and note that a return was filed.",
    "confirm refunds": "Agree that money goes back which another officer asked for, above a limit.",
    "enter loans": "Enter loans to the party and what is repaid of them, after confirming again.",
    "edit policies": "Write drafts of policies, answer what members say of them, and hold back what breaks the rules.",
    "publish policies": "Put drafts out for consultation and publish what is adopted, after confirming again.",
    "give office": "Give an office and end one, add a branch, after confirming again.",
}

RIGHTS = {
    # Only the party secretary may enter into a loan for the party (Electoral Act 1993 s 213), and authorise an advertisement of
    # the party (s 204G), which a policy page can be.
    OfficeName.SECRETARY: (
        "read only", "look at people", "see returns", "file returns", "see duties", "confirm refunds", "enter loans",
        "edit policies", "publish policies", "place members", "care for people", "merge people", "export people",
        "import people", "write letters", "prepare registration", "agree as second", "give keys", "give office",
    ),
    OfficeName.TREASURER: (
        "read only", "look at people", "record money", "refund money", "see returns", "see duties", "confirm refunds",
        "export people", "agree as second",
    ),
    # Of their own branch (scope.py).
    OfficeName.ORGANIZER: (
        "read only", "look at people", "care for people", "merge people", "export people", "write letters", "give keys",
    ),
    OfficeName.READER: ("read only",),
    OfficeName.EDITOR: ("read only", "edit policies"),
}  # fmt: skip


def may(offices: Iterable[str], right: str) -> bool:
    """Whether any of these offices may do this. Raises KeyError for a right that is not in the table."""
    assert_known(right)
    return any(right in RIGHTS[OfficeName(name)] for name in offices)


def assert_known(right: str) -> None:
    SENTENCES[right]


def rights_of(offices: Iterable[str]) -> list[tuple[str, str]]:
    """What these offices may do together: each right once, with its sentence, in the order of the table."""
    held = list(offices)
    return [(right, sentence) for right, sentence in SENTENCES.items() if may(held, right)]


def may_give_office(offices: Iterable[str]) -> bool:
    return may(offices, "give office")


def check_may_place(offices: Iterable[Any]) -> None:
    """Raises MayNotPlace unless one of these offices may say which branch a member belongs to."""
    if not may([held.office for held in offices], "place members"):
        raise MayNotPlace()


def may_look_at_people(offices: Iterable[str]) -> bool:
    return may(offices, "look at people")


def may_record_money(offices: Iterable[str]) -> bool:
    return may(offices, "record money")


def may_refund_money(offices: Iterable[str]) -> bool:
    return may(offices, "refund money")


def may_file_returns(offices: Iterable[str]) -> bool:
    return may(offices, "file returns")


def may_publish_policies(offices: Iterable[str]) -> bool:
    return may(offices, "publish policies")


def may_enter_loans(offices: Iterable[str]) -> bool:
    return may(offices, "enter loans")


def is_held(since: date, until: date | None, *, on: date) -> bool:
    """Whether an office held `since`–`until` is held on day `on`. The day `until` is the first without it."""
    return since <= on and (until is None or on < until)


class MayNotGive(Refusal):
    sentence = "Only the party secretary gives an office or ends one."
    cites = "Party rule 7"
    money = ""


class NotAMember(Refusal):
    sentence = "Only a member holds an office, and there is none in good standing with this email."
    cites = "Party rule 7"
    field = "email"
    money = ""


class HeldAlready(Refusal):
    sentence = "They hold this office already."
    field = "office"
    money = ""


class OneSecretary(Refusal):
    sentence = "The party has one secretary at a time, and on that day there is another."
    cites = "Electoral Act 1993 ss 3EA, 67AA"
    field = "since"
    money = ""


class WhichBranch(Refusal):
    sentence = "An organizer is the organizer of a branch, and nobody else is of one. Choose a branch that is open."
    field = "branch"
    money = ""


class NotBefore(Refusal):
    sentence = "Choose a day that is not before {day}: what was so in the past stays so."
    field = "since"
    money = ""


class EndedAlready(Refusal):
    sentence = "This office has ended, or is to end earlier than that."
    field = "until"
    money = ""


class BranchThere(Refusal):
    sentence = "There is a branch of that name."
    field = "name"
    money = ""


class NoOffice(Refusal):
    sentence = "You hold no office that may look at people."
    money = ""


class MayNotPlace(Refusal):
    sentence = "Only the party secretary says which branch a member belongs to."
    cites = "Party rule 7"
    money = ""


class NotInForce(Refusal):
    sentence = "Only a member belongs to a branch, and this membership is not in force."
    money = ""


class HeldElsewhere(Refusal):
    sentence = "{electorate} falls to another branch. Let that branch let it go first."
    field = "electorates"
    money = ""
