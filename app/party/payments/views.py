"""The door Stripe knocks on."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app import gateways
from app.gateways.stripe import MOST_BYTES, NotFromStripe
from app.ground.db import transaction
from app.web.rights import machine

from . import services

door = Blueprint("payments", __name__)


@door.post("/webhooks/stripe")
@machine
def stripe_webhook() -> ResponseReturnValue:
    """Check who sent it, keep it, answer. What it means is found out afterwards."""
    request.max_content_length = MOST_BYTES
    if (request.content_length or 0) > MOST_BYTES:
        return {"error": "too large"}, 413
    try:
        hint = gateways.stripe_gateway().read_webhook(request.get_data(cache=False), request.headers.get("Stripe-Signature"))
    except NotFromStripe as reason:
        return {"error": str(reason)}, 400
    with transaction():
        services.hear(hint)
    return {"heard": True}
