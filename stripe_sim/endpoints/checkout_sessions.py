"""One visit to the hosted payment page: open, then complete or expired. For a payment, or for a subscription."""

from __future__ import annotations

from typing import Any

from stripe_sim.account import Account
from stripe_sim.endpoints import catalogue, checkout_setups, checkout_subscriptions, customers, payment_intents
from stripe_sim.endpoints.payment_intents import read_types
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.errors import bad_param, missing_param, not_modelled, wrong_state
from stripe_sim.money import check_chargeable
from stripe_sim.store import Body, Record

LIFETIME, SHORTEST_LIFETIME = 24 * 3600, 30 * 60
DEFAULTS = {"mode": "payment", "ui_mode": "hosted_page", "locale": "auto"}
CREATING = (
    "allowed_payment_method_types cancel_url client_reference_id currency customer customer_creation customer_email expires_at "
    "line_items locale metadata mode payment_intent_data payment_method_collection setup_intent_data submit_type "
    "subscription_data success_url ui_mode"
)
PAYMENT_INTENT_DATA = ("description", "metadata", "receipt_email", "setup_future_usage", "statement_descriptor_suffix")


@endpoint("POST /v1/checkout/sessions", CREATING)
def create(account: Account, params: Params) -> Record:
    check_kind(params)
    types = read_types(params)
    if "setup_intent_data" in params and params.get("mode") != "setup":
        raise bad_param("setup_intent_data", "`setup_intent_data` can be given in `setup` mode only.")
    if not params.get("success_url"):
        raise missing_param("success_url", "You must provide a `success_url` for a hosted Checkout Session.")
    for name in ("success_url", "cancel_url"):
        if params.get(name) and not str(params[name]).startswith(("http://", "https://")):
            raise bad_param(name, "Not a valid URL", "url_invalid")
    if len(params.get("client_reference_id", "")) > 200:
        raise bad_param("client_reference_id", "Invalid string: it may have at most 200 characters")
    expires_at = lifetime(account, params)
    customer = who_pays(account, params)
    if params.get("mode") == "setup":
        return checkout_setups.create(account, params, customer, types, expires_at)
    recurs = params.get("mode") == "subscription"
    check_mode(params, recurs)
    wishes = read_intent_data(params)
    plan = checkout_subscriptions.read_data(account, params) if recurs else {}
    items = read_items(account, params)
    check_types(types, items[0]["currency"])
    if params.get("currency", items[0]["currency"]) != items[0]["currency"]:
        raise bad_param("currency", "`currency` is not the currency of the line items.")
    if recurs:
        checkout_subscriptions.check_items(items, plan)
    amount = sum(item.body["amount_total"] for item in items)
    if amount:
        check_chargeable(amount, items[0]["currency"], None)
    session = account.make(
        "checkout.session",
        "cs_test_",
        {"items": [item.id for item in items], "intent": wishes, "subscription": plan, "draft": {}},
        amount_subtotal=amount,
        amount_total=amount,
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        currency=items[0]["currency"],
        customer=customer.id if customer else None,
        customer_creation=None if customer else "always" if recurs else params.get("customer_creation", "if_required"),
        customer_email=params.get("customer_email"),
        customer_details=details(params.get("customer_email") or (customer["email"] if customer else None)),
        client_reference_id=params.get("client_reference_id"),
        success_url=params["success_url"],
        cancel_url=params.get("cancel_url") or None,
        expires_at=expires_at,
        metadata=params.get("metadata") or {},
        **types,
        payment_status="unpaid" if amount else "no_payment_required",
        payment_method_collection=params.get("payment_method_collection", "always") if recurs else "if_required",
        submit_type=params.get("submit_type"),
        status="open",
        **{name: params.get(name, usual) for name, usual in DEFAULTS.items()},
    )
    account.change(session, url=f"{account.url}/c/pay/{session.id}")
    return session


def check_kind(params: Params) -> None:
    if params.get("mode", "payment") not in ("payment", "subscription", "setup"):
        raise not_modelled(f"Checkout in `mode={params['mode']}`")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_modelled(f"Checkout with `ui_mode={params['ui_mode']}`")


def check_types(types: Body, currency: str) -> None:
    if currency != "nzd" and types["payment_method_types"] == ["nz_bank_account"]:
        raise bad_param("allowed_payment_method_types", "A New Zealand bank account pays in nzd only.")
    if currency != "nzd":
        types["payment_method_types"] = ["card"]


def check_mode(params: Params, recurs: bool) -> None:
    """Parameters that are for one mode only."""
    payment_only, recurring_only = (
        ("payment_intent_data", "customer_creation"),
        ("subscription_data", "payment_method_collection"),
    )
    mode = "subscription" if recurs else "payment"
    for name in payment_only if recurs else recurring_only:
        if name in params:
            raise bad_param(name, f"You can not pass `{name}` in `{mode}` mode.")
    if not recurs and params.get("submit_type") == "subscribe":
        raise bad_param("submit_type", "`submit_type` can be `subscribe` in `subscription` mode only.")


def lifetime(account: Account, params: Params) -> int:
    """When the session expires, UTC seconds: within 30 minutes and 24 hours from now."""
    now = account.now()
    expires_at = int(params.get("expires_at", now + LIFETIME))
    if expires_at < now + SHORTEST_LIFETIME - 5:  # a few seconds of grace for the way here
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise bad_param("expires_at", message)
    if expires_at > now + LIFETIME + 5:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise bad_param("expires_at", message)
    return expires_at


def who_pays(account: Account, params: Params) -> Record | None:
    if "customer" in params and params.get("customer_email"):
        raise bad_param("customer", "You may only specify one of these parameters: customer, customer_email.")
    if "customer" in params and "customer_creation" in params:
        raise bad_param("customer_creation", "`customer_creation` can only be used when no `customer` is given.")
    customers.check_email({"email": params.get("customer_email")})
    return customers.living(account, params["customer"], "customer") if "customer" in params else None


def details(email: str | None, name: str | None = None) -> Body:
    no_address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "address": no_address if name else None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def read_intent_data(params: Params) -> Body:
    """What the payment intent is to carry, once the payer has tried to pay."""
    wishes = dict(params.get("payment_intent_data", {}))
    if wishes.get("capture_method") == "automatic_async":
        del wishes["capture_method"]
    for name in wishes:
        if name == "statement_descriptor":
            message = "A card charge cannot have a `statement_descriptor`. Use `statement_descriptor_suffix`."
            raise bad_param("payment_intent_data[statement_descriptor]", message)
        if name not in PAYMENT_INTENT_DATA:
            raise not_modelled(f"`payment_intent_data[{name}]`")
    payment_intents.check_suffix(wishes.get("statement_descriptor_suffix"), "payment_intent_data[statement_descriptor_suffix]")
    return {name: value for name, value in wishes.items() if value != ""}


def read_items(account: Account, params: Params) -> list[Record]:
    """The session's lines. Everything is checked before the first is made."""
    given: list[dict[str, Any]] = params.get("line_items", [])
    if not given:
        raise missing_param("line_items", "`line_items` is required in payment mode.")
    for index, line in enumerate(given):
        param = f"line_items[{index}]"
        for name in line:
            if name not in ("price", "price_data", "quantity"):
                raise not_modelled(f"`{param}[{name}]`")
        if ("price" in line) == ("price_data" in line):
            raise missing_param(f"{param}[price]", f"Give either `{param}[price]` or `{param}[price_data]`.")
        if "quantity" not in line:
            raise missing_param(f"{param}[quantity]", f"Quantity is required. Add `quantity` to `{param}`")
        if line["quantity"] < 1:
            raise bad_param(f"{param}[quantity]", "Invalid positive integer", "parameter_invalid_integer")
    prices = [read_price(account, line, f"line_items[{index}]") for index, line in enumerate(given)]
    if len({price["currency"] for price in prices}) > 1:
        raise bad_param("line_items", "All line items must have the same currency.")
    if params.get("mode") == "subscription":
        if not any(price["recurring"] for price in prices):
            raise bad_param("line_items", "You must provide at least one recurring price in `subscription` mode.")
    elif any(price["recurring"] for price in prices):
        message = "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only "
        raise bad_param("mode", message + "one-time prices.")
    return [make_item(account, price, line["quantity"]) for price, line in zip(prices, given, strict=True)]


def read_price(account: Account, line: dict[str, Any], param: str) -> Record:
    if "price_data" in line:
        return catalogue.make_inline(account, line["price_data"], f"{param}[price_data]")
    price = account.get("price", line["price"], f"{param}[price]")
    if not price["active"]:
        raise bad_param(f"{param}[price]", f"The price {price.id} is inactive.")
    return price


def make_item(account: Account, price: Record, quantity: int) -> Record:
    amount = price["unit_amount"] * quantity
    product = account.get("product", price["product"])
    item = account.make(
        "item",
        "li_",
        {"price": price.id},
        amount_subtotal=amount,
        amount_total=amount,
        currency=price["currency"],
        description=product["name"],
        quantity=quantity,
        price=dict(price.body),
    )
    for name in ("adjustable_quantity", "created", "discounts", "metadata", "taxes"):
        item.body.pop(name, None)
    return item


@endpoint("GET /v1/checkout/sessions/{session}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("checkout.session", id, "session")


@endpoint("GET /v1/checkout/sessions", "created customer payment_intent status subscription")
def list_all(account: Account, params: Params) -> Page:
    return listed(account, "checkout.session", params, "customer", "payment_intent", "status", "subscription")


@endpoint("GET /v1/checkout/sessions/{session}/line_items")
def line_items(account: Account, params: Params, id: str) -> Page:
    return Page(items_of(account, account.get("checkout.session", id, "session")))


def items_of(account: Account, session: Record) -> list[Record]:
    return [account.get("item", id) for id in session.private["items"]]


@endpoint("POST /v1/checkout/sessions/{session}/expire")
def expire(account: Account, params: Params, id: str) -> Record:
    session = account.get("checkout.session", id, "session")
    if session["status"] != "open":
        message = f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.'
        raise wrong_state(message, "checkout_session_not_open")
    close(account, session)
    return session


def close(account: Account, session: Record) -> None:
    """Nobody paid in time, or we asked for the end. An intent that was tried in vain goes with it."""
    account.change(session, status="expired", url=None)
    intent = account.store.find(session["payment_intent"] or session.private.get("paying") or "", "payment_intent")
    if intent and intent["status"] in payment_intents.CONFIRMABLE:
        account.change(intent, status="canceled", canceled_at=account.now(), cancellation_reason="abandoned", next_action=None)
        account.emit("payment_intent.canceled", intent)
    account.emit("checkout.session.expired", session)


def close_overdue(account: Account) -> None:
    for session in list(account.store.all("checkout.session")):
        if session["status"] == "open" and session["expires_at"] <= account.now():
            close(account, session)
