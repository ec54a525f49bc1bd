"""Guards, and which letter is due when."""

from __future__ import annotations

import enum
from datetime import date, time, timedelta

from app.law.clauses import Refusal
from app.law.membership import Fee
from app.law.money import Money
from app.law.party_rules import DUES, DuesRule, Rhythm

MOST_TERMS_AT_ONCE = 5  # more than that at once is a slip of the hand, and is looked at
CHARGED_AT = time(9)
NOTICE_DAYS = 14  # before a renewal takes dues by itself
LAST_CALL_DAYS = 14  # before a membership lapses
CARD_NOTICE_DAYS = 30  # before a card that renews expires
TERM = {Rhythm.MONTHLY: "one month", Rhythm.YEARLY: "one year", Rhythm.THREE_YEARLY: "three years"}


class TooFarAhead(Refusal):
    sentence = "Your dues are paid until {paid_until}. A renewal can be set up from {from_day} on."
    money = "Nothing was charged."


class TooSoon(Refusal):
    sentence = "Your next dues begin on {first}: pay them now, and tick renewal there."
    money = "Nothing was charged."


class ChargeFails(Refusal):
    sentence = "A charge of {amount} has failed and is being tried again. Settle it first; then change what comes after."
    money = "Nothing was charged."


class NothingCame(Refusal):
    field = "amount"
    sentence = "Enter the amount that came, more than nothing."
    money = "Nothing was recorded."


class DayToCome(Refusal):
    field = "on"
    sentence = "Money cannot have come on a day that is still to come."
    money = "Nothing was recorded."


class MoreAboveThanAll(Refusal):
    field = "above"
    sentence = "What is above the dues cannot be more than all that came."
    money = "Nothing was recorded."


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def check_first_charge(paid_until: date, *, on: date) -> date:
    """The day of a renewal's first charge. Raises TooFarAhead (the provider plans two years ahead) or TooSoon (it needs two
    days)."""
    if paid_until > on + timedelta(days=700):
        raise TooFarAhead(paid_until=day(paid_until - timedelta(days=1)), from_day=day(paid_until - timedelta(days=700)))
    if paid_until < on + timedelta(days=3):
        raise TooSoon(first=day(paid_until))
    return paid_until


def check_recorded(amount: Money, *, above: Money, on: date, today: date) -> None:
    """Raises NothingCame, MoreAboveThanAll or DayToCome."""
    nothing = Money(0, amount.currency)
    if amount <= nothing:
        raise NothingCame()
    if above.exceeds(amount) or above < nothing:
        raise MoreAboveThanAll()
    if on > today:
        raise DayToCome()


def read_amount(amount: Money, *, rule: DuesRule) -> tuple[str, Rhythm] | None:
    """The rate and rhythm whose dues are exactly this amount, where there is just one."""
    found = [
        (rate, rhythm) for rhythm, fees in rule.fees.items() for rate in ("standard", "concession") if fees.dues(rate) == amount
    ]
    return found[0] if len(found) == 1 else None


class Letter(enum.StrEnum):
    """What is written about a charge that is unpaid. A count of days may follow."""

    ASKED = "asked"
    RENEWS = "renews"
    BEHIND = "behind"
    LAST_CALL = "last-call"


def letter_for(fee: Fee, *, rhythm: str, renews: bool, debit: bool, on: date) -> str | None:
    """The letter about an unpaid fee that fits day `on`, as its name with a count of days: `asked:14`. None if none does.

    One who has dues taken by themselves is told once before the charge. Monthly by card they are not, unless it fails; by debit
    always: the payer of a New Zealand bank debit is told amount and day before each (BECS terms, as Stripe states them).
    """
    rule = DUES.on(on).value
    fees = rule.for_rhythm(Rhythm(rhythm))
    if on < fee.since:
        left = (fee.since - on).days
        if renews:
            told = left <= NOTICE_DAYS and (debit or rhythm != Rhythm.MONTHLY)
            return Letter.RENEWS if told else None
        fitting = [days for days in fees.letter_days if left <= days]
        return f"{Letter.ASKED}:{min(fitting)}" if fitting else None
    if on < fee.payable_on:
        return None
    lapses = fee.unpaid_since(on) + timedelta(days=rule.lapse_days)
    if lapses - timedelta(days=LAST_CALL_DAYS) <= on < lapses:
        return f"{Letter.LAST_CALL}:{lapses.isoformat()}"
    return f"{Letter.BEHIND}:{fee.unpaid_since(on).isoformat()}" if on < lapses else None
