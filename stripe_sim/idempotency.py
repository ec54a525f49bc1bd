"""Idempotency keys: the same request twice has one effect and one answer."""

from __future__ import annotations

import threading
from typing import Any

from stripe_sim.account import Account
from stripe_sim.errors import StripeError

LIFETIME = 24 * 3600
PREFIX = "idempotency_key "


class Keys:
    def __init__(self, account: Account) -> None:
        self.account = account
        self.lock = threading.Lock()
        self.in_flight: dict[str, str] = {}

    def begin(self, key: str, fingerprint: str) -> dict[str, Any] | None:
        """The kept answer, if this key was used before; else None, and the key is taken until `finish`.

        Raises 400 if the key was used for another request, 409 while its first request is still under way."""
        with self.account.lock, self.lock:
            kept = self.account.store.facts.get(PREFIX + key)
            if kept and kept["at"] + LIFETIME <= self.account.time():
                kept = None
            first = kept["fingerprint"] if kept else self.in_flight.get(key)
            if first and first != fingerprint:
                message = (
                    "Keys for idempotent requests can only be used with the same endpoint and parameters they were first "
                    f"used with. Try using a key other than '{key}' if you meant to make a different request."
                )
                raise StripeError(message, type="idempotency_error")
            if kept:
                return dict(kept)
            if first:
                message = f"Another request with the idempotency key '{key}' is still in progress. Try again later."
                raise StripeError(message, status=409, type="idempotency_error", code="idempotency_key_in_use")
            self.in_flight[key] = fingerprint
            return None

    def finish(self, key: str, answer: dict[str, Any] | None) -> None:
        """Keeps the answer, or frees the key if there is none to keep."""
        with self.account.changing(), self.lock:
            fingerprint = self.in_flight.pop(key, None)
            if answer and fingerprint:
                kept = {**answer, "fingerprint": fingerprint, "at": self.account.time()}
                self.account.store.remember(PREFIX + key, kept)
