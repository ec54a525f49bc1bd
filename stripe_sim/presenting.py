"""How objects are shown: expanded where asked, lists cut into pages, newest first."""

from __future__ import annotations

from typing import Any

from stripe_sim.account import Account
from stripe_sim.billing import invoicing, states
from stripe_sim.endpoints import checkout_sessions
from stripe_sim.errors import StripeError, bad_param, no_such
from stripe_sim.store import Body, Record, copied

DEEPEST = 4
MOST, USUAL = 100, 10


def show(account: Account, result: Record | Body, expand: list[str]) -> Body:
    """A copy of the object with the ids at the given paths replaced by their objects."""
    body: Body = copied(result.body if isinstance(result, Record) else result)
    for path in expand:
        check_depth(path)
        unfold(account, body, path.split("."), path)
    return body


def check_depth(path: str) -> None:
    if len(path.split(".")) > DEEPEST:
        raise bad_param("expand", f"You cannot expand more than {DEEPEST} levels of a property: {path}")


def unfold(account: Account, node: Any, steps: list[str], path: str) -> None:
    if not steps or node is None:
        return
    name, *rest = steps
    if isinstance(node, list):
        for member in node:
            unfold(account, member, steps, path)
        return
    if not isinstance(node, dict):
        raise cannot(path)
    if name not in node:
        included = include(account, node, name)
        if included is None:
            raise cannot(path)
        node[name] = included
    value = node[name]
    if isinstance(value, str):
        record = account.store.find(value)
        if record is None:
            raise cannot(path)
        node[name] = value = copied(record.body)
    elif not isinstance(value, dict | list | None):
        raise cannot(path)
    unfold(account, value, rest, path)


def include(account: Account, node: Body, name: str) -> Body | None:
    """Lists that Stripe leaves out unless they are expanded."""
    match node.get("object"), name:
        case "checkout.session", "line_items":
            records = checkout_sessions.items_of(account, account.get("checkout.session", node["id"]))
            return as_list(records, f"/v1/checkout/sessions/{node['id']}/line_items")
        case "invoice", "payments":
            payments = invoicing.payments_of(account, account.get("invoice", node["id"]))
            return as_list(payments, f"/v1/invoice_payments?invoice={node['id']}")
        case "invoice", "confirmation_secret":
            intent = invoicing.intent_of(account, account.get("invoice", node["id"]))
            return {"client_secret": intent["client_secret"], "type": "payment_intent"} if intent else None
        case "customer", "subscriptions":
            found = [s for s in account.store.all("subscription") if s["customer"] == node["id"]]
            return as_list([s for s in found if s["status"] not in states.ENDED], f"/v1/customers/{node['id']}/subscriptions")
        case "charge", "refunds":
            refunds = [refund for refund in account.store.all("refund") if refund["charge"] == node["id"]]
            return as_list(refunds, f"/v1/charges/{node['id']}/refunds")
    return None


def as_list(records: list[Record], url: str) -> Body:
    first = [copied(record.body) for record in records[:USUAL]]
    return {"object": "list", "data": first, "has_more": len(records) > USUAL, "url": url}


def cannot(path: str) -> StripeError:
    return bad_param("expand", f"This property cannot be expanded ({path}).")


def cut(account: Account, records: list[Record], params: dict[str, Any], url: str, expand: list[str]) -> Body:
    """One page of a list. `starting_after` goes on to older objects, `ending_before` back to newer ones."""
    limit = params.get("limit", USUAL)
    if not 1 <= limit <= MOST:
        raise bad_param("limit", f"This value must be between 1 and {MOST}.", "parameter_invalid_integer")
    after, before = params.get("starting_after"), params.get("ending_before")
    if after and before:
        raise bad_param("ending_before", "You may only specify one of these parameters: starting_after, ending_before.")
    if before:
        newer = records[: place(account, records, before, "ending_before")]
        page, has_more = newer[-limit:], len(newer) > limit
    else:
        older = records[place(account, records, after, "starting_after") + 1 :] if after else records
        page, has_more = older[:limit], len(older) > limit
    for path in expand:
        check_depth(path)
        if not path.startswith("data."):
            raise cannot(path)
    inner = [path.removeprefix("data.") for path in expand]
    return {"object": "list", "data": [show(account, r, inner) for r in page], "has_more": has_more, "url": url}


def place(account: Account, records: list[Record], id: str, param: str) -> int:
    """Where an object stands in the list, or where it would, if the filter leaves it out."""
    record = account.store.find(id)
    if record is None:
        raise no_such("object", id, param)
    if record in records:
        return records.index(record)
    older = next((index for index, other in enumerate(records) if other.seq < record.seq), len(records))
    return older - (param == "starting_after")
