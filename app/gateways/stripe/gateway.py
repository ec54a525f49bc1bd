"""What can be asked of Stripe, one method a question. Sources: stripe-python 16 (API 2026-10-28.endive); Stripe docs on
Checkout Sessions, Subscriptions, Refunds, the billing portal and idempotent requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import stripe
from stripe import StripeClient

from app.ground.ids import read_id
from app.law.money import Money

from . import hearing, reading
from .asking import recurring
from .values import Away, BalanceMove, Checkout, Hint, IntentSeen, InvoiceSeen, PayoutSeen, Refused, RenewalSeen, Seen

stripe.enable_telemetry = False  # it would write a file in the home folder and report timings
_CHARGE = ["latest_charge.balance_transaction", "latest_charge.failure_balance_transaction"]
TIMEOUT = (2, 4)  # seconds to connect and to answer; somebody is waiting in front of the page


class StripeGateway:
    """Every method raises Away (whether it was done is not known; ask again with the same key) or Refused."""

    def __init__(
        self,
        *,
        api_key: str,
        webhook_secrets: Sequence[str],
        api_base: str | None = None,
        http_client: stripe.HTTPClient | None = None,
        debit: bool = False,
    ):
        """`debit`: offer the New Zealand bank debit beside the card."""
        self._rails = {"allowed_payment_method_types": ["card", "nz_bank_account"]} if debit else {}
        self._secrets = tuple(webhook_secrets)
        self._livemode = not api_key.startswith(("sk_test_", "rk_test_"))
        self._client = StripeClient(
            api_key,
            base_addresses={"api": api_base} if api_base else {},
            max_network_retries=1,
            http_client=http_client or stripe.RequestsClient(timeout=TIMEOUT),
        )
        self._v1 = self._client.v1

    # -- an attempt to pay ---------------------------------------------------------------------------------

    def open_checkout(self, *, key: str, params: Mapping[str, Any]) -> Checkout:
        """Open a hosted payment page for frozen `params`. The same key and params always give the same page (for 24 hours)."""
        session = self._ask(
            lambda: self._v1.checkout.sessions.create(params={**params, **self._rails}, options={"idempotency_key": key})  # type: ignore[arg-type]
        )
        return Checkout(session.id, session.url)

    def look_at(self, checkout_id: str, *, intent_id: str | None = None, whole: bool = False) -> Seen:
        """The attempt as it stands at Stripe. `intent_id` helps where a page does not name its intent; `whole` asks also what
        went back."""
        session = self._ask(lambda: self._v1.checkout.sessions.retrieve(checkout_id))
        invoice_id = reading.id_of(session.invoice)
        found = reading.id_of(session.payment_intent) or intent_id
        if found is None and invoice_id:
            found = self._intent_of_invoice(invoice_id)
        intent = self.look_at_intent(found, whole=whole) if found else None
        complete = session.status == "complete"
        paid = session.payment_status == "paid"
        return Seen(
            payment_id=read_id(session.client_reference_id or ""),
            amount=reading.money(session.amount_total, session.currency or ""),
            checkout_id=session.id,
            open=session.status == "open",
            expired=session.status == "expired",
            paid=paid,
            processing=complete and not paid and bool(intent and intent.processing),
            failed=complete and not paid and bool(intent and not intent.processing and intent.decline_code),
            intent=intent,
            subscription_id=reading.id_of(session.subscription),
            invoice_id=invoice_id,
        )

    def look_at_intent(self, intent_id: str, *, whole: bool) -> IntentSeen:
        """A wish to be paid and its charge; `whole`: with its refunds and disputes."""
        found = self._ask(lambda: self._v1.payment_intents.retrieve(intent_id, params={"expand": _CHARGE}))
        if not whole:
            return reading.intent(found)
        refunds = self._all(
            lambda: self._v1.refunds.list(
                params={
                    "payment_intent": intent_id,
                    "expand": ["data.balance_transaction", "data.failure_balance_transaction"],
                    "limit": 100,
                }
            )
        )
        disputes = self._all(lambda: self._v1.disputes.list(params={"payment_intent": intent_id, "limit": 100}))
        return reading.intent(found, refunds=refunds, disputes=disputes)

    def _intent_of_invoice(self, invoice_id: str) -> str | None:
        """The intent an invoice was paid by, or is to be paid by."""
        parts = list(self._all(lambda: self._v1.invoice_payments.list(params={"invoice": invoice_id, "limit": 100})))
        best = next((part for part in parts if part.status == "paid"), None) or next(
            (part for part in parts if part.is_default), None
        )
        return reading.id_of(reading.field(best, "payment", "payment_intent"))

    def expire(self, checkout_id: str) -> None:
        """Close an open payment page, so that nobody can pay there any more. One that is no longer open is left as it is."""
        try:
            self._ask(lambda: self._v1.checkout.sessions.expire(checkout_id))
        except Refused:
            return

    # -- a renewal -----------------------------------------------------------------------------------------

    def look_at_renewal(self, subscription_id: str, *, since: datetime | None, known: Callable[[str], bool]) -> RenewalSeen:
        """A renewal with its invoices since `since` (UTC; None: all). Those that `known` by id are not asked about again."""
        found = self._ask(
            lambda: self._v1.subscriptions.retrieve(
                subscription_id,
                params={"expand": ["default_payment_method", "customer.invoice_settings.default_payment_method"]},
            )
        )
        asked: dict[str, Any] = {"subscription": subscription_id, "limit": 100}
        if since:
            asked["created"] = {"gte": int(since.timestamp())}
        invoices = list(self._all(lambda: self._v1.invoices.list(params=asked)))  # type: ignore[arg-type]
        return reading.renewal(found, [self._invoice(one) for one in reversed(invoices) if not known(one.id)])

    def _invoice(self, found: Any) -> InvoiceSeen:
        tried = found.status == "paid" or found.attempt_count
        intent_id = self._intent_of_invoice(found.id) if tried else None
        return reading.invoice(found, self.look_at_intent(intent_id, whole=False) if intent_id else None)

    def subscription_of(self, *, intent_id: str | None = None, invoice_id: str | None = None) -> str | None:
        """The subscription an intent or an invoice was made by; None for one that no subscription made."""
        if intent_id:
            asked: Any = {"payment": {"type": "payment_intent", "payment_intent": intent_id}}
            part = next(self._all(lambda: self._v1.invoice_payments.list(params=asked)), None)
            invoice_id = reading.id_of(part.invoice) if part else None
        if invoice_id is None:
            return None
        held = invoice_id
        invoice = self._ask(lambda: self._v1.invoices.retrieve(held))
        return reading.id_of(reading.field(invoice, "parent", "subscription_details", "subscription"))

    def customer_of(self, method_id: str) -> str | None:
        """Whose a saved card or account is."""
        return reading.id_of(self._ask(lambda: self._v1.payment_methods.retrieve(method_id)).customer)

    def stop_renewal(self, subscription_id: str, *, now: bool) -> None:
        """Take nothing more: from `now`, or after the time that is paid for. One that has ended is left as it is."""
        try:
            if now:
                self._ask(lambda: self._v1.subscriptions.cancel(subscription_id, params={"prorate": False}))
            else:
                self._ask(lambda: self._v1.subscriptions.update(subscription_id, params={"cancel_at_period_end": True}))
        except Refused as refused:
            if refused.code != "resource_missing" and not self._has_ended(subscription_id):
                raise

    def _has_ended(self, subscription_id: str) -> bool:
        found = self._ask(lambda: self._v1.subscriptions.retrieve(subscription_id))
        return found.status in ("canceled", "incomplete_expired")

    def change_renewal(
        self, subscription_id: str, *, amount: Money, months: int, key: str, next_charge_at: datetime | None = None
    ) -> None:
        """Take another amount, or in another rhythm, from the next charge on. Nothing is charged or given back for the time
        that is running; `next_charge_at` (UTC) moves the next charge there."""
        found = self._ask(lambda: self._v1.subscriptions.retrieve(subscription_id, params={"expand": ["items.data.price"]}))
        item = found["items"].data[0]
        price = {
            "currency": amount.currency.lower(),
            "unit_amount": amount.cents,
            "product": reading.id_of(item.price.product),
            "recurring": recurring(months),
        }
        wanted: dict[str, dict[str, Any]] = {"price": {"items": [{"id": item.id, "price_data": price}]}}
        if next_charge_at:  # first, or another rhythm would be charged for at once
            wanted = {"day": {"trial_end": int(next_charge_at.timestamp())}, **wanted}
        for what, change in wanted.items():
            params: Any = {**change, "proration_behavior": "none"}
            self._ask(partial(self._v1.subscriptions.update, subscription_id, params, {"idempotency_key": f"{key}:{what}"}))

    def open_portal(self, customer_id: str, *, back_to: str) -> str:
        """The address of a page at Stripe where the payer sets another card or account."""
        session = self._ask(
            lambda: self._v1.billing_portal.sessions.create(
                params={
                    "customer": customer_id,
                    "return_url": back_to,
                    "flow_data": {
                        "type": "payment_method_update",
                        "after_completion": {"type": "redirect", "redirect": {"return_url": back_to}},
                    },
                }
            )
        )
        return str(session.url)

    def invoice_page(self, invoice_id: str) -> str | None:
        """The address of the page at Stripe where an open invoice is paid; None for one that is not open."""
        found = self._ask(lambda: self._v1.invoices.retrieve(invoice_id))
        return found.hosted_invoice_url if found.status == "open" else None

    def try_invoice(self, invoice_id: str) -> None:
        """Charge an open invoice to the saved card now. A card that is refused again is told by an event."""
        self._pay(invoice_id, {"off_session": True})

    def paid_elsewhere(self, invoice_id: str) -> None:
        """Say that an open invoice was paid by bank or in cash: Stripe asks for it no more."""
        self._pay(invoice_id, {"paid_out_of_band": True})

    def _pay(self, invoice_id: str, params: Any) -> None:
        try:
            self._ask(lambda: self._v1.invoices.pay(invoice_id, params=params))
        except Refused as refused:
            found = self._ask(lambda: self._v1.invoices.retrieve(invoice_id))
            if found.status == "open" and "paid_out_of_band" in params:
                raise refused from None

    # -- money back, and the balance -----------------------------------------------------------------------

    def refund(self, intent_id: str, *, refund_id: UUID, payment_id: UUID, amount: Money) -> str:
        """Send money back the way it came, once for a `refund_id`. Returns Stripe's id of it. Raises Refused where there is
        less left than that."""
        params: Any = {
            "payment_intent": intent_id,
            "amount": amount.cents,
            "metadata": {"refund": str(refund_id), "payment": str(payment_id)},
        }
        key = {"idempotency_key": f"refund:{refund_id}"}
        return str(self._ask(lambda: self._v1.refunds.create(params=params, options=key)).id)  # type: ignore[arg-type]

    def moves_since(self, moment: datetime) -> Iterator[BalanceMove]:
        """Every balance transaction since `moment` (UTC), oldest last."""
        asked: Any = {"created": {"gte": int(moment.timestamp())}, "limit": 100, "expand": ["data.source"]}
        for found in self._all(lambda: self._v1.balance_transactions.list(params=asked)):
            yield reading.move(found)

    def balance(self, currency: str) -> Money:
        """What Stripe holds of ours, available and pending."""
        found = self._ask(lambda: self._v1.balance.retrieve())
        held = [*found.available, *found.pending]
        return Money(sum(part.amount for part in held if part.currency == currency.lower()), currency)

    def payout(self, payout_id: str) -> PayoutSeen:
        """A payment to our bank account, with what it moved on the balance."""
        expand = ["balance_transaction", "failure_balance_transaction"]
        return reading.payout(self._ask(lambda: self._v1.payouts.retrieve(payout_id, params={"expand": expand})))

    def payout_faults(self, payout_id: str) -> Money:
        """What a payout differs by from the sum of the balance transactions in it; zero when all is well, or while Stripe does
        not say yet (it tells when it does, by `payout.reconciliation_completed`)."""
        paid = self.payout(payout_id).amount
        inside: Any = {"payout": payout_id, "limit": 100}
        try:
            parts = [reading.move(one) for one in self._all(lambda: self._v1.balance_transactions.list(params=inside))]
        except Refused:
            return Money(0, paid.currency)
        return sum((part.net for part in parts if part.source != payout_id), Money(0, paid.currency)) - paid

    # -- what happened -------------------------------------------------------------------------------------

    def events_since(self, moment: datetime) -> Iterator[Hint]:
        """Every event of ours that Stripe has had since `moment` (UTC; 30 days at most), oldest last."""
        for start in range(0, len(hearing.EVENTS), 20):
            asked: Any = {
                "types": list(hearing.EVENTS[start : start + 20]),
                "created": {"gte": int(moment.timestamp())},
                "limit": 100,
            }
            for event in self._all(partial(self._v1.events.list, params=asked)):
                if event.livemode == self._livemode:
                    yield hearing.hint(event.to_dict())

    def read_webhook(self, body: bytes, signature: str | None) -> Hint:
        """The hint in a webhook that Stripe signed within the last five minutes, for this mode. Raises NotFromStripe."""
        return hearing.read(body, signature, secrets=self._secrets, livemode=self._livemode)

    # -- asking --------------------------------------------------------------------------------------------

    def _all(self, first: Callable[[], Any]) -> Iterator[Any]:
        """Every object of a list, page by page."""
        pages = self._ask(first).auto_paging_iter()

        def following() -> Any:
            return next(pages, None)

        while (found := self._ask(following)) is not None:
            yield found

    @staticmethod
    def _ask(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (stripe.APIConnectionError, stripe.RateLimitError) as error:
            raise Away(type(error).__name__) from None
        except stripe.StripeError as error:
            status = error.http_status or 0
            if status < 400 or status in (409, 429):  # no answer, a garbled one, or not now
                raise Away(f"{status} {error.code or ''}") from None
            raise Refused(status, error.code or type(error).__name__) from None
