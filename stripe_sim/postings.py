"""When the money of a payment is posted: a moment after it, or as late as a fault has it. What a test card brings follows."""

from __future__ import annotations

from stripe_sim import due
from stripe_sim.account import Account
from stripe_sim.cards import BY_NAME
from stripe_sim.endpoints import balance, disputes, fraud_warnings
from stripe_sim.store import Record

POST = "charge.post"


def plan(account: Account, charge: Record) -> None:
    account.note(charge, post_at=(account.clock_time() if account.clock else account.time()) + account.posting_delay)
    due.later(account, posts_at(account, charge), POST, charge.id)


def posts_at(account: Account, charge: Record) -> float:
    planned = float(charge.private["post_at"])
    late = account.faults.balance_transaction_delay
    return planned if late is None else planned - account.posting_delay + late


def unposted(account: Account) -> list[Record]:
    return [charge for charge in account.store.all("charge") if charge.private["post_at"] is not None]


def replan(account: Account) -> None:
    """The fault that holds postings back was set or lifted: what still waits is planned anew."""
    for charge in reversed(unposted(account)):
        due.drop(account, POST, charge.id)
        due.later(account, posts_at(account, charge), POST, charge.id)


@due.handler(POST)
def post(account: Account, id: str) -> None:
    charge = account.store.find(id, "charge")
    if charge is None or charge.private["post_at"] is None:
        return
    balance.post_charge(account, charge)
    card = BY_NAME.get(charge.private.get("card") or "")
    match card.afterwards if card else "":
        case "dispute":
            disputes.open_against(account, charge)
        case "fraud_warning":
            fraud_warnings.warn(account, charge)
