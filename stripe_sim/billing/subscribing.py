"""A subscription from its first invoice through every renewal to its end."""

from __future__ import annotations

from typing import Any

from stripe_sim import due
from stripe_sim.account import Account
from stripe_sim.billing import calendar, collecting, invoicing, lines, states
from stripe_sim.billing.clocks import clock_of
from stripe_sim.store import Body, Record

GIVE_UP = 23 * 3600
WARNING = 3 * 86400
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


# -- the beginning ---------------------------------------------------------------------------------------------


def begin(
    account: Account,
    subscription: Record,
    *,
    paid_by: Record | None = None,
    method: Record | None = None,
    attempts: bool = True,
) -> Record:
    """Tells of the subscription and makes its first invoice, with what was bought once beside it. It is `paid_by` an
    intent that already succeeded, or collected now, unless `attempts` is False and the payer is to confirm it."""
    customer = account.get("customer", subscription["customer"])
    account.emit("customer.subscription.created", subscription)
    if customer["currency"] is None:
        account.change(customer, currency=subscription["currency"])
    invoice = bill(account, subscription, reason="subscription_create", auto_advance=False, only_own=bool(paid_by))
    invoicing.finalize(account, invoice, paid_by)
    plan(account, subscription)
    if subscription["status"] == "incomplete":
        due.later(account, account.now() + GIVE_UP, "subscription.give_up", subscription.id, clock_of(account, customer.id))
    if paid_by and invoice["status"] == "open":
        invoicing.mark_paid(account, invoice, paid_by["amount"])
    elif invoice["status"] == "open" and attempts:
        collecting.collect(account, invoice, method)
    return invoice


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


@due.handler("subscription.give_up")
def give_up(account: Account, id: str) -> None:
    """A day, less an hour, and the first invoice is not paid."""
    subscription = account.get("subscription", id)
    if subscription["status"] != "incomplete":
        return
    invoice = account.store.find(subscription["latest_invoice"] or "", "invoice")
    states.stop(account, subscription)
    states.tell(account, subscription, status="incomplete_expired", ended_at=account.now())
    if invoice and invoice["status"] == "open":
        invoicing.void(account, invoice)


# -- what is to come -------------------------------------------------------------------------------------------


def plan(account: Account, subscription: Record) -> None:
    """Sets what happens at the end of the current period and before it."""
    now, clock = account.now(), clock_of(account, subscription["customer"])
    _, end = period_of(subscription)
    moments = {"subscription.renew": end, "subscription.upcoming": end - int(account.upcoming_days * 86400)}
    if subscription["status"] == "trialing":
        moments["subscription.trial_will_end"] = max(now, subscription["trial_end"] - WARNING)
    for name in ("subscription.renew", "subscription.upcoming", "subscription.trial_will_end"):
        due.drop(account, name, subscription.id)
        if moments.get(name, 0) >= now:
            due.later(account, moments[name], name, subscription.id, clock)


@due.handler("subscription.trial_will_end")
def warn(account: Account, id: str) -> None:
    subscription = account.get("subscription", id)
    if subscription["status"] == "trialing":
        account.emit("customer.subscription.trial_will_end", subscription)


@due.handler("subscription.upcoming")
def announce(account: Account, id: str) -> None:
    """Tells what the next invoice will be. It has no id, for there is no invoice yet."""
    subscription = account.get("subscription", id)
    if subscription["status"] not in ("active", "trialing", "past_due") or ends_at(subscription) is not None:
        return
    body = preview(account, subscription)
    del body["id"]
    account.emit("invoice.upcoming", Record(0, body))


def ends_at(subscription: Record) -> int | None:
    """When it is to end, if that is not after the current period."""
    at = subscription["cancel_at"]
    return at if at is not None and at <= period_of(subscription)[1] else None


def preview(account: Account, subscription: Record) -> Body:
    """The next invoice as it would be. Nothing of it is kept."""
    customer = account.get("customer", subscription["customer"])
    start, end = period_of(subscription)
    invoice = invoicing.draft(
        account,
        customer,
        subscription,
        reason="upcoming",
        currency=subscription["currency"],
        period=(start, end),
        next_payment_attempt=end + invoicing.HOUR,
    )
    next_period = {"current_period_start": end, "current_period_end": following(subscription, end)}
    for item in items_of(account, subscription):
        lines.add_item(account, invoice, subscription, {**item.body, **next_period})
    lines.refresh(account, invoice)
    account.change(invoice, amount_due=max(0, invoice["total"] + customer["balance"]))
    for id in invoice.private["lines"]:
        account.store.discard(id)
    account.store.discard(invoice.id)
    return {**invoice.body, "id": f"upcoming_{invoice.id}"}


# -- renewals --------------------------------------------------------------------------------------------------


@due.handler("subscription.renew")
def renew(account: Account, id: str) -> None:
    """The end of a period: the next begins, and its invoice is drafted, to be finalised and collected in an hour."""
    subscription = account.get("subscription", id)
    if subscription["status"] in (*states.ENDED, "incomplete", "paused"):
        return
    if subscription["cancel_at"] is not None and subscription["cancel_at"] <= account.now():
        return states.cancel(account, subscription, reason="cancellation_requested")
    if subscription["status"] == "trialing" and not has_method(account, subscription):
        missing = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
        if missing == "cancel":
            return states.cancel(account, subscription, reason=None)
        if missing == "pause":
            return pause(account, subscription)
    roll(account, subscription, reason="subscription_cycle")


def roll(account: Account, subscription: Record, *, reason: str) -> Record:
    """Begins the next period now, and drafts its invoice."""
    before = dict(subscription.body)
    now, period = account.now(), period_of(subscription)
    end = following(subscription, now)
    for item in items_of(account, subscription):
        account.change(item, current_period_start=now, current_period_end=end)
    show_items(account, subscription)
    if subscription["status"] == "trialing":
        account.change(subscription, status="active")
    paused = subscription["pause_collection"]
    advances = subscription["status"] != "unpaid" and not paused
    invoice = bill(account, subscription, reason=reason, auto_advance=advances, period=(period[0], now))
    names = ("items", "latest_invoice", "status")
    previous = {name: before[name] for name in names if before[name] != subscription[name]}
    account.emit("customer.subscription.updated", subscription, previous)
    plan(account, subscription)
    if paused and paused["behavior"] != "keep_as_draft":
        invoicing.finalize(account, invoice)
        if invoice["status"] == "open":
            dropped = invoicing.void if paused["behavior"] == "void" else invoicing.mark_uncollectible
            dropped(account, invoice)
    return invoice


def has_method(account: Account, subscription: Record) -> bool:
    customer = account.get("customer", subscription["customer"])
    settings = customer["invoice_settings"] or {}
    return bool(subscription["default_payment_method"] or settings.get("default_payment_method"))


def pause(account: Account, subscription: Record) -> None:
    """The trial is over and there is no card: nothing is billed until it is resumed."""
    details = {"subscription": {"type": "pause_requested"}, "transitioned_at": account.now(), "type": "subscription"}
    account.change(subscription, status="paused", status_details={"paused": details})
    states.stop(account, subscription)
    account.emit("customer.subscription.paused", subscription)


@due.handler("subscription.cancel")
def cancel_in_time(account: Account, id: str) -> None:
    """The day set by `cancel_at`."""
    subscription = account.get("subscription", id)
    at = subscription["cancel_at"]
    if subscription["status"] not in states.ENDED and at is not None and at <= account.now():
        states.cancel(account, subscription, reason="cancellation_requested")
