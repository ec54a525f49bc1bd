"""Money going back to the payer. Stripe keeps its fee.

pending → succeeded, or failed, or canceled. What has succeeded may fail still, weeks later: then the money comes back to us.
"""

from __future__ import annotations

from stripe_sim import due
from stripe_sim.account import Account
from stripe_sim.cards import BY_NAME
from stripe_sim.endpoints import balance, fraud_warnings
from stripe_sim.endpoints.table import Page, Params, endpoint, listed, merge_metadata
from stripe_sim.errors import bad_param, missing_param, wrong_state
from stripe_sim.faults import RefundFault
from stripe_sim.money import said
from stripe_sim.store import Body, Record

ON_ITS_WAY = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
HOUR = 3600
SUCCEED, FAIL = "refund.succeed", "refund.fail"


@endpoint("POST /v1/refunds", "amount charge metadata payment_intent reason")
def create(account: Account, params: Params) -> Record:
    """All that is left of the charge, or `amount` cents of it."""
    charge = refundable(account, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left == 0:
        raise wrong_state(f"Charge {charge.id} has already been refunded.", "charge_already_refunded")
    if charge["disputed"] and not may_be_refunded(account, charge):
        raise wrong_state(f"Charge {charge.id} has been charged back; cannot issue a refund.", "charge_disputed")
    amount = params.get("amount", left)
    if amount < 1:
        raise bad_param("amount", "Invalid positive integer", "parameter_invalid_integer")
    if amount > left:
        asked, rest = said(amount, charge["currency"]), said(left, charge["currency"])
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
        raise wrong_state(message, "refund_exceeds_charge", param="amount")
    return make(account, charge, amount, reason=params.get("reason"), metadata=params.get("metadata") or {})


def may_be_refunded(account: Account, charge: Record) -> bool:
    disputes = [dispute for dispute in account.store.all("dispute") if dispute["charge"] == charge.id]
    return all(dispute["is_charge_refundable"] for dispute in disputes)


def make(account: Account, charge: Record, amount: int, *, reason: str | None = None, metadata: Body | None = None) -> Record:
    by_card = charge["payment_method_details"]["type"] == "card"
    fate = fate_of(account, charge)
    pends = fate is not None and fate.fault != "fail"
    refund = account.make(
        "refund",
        "re_",
        {"failure_reason": fate.reason if fate else "unknown"},
        amount=amount,
        currency=charge["currency"],
        charge=charge.id,
        payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"],
        reason=reason,
        status="pending" if pends else "succeeded",
        pending_reason="processing" if pends else None,
        metadata=metadata or {},
        destination_details=(
            {"type": "card", "card": dict(ON_ITS_WAY)} if by_card else {"type": "nz_bank_transfer", "nz_bank_transfer": {}}
        ),
    )
    transaction = balance.post(
        account,
        type="refund" if by_card else "payment_refund",
        amount=-amount,
        source=refund,
        description=f"REFUND FOR CHARGE ({charge['description']})" if charge["description"] else "REFUND FOR CHARGE",
        days=balance.DAYS_TO_AVAILABLE,
    )
    account.change(refund, balance_transaction=transaction.id)
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    count_refunded(account, charge, amount)
    if reason == "fraudulent":
        account.change(charge, fraud_details={"user_report": "fraudulent"})
    account.emit("refund.created", refund)
    account.emit("charge.refunded", charge, before)
    if charge["refunded"]:
        fraud_warnings.settle(account, charge)
    if fate and fate.seconds is not None:
        due.later(account, account.time() + fate.seconds, SUCCEED if fate.fault == "pend" else FAIL, refund.id)
    return refund


def fate_of(account: Account, charge: Record) -> RefundFault | None:
    """What is to become of a refund of this charge, if it does not simply succeed."""
    card = BY_NAME.get(charge.private.get("card") or "")
    return RefundFault(card.refund, HOUR) if card and card.refund else account.faults.for_refund()


def count_refunded(account: Account, charge: Record, amount: int) -> None:
    refunded = charge["amount_refunded"] + amount
    account.change(charge, amount_refunded=refunded, refunded=refunded == charge["amount_captured"])


def refundable(account: Account, params: Params) -> Record:
    """The successful charge meant by `charge` or by `payment_intent`."""
    if "charge" in params:
        charge = account.get("charge", params["charge"], "charge")
        if params.get("payment_intent", charge["payment_intent"]) != charge["payment_intent"]:
            raise bad_param("charge", f"Charge {charge.id} is not of that payment intent.")
    elif "payment_intent" in params:
        intent = account.get("payment_intent", params["payment_intent"], "payment_intent")
        found = account.store.find(intent["latest_charge"] or "", "charge")
        if found is None or not found["paid"]:
            message = f"This PaymentIntent ({intent.id}) does not have a successful charge to refund."
            raise wrong_state(message, "payment_intent_unexpected_state", param="payment_intent")
        charge = found
    else:
        raise missing_param("payment_intent", "One of the following params should be provided: payment_intent or charge.")
    if not charge["paid"]:
        raise wrong_state(f"Charge {charge.id} failed: there is nothing to refund.", "charge_not_refundable")
    return charge


# -- what comes of it ------------------------------------------------------------------------------------------


@due.handler(SUCCEED)
def succeed(account: Account, id: str) -> None:
    refund = account.get("refund", id)
    if refund["status"] == "pending":
        tell_change(account, refund, status="succeeded", pending_reason=None)


@due.handler(FAIL)
def fail(account: Account, id: str, reason: str | None = None) -> None:
    """The bank sent the money back: it is ours again, and the payer has nothing. The charge can be refunded anew."""
    refund = account.get("refund", id)
    if refund["status"] in ("pending", "succeeded"):
        give_back(account, refund, status="failed", failure_reason=reason or refund.private["failure_reason"])
        account.emit("refund.failed", refund)


def cancel_in_dashboard(account: Account, refund: Record) -> None:
    """A person may call a refund off in Stripe's Dashboard while it is under way; the API offers this for no card."""
    give_back(account, refund, status="canceled", failure_reason="merchant_request")


def give_back(account: Account, refund: Record, **changes: str) -> None:
    for name in (SUCCEED, FAIL):
        due.drop(account, name, refund.id)
    transaction = balance.post(
        account,
        type="refund_failure",
        amount=refund["amount"],
        source=refund,
        description="REFUND FAILURE",
    )
    tell_change(account, refund, **changes, pending_reason=None, failure_balance_transaction=transaction.id)
    charge = account.get("charge", refund["charge"])
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    count_refunded(account, charge, -refund["amount"])
    account.emit("charge.updated", charge, before)


def tell_change(account: Account, refund: Record, **changes: object) -> None:
    before = {name: refund.body.get(name) for name, value in changes.items() if refund.body.get(name) != value}
    account.change(refund, **changes)
    account.emit("charge.refund.updated", refund, before)
    account.emit("refund.updated", refund, dict(before))


# -- the API ---------------------------------------------------------------------------------------------------


@endpoint("GET /v1/refunds/{refund}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("refund", id, "refund")


@endpoint("GET /v1/refunds", "charge created payment_intent")
def list_all(account: Account, params: Params) -> Page:
    return listed(account, "refund", params, "charge", "payment_intent")


@endpoint("POST /v1/refunds/{refund}", "metadata")
def update(account: Account, params: Params, id: str) -> Record:
    refund = account.get("refund", id, "refund")
    if "metadata" in params:
        tell_change(account, refund, metadata=merge_metadata(refund, params["metadata"]))
    return refund


@endpoint("POST /v1/refunds/{refund}/cancel")
def cancel(account: Account, params: Params, id: str) -> Record:
    """Only a refund that requires an action of the payer, and no card's and no bank debit's ever does."""
    refund = account.get("refund", id, "refund")
    message = f"You can only cancel refunds with a status of requires_action. This refund has a status of {refund['status']}."
    raise wrong_state(message, "resource_invalid_state")
