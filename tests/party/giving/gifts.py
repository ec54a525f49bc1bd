"""Giving as a visitor without a browser."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.ground.db import session
from app.party.giving.models import Donation
from app.party.payments.models import Payment
from tests.walk import hidden

MERE = {
    "name": "Mere Kingi",
    "email": "mere@people.example",
    "address": "9 Tōtara Road, Gisborne 4010",
    "ties": "here",
    "whose": "own",
}
HANS = {**MERE, "name": "Hans Vogel", "email": "hans@abroad.example", "address": "Lindenstr. 4, Berlin", "ties": "abroad"}


def gift(client: FlaskClient, **answers: Any) -> dict[str, Any]:
    """A filled-in form of giving, with the page's own token and key."""
    page = client.get("/give").get_data(as_text=True)
    return {**MERE, "csrf_token": hidden(page, "csrf_token"), "key": hidden(page, "key"), **answers}


def give(client: FlaskClient, **answers: Any) -> TestResponse:
    return client.post("/give", data=gift(client, **answers))


def donations() -> list[Donation]:
    session.remove()
    return list(session.scalars(select(Donation).order_by(Donation.id)))


def payments() -> list[Payment]:
    session.remove()
    return list(session.scalars(select(Payment).order_by(Payment.id)))
