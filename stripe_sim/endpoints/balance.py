"""The money Stripe holds for us, and each movement of it. Amounts in cents, fees included as Stripe reports them."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.errors import bad_param
from stripe_sim.money import fee_on, fee_on_debit
from stripe_sim.store import Body, Record

DAYS_TO_AVAILABLE = 2
DAYS_TO_AVAILABLE_BY_DEBIT = 6
"""Two business days until the bank says yes or no, two more until the money is ours, and a weekend."""
DAY = 86400
REPORTING = {
    "charge": "charge",
    "payment": "charge",
    "payment_failure_refund": "charge_failure",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund_failure",
    "stripe_fee": "fee",
    "payout": "payout",
    "payout_cancel": "payout_reversal",
    "payout_failure": "payout_reversal",
}
"""Stripe's grouping of the types. An adjustment is given its own: dispute or dispute_reversal."""
FEE_DETAIL = {"application": None, "description": "Stripe processing fees", "type": "stripe_fee"}


def post(
    account: Account,
    *,
    type: str,
    amount: int,
    source: Record,
    description: str | None,
    fee: int = 0,
    fee_for: str = "Stripe processing fees",
    days: int = 0,
    reporting: str | None = None,
) -> Record:
    """One movement of the balance, in cents. Pending for so many `days`, or available at once."""
    currency = source["currency"]
    return account.make(
        "balance_transaction",
        "txn_",
        {"payout": None},
        type=type,
        reporting_category=reporting or REPORTING[type],
        balance_type="payments",
        amount=amount,
        fee=fee,
        net=amount - fee,
        fee_details=[{**FEE_DETAIL, "description": fee_for, "amount": fee, "currency": currency}] if fee else [],
        currency=currency,
        source=source.id,
        description=description,
        status="pending" if days else "available",
        available_on=account.now() + days * DAY,
    )


def post_charge(account: Account, charge: Record) -> None:
    """What Stripe does a moment after a payment: takes its fee, and tells `charge.updated`. Once for a charge."""
    if charge.private["post_at"] is None:
        return
    card = charge["payment_method_details"].get("card")
    transaction = post(
        account,
        type="charge" if card else "payment",
        amount=charge["amount"],
        fee=fee_on(charge["amount"], card["country"]) if card else fee_on_debit(charge["amount"]),
        source=charge,
        description=charge["description"],
        days=charge.private.get("days_to_available", DAYS_TO_AVAILABLE),
    )
    account.note(charge, post_at=None)
    account.update(charge, "charge.updated", balance_transaction=transaction.id)


def mature(account: Account) -> None:
    """Moves what has waited long enough from pending to available."""
    now = account.now()
    for transaction in account.store.all("balance_transaction"):
        if transaction["status"] == "pending" and transaction["available_on"] <= now:
            account.change(transaction, status="available")


def available(account: Account, currency: str) -> int:
    """Cents that can be paid out now."""
    mature(account)
    transactions = account.store.all("balance_transaction")
    return sum(t["net"] for t in transactions if t["status"] == "available" and t["currency"] == currency)


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


@endpoint("GET /v1/balance_transactions", "created currency payout source type")
def list_transactions(account: Account, params: Params) -> Page:
    mature(account)
    page = listed(account, "balance_transaction", params, "currency", "source", "type")
    if "payout" not in params:
        return page
    payout = account.get("payout", params["payout"], "payout")
    if not payout["automatic"]:
        message = "Balance transaction history can only be filtered on automatic payouts, not manual."
        raise bad_param("payout", message)
    if payout["reconciliation_status"] != "completed":
        message = f"The transactions of payout {payout.id} are not known yet. Wait for payout.reconciliation_completed."
        raise bad_param("payout", message, "payout_reconciliation_not_ready")
    return Page([transaction for transaction in page.records if transaction.private.get("payout") == payout.id])
