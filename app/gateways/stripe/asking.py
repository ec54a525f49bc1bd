"""The requests to Stripe that are frozen when an attempt is written. It is told amounts, labels, our ids, and the payer's email
for its page; nothing else about a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.law.money import Money


def price(label: str, amount: Money, *, months: int | None = None) -> dict[str, Any]:
    """An amount under a label, once or every so many months (three years at most)."""
    data: dict[str, Any] = {"currency": amount.currency.lower(), "unit_amount": amount.cents, "product_data": {"name": label}}
    if months:
        data["recurring"] = recurring(months)
    return data


def recurring(months: int) -> dict[str, Any]:
    whole_years, rest = divmod(months, 12)
    return {"interval": "month", "interval_count": months} if rest else {"interval": "year", "interval_count": whole_years}


def checkout_params(
    *,
    payment_id: UUID,
    lines: Sequence[tuple[str, Money]],
    email: str,
    success_url: str,
    cancel_url: str,
    expires_at: datetime,
    renewal_id: UUID | None = None,
    months: int | None = None,
) -> dict[str, Any]:
    """The frozen request for one hosted payment page: what it costs, where it leads, and our id for it.

    With `months` the first line is taken again every so many months, under the renewal's id.
    """
    known = {"payment": str(payment_id)}
    params: dict[str, Any] = {
        "mode": "payment",
        "client_reference_id": str(payment_id),
        "customer_email": email,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.astimezone(UTC).timestamp()),
        "metadata": known,
        "line_items": [
            {"quantity": 1, "price_data": price(label, amount, months=months if place == 0 else None)}
            for place, (label, amount) in enumerate(lines)
        ],
    }
    if months:
        params |= {"mode": "subscription", "subscription_data": {"metadata": {"renewal": str(renewal_id)}}}
    else:
        params["payment_intent_data"] = {"metadata": known}
    return params


def renewal_params(
    *,
    renewal_id: UUID,
    label: str,
    amount: Money,
    months: int,
    first_charge_at: datetime,
    email: str,
    success_url: str,
    cancel_url: str,
    expires_at: datetime,
) -> dict[str, Any]:
    """The frozen request for a page where a renewal is agreed to and nothing is charged yet: what runs is paid for until
    `first_charge_at` (UTC; two days to two years ahead)."""
    known = {"renewal": str(renewal_id)}
    return {
        "mode": "subscription",
        "customer_email": email,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.astimezone(UTC).timestamp()),
        "metadata": known,
        "line_items": [{"quantity": 1, "price_data": price(label, amount, months=months)}],
        "subscription_data": {"metadata": known, "trial_end": int(first_charge_at.timestamp())},
    }
