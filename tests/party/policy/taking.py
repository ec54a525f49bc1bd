"""How people take part, as a browser sends it; and ready-made ones, by the real verbs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import new_id
from app.party.people import queries as people
from app.party.policy import queries
from app.party.policy.models import Amendment, Comment, PolicyVersion, Shown, Stance
from app.party.policy.services import amending, commenting
from app.party.policy.services.amending import Proposal
from app.party.policy.services.commenting import Author, Of
from tests import cast as faces
from tests.walk import hidden, links

Publish = Callable[..., PolicyVersion]
AROHA, GRACE, LIN, OLIVE = (f"{name}@people.example" for name in ("aroha", "grace", "lin", "olive"))
PLACE = "/policies/data-caps"
ANOTHER = "Light users paid less while there were caps. We would **never** forbid them."
POLLING_NOON = clock.start_of(date(2026, 11, 7)) + timedelta(hours=12)


def person_id(email: str) -> UUID:
    with transaction():
        found = people.find_by_email(email)
        assert found is not None, email
        return found.id


def send(browser: FlaskClient, path: str, *, page: str | None = None, **typed: str) -> TestResponse:
    """Load a page, fill in a form as its hidden fields say, send it."""
    body = browser.get(page or path).get_data(as_text=True)
    names = ("csrf_token", "key", "version", "of", "seen_draft")
    held = {name: hidden(body, name) for name in names if f'name="{name}"' in body}
    return browser.post(path, data={**held, **typed})


def endorse_by_letter(
    client: FlaskClient,
    mailbox: Callable[[], list[Any]],
    email: str = "mere@people.example",
    *,
    confirm: bool = True,
    **typed: str,
) -> str:
    """Endorse as a visitor; returns the link of the letter."""
    answer = send(client, f"{PLACE}/endorse", email=email, **{"display": "anonymous", **typed})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    link = links(next(letter for letter in mailbox() if letter.to == email).text, "/endorsements/")[0]
    if confirm:
        assert press(client, link).status_code == 303
    return link


def press(browser: FlaskClient, path: str, *, page: str | None = None, **typed: str) -> TestResponse:
    """Press a button that is a form of its own."""
    token = hidden(browser.get(page or path).get_data(as_text=True), "csrf_token")
    return browser.post(path, data={"csrf_token": token, **typed})


def count(slug: str = "data-caps") -> queries.Endorsed:
    with transaction():
        adopted = queries.find_adopted(slug)
        assert adopted is not None
        return queries.endorsed(adopted.version)


def more_members(how_many: int) -> list[str]:
    """So many more members in good standing: their emails."""
    emails = []
    for number in range(how_many):
        face = replace(
            faces.CAST[0], key=f"m{number}", name=f"Rangi Number{number}", email=f"m{number}@people.example", above_cents=0
        )
        faces.make(face)
        emails.append(face.email)
    return emails


def say(
    email: str = AROHA, body: str = "Who counts them?", *, anchor: str = "do", stance: Stance = Stance.QUESTION,
    let_through: bool = True, display: Shown = Shown.ANONYMOUS,
) -> Comment:  # fmt: skip
    """A comment on the current version; let through by an officer unless it is to wait."""
    author, officer = Author(person_id(email), display, adult=True), f"person:{person_id(OLIVE)}"
    with transaction():
        policy = queries.find("data-caps")
        assert policy is not None
        number = queries.versions(policy.id)[-1].number
        made = commenting.comment(
            policy, anchor, stance, body, of=Of(version=number), author=author, key=new_id(), on=clock.today()
        )
    if let_through:
        with transaction():
            held = commenting.hold_comment(made.id)
            assert held is not None
            commenting.let_through(held, by=officer)
            made = held
    return made


def propose(
    email: str = AROHA, body: str = ANOTHER, *, anchor: str = "against", opened: bool = True, on: date | None = None
) -> Amendment:
    """A proposal for the current version; opened by an officer unless it is to wait."""
    author, officer = Author(person_id(email)), f"person:{person_id(OLIVE)}"
    today = on or clock.today()
    with transaction():
        policy = queries.find("data-caps")
        assert policy is not None
        number = queries.versions(policy.id)[-1].number
        made = amending.propose(
            policy, Proposal(anchor, body, "It is fairer."), number=number, author=author, key=new_id(), on=today
        )
    if opened and made.opened_on is None:
        with transaction():
            held = amending.hold_amendment(made.id)
            assert held is not None
            amending.open_for_support(held, by=officer, on=today)
            made = held
    return made


def support(amendment: Amendment, emails: list[str]) -> None:
    for email in emails:
        who = person_id(email)
        with transaction():
            amending.support(amendment.id, person_id=who, on=clock.today())


def shown(amendment: Amendment, *, on: date | None = None, by: str | None = None) -> queries.Proposed:
    who = person_id(by) if by else None
    with transaction():
        found = queries.find_amendment(amendment.id)
        assert found is not None
        return queries.proposed(found, by=who, on=on or clock.today())


def told_so_far(link: psycopg.Connection) -> int:
    """How often there was news on a link that listens: all of it comes before our own, in the order in which it was kept."""
    link.execute("notify hustings_news, 'the end'")
    for place, news in enumerate(link.notifies(timeout=60)):
        if news.payload == "the end":
            return place
    raise AssertionError("nothing was heard for a minute")


@contextmanager
def days_later(days: int):
    with clock.standing_at(clock.now() + timedelta(days=days)):
        yield


def enter(app: Flask, email: str) -> FlaskClient:
    from tests.walk import enter

    return enter(app, email)
