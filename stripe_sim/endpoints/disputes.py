"""A payer asked their bank for the money back. Stripe takes it from us, and a fee, until the bank has decided.

needs_response → under_review → won or lost; unanswered in time it is lost. A bank debit is lost at once: the payer's bank asks
nobody. An inquiry (warning_…) moves no money, and is closed or becomes a dispute.
"""

from __future__ import annotations

import copy

from stripe_sim import due
from stripe_sim.account import Account
from stripe_sim.endpoints import balance, fraud_warnings
from stripe_sim.endpoints.table import Page, Params, endpoint, listed, merge_metadata
from stripe_sim.errors import not_modelled, wrong_state
from stripe_sim.money import DEBIT_DISPUTE_FEE, DISPUTE_FEE
from stripe_sim.store import Body, Record

DAYS_TO_ANSWER = 14
NETWORK_CODES = {
    "fraudulent": "10.4",
    "product_not_received": "13.1",
    "subscription_canceled": "13.2",
    "credit_not_processed": "13.6",
    "duplicate": "12.6.1",
}
REASONS = (
    "bank_cannot_process check_returned credit_not_processed customer_initiated debit_not_authorized duplicate fraudulent "
    "general incorrect_account_details insufficient_funds noncompliant product_not_received product_unacceptable "
    "subscription_canceled unrecognized"
).split()
ANSWERABLE = ("needs_response", "warning_needs_response")
UNDECIDED = (*ANSWERABLE, "under_review", "warning_under_review")
FILES = (
    "cancellation_policy customer_communication customer_signature duplicate_charge_documentation receipt refund_policy "
    "service_documentation shipping_documentation uncategorized_file appeal enhanced_evidence"
).split()
VERDICTS = {"winning_evidence": True, "losing_evidence": False}
"""What decides a test dispute at once, sent as `evidence[uncategorized_text]`."""
OVERDUE = "dispute.overdue"


def open_against(
    account: Account, charge: Record, *, reason: str | None = None, amount: int | None = None, inquiry: bool = False
) -> Record:
    """The payer disputes `amount` cents of the charge, by default what was not refunded."""
    balance.post_charge(account, charge)
    by_card = charge["payment_method_details"]["type"] == "card"
    status = "warning_needs_response" if inquiry else "needs_response" if by_card else "lost"
    reason = reason or ("fraudulent" if by_card else "debit_not_authorized")
    dispute = account.make(
        "dispute",
        "du_",
        {"fee": DISPUTE_FEE if by_card else DEBIT_DISPUTE_FEE},
        amount=amount or charge["amount"] - charge["amount_refunded"] or charge["amount"],
        currency=charge["currency"],
        charge=charge.id,
        payment_intent=charge["payment_intent"],
        reason=reason,
        status=status,
        is_charge_refundable=inquiry,
        evidence=no_evidence(account),
        evidence_details={
            "due_by": account.now() + DAYS_TO_ANSWER * balance.DAY if status in ANSWERABLE else None,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        payment_method_details=method_details(charge, reason, inquiry),
        network_reason_code=NETWORK_CODES.get(reason) if by_card else None,
    )
    account.change(charge, disputed=True)
    account.emit("charge.dispute.created", dispute)
    fraud_warnings.settle(account, charge)
    if not inquiry:
        withdraw(account, dispute)
    if status == "lost":
        account.emit("charge.dispute.closed", dispute)
    else:
        due.later(account, dispute["evidence_details"]["due_by"], OVERDUE, dispute.id)
    return dispute


def no_evidence(account: Account) -> Body:
    fields = account.description.resolve(
        account.description.facts["classes"][account.description.facts["objects"]["dispute"]]["properties"]["evidence"]
    )["properties"]
    return {name: {} if name == "enhanced_evidence" else None for name in fields}


def method_details(charge: Record, reason: str, inquiry: bool) -> Body | None:
    details = charge["payment_method_details"]
    if details["type"] != "card":
        return None  # the library knows no such details of a bank debit
    brand = details["card"]["brand"]
    case = "inquiry" if inquiry else "chargeback"
    shown = {"brand": brand, "case_type": case, "network": brand, "network_reason_code": NETWORK_CODES.get(reason)}
    return {"type": "card", "card": shown}


# -- money -----------------------------------------------------------------------------------------------------


def withdraw(account: Account, dispute: Record) -> None:
    words = f"Chargeback withdrawal for {dispute['charge']}"
    adjust(account, dispute, -dispute["amount"], fee=dispute.private["fee"], words=words, reporting="dispute")
    account.emit("charge.dispute.funds_withdrawn", dispute)


def reinstate(account: Account, dispute: Record) -> None:
    """The amount comes back, the fee does not."""
    words = f"Chargeback reversal for {dispute['charge']}"
    adjust(account, dispute, dispute["amount"], fee=0, words=words, reporting="dispute_reversal")
    account.emit("charge.dispute.funds_reinstated", dispute)


def adjust(account: Account, dispute: Record, amount: int, *, fee: int, words: str, reporting: str) -> None:
    transaction = balance.post(
        account,
        type="adjustment",
        amount=amount,
        fee=fee,
        fee_for="Dispute fee",
        source=dispute,
        description=words,
        reporting=reporting,
    )
    moved = [*dispute["balance_transactions"], copy.deepcopy(transaction.body)]
    account.change(dispute, balance_transactions=moved)


# -- its way to an end -----------------------------------------------------------------------------------------


def decide(account: Account, dispute: Record, *, won: bool) -> None:
    """The bank has decided, or has ended its inquiry. A lost inquiry becomes a dispute proper."""
    if dispute["status"] not in UNDECIDED:
        raise ValueError(f"{dispute.id} is {dispute['status']} already")
    due.drop(account, OVERDUE, dispute.id)
    if dispute["status"].startswith("warning_") and not won:
        return escalate(account, dispute)
    if dispute["status"].startswith("warning_"):
        account.change(dispute, status="warning_closed")
        return account.emit("charge.dispute.closed", dispute)
    account.change(dispute, status="won" if won else "lost", is_charge_refundable=won)
    account.emit("charge.dispute.closed", dispute)
    if won:
        reinstate(account, dispute)


def escalate(account: Account, dispute: Record) -> None:
    details = {**dispute["evidence_details"], "due_by": account.now() + DAYS_TO_ANSWER * balance.DAY}
    method = copy.deepcopy(dispute["payment_method_details"])
    if method:
        method["card"]["case_type"] = "chargeback"
    account.update(
        dispute,
        "charge.dispute.updated",
        status="needs_response",
        is_charge_refundable=False,
        evidence_details=details,
        payment_method_details=method,
    )
    withdraw(account, dispute)
    due.later(account, details["due_by"], OVERDUE, dispute.id)


@due.handler(OVERDUE)
def overdue(account: Account, id: str) -> None:
    dispute = account.get("dispute", id)
    if dispute["status"] in ANSWERABLE:
        account.change(dispute, evidence_details={**dispute["evidence_details"], "past_due": True})
        decide(account, dispute, won=dispute["status"] == "warning_needs_response")


# -- the API ---------------------------------------------------------------------------------------------------


@endpoint("GET /v1/disputes/{dispute}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return refreshed(account, account.get("dispute", id, "dispute"))


@endpoint("GET /v1/disputes", "charge created payment_intent")
def list_all(account: Account, params: Params) -> Page:
    found = listed(account, "dispute", params, "charge", "payment_intent")
    return Page([refreshed(account, dispute) for dispute in found.records])


def refreshed(account: Account, dispute: Record) -> Record:
    """The transactions inside it, as they are by now."""
    balance.mature(account)
    moved = [copy.deepcopy(account.store.records[held["id"]].body) for held in dispute["balance_transactions"]]
    account.change(dispute, balance_transactions=moved)
    return dispute


@endpoint("POST /v1/disputes/{dispute}", "evidence metadata submit")
def update(account: Account, params: Params, id: str) -> Record:
    """Evidence is sent to the bank at once, unless `submit` is false. It can be sent once."""
    dispute = account.get("dispute", id, "dispute")
    given: Body = params.get("evidence", {})
    for name in given:
        if name in FILES:
            raise not_modelled(f"`evidence[{name}]`, for it knows no files")
    changes: Body = {}
    if "metadata" in params:
        changes["metadata"] = merge_metadata(dispute, params["metadata"])
    submits = params.get("submit", bool(given))
    if given or submits:
        if dispute["status"] not in ANSWERABLE:
            message = f"This dispute is {dispute['status']}: evidence can no longer be given."
            raise wrong_state(message, "dispute_already_submitted_or_closed")
        evidence = {**dispute["evidence"], **{name: value or None for name, value in given.items()}}
        told = any(value for value in evidence.values())
        details = {**dispute["evidence_details"], "has_evidence": told}
        if submits:
            details |= {"submission_count": details["submission_count"] + 1, "submission_method": "manual"}
            changes["status"] = dispute["status"].replace("needs_response", "under_review")
        changes |= {"evidence": evidence, "evidence_details": details}
    if changes:
        account.update(dispute, "charge.dispute.updated", **changes)
    verdict = VERDICTS.get(dispute["evidence"]["uncategorized_text"] or "")
    if submits and verdict is not None:
        decide(account, dispute, won=verdict)
    return dispute


@endpoint("POST /v1/disputes/{dispute}/close")
def close(account: Account, params: Params, id: str) -> Record:
    """Giving in: it is lost. Irreversible."""
    dispute = account.get("dispute", id, "dispute")
    if dispute["status"] != "needs_response":
        message = f"This dispute is {dispute['status']}: only one that needs a response can be closed."
        raise wrong_state(message, "dispute_not_closable")
    decide(account, dispute, won=False)
    return dispute
