"""Where the building meets strangers. create_app hires; rooms ask for who was hired."""

from __future__ import annotations

from .hooks import Courier
from .stripe import StripeGateway

_hired: dict[str, StripeGateway] = {}
_couriers: list[Courier] = []


def hire(*, stripe: StripeGateway, courier: Courier | None = None) -> None:
    """Have these from now on; without a courier, the one who was hired before stays."""
    _hired["stripe"] = stripe
    if courier:
        _couriers[:] = [courier]


def stripe_gateway() -> StripeGateway:
    return _hired["stripe"]


def courier() -> Courier:
    return _couriers[0]
