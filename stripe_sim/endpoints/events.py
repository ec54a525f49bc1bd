"""What happened, each with a copy of its object at that moment."""

from __future__ import annotations

from stripe_sim.account import Account
from stripe_sim.endpoints.table import Page, Params, endpoint, listed
from stripe_sim.errors import bad_param, no_such
from stripe_sim.store import Record

MOST_TYPES = 20


@endpoint("GET /v1/events/{id}")
def retrieve(account: Account, params: Params, id: str) -> Record:
    event = account.get("event", id)
    if not is_kept(account, event):
        raise no_such("event", id, "id")
    return event


def is_kept(account: Account, event: Record) -> bool:
    """Stripe shows an event for thirty days. Its webhook is tried whatever its age."""
    days = account.events_kept_days
    return days is None or bool(event["created"] > account.time() - days * 86400)


@endpoint("GET /v1/events", "created delivery_success type types")
def list_all(account: Account, params: Params) -> Page:
    """`delivery_success=False` finds what no webhook has confirmed, including what was lost on the way."""
    types = params.get("types") or ([params["type"]] if "type" in params else None)
    if "types" in params and "type" in params:
        raise bad_param("types", "You may only specify one of these parameters: type, types.")
    if types and len(types) > MOST_TYPES:
        raise bad_param("types", f"You may give up to {MOST_TYPES} types.")
    wanted = params.get("delivery_success")
    return Page(
        [
            event
            for event in listed(account, "event", params).records
            if is_kept(account, event)
            and (types is None or any(matches(event["type"], pattern) for pattern in types))
            and (wanted is None or wanted == (event["pending_webhooks"] == 0))
        ]
    )


def matches(type: str, pattern: str) -> bool:
    """ "charge.*" stands for every charge event."""
    return type == pattern or (pattern.endswith("*") and type.startswith(pattern[:-1]))
