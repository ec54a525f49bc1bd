"""A card to pay with. Made from a test card number, or from Stripe's own test ids such as pm_card_visa."""

from __future__ import annotations

from typing import Any

from stripe_sim.account import Account
from stripe_sim.cards import BY_NAME, BY_NUMBER, TestCard, cvc_is_complete, digits_of, find_by_test_id, is_past, passes_luhn
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.errors import StripeError, bad_param, no_such, not_modelled, wrong_state
from stripe_sim.store import Body, Record

NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
NO_DETAILS: Body = {"address": NO_ADDRESS, "email": None, "name": None, "phone": None, "tax_id": None}


def make(
    account: Account, card: TestCard, *, expiry: tuple[int, int] | None = None, details: Body | None = None, cvc: bool = True
) -> Record:
    """A payment method for a test card. `expiry` is (year, month), by default some years ahead."""
    year, month = expiry or (account.today().year + 3, 12)
    checks = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass" if cvc else None}
    method = account.make(
        "payment_method",
        "pm_",
        {"card": card.name, "authenticated": False},
        type="card",
        allow_redisplay="unspecified",
        billing_details={**NO_DETAILS, **(details or {})},
        card={
            "brand": card.brand,
            "checks": checks,
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": month,
            "exp_year": year,
            "fingerprint": card.fingerprint,
            "funding": "credit",
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
    )
    for name in [name for name, value in method.body.items() if value is None and name != "customer"]:
        del method.body[name]  # only the hash of its own type is on the wire
    return method


def take(account: Account, id: str, param: str) -> Record:
    """An existing payment method, or a fresh one for a test id: pm_card_visa can be used any number of times."""
    card = find_by_test_id(id)
    if card and id.startswith("pm_card_"):
        return make(account, card)
    method = account.store.find(id, "payment_method")
    if method is None:
        raise no_such("PaymentMethod", id, param)
    return method


def attach(account: Account, method: Record, customer: Record) -> None:
    """Saves the card for the customer. A card that declines every charge is declined here too, unless it is the one
    that exists to be saved and then fail."""
    card = card_of(method)
    if card.decline and not card.may_be_saved:
        raise StripeError(
            card.decline.message,
            status=402,
            type="card_error",
            code=card.decline.code,
            decline_code=card.decline.decline_code,
            began=True,
        )
    account.change(method, customer=customer.id)
    account.emit("payment_method.attached", method)


def card_of(method: Record) -> TestCard:
    return BY_NAME[method.private["card"]]


def detach_from(account: Account, customer: Record) -> None:
    for method in list(account.store.all("payment_method")):
        if method["customer"] == customer.id:
            account.update(method, "payment_method.detached", customer=None)


@endpoint("POST /v1/payment_methods", "allow_redisplay billing_details card metadata type")
def create(account: Account, params: Params) -> Record:
    if params.get("type") != "card":
        raise not_modelled(f"payment methods of type {params.get('type')!r}")
    details = params.get("billing_details", {})
    details = {**details, "address": {**NO_ADDRESS, **(details.get("address") or {})}}
    given: dict[str, Any] = params.get("card", {})
    if "token" in given:
        card = find_by_test_id(given["token"])
        if card is None:
            raise no_such("token", given["token"], "card[token]")
        method = make(account, card, details=details)
    else:
        method = make_from_number(account, given, details)
    account.change(method, metadata=params.get("metadata") or {})
    if "allow_redisplay" in params:
        account.change(method, allow_redisplay=params["allow_redisplay"])
    return method


def make_from_number(account: Account, given: dict[str, Any], details: Body) -> Record:
    number = digits_of(given.get("number", ""))
    if not passes_luhn(number):
        raise card_error("incorrect_number", "Your card number is incorrect.", "number")
    expiry = (given.get("exp_year", 0), given.get("exp_month", 0))
    if not 1 <= expiry[1] <= 12:
        raise card_error("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month")
    if is_past(expiry, account.today()):
        raise card_error("invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year")
    if "cvc" in given and not cvc_is_complete(given["cvc"], number):
        raise card_error("invalid_cvc", "Your card's security code is invalid.", "cvc")
    if number not in BY_NUMBER:
        message = "Your card was declined. Your request was in test mode, but used a non test card."
        raise card_error("card_declined", message, "number", decline_code="test_mode_live_card")
    return make(account, BY_NUMBER[number], expiry=expiry, details=details, cvc="cvc" in given)


def card_error(code: str, message: str, param: str, **more: Any) -> StripeError:
    return StripeError(message, status=402, type="card_error", code=code, param=param, began=True, **more)


@endpoint("GET /v1/payment_methods/{payment_method}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("payment_method", id, "payment_method")


@endpoint("GET /v1/payment_methods", "customer type")
def list_all(account: Account, params: Params) -> Page:
    """Stripe lists only those of a customer; without one there is nothing to list."""
    if "customer" not in params:
        return Page([])
    return listed(account, "payment_method", params, "customer", "type")


@endpoint("GET /v1/customers/{customer}/payment_methods", "type")
def list_of_customer(account: Account, params: Params, customer: str) -> Page:
    return listed(account, "payment_method", {**params, "customer": customer}, "customer", "type")


@endpoint("POST /v1/payment_methods/{payment_method}/attach", "customer")
def attach_to(account: Account, params: Params, id: str) -> Record:
    customer = account.get("customer", params.get("customer", ""), "customer")
    if customer.body.get("deleted"):
        raise no_such("customer", customer.id, "customer")
    method = take(account, id, "payment_method")
    if method["customer"] not in (None, customer.id):
        raise bad_param("payment_method", "The payment method you provided has already been attached to a customer.")
    attach(account, method, customer)
    return method


@endpoint("POST /v1/payment_methods/{payment_method}/detach")
def detach(account: Account, params: Params, id: str) -> Record:
    method = account.get("payment_method", id, "payment_method")
    if method["customer"] is None:
        message = "The payment method you provided is not attached to a customer so detachment is impossible."
        raise wrong_state(message, "payment_method_not_attached")
    account.update(method, "payment_method.detached", customer=None)
    return method
