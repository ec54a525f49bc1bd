"""The only place that speaks to Stripe. Nothing of Stripe's types leaves it: plain frozen values come out.

Stripe is told amounts, labels, our ids and the payer's email for the checkout page; nothing else about a person.
"""

from .asking import checkout_params, renewal_params
from .gateway import StripeGateway
from .hearing import EVENTS, MOST_BYTES
from .values import (
    Away,
    BalanceMove,
    Checkout,
    DisputeSeen,
    Hint,
    IntentSeen,
    InvoiceSeen,
    NotFromStripe,
    PayoutSeen,
    RefundSeen,
    Refused,
    RenewalSeen,
    Seen,
)

__all__ = [
    "EVENTS",
    "MOST_BYTES",
    "Away",
    "BalanceMove",
    "Checkout",
    "DisputeSeen",
    "Hint",
    "IntentSeen",
    "InvoiceSeen",
    "NotFromStripe",
    "PayoutSeen",
    "RefundSeen",
    "Refused",
    "RenewalSeen",
    "Seen",
    "StripeGateway",
    "checkout_params",
    "renewal_params",
]
