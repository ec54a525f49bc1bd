"""The test bank accounts: what a direct debit from each does. The last two digits of the number decide.

Nothing of a typed number is kept but what Stripe keeps too: bank, branch, suffix and the last four digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from stripe_sim.cards import Decline

BUSINESS_DAYS = 2
NAMES = {
    "01": "ANZ Bank New Zealand",
    "02": "Bank of New Zealand",
    "03": "Westpac New Zealand",
    "06": "ANZ Bank New Zealand",
    "12": "ASB Bank",
    "15": "TSB Bank",
    "38": "Kiwibank",
}


@dataclass(frozen=True)
class Number:
    bank: str
    branch: str
    account: str
    suffix: str

    @property
    def ending(self) -> str:
        return self.suffix[-2:]

    @property
    def bank_name(self) -> str:
        return NAMES.get(self.bank, "Simulated Bank")


@dataclass(frozen=True)
class TestAccount:
    ending: str
    does: str
    failure: Decline | None = None
    ends_mandate: bool = False
    taken_back_after_days: int | None = None


def failed(code: str, message: str) -> Decline:
    return Decline(code, "", message, "")


ACCOUNTS = [
    TestAccount("00", "succeeds after two business days"),
    TestAccount(
        "02",
        "fails after two business days (insufficient_funds)",
        failure=failed("insufficient_funds", "The customer's account has insufficient funds to cover this payment."),
    ),
    TestAccount(
        "03",
        "fails after two business days (account_closed)",
        failure=failed("account_closed", "The customer's bank account has been closed."),
    ),
    TestAccount(
        "04",
        "fails after two business days (debit_not_authorized), and its mandate becomes inactive",
        failure=failed("debit_not_authorized", "The customer has notified their bank that this payment was unauthorized."),
        ends_mandate=True,
    ),
    TestAccount(
        "09", "succeeds after two business days, and the payer's bank takes it back 90 days later", taken_back_after_days=90
    ),
]
BY_ENDING = {account.ending: account for account in ACCOUNTS}


def read_number(text: str) -> Number | None:
    """The parts of "12-3456-7890123-00", with or without its hyphens, else None."""
    found = re.fullmatch(r"\s*([0-9]{2})[- ]?([0-9]{4})[- ]?([0-9]{7})[- ]?([0-9]{2,3})\s*", text)
    return Number(*found.groups()) if found else None


def after_business_days(moment: float, days: int = BUSINESS_DAYS) -> float:
    """So many days on, Saturdays and Sundays (UTC) not counted."""
    at = datetime.fromtimestamp(moment, UTC)
    while days:
        at += timedelta(days=1)
        days -= at.weekday() < 5
    return at.timestamp()
