"""What a subscription charges for."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.billing import subscribing
from stripe_sim.endpoints.table import Page, Params, endpoint
from stripe_sim.store import Record


@endpoint("GET /v1/subscription_items/{item}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("subscription_item", id, "item")


@endpoint("GET /v1/subscription_items", "subscription")
def list_all(account: Account, params: Params) -> Page:
    subscription = account.get("subscription", params["subscription"], "subscription")
    return Page(list(reversed(subscribing.items_of(account, subscription))))
