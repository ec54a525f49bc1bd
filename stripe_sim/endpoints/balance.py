"""The money Stripe holds for us, and each movement of it. Amounts in cents, fees included as Stripe reports them."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.money import fee_on
from stripe_sim.store import Body, Record

DAYS_TO_AVAILABLE = 2
FEE_DETAIL = {"application": None, "description": "Stripe processing fees", "type": "stripe_fee"}


def post(
    account: Account, *, type: str, amount: int, fee: int, source: Record, description: str | None, at_once: bool
) -> Record:
    """One movement of the balance. Pending until it becomes available, two days later unless `at_once`."""
    currency = source["currency"]
    return account.make(
        "balance_transaction",
        "txn_",
        type=type,
        reporting_category=type,
        balance_type="payments",
        amount=amount,
        fee=fee,
        net=amount - fee,
        fee_details=[{**FEE_DETAIL, "amount": fee, "currency": currency}] if fee else [],
        currency=currency,
        source=source.id,
        description=description,
        status="available" if at_once else "pending",
        available_on=account.now() + (0 if at_once else DAYS_TO_AVAILABLE * 86400),
    )


def post_charge(account: Account, charge: Record) -> None:
    """What Stripe does a moment after a card payment: takes its fee, and tells `charge.updated`."""
    transaction = post(
        account,
        type="charge",
        amount=charge["amount"],
        fee=fee_on(charge["amount"], charge["payment_method_details"]["card"]["country"]),
        source=charge,
        description=charge["description"],
        at_once=charge.private["available_at_once"],
    )
    account.note(charge, post_at=None)
    account.update(charge, "charge.updated", balance_transaction=transaction.id)


def mature(account: Account) -> None:
    """Moves what has waited long enough from pending to available."""
    now = account.now()
    for transaction in account.store.all("balance_transaction"):
        if transaction["status"] == "pending" and transaction["available_on"] <= now:
            account.change(transaction, status="available")


@endpoint("GET /v1/balance")
def retrieve(account: Account, params: Params) -> Body:
    mature(account)
    totals: dict[str, dict[str, int]] = {"available": {"nzd": 0}, "pending": {"nzd": 0}}
    for transaction in account.store.all("balance_transaction"):
        by_currency = totals[transaction["status"]]
        by_currency[transaction["currency"]] = by_currency.get(transaction["currency"], 0) + transaction["net"]
    columns = {
        status: [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}}
            for currency, amount in sorted(by_currency.items())
        ]
        for status, by_currency in totals.items()
    }
    return {"object": "balance", "livemode": False, **columns}


@endpoint("GET /v1/balance_transactions/{id}")
def retrieve_transaction(account: Account, params: Params, id: str) -> Record:
    mature(account)
    return account.get("balance_transaction", id)


@endpoint("GET /v1/balance_transactions", "created currency source type")
def list_transactions(account: Account, params: Params) -> Page:
    mature(account)
    return listed(account, "balance_transaction", params, "currency", "source", "type")
