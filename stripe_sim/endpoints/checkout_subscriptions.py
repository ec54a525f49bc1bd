"""Checkout in `mode=subscription`: what is asked for, and what begins once it is paid."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.billing import clocks, lines, running, subscribing
from stripe_sim.endpoints import customers, payment_methods
from stripe_sim.endpoints.table import Params
from stripe_sim.errors import bad_param, not_modelled
from stripe_sim.store import Body, Record

DATA = ("billing_mode", "description", "metadata", "trial_end", "trial_period_days", "trial_settings", "proration_behavior")
SOONEST, LATEST_DAYS = 48 * 3600, 730


def read_data(account: Account, params: Params) -> Body:
    """What the subscription is to carry. A trial ends two days from now at the earliest, two years at the latest."""
    with clocks.at_time_of(account, params.get("customer")):
        return read_data_at(account.now(), dict(params.get("subscription_data", {})))


def read_data_at(now: int, given: Body) -> Body:
    for name in given:
        if name not in DATA:
            raise not_modelled(f"`subscription_data[{name}]`")
    if given.get("billing_mode", {}).get("type", "flexible") != "flexible":
        raise not_modelled("`billing_mode` other than flexible")
    if "trial_end" in given and "trial_period_days" in given:
        raise bad_param("subscription_data", "You may only specify one of these: trial_end, trial_period_days.")
    if "trial_period_days" in given:
        days = given.pop("trial_period_days")
        if days < 1 or days > LATEST_DAYS:
            raise bad_param("subscription_data[trial_period_days]", "Give between 1 and 730 days.")
        given["trial_end"] = now + days * 86400
    elif "trial_end" in given:
        if given["trial_end"] < now + SOONEST:
            message = "The `trial_end` date has to be at least 2 days in the future."
            raise bad_param("subscription_data[trial_end]", message)
        if given["trial_end"] > now + LATEST_DAYS * 86400:
            raise bad_param("subscription_data[trial_end]", "The `trial_end` date has to be at most two years in the future.")
    if "trial_settings" in given and "trial_end" not in given:
        raise bad_param("subscription_data[trial_settings]", "`trial_settings` needs a trial.")
    return given


def check_items(items: list[Record], plan: Body) -> None:
    """All that recurs must recur alike. During a trial, only what is bought once is paid today."""
    recurring = [item for item in items if item["price"]["recurring"]]
    rhythms = {(item["price"]["recurring"]["interval"], item["price"]["recurring"]["interval_count"]) for item in recurring}
    if len(rhythms) > 1:
        raise not_modelled("recurring prices of different intervals in one subscription")
    for item in recurring if "trial_end" in plan else []:
        item.body.update(amount_subtotal=0, amount_total=0)


def needs_no_card(session: Record) -> bool:
    return bool(session["amount_total"] == 0 and session["payment_method_collection"] == "if_required")


def begin(account: Account, session: Record, intent: Record | None, method: Record | None, owner: Body) -> None:
    """Paid, or with nothing to pay today: makes the customer, keeps the card, begins the subscription."""
    if session["customer"] is None:
        customer = customers.make(account, email=owner["email"], name=owner["name"])
        account.emit("customer.created", customer)
        account.change(session, customer=customer.id)
    else:
        customer = account.get("customer", session["customer"])
    with clocks.at_time_of(account, customer.id):
        begin_for(account, session, customer, intent, method)


def begin_for(account: Account, session: Record, customer: Record, intent: Record | None, method: Record | None) -> None:
    plan = session.private["subscription"]
    if intent:
        account.change(intent, customer=customer.id, description="Subscription creation")
        charge = account.store.find(intent["latest_charge"] or "", "charge")
        if charge:
            account.change(charge, customer=customer.id, description="Subscription creation")
    if method and method["customer"] is None:
        payment_methods.attach(account, method, customer)
    items = [account.get("item", id) for id in session.private["items"]]
    prices = [(account.get("price", item["price"]["id"]), item["quantity"]) for item in items]
    more = {"trial_settings": plan["trial_settings"]} if "trial_settings" in plan else {}
    subscription = subscribing.make(
        account,
        customer,
        [(price, quantity, {}) for price, quantity in prices if price["recurring"]],
        trial_end=plan.get("trial_end"),
        default_payment_method=method.id if method else None,
        description=plan.get("description"),
        metadata=plan.get("metadata") or {},
        **more,
    )
    for price, quantity in prices:
        if not price["recurring"]:
            lines.buy(account, customer, price.body, quantity, subscription=subscription.id)
    invoice = running.begin(account, subscription, paid_by=intent)
    account.change(session, subscription=subscription.id, invoice=invoice.id)
