"""The wish to be paid, through however many attempts it takes.

requires_payment_method → requires_confirmation → requires_action (3D Secure) or processing (a bank debit) → succeeded; a
decline goes back to requires_payment_method; canceled from anywhere but processing and succeeded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stripe_sim import banks, due, postings
from stripe_sim.account import Account
from stripe_sim.cards import EXPIRED, NEEDS_AUTHENTICATION, Authentication, Decline, is_past
from stripe_sim.endpoints import charges, customers, debits, mandates, payment_methods
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.errors import StripeError, bad_param, missing_param, not_modelled, wrong_state
from stripe_sim.money import check_chargeable, check_currency
from stripe_sim.store import Body, Record

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CONFIRMING = "mandate_data off_session payment_method return_url setup_future_usage"
CREATING = (
    "allowed_payment_method_types amount automatic_payment_methods capture_method confirm currency customer description "
    "metadata receipt_email statement_descriptor_suffix "
)
TYPES = ("card", "nz_bank_account")
DEBITED = "payment_intent.debited"

FOLLOWERS: list[Callable[[Account, Record], None]] = []
"""Called whenever an attempt has ended, well or badly, or waits for the payer or the bank. An invoice follows its intent so."""


def make(account: Account, **fields: Any) -> Record:
    check_suffix(fields.get("statement_descriptor_suffix"), "statement_descriptor_suffix")
    intent = account.make(
        "payment_intent",
        "pi_",
        {"return_url": None},
        status="requires_payment_method",
        capture_method="automatic_async",
        confirmation_method="automatic",
        **{"payment_method_types": ["card"], **fields},
    )
    account.change(intent, client_secret=f"{intent.id}_secret_{account.new_id('')}")
    account.emit("payment_intent.created", intent)
    return intent


def check_suffix(suffix: str | None, param: str) -> None:
    """Prefix and suffix share the 22 characters of a bank statement."""
    if suffix and len(f"{charges.STATEMENT_NAME}* {suffix}") > charges.STATEMENT_LENGTH:
        message = f"The statement descriptor suffix is too long: {charges.STATEMENT_LENGTH} characters with its prefix."
        raise bad_param(param, message)
    if suffix and any(character in "<>\\'\"*" for character in suffix):
        raise bad_param(param, "The statement descriptor suffix has a character it may not have: < > \\ ' \" *")


# -- one attempt -----------------------------------------------------------------------------------------------


def attempt(
    account: Account, intent: Record, method: Record, *, off_session: bool = False, return_url: str | None = None
) -> None:
    """Tries to be paid by this card or bank account. Afterwards the intent has succeeded, or is processing, or
    requires_action, or says in `last_payment_error` why it requires another payment method."""
    account.change(intent, payment_method=method.id, next_action=None, last_payment_error=None)
    if payment_methods.is_bank(method):
        return debit(account, intent, method)
    if must_authenticate(method):
        if off_session:
            return decline(account, intent, method, NEEDS_AUTHENTICATION)
        account.note(intent, return_url=return_url)
        account.change(intent, status="requires_action", next_action=next_action(account, intent, return_url))
        account.emit("payment_intent.requires_action", intent)
        return follow(account, intent)
    settle(account, intent, method)


def follow(account: Account, intent: Record) -> None:
    for follower in FOLLOWERS:
        follower(account, intent)


def must_authenticate(method: Record) -> bool:
    """Whether the bank of a card asks its owner first."""
    wanted = payment_methods.card_of(method).authentication
    return wanted is Authentication.ALWAYS or (
        wanted is Authentication.FIRST_USE and not (method.private["authenticated"] and method["customer"])
    )


def next_action(account: Account, intent: Record, return_url: str | None) -> Body:
    if return_url is None:
        return {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    url = f"{account.url}/3ds/{intent.id}"
    return {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}}


def authenticate(account: Account, intent: Record, *, passed: bool) -> None:
    """The payer's answer on the 3D Secure page."""
    method = account.get("payment_method", intent["payment_method"])
    account.change(intent, next_action=None)
    if passed:
        account.note(method, authenticated=True)
        return settle(account, intent, method)
    error = {
        "type": "invalid_request_error",
        "code": "payment_intent_authentication_failure",
        "message": "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
        "PaymentMethod to attempt to fulfill this PaymentIntent again.",
        "payment_method": method.body,
    }
    refuse(account, intent, error)


def settle(account: Account, intent: Record, method: Record) -> None:
    """Charges the card, for better or worse."""
    refusal = refusal_of(account, method)
    if refusal:
        return decline(account, intent, method, refusal)
    charge = charges.make(account, intent, method, None)
    account.change(
        intent,
        status="succeeded",
        amount_received=intent["amount"],
        latest_charge=charge.id,
        last_payment_error=None,
    )
    customer = account.store.find(intent["customer"] or "", "customer")
    if intent["setup_future_usage"] and customer and method["customer"] is None:
        payment_methods.attach(account, method, customer)
    account.emit("charge.succeeded", charge)
    account.emit("payment_intent.succeeded", intent)
    postings.plan(account, charge)
    follow(account, intent)


def refusal_of(account: Account, method: Record) -> Decline | None:
    """Why the bank of a card says no, if it does. A card is good to the end of its month on the clock of this moment."""
    expiry = (method["card"]["exp_year"], method["card"]["exp_month"])
    return payment_methods.card_of(method).decline or (EXPIRED if is_past(expiry, account.today()) else None)


def decline(account: Account, intent: Record, method: Record, why: Decline) -> None:
    charge = charges.make(account, intent, method, why)
    account.emit("charge.failed", charge)
    error = {
        "type": "card_error",
        "charge": charge.id,
        "code": why.code,
        "decline_code": why.decline_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{why.code.replace('_', '-')}",
        "message": why.message,
        "payment_method": method.body,
    }
    refuse(account, intent, error, latest_charge=charge.id)


def refuse(account: Account, intent: Record, error: Body, **fields: Any) -> None:
    error = {**error, "payment_method": dict(error["payment_method"])}
    account.change(intent, status="requires_payment_method", payment_method=None, last_payment_error=error, **fields)
    account.emit("payment_intent.payment_failed", intent)
    follow(account, intent)


# -- bank debits: known two business days later ------------------------------------------------------------------


def debit(account: Account, intent: Record, method: Record) -> None:
    """Sends a debit to the bank. Afterwards the intent is processing, or was refused for want of a mandate."""
    if intent["currency"] != "nzd":
        raise bad_param("payment_method", "A New Zealand bank account pays in nzd only.")
    if "nz_bank_account" not in intent["payment_method_types"]:
        account.change(intent, payment_method_types=[*intent["payment_method_types"], "nz_bank_account"])
    if not mandates.is_active(account, method):
        return refuse(account, intent, debit_error(method, debits.NO_MANDATE))
    charge = debits.begin(account, intent, method)
    account.change(intent, status="processing", latest_charge=charge.id)
    customer = account.store.find(intent["customer"] or "", "customer")
    if intent["setup_future_usage"] and customer and method["customer"] is None:
        payment_methods.attach(account, method, customer)
    account.emit("charge.pending", charge)
    account.emit("payment_intent.processing", intent)
    due.later(account, banks.after_business_days(account.time()), DEBITED, intent.id, clock=account.clock)
    follow(account, intent)


@due.handler(DEBITED)
def end_debit(account: Account, id: str) -> None:
    """The bank has answered."""
    intent = account.get("payment_intent", id)
    method = account.get("payment_method", intent["payment_method"])
    charge = account.get("charge", intent["latest_charge"])
    why = debits.verdict(account, method)
    if why:
        debits.fail(account, charge, method, why)
        account.emit("charge.failed", charge)
        return refuse(account, intent, {**debit_error(method, why), "charge": charge.id})
    debits.succeed(account, charge, method)
    account.change(intent, status="succeeded", amount_received=intent["amount"])
    account.emit("charge.succeeded", charge)
    account.emit("payment_intent.succeeded", intent)
    follow(account, intent)


def debit_error(method: Record, why: Decline) -> Body:
    return {"type": "invalid_request_error", "code": why.code, "message": why.message, "payment_method": method.body}


# -- the API ---------------------------------------------------------------------------------------------------


@endpoint("POST /v1/payment_intents", CREATING + CONFIRMING)
def create(account: Account, params: Params) -> Record:
    check_currency(params["currency"], "currency")
    check_chargeable(params["amount"], params["currency"], "amount")
    if params.get("capture_method", "automatic_async") == "manual":
        raise not_modelled("manual capture")
    if "customer" in params:
        customers.living(account, params["customer"], "customer")
    confirms = params.get("confirm", False)
    automatic = params.get("automatic_payment_methods") or {"enabled": True}
    automatic = {"allow_redirects": "always", **automatic}
    for name in ("mandate_data", "off_session", "return_url"):
        if name in params and not confirms:
            raise bad_param(name, f"{name} can only be given when confirm is true")
    if confirms:
        check_return(automatic, params)
        if "payment_method" not in params:
            message = "You cannot confirm this PaymentIntent because it's missing a payment method."
            raise bad_param("payment_method", message, "payment_intent_unexpected_state")
    method = payment_methods.take(account, params["payment_method"], "payment_method") if "payment_method" in params else None
    check_owner(method, params.get("customer"))
    intent = make(
        account,
        amount=params["amount"],
        currency=params["currency"],
        automatic_payment_methods=automatic,
        metadata=params.get("metadata") or {},
        **read_types(params),
        **{
            name: params.get(name) or None
            for name in ("customer", "description", "receipt_email", "setup_future_usage", "statement_descriptor_suffix")
        },
    )
    if method:
        account.change(intent, payment_method=method.id, status="requires_confirmation")
        if confirms:
            confirm_with(account, intent, method, params)
    return intent


def read_types(params: Params) -> Body:
    """What the payer may choose among: of the types allowed those that are modelled, or cards."""
    allowed = params.get("allowed_payment_method_types")
    if not allowed:
        return {"payment_method_types": ["card"]}
    types = [type for type in TYPES if type in allowed]
    if not types:
        raise not_modelled("paying by anything but a card or a New Zealand bank account")
    return {"allowed_payment_method_types": allowed, "payment_method_types": types}


def check_return(automatic: Body, params: Params) -> None:
    if automatic["enabled"] and automatic["allow_redirects"] == "always" and "return_url" not in params:
        raise missing_param(
            "return_url",
            "This PaymentIntent may use payment methods that redirect. To confirm it, give a `return_url`, or set "
            "`automatic_payment_methods[allow_redirects]` to `never`.",
        )


def check_owner(method: Record | None, customer: str | None) -> None:
    if method and method["customer"] not in (None, customer):
        raise bad_param(
            "payment_method",
            f"The payment method {method.id} belongs to a customer. Give that customer as `customer` on the PaymentIntent.",
        )


def confirm_with(account: Account, intent: Record, method: Record, params: Params) -> None:
    payment_methods.take_mandate(account, method, params)
    attempt(account, intent, method, off_session=bool(params.get("off_session")), return_url=params.get("return_url") or None)
    error = intent["last_payment_error"]
    if error:
        status = 400 if error["code"] == debits.NO_MANDATE.code else 402
        raise StripeError(status=status, began=True, payment_intent=dict(intent.body), **error)


@endpoint("GET /v1/payment_intents/{intent}", "client_secret")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("payment_intent", id, "intent")


@endpoint("GET /v1/payment_intents", "created customer")
def list_all(account: Account, params: Params) -> Page:
    return listed(account, "payment_intent", params, "customer")


@endpoint("POST /v1/payment_intents/{intent}/confirm", CONFIRMING + " receipt_email")
def confirm(account: Account, params: Params, id: str) -> Record:
    intent = account.get("payment_intent", id, "intent")
    if intent["status"] not in CONFIRMABLE:
        message = f"This PaymentIntent's status is {intent['status']}: it cannot be confirmed."
        raise wrong_state(message, "payment_intent_unexpected_state", payment_intent=dict(intent.body))
    check_return(intent["automatic_payment_methods"] or {"enabled": False}, params)
    method_id = params.get("payment_method", intent["payment_method"])
    if not method_id:
        message = "You cannot confirm this PaymentIntent because it's missing a payment method."
        raise bad_param("payment_method", message, "payment_intent_unexpected_state")
    method = payment_methods.take(account, method_id, "payment_method")
    check_owner(method, intent["customer"])
    changes = {name: params[name] for name in ("receipt_email", "setup_future_usage") if name in params}
    account.change(intent, **changes)
    confirm_with(account, intent, method, params)
    return intent


@endpoint("POST /v1/payment_intents/{intent}/cancel", "cancellation_reason")
def cancel(account: Account, params: Params, id: str) -> Record:
    intent = account.get("payment_intent", id, "intent")
    if intent["status"] not in CONFIRMABLE:
        message = f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
        raise wrong_state(message, "payment_intent_unexpected_state", payment_intent=dict(intent.body))
    if intent.private.get("invoice"):
        message = "You cannot cancel this PaymentIntent because it is used by an invoice. Void the invoice instead."
        raise wrong_state(message, "payment_intent_unexpected_state", payment_intent=dict(intent.body))
    reason = params.get("cancellation_reason")
    account.change(intent, status="canceled", canceled_at=account.now(), cancellation_reason=reason, next_action=None)
    account.emit("payment_intent.canceled", intent)
    return intent
