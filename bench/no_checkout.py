"""Our application with a gateway that opens every checkout without leaving the process."""

from __future__ import annotations

import uuid

from app import create_app, gateways
from app.gateways.stripe import Checkout

app = create_app()


class Instant:
    def open_checkout(self, *, key: str, params: object) -> Checkout:
        name = f"cs_test_{uuid.uuid4().hex}"
        return Checkout(name, f"http://127.0.0.1:9/pay/{name}")


gateways.hire(stripe=Instant())  # type: ignore[arg-type]
