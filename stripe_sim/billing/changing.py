"""Changes to a running subscription: what it charges for, when it charges next, whether and when it ends.

Nothing is ever prorated: a change that Stripe would prorate is refused as not modelled, unless `proration_behavior` is none.
"""

from __future__ import annotations

from typing import Any

from stripe_sim import due
from stripe_sim.account import Account
from stripe_sim.billing import collecting, invoicing, running, states, subscribing
from stripe_sim.billing.clocks import clock_of
from stripe_sim.endpoints import catalogue
from stripe_sim.errors import StripeError, bad_param, missing_param, no_such, not_modelled
from stripe_sim.store import Body, Record

Params = dict[str, Any]
ITEM = ("deleted", "id", "metadata", "price", "price_data", "quantity")
TWO_YEARS = 730 * 86400


def read_price(account: Account, given: Params, param: str) -> Record:
    """The recurring price of one item, kept or made on the spot."""
    if ("price" in given) == ("price_data" in given):
        raise missing_param(f"{param}[price]", f"Give either `{param}[price]` or `{param}[price_data]`.")
    if "price_data" in given:
        price = catalogue.make_inline(account, given["price_data"], f"{param}[price_data]")
    else:
        price = account.get("price", given["price"], f"{param}[price]")
        if not price["active"]:
            raise bad_param(f"{param}[price]", f"The price {price.id} is inactive.")
    if not price["recurring"]:
        message = f"This field only accepts prices with `type=recurring`; {price.id} is `type=one_time`."
        raise bad_param(f"{param}[price]", message)
    return price


def check_item(given: Params, param: str) -> None:
    for name in given:
        if name not in ITEM:
            raise not_modelled(f"`{param}[{name}]`")
    if given.get("quantity", 1) < 1:
        raise bad_param(f"{param}[quantity]", "Invalid positive integer", "parameter_invalid_integer")


def check_rhythm(prices: list[Body]) -> None:
    if len({price["currency"] for price in prices}) > 1:
        raise bad_param("items", "All prices on a subscription must have the same currency.")
    if len({(p["recurring"]["interval"], p["recurring"]["interval_count"]) for p in prices}) > 1:
        raise not_modelled("recurring prices of different intervals in one subscription")


def change_items(account: Account, subscription: Record, given: list[Params], proration: str, param: str) -> None:
    """Changes items that are named by id, adds the others. What they cost changes from the next invoice on."""
    before = {item.id: (item["price"]["id"], item["quantity"]) for item in subscribing.items_of(account, subscription)}
    rhythm = rhythm_of(subscription["items"]["data"][0]["price"])
    start, end = subscribing.period_of(subscription)
    for index, wish in enumerate(given):
        name = f"{param}[{index}]"
        check_item(wish, name)
        if "id" not in wish:
            price = read_price(account, wish, name)
            metadata = wish.get("metadata") or {}
            subscribing.add_item(account, subscription, price, wish.get("quantity", 1), metadata, start, end)
            continue
        item = account.store.find(wish["id"], "subscription_item")
        if item is None or item.id not in subscription.private["items"]:
            raise no_such("subscription_item", wish["id"], f"{name}[id]")
        change_item(account, subscription, item, wish, name)
    items = subscribing.items_of(account, subscription)
    if not items:
        raise bad_param(param, "A subscription must have at least one active item.")
    check_rhythm([item["price"] for item in items])
    free = subscription["status"] == "trialing" or proration == "none"
    if not free and before != {item.id: (item["price"]["id"], item["quantity"]) for item in items}:
        raise not_modelled("prorations: change what a subscription costs with `proration_behavior=none`")
    if subscription["status"] != "trialing" and rhythm_of(items[0]["price"]) != rhythm:
        raise not_modelled("a change of the interval of a running subscription, which Stripe charges for at once")


def rhythm_of(price: Body) -> tuple[str, int]:
    return price["recurring"]["interval"], price["recurring"]["interval_count"]


def change_item(account: Account, subscription: Record, item: Record, wish: Params, param: str) -> None:
    if wish.get("deleted"):
        account.note(subscription, items=[id for id in subscription.private["items"] if id != item.id])
        return
    if "price" in wish or "price_data" in wish:
        price = read_price(account, wish, param)
        account.change(item, price=dict(price.body), plan=subscribing.plan_of(account, price))
    if "quantity" in wish:
        account.change(item, quantity=wish["quantity"])
    if "metadata" in wish:
        kept = {**item["metadata"], **wish["metadata"]} if wish["metadata"] else {}
        account.change(item, metadata={key: value for key, value in kept.items() if value != ""})


# -- when it ends ----------------------------------------------------------------------------------------------


def ending(account: Account, subscription: Record, params: Params) -> Body:
    """What `cancel_at_period_end` and `cancel_at` change. The first also shows as a `cancel_at`, the end of the period."""
    if "cancel_at" in params and "cancel_at_period_end" in params:
        raise bad_param("cancel_at", "You may only specify one of these parameters: cancel_at, cancel_at_period_end.")
    end = subscribing.period_of(subscription)[1]
    if "cancel_at_period_end" in params:
        at = end if params["cancel_at_period_end"] else None
        return {"cancel_at": at, "cancel_at_period_end": bool(at), **requested(account, at)}
    if "cancel_at" not in params:
        return {}
    at = params["cancel_at"]
    if at in ("min_period_end", "max_period_end"):
        at = end
    if at == "max_billed_until":
        raise not_modelled("`cancel_at=max_billed_until`")
    if at and at <= account.now():
        raise bad_param("cancel_at", "The `cancel_at` timestamp must be in the future.")
    return {"cancel_at": at or None, "cancel_at_period_end": False, **requested(account, at or None)}


def requested(account: Account, at: int | None) -> Body:
    details = {"comment": None, "feedback": None, "reason": "cancellation_requested" if at else None}
    return {"canceled_at": account.now() if at else None, "cancellation_details": details}


def set_ending(account: Account, subscription: Record) -> None:
    """Has it canceled on the day `cancel_at` shows."""
    due.drop(account, "subscription.cancel", subscription.id)
    if subscription["cancel_at"] is not None:
        clock = clock_of(account, subscription["customer"])
        due.later(account, subscription["cancel_at"], "subscription.cancel", subscription.id, clock)


# -- when it charges next --------------------------------------------------------------------------------------


def check_trial_end(account: Account, trial_end: int | str, param: str = "trial_end") -> None:
    if trial_end == "now":
        return
    if int(trial_end) <= account.now():
        raise bad_param(param, "Invalid timestamp: must be an integer Unix timestamp in the future.")
    if int(trial_end) > account.now() + TWO_YEARS:
        raise bad_param(param, "The `trial_end` date has to be at most two years in the future.")


def postpone(account: Account, subscription: Record, trial_end: int) -> None:
    """The next charge is at `trial_end`, and every later one counts from there. Nothing is charged or given back now."""
    now = account.now()
    for item in subscribing.items_of(account, subscription):
        account.change(item, current_period_start=now, current_period_end=trial_end)
    fields: Body = {"status": "trialing", "trial_start": now, "trial_end": trial_end, "billing_cycle_anchor": trial_end}
    if subscription["cancel_at_period_end"]:
        fields["cancel_at"] = trial_end
    period = subscribing.period_of(subscription)
    before = {name: subscription[name] for name in (*fields, "items", "latest_invoice")}
    subscribing.show_items(account, subscription)
    account.change(subscription, **fields)
    invoice = subscribing.bill(
        account, subscription, reason="subscription_update", auto_advance=False, period=(period[0], now), only_own=True
    )
    changed = {name: value for name, value in before.items() if value != subscription[name]}
    account.emit("customer.subscription.updated", subscription, changed)
    invoicing.finalize(account, invoice)
    running.plan(account, subscription)
    set_ending(account, subscription)


def charge_now(account: Account, subscription: Record, **fields: Any) -> None:
    """A new period begins this moment, and is charged at once: a trial was ended, or a pause."""
    account.change(subscription, billing_cycle_anchor=account.now(), **fields)
    invoice = running.roll(account, subscription, reason="subscription_update")
    due.drop(account, "invoice.finalize", invoice.id)
    if invoice["status"] == "draft":
        invoicing.finalize(account, invoice)
    if invoice["status"] == "open":
        collecting.collect(account, invoice, automatic=True)


# -- whether it collects ---------------------------------------------------------------------------------------


def pause_collection(account: Account, subscription: Record, given: Params | str) -> Body:
    """What `pause_collection` changes: invoices are still made, and none is collected."""
    due.drop(account, "subscription.resume_collection", subscription.id)
    if not isinstance(given, dict):
        return {"pause_collection": None}
    resumes_at = given.get("resumes_at")
    if resumes_at is not None:
        if resumes_at <= account.now():
            raise bad_param("pause_collection[resumes_at]", "`resumes_at` must be in the future.")
        clock = clock_of(account, subscription["customer"])
        due.later(account, resumes_at, "subscription.resume_collection", subscription.id, clock)
    return {"pause_collection": {"behavior": given["behavior"], "resumes_at": resumes_at}}


@due.handler("subscription.resume_collection")
def resume_collection(account: Account, id: str) -> None:
    subscription = account.get("subscription", id)
    if subscription["status"] not in states.ENDED:
        states.tell(account, subscription, pause_collection=None)


def check_method(account: Account, id: str, customer: str, param: str = "default_payment_method") -> Record:
    """A card that is the customer's."""
    method = account.get("payment_method", id, param)
    if method["customer"] != customer:
        message = f"The customer does not have a payment method with the ID {id}. Attach it to the customer first."
        raise StripeError(message, code="resource_missing", param=param)
    return method
