"""A subscription: what it charges for, its periods, and the invoice of each."""

from __future__ import annotations

from typing import Any

from stripe_sim.account import Account
from stripe_sim.billing import calendar, invoicing, lines
from stripe_sim.store import Body, Record

Wanted = tuple[Record, int, dict[str, str]]
"""One item to be: its price, its quantity, its metadata."""


def make(account: Account, customer: Record, wanted: list[Wanted], *, trial_end: int | None = None, **fields: Any) -> Record:
    """An incomplete or trialing subscription, not yet told of and with nothing charged."""
    now = account.now()
    fields = {"billing_cycle_anchor": trial_end or now, **fields}
    recurring = wanted[0][0]["recurring"]
    end = calendar.next_after(fields["billing_cycle_anchor"], recurring["interval"], recurring["interval_count"], now)
    subscription = account.make(
        "subscription",
        "sub_",
        {"items": [], "invoices": []},
        billing_mode={"type": "flexible", "flexible": {"proration_discounts": "included"}, "updated_at": now},
        currency=wanted[0][0]["currency"],
        customer=customer.id,
        default_tax_rates=[],
        payment_settings={
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        start_date=now,
        status="trialing" if trial_end else "incomplete",
        test_clock=customer.body.get("test_clock"),
        trial_start=now if trial_end else None,
        trial_end=trial_end,
        trial_settings={"end_behavior": {"missing_payment_method": "create_invoice"}},
    )
    account.change(subscription, **fields)
    subscription.body["invoice_settings"] |= {
        "account_tax_ids": None,
        "custom_fields": None,
        "description": None,
        "footer": None,
    }
    for price, quantity, metadata in wanted:
        add_item(account, subscription, price, quantity, metadata, now, end)
    show_items(account, subscription)
    return subscription


def add_item(
    account: Account, subscription: Record, price: Record, quantity: int, metadata: dict[str, str], start: int, end: int
) -> Record:
    item = account.make(
        "subscription_item",
        "si_",
        subscription=subscription.id,
        price=dict(price.body),
        plan=plan_of(account, price),
        quantity=quantity,
        metadata=metadata,
        current_period_start=start,
        current_period_end=end,
        tax_rates=[],
    )
    account.note(subscription, items=[*subscription.private["items"], item.id])
    return item


def plan_of(account: Account, price: Record) -> Body:
    """The price as the older API knows it."""
    recurring = price["recurring"]
    plan = account.description.blank("plan")
    same = ("id", "active", "created", "currency", "metadata", "nickname", "product")
    plan |= {name: price[name] for name in same}
    plan |= {"amount": price["unit_amount"], "amount_decimal": price["unit_amount_decimal"], "interval": recurring["interval"]}
    plan["interval_count"] = recurring["interval_count"]
    del plan["tiers"]
    return plan


def items_of(account: Account, subscription: Record) -> list[Record]:
    return [account.get("subscription_item", id) for id in subscription.private["items"]]


def shown_items(account: Account, subscription: Record) -> Body:
    bodies = [dict(item.body) for item in items_of(account, subscription)]
    url = f"/v1/subscription_items?subscription={subscription.id}"
    return {"object": "list", "data": bodies, "has_more": False, "url": url}


def show_items(account: Account, subscription: Record) -> None:
    account.change(subscription, items=shown_items(account, subscription))


def period_of(subscription: Record) -> tuple[int, int]:
    """The current period. All items share it, for mixed intervals are not modelled."""
    item = subscription["items"]["data"][0]
    return item["current_period_start"], item["current_period_end"]


def following(subscription: Record, moment: int) -> int:
    """When a period that begins at `moment` ends."""
    recurring = subscription["items"]["data"][0]["price"]["recurring"]
    return calendar.next_after(subscription["billing_cycle_anchor"], recurring["interval"], recurring["interval_count"], moment)


def bill(
    account: Account,
    subscription: Record,
    *,
    reason: str,
    auto_advance: bool,
    period: tuple[int, int] | None = None,
    only_own: bool = False,
) -> Record:
    """A draft for the current period of the subscription and for what waits to be billed with it, or `only_own`."""
    customer = account.get("customer", subscription["customer"])
    invoice = invoicing.draft(
        account,
        customer,
        subscription,
        reason=reason,
        currency=subscription["currency"],
        period=period,
        auto_advance=auto_advance,
        description=subscription["invoice_settings"].get("description"),
    )
    for item in items_of(account, subscription):
        free = subscription["status"] == "trialing" or (subscription.private.get("free_until") or 0) > account.now()
        lines.add_item(account, invoice, subscription, item.body, trial=free)
    for bought in pending_items(account, customer, subscription, only_own=only_own):
        lines.add_invoiceitem(account, invoice, bought)
    account.note(subscription, invoices=[*subscription.private["invoices"], invoice.id])
    account.change(subscription, latest_invoice=invoice.id)
    invoicing.ready(account, invoice)
    return invoice


def pending_items(account: Account, customer: Record, subscription: Record | None, *, only_own: bool = False) -> list[Record]:
    """What was bought once and waits for an invoice, oldest first: this subscription's, and what is of none."""
    owners = {subscription.id if subscription else None} | (set() if only_own else {None})
    return [
        bought
        for bought in reversed(list(account.store.all("invoiceitem")))
        if not bought.body.get("deleted")
        and bought["customer"] == customer.id
        and bought["invoice"] is None
        and (bought["parent"] or {}).get("subscription_details", {}).get("subscription") in owners
    ]
