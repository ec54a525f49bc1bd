"""What ties an invoice to the payment intent it is paid by."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.errors import not_modelled
from stripe_sim.store import Record


@endpoint("GET /v1/invoice_payments/{invoice_payment}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("invoice_payment", id, "invoice_payment")


@endpoint("GET /v1/invoice_payments", "created invoice payment status")
def list_all(account: Account, params: Params) -> Page:
    wanted = params.get("payment")
    if wanted and wanted["type"] != "payment_intent":
        raise not_modelled(f"invoice payments by {wanted['type']}")
    if "invoice" in params:
        account.get("invoice", params["invoice"], "invoice")
    found = listed(account, "invoice_payment", params, "invoice", "status").records
    return Page([p for p in found if not wanted or p["payment"]["payment_intent"] == wanted.get("payment_intent")])
