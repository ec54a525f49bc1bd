"""The life of an invoice: draft, open, then paid, void or uncollectible. Collecting its money is in `collecting`."""

from __future__ import annotations

from stripe_sim import due
from stripe_sim.account import Account
from stripe_sim.billing import lines, states
from stripe_sim.billing.clocks import clock_of
from stripe_sim.endpoints import payment_intents
from stripe_sim.money import SMALLEST
from stripe_sim.store import Body, Record

HOUR = 3600
NO_MOMENTS = dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at"))
DESCRIBED = {"subscription_create": "Subscription creation", "subscription_cycle": "Subscription update"}


def draft(
    account: Account,
    customer: Record,
    subscription: Record | None,
    *,
    reason: str,
    currency: str,
    period: tuple[int, int] | None = None,
    **fields: object,
) -> Record:
    """An empty draft. `period` is the one looked back on, (start, end)."""
    start, end = period or (account.now(), account.now())
    invoice = account.make(
        "invoice",
        "in_",
        {"lines": [], "intent": None},
        account_country="NZ",
        account_name="Stripe Sim",
        amount_paid_off_stripe=0,
        auto_advance=False,
        billing_reason=reason,
        currency=currency,
        customer=customer.id,
        customer_email=customer["email"],
        customer_name=customer["name"],
        customer_phone=customer["phone"],
        customer_address=customer["address"],
        customer_tax_exempt="none",
        customer_tax_ids=[],
        parent=parent_of(subscription) if subscription else None,
        payment_settings={"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        period_start=start,
        period_end=end,
        status="draft",
        status_transitions=dict(NO_MOMENTS),
        starting_balance=customer["balance"],
        test_clock=customer.body.get("test_clock"),
        total_discount_amounts=[],
        total_pretax_credit_amounts=[],
        total_taxes=[],
    )
    account.change(invoice, **fields)
    del invoice.body["confirmation_secret"]  # only when expanded
    return invoice


def parent_of(subscription: Record) -> Body:
    """The link to the subscription, with its metadata as they are now."""
    details = {"metadata": dict(subscription["metadata"]), "subscription": subscription.id}
    return {"type": "subscription_details", "subscription_details": details, "quote_details": None}


def subscription_of(account: Account, invoice: Record) -> Record | None:
    details = (invoice["parent"] or {}).get("subscription_details") or {}
    return account.store.find(details.get("subscription") or "", "subscription")


def intent_of(account: Account, invoice: Record) -> Record | None:
    return account.store.find(invoice.private["intent"] or "", "payment_intent")


def payments_of(account: Account, invoice: Record) -> list[Record]:
    """Newest first."""
    found = [account.store.find(id, "invoice_payment") for id in invoice.private.get("payments", [])]
    return [payment for payment in reversed(found) if payment]


def ready(account: Account, invoice: Record) -> None:
    """The draft is complete: it is told of, and finalised an hour later if it advances by itself."""
    lines.refresh(account, invoice)
    if invoice["auto_advance"]:
        at = account.now() + HOUR
        account.change(invoice, automatically_finalizes_at=at)
        due.later(account, at, "invoice.finalize", invoice.id, clock_of(account, invoice["customer"]))
    account.emit("invoice.created", invoice)


def finalize(account: Account, invoice: Record, paid_by: Record | None = None) -> None:
    """From draft to open: numbered, due, with an intent to be paid by; `paid_by` is one that succeeded or is under way. What is
    below the smallest charge, or covered by credit, is paid at once, and the rest goes to the customer's balance."""
    customer, subscription = account.get("customer", invoice["customer"]), subscription_of(account, invoice)
    owed = invoice["total"] + (0 if paid_by else customer["balance"])
    amount_due = owed if owed >= SMALLEST[invoice["currency"]] else 0
    balance = customer["balance"] if paid_by else owed - amount_due
    moved = {"balance": balance, "next_invoice_sequence": customer["next_invoice_sequence"] + 1}
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}"
    account.change(
        invoice,
        status="open",
        number=number,
        parent=parent_of(subscription) if subscription else invoice["parent"],
        starting_balance=customer["balance"],
        ending_balance=balance,
        amount_due=amount_due,
        amount_remaining=amount_due,
        automatically_finalizes_at=None,
        effective_at=account.now(),
        hosted_invoice_url=f"{account.url}/i/{invoice.id}",
        status_transitions={**invoice["status_transitions"], "finalized_at": account.now()},
        webhooks_delivered_at=account.now(),
    )
    if customer["balance"] != balance:
        account.update(customer, "customer.updated", **moved)
    else:
        account.change(customer, **moved)
    if amount_due:
        link(account, invoice, paid_by or make_intent(account, invoice))
    account.emit("invoice.finalized", invoice)
    if not amount_due:
        mark_paid(account, invoice, 0)


def make_intent(account: Account, invoice: Record) -> Record:
    reason = invoice["billing_reason"]
    intent = payment_intents.make(
        account,
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        customer=invoice["customer"],
        description=DESCRIBED.get(reason, "Payment for Invoice"),
        receipt_email=None,
        setup_future_usage="off_session" if reason == "subscription_create" else None,
        statement_descriptor_suffix=None,
    )
    return intent


def link(account: Account, invoice: Record, intent: Record) -> None:
    """An invoice payment: all that ties an invoice to the intent it is paid by."""
    payment = account.make(
        "invoice_payment",
        "inpay_",
        amount_requested=invoice["amount_due"],
        currency=invoice["currency"],
        invoice=invoice.id,
        is_default=True,
        payment={"type": "payment_intent", "payment_intent": intent.id},
        status="open",
        status_transitions={"canceled_at": None, "paid_at": None},
    )
    account.note(intent, invoice=invoice.id)
    account.note(invoice, intent=intent.id, payments=[*invoice.private.get("payments", []), payment.id])


def mark_paid(account: Account, invoice: Record, amount: int, *, off_stripe: bool = False) -> None:
    """Paid: by its intent, by a bank transfer Stripe knows nothing of, or because nothing was due."""
    account.change(
        invoice,
        status="paid",
        attempted=True,
        attempt_count=max(1, invoice["attempt_count"]) if amount and not off_stripe else invoice["attempt_count"],
        amount_paid=amount,
        amount_paid_off_stripe=amount if off_stripe else 0,
        amount_remaining=0,
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions={**invoice["status_transitions"], "paid_at": account.now()},
    )
    due.drop(account, "invoice.retry", invoice.id)
    if off_stripe:
        cancel_intent(account, invoice)
    elif amount:
        for payment in payments_of(account, invoice)[:1]:
            moments = {"canceled_at": None, "paid_at": account.now()}
            account.change(payment, status="paid", amount_paid=amount, status_transitions=moments)
            account.emit("invoice_payment.paid", payment)
    account.emit("invoice.paid", invoice)
    account.emit("invoice.payment_succeeded", invoice)
    subscription = subscription_of(account, invoice)
    if subscription:
        states.paid(account, subscription, invoice)


def cancel_intent(account: Account, invoice: Record) -> None:
    """The invoice is settled or dropped otherwise: nobody can pay its intent any more."""
    intent = intent_of(account, invoice)
    for payment in payments_of(account, invoice):
        if payment["status"] == "open":
            moments = {"canceled_at": account.now(), "paid_at": None}
            account.change(payment, status="canceled", status_transitions=moments)
    if intent and intent["status"] in payment_intents.CONFIRMABLE:
        account.change(
            intent, status="canceled", canceled_at=account.now(), cancellation_reason="void_invoice", next_action=None
        )
        account.emit("payment_intent.canceled", intent)


def void(account: Account, invoice: Record) -> None:
    close(account, invoice, status="void", moment="voided_at", amount_remaining=invoice["amount_remaining"])
    cancel_intent(account, invoice)
    account.emit("invoice.voided", invoice)


def mark_uncollectible(account: Account, invoice: Record) -> None:
    close(account, invoice, status="uncollectible", moment="marked_uncollectible_at")
    account.emit("invoice.marked_uncollectible", invoice)


def close(account: Account, invoice: Record, *, moment: str, **fields: object) -> None:
    moments = {**invoice["status_transitions"], moment: account.now()}
    account.change(invoice, auto_advance=False, next_payment_attempt=None, status_transitions=moments, **fields)
    due.drop(account, "invoice.retry", invoice.id)
