"""Which clock a customer lives on: the account's own, or a test clock that stands until it is advanced."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stripe_sim.account import Account


def clock_of(account: Account, customer_id: str | None) -> str:
    """The id of the customer's test clock, "" for the account's own."""
    customer = account.store.find(customer_id or "", "customer")
    return str(customer.body.get("test_clock") or "") if customer else ""


@contextmanager
def at_time_of(account: Account, customer_id: str | None) -> Iterator[None]:
    """Within this block it is the time of the customer's clock."""
    id = clock_of(account, customer_id)
    if not id or account.clock == id:
        yield
        return
    with account.standing_at(account.get("test_helpers.test_clock", id)["frozen_time"], id):
        yield
