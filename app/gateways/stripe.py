"""The only file that speaks to Stripe. Nothing of Stripe's types leaves it: plain frozen values come out.

Stripe is told amounts, labels, our ids and the payer's email for the checkout page; nothing else about a person.
Sources: stripe-python 16 (API 2026-10-28.endive); Stripe docs on Checkout Sessions, idempotent requests and webhooks.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import stripe
from stripe import StripeClient

from app.ground.ids import read_id
from app.law.money import Money

stripe.enable_telemetry = False  # it would write a file in the home folder and report timings
TOLERANCE_SECONDS = 300
MOST_BYTES = 1_000_000
_IDS = re.compile(r"[A-Za-z0-9_.]{1,255}")
TIMEOUT = (2, 4)  # seconds to connect and to answer; somebody is waiting in front of the page

# What we ask Stripe to tell us (webhook endpoint and backfill alike).
EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "payment_intent.processing",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "charge.updated",
)


class Away(Exception):
    """Stripe could not be reached or did not answer in time. Whether it did what was asked is not known."""


class Refused(Exception):
    """Stripe answered no, or answered with a fault of its own that it remembers under this key. Asking again with the same
    key changes nothing."""


class NotFromStripe(Exception):
    """A webhook that Stripe did not send, or not now, or not to this installation."""


@dataclass(frozen=True)
class Hint:
    """That something happened to an object. What, is asked of Stripe."""

    event_id: str
    type: str
    object_id: str
    payment_id: UUID | None


@dataclass(frozen=True)
class Checkout:
    id: str
    url: str | None


@dataclass(frozen=True)
class BalanceMove:
    """One balance transaction: what reached the Stripe balance, and what Stripe kept. Cents."""

    id: str
    gross: Money
    fee: Money
    net: Money


@dataclass(frozen=True)
class Seen:
    """An attempt to pay as Stripe has it now."""

    checkout_id: str
    payment_id: UUID | None
    open: bool
    expired: bool
    paid: bool
    amount: Money
    intent_id: str | None
    decline_code: str | None
    balance_move: BalanceMove | None


class StripeGateway:
    def __init__(
        self,
        *,
        api_key: str,
        webhook_secrets: Sequence[str],
        api_base: str | None = None,
        http_client: stripe.HTTPClient | None = None,
    ):
        self._secrets = tuple(webhook_secrets)
        self._livemode = not api_key.startswith(("sk_test_", "rk_test_"))
        self._client = StripeClient(
            api_key,
            base_addresses={"api": api_base} if api_base else {},
            max_network_retries=1,
            http_client=http_client or stripe.RequestsClient(timeout=TIMEOUT),
        )

    def open_checkout(self, *, key: str, params: Mapping[str, Any]) -> Checkout:
        """Open a hosted payment page for frozen `params`. The same key and params always give the same page (for 24 hours).

        Raises Away (ask again with the same key) or Refused.
        """
        session = self._ask(
            lambda: self._client.v1.checkout.sessions.create(params=dict(params), options={"idempotency_key": key})  # type: ignore[arg-type]
        )
        return Checkout(session.id, session.url)

    def look_at(self, checkout_id: str, *, intent_id: str | None = None) -> Seen:
        """The attempt as it stands at Stripe. `intent_id` helps where an open checkout does not name its intent yet."""
        session = self._ask(
            lambda: self._client.v1.checkout.sessions.retrieve(
                checkout_id, params={"expand": ["payment_intent.latest_charge.balance_transaction"]}
            )
        )
        intent: Any = session.payment_intent
        if intent is None and intent_id:
            intent = self._ask(
                lambda: self._client.v1.payment_intents.retrieve(
                    intent_id, params={"expand": ["latest_charge.balance_transaction"]}
                )
            )
        currency = (session.currency or "").upper()
        error = getattr(intent, "last_payment_error", None) if intent else None
        charge = getattr(intent, "latest_charge", None) if intent else None
        return Seen(
            checkout_id=session.id,
            payment_id=read_id(session.client_reference_id or ""),
            open=session.status == "open",
            expired=session.status == "expired",
            paid=session.payment_status == "paid",
            amount=Money(session.amount_total or 0, currency),
            intent_id=intent.id if intent else None,
            decline_code=(getattr(error, "decline_code", None) or getattr(error, "code", None)) if error else None,
            balance_move=_balance_move(charge),
        )

    def expire(self, checkout_id: str) -> None:
        """Close an open payment page, so that nobody can pay there any more. One that is no longer open is left as it is."""
        try:
            self._ask(lambda: self._client.v1.checkout.sessions.expire(checkout_id))
        except Refused:
            return

    def events_since(self, moment: datetime) -> Iterator[Hint]:
        """Every event of ours that Stripe has had since `moment` (UTC; 30 days at most), oldest last."""
        for start in range(0, len(EVENTS), 20):
            page = self._ask(
                lambda start=start: self._client.v1.events.list(
                    params={
                        "types": list(EVENTS[start : start + 20]),
                        "created": {"gte": int(moment.timestamp())},
                        "limit": 100,
                    }
                )
            )
            pages = page.auto_paging_iter()
            while True:
                event = self._ask(lambda pages=pages: next(pages, None))
                if event is None:
                    break
                if event.livemode == self._livemode:
                    yield _hint(event.to_dict())

    def read_webhook(self, body: bytes, signature: str | None) -> Hint:
        """The hint in a webhook that Stripe signed within the last five minutes, for this mode. Raises NotFromStripe.

        Not `construct_event`: it accepts any time in the future and fails on signed JSON that is no event.
        """
        if len(body) > MOST_BYTES:
            raise NotFromStripe("too large")
        try:
            text = body.decode()
            self._check_signature(text, signature or "")
            event = json.loads(text)
            if not (isinstance(event, dict) and event.get("object") == "event" and _IDS.fullmatch(event["id"] + event["type"])):
                raise NotFromStripe("not an event")
            if event.get("livemode") is not self._livemode:
                raise NotFromStripe("of the other mode")
            return _hint(event)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise NotFromStripe("not an event") from error

    def _check_signature(self, text: str, signature: str) -> None:
        sent_at = next((part[2:] for part in signature.split(",") if part.startswith("t=")), "")
        if not (sent_at.isascii() and sent_at.isdigit()) or abs(int(sent_at) - time.time()) > TOLERANCE_SECONDS:
            raise NotFromStripe("not signed within five minutes of now")
        for secret in self._secrets:
            try:
                stripe.WebhookSignature.verify_header(text, signature, secret, TOLERANCE_SECONDS)
                return
            except stripe.SignatureVerificationError:
                continue
        raise NotFromStripe("the signature does not match")

    @staticmethod
    def _ask(call: Any) -> Any:
        try:
            return call()
        except (stripe.APIConnectionError, stripe.RateLimitError) as error:
            raise Away(type(error).__name__) from None
        except stripe.StripeError as error:
            status = error.http_status or 0
            if status < 400 or status in (409, 429):  # no answer, a garbled one, or not now
                raise Away(f"{status} {error.code or ''}") from None
            raise Refused(f"{status} {error.code or type(error).__name__}") from None


def _hint(event: Mapping[str, Any]) -> Hint:
    thing = event["data"]["object"]
    ours = thing.get("client_reference_id") or (thing.get("metadata") or {}).get("payment") or ""
    return Hint(event["id"], event["type"], str(thing.get("id") or "")[:255], read_id(ours))


def _balance_move(charge: Any) -> BalanceMove | None:
    move = getattr(charge, "balance_transaction", None) if charge is not None and not isinstance(charge, str) else None
    if move is None or isinstance(move, str):
        return None
    currency = move.currency.upper()
    return BalanceMove(move.id, Money(move.amount, currency), Money(move.fee, currency), Money(move.net, currency))


def checkout_params(
    *,
    payment_id: UUID,
    lines: Sequence[tuple[str, Money]],
    email: str,
    success_url: str,
    cancel_url: str,
    expires_at: datetime,
) -> dict[str, Any]:
    """The frozen request for one hosted payment page: what it costs, where it leads, and our id for it."""
    return {
        "mode": "payment",
        "client_reference_id": str(payment_id),
        "customer_email": email,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.astimezone(UTC).timestamp()),
        "metadata": {"payment": str(payment_id)},
        "payment_intent_data": {"metadata": {"payment": str(payment_id)}},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": amount.currency.lower(),
                    "unit_amount": amount.cents,
                    "product_data": {"name": label},
                },
            }
            for label, amount in lines
        ],
    }
