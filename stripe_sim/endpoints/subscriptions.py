"""What is charged again and again."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.billing import states
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.store import Record


@endpoint("GET /v1/subscriptions/{subscription_exposed_id}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("subscription", id, "id")


@endpoint("GET /v1/subscriptions", "collection_method created customer price status test_clock")
def list_all(account: Account, params: Params) -> Page:
    """Those that have ended only when asked for: by their own status, `ended`, or `all`."""
    status, price = params.get("status"), params.get("price")
    found = listed(account, "subscription", params, "collection_method", "customer", "test_clock").records
    return Page(
        [
            subscription
            for subscription in found
            if has_status(subscription["status"], status)
            and (price is None or price in [item["price"]["id"] for item in subscription["items"]["data"]])
        ]
    )


def has_status(status: str, wanted: str | None) -> bool:
    match wanted:
        case "all":
            return True
        case "ended":
            return status in states.ENDED
        case None:
            return status != "canceled" and status != "incomplete_expired"
    return status == wanted
