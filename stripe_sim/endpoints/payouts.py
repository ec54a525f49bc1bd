"""What Stripe pays to our bank: once a day everything that has become available, if it is more than nothing.

pending or in_transit → paid, or failed; also what was paid may fail, and then the money is back in the balance.
"""

from __future__ import annotations

from stripe_sim import banks, due
from stripe_sim.account import Account
from stripe_sim.endpoints import balance
from stripe_sim.endpoints.table import Page, Params, created_within, endpoint, listed, merge_metadata
from stripe_sim.errors import bad_param, not_modelled, wrong_state
from stripe_sim.faults import PAYOUT_FAILURES
from stripe_sim.money import check_currency
from stripe_sim.store import Record

DAILY, RECONCILE, ARRIVE, BOUNCE = "payout.daily", "payout.reconcile", "payout.arrive", "payout.bounce"
HOUR = 3600


# -- day by day ------------------------------------------------------------------------------------------------


def begin(account: Account) -> None:
    """From now on, a payout at each midnight (UTC) of the account's clock."""
    if account.pays_out and not any(item[2] == DAILY for item in due.waiting(account)):
        due.later(account, (account.time() // balance.DAY + 1) * balance.DAY, DAILY, "")


@due.handler(DAILY)
def pay_out(account: Account, id: str) -> None:
    if not account.pays_out:
        return
    balance.mature(account)
    waiting: dict[str, list[Record]] = {}
    for transaction in account.store.all("balance_transaction"):
        if transaction["status"] == "available" and transaction.private.get("payout") is None:
            waiting.setdefault(transaction["currency"], []).append(transaction)
    for currency, transactions in sorted(waiting.items()):
        total = sum(transaction["net"] for transaction in transactions)
        if total > 0:
            payout = make(account, total, currency, automatic=True)
            for transaction in transactions:
                account.note(transaction, payout=payout.id)
            due.later(account, account.time() + HOUR, RECONCILE, payout.id)
    begin(account)


def make(account: Account, amount: int, currency: str, *, automatic: bool, **fields: object) -> Record:
    arrival = banks.after_business_days(account.time(), 1)
    payout = account.make(
        "payout",
        "po_",
        **{
            "amount": amount,
            "arrival_date": int(arrival),
            "automatic": automatic,
            "currency": currency,
            "description": "STRIPE PAYOUT" if automatic else None,
            "method": "standard",
            "reconciliation_status": "in_progress" if automatic else "not_applicable",
            "source_type": "card",
            "status": "in_transit" if automatic else "pending",
            "trace_id": {"status": "pending", "value": None},
            "type": "bank_account",
            **fields,
        },
    )
    transaction = balance.post(account, type="payout", amount=-amount, source=payout, description="STRIPE PAYOUT")
    if automatic:
        account.note(transaction, payout=payout.id)
    account.change(payout, balance_transaction=transaction.id)
    account.emit("payout.created", payout)
    fault = account.faults.for_payout()
    account.note(payout, failure_code=fault.code if fault else None)
    due.later(account, arrival, BOUNCE if fault else ARRIVE, payout.id)
    return payout


@due.handler(RECONCILE)
def reconcile(account: Account, id: str) -> None:
    """From now on the transactions of the payout can be listed."""
    payout = account.get("payout", id)
    account.change(payout, reconciliation_status="completed")
    account.emit("payout.reconciliation_completed", payout)


@due.handler(ARRIVE)
def arrive(account: Account, id: str) -> None:
    payout = account.get("payout", id)
    if payout["status"] in ("pending", "in_transit"):
        account.change(payout, status="paid", trace_id={"status": "supported", "value": f"SIM{payout.id[-12:].upper()}"})
        account.emit("payout.paid", payout)


@due.handler(BOUNCE)
def bounce(account: Account, id: str) -> None:
    payout = account.get("payout", id)
    if payout["status"] in ("pending", "in_transit", "paid"):
        fail(account, payout, payout.private["failure_code"])


def fail(account: Account, payout: Record, code: str) -> None:
    """Our bank sent it back. The money goes out again with a later payout."""
    take_back(account, payout, "payout_failure")
    account.change(payout, status="failed", failure_code=code, failure_message=PAYOUT_FAILURES[code])
    account.emit("payout.failed", payout)


def take_back(account: Account, payout: Record, type: str) -> None:
    for name in (ARRIVE, BOUNCE):
        due.drop(account, name, payout.id)
    back = balance.post(account, type=type, amount=payout["amount"], source=payout, description="STRIPE PAYOUT REVERSAL")
    account.change(payout, failure_balance_transaction=back.id)


# -- the API ---------------------------------------------------------------------------------------------------


@endpoint("POST /v1/payouts", "amount currency description metadata method source_type statement_descriptor")
def create(account: Account, params: Params) -> Record:
    """A payout by hand. Stripe does not say which transactions are in it."""
    check_currency(params["currency"], "currency")
    if params.get("method", "standard") != "standard":
        raise not_modelled("instant payouts")
    if params.get("source_type", "card") != "card":
        raise not_modelled(f"payouts from `source_type={params['source_type']}`")
    if params["amount"] < 1:
        raise bad_param("amount", "Invalid positive integer", "parameter_invalid_integer")
    if params["amount"] > balance.available(account, params["currency"]):
        message = "You have insufficient funds in your Stripe account for this payout."
        raise wrong_state(message, "balance_insufficient", param="amount")
    return make(
        account,
        params["amount"],
        params["currency"],
        automatic=False,
        description=params.get("description") or None,
        metadata=params.get("metadata") or {},
        statement_descriptor=params.get("statement_descriptor") or None,
    )


@endpoint("GET /v1/payouts/{payout}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("payout", id, "payout")


@endpoint("GET /v1/payouts", "arrival_date created status")
def list_all(account: Account, params: Params) -> Page:
    found = listed(account, "payout", params, "status").records
    return Page([p for p in found if created_within(p, params.get("arrival_date"), "arrival_date")])


@endpoint("POST /v1/payouts/{payout}", "metadata")
def update(account: Account, params: Params, id: str) -> Record:
    payout = account.get("payout", id, "payout")
    if "metadata" in params:
        account.update(payout, "payout.updated", metadata=merge_metadata(payout, params["metadata"]))
    return payout


@endpoint("POST /v1/payouts/{payout}/cancel")
def cancel(account: Account, params: Params, id: str) -> Record:
    payout = account.get("payout", id, "payout")
    if payout["automatic"] or payout["status"] != "pending":
        kind = "an automatic payout" if payout["automatic"] else f"{payout['status']}"
        raise wrong_state(f"Payout {payout.id} cannot be canceled: it is {kind}.", "payout_not_cancelable")
    take_back(account, payout, "payout_cancel")
    account.change(payout, status="canceled")
    account.emit("payout.canceled", payout)
    return payout
