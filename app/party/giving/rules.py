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


class DayToCome(Refusal):
    field = "on"
    sentence = "That day is still to come."
    money = "Nothing was written down."


class NoDay(Refusal):
    field = "on"
    sentence = "Say on which day it came, or who holds it and since when."
    money = "Nothing was written down."


class SentTooLate(Refusal):
    field = "sent_on"
    sentence = "It cannot have been given to somebody to pass on after it came to the party."
    money = "Nothing was written down."


class AnonymousBehind(Refusal):
    field = "whose"
    sentence = (
        "Of an anonymous donation nobody can say whose money it is. If somebody is known to stand behind it, find out who gave."
    )
    cites = "Electoral Act 1993 s 207(2) “anonymous”"
    money = "Nothing was written down."


class NoDonation(Refusal):
    sentence = "{why} ({cites}) So it stands in no return."
    money = "Nothing was written down as a donation; what came is yours to use."


class MayNotBeTaken(Refusal):
    sentence = "{why} Do not take it."
    money = "Nothing has come, and nothing was written down."


class OnlyOffered(Refusal):
    field = "arrived"
    sentence = "It may be taken. Write it down once it has come."
    money = "Nothing was written down."


class NotReceived(Refusal):
    sentence = "It has not come to the party yet."
    money = "Nothing was written down."


class TellsNothing(Refusal):
    field = "contributions"
    cites = "Electoral Act 1993 s 207C(2)"
    sentence = "Name at least one person whose money it was, with an address and an amount."
    money = "Nothing was written down."


class ToldTooEarly(Refusal):
    field = "on"
    sentence = "It came on {day}; what was known then was declared with it. Enter a day from then on."
    money = "Nothing was written down."


class MoreThanOwed(Refusal):
    field = "amount"
    sentence = "Of this loan, entered on {day}, {owed} is owed. Enter no more than that, and no earlier day."
    money = "Nothing was written down."


class DoneAlready(Refusal):
    sentence = "This was done already, or the law asks it no more."
    money = "No money was moved now."


class NotThisWay(Refusal):
    sentence = "The law does not have this done in that way."
    money = "No money was moved."


class OnItsWay(Refusal):
    sentence = "Money of this donation is on its way back already: wait until it has gone, or was refused."
    money = "No money was moved now."


class NotPossible(Refusal):
    field = "on"
    sentence = "Choose a day from {day}, when it came, to today."
    money = "No money was moved."


class SayWhyNot(Refusal):
    field = "why_not"
    cites = "Electoral Act 1993 s 207K"
    sentence = "Say why it could not be given back: only then may it be paid to the Electoral Commission instead."
    money = "No money was moved."


DUE_SOON = 5  # working days before which the officers are written to


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
