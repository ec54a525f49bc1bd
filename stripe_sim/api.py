"""Stripe's protocol around the endpoints: keys, versions, idempotency, expansion, pages, faults."""

from __future__ import annotations

import copy
import hashlib
import itertools
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from stripe_sim.account import Account
from stripe_sim.description import Operation
from stripe_sim.endpoints import ENDPOINTS
from stripe_sim.endpoints.table import Endpoint, Page
from stripe_sim.errors import StripeError, not_modelled
from stripe_sim.faults import ApiFault, Faults
from stripe_sim.idempotency import Keys
from stripe_sim.params import read_params
from stripe_sim.presenting import cut, show
from stripe_sim.store import Body
from stripe_sim.webhooks import Sender


@dataclass
class Call:
    method: str
    url: str
    headers: dict[str, str]
    """Names in lower case."""
    body: str = ""

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def form(self) -> str:
        return self.body if self.method == "POST" else urlsplit(self.url).query

    @property
    def idempotency_key(self) -> str | None:
        return self.headers.get("idempotency-key") if self.method == "POST" else None

    def fingerprint(self) -> str:
        return hashlib.sha256(f"{self.method} {self.path}\n{self.form}".encode()).hexdigest()


@dataclass
class Answer:
    status: int
    body: Body
    headers: dict[str, str] = field(default_factory=dict)


class Api:
    def __init__(self, account: Account, faults: Faults, sender: Sender) -> None:
        self.account, self.faults, self.sender = account, faults, sender
        self.keys = Keys(account)
        self.log: deque[dict[str, Any]] = deque(maxlen=10_000)
        self.numbers = itertools.count(1)
        self.id_lock = threading.Lock()

    def answer(self, call: Call) -> Answer | None:
        """The answer, or None if a fault has it that the connection drops."""
        with self.id_lock:
            request_id = f"req_sim{next(self.numbers):011d}"
        entry: dict[str, Any] = {
            "request_id": request_id,
            "at": time.time(),
            "method": call.method,
            "path": call.path,
            "idempotency_key": call.idempotency_key,
            "contract": "ok",
            "status": None,
        }
        self.log.append(entry)
        try:
            answer = self.attend(call, request_id, entry)
        except StripeError as error:
            answer = Answer(error.status, error.body)
            if error.status in (400, 501) and not error.began:
                entry["contract"] = error.message
        if answer is None:
            return None
        entry["status"] = answer.status
        answer.headers |= {"Request-Id": request_id, "Stripe-Version": self.account.description.version}
        if call.idempotency_key:
            answer.headers["Idempotency-Key"] = call.idempotency_key
        return answer

    def attend(self, call: Call, request_id: str, entry: dict[str, Any]) -> Answer | None:
        self.check_headers(call)
        operation, endpoint = self.find(call)
        fault = self.faults.for_call(call.method, call.path)
        if fault:
            entry["fault"] = fault.fault
        key = call.idempotency_key
        kept = self.keys.begin(key, call.fingerprint()) if key else None
        if kept:
            return Answer(kept["status"], kept["body"], {"Idempotent-Replayed": "true"})
        answer: Answer | None = None
        began = False
        try:
            if not self.befall_before(fault):
                return None
            answer, began = self.perform(call, operation, endpoint, request_id, entry)
            if fault and fault.fault == "error_500_after_effect":
                answer, began = failure(), True
        finally:
            if key:
                self.keys.finish(key, {"status": answer.status, "body": answer.body} if answer and began else None)
        return None if fault and fault.fault == "timeout_after_effect" else answer

    def check_headers(self, call: Call) -> None:
        scheme, _, secret = call.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not secret.startswith("sk_test_") or secret == "sk_test_":
            shown = f"{secret[:8]}****" if secret else "none was given. Use `Authorization: Bearer sk_test_…`"
            raise StripeError(f"Invalid API Key provided: {shown}", status=401)
        version = self.account.description.version
        asked = call.headers.get("stripe-version", version)  # without one, Stripe takes the account's own
        if asked != version:
            raise StripeError(
                f"stripe_sim speaks {version}, the version of the installed stripe library, not {asked}.",
                code="api_version_mismatch",
            )
        if "stripe-account" in call.headers:
            raise not_modelled("Connect (the Stripe-Account header)")

    def find(self, call: Call) -> tuple[Operation, Endpoint]:
        operation = self.account.description.find_operation(call.method, call.path)
        if operation is None and call.path.startswith("/v2/"):
            raise not_modelled("Stripe's v2 API")
        if operation is None:
            raise StripeError(f"Unrecognized request URL ({call.method}: {call.path}).", status=404)
        if operation.name not in ENDPOINTS:
            raise not_modelled(operation.name)
        return operation, ENDPOINTS[operation.name]

    def befall_before(self, fault: ApiFault | None) -> bool:
        """What a fault does before anything happens; False if the connection is to drop."""
        match fault.fault if fault else None:
            case "slow":
                time.sleep(fault.seconds if fault else 0)
            case "timeout_before_effect":
                return False
            case "429":
                raise StripeError("Too many requests.", status=429, code="rate_limit")
            case "409":
                message = "This object cannot be accessed right now because another API request is using it."
                raise StripeError(message, status=409, code="lock_timeout")
            case "error_500_before_effect":
                raise StripeError("An unknown error occurred.", status=500, type="api_error")
        return True

    def perform(
        self, call: Call, operation: Operation, endpoint: Endpoint, request_id: str, entry: dict[str, Any]
    ) -> tuple[Answer, bool]:
        """The answer, and whether the endpoint began its work, so that the answer is kept for the idempotency key."""
        params = read_params(call.form, operation.params, self.account.description)
        expand: list[str] = params.pop("expand", [])
        holds = self.faults.webhooks.deliver_before_response
        if holds:
            self.sender.collect()
        try:
            with self.account.changing(request_id, call.idempotency_key):
                result = endpoint.run(self.account, params, operation.ids)
                if isinstance(result, Page):
                    body = cut(self.account, result.records, params, call.path, expand)
                else:
                    body = show(self.account, result, expand)
            return Answer(200, body), True
        except StripeError as error:
            if error.began:
                return Answer(error.status, copy.deepcopy(error.body)), True
            raise
        finally:
            if holds:
                self.sender.deliver_collected()


def failure() -> Answer:
    return Answer(500, {"error": {"message": "An unknown error occurred.", "type": "api_error"}})
