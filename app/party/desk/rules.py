"""Guards: how a reference is read, and what is refused about money that came in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from stdnum.iso7064 import mod_37_36

from app.ground.seal import fold
from app.law.clauses import Refusal
from app.law.nz.electoral_act import MINIMUM_MEMBERS
from app.party.payments.models import REFERENCE_SIGNS

A_PAGE = 50
RAILS = {"card": "By card", "debit": "By direct debit", "bank": "By bank transfer", "cash": "In cash"}
_PAYMENT_SIGNS = 9
_MOST_TOGETHER = 4  # words that one reference was parted into
# What banks and people write before a payer’s name.
_BEFORE_NAMES = re.compile(
    r"^\s*(?:d/c from|direct credit(?: from)?|bill payment from|payment from|transfer from|tfr in|credit|from)\b[:\s]*",
    re.IGNORECASE,
)
_TITLES = {"mr", "mrs", "ms", "miss", "mx", "dr", "rev", "prof", "sir", "dame"}
_READ_AS = {"O": "the digit 0", "I": "the digit 1", "L": "the digit 1", "U": "the letter V"}


def low_water(on: date) -> int:
    """From how many members who count down the desk warns: a tenth above what the Act asks for."""
    return MINIMUM_MEMBERS.on(on).value * 11 // 10


class WrongReference(Refusal):
    """What was typed is no reference. Each kind of slip has its own sentence."""

    field = "reference"
    money = "Nothing was recorded."


class TooShort(WrongReference):
    sentence = "A sign is missing: a payment’s reference has 9 signs, and this has {have}. A member’s begins with M."


class TooLong(WrongReference):
    sentence = "There is a sign too many: a payment’s reference has 9 signs, and this has {have}. A member’s begins with M."


class NoSuchSign(WrongReference):
    sentence = "“{sign}” stands in no reference at that place. Perhaps it is {perhaps}."


class WrongCheck(WrongReference):
    sentence = "The check sign does not fit: one sign is wrong, or two are swapped. Look at the statement again."


class Nobodys(WrongReference):
    sentence = "It is spelt as a reference is, but nobody here has it."


class TwoThings(WrongReference):
    sentence = "A member and a payment both have this reference. Enter the member’s number, or look at the payment below."


class PaidAlready(Refusal):
    field = "reference"
    sentence = (
        "This was paid already, on {day}. If money came a second time, record it under the member’s own reference, which "
        "stands with the payment."
    )
    money = "Nothing was recorded."


class OtherAmount(Refusal):
    field = "amount"
    sentence = (
        "{asked} was asked for with this reference, and signed for; {came} cannot pay that. Have the rest sent, or give what "
        "came back and have it sent anew."
    )
    money = "Nothing was recorded."


class OtherAbove(Refusal):
    field = "above"
    sentence = "As it was signed, {above} of this is above the dues. Leave this empty."
    money = "Nothing was recorded."


class TooEarly(Refusal):
    field = "on"
    sentence = "It cannot have come before {day}: {why}."
    money = "Nothing was recorded."


class BackTooEarly(Refusal):
    field = "on"
    sentence = "It cannot have been handed back before it came, on {day}."
    money = "Nothing was noted."


class BackToCome(Refusal):
    field = "on"
    sentence = "It cannot have been handed back on a day that is still to come."
    money = "Nothing was noted."


class NotByHand(Refusal):
    sentence = "This goes back by itself, or has gone back or failed already."
    money = "Nothing was noted."


@dataclass(frozen=True)
class Spelt:
    """What was typed, as far as its signs tell: a member’s number, the signs of a payment, or (rarely) either."""

    number: int | None = None
    payment: str | None = None


def signs_of(typed: str) -> str:
    """What was typed without spaces and dashes, in capitals."""
    return re.sub(r"[\s\-–]", "", typed).upper()


def read_reference(typed: str) -> Spelt:
    """A member’s reference (M…), a payment’s (nine signs), or a member’s number by itself.

    Raises TooShort, TooLong, NoSuchSign, WrongCheck: a slip of the hand, by its kind.
    """
    signs = signs_of(typed)
    if signs.isascii() and signs.isdecimal() and len(signs) < _PAYMENT_SIGNS:
        return Spelt(number=int(signs))
    if signs.startswith("M") and _after_m_come_digits(signs):
        return _read_member(signs)
    if len(signs) != _PAYMENT_SIGNS:
        raise (TooShort if len(signs) < _PAYMENT_SIGNS else TooLong)(have=len(signs))
    for sign in signs[:-1]:
        if sign not in REFERENCE_SIGNS:
            raise NoSuchSign(sign=sign, perhaps=_READ_AS.get(sign, "something else"))
    _check(signs)
    return Spelt(payment=signs)


def _after_m_come_digits(signs: str) -> bool:
    """Whether a member’s reference was meant. A payment’s may begin with M too: nine signs with a letter among them are one,
    and with two letters they are one that a sign fell out of, or got into."""
    letters = sum(not sign.isdecimal() for sign in signs[1:-1])
    return letters == 0 if len(signs) == _PAYMENT_SIGNS else letters < 2


def _read_member(signs: str) -> Spelt:
    if len(signs) < 3:
        raise WrongCheck()
    for sign in signs[1:-1]:
        if not (sign.isascii() and sign.isdecimal()):
            raise NoSuchSign(sign=sign, perhaps=_READ_AS.get(sign, "a digit: after M come digits and one check sign"))
    _check(signs)
    both = len(signs) == _PAYMENT_SIGNS
    return Spelt(number=int(signs[1:-1]), payment=signs if both else None)


def _check(signs: str) -> None:
    if not signs.isascii() or not signs.isalnum() or not mod_37_36.is_valid(signs):
        raise WrongCheck()


def references_in(texts: Iterable[str]) -> list[str]:
    """Every reference with a check sign that fits, in words off a statement: as one word, or parted by spaces and dashes."""
    found: dict[str, None] = {}
    for text in texts:
        words = [word for word in re.split(r"[^0-9A-Za-z]+", text.upper()) if word]
        for start in range(len(words)):
            for end in range(start + 1, min(start + _MOST_TOGETHER, len(words)) + 1):
                signs = "".join(words[start:end])
                if len(signs) > 12:
                    break
                if _is_reference(signs):
                    found.setdefault(signs)
    return list(found)


def _is_reference(signs: str) -> bool:
    """A member’s number by itself has no check sign: on a statement it may be any number."""
    if not signs.startswith("M") and len(signs) != _PAYMENT_SIGNS:
        return False
    try:
        read_reference(signs)
    except WrongReference:
        return False
    return True


def payer_in(text: str) -> str:
    """The name in what a bank writes of a payer: without what stands before it, and without titles."""
    words = fold(_BEFORE_NAMES.sub("", text)).split()
    return " ".join(word for word in words if word not in _TITLES)


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
