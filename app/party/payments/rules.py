"""Guards, and the words of this room."""

from __future__ import annotations

from datetime import date, timedelta

from app.law.clauses import Refusal
from app.law.money import Money

from .models import Account, LineKind

TWO_PEOPLE_ABOVE = Money(50_000)  # what goes back of one payment above this, one officer asks for and another confirms
DRIFTS = timedelta(days=7)  # Stripe counts months from another hour than we, and 31 January to 28 February
SOON = timedelta(days=3)
# Why money goes back, as an officer may say it.
WHY_BACK = {
    "asked": "The payer asked for it",
    "twice": "It was paid twice",
    "mistake": "It was paid by mistake",
    "left": "The payer has left",
    "fraud": "Somebody else used the card",
    "law": "The law does not let us keep it",
}
# What a person must look at, and what it means.
DIFFERENCES = {
    "dispute": "A payer’s bank has taken a payment back and asks for our answer",
    "refund failed": "A refund could not be delivered: the money is with us, and the payer has not been paid",
    "fraud warning": "A card’s bank warns that a payment may be fraud: giving it back now avoids a dispute",
    "not told": "Money has come that nobody was credited with",
    "not settled": "Money Stripe took more than three days ago has not reached the balance",
    "unknown money": "A movement on the Stripe balance that belongs to no payment here: it stands in suspense",
    "balance": "The ledger and Stripe do not agree on the balance",
    "payout": "A payout and the movements in it do not agree",
    "payout failed": "Our bank refused a payout",
    "renewal": "A renewal at Stripe and our rows do not agree",
    "not looked at": "Stripe could not say what became of a payment",
    "card testing": "Many cards were refused within an hour: somebody may be trying stolen ones on the page of giving",
    "overpaid": "More came than was owed",
    "bank line": "Money on a bank statement that nobody has been credited with",
}
# What no later look at the objects shows: the event itself is put before a person.
ALARMS = {
    "radar.early_fraud_warning.created": "fraud warning",
    "invoice.finalization_failed": "renewal",
    "invoice.overpaid": "overpaid",
    "customer.deleted": "renewal",
    "setup_intent.setup_failed": "renewal",
    "mandate.updated": "renewal",
}
# Where each account of the ledger stands in the accountant’s software (Xero’s chart of accounts): its code there, and the tax
# rate. A party that keeps other codes changes them here, and nowhere else. `No GST` is the name of Xero’s New Zealand rate for
# what is outside GST; a registered party asks its accountant.
XERO = {
    Account.STRIPE_UNSETTLED: ("611", "No GST"),
    Account.STRIPE_BALANCE: ("612", "No GST"),
    Account.STRIPE_DISPUTED: ("613", "No GST"),
    Account.IN_TRANSIT: ("614", "No GST"),
    # Xero takes no journal on a bank account itself: money that came by bank stands here, and the bank feed is matched to it.
    Account.BANK: ("615", "No GST"),
    Account.CASH: ("616", "No GST"),
    Account.STRIPE_FEES: ("404", "No GST"),
    Account.DUES: ("210", "No GST"),
    Account.ABOVE_DUES: ("220", "No GST"),
    Account.DONATIONS: ("230", "No GST"),
    Account.DONATIONS_IN_KIND: ("231", "No GST"),
    Account.SALES: ("240", "No GST"),
    Account.IN_KIND: ("431", "No GST"),
    Account.LOANS: ("900", "No GST"),
    Account.SUSPENSE: ("850", "No GST"),
}
# What a line of a payment is called on pages, letters and receipts.
LABELS = {
    LineKind.DUES: "Membership dues",
    LineKind.ABOVE: "Above the dues",
    LineKind.DONATION: "Donation",
    LineKind.COVER: "Toward the card’s cost",
}
# How a person may close one.
RESOLUTIONS = {
    "done": "Dealt with: the money is where it belongs",
    "given back": "Given back to the payer",
    "explained": "Explained: nothing is to be done",
    "elsewhere": "Followed up outside this system",
}

# Why a charge was refused, in words that say what to do. The words are Stripe's decline codes.
REASONS = {
    "expired_card": "The card has expired.",
    "insufficient_funds": "There was not enough money in the account.",
    "authentication_required": "Your bank wants you to confirm it.",
    "lost_card": "Your bank says that the card was reported lost.",
    "stolen_card": "Your bank says that the card was reported stolen.",
    "card_velocity_exceeded": "The card’s limit was reached.",
    "debit_not_authorized": "The debit authority has been withdrawn.",
}
BANK_REFUSED = "Your bank refused it and does not tell us why; it will tell you."


class NothingToGiveBack(Refusal):
    field = "amount"
    sentence = "At most {left} of this payment can be given back."
    money = "Nothing was given back."


class SamePerson(Refusal):
    sentence = "Above {limit} another officer confirms than the one who asked for it."
    money = "Nothing was given back."


class NotConfirmed(Refusal):
    sentence = "Another officer has to confirm this first: it is above {limit}."
    money = "Nothing was noted."


class NotMoney(Refusal):
    field = "amount"
    sentence = "Enter an amount of more than nothing."
    money = ""


def is_astray(next_charge_on: date | None, *, paid_until: date, today: date) -> bool:
    """Whether the next charge of a renewal is not when what is paid for ends, by more than calendars differ. What is paid for
    only until now, or not at all, says nothing about that day."""
    return next_charge_on is not None and paid_until >= today + SOON and abs(next_charge_on - paid_until) > DRIFTS


def reason_of(code: str | None) -> str:
    """Why a charge was refused, in a sentence to whoever pays."""
    return REASONS.get(code or "", BANK_REFUSED)


def check_refund(amount: Money, *, left: Money, settled: bool) -> None:
    """Raises NothingToGiveBack or NotMoney."""
    if amount <= Money(0, amount.currency):
        raise NotMoney()
    if not settled or amount.exceeds(left):
        raise NothingToGiveBack(left=left if settled else Money(0, amount.currency))
