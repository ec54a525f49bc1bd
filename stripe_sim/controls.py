"""What a test or a demo has the world do to the account: people in the Dashboard, payers, their banks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stripe_sim.account import Account
from stripe_sim.billing import running, states
from stripe_sim.endpoints import (
    disputes,
    fraud_warnings,
    mandates,
    payment_methods,
    payouts,
    refunds,
    subscriptions,
    test_clocks,
)
from stripe_sim.errors import StripeError
from stripe_sim.faults import PAYOUT_FAILURES
from stripe_sim.store import Record


class Controls:
    """Part of the Simulator. Each returns the id of what it made or changed, and raises ValueError if it cannot be done.

    A payment may be named by its charge, its payment intent or its checkout session."""

    account: Account
    advance: Callable[[float], None]

    # -- refunds -------------------------------------------------------------------------------------------

    def refund(self, payment: str, amount: int | None = None, *, reason: str | None = None) -> str:
        """Somebody refunds in Stripe's Dashboard, so with no metadata of ours: `amount` cents, or all that is left."""
        with self.account.changing():
            charge = self.charge_of(payment)
            params = {"charge": charge.id, "reason": reason} | ({} if amount is None else {"amount": amount})
            try:
                made: Any = refunds.create(self.account, params)
            except StripeError as error:
                raise ValueError(error.message) from error
            return str(made.id)

    def end_refund(self, refund_id: str, outcome: str = "succeeded", *, reason: str | None = None) -> str:
        """A refund succeeds, fails (from pending or after it had succeeded) or is canceled in the Dashboard."""
        with self.account.changing():
            refund = self.known("refund", refund_id)
            if refund["status"] not in (("pending",) if outcome == "succeeded" else ("pending", "succeeded")):
                raise ValueError(f"{refund_id} is {refund['status']}: it cannot become {outcome}")
            match outcome:
                case "succeeded":
                    refunds.succeed(self.account, refund_id)
                case "failed":
                    refunds.fail(self.account, refund_id, reason)
                case "canceled":
                    refunds.cancel_in_dashboard(self.account, refund)
                case _:
                    raise ValueError(f"a refund ends succeeded, failed or canceled, not {outcome!r}")
            return refund_id

    # -- disputes ------------------------------------------------------------------------------------------

    def dispute(self, payment: str, *, reason: str | None = None, amount: int | None = None, inquiry: bool = False) -> str:
        """The payer asks their bank for the money back: `amount` cents, or what was not refunded."""
        with self.account.changing():
            charge = self.charge_of(payment)
            if reason is not None and reason not in disputes.REASONS:
                raise ValueError(f"no dispute has the reason {reason!r}; there are {', '.join(disputes.REASONS)}")
            if amount is not None and not 0 < amount <= charge["amount"]:
                raise ValueError(f"{amount} cents of a charge of {charge['amount']} cannot be disputed")
            if inquiry and charge["payment_method_details"]["type"] != "card":
                raise ValueError("only the bank of a card inquires")
            if not refunds.may_be_refunded(self.account, charge):
                raise ValueError(f"{charge.id} is disputed already")
            return disputes.open_against(self.account, charge, reason=reason, amount=amount, inquiry=inquiry).id

    def decide(self, dispute_id: str, *, won: bool) -> str:
        """The bank decides a dispute, for us or against us, or ends its inquiry (lost: it becomes a dispute)."""
        with self.account.changing():
            disputes.decide(self.account, self.known("dispute", dispute_id), won=won)
            return dispute_id

    def warn_of_fraud(self, payment: str) -> str:
        """The payer's bank warns of fraud."""
        with self.account.changing():
            return fraud_warnings.warn(self.account, self.charge_of(payment)).id

    # -- what is kept to pay with --------------------------------------------------------------------------

    def renew_card(self, payment_method: str, *, years: int = 3) -> str:
        """The card's bank issues it anew, and the networks tell Stripe its later expiry date."""
        with self.account.changing():
            method = self.known("payment_method", payment_method)
            if payment_methods.is_bank(method):
                raise ValueError(f"{payment_method} is no card")
            payment_methods.renew(self.account, method, years)
            return payment_method

    def end_mandate(self, mandate: str) -> str:
        """The payer tells their bank to allow no more debits. Named by the mandate, or by its payment method."""
        with self.account.changing():
            method = self.account.store.find(mandate, "payment_method")
            record = self.known("mandate", str(method.private.get("mandate")) if method else mandate)
            mandates.end(self.account, record)
            return record.id

    # -- subscriptions -------------------------------------------------------------------------------------

    def cancel_subscription(self, subscription: str, *, at_period_end: bool = False) -> str:
        """Somebody cancels in Stripe's Dashboard: at once, or with the period."""
        with self.account.changing():
            record = self.still_running(subscription)
            if at_period_end:
                subscriptions.update(self.account, {"cancel_at_period_end": True}, record.id)
            else:
                subscriptions.cancel(self.account, {}, record.id)
            return record.id

    def advance_to_charge(self, subscription: str) -> str:
        """Time passes, on the clock the subscription lives on, until it is charged next, or tried again after a failure."""
        with self.account.changing():
            record = self.still_running(subscription)
            at = running.next_charge(self.account, record)
            if at is None:
                raise ValueError(f"{subscription} is not charged any more: it is {record['status']}, or ends first")
            clock = record["test_clock"]
            if not clock:
                self.advance(max(0.0, at + 1 - self.account.time()))
                return record.id
            try:
                test_clocks.advance(self.account, {"frozen_time": at + 1}, clock)
            except StripeError as error:
                raise ValueError(error.message) from error
            return record.id

    def still_running(self, id: str) -> Record:
        record = self.known("subscription", id)
        if record["status"] in states.ENDED:
            raise ValueError(f"{id} is {record['status']} already")
        return record

    # -- our own bank --------------------------------------------------------------------------------------

    def fail_payout(self, payout: str, *, code: str = "account_closed") -> str:
        """Our bank sends a payout back, on its way or after it was paid."""
        with self.account.changing():
            record = self.known("payout", payout)
            if code not in PAYOUT_FAILURES:
                raise ValueError(f"no payout fails by {code!r}; there are {', '.join(PAYOUT_FAILURES)}")
            if record["status"] not in ("pending", "in_transit", "paid"):
                raise ValueError(f"{payout} is {record['status']} already")
            payouts.fail(self.account, record, code)
            return payout

    # -- finding -------------------------------------------------------------------------------------------

    def known(self, kind: str, id: str) -> Record:
        record = self.account.store.find(id, kind)
        if record is None:
            raise ValueError(f"there is no {kind} {id!r}")
        return record

    def charge_of(self, payment: str) -> Record:
        """The successful charge of a charge id, payment intent or checkout session."""
        record = self.account.store.find(payment)
        if record and record.kind == "checkout.session":
            record = self.account.store.find(record["payment_intent"] or "")
        if record and record.kind == "payment_intent":
            record = self.account.store.find(record["latest_charge"] or "")
        if record is None or record.kind != "charge" or not record["paid"]:
            raise ValueError(f"there is no successful payment {payment!r}")
        return record
