"""What can be made to go wrong, on purpose. Set over `/_sim/faults` or by `simulator.faults.set(…)`."""

from __future__ import annotations

import fnmatch
import random
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

API_FAULTS = {
    "timeout_before_effect": "the connection is dropped, nothing happened",
    "timeout_after_effect": "it happened, and the connection is dropped without an answer",
    "error_500_before_effect": "500, nothing happened; the idempotency key stays free",
    "error_500_after_effect": "500, though it happened; the 500 is kept for the idempotency key",
    "429": "too many requests, nothing happened",
    "409": "another request holds the object's lock, nothing happened",
    "slow": "the answer takes `seconds`",
}


@dataclass
class ApiFault:
    """Befalls the next `times` calls whose method and path match ("*" stands for any text)."""

    fault: str
    method: str = "*"
    path: str = "*"
    times: int = 1
    seconds: float = 0

    def __post_init__(self) -> None:
        if self.fault not in API_FAULTS:
            raise ValueError(f"no API fault {self.fault!r}; there are {', '.join(API_FAULTS)}")


REFUND_FAULTS = {
    "pend": "it is pending, and succeeds after `seconds`",
    "pend_then_fail": "it is pending, and fails after `seconds`",
    "fail": "it succeeds at first, and fails after `seconds`",
}
REFUND_FAILURES = (
    "charge_for_pending_refund_disputed",
    "declined",
    "expired_or_canceled_card",
    "insufficient_funds",
    "lost_or_stolen_card",
    "merchant_request",
    "unknown",
)


@dataclass
class RefundFault:
    """Befalls the next `times` refunds. Without `seconds` nothing more happens until somebody says so."""

    fault: str
    seconds: float | None = None
    times: int = 1
    reason: str = "expired_or_canceled_card"
    """Why it fails, if it fails."""

    def __post_init__(self) -> None:
        if self.fault not in REFUND_FAULTS:
            raise ValueError(f"no refund fault {self.fault!r}; there are {', '.join(REFUND_FAULTS)}")
        if self.reason not in REFUND_FAILURES:
            raise ValueError(f"no refund fails by {self.reason!r}; there are {', '.join(REFUND_FAILURES)}")


PAYOUT_FAILURES = {
    "account_closed": "The bank account has been closed.",
    "account_frozen": "The bank account has been frozen.",
    "could_not_process": "The bank could not process this payout.",
    "declined": "The bank has declined this payout.",
    "invalid_account_number": "The routing number seems correct, but the account number is invalid.",
    "no_account": "The bank account could not be located.",
}


@dataclass
class PayoutFault:
    """Befalls the next `times` payouts: the bank sends them back."""

    fault: str = "fail"
    times: int = 1
    code: str = "account_closed"

    def __post_init__(self) -> None:
        if self.code not in PAYOUT_FAILURES:
            raise ValueError(f"no payout fails by {self.code!r}; there are {', '.join(PAYOUT_FAILURES)}")
        if self.fault != "fail":
            raise ValueError(f"no payout fault {self.fault!r}; there is fail")


Fault = TypeVar("Fault", RefundFault, PayoutFault)


@dataclass
class Drop:
    """Which events are never delivered: all, some types, every nth, or a percentage by chance."""

    all: bool = False
    types: list[str] = field(default_factory=list)
    nth: int = 0
    percent: float = 0


@dataclass
class WebhookFaults:
    """The last seven spoil a number of attempts, or every one if True."""

    delay: float = 0
    """Seconds before the first attempt."""
    duplicate: int = 0
    """How many further copies follow each event."""
    reorder: float = 0
    """Events of this many seconds are held back, then delivered newest first."""
    drop: Drop = field(default_factory=Drop)
    deliver_before_response: bool = False
    """The webhooks of an API call are attempted before the call is answered."""
    bad_signature: int = 0
    old_timestamp: int = 0
    future_timestamp: int = 0
    truncated_body: int = 0
    wrong_livemode: int = 0
    wrong_api_version: int = 0


SPOILERS = ("bad_signature", "old_timestamp", "future_timestamp", "truncated_body", "wrong_livemode", "wrong_api_version")


class Faults:
    def __init__(self, seed: int = 1) -> None:
        self.lock = threading.Lock()
        self.changed: Callable[[], None] = lambda: None  # what was planned under the old faults may have to be planned anew
        self.clear(seed)

    def clear(self, seed: int = 1) -> None:
        with self.lock:
            self.seed = seed
            self.random = random.Random(seed)
            self.webhooks = WebhookFaults()
            self.api: list[ApiFault] = []
            self.refunds: list[RefundFault] = []
            self.payouts: list[PayoutFault] = []
            self.balance_transaction_delay: float | None = None
            self.considered = 0
        self.changed()

    def set(
        self,
        *,
        webhooks: dict[str, Any] | None = None,
        api: list[dict[str, Any]] | None = None,
        refunds: list[dict[str, Any]] | None = None,
        payouts: list[dict[str, Any]] | None = None,
        balance_transaction_delay: float | None = None,
        seed: int | None = None,
    ) -> None:
        """Adds to the faults already set. Raises ValueError or TypeError for a fault that does not exist."""
        wanted = dict(webhooks or {})
        if unknown := set(wanted) - {f.name for f in fields(WebhookFaults)}:
            raise ValueError(f"no webhook fault {', '.join(sorted(unknown))}")
        if "drop" in wanted:
            wanted["drop"] = Drop(**wanted["drop"])
        more = [ApiFault(**fault) for fault in api or []]
        more_refunds = [RefundFault(**fault) for fault in refunds or []]
        more_payouts = [PayoutFault(**fault) for fault in payouts or []]
        with self.lock:
            for name, value in wanted.items():
                setattr(self.webhooks, name, value)
            self.api += more
            self.refunds += more_refunds
            self.payouts += more_payouts
            if balance_transaction_delay is not None:
                self.balance_transaction_delay = balance_transaction_delay
            if seed is not None:
                self.seed, self.random = seed, random.Random(seed)
        self.changed()

    def show(self) -> dict[str, Any]:
        with self.lock:
            return {
                "webhooks": asdict(self.webhooks),
                "api": [asdict(fault) for fault in self.api],
                "refunds": [asdict(fault) for fault in self.refunds],
                "payouts": [asdict(fault) for fault in self.payouts],
                "balance_transaction_delay": self.balance_transaction_delay,
                "seed": self.seed,
            }

    def for_call(self, method: str, path: str) -> ApiFault | None:
        """The fault that befalls this call, used up by it."""
        with self.lock:
            for fault in self.api:
                if fault.method in ("*", method) and fnmatch.fnmatchcase(path, fault.path):
                    fault.times -= 1
                    self.api = [other for other in self.api if other.times > 0]
                    return fault
        return None

    def for_refund(self) -> RefundFault | None:
        """The fault that befalls a refund made now, used up by it."""
        with self.lock:
            return used_up(self.refunds)

    def for_payout(self) -> PayoutFault | None:
        with self.lock:
            return used_up(self.payouts)

    def drops(self, type: str) -> bool:
        """Whether this event is lost on the way. Asked once for each event and endpoint."""
        with self.lock:
            drop = self.webhooks.drop
            self.considered += 1
            return (
                drop.all
                or type in drop.types
                or bool(drop.nth and self.considered % drop.nth == 0)
                or self.random.random() * 100 < drop.percent
            )

    def spoil(self) -> list[str]:
        """The faults of one delivery attempt, each used up by one."""
        with self.lock:
            chosen = [name for name in SPOILERS if getattr(self.webhooks, name)]
            for name in chosen:
                left = getattr(self.webhooks, name)
                if left is not True:
                    setattr(self.webhooks, name, left - 1)
            return chosen


def used_up(faults: list[Fault]) -> Fault | None:
    """The first of these, once: it goes when its times are over."""
    if not faults:
        return None
    first = faults[0]
    first.times -= 1
    if first.times < 1:
        faults.remove(first)
    return first
