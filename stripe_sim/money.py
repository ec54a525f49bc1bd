"""Money as Stripe counts it here: whole cents, currencies in lower case."""

from __future__ import annotations

from stripe_sim.errors import StripeError, not_modelled

SIGNS = {"nzd": "NZ$", "aud": "A$", "gbp": "£", "usd": "US$"}
SMALLEST = {"nzd": 50, "aud": 50, "gbp": 30, "usd": 50}
LARGEST = 99_999_999
HOME = "NZ"

DOMESTIC_FEE, FOREIGN_FEE = 270, 370  # hundredths of a percent
FIXED_FEE = 30  # cents
DEBIT_FEE, FIXED_DEBIT_FEE, LARGEST_DEBIT_FEE = 100, 40, 400
DISPUTE_FEE, DEBIT_DISPUTE_FEE = 2500, 600  # cents, kept whoever wins


def fee_on(cents: int, card_country: str) -> int:
    """What Stripe keeps of a card payment, in cents: 2.7 % + 30c, or 3.7 % + 30c for a card issued abroad."""
    rate = DOMESTIC_FEE if card_country == HOME else FOREIGN_FEE
    return (cents * rate + 5_000) // 10_000 + FIXED_FEE


def fee_on_debit(cents: int) -> int:
    """What Stripe keeps of a bank debit, in cents: 1 % + 40c, at most NZ$4.00. Told by another user of Stripe's; not sure."""
    return min((cents * DEBIT_FEE + 5_000) // 10_000 + FIXED_DEBIT_FEE, LARGEST_DEBIT_FEE)


def said(cents: int, currency: str) -> str:
    return f"{SIGNS[currency]}{cents // 100:,}.{cents % 100:02d}"


def check_currency(currency: str, param: str) -> None:
    if currency not in SIGNS:
        raise not_modelled(f"the currency {currency!r} in `{param}` (it knows {', '.join(SIGNS)}, in lower case)")


def check_chargeable(cents: int, currency: str, param: str | None) -> None:
    """Raises Stripe's errors for an amount no card can be charged."""
    smallest = SMALLEST[currency]
    if cents < smallest:
        message = f"Amount must be at least {said(smallest, currency)} {currency}"
        raise StripeError(message, code="amount_too_small", param=param)
    if cents > LARGEST:
        message = f"Amount must be no more than {said(LARGEST, currency)} {currency}"
        raise StripeError(message, code="amount_too_large", param=param)
