"""Guards: what two people are asked about, for how long, and the refusals of this room."""

from __future__ import annotations

import enum
from datetime import timedelta

from app.law.clauses import Refusal

RIGHT = "agree as second"
LASTS = timedelta(days=7)
SHOWN = 25


class Why(enum.StrEnum):
    """Why somebody refuses. Phrases of ours: a sentence that is typed could name a person."""

    UNCLEAR = "unclear"
    TOO_MANY = "too many"
    NOT_NEEDED = "not needed"
    NOT_THEM = "not them"


WHYS = {
    Why.UNCLEAR: "It is not clear to me what it is for: ask me",
    Why.TOO_MANY: "These are more people than it needs",
    Why.NOT_NEEDED: "It is not needed",
    Why.NOT_THEM: "I do not believe that it was them who asked",
}


class NotThere(Refusal):
    sentence = "Nobody asks for this."
    money = ""


class Yourself(Refusal):
    sentence = "You asked for this yourself: another officer must agree."
    money = ""


class NoSecond(Refusal):
    sentence = "You hold no office that may agree to this."
    money = ""


class Decided(Refusal):
    sentence = "This has been decided already."
    money = ""


class TooLate(Refusal):
    sentence = "This was to be agreed to within seven days. Have them ask again."
    money = ""
