"""Getting an invoice paid: at once, again after a decline on the days set, and what follows from either."""

from __future__ import annotations

from stripe_sim import due
from stripe_sim.account import Account
from stripe_sim.billing import invoicing, states
from stripe_sim.billing.clocks import clock_of
from stripe_sim.endpoints import payment_intents
from stripe_sim.store import Record

DAY = 86400


def method_for(account: Account, invoice: Record) -> Record | None:
    """The card or bank account tried: the invoice's own, else its subscription's, else the customer's default."""
    subscription = invoicing.subscription_of(account, invoice)
    customer = account.get("customer", invoice["customer"])
    for id in (
        invoice["default_payment_method"],
        subscription["default_payment_method"] if subscription else None,
        (customer.body.get("invoice_settings") or {}).get("default_payment_method"),
    ):
        method = account.store.find(id or "", "payment_method")
        if method and method["customer"] == customer.id:
            return method
    return None


def collect(account: Account, invoice: Record, method: Record | None = None, *, automatic: bool = False) -> None:
    """Tries to be paid. `automatic` attempts, and the first of any kind, are counted and followed by retries."""
    intent = invoicing.intent_of(account, invoice)
    if intent is None or intent["status"] not in payment_intents.CONFIRMABLE:
        return
    method = method or method_for(account, invoice)
    account.note(intent, automatic=automatic)
    if method is None:
        return failed(account, invoice, intent)
    # Not "off session" for the intent: Stripe's invoices wait in requires_action for the payer.
    payment_intents.attempt(account, intent, method, return_url=invoice["hosted_invoice_url"])


def wait(account: Account, invoice: Record, intent: Record) -> None:
    """A debit is under way that takes days, and is believed in until it fails."""
    count_attempt(account, invoice, intent)
    account.note(intent, counted=True)
    subscription = invoicing.subscription_of(account, invoice)
    if subscription and subscription["status"] == "incomplete":
        due.drop(account, "subscription.give_up", subscription.id)
        states.tell(account, subscription, status="active")


def follow(account: Account, intent: Record) -> None:
    """What an invoice does when its intent has moved."""
    invoice = account.store.find(intent.private.get("invoice") or "", "invoice")
    if invoice is None or invoice["status"] not in ("open", "uncollectible"):
        return
    match intent["status"]:
        case "succeeded":
            invoicing.mark_paid(account, invoice, intent["amount"])
            subscription = invoicing.subscription_of(account, invoice)
            if intent.private.get("keeps") and subscription and subscription["status"] not in states.ENDED:
                states.tell(account, subscription, default_payment_method=intent["payment_method"])
        case "processing":
            wait(account, invoice, intent)
        case "requires_action" | "requires_payment_method":
            failed(account, invoice, intent)


payment_intents.FOLLOWERS.append(follow)


def count_attempt(account: Account, invoice: Record, intent: Record) -> None:
    """Automatic attempts count, and the first of any kind; a debit when it is sent, not again when it fails."""
    if intent.private.get("counted"):
        return
    counts = bool(intent.private.get("automatic")) or not invoice["attempted"]
    account.change(invoice, attempted=True, attempt_count=invoice["attempt_count"] + counts)


def failed(account: Account, invoice: Record, intent: Record) -> None:
    """Not paid this time. The next attempt is set, or, after the last, the subscription given up."""
    count_attempt(account, invoice, intent)
    over = bool(intent.private.get("automatic")) and not plan_retry(account, invoice)
    account.note(intent, automatic=False, counted=False)  # the payer's failing to authenticate is no further attempt
    account.emit("invoice.payment_failed", invoice)
    if intent["status"] == "requires_action":
        account.emit("invoice.payment_action_required", invoice)
    subscription = invoicing.subscription_of(account, invoice)
    if subscription is None or subscription["status"] in states.ENDED:
        return
    states.failed(account, subscription)
    if over and subscription["status"] == "past_due":
        states.given_up(account, subscription)


def plan_retry(account: Account, invoice: Record) -> bool:
    """Sets the next attempt; False if there is none left."""
    done = invoice["attempt_count"] - 1
    if done >= len(account.retry_days) or not invoice["auto_advance"]:
        account.change(invoice, next_payment_attempt=None)
        return False
    at = int(account.now() + account.retry_days[done] * DAY)
    account.change(invoice, next_payment_attempt=at)
    due.later(account, at, "invoice.retry", invoice.id, clock_of(account, invoice["customer"]))
    return True


@due.handler("invoice.retry")
def retry(account: Account, id: str) -> None:
    invoice = account.store.find(id, "invoice")
    if invoice and invoice["status"] == "open" and invoice["auto_advance"]:
        account.change(invoice, next_payment_attempt=None)
        intent = invoicing.intent_of(account, invoice)
        if intent and intent["status"] == "processing":  # a debit the payer asked for stands for this attempt
            return account.note(intent, automatic=True)
        collect(account, invoice, automatic=True)


@due.handler("invoice.finalize")
def finalize(account: Account, id: str) -> None:
    """The hour of a draft is over."""
    invoice = account.store.find(id, "invoice")
    if invoice and invoice["status"] == "draft" and invoice["auto_advance"]:
        customer = account.get("customer", invoice["customer"])
        if customer.body.get("deleted"):
            return
        invoicing.finalize(account, invoice)
        if invoice["status"] == "open":
            collect(account, invoice, automatic=True)
