"""What is charged again and again."""

from __future__ import annotations

from typing import Any

from stripe_sim.account import Account
from stripe_sim.billing import calendar, changing, clocks, collecting, invoicing, lines, running, states, subscribing
from stripe_sim.endpoints import catalogue, customers, payment_intents
from stripe_sim.endpoints.table import Page, Params, endpoint, listed, merge_metadata
from stripe_sim.errors import StripeError, bad_param, missing_param, not_modelled
from stripe_sim.store import Body, Record

SHARED = (
    "cancel_at cancel_at_period_end collection_method default_payment_method description items metadata off_session "
    "payment_behavior proration_behavior trial_end trial_settings billing_cycle_anchor "
)
CREATING = SHARED + "add_invoice_items billing_mode currency customer trial_period_days"
UPDATING = SHARED + "cancellation_details pause_collection"


@endpoint("POST /v1/subscriptions", CREATING)
def create(account: Account, params: Params) -> Record:
    if "customer" not in params:
        raise missing_param("customer")
    customer = customers.living(account, params["customer"], "customer")
    with clocks.at_time_of(account, customer.id):
        return create_for(account, customer, params)


def create_for(account: Account, customer: Record, params: Params) -> Record:
    check_shared(account, params)
    if params.get("billing_mode", {}).get("type", "flexible") != "flexible":
        raise not_modelled("`billing_mode` other than flexible")
    behavior = params.get("payment_behavior", "allow_incomplete")
    if behavior == "pending_if_incomplete":
        raise bad_param("payment_behavior", "`pending_if_incomplete` can only be used when updating a subscription.")
    wanted = read_wanted(account, params)
    once = [read_once(account, given, f"add_invoice_items[{i}]") for i, given in enumerate(params.get("add_invoice_items", []))]
    trial_end = read_trial(account, params)
    own = params.get("default_payment_method")
    method = changing.check_method(account, own, customer.id) if own else default_of(account, customer)
    anchor = read_anchor(account, params, wanted, trial_end)
    due_now = sum(price["unit_amount"] * quantity for price, quantity in once)
    if trial_end is None and anchor is None:
        due_now += sum(price["unit_amount"] * quantity for price, quantity, _ in wanted)
    check_payable(account, behavior, method, due_now)
    fields: dict[str, Any] = {"trial_settings": params["trial_settings"]} if "trial_settings" in params else {}
    if anchor:
        fields["billing_cycle_anchor"] = anchor
    subscription = subscribing.make(
        account,
        customer,
        wanted,
        trial_end=trial_end,
        default_payment_method=own,
        description=params.get("description") or None,
        metadata=params.get("metadata") or {},
        **fields,
    )
    account.note(subscription, free_until=anchor)
    account.change(subscription, **changing.ending(account, subscription, params))
    for price, quantity in once:
        lines.buy(account, customer, price.body, quantity, subscription=subscription.id)
    running.begin(account, subscription, attempts=behavior != "default_incomplete")
    changing.set_ending(account, subscription)
    return subscription


def check_shared(account: Account, params: Params) -> None:
    if params.get("collection_method", "charge_automatically") != "charge_automatically":
        raise not_modelled("`collection_method=send_invoice`")
    if params.get("proration_behavior") == "always_invoice":
        raise not_modelled("prorations (`proration_behavior=always_invoice`)")


def read_wanted(account: Account, params: Params) -> list[subscribing.Wanted]:
    given = params.get("items") or []
    if not given:
        raise missing_param("items")
    wanted = []
    for index, item in enumerate(given):
        changing.check_item(item, f"items[{index}]")
        price = changing.read_price(account, item, f"items[{index}]")
        wanted.append((price, item.get("quantity", 1), item.get("metadata") or {}))
    changing.check_rhythm([price.body for price, _, _ in wanted])
    return wanted


def read_once(account: Account, given: Params, param: str) -> tuple[Record, int]:
    for name in given:
        if name not in ("price", "price_data", "quantity"):
            raise not_modelled(f"`{param}[{name}]`")
    from_data = "price_data" in given
    price = (
        catalogue.make_inline(account, given["price_data"], f"{param}[price_data]")
        if from_data
        else account.get("price", given.get("price", ""), f"{param}[price]")
    )
    if price["recurring"]:
        raise bad_param(f"{param}[price]", "This field only accepts prices with `type=one_time`.")
    return price, given.get("quantity", 1)


def read_trial(account: Account, params: Params) -> int | None:
    if "trial_end" in params and "trial_period_days" in params:
        raise bad_param("trial_end", "You may only specify one of these parameters: trial_end, trial_period_days.")
    if "trial_period_days" in params:
        return account.now() + params["trial_period_days"] * 86400 if params["trial_period_days"] else None
    trial_end = params.get("trial_end", "now")
    changing.check_trial_end(account, trial_end)
    return None if trial_end == "now" else int(trial_end)


def read_anchor(account: Account, params: Params, wanted: list[subscribing.Wanted], trial_end: int | None) -> int | None:
    """A later first full period. The part before it is free, for nothing is prorated."""
    anchor = params.get("billing_cycle_anchor")
    if anchor is None:
        return None
    if params.get("proration_behavior") != "none":
        raise not_modelled("prorations: give `billing_cycle_anchor` with `proration_behavior=none`")
    if trial_end is not None:
        raise not_modelled("`billing_cycle_anchor` together with a trial")
    recurring = wanted[0][0]["recurring"]
    latest = calendar.step(account.now(), recurring["interval"], recurring["interval_count"], 1)
    if not account.now() < anchor <= latest:
        message = "`billing_cycle_anchor` must be in the future, and not later than one interval from now."
        raise bad_param("billing_cycle_anchor", message)
    return int(anchor)


def default_of(account: Account, customer: Record) -> Record | None:
    id = (customer["invoice_settings"] or {}).get("default_payment_method")
    return account.store.find(id or "", "payment_method")


def check_payable(account: Account, behavior: str, method: Record | None, due_now: int) -> None:
    """Without a card nothing can be charged; with `error_if_incomplete` the card must also be good for it."""
    if not due_now or behavior == "default_incomplete":
        return
    if method is None:
        message = "This customer has no attached payment source or default payment method."
        raise StripeError(message, code="resource_missing", began=True)
    if behavior == "error_if_incomplete" and method["type"] == "card":
        refusal = payment_intents.refusal_of(account, method)
        if refusal:
            raise StripeError(
                refusal.message,
                status=402,
                type="card_error",
                code=refusal.code,
                decline_code=refusal.decline_code,
                began=True,
            )
        if payment_intents.must_authenticate(method):
            message = "Payment for this subscription requires additional user action before it can be completed successfully."
            code = "subscription_payment_intent_requires_action"
            raise StripeError(message, status=402, type="card_error", code=code, began=True)


@endpoint("GET /v1/subscriptions/{subscription_exposed_id}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("subscription", id, "id")


def not_ended(account: Account, id: str) -> Record:
    """A subscription that has not ended."""
    subscription = account.get("subscription", id, "id")
    if subscription["status"] in states.ENDED:
        message = f"No such subscription: '{id}'"  # so Stripe speaks of one that is canceled
        raise StripeError(message, status=404, code="resource_missing", param="id")
    return subscription


@endpoint("POST /v1/subscriptions/{subscription_exposed_id}", UPDATING)
def update(account: Account, params: Params, id: str) -> Record:
    """Of one that has ended, only the metadata and the reasons for its end can be changed."""
    subscription = account.get("subscription", id, "id")
    if subscription["status"] in states.ENDED and set(params) - {"metadata", "cancellation_details"}:
        message = "A canceled subscription can only update its cancellation_details and metadata."
        raise StripeError(message, param="id", began=True)
    with clocks.at_time_of(account, subscription["customer"]):
        check_shared(account, params)
        if params.get("billing_cycle_anchor", {}).get("type", "unchanged") != "unchanged":
            raise not_modelled("`billing_cycle_anchor[type]=now`")
        if "trial_end" in params:
            changing.check_trial_end(account, params["trial_end"])
        proration = params.get("proration_behavior", "create_prorations")
        moves = params.get("trial_end", "now") != "now"
        if moves and subscription["status"] != "trialing" and proration != "none":
            raise not_modelled("prorations: move a charge by `trial_end` with `proration_behavior=none`")
        fields = read_changes(account, subscription, params, proration)
        states.tell(account, subscription, **fields)
        if subscription["status"] in states.ENDED:
            return subscription
        changing.set_ending(account, subscription)
        if moves:
            changing.postpone(account, subscription, int(params["trial_end"]))
        elif params.get("trial_end") == "now" and subscription["status"] == "trialing":
            changing.charge_now(account, subscription, trial_end=account.now())
        return subscription


def read_changes(account: Account, subscription: Record, params: Params, proration: str) -> Body:
    fields: Body = {}
    if params.get("default_payment_method"):
        fields["default_payment_method"] = params["default_payment_method"]
        changing.check_method(account, params["default_payment_method"], subscription["customer"])
    if "description" in params:
        fields["description"] = params["description"] or None
    if "metadata" in params:
        fields["metadata"] = merge_metadata(subscription, params["metadata"])
    if "trial_settings" in params:
        fields["trial_settings"] = params["trial_settings"]
    fields |= changing.ending(account, subscription, params)
    if "cancellation_details" in params:
        before = fields.get("cancellation_details") or subscription["cancellation_details"] or {"reason": None}
        fields["cancellation_details"] = {**before, **details_of(params)}
    if "pause_collection" in params:
        fields |= changing.pause_collection(account, subscription, params["pause_collection"])
    if params.get("items"):
        kept = list(subscription.private["items"])
        copies = {id: dict(account.get("subscription_item", id).body) for id in kept}
        try:
            changing.change_items(account, subscription, params["items"], proration, "items")
        except StripeError:  # nothing is changed by half
            account.note(subscription, items=kept)
            for id, body in copies.items():
                account.change(account.get("subscription_item", id), **body)
            raise
        fields["items"] = subscribing.shown_items(account, subscription)
    return fields


def details_of(params: Params) -> Body:
    given = params.get("cancellation_details", {})
    if "feedback_option" in given:
        raise not_modelled("`cancellation_details[feedback_option]`")
    return {name: given.get(name) or None for name in ("comment", "feedback")}


@endpoint("DELETE /v1/subscriptions/{subscription_exposed_id}", "cancellation_details invoice_now prorate")
def cancel(account: Account, params: Params, id: str) -> Record:
    """Ends it at once. Nothing is given back. A first invoice that was never paid is void."""
    subscription = not_ended(account, id)
    for name in ("invoice_now", "prorate"):
        if params.get(name):
            raise not_modelled(f"`{name}` when a subscription is canceled")
    with clocks.at_time_of(account, subscription["customer"]):
        unpaid = account.store.find(subscription["latest_invoice"] or "", "invoice")
        incomplete = subscription["status"] == "incomplete"
        states.cancel(account, subscription, reason="cancellation_requested", **details_of(params))
        if incomplete and unpaid and unpaid["status"] == "open":
            invoicing.void(account, unpaid)
    return subscription


@endpoint("POST /v1/subscriptions/{subscription}/resume", "billing_cycle_anchor")
def resume(account: Account, params: Params, id: str) -> Record:
    """From paused, where a trial without a card has led, to a period that begins and is charged now."""
    subscription = not_ended(account, id)
    if subscription["status"] != "paused":
        message = f"Only paused subscriptions can be resumed. This one is {subscription['status']}."
        raise StripeError(message, param="id", began=True)
    if params.get("billing_cycle_anchor", "now") != "now":
        raise not_modelled("`billing_cycle_anchor` other than now when a subscription is resumed")
    with clocks.at_time_of(account, subscription["customer"]):
        if collecting.method_for(account, account.get("invoice", subscription["latest_invoice"])) is None:
            message = "This customer has no attached payment source or default payment method."
            raise StripeError(message, code="resource_missing", began=True)
        account.change(subscription, status="active", status_details=None)
        account.emit("customer.subscription.resumed", subscription)
        changing.charge_now(account, subscription)
    return subscription


@endpoint("GET /v1/subscriptions", "collection_method created customer price status test_clock")
def list_all(account: Account, params: Params) -> Page:
    """Those that have ended only when asked for: by their own status, `ended`, or `all`."""
    status, price = params.get("status"), params.get("price")
    found = listed(account, "subscription", params, "collection_method", "customer", "test_clock").records
    return Page(
        [
            subscription
            for subscription in found
            if has_status(subscription["status"], status)
            and (price is None or price in [item["price"]["id"] for item in subscription["items"]["data"]])
        ]
    )


def has_status(status: str, wanted: str | None) -> bool:
    match wanted:
        case "all":
            return True
        case "ended":
            return status in states.ENDED
        case None:  # Stripe leaves out only those that are canceled
            return status != "canceled"
    return status == wanted
