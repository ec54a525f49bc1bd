"""Guards: what becomes of each table when two records are one person, which details can be taken over, and the refusals."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from app.law.clauses import Refusal

A_PAGE = 25
MOST_LIKENED = 20_000  # records a chore compares at a time


class Rule(enum.StrEnum):
    """What becomes of the rows of a table that point at a record which is part of somebody else. None of them is moved."""

    TOLD = "stay with their record and are told with the other’s"
    SHUT = "stay with their record and open nothing while it is part of somebody"
    MADE = "are made anew for the person as a whole"
    NONE = "are not there: who has one goes on, or ends it first"
    SAID = "are what this room says"


# Every table that points at people. A merge is refused while one is missing here, and a test fails.
RULES = {
    "people": Rule.SAID,
    "people_name_buckets": Rule.MADE,
    "people_likenesses": Rule.TOLD,
    "roster": Rule.MADE,
    "likely_pairs": Rule.SAID,
    "merges": Rule.SAID,
    "consents": Rule.TOLD,  # the most restrictive holds: people.rules.holding
    "residences": Rule.TOLD,  # where the person lives is what the record that goes on says
    "memberships": Rule.TOLD,  # one in force at most, and on the record that goes on
    "offices": Rule.NONE,
    "declarations": Rule.TOLD,
    "receipts": Rule.TOLD,
    "donors": Rule.TOLD,  # they count together: giving.queries.find_donors
    "letters": Rule.TOLD,
    "sign_ins": Rule.SHUT,
    "passkeys": Rule.SHUT,
    "authenticators": Rule.SHUT,
    "one_time_links": Rule.SHUT,
    "bounces": Rule.TOLD,
    "residence_askings": Rule.TOLD,
    "registration_lines": Rule.TOLD,
    "exports": Rule.TOLD,
    "agreements": Rule.TOLD,
    "erasings": Rule.TOLD,
    "erasing_people": Rule.NONE,
    "notes": Rule.TOLD,
    "taggings": Rule.TOLD,
    "tasks": Rule.TOLD,
    "import_rows": Rule.TOLD,
    "api_keys": Rule.TOLD,  # of officers
    "hooks": Rule.TOLD,
    "hook_events": Rule.TOLD,
    "policy_endorsements": Rule.TOLD,
    "policy_comments": Rule.TOLD,
    "policy_amendments": Rule.TOLD,
    "amendment_supports": Rule.TOLD,
}

FIELDS = ("name", "address", "phone", "born_on")  # the email is not among them: it is how somebody signs in

# Phrases for the log and the person’s own page.
PAIRS, WHOLE, WHY = (
    "your name among records that may be one person",
    "your details",
    "to see whether two records are one person",
)

LIKE = {
    "name and birth date": "The same name and date of birth",
    "phone": "The same phone number",
    "mailbox": "The same mailbox, spelt in another way",
    "first name and address": "A like first name at the same address",
}


class NoRule(Refusal):
    sentence = (
        "Records cannot be merged at present: it is not settled what becomes of {tables}. Whoever looks after this software "
        "has to say so first. Nothing was changed."
    )
    money = ""


class OneOfThem(Refusal):
    sentence = "A record cannot be merged with itself. Choose another one."
    field = "find"
    money = ""


class NotBoth(Refusal):
    """One of them is not there, is part of somebody already, or is out of sight: one answer."""

    sentence = (
        "You may not see both of these records, or one of them is part of another already. Pairs that cross branches are for "
        "the party secretary."
    )
    money = ""


class HoldsOffice(Refusal):
    sentence = (
        "The record that would be merged away holds an office. Have the other one go on without it, or end the office first."
    )
    field = "goes_on"
    money = ""


class ToBeErased(Refusal):
    sentence = "One of them is among supporters who are to be erased. Take that back first, or let it happen."
    money = ""


class KeepTheMember(Refusal):
    sentence = "Only one of them has a membership in force: that record has to go on, so that dues and letters keep their way."
    field = "goes_on"
    money = ""


class TwoMemberships(Refusal):
    sentence = (
        "Both have a membership in force, and a person has one. Tick that membership number {number} ends today. What was paid "
        "for it stays where it was paid; give it back by hand if it is owed."
    )
    field = "ends"
    money = ""


class MoneyChanged(Refusal):
    sentence = (
        "The money of both does not come to the same before and after. Nothing was changed; tell whoever runs the machine."
    )
    money = ""


class NotMerged(Refusal):
    sentence = "That was taken back already, or never said."
    money = ""


class LaterFirst(Refusal):
    sentence = "Another record became part of the same person after this one. Take that back first: the latest comes first."
    money = ""


class HasLeft(Refusal):
    sentence = "They have left and were forgotten: there are no two records to go back to."
    money = ""


class NotLikely(Refusal):
    sentence = "These two are not on the list, or somebody has decided already."
    money = ""


def check_rules(tables: Iterable[str]) -> None:
    """Raises NoRule unless it is settled what becomes of each of these tables."""
    missing = sorted(set(tables) - set(RULES))
    if missing:
        raise NoRule(tables=", ".join(missing))
