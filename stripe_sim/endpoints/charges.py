"""One attempt to take money, successful or not, or not known yet."""

from __future__ import annotations

from typing import Any

from stripe_sim.account import Account
from stripe_sim.cards import BY_NAME, Decline
from stripe_sim.endpoints.balance import DAYS_TO_AVAILABLE
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.store import Body, Record

STATEMENT_NAME = "STRIPE SIM"
STATEMENT_LENGTH = 22


def make(account: Account, intent: Record, method: Record, decline: Decline | None) -> Record:
    """The charge of a card, which is either paid at once or failed. Its balance transaction comes later."""
    card = BY_NAME[method.private["card"]]
    shown = method["card"]
    details: Body = {
        name: shown[name] for name in ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    }
    details |= {"network": shown["brand"], "mandate": None, "installments": None, "three_d_secure": None, "wallet": None}
    return make_any(
        account,
        intent,
        method,
        {"card": card.name, "days_to_available": 0 if card.available_at_once else DAYS_TO_AVAILABLE},
        {"type": "card", "card": details},
        amount_captured=0 if decline else intent["amount"],
        captured=not decline,
        paid=not decline,
        status="failed" if decline else "succeeded",
        failure_code=decline.code if decline else None,
        failure_message=decline.message if decline else None,
        outcome=outcome(decline),
    )


def make_any(account: Account, intent: Record, method: Record, private: Body, details: Body, **fields: Any) -> Record:
    """What the charges of cards and of bank accounts have in common."""
    suffix = intent["statement_descriptor_suffix"]
    common: Body = {
        "amount": intent["amount"],
        "currency": intent["currency"],
        "customer": intent["customer"],
        "payment_intent": intent.id,
        "payment_method": method.id,
        "payment_method_details": details,
        "billing_details": dict(method["billing_details"]),
        "calculated_statement_descriptor": f"{STATEMENT_NAME}* {suffix}" if suffix else STATEMENT_NAME,
        "statement_descriptor_suffix": suffix,
        "description": intent["description"],
        "metadata": dict(intent["metadata"]),
        "receipt_email": intent["receipt_email"],
        "fraud_details": {},
        "outcome": outcome(None),
    }
    return account.make("charge", "ch_", {"post_at": None, **private}, **{**common, **fields})


def outcome(decline: Decline | None) -> Body:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": (decline.decline_code or decline.code) if decline else None,
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
