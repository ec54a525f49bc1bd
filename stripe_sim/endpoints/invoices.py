"""What is owed: made by subscriptions, or by hand."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.billing import invoicing
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.store import Record


@endpoint("GET /v1/invoices/{invoice}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("invoice", id, "invoice")


@endpoint("GET /v1/invoices", "collection_method created customer status subscription")
def list_all(account: Account, params: Params) -> Page:
    found = listed(account, "invoice", params, "collection_method", "customer", "status").records
    if "subscription" in params:
        wanted = account.get("subscription", params["subscription"], "subscription")
        found = [invoice for invoice in found if invoicing.subscription_of(account, invoice) is wanted]
    return Page(found)


@endpoint("GET /v1/invoices/{invoice}/lines")
def list_lines(account: Account, params: Params, id: str) -> Page:
    invoice = account.get("invoice", id, "invoice")
    return Page([account.get("line_item", line) for line in invoice.private["lines"]])
