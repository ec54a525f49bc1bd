"""The simulated Stripe account: its objects, its clock, its events. Every change happens under its one lock."""

from __future__ import annotations

import random
import string
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from stripe_sim import errors
from stripe_sim.description import Description
from stripe_sim.faults import Faults
from stripe_sim.store import Body, Record, Store, copied

NAMES = {"checkout.session": "checkout.session", "payment_method": "PaymentMethod", "payment_intent": "payment_intent"}


class Account:
    def __init__(
        self, description: Description, *, file: Path | None = None, seed: int = 1, posting_delay: float = 0.5
    ) -> None:
        """`posting_delay` is how many seconds after a charge its balance transaction appears."""
        self.description = description
        self.store = Store(file)
        # Ids must stay unique when a stored account is opened again with the same seed.
        self.random = random.Random(f"{seed}-{self.store.seq}")
        self.posting_delay = posting_delay
        self.faults = Faults(seed)
        self.pays_out = False
        self.events_kept_days: float | None = 30
        self.url = ""
        self.lock = threading.RLock()
        self.depth = 0
        self.asked_by: Body = {"id": None, "idempotency_key": None}
        self.unsent: list[tuple[str, str]] = []
        self.send: Callable[[list[tuple[str, str]]], None] = lambda deliveries: None
        self.stir: Callable[[], None] = lambda: None  # wakes the chores: something may be due
        self.moment: float | None = None  # while something that was due is done: its own time
        self.clock = ""  # the test clock that moment stands on
        self.retry_days: tuple[float, ...] = (3, 5, 7)
        self.after_retries = "cancel"
        self.upcoming_days: float = 7

    # -- time ----------------------------------------------------------------------------------------------

    def time(self) -> float:
        """UTC seconds on the account's own clock, which `/_sim/clock` may have moved ahead of the wall's."""
        return self.moment if self.moment is not None else self.clock_time()

    def clock_time(self) -> float:
        """The account's own time, also while a test clock is looked at."""
        return time.time() + float(self.store.facts.get("clock_offset", 0))

    @contextmanager
    def standing_at(self, moment: float, clock: str = "") -> Iterator[None]:
        """Within this block, held under the lock, the clock shows `moment`, which is of the test clock `clock` if named."""
        before, self.moment, self.clock = (self.moment, self.clock), moment, clock
        try:
            yield
        finally:
            self.moment, self.clock = before

    def now(self) -> int:
        return int(self.time())

    def today(self) -> date:
        return datetime.fromtimestamp(self.time(), UTC).date()

    # -- changes -------------------------------------------------------------------------------------------

    @contextmanager
    def changing(self, request_id: str | None = None, idempotency_key: str | None = None) -> Iterator[None]:
        """One change of state at a time. Webhooks of it leave, and its rows are saved, when it is complete."""
        with self.lock:
            self.depth += 1
            asked_before = self.asked_by
            if request_id:
                self.asked_by = {"id": request_id, "idempotency_key": idempotency_key}
            try:
                yield
            finally:
                self.asked_by = asked_before
                self.depth -= 1
                deliveries: list[tuple[str, str]] = []
                if self.depth == 0:
                    self.store.save()
                    deliveries, self.unsent = self.unsent, []
        if deliveries:
            self.send(deliveries)

    def new_id(self, prefix: str) -> str:
        return prefix + "".join(self.random.choices(string.ascii_letters + string.digits, k=24))

    def make(self, kind: str, prefix: str, private: Body | None = None, **fields: Any) -> Record:
        body = {**self.description.blank(kind), "id": self.new_id(prefix), "created": self.now(), **fields}
        return self.store.add(body, private or {})

    def change(self, record: Record, **fields: Any) -> None:
        record.body.update(fields)
        self.store.unsaved.add(record.id)

    def note(self, record: Record, **private: Any) -> None:
        record.private.update(private)
        self.store.unsaved.add(record.id)

    def get(self, kind: str, id: str, param: str | None = None) -> Record:
        """The object, or Stripe's 404 naming the parameter it was asked by."""
        record = self.store.find(id, kind)
        if record is None:
            raise errors.no_such(NAMES.get(kind, kind), id, param or "id")
        return record

    # -- events --------------------------------------------------------------------------------------------

    def emit(self, type: str, record: Record, previous: Body | None = None) -> None:
        """Records that something happened, with a copy of the object as it is now, and queues it for each endpoint
        that asked for this type."""
        if type not in self.description.event_types:
            raise ValueError(f"Stripe has no event type {type!r}")
        endpoints = [
            endpoint
            for endpoint in reversed(list(self.store.all("webhook_endpoint")))
            if endpoint.body.get("status") == "enabled" and ({type, "*"} & set(endpoint["enabled_events"]))
        ]
        data: Body = {"object": copied(record.body)}
        if previous is not None:
            data["previous_attributes"] = previous
        fields = {
            "type": type,
            "api_version": self.description.version,
            "data": data,
            "pending_webhooks": len(endpoints),
            "request": dict(self.asked_by),
        }
        deliveries = {endpoint.id: {"state": "pending", "attempts": []} for endpoint in endpoints}
        event = self.make("event", "evt_", {"deliveries": deliveries}, **fields)
        # `account` and `context` are for platforms; Stripe leaves them out elsewhere
        event.body.pop("account", None)
        event.body.pop("context", None)
        self.unsent += [(event.id, endpoint.id) for endpoint in endpoints]

    def update(self, record: Record, type: str, **fields: Any) -> None:
        """Changes the object and tells it, with the values it had before."""
        previous = {name: record.body.get(name) for name, value in fields.items() if record.body.get(name) != value}
        self.change(record, **fields)
        self.emit(type, record, copied(previous))
