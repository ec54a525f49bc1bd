"""The errors Stripe answers, in Stripe's own shape."""

from __future__ import annotations

from typing import Any


class StripeError(Exception):
    """An error answer. `began` says that the endpoint had started its work: only then is the answer kept for the
    idempotency key. A request that failed its validation may be sent again, corrected, under the same key."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        began: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.param, self.began = status, message, code, param, began
        error = {"code": code, "message": message, "param": param, "type": type, **more}
        self.body = {"error": {name: value for name, value in error.items() if value is not None}}


def missing_param(param: str, message: str | None = None) -> StripeError:
    return StripeError(message or f"Missing required param: {param}.", code="parameter_missing", param=param)


def unknown_param(param: str) -> StripeError:
    return StripeError(f"Received unknown parameter: {param}", code="parameter_unknown", param=param)


def bad_param(param: str, message: str, code: str | None = None) -> StripeError:
    return StripeError(message, code=code, param=param)


def no_such(kind: str, id: str, param: str) -> StripeError:
    return StripeError(f"No such {kind}: '{id}'", status=404, code="resource_missing", param=param)


def not_modelled(what: str) -> StripeError:
    """Never a fake success: what the simulator does not do, it says."""
    message = f"stripe_sim does not model {what}. Stripe itself may do it: see stripe_sim/KNOWN_DIFFERENCES.md."
    return StripeError(message, status=501, type="api_error", code="not_modelled")


def wrong_state(message: str, code: str, **more: Any) -> StripeError:
    """The request was sound, the object was not in a state for it."""
    return StripeError(message, code=code, began=True, **more)
