"""A card or a bank account to pay with. A card is made from a test number, or from Stripe's own test ids as pm_card_visa."""

from __future__ import annotations

from typing import Any

from stripe_sim.account import Account
from stripe_sim.banks import BY_ENDING, Number, TestAccount, read_number
from stripe_sim.cards import (
    BY_NAME,
    BY_NUMBER,
    REFUSED,
    Decline,
    TestCard,
    cvc_is_complete,
    digits_of,
    find_by_test_id,
    is_past,
    passes_luhn,
)
from stripe_sim.endpoints import mandates
from stripe_sim.endpoints.table import Page, Params, blank_to_null, endpoint, listed, merge_metadata
from stripe_sim.errors import StripeError, bad_param, missing_param, no_such, not_modelled, wrong_state
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
    prune(method)
    return method


def make_bank(account: Account, number: Number, holder: str, *, details: Body | None = None) -> Record:
    """A payment method for a New Zealand bank account, by a number whose ending is in our table."""
    method = account.make(
        "payment_method",
        "pm_",
        {"bank": number.ending, "authenticated": False, "mandate": None},
        type="nz_bank_account",
        allow_redisplay="unspecified",
        billing_details={**NO_DETAILS, **(details or {})},
        nz_bank_account={
            "account_holder_name": holder,
            "bank_code": number.bank,
            "bank_name": number.bank_name,
            "branch_code": number.branch,
            "last4": number.account[-4:],
            "suffix": number.suffix,
        },
    )
    prune(method)
    return method


def prune(method: Record) -> None:
    """Only the hash of its own type is on the wire."""
    for name in [name for name, value in method.body.items() if value is None and name != "customer"]:
        del method.body[name]


def take(account: Account, id: str, param: str) -> Record:
    """An existing payment method, or a fresh one for a test id: pm_card_visa can be used any number of times."""
    card = find_by_test_id(id)
    if card and id.startswith("pm_card_"):
        return make(account, card)
    method = account.store.find(id, "payment_method")
    if method is None:
        raise no_such("PaymentMethod", id, param)
    if method.private.get("detached"):
        message = "The provided PaymentMethod was previously detached from a Customer, and may not be used again."
        raise bad_param(param, message)
    return method


def attach(account: Account, method: Record, customer: Record) -> None:
    """Saves the card for the customer. A card that declines every charge is declined here too, unless it is the one
    that exists to be saved and then fail."""
    decline = unsavable(method)
    if decline:
        raise StripeError(
            decline.message,
            status=402,
            type="card_error",
            code=decline.code,
            decline_code=decline.decline_code,
            began=True,
        )
    account.change(method, customer=customer.id)
    account.emit("payment_method.attached", method)


def card_of(method: Record) -> TestCard:
    return BY_NAME[method.private["card"]]


def bank_of(method: Record) -> TestAccount:
    return BY_ENDING[method.private["bank"]]


def is_bank(method: Record) -> bool:
    return bool(method["type"] == "nz_bank_account")


def unsavable(method: Record) -> Decline | None:
    """Why this method cannot be kept for later, if it cannot."""
    if is_bank(method) or card_of(method).may_be_saved:
        return None
    return card_of(method).decline or REFUSED


def take_mandate(account: Account, method: Record, params: Params) -> None:
    """A bank account needs its owner's agreement, given before or now as `mandate_data`."""
    if not is_bank(method):
        return
    if params.get("mandate_data"):
        mandates.accept(account, method, params["mandate_data"])
    elif mandates.of(account, method) is None:
        raise missing_param("mandate_data", "A bank account is debited under a mandate. Give `mandate_data`.")


def detach_from(account: Account, customer: Record) -> None:
    for method in list(account.store.all("payment_method")):
        if method["customer"] == customer.id:
            let_go(account, method)


def let_go(account: Account, method: Record) -> None:
    account.update(method, "payment_method.detached", customer=None)
    account.note(method, detached=True)


@endpoint("POST /v1/payment_methods", "allow_redisplay billing_details card metadata nz_bank_account type")
def create(account: Account, params: Params) -> Record:
    if params.get("type") not in ("card", "nz_bank_account"):
        raise not_modelled(f"payment methods of type {params.get('type')!r}")
    details = params.get("billing_details", {})
    details = {**details, "address": {**NO_ADDRESS, **(details.get("address") or {})}}
    given: dict[str, Any] = params.get(params["type"], {})
    if params["type"] == "nz_bank_account":
        method = make_from_account(account, given, details)
    elif "token" in given:
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


def make_from_account(account: Account, given: dict[str, Any], details: Body) -> Record:
    if not given:
        raise missing_param("nz_bank_account")
    parts = [given[name] for name in ("bank_code", "branch_code", "account_number", "suffix")]
    number = read_number("-".join(parts))
    if number is None:
        raise bad_param("nz_bank_account", "This is not a New Zealand bank account number.", "account_number_invalid")
    if number.ending not in BY_ENDING:
        message = f"In test mode the account number must end in {', '.join(BY_ENDING)}: see stripe_sim/README.md."
        raise bad_param("nz_bank_account[suffix]", message, "account_number_invalid")
    holder = given.get("account_holder_name") or details.get("name")
    if not holder:
        raise missing_param("nz_bank_account[account_holder_name]")
    return make_bank(account, number, holder, details=details)


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
    let_go(account, method)
    return method


@endpoint("POST /v1/payment_methods/{payment_method}", "allow_redisplay billing_details card metadata")
def update(account: Account, params: Params, id: str) -> Record:
    """The owner's details, or a card's new expiry date. Only a method of a customer can be changed."""
    method = account.get("payment_method", id, "payment_method")
    if method["customer"] is None:
        message = "You must save this PaymentMethod to a customer before you can update it."
        raise wrong_state(message, "payment_method_not_attached")
    changes: Body = {}
    if "allow_redisplay" in params:
        changes["allow_redisplay"] = params["allow_redisplay"]
    if "billing_details" in params:
        given = blank_to_null(params["billing_details"])
        address = {**method["billing_details"]["address"], **blank_to_null(given.pop("address", None) or {})}
        changes["billing_details"] = {**method["billing_details"], **given, "address": address}
    if "card" in params:
        changes["card"] = {**method_card(method), **read_expiry_of(account, method, params["card"])}
    if "metadata" in params:
        changes["metadata"] = merge_metadata(method, params["metadata"])
    if changes:
        account.update(method, "payment_method.updated", **changes)
    return method


def method_card(method: Record) -> Body:
    if is_bank(method):
        raise bad_param("card", "This PaymentMethod is no card.")
    return dict(method["card"])


def read_expiry_of(account: Account, method: Record, given: Params) -> Body:
    for name in given:
        if name not in ("exp_month", "exp_year"):
            raise not_modelled(f"`card[{name}]` here")
    expiry = (given.get("exp_year", method["card"]["exp_year"]), given.get("exp_month", method["card"]["exp_month"]))
    if not 1 <= expiry[1] <= 12:
        raise card_error("invalid_expiry_month", "Your card's expiration month is invalid.", "card[exp_month]")
    if is_past(expiry, account.today()):
        raise card_error("invalid_expiry_year", "Your card's expiration year is invalid.", "card[exp_year]")
    return {"exp_year": expiry[0], "exp_month": expiry[1]}


def renew(account: Account, method: Record, years: int) -> None:
    """The card's bank has issued it anew, and the networks have told Stripe its new date."""
    account.update(
        method,
        "payment_method.automatically_updated",
        card={**method_card(method), "exp_year": method["card"]["exp_year"] + years},
    )


@endpoint("GET /v1/customers/{customer}/payment_methods/{payment_method}")
def retrieve_of_customer(account: Account, params: Params, customer: str, id: str) -> Record:
    method = account.get("payment_method", id, "payment_method")
    if method["customer"] != customer:
        raise no_such("PaymentMethod", id, "payment_method")
    return method
