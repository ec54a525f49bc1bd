"""Guards: how little may be given online, what covers a card's cost, how long an offer is kept."""

from __future__ import annotations

from datetime import timedelta

from app.law.clauses import Refusal
from app.law.money import Money

AMOUNTS = (Money(1000), Money(2500), Money(5000), Money(10000))
USUAL = AMOUNTS[1]
# Thieves try stolen cards with the smallest charges: who is not signed in gives at least this much.
LEAST, LEAST_SIGNED_IN = Money(500), Money(100)
PER_ADDRESS = (60, 600)  # tries and seconds
MOST_DECLINED = 25  # of an hour: more is somebody trying cards
MOST_ONLINE = Money(10_000_000)
MOST_CONTRIBUTORS = 5
KEPT = timedelta(days=14)  # an offer that came to nothing, with who made it
ASKED_AGAIN = timedelta(days=3)  # before a monthly charge
# What the provider takes of a card of this country: 2.7 % and 30 cents.
CARD_RATE, CARD_FIXED = 270, 30


class TooLittle(Refusal):
    field = "amount"
    sentence = "Give {least} or more{why}."


class TooMuchOnline(Refusal):
    field = "amount"
    sentence = "At most {most} can be taken by card. Write to us, and give it by bank transfer."


class GivenBefore(Refusal):
    field = "amount"
    sentence = (
        "This cannot be accepted: with what was given before under this name or mailbox, it would pass {limit}, which is the "
        "most a party may keep in a calendar year from an overseas person ({cites}). Sign in to see what is still allowed."
    )


class MonthlyIsOwn(Refusal):
    field = "contributions"
    sentence = (
        "A monthly gift must be your own money: for money of others the Act wants each of them named each time "
        "(Electoral Act 1993 s 207C). Give once, or leave the others out."
    )


class NamesItself(Refusal):
    field = "contributions"
    cites = "Electoral Act 1993 s 207C(2)"
    sentence = (
        "Name every person whose money this is in part, with an address and an amount; or say that all of it is your own."
    )


def cover_of(gift: Money) -> Money:
    """What a donor adds so that about all of the gift arrives after the card's cost: the least sum that leaves it whole."""
    whole = -(-(gift.cents + CARD_FIXED) * 10_000 // (10_000 - CARD_RATE))
    return Money(whole - gift.cents, gift.currency)


def check_amount(amount: Money, *, signed_in: bool) -> None:
    """Raises TooLittle or TooMuchOnline."""
    least = LEAST_SIGNED_IN if signed_in else LEAST
    if amount < least:
        raise TooLittle(least=least, why="" if signed_in else ", or sign in first to give less")
    if amount.exceeds(MOST_ONLINE):
        raise TooMuchOnline(most=MOST_ONLINE)
