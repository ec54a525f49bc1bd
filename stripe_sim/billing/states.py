"""How a subscription stands: incomplete, trialing, active, past_due, unpaid, paused, canceled, incomplete_expired."""

from __future__ import annotations

from typing import Any

from stripe_sim import due
from stripe_sim.account import Account
from stripe_sim.store import Record

ENDED = ("canceled", "incomplete_expired")
WAITING = (
    "subscription.renew",
    "subscription.cancel",
    "subscription.upcoming",
    "subscription.trial_will_end",
    "subscription.give_up",
    "subscription.resume_collection",
)


def tell(account: Account, subscription: Record, **fields: Any) -> None:
    """Changes the subscription and tells it, if anything changes."""
    if any(subscription.body.get(name) != value for name, value in fields.items()):
        account.update(subscription, "customer.subscription.updated", **fields)


def paid(account: Account, subscription: Record, invoice: Record) -> None:
    """An invoice of it was paid. Behind with nothing, it is active again."""
    if subscription["status"] == "incomplete" and invoice["billing_reason"] == "subscription_create":
        due.drop(account, "subscription.give_up", subscription.id)
        tell(account, subscription, status="active")
    elif subscription["status"] in ("past_due", "unpaid") and subscription["latest_invoice"] == invoice.id:
        tell(account, subscription, status="active")
    set_delinquent(account, subscription, False)


def failed(account: Account, subscription: Record) -> None:
    """An attempt to collect from it failed."""
    if subscription["status"] in ("active", "trialing"):
        tell(account, subscription, status="past_due")
    if subscription["status"] != "incomplete":
        set_delinquent(account, subscription, True)


def set_delinquent(account: Account, subscription: Record, delinquent: bool) -> None:
    customer = account.store.find(subscription["customer"], "customer")
    if customer and not customer.body.get("deleted") and customer["delinquent"] != delinquent:
        account.update(customer, "customer.updated", delinquent=delinquent)


def given_up(account: Account, subscription: Record) -> None:
    """The last retry failed: what happens then is a setting of the account."""
    if account.after_retries == "cancel":
        cancel(account, subscription, reason="payment_failed")
    elif account.after_retries == "unpaid":
        tell(account, subscription, status="unpaid")


def cancel(account: Account, subscription: Record, *, reason: str | None, **details: Any) -> None:
    """Ends it now. Its open invoices stay open, and are not collected by themselves any more."""
    now = account.now()
    before = subscription["cancellation_details"] or {"comment": None, "feedback": None, "reason": None}
    account.change(
        subscription,
        status="canceled",
        canceled_at=subscription["canceled_at"] or now,
        ended_at=now,
        cancel_at_period_end=False if reason == "payment_failed" else subscription["cancel_at_period_end"],
        cancellation_details={**before, "reason": before["reason"] or reason, **details},
    )
    stop(account, subscription)
    account.emit("customer.subscription.deleted", subscription)


def stop(account: Account, subscription: Record) -> None:
    """Nothing more happens by itself."""
    for name in WAITING:
        due.drop(account, name, subscription.id)
    for id in subscription.private["invoices"]:
        invoice = account.store.find(id, "invoice")
        if invoice and invoice["status"] in ("draft", "open"):
            account.change(invoice, auto_advance=False, automatically_finalizes_at=None, next_payment_attempt=None)
            due.drop(account, "invoice.finalize", id)
            due.drop(account, "invoice.retry", id)
