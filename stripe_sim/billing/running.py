"""A subscription from its first invoice through every renewal to its end."""

from __future__ import annotations

from stripe_sim import due
from stripe_sim.account import Account
from stripe_sim.billing import collecting, invoicing, lines, states, subscribing
from stripe_sim.billing.clocks import clock_of
from stripe_sim.store import Body, Record

GIVE_UP = 23 * 3600
WARNING = 3 * 86400


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
    intent that succeeded or is under way, or collected now, unless `attempts` is False and the payer is to confirm it."""
    customer = account.get("customer", subscription["customer"])
    account.emit("customer.subscription.created", subscription)
    if customer["currency"] is None:
        account.change(customer, currency=subscription["currency"])
    invoice = subscribing.bill(account, subscription, reason="subscription_create", auto_advance=False, only_own=bool(paid_by))
    invoicing.finalize(account, invoice, paid_by)
    plan(account, subscription)
    if subscription["status"] == "incomplete":
        due.later(account, account.now() + GIVE_UP, "subscription.give_up", subscription.id, clock_of(account, customer.id))
    if paid_by and invoice["status"] == "open":
        if paid_by["status"] == "succeeded":
            invoicing.mark_paid(account, invoice, paid_by["amount"])
        else:
            collecting.wait(account, invoice, paid_by)
    elif invoice["status"] == "open" and attempts:
        collecting.collect(account, invoice, method)
    return invoice


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
    _, end = subscribing.period_of(subscription)
    moments = {"subscription.renew": end, "subscription.upcoming": end - int(account.upcoming_days * 86400)}
    if subscription["status"] == "trialing":
        moments["subscription.trial_will_end"] = subscription["trial_end"] - WARNING
    for name in ("subscription.renew", "subscription.upcoming", "subscription.trial_will_end"):
        due.drop(account, name, subscription.id)
        if moments.get(name, 0) >= now:
            due.later(account, moments[name], name, subscription.id, clock)
    if moments.get("subscription.trial_will_end", now) < now:  # so short a trial is warned of at once
        account.emit("customer.subscription.trial_will_end", subscription)


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
    return at if at is not None and at <= subscribing.period_of(subscription)[1] else None


def next_charge(account: Account, subscription: Record) -> int | None:
    """When money is asked for next: by an invoice that waits, or an hour after the next period begins. None if never."""
    invoice = account.store.find(subscription["latest_invoice"] or "", "invoice")
    waits = (invoice["automatically_finalizes_at"] or invoice["next_payment_attempt"]) if invoice else None
    if waits:
        return int(waits)
    if subscription["status"] not in ("active", "trialing", "past_due") or ends_at(subscription) is not None:
        return None
    return subscribing.period_of(subscription)[1] + invoicing.HOUR


def preview(account: Account, subscription: Record) -> Body:
    """The next invoice as it would be. Nothing of it is kept."""
    customer = account.get("customer", subscription["customer"])
    start, end = subscribing.period_of(subscription)
    invoice = invoicing.draft(
        account,
        customer,
        subscription,
        reason="upcoming",
        currency=subscription["currency"],
        period=(start, end),
        next_payment_attempt=end + invoicing.HOUR,
    )
    next_period = {"current_period_start": end, "current_period_end": subscribing.following(subscription, end)}
    for item in subscribing.items_of(account, subscription):
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
    now, period = account.now(), subscribing.period_of(subscription)
    end = subscribing.following(subscription, now)
    for item in subscribing.items_of(account, subscription):
        account.change(item, current_period_start=now, current_period_end=end)
    subscribing.show_items(account, subscription)
    if subscription["status"] == "trialing":
        account.change(subscription, status="active")
    paused = subscription["pause_collection"]
    advances = subscription["status"] != "unpaid" and not paused
    invoice = subscribing.bill(account, subscription, reason=reason, auto_advance=advances, period=(period[0], now))
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
