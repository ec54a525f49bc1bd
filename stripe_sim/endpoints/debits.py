"""A direct debit from a New Zealand bank account. It is under way for two business days before anybody knows.

Its charge is pending, then succeeded or failed; money that was counted on already is taken back when it fails.
"""

from __future__ import annotations

from datetime import UTC, datetime

from stripe_sim import banks, due, postings
from stripe_sim.account import Account
from stripe_sim.cards import Decline
from stripe_sim.endpoints import balance, charges, disputes, mandates, payment_methods
from stripe_sim.store import Record

REVERSED = "debit.reversed"
NO_MANDATE = Decline(
    "payment_intent_mandate_invalid",
    "",
    "The mandate of this bank account is missing or no longer active. Ask the customer to agree to a new one.",
    "",
)


def begin(account: Account, intent: Record, method: Record) -> Record:
    """The pending charge of a debit that has been sent to the bank."""
    ends = banks.after_business_days(account.time())
    details = {**method["nz_bank_account"], "expected_debit_date": datetime.fromtimestamp(ends, UTC).date().isoformat()}
    charge = charges.make_any(
        account,
        intent,
        method,
        {"card": None, "days_to_available": balance.DAYS_TO_AVAILABLE_BY_DEBIT},
        {"type": "nz_bank_account", "nz_bank_account": details},
        status="pending",
        paid=False,
        captured=True,
        amount_captured=intent["amount"],
    )
    postings.plan(account, charge)
    return charge


def verdict(account: Account, method: Record) -> Decline | None:
    """Why the bank refuses the debit, if it does."""
    return payment_methods.bank_of(method).failure or (None if mandates.is_active(account, method) else NO_MANDATE)


def succeed(account: Account, charge: Record, method: Record) -> None:
    account.change(charge, status="succeeded", paid=True)
    days = payment_methods.bank_of(method).taken_back_after_days
    if days is not None:
        due.later(account, account.time() + days * balance.DAY, REVERSED, charge.id, clock=account.clock)


def fail(account: Account, charge: Record, method: Record, why: Decline) -> None:
    account.change(
        charge,
        status="failed",
        amount_captured=0,
        captured=False,
        failure_code=why.code,
        failure_message=why.message,
        outcome=charges.outcome(why),
    )
    account.note(charge, post_at=None)
    taken = account.store.find(charge["balance_transaction"] or "", "balance_transaction")
    if taken:
        back = balance.post(
            account,
            type="payment_failure_refund",
            amount=-taken["amount"],
            fee=-taken["fee"],
            source=charge,
            description="REFUND FOR FAILED PAYMENT",
        )
        account.change(back, available_on=taken["available_on"], status=taken["status"])  # neither is to be had alone
        account.change(charge, failure_balance_transaction=back.id)
    mandate = mandates.of(account, method)
    if mandate and payment_methods.bank_of(method).ends_mandate:
        mandates.end(account, mandate)


@due.handler(REVERSED)
def reverse(account: Account, id: str) -> None:
    """The payer had their bank take the money back, long after. Nobody is asked."""
    charge = account.get("charge", id)
    if not charge["disputed"] and not charge["refunded"]:
        disputes.open_against(account, charge)
