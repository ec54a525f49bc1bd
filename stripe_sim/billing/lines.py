"""The lines of an invoice: one for each item of a subscription and its period, one for each thing bought once."""

from __future__ import annotations

from typing import Any

from stripe_sim.account import Account
from stripe_sim.money import said
from stripe_sim.store import Body, Record


def refresh(account: Account, invoice: Record) -> None:
    """Shows the lines in the invoice, and adds them up."""
    lines = [account.get("line_item", id).body for id in invoice.private["lines"]]
    total = sum(line["amount"] for line in lines)
    account.change(
        invoice,
        lines={
            "object": "list",
            "data": [dict(line) for line in lines[:10]],
            "has_more": len(lines) > 10,
            "url": f"/v1/invoices/{invoice.id}/lines",
        },
        subtotal=total,
        subtotal_excluding_tax=total,
        total=total,
        total_excluding_tax=total,
        amount_due=max(0, total),
        amount_remaining=max(0, total),
    )


def add(account: Account, invoice: Record, **fields: Any) -> Record:
    line = account.make(
        "line_item",
        "il_",
        invoice=invoice.id,
        currency=invoice["currency"],
        discountable=True,
        discount_amounts=[],
        pretax_credit_amounts=[],
        taxes=[],
        subtotal=fields["amount"],
        **fields,
    )
    del line.body["created"]
    account.note(invoice, lines=[*invoice.private["lines"], line.id])
    return line


def add_item(account: Account, invoice: Record, subscription: Record, item: Body, *, trial: bool = False) -> None:
    """What an item costs for its current period: nothing during a trial."""
    price, quantity = item["price"], item["quantity"]
    name = account.get("product", price["product"])["name"]
    amount = 0 if trial else price["unit_amount"] * quantity
    details = {
        "invoice_item": None,
        "proration": False,
        "proration_details": {"credited_items": None},
        "subscription": subscription.id,
        "subscription_item": item["id"],
    }
    add(
        account,
        invoice,
        amount=amount,
        description=f"Trial period for {name}" if trial else f"{quantity} × {name} (at {how_often(price)})",
        metadata=dict(subscription["metadata"]),
        parent={"type": "subscription_item_details", "subscription_item_details": details, "invoice_item_details": None},
        period={"start": item["current_period_start"], "end": item["current_period_end"]},
        pricing=pricing(price),
        quantity=quantity,
        quantity_decimal=str(quantity),
        subscription=subscription.id,
    )


def how_often(price: Body) -> str:
    recurring = price["recurring"]
    count, interval = recurring["interval_count"], recurring["interval"]
    every = interval if count == 1 else f"every {count} {interval}s"
    return f"{said(price['unit_amount'], price['currency'])} / {every}"


def pricing(price: Body) -> Body:
    return {
        "type": "price_details",
        "price_details": {"price": price["id"], "product": price["product"]},
        "unit_amount_decimal": price["unit_amount_decimal"],
    }


def add_invoiceitem(account: Account, invoice: Record, bought: Record) -> None:
    """Puts a pending invoice item on the invoice."""
    subscription = (bought["parent"] or {}).get("subscription_details", {}).get("subscription")
    details = {
        "invoice_item": bought.id,
        "proration": False,
        "proration_details": {"credited_items": None},
        "subscription": subscription,
    }
    add(
        account,
        invoice,
        amount=bought["amount"],
        description=bought["description"],
        metadata=dict(bought["metadata"]),
        parent={"type": "invoice_item_details", "invoice_item_details": details, "subscription_item_details": None},
        period=dict(bought["period"]),
        pricing=bought["pricing"],
        quantity=bought["quantity"],
        quantity_decimal=bought["quantity_decimal"],
        subscription=subscription,
    )
    account.change(bought, invoice=invoice.id)


def buy(
    account: Account,
    customer: Record,
    price: Body | None,
    quantity: int,
    *,
    amount: int | None = None,
    currency: str | None = None,
    subscription: str | None = None,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
    period: Body | None = None,
) -> Record:
    """An invoice item: something bought once, for the next invoice. Either at a price, or for a bare amount in cents."""
    if price is not None:
        amount, currency = price["unit_amount"] * quantity, price["currency"]
        description = description or account.get("product", price["product"])["name"]
    now = account.now()
    parent = {"type": "subscription_details", "subscription_details": {"subscription": subscription, "subscription_item": None}}
    bought = account.make(
        "invoiceitem",
        "ii_",
        amount=amount,
        net_amount=amount,
        currency=currency,
        customer=customer.id,
        date=now,
        description=description,
        discountable=True,
        discounts=[],
        metadata=metadata or {},
        parent=parent if subscription else None,
        period=period or {"start": now, "end": now},
        pricing=pricing(price)
        if price
        else {"type": "price_details", "price_details": None, "unit_amount_decimal": str(amount)},
        quantity=quantity,
        quantity_decimal=str(quantity),
        tax_rates=[],
        test_clock=customer.body.get("test_clock"),
    )
    del bought.body["created"]
    account.emit("invoiceitem.created", bought)
    return bought
