"""Trips to Stripe: ask outside any transaction, then do one verb in one."""

from .attempts import close, follow, follow_all, look_soon, open_checkout, payment_of, sweep
from .reconciling import Found, reconcile
from .refunds import send_refund
from .renewals import (
    change_renewal,
    follow_payout,
    follow_renewal,
    look_into,
    open_agreement,
    open_portal,
    page_of_failing,
    paid_elsewhere,
    stop_renewal,
    try_failing,
)

__all__ = [
    "Found", "change_renewal", "close", "follow", "follow_all", "follow_payout", "follow_renewal", "look_into", "look_soon",
    "open_agreement", "open_checkout", "open_portal", "page_of_failing", "paid_elsewhere", "payment_of", "reconcile",
    "send_refund", "stop_renewal", "sweep", "try_failing",
]  # fmt: skip
