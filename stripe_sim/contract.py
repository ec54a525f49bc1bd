"""Holds requests, answers and events against the description of the installed stripe library, strictly.

For tests only: it needs jsonschema and referencing, which the running simulator does without. Every object is closed
and every enum too, so a misspelt field, a removed parameter or an invented status fails.

    client = stripe.StripeClient("sk_test_x", base_addresses={"api": url}, http_client=checked_client())
    Contract.installed().check_event(json.loads(webhook_body))
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import stripe
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from stripe_sim import description
from stripe_sim.description import Description, Operation, Schema
from stripe_sim.errors import StripeError
from stripe_sim.params import read_params

ROOT = "urn:stripe"
ERROR_TYPES = {"api_error", "card_error", "idempotency_error", "invalid_request_error"}


class ContractError(AssertionError):
    """What was sent is not what Stripe's own library describes."""


class Contract:
    def __init__(self, facts: Description) -> None:
        self.facts = facts
        root = Resource.from_contents({"classes": facts.facts["classes"]}, default_specification=DRAFT202012)
        self.registry: Registry[Any] = Registry().with_resource(ROOT, root)

    @staticmethod
    @cache
    def installed() -> Contract:
        """The contract of the stripe library of this environment."""
        return Contract(description.load())

    def check_request(self, method: str, url: str, body: str | bytes | None) -> None:
        parts = urlsplit(url)
        operation = self.find(method, parts.path)
        text = body.decode() if isinstance(body, bytes) else body or ""
        try:
            params = read_params(text if method.upper() == "POST" else parts.query, operation.params, self.facts)
        except StripeError as error:
            raise ContractError(f"{operation.name}: {error.message} ({error.param})") from error
        self.hold(params, operation.params, f"{operation.name} parameters")

    def check_response(self, method: str, url: str, status: int, body: Any) -> None:
        operation = self.find(method, urlsplit(url).path)
        where = f"{operation.name} answer {status}"
        if status >= 400:
            return self.check_error(body, where)
        if body.get("deleted") is True:
            return self.check_deleted(body, where)
        self.hold(body, operation.returns, where)

    def check_error(self, body: Any, where: str) -> None:
        error = body.get("error") if isinstance(body, dict) else None
        if not isinstance(error, dict) or error.get("type") not in ERROR_TYPES or not error.get("message"):
            raise ContractError(f"{where}: not a Stripe error: {body!r}")
        if "payment_intent" in error:
            self.check_object(error["payment_intent"], where)

    def check_event(self, event: dict[str, Any]) -> None:
        """The envelope, its type, its version, and the object inside."""
        self.check_object(event, f"event {event.get('type')}")
        if event["type"] not in self.facts.event_types:
            raise ContractError(f"there is no event type {event['type']!r}")
        if event.get("api_version") != self.facts.version:
            raise ContractError(f"event in {event.get('api_version')!r}, the library speaks {self.facts.version!r}")
        inner = event["data"]["object"]
        if event["type"] == "invoice.upcoming" and "id" not in inner:
            inner = {**inner, "id": ""}  # the one object without an id: there is no invoice yet
        self.check_object(inner, f"event {event['type']}")

    def check_object(self, body: dict[str, Any], where: str = "object") -> None:
        if body.get("deleted") is True:
            return self.check_deleted(body, where)
        kind = self.facts.facts["objects"].get(body.get("object"))
        if kind is None:
            raise ContractError(f"{where}: Stripe has no object {body.get('object')!r}")
        self.hold(body, {"$ref": f"#/classes/{kind}"}, where)

    def check_deleted(self, body: dict[str, Any], where: str) -> None:
        if set(body) != {"id", "object", "deleted"}:
            raise ContractError(f"{where}: a deleted object has id, object and deleted, not {sorted(body)}")

    def find(self, method: str, path: str) -> Operation:
        operation = self.facts.find_operation(method.upper(), path)
        if operation is None:
            raise ContractError(f"Stripe has no {method.upper()} {path}")
        return operation

    def hold(self, value: Any, schema: Schema, where: str) -> None:
        validator = Draft202012Validator(rooted(schema), registry=self.registry)
        problem = best_match(validator.iter_errors(value))
        if problem:
            place = "/".join(str(step) for step in problem.absolute_path) or "top"
            raise ContractError(f"{where}, at {place}: {problem.message[:400]}")


def rooted(schema: Any) -> Any:
    """The schema with its references made absolute, so that it can stand outside the description."""
    if isinstance(schema, list):
        return [rooted(part) for part in schema]
    if isinstance(schema, dict):
        return {name: ROOT + part if name == "$ref" and part.startswith("#") else rooted(part) for name, part in schema.items()}
    return schema


class CheckedClient(stripe.HTTPClient):
    """A stripe HTTP client that raises ContractError for any request or answer the library does not describe.

    `seen` lists what went by, as (method, path, status)."""

    name = "stripe_sim contract"

    def __init__(self, inner: stripe.HTTPClient, contract: Contract) -> None:
        super().__init__()
        self.inner, self.contract = inner, contract
        self.seen: list[tuple[str, str, int]] = []

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        self.contract.check_request(method, url, post_data)
        content, status, answered = self.inner.request(method, url, headers, post_data)
        self.contract.check_response(method, url, status, json.loads(content))
        self.seen.append((method.upper(), urlsplit(url).path, status))
        return content, status, answered

    def close(self) -> None:
        self.inner.close()


def checked_client(inner: stripe.HTTPClient | None = None, contract: Contract | None = None) -> CheckedClient:
    """Wraps a stripe HTTP client (by default one over requests) with the contract of the installed library."""
    return CheckedClient(inner or stripe.RequestsClient(timeout=60), contract or Contract.installed())
