"""Money going back to a card. Stripe keeps its fee."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.endpoints import balance
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.errors import bad_param, missing_param, wrong_state
from stripe_sim.money import said
from stripe_sim.store import Record

ON_ITS_WAY = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}


@endpoint("POST /v1/refunds", "amount charge metadata payment_intent reason")
def create(account: Account, params: Params) -> Record:
    """All that is left of the charge, or `amount` cents of it. Succeeds at once."""
    charge = refundable(account, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left == 0:
        raise wrong_state(f"Charge {charge.id} has already been refunded.", "charge_already_refunded")
    amount = params.get("amount", left)
    if amount < 1:
        raise bad_param("amount", "Invalid positive integer", "parameter_invalid_integer")
    if amount > left:
        asked, rest = said(amount, charge["currency"]), said(left, charge["currency"])
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
        raise wrong_state(message, "refund_exceeds_charge", param="amount")
    refund = account.make(
        "refund",
        "re_",
        amount=amount,
        currency=charge["currency"],
        charge=charge.id,
        payment_intent=charge["payment_intent"],
        reason=params.get("reason"),
        status="succeeded",
        metadata=params.get("metadata") or {},
        destination_details={"type": "card", "card": dict(ON_ITS_WAY)},
    )
    transaction = balance.post(
        account,
        type="refund",
        amount=-amount,
        fee=0,
        source=refund,
        description=f"REFUND FOR CHARGE ({charge['description']})" if charge["description"] else "REFUND FOR CHARGE",
        at_once=False,
    )
    account.change(refund, balance_transaction=transaction.id)
    refunded = charge["amount_refunded"] + amount
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    account.change(charge, amount_refunded=refunded, refunded=refunded == charge["amount_captured"])
    account.emit("refund.created", refund)
    account.emit("charge.refunded", charge, before)
    return refund


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


@endpoint("GET /v1/refunds/{refund}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    return account.get("refund", id, "refund")


@endpoint("GET /v1/refunds", "charge created payment_intent")
def list_all(account: Account, params: Params) -> Page:
    return listed(account, "refund", params, "charge", "payment_intent")
