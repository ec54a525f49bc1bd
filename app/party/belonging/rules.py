"""Guards: which details are good, what leaving erases, and what it must keep."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import phonenumbers

from app.law.clauses import Refusal
from app.law.nz.electoral_act import RECORDS_YEARS
from app.law.party_rules import add_years

EARLIEST_BIRTH = date(1900, 1, 1)
LAST_LETTER_LIVES = timedelta(days=1)
EARLIEST_LEAVING = date(2014, 3, 27)


class NotAPhone(Refusal):
    sentence = "Enter a phone number with its area code, like 021 555 0141 or +61 491 570 156."
    field = "phone"
    money = ""


class NotABirthday(Refusal):
    sentence = "Enter a date of birth between 1 January 1900 and today."
    field = "born_on"
    money = ""


_IN_FULL = re.compile(r"\+64[1-9]\d+", re.ASCII)


def read_phone(typed: str) -> str:
    """The number as +64…, E.164; a number without country is a New Zealand one. Empty stays empty. Raises NotAPhone."""
    if not typed.strip():
        return ""
    if _IN_FULL.fullmatch(typed):  # as lists of many thousand have it: nothing needs guessing, which is most of the work
        number = phonenumbers.PhoneNumber(country_code=64, national_number=int(typed[3:]))
        if phonenumbers.is_valid_number(number):
            return typed
        raise NotAPhone()
    try:
        number = phonenumbers.parse(typed, "NZ")
    except phonenumbers.NumberParseException:
        raise NotAPhone() from None
    if not phonenumbers.is_valid_number(number):
        raise NotAPhone()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def check_born_on(day: date | None, *, on: date) -> None:
    """Raises NotABirthday for a day in the future or before 1900."""
    if day and not EARLIEST_BIRTH <= day <= on:
        raise NotABirthday()


# What leaving keeps, each if there is any of it.
EVIDENCE, MONEY, STATEMENTS, DONATIONS, RECEIPTS, CARD, CONSENTS, OFFICES, SAID, LOG = KEPT = (
    "evidence", "money", "statements", "donations", "receipts", "card", "consents", "offices", "said", "log",
)  # fmt: skip


@dataclass(frozen=True)
class Erased:
    what: str
    when: str
    because: str = ""


@dataclass(frozen=True)
class Kept:
    what: str
    until: date | str
    because: str


@dataclass(frozen=True)
class Plan:
    """What leaving does, said before it is done and after."""

    on: date
    holds: tuple[str, ...]
    erased: tuple[Erased, ...]
    kept: tuple[Kept, ...]


def plan(*, on: date, holds: Collection[str]) -> Plan:
    """What is erased and what is kept for somebody who leaves on day `on`, of whom we hold these (names from KEPT)."""
    records = RECORDS_YEARS.on(on)
    until = add_years(on, records.value)
    under_an_id = "under an id that leads to no name"
    kept = {
        EVIDENCE: Kept(
            "The declaration you signed when you joined: sealed, with your name and address in it, and opened only to prove "
            "to the Electoral Commission who was a member",
            until,
            records.cites,
        ),
        MONEY: Kept(
            f"Your memberships, dues and payments as days and amounts, {under_an_id}",
            until,
            records.cites,
        ),
        STATEMENTS: Kept(
            "What our bank wrote on the lines of our statements on which your money came, such as the name of your account: "
            "sealed, and opened only to prove what money came from whom",
            until,
            records.cites,
        ),
        DONATIONS: Kept(
            "Your donations and loans, with the name and address you gave them under: sealed, and opened for the returns to "
            "the Electoral Commission. Those that a return names are public there",
            until,
            records.cites,
        ),
        RECEIPTS: Kept(
            "Your receipts: sealed, with your name and address in them, and opened only to prove what money came from whom. "
            "Their numbers, amounts and days stay after that",
            until,
            records.cites,
        ),
        CARD: Kept(
            "What our payment provider has noted itself about your card payments, such as the email you paid with",
            "its own limits end",
            "Tax and money laundering law binds it directly; we cannot delete it there",
        ),
        CONSENTS: Kept(
            f"What you allowed and withdrew, and when, {under_an_id}",
            until,
            "Unsolicited Electronic Messages Act 2007 s 9: it is ours to prove that you had said yes",
        ),
        OFFICES: Kept(
            f"Which offices you held and from when until when, {under_an_id}",
            "the party is wound up",
            "Who could open what, and when, must stay answerable (Privacy Act 2020 s 22, information privacy principle 5)",
        ),
        SAID: Kept(
            "What you wrote about policies and proposed for them, as written by nobody: before you leave you can erase your "
            "comments one by one",
            "the party is wound up",
            "Others have answered it and decided about it; it no longer leads to you",
        ),
        LOG: Kept(
            f"The log of what was done and when, with the days letters were sent, {under_an_id}",
            "the party is wound up",
            "Each line proves the one before it, so none can be taken out; it never held your details",
        ),
    }
    return Plan(on, tuple(name for name in KEPT if name in holds), _ERASED, tuple(kept[name] for name in KEPT if name in holds))


_ERASED = (
    Erased("Your name, email, phone, address and date of birth, and the indexes they were found by", "at once"),
    Erased("Which electorate you said you live in, and whether you can enrol", "at once"),
    Erased(
        "Your endorsements of policies, your support for proposals that are open, and your name at what you wrote", "at once"
    ),
    Erased("What our letters to you said", "at once"),
    Erased("Your sessions, passkeys, authenticator apps and links: every way to sign in", "at once"),
    Erased("The copy of one last letter that tells you the same, with your email", "within a day", "It has to be sent first"),
    Erased("All of it from our backups", "as they are replaced", "A backup is whole or it is none"),
)
