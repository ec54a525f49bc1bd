"""The table of modelled operations, by Stripe's own name for each: "POST /v1/refunds"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stripe_sim.account import Account
from stripe_sim.errors import no_such, not_modelled
from stripe_sim.store import Body, Record

Params = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """A list answer, to be cut to one page and expanded. `url` is the path it was asked at."""

    records: list[Record]


Result = Record | Page | Body
Work = Callable[..., Result]


@dataclass(frozen=True)
class Endpoint:
    work: Work
    models: frozenset[str]

    def run(self, account: Account, params: Params, ids: tuple[str, ...]) -> Result:
        for name in params:
            if name not in self.models and name not in PAGING:
                raise not_modelled(f"the parameter `{name}` here")
        return self.work(account, params, *ids)


PAGING = {"expand", "limit", "starting_after", "ending_before"}
ENDPOINTS: dict[str, Endpoint] = {}


def endpoint(name: str, models: str = "") -> Callable[[Work], Work]:
    """Adds a function as the work of an operation. `models` names the parameters it honours; the others that Stripe
    knows are answered 501, never ignored."""

    def add(work: Work) -> Work:
        ENDPOINTS[name] = Endpoint(work, frozenset(models.split()))
        return work

    return add


def merge_metadata(record: Record, given: dict[str, str] | str) -> dict[str, str]:
    """Stripe's way with metadata: keys are added, "" removes one, and "" for the whole removes all."""
    if isinstance(given, str):
        return {}
    merged = {**record.body["metadata"], **given}
    return {key: value for key, value in merged.items() if value != ""}


def blank_to_null(params: Params) -> Params:
    return {name: None if value == "" else value for name, value in params.items()}


def created_within(record: Record, span: dict[str, int] | int | None, name: str = "created") -> bool:
    """Whether the object's time of this name is within the span asked for."""
    if span is None:
        return True
    at = record[name]
    if isinstance(span, int):
        return bool(at == span)
    tests = {"gt": at > span.get("gt", 0), "gte": at >= span.get("gte", 0)}
    tests |= {"lt": at < span.get("lt", 0), "lte": at <= span.get("lte", 0)}
    return all(tests[name] for name in span)


def listed(account: Account, kind: str, params: Params, *equal: str) -> Page:
    """The objects of a kind, newest first, narrowed by `created` and by the fields named in `equal`."""
    for name, owner in (("customer", "customer"), ("payment_intent", "payment_intent"), ("charge", "charge")):
        if name in equal and name in params and account.store.find(params[name], owner) is None:
            raise no_such(owner, params[name], name)
    return Page(
        [
            record
            for record in account.store.all(kind)
            if created_within(record, params.get("created"))
            and not record.body.get("deleted")
            and all(record.body.get(name) == params[name] for name in equal if name in params)
        ]
    )
