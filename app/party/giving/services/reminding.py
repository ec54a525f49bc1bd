"""Verbs of the night: what time may change is judged again; officers are written to about what is due."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.ground.db import session
from app.party.branches import queries as branches
from app.party.people import queries as people

from .. import emails, queries
from ..models import Donation
from .duties import judge


def judge_anonymous(donation_id: UUID, *, on: date) -> None:
    """Judge one anonymous donation again."""
    judge(session.get_one(Donation, donation_id), on=on)


def write_to_officers(*, on: date) -> int:
    """Write to the treasurer and the party secretary about duties whose last day is within five working days,
    has passed, or is not stated. Once a day. Returns how many duties there are."""
    due = queries.due_soon(on=on)
    if due:
        for person_id in branches.who_may("see duties", on=on):
            emails.duties_due(people.get_person(person_id), due, on=on)
    return len(due)
