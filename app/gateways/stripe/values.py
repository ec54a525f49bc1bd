"""What comes out of the gateway: plain frozen values, as Stripe had them when we looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.law.money import Money


class Away(Exception):
    """Stripe could not be reached or did not answer in time. Whether it did what was asked is not known."""


class Refused(Exception):
    """Stripe answered no, or answered with a fault of its own that it remembers under this key. Asking again with the same
    key changes nothing. `code` is Stripe's word for it."""

    def __init__(self, status: int, code: str):
        self.status, self.code = status, code
        super().__init__(f"{status} {code}".strip())


class NotFromStripe(Exception):
    """A webhook that Stripe did not send, or not now, or not to this installation."""


@dataclass(frozen=True)
class Hint:
    """That something happened to an object. What, is asked of Stripe.

    `payment_id` where the object carries the id of one of our attempts; otherwise `about` says whom to ask about, as
    `renewal:<our id>`, `subscription:…`, `intent:…`, `invoice:…`, `customer:…`, `method:…` or `payout:…`. Neither: only noted.
    """

    event_id: str
    type: str
    object_id: str
    payment_id: UUID | None
    about: str | None = None


@dataclass(frozen=True)
class Checkout:
    id: str
    url: str | None


@dataclass(frozen=True)
class BalanceMove:
    """One balance transaction: what reached or left the Stripe balance, and what Stripe kept. `kind` is Stripe's type."""

    id: str
    kind: str
    gross: Money
    fee: Money
    net: Money
    at: datetime
    source: str | None = None
    intent_id: str | None = None


@dataclass(frozen=True)
class RefundSeen:
    """`ours`: the id of the wish it was made for; None for one made by hand at Stripe. `status` is Stripe's word."""

    id: str
    ours: UUID | None
    amount: Money
    status: str
    failed_because: str | None
    at: datetime


@dataclass(frozen=True)
class DisputeSeen:
    id: str
    amount: Money
    reason: str
    opened_at: datetime
    answer_by: datetime | None
    withdrawn: bool
    decided: bool
    won: bool


@dataclass(frozen=True)
class IntentSeen:
    """A wish to be paid, with everything that became of its money."""

    id: str
    paid: bool
    processing: bool
    needs_confirming: bool
    decline_code: str | None
    paid_at: datetime | None
    method: str | None
    moves: tuple[BalanceMove, ...] = ()
    refunds: tuple[RefundSeen, ...] = ()
    disputes: tuple[DisputeSeen, ...] = ()


@dataclass(frozen=True)
class Seen:
    """An attempt to pay as Stripe has it now. `paid` means that money has come; a debit that is on its way is `processing`."""

    payment_id: UUID | None
    amount: Money
    checkout_id: str | None
    open: bool
    expired: bool
    paid: bool
    processing: bool
    failed: bool
    intent: IntentSeen | None
    subscription_id: str | None = None
    invoice_id: str | None = None


@dataclass(frozen=True)
class InvoiceSeen:
    """One charge of a renewal. `money_came`: a payment through Stripe met it; an invoice below the least that can be charged is
    called paid without any. `first`: the one that began the renewal."""

    id: str
    first: bool
    status: str
    amount: Money
    money_came: bool
    attempts: int
    next_try_at: datetime | None
    at: datetime
    intent: IntentSeen | None

    @property
    def is_failing(self) -> bool:
        """It was tried, is not paid, and nothing is on its way."""
        return self.status == "open" and self.attempts > 0 and not (self.intent and self.intent.processing)


@dataclass(frozen=True)
class RenewalSeen:
    """A renewal as Stripe has it now. Days are for the reader of a page; what is owed is decided by the party's rules."""

    renewal_id: UUID | None
    subscription_id: str
    customer_id: str
    status: str
    amount: Money
    months: int
    next_charge_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    method: str | None
    method_id: str | None
    method_label: str | None
    method_expires_on: date | None
    invoices: tuple[InvoiceSeen, ...]


@dataclass(frozen=True)
class PayoutSeen:
    id: str
    status: str
    amount: Money
    moves: tuple[BalanceMove, ...]
