"""Delivers events to webhook endpoints: signed, in order, again and again until they answer 2xx."""

from __future__ import annotations

import hashlib
import heapq
import hmac
import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from stripe_sim.account import Account
from stripe_sim.errors import bad_param
from stripe_sim.faults import Faults
from stripe_sim.store import Record

LOOPBACK = ("127.0.0.1", "localhost", "::1")
BACKOFF = (0.5, 1, 2, 4, 8, 15, 30, 60, 60, 60)
"""Seconds before each retry. Stripe's own schedule takes hours."""
PATIENCE = 10
"""Seconds an endpoint has to answer."""


def check_url(url: str, param: str) -> None:
    """Raises for anything but this machine: a simulator must not be able to speak to strangers."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise bad_param(param, f"stripe_sim delivers webhooks to http://127.0.0.1 only, not to {url}")


def signature(payload: bytes, secrets: list[str], timestamp: int) -> str:
    """The Stripe-Signature header, with one v1 for each secret: two while a secret is being replaced."""
    signed = f"{timestamp}.".encode() + payload
    parts = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={timestamp}", *(f"v1={part}" for part in parts)])


@dataclass(order=True)
class Delivery:
    due: float  # time.monotonic()
    order: int
    event_id: str = field(compare=False)
    endpoint_id: str = field(compare=False)
    attempt: int = field(compare=False, default=0)
    is_copy: bool = field(compare=False, default=False)  # not retried, not counted


class Sender:
    """One background thread, so that events arrive in the order they happened unless a fault says otherwise."""

    def __init__(self, account: Account, faults: Faults, backoff: tuple[float, ...] = BACKOFF) -> None:
        self.account, self.faults, self.backoff = account, faults, backoff
        self.heap: list[Delivery] = []
        self.wake = threading.Condition()
        self.batch_until = 0.0
        self.seq = 0
        self.busy = 0
        self.stopping = False
        self.before_response = threading.local()
        self.thread = threading.Thread(target=self.run, name="stripe_sim webhooks", daemon=True)

    def start(self) -> None:
        for event in reversed(list(self.account.store.all("event"))):
            for endpoint_id, delivery in event.private["deliveries"].items():
                if delivery["state"] == "pending":  # left over from before a restart
                    self.push(Delivery(time.monotonic(), 0, event.id, endpoint_id, len(delivery["attempts"])))
        self.thread.start()

    def stop(self) -> None:
        with self.wake:
            self.stopping = True
            self.wake.notify()
        self.thread.join(timeout=1)

    def forget(self) -> None:
        with self.wake:
            self.heap.clear()

    # -- queueing ------------------------------------------------------------------------------------------

    def send(self, deliveries: list[tuple[str, str]]) -> None:
        """Queues new events, each for one endpoint, as the faults of the moment have it."""
        for event_id, endpoint_id in deliveries:
            if self.faults.drops(self.account.store.records[event_id]["type"]):
                self.record(event_id, endpoint_id, state="dropped")
                continue
            copies = self.faults.webhooks.duplicate
            first = self.due(event_id, endpoint_id)
            if self.faults.webhooks.deliver_before_response and self.collects():
                self.before_response.held += [first]
            else:
                self.push(first)
            for _ in range(copies):
                self.push(Delivery(first.due, first.order, event_id, endpoint_id, is_copy=True))

    def due(self, event_id: str, endpoint_id: str) -> Delivery:
        now, window = time.monotonic(), self.faults.webhooks.reorder
        with self.wake:
            self.seq += 1
            if not window:
                return Delivery(now + self.faults.webhooks.delay, self.seq, event_id, endpoint_id)
            if self.batch_until < now:
                self.batch_until = now + window
            return Delivery(self.batch_until + self.faults.webhooks.delay, -self.seq, event_id, endpoint_id)

    def push(self, delivery: Delivery) -> None:
        with self.wake:
            heapq.heappush(self.heap, delivery)
            self.wake.notify()

    def collects(self) -> bool:
        return getattr(self.before_response, "held", None) is not None

    def collect(self) -> None:
        """From here, webhooks of this thread's call wait for `deliver_collected`."""
        self.before_response.held = []

    def deliver_collected(self) -> None:
        held, self.before_response.held = self.before_response.held or [], None
        for delivery in held:
            self.attempt(delivery)

    def is_quiet(self) -> bool:
        """Nothing is under way or due now; retries may still be scheduled."""
        with self.wake:
            return not self.busy and not any(d.attempt == 0 or d.due <= time.monotonic() for d in self.heap)

    # -- delivering ----------------------------------------------------------------------------------------

    def run(self) -> None:
        while True:
            with self.wake:
                self.busy = 0
                while not self.stopping and (not self.heap or self.heap[0].due > time.monotonic()):
                    self.wake.wait(self.heap[0].due - time.monotonic() if self.heap else None)
                if self.stopping:
                    return
                delivery = heapq.heappop(self.heap)
                self.busy = 1
            self.attempt(delivery)

    def attempt(self, delivery: Delivery) -> None:
        event = self.account.store.find(delivery.event_id, "event")
        endpoint = self.account.store.find(delivery.endpoint_id, "webhook_endpoint")
        if event is None or endpoint is None or endpoint.body.get("status") != "enabled":
            return
        spoilers = self.faults.spoil()
        status, problem = self.post(endpoint, *self.letter(event, endpoint, spoilers))
        note: dict[str, Any] = {"at": time.time(), "status": status, "faults": spoilers}
        if problem:
            note["problem"] = problem
        if status is not None and 200 <= status < 300:
            return self.record(event.id, endpoint.id, note, state="delivered")
        self.record(event.id, endpoint.id, note)
        if delivery.is_copy:
            return
        if delivery.attempt < len(self.backoff):
            due = time.monotonic() + self.backoff[delivery.attempt]
            self.push(Delivery(due, delivery.order, event.id, endpoint.id, delivery.attempt + 1))
        else:
            self.record(event.id, endpoint.id, state="failed")

    def letter(self, event: Record, endpoint: Record, spoilers: list[str]) -> tuple[bytes, str]:
        """The body and its signature. Signed with the wall's time, whatever the account's clock says, because the
        receiver checks it against its own."""
        with self.account.lock:
            body = dict(event.body)
        if "wrong_livemode" in spoilers:
            body["livemode"] = True
        if "wrong_api_version" in spoilers:
            body["api_version"] = "2020-08-27"
        payload = json.dumps(body, indent=2).encode()
        timestamp = int(time.time())
        if "old_timestamp" in spoilers:
            timestamp -= 3600
        if "future_timestamp" in spoilers:
            timestamp += 3600
        secrets = ["whsec_not_the_secret"] if "bad_signature" in spoilers else endpoint.private["secrets"]
        header = signature(payload, secrets, timestamp)
        return (payload[: len(payload) // 2] if "truncated_body" in spoilers else payload), header

    def post(self, endpoint: Record, payload: bytes, header: str) -> tuple[int | None, str | None]:
        url = urlsplit(endpoint["url"])
        connection = http.client.HTTPConnection(url.hostname or "", url.port or 80, timeout=PATIENCE)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": header,
        }
        try:
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.request("POST", path, payload, headers)
            return connection.getresponse().status, None
        except (OSError, http.client.HTTPException) as error:
            return None, f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    def record(self, event_id: str, endpoint_id: str, note: dict[str, Any] | None = None, state: str = "") -> None:
        with self.account.changing():
            event = self.account.store.find(event_id, "event")
            if event is None or endpoint_id not in event.private["deliveries"]:
                return
            delivery = event.private["deliveries"][endpoint_id]
            if note:
                delivery["attempts"].append(note)
            if state and delivery["state"] != "delivered":
                delivery["state"] = state
            waiting = [d for d in event.private["deliveries"].values() if d["state"] != "delivered"]
            self.account.change(event, pending_webhooks=len(waiting))

    def redeliver(self, event_ids: list[str]) -> int:
        """Sends events again, in the order given, to every endpoint they were for. Returns how many were queued."""
        sent = 0
        for event_id in event_ids:
            for endpoint_id in list(self.account.store.records[event_id].private["deliveries"]):
                with self.wake:
                    self.seq += 1
                    order = self.seq
                self.push(Delivery(time.monotonic(), order, event_id, endpoint_id))
                sent += 1
        return sent
