"""A bank's early word that a payment may be fraud: the cheap moment to give the money back."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.store import Record

KIND = "radar.early_fraud_warning"


def warn(account: Account, charge: Record, fraud_type: str = "unauthorized_use_of_card") -> Record:
    warning = account.make(
        KIND,
        "issfr_",
        actionable=not (charge["refunded"] or charge["disputed"]),
        charge=charge.id,
        payment_intent=charge["payment_intent"],
        fraud_type=fraud_type,
    )
    account.emit("radar.early_fraud_warning.created", warning)
    return warning


def settle(account: Account, charge: Record) -> None:
    """The charge was refunded in full, or disputed: there is nothing left to do about its warnings."""
    for warning in list(account.store.all(KIND)):
        if warning["charge"] == charge.id and warning["actionable"]:
            account.update(warning, "radar.early_fraud_warning.updated", actionable=False)


@endpoint("GET /v1/radar/early_fraud_warnings/{early_fraud_warning}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get(KIND, id, "early_fraud_warning")


@endpoint("GET /v1/radar/early_fraud_warnings", "charge created payment_intent")
def list_all(account: Account, params: Params) -> Page:
    return listed(account, KIND, params, "charge", "payment_intent")
