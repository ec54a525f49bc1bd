"""One attempt to take money from a card, successful or not."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.cards import BY_NAME, Decline
from stripe_sim.endpoints.balance import DAYS_TO_AVAILABLE
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.store import Body, Record

STATEMENT_NAME = "STRIPE SIM"
STATEMENT_LENGTH = 22


def make(account: Account, intent: Record, method: Record, decline: Decline | None) -> Record:
    """The charge of a payment intent, which is either paid at once or failed. Its balance transaction comes later."""
    card = BY_NAME[method.private["card"]]
    shown = method["card"]
    suffix = intent["statement_descriptor_suffix"]
    details: Body = {
        name: shown[name] for name in ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    }
    details |= {"network": shown["brand"], "mandate": None, "installments": None, "three_d_secure": None, "wallet": None}
    amount = intent["amount"]
    return account.make(
        "charge",
        "ch_",
        {"post_at": None, "card": card.name, "days_to_available": 0 if card.available_at_once else DAYS_TO_AVAILABLE},
        amount=amount,
        amount_captured=0 if decline else amount,
        currency=intent["currency"],
        customer=intent["customer"],
        payment_intent=intent.id,
        payment_method=method.id,
        payment_method_details={"type": "card", "card": details},
        billing_details=dict(method["billing_details"]),
        calculated_statement_descriptor=f"{STATEMENT_NAME}* {suffix}" if suffix else STATEMENT_NAME,
        statement_descriptor_suffix=suffix,
        captured=not decline,
        paid=not decline,
        status="failed" if decline else "succeeded",
        description=intent["description"],
        metadata=dict(intent["metadata"]),
        receipt_email=intent["receipt_email"],
        fraud_details={},
        failure_code=decline.code if decline else None,
        failure_message=decline.message if decline else None,
        outcome=outcome(decline),
    )


def outcome(decline: Decline | None) -> Body:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": decline.decline_code if decline else None,
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": "The bank declined the payment." if decline else "Payment complete.",
        "type": "issuer_declined" if decline else "authorized",
    }


@endpoint("GET /v1/charges/{charge}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("charge", id)


@endpoint("GET /v1/charges", "created customer payment_intent")
def list_all(account: Account, params: Params) -> Page:
    return listed(account, "charge", params, "customer", "payment_intent")
