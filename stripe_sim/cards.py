"""The test cards: what each one does, and what a typed card must look like before anything is tried with it.

A number outside this table is refused as Stripe's test mode refuses it, so a real card can do nothing here, and no
card number is ever stored: what is kept of a card is its name in this table.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Authentication(StrEnum):
    """When the bank asks its customer to prove who they are (3D Secure)."""

    NEVER = "never"
    FIRST_USE = "first_use"
    ALWAYS = "always"


@dataclass(frozen=True)
class Decline:
    code: str
    decline_code: str
    message: str
    """Stripe's words, for the API."""
    plainly: str
    """Ours, for the payer."""


@dataclass(frozen=True)
class TestCard:
    name: str
    number: str
    does: str
    country: str = "NZ"
    brand: str = "visa"
    decline: Decline | None = None
    may_be_saved: bool = True
    authentication: Authentication = Authentication.NEVER
    available_at_once: bool = False
    afterwards: str = ""
    """What comes of it once the money is posted: "dispute" or "fraud_warning"."""
    refund: str = ""
    """A refund fault (see faults.py) that befalls every refund to it."""
    aliases: tuple[str, ...] = ()
    """The pm_card_… and tok_… endings that stand for it in the API."""

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(b"stripe_sim " + self.number.encode()).hexdigest()[:16]


def declined(decline_code: str, message: str, plainly: str, code: str = "card_declined") -> Decline:
    return Decline(code, decline_code, message, plainly)


REFUSED = declined("generic_decline", "Your card was declined.", "Your card was declined by your bank.")
POOR = declined(
    "insufficient_funds", "Your card has insufficient funds.", "Your card was declined: it has too little money on it."
)
EXPIRED = declined(
    "expired_card", "Your card has expired.", "Your card was declined: your bank says it has expired.", "expired_card"
)
NOT_A_TEST_CARD = declined(
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card.",
    "Your card was declined: this is a simulator, and it knows only test cards.",
)
NEEDS_AUTHENTICATION = declined(
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "Your card was declined: your bank wants you to confirm the payment.",
    "authentication_required",
)

CARDS = [
    TestCard("visa", "4242424242424242", "succeeds", aliases=("visa", "nz")),
    TestCard("mastercard", "5555555555554444", "succeeds", brand="mastercard", aliases=("mastercard",)),
    TestCard("amex", "378282246310005", "succeeds; its CVC has four digits", brand="amex", aliases=("amex",)),
    TestCard("foreign_gb", "4000008260000000", "succeeds, foreign fee", country="GB", aliases=("gb",)),
    TestCard("foreign_au", "4000000360000006", "succeeds, foreign fee", country="AU", aliases=("au",)),
    TestCard(
        "bypass_pending",
        "4000000000000077",
        "succeeds, foreign fee, money available at once",
        country="US",
        available_at_once=True,
        aliases=("bypassPending", "us"),
    ),
    TestCard(
        "declined",
        "4000000000000002",
        "is declined (generic_decline)",
        decline=REFUSED,
        may_be_saved=False,
        aliases=("chargeDeclined", "visa_chargeDeclined"),
    ),
    TestCard(
        "insufficient_funds",
        "4000000000009995",
        "is declined (insufficient_funds)",
        decline=POOR,
        may_be_saved=False,
        aliases=("chargeDeclinedInsufficientFunds", "visa_chargeDeclinedInsufficientFunds"),
    ),
    TestCard(
        "expired",
        "4000000000000069",
        "is declined (expired_card)",
        decline=EXPIRED,
        may_be_saved=False,
        aliases=("chargeDeclinedExpiredCard", "visa_chargeDeclinedExpiredCard"),
    ),
    TestCard(
        "fails_when_charged",
        "4000000000000341",
        "can be saved, but every charge is declined",
        decline=REFUSED,
        aliases=("chargeCustomerFail",),
    ),
    TestCard(
        "authenticate_first",
        "4000002500003155",
        "asks for 3D Secure on first use, not once saved",
        authentication=Authentication.FIRST_USE,
        aliases=("authenticationRequiredOnSetup",),
    ),
    TestCard(
        "authenticate_always",
        "4000002760003184",
        "asks for 3D Secure every time",
        authentication=Authentication.ALWAYS,
        aliases=("authenticationRequired",),
    ),
    TestCard(
        "disputed",
        "4000000000000259",
        "succeeds, and is disputed as fraudulent once it is posted",
        afterwards="dispute",
        aliases=("createDispute",),
    ),
    TestCard(
        "fraud_warning",
        "4000000000005423",
        "succeeds, and brings an early fraud warning once it is posted",
        afterwards="fraud_warning",
        aliases=("createIssuerFraudRecord",),
    ),
    TestCard(
        "refund_pends",
        "4000000000007726",
        "succeeds; a refund is pending for an hour, then succeeds",
        refund="pend",
        aliases=("pendingRefund",),
    ),
    TestCard(
        "refund_fails",
        "4000000000005126",
        "succeeds; a refund succeeds, and fails an hour later",
        refund="fail",
        aliases=("refundFail",),
    ),
]
BY_NAME = {card.name: card for card in CARDS}
BY_NUMBER = {card.number: card for card in CARDS}
BY_ALIAS = {alias: card for card in CARDS for alias in card.aliases}


def find_by_test_id(id: str) -> TestCard | None:
    """The card behind pm_card_visa, tok_visa and their like."""
    for prefix in ("pm_card_", "tok_"):
        if id.startswith(prefix):
            return BY_ALIAS.get(id.removeprefix(prefix))
    return None


def digits_of(number: str) -> str:
    return re.sub(r"[\s-]", "", number)


def passes_luhn(number: str) -> bool:
    if not re.fullmatch(r"[0-9]{12,19}", number):
        return False
    doubled = [int(digit) * (1 + i % 2) for i, digit in enumerate(reversed(number))]
    return sum(digit // 10 + digit % 10 for digit in doubled) % 10 == 0


def read_expiry(text: str) -> tuple[int, int] | None:
    """(year, month) of "MM/YY" or "MM / YYYY", else None."""
    found = re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s*/?\s*((?:20)?[0-9]{2})\s*", text)
    return (2000 + int(found[2]) % 100, int(found[1])) if found else None


def is_past(expiry: tuple[int, int], today: date) -> bool:
    """A card is good to the last day of its month."""
    return expiry < (today.year, today.month)


def cvc_is_complete(cvc: str, number: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{4}" if number.startswith(("34", "37")) else r"[0-9]{3}", cvc.strip()))
