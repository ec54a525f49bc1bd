"""What a subscription charges for."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.billing import subscribing
from stripe_sim.endpoints import subscriptions
from stripe_sim.endpoints.table import Page, Params, endpoint
from stripe_sim.store import Record


@endpoint("GET /v1/subscription_items/{item}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("subscription_item", id, "item")


@endpoint("GET /v1/subscription_items", "subscription")
def list_all(account: Account, params: Params) -> Page:
    subscription = account.get("subscription", params["subscription"], "subscription")
    return Page(list(reversed(subscribing.items_of(account, subscription))))


@endpoint(
    "POST /v1/subscription_items/{item}", "metadata off_session payment_behavior price price_data proration_behavior quantity"
)
def update(account: Account, params: Params, id: str) -> Record:
    item = account.get("subscription_item", id, "item")
    wish = {name: value for name, value in params.items() if name in ("metadata", "price", "price_data", "quantity")}
    change = {"items": [{"id": id, **wish}]}
    change |= {name: params[name] for name in ("proration_behavior",) if name in params}
    subscriptions.update(account, change, item["subscription"])
    return item
