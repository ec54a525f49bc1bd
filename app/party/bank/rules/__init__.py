"""Guards, and the words of this room. How a file is read stands beside: reading, columns, values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from app.law.clauses import Refusal
from app.law.money import Money, total

A_PAGE = 50
MOST_PARTS = 6
WAITS = timedelta(hours=24)  # how long a file that was looked at waits to be confirmed
WORK_AFTER = timedelta(days=3)  # from when on a line that nobody matched is work for the desk
ON_ITS_WAY = timedelta(days=21)  # how long before the bank’s day a payout may have left Stripe
NEAR = timedelta(days=7)  # how far the day somebody noted by hand may be from the bank’s
KEPT_YEARS = 7  # the words of a line; its day and amount stay
STATES = {
    "looked at": ("Looked at, not imported", "warning"),
    "forgotten": ("Not imported", "info"),
    "confirmed": ("Imported", "success"),
    "undone": ("Undone", "info"),
}
LINE_STATES = {
    "open": ("Matched to nothing yet", "warning"),
    "matched": ("Matched", "success"),
    "set aside": ("Set aside", "info"),
    "undone": ("Its import was undone", "info"),
}
# Why a line is none of ours to match, as an officer may say it.
ASIDE = {
    "fee": "A fee of the bank",
    "interest": "Interest, or tax on it",
    "own": "A transfer between accounts of our own",
    "bill": "A bill that we paid",
    "returned": "A payment of ours that came back",
    "elsewhere": "Followed up outside this system",
}
HOW = {"recorded": "Recorded from this line", "by hand": "Was recorded by hand before", "payout": "Arrived from Stripe"}


class WasMatched(Refusal):
    sentence = "This line was matched meanwhile. It is shown below as it stands."
    money = "Nothing was recorded a second time."


class WasSetAside(Refusal):
    sentence = "This line is set aside. Take that back first."
    money = "Nothing was recorded."


class WasUndone(Refusal):
    sentence = "The import of this line was undone. Import the file again."
    money = "Nothing was recorded."


class WentOut(Refusal):
    sentence = "On this line money went out: it pays nothing here. It can be a refund that was handed back."
    money = "Nothing was recorded."


class CameIn(Refusal):
    sentence = "On this line money came: it hands nothing back."
    money = "Nothing was noted."


class SumDiffers(Refusal):
    field = "amount"
    sentence = "The parts come to {parts} and the line to {line}. Every cent of a line goes somewhere, and no more."
    money = "Nothing was recorded."


class NoPart(Refusal):
    field = "reference"
    sentence = "Enter whose it is: a reference, and an amount of more than nothing for each part."
    money = "Nothing was recorded."


class CameBefore(Refusal):
    field = "reference"
    sentence = (
        "That payment came with another line of a statement. If it was paid twice, record this one under the member’s own "
        "reference, which stands with the payment."
    )
    money = "Nothing was recorded."


class OtherMoney(Refusal):
    sentence = "That payment is not of this amount, did not come by bank, or came with another line."
    money = "Nothing was matched."


class OtherRefund(Refusal):
    sentence = "That refund is not of this amount, does not go back by bank, or went out on another line."
    money = "Nothing was noted."


class OtherPayout(Refusal):
    sentence = "That payout is not of this amount, or arrived on another line."
    money = "Nothing was noted."


class Touched(Refusal):
    sentence = (
        "Of its lines matched or set aside: {count}. So it is not undone as a whole. What is set aside can be taken back; "
        "money that was recorded wrongly goes back from the page of its payment."
    )
    money = "Nothing was changed."


class NotWaiting(Refusal):
    sentence = "This file waits no longer: it was undone, or nobody confirmed it for a day. Send it again."
    money = "Nothing was imported."


def check_open(state: str) -> None:
    """Raises WasMatched, WasSetAside, WasUndone."""
    refusal = {"matched": WasMatched, "set aside": WasSetAside, "undone": WasUndone}.get(state)
    if refusal:
        raise refusal()


def check_parts(amounts: Sequence[Money], *, line: Money) -> None:
    """A line that came is paid out in parts of more than nothing whose sum it is. Raises WentOut, NoPart, SumDiffers."""
    nothing = Money(0, line.currency)
    if line <= nothing:
        raise WentOut()
    if not amounts or any(amount <= nothing for amount in amounts):
        raise NoPart()
    parts = total(amounts, line.currency)
    if parts != line:
        raise SumDiffers(parts=parts, line=line)
