"""Guards: who may be erased among many, how long they lie in the bin, and the refusals of this room."""

from __future__ import annotations

import enum
from datetime import timedelta

from app.law.clauses import Refusal
from app.party.belonging import rules as belonging
from app.party.roster.rules import Asked, Stands

RIGHT = "care for people"
KIND = "erasing"  # as two people are asked about it
BIN = timedelta(days=30)
AT_ONCE = 50  # people in one transaction
SHOWN = 25
NAMED = 10  # of those who would be erased, by name
AMONG_THEM = "your name among supporters who may be erased"  # a phrase for the person’s own page

# What a supporter may have that the law makes us keep: who has any of it is not erased among many, only one by one, by leaving.
BY_LAW = frozenset(
    {
        belonging.EVIDENCE, belonging.MONEY, belonging.STATEMENTS, belonging.DONATIONS, belonging.RECEIPTS, belonging.CARD,
        belonging.OFFICES,
    }
)  # fmt: skip


class Why(enum.StrEnum):
    """Why many are erased. Phrases of ours: the log is for ever."""

    OLD = "old"
    NO_CONSENT = "no consent"
    MISTAKE = "mistake"


WHYS = {
    Why.OLD: "they have not been heard of for long",
    Why.NO_CONSENT: "they never said, or no longer say, that we may write",
    Why.MISTAKE: "they were brought in by mistake",
}


class OnlySupporters(Refusal):
    sentence = "Only supporters are erased among many. A member leaves by their own decision, or the rules end a membership."
    money = ""


class Nobody(Refusal):
    sentence = "Nobody fits who may be erased."
    money = ""


class NoOffice(Refusal):
    sentence = "You hold no office that may ask for this."
    money = ""


class TooLate(Refusal):
    sentence = "It has been carried out, or taken back, already."
    money = ""


def check_supporters(asked: Asked) -> None:
    """Raises OnlySupporters unless nobody but supporters is asked for."""
    if asked.stands is not Stands.SUPPORTER:
        raise OnlySupporters()
