"""A payer's agreement that their bank account may be debited. Without an active one no debit goes out."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.endpoints.table import Params, endpoint
from stripe_sim.errors import bad_param
from stripe_sim.store import Body, Record

ONLINE = {"ip_address": "127.0.0.1", "user_agent": "stripe_sim"}


def accept(account: Account, method: Record, given: Body | None = None) -> Record:
    """The payer agrees, on the hosted page or (`given`, as `mandate_data` has it) on the merchant's own."""
    acceptance: Body = (given or {}).get("customer_acceptance") or {"type": "online", "online": dict(ONLINE)}
    if acceptance["type"] == "online" and not acceptance.get("online"):
        raise bad_param("mandate_data[customer_acceptance][online]", "An online acceptance needs `online`.")
    mandate = account.make(
        "mandate",
        "mandate_",
        customer_acceptance={
            "accepted_at": acceptance.get("accepted_at", account.now()),
            "offline": {} if acceptance["type"] == "offline" else None,
            "online": acceptance.get("online"),
            "type": acceptance["type"],
        },
        payment_method=method.id,
        payment_method_details={"type": "nz_bank_account", "nz_bank_account": {}},
        status="active",
        type="multi_use",
        multi_use={"amount": None, "currency": None},
    )
    del mandate.body["created"]
    account.note(method, mandate=mandate.id)
    return mandate


def of(account: Account, method: Record) -> Record | None:
    return account.store.find(method.private.get("mandate") or "", "mandate")


def is_active(account: Account, method: Record) -> bool:
    mandate = of(account, method)
    return mandate is not None and mandate["status"] == "active"


def end(account: Account, mandate: Record) -> None:
    """The payer has told their bank to allow no more debits."""
    if mandate["status"] != "inactive":
        account.update(mandate, "mandate.updated", status="inactive")


@endpoint("GET /v1/mandates/{mandate}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("mandate", id, "mandate")
