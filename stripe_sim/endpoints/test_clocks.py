"""Clocks that stand still until they are advanced. Customers made with one live on it, and their subscriptions with them."""

from __future__ import annotations

from stripe_sim import due
from stripe_sim.account import Account
from stripe_sim.billing import calendar, states
from stripe_sim.endpoints import customers
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.errors import StripeError, bad_param
from stripe_sim.store import Record

LIFETIME = 30 * 86400
KIND = "test_helpers.test_clock"
TWO_YEARS = 2 * 366 * 86400


@endpoint("POST /v1/test_helpers/test_clocks", "frozen_time name")
def create(account: Account, params: Params) -> Record:
    clock = account.make(
        KIND,
        "clock_",
        deletes_after=account.now() + LIFETIME,
        frozen_time=params["frozen_time"],
        name=params.get("name"),
        status="ready",
        status_details={},
    )
    account.emit("test_helpers.test_clock.created", clock)
    return clock


@endpoint("GET /v1/test_helpers/test_clocks/{test_clock}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get(KIND, id, "test_clock")


@endpoint("GET /v1/test_helpers/test_clocks")
def list_all(account: Account, params: Params) -> Page:
    return listed(account, KIND, params)


@endpoint("POST /v1/test_helpers/test_clocks/{test_clock}/advance", "frozen_time")
def advance(account: Account, params: Params, id: str) -> Record:
    """Begins to advance: what is due on the way happens a moment later, and then the clock is ready."""
    clock, target = account.get(KIND, id, "test_clock"), params["frozen_time"]
    if clock["status"] != "ready":
        raise StripeError("This test clock is advancing. Wait until it is ready.", param="test_clock", began=True)
    if target <= clock["frozen_time"]:
        raise bad_param("frozen_time", "Test clock can only be advanced to a time after its current frozen time.")
    if target > farthest(account, clock):
        message = (
            "Cannot advance test clock to more than two intervals from the current frozen time, by the shortest subscription."
        )
        raise bad_param("frozen_time", message)
    account.change(clock, status="advancing", status_details={"advancing": {"target_frozen_time": target}})
    account.emit("test_helpers.test_clock.advancing", clock)
    due.later(account, account.clock_time(), "test_clock.advance", id)
    return clock


def farthest(account: Account, clock: Record) -> int:
    """Two intervals of the shortest subscription on the clock, or two years if it has none."""
    ends = []
    for subscription in account.store.all("subscription"):
        if subscription["test_clock"] == clock.id and subscription["status"] not in states.ENDED:
            recurring = subscription["items"]["data"][0]["price"]["recurring"]
            ends.append(calendar.step(clock["frozen_time"], recurring["interval"], recurring["interval_count"], 2))
    return min(ends, default=clock["frozen_time"] + TWO_YEARS)


@due.handler("test_clock.advance")
def run(account: Account, id: str) -> None:
    clock = account.store.find(id, KIND)
    if clock is None or clock.body.get("deleted") or clock["status"] != "advancing":
        return
    target = clock["status_details"]["advancing"]["target_frozen_time"]
    due.run_until(account, target, id)
    account.change(clock, status="ready", frozen_time=target, status_details={})
    account.emit("test_helpers.test_clock.ready", clock)


@endpoint("DELETE /v1/test_helpers/test_clocks/{test_clock}")
def delete(account: Account, params: Params, id: str) -> Record:
    """Takes its customers and their subscriptions with it."""
    clock = account.get(KIND, id, "test_clock")
    with account.standing_at(clock["frozen_time"], id):
        for customer in list(account.store.all("customer")):
            if customer.body.get("test_clock") == id:
                customers.delete(account, {}, customer.id)
    account.emit("test_helpers.test_clock.deleted", clock)
    clock.body.clear()
    account.change(clock, id=id, object=KIND, deleted=True)
    return clock


def advancing(account: Account) -> bool:
    return any(clock.body.get("status") == "advancing" for clock in account.store.all(KIND))
