"""What a treasurer does at the desk, through the doors."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.ground.db import session, transaction
from app.party.dues import queries as dues
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments import services as payments
from app.party.payments.models import Payment
from app.party.people import queries as people
from tests.walk import hidden, join

RECORD = "/org/money/record"


def membership_of(email: str) -> Membership:
    session.remove()
    found = memberships.current_of(people.find_by_email(email).id)
    assert found is not None
    return found


def reference_for(email: str) -> str:
    return dues.bank_reference(membership_of(email).number)


def applied_by_bank(client: FlaskClient, **answers: str) -> Payment:
    """Somebody new applies and is to pay by transfer."""
    session.remove()
    before = set(session.scalars(select(Payment.id)))
    session.remove()
    assert join(client, pay_by="bank", **answers).status_code == 303
    payment = session.scalar(select(Payment).where(Payment.id.not_in(before)))
    session.remove()
    assert payment.bank_reference
    return payment


def press(browser: FlaskClient, path: str, **answers: str) -> TestResponse:
    """Load the form at `path`, and send it with these answers."""
    page = browser.get(path)
    assert page.status_code == 200, page.location
    html = page.get_data(as_text=True)
    return browser.post(path, data={**keys(html), **answers})


def keys(html: str) -> dict[str, str]:
    found = {"csrf_token": hidden(html, "csrf_token")}
    return {**found, "key": hidden(html, "key")} if 'name="key"' in html else found


def look_first(browser: FlaskClient, reference: str, amount: str, on: date, **more: str) -> TestResponse:
    answers = {"reference": reference, "amount": amount, "on": on.isoformat(), "method": "bank", **more}
    return press(browser, RECORD, **answers)


def confirmed(html: str) -> dict[str, str]:
    """Everything a page of confirmation sends again."""
    return dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', html)) | keys(html)


def record(browser: FlaskClient, reference: str, amount: str, on: date, **more: str) -> TestResponse:
    """Both presses."""
    first = look_first(browser, reference, amount, on, **more)
    assert first.status_code == 200, first.get_data(as_text=True)
    return browser.post(RECORD, data=confirmed(first.get_data(as_text=True)))


def recorded(answer: TestResponse) -> Payment:
    """The payment a press led to."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    payment = session.get(Payment, UUID(re.search(r"/org/money/payments/([0-9a-f-]+)\?done=recorded", answer.location)[1]))
    session.remove()
    return payment


def note(kind: str, subject: str, cents: int | None = None) -> None:
    with transaction():
        payments.note_difference(kind, subject, cents=cents)
