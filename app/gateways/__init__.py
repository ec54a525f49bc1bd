"""Where the building meets strangers. create_app hires; rooms ask for who was hired."""

from __future__ import annotations

from .stripe import StripeGateway

_hired: dict[str, StripeGateway] = {}


def hire(*, stripe: StripeGateway) -> None:
    _hired["stripe"] = stripe


def stripe_gateway() -> StripeGateway:
    return _hired["stripe"]
