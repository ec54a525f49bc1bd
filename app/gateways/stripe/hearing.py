"""Webhooks: who sent it, and whom to ask about. Sources: Stripe docs, “Check the webhook signatures”; stripe-python 16."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

import stripe

from app.ground.ids import read_id

from .values import Hint, NotFromStripe

TOLERANCE_SECONDS = 300
MOST_BYTES = 1_000_000
_IDS = re.compile(r"[A-Za-z0-9_.]{1,255}")

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
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "radar.early_fraud_warning.created",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.trial_will_end",
    "customer.subscription.pending_update_expired",
    "invoice.created",
    "invoice.finalized",
    "invoice.finalization_failed",
    "invoice.upcoming",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.payment_action_required",
    "invoice.voided",
    "invoice.marked_uncollectible",
    "invoice.overdue",
    "invoice.overpaid",
    "invoice_payment.paid",
    "setup_intent.succeeded",
    "setup_intent.setup_failed",
    "payment_method.attached",
    "payment_method.detached",
    "payment_method.updated",
    "payment_method.automatically_updated",
    "mandate.updated",
    "customer.updated",
    "customer.deleted",
    "payout.paid",
    "payout.failed",
    "payout.canceled",
    "payout.reconciliation_completed",
)
# Kept, and nothing is asked about them: an invoice that does not exist yet, and what comes before a first charge.
ONLY_NOTED = ("invoice.upcoming", "customer.subscription.trial_will_end")


def read(body: bytes, signature: str | None, *, secrets: Sequence[str], livemode: bool) -> Hint:
    """The hint in a webhook that Stripe signed within the last five minutes, for this mode. Raises NotFromStripe.

    Not `construct_event`: it accepts any time in the future and fails on signed JSON that is no event.
    """
    if len(body) > MOST_BYTES:
        raise NotFromStripe("too large")
    try:
        text = body.decode()
        _check_signature(text, signature or "", secrets)
        event = json.loads(text)
        if not (isinstance(event, dict) and event.get("object") == "event" and _IDS.fullmatch(event["id"] + event["type"])):
            raise NotFromStripe("not an event")
        if event.get("livemode") is not livemode:
            raise NotFromStripe("of the other mode")
        return hint(event)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotFromStripe("not an event") from error


def _check_signature(text: str, signature: str, secrets: Sequence[str]) -> None:
    sent_at = next((part[2:] for part in signature.split(",") if part.startswith("t=")), "")
    if not (sent_at.isascii() and sent_at.isdigit()) or abs(int(sent_at) - time.time()) > TOLERANCE_SECONDS:
        raise NotFromStripe("not signed within five minutes of now")
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(text, signature, secret, TOLERANCE_SECONDS)
            return
        except stripe.SignatureVerificationError:
            continue
    raise NotFromStripe("the signature does not match")


def hint(event: Mapping[str, Any]) -> Hint:
    thing = event["data"]["object"]
    known = thing.get("metadata") or {}
    payment_id = read_id(thing.get("client_reference_id") or known.get("payment") or "")
    about = None if payment_id or event["type"] in ONLY_NOTED else _about(thing, event)
    return Hint(event["id"], event["type"], str(thing.get("id") or "")[:255], payment_id, about)


def _about(thing: Mapping[str, Any], event: Mapping[str, Any]) -> str | None:
    kind = thing.get("object")
    renewal = (thing.get("metadata") or {}).get("renewal")
    if kind == "invoice":
        parent = (thing.get("parent") or {}).get("subscription_details") or {}
        renewal = (parent.get("metadata") or {}).get("renewal")
        return _named("renewal", renewal) or _named("subscription", parent.get("subscription"))
    if kind == "payment_intent":
        return _named("intent", thing.get("id"))
    if kind in ("charge", "refund", "dispute", "radar.early_fraud_warning"):
        return _named("intent", thing.get("payment_intent"))
    if kind == "subscription":
        return _named("renewal", renewal) or _named("subscription", thing.get("id"))
    if kind == "invoice_payment":
        return _named("invoice", thing.get("invoice"))
    if kind == "mandate":
        return _named("method", thing.get("payment_method"))
    if kind == "payout":
        return _named("payout", thing.get("id"))
    if kind == "customer":
        return _named("customer", thing.get("id"))
    before = event["data"].get("previous_attributes") or {}
    return _named("renewal", renewal) or _named("customer", thing.get("customer") or before.get("customer"))


def _named(kind: str, found: Any) -> str | None:
    """`kind:id`, where there is an id, in full or by itself."""
    found = found.get("id") if isinstance(found, dict) else found
    return f"{kind}:{found}" if isinstance(found, str) and _IDS.fullmatch(found.replace("-", "_")) else None
