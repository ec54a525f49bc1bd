"""The wish to keep a way to pay for later, without charging it now.

requires_payment_method → requires_confirmation → requires_action (3D Secure) → succeeded; a refusal goes back to
requires_payment_method; canceled from anywhere but succeeded.
"""

from __future__ import annotations

from typing import Any

from stripe_sim.account import Account
from stripe_sim.cards import Authentication
from stripe_sim.endpoints import customers, mandates, payment_methods
from stripe_sim.endpoints.payment_intents import check_owner, check_return, read_types
from stripe_sim.endpoints.table import Page, Params, endpoint, listed, merge_metadata
from stripe_sim.errors import StripeError, bad_param, missing_param, wrong_state
from stripe_sim.store import Body, Record

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CONFIRMING = "mandate_data payment_method return_url"
CREATING = "allowed_payment_method_types automatic_payment_methods confirm customer description metadata usage "


def make(account: Account, **fields: Any) -> Record:
    intent = account.make(
        "setup_intent",
        "seti_",
        {"return_url": None},
        **{"status": "requires_payment_method", "usage": "off_session", "payment_method_types": ["card"], **fields},
    )
    account.change(intent, client_secret=f"{intent.id}_secret_{account.new_id('')}")
    account.emit("setup_intent.created", intent)
    return intent


# -- one attempt -----------------------------------------------------------------------------------------------


def attempt(account: Account, intent: Record, method: Record, *, return_url: str | None = None) -> None:
    """Tries to keep this method. Afterwards the intent has succeeded, or requires_action, or says in `last_setup_error` why
    it requires another payment method."""
    account.change(intent, payment_method=method.id, next_action=None, last_setup_error=None)
    if not payment_methods.is_bank(method) and must_authenticate(method):
        account.note(intent, return_url=return_url)
        action: Body = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
        if return_url is not None:
            url = f"{account.url}/3ds/{intent.id}"
            action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}}
        account.change(intent, status="requires_action", next_action=action)
        return account.emit("setup_intent.requires_action", intent)
    settle(account, intent, method)


def must_authenticate(method: Record) -> bool:
    return payment_methods.card_of(method).authentication is not Authentication.NEVER


def authenticate(account: Account, intent: Record, *, passed: bool) -> None:
    """The payer's answer on the 3D Secure page."""
    method = account.get("payment_method", intent["payment_method"])
    account.change(intent, next_action=None)
    if passed:
        account.note(method, authenticated=True)
        return settle(account, intent, method)
    message = "The provided PaymentMethod has failed authentication. You can provide a new PaymentMethod to attempt again."
    refuse(account, intent, method, type="invalid_request_error", code="setup_intent_authentication_failure", message=message)


def settle(account: Account, intent: Record, method: Record) -> None:
    decline = payment_methods.unsavable(method)
    if decline:
        return refuse(
            account,
            intent,
            method,
            type="card_error",
            code=decline.code,
            decline_code=decline.decline_code,
            message=decline.message,
        )
    customer = account.store.find(intent["customer"] or "", "customer")
    if customer and method["customer"] is None:
        payment_methods.attach(account, method, customer)
    mandate = mandates.of(account, method) if payment_methods.is_bank(method) else None
    account.change(intent, status="succeeded", mandate=mandate.id if mandate else None, last_setup_error=None)
    account.emit("setup_intent.succeeded", intent)


def refuse(account: Account, intent: Record, method: Record, **error: str) -> None:
    error_body: Body = {**error, "payment_method": dict(method.body)}
    account.change(intent, status="requires_payment_method", payment_method=None, last_setup_error=error_body)
    account.emit("setup_intent.setup_failed", intent)


# -- the API ---------------------------------------------------------------------------------------------------


@endpoint("POST /v1/setup_intents", CREATING + CONFIRMING)
def create(account: Account, params: Params) -> Record:
    confirms = params.get("confirm", False)
    automatic = {"allow_redirects": "always", **(params.get("automatic_payment_methods") or {"enabled": True})}
    for name in ("mandate_data", "return_url"):
        if name in params and not confirms:
            raise bad_param(name, f"{name} can only be given when confirm is true")
    customer = customers.living(account, params["customer"], "customer") if "customer" in params else None
    if confirms:
        check_return(automatic, params)
        if "payment_method" not in params:
            raise missing_param("payment_method", "You cannot confirm this SetupIntent because it's missing a payment method.")
    method = payment_methods.take(account, params["payment_method"], "payment_method") if "payment_method" in params else None
    check_owner(method, customer.id if customer else None)
    intent = make(
        account,
        automatic_payment_methods=automatic,
        customer=customer.id if customer else None,
        description=params.get("description") or None,
        metadata=params.get("metadata") or {},
        usage=params.get("usage", "off_session"),
        **read_types(params),
    )
    if method:
        account.change(intent, payment_method=method.id, status="requires_confirmation")
        if confirms:
            confirm_with(account, intent, method, params)
    return intent


def confirm_with(account: Account, intent: Record, method: Record, params: Params) -> None:
    payment_methods.take_mandate(account, method, params)
    attempt(account, intent, method, return_url=params.get("return_url") or None)
    error = intent["last_setup_error"]
    if error:
        raise StripeError(status=402, began=True, setup_intent=dict(intent.body), **error)


@endpoint("GET /v1/setup_intents/{intent}", "client_secret")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("setup_intent", id, "intent")


@endpoint("GET /v1/setup_intents", "created customer payment_method")
def list_all(account: Account, params: Params) -> Page:
    return listed(account, "setup_intent", params, "customer", "payment_method")


@endpoint("POST /v1/setup_intents/{intent}", "description metadata payment_method")
def update(account: Account, params: Params, id: str) -> Record:
    intent = confirmable(account, id, "updated")
    if "payment_method" in params:
        method = payment_methods.take(account, params["payment_method"], "payment_method")
        check_owner(method, intent["customer"])
        account.change(intent, payment_method=method.id, status="requires_confirmation")
    if "description" in params:
        account.change(intent, description=params["description"] or None)
    if "metadata" in params:
        account.change(intent, metadata=merge_metadata(intent, params["metadata"]))
    return intent


@endpoint("POST /v1/setup_intents/{intent}/confirm", CONFIRMING)
def confirm(account: Account, params: Params, id: str) -> Record:
    intent = confirmable(account, id, "confirmed")
    check_return(intent["automatic_payment_methods"] or {"enabled": False}, params)
    method_id = params.get("payment_method", intent["payment_method"])
    if not method_id:
        message = "You cannot confirm this SetupIntent because it's missing a payment method."
        raise bad_param("payment_method", message, "setup_intent_unexpected_state")
    method = payment_methods.take(account, method_id, "payment_method")
    check_owner(method, intent["customer"])
    confirm_with(account, intent, method, params)
    return intent


@endpoint("POST /v1/setup_intents/{intent}/cancel", "cancellation_reason")
def cancel(account: Account, params: Params, id: str) -> Record:
    intent = confirmable(account, id, "canceled")
    account.change(intent, status="canceled", cancellation_reason=params.get("cancellation_reason"), next_action=None)
    account.emit("setup_intent.canceled", intent)
    return intent


def confirmable(account: Account, id: str, verb: str) -> Record:
    intent = account.get("setup_intent", id, "intent")
    if intent["status"] not in CONFIRMABLE:
        message = f"This SetupIntent's status is {intent['status']}: it cannot be {verb}."
        raise wrong_state(message, "setup_intent_unexpected_state", setup_intent=dict(intent.body))
    return intent
