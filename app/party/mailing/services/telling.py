"""Verbs: officers are told what became of a letter to many. Whoever acts may not see the officer who is to be told, so
a chore writes the letters; it is enqueued with the deed."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from app.ground import clock, jobs
from app.ground.db import session
from app.ground.ids import read_id
from app.party.branches import queries as branches
from app.party.branches.rules import OfficeName
from app.party.people.models import Person

from .. import emails, queries
from ..models import Mailing


class Told(enum.StrEnum):
    ASKED = "asked"
    AUTHORISED = "authorised"
    REFUSED = "refused"
    STOPPED = "stopped"
    SENT = "sent"
    CALLED_OFF = "called off"


def tell(mailing: Mailing, what: Told, moment: datetime) -> None:
    """Have those told whom it concerns, once this transaction is kept. `moment`: of the deed; each is told of once."""
    jobs.enqueue("mailing.tell", mailing=mailing.id, what=str(what), moment=moment.isoformat())


def write_to_officers(mailing_id: UUID, what: Told, moment: str) -> None:
    """Write to the party secretary that authority is asked for; of anything else, to whoever asked and whoever confirmed it,
    but not to whoever did it themselves. Whoever has left is written to no more. Done twice, it writes nothing twice."""
    mailing = queries.find(mailing_id)
    if mailing is None:
        return
    acted = {
        Told.ASKED: mailing.asked_authority_by,
        Told.AUTHORISED: mailing.authorised_by,
        Told.STOPPED: mailing.stopped_by,
    }.get(what)
    asked = [mailing.asked_authority_by, mailing.confirmed_by]
    to: set[UUID | None] = {_person(by) for by in asked}
    if what is Told.ASKED:
        to = set(session.scalars(branches.holders(OfficeName.SECRETARY, on=clock.today())))
    for person_id in sorted(to - {None, _person(acted)}, key=str):
        person = session.get(Person, person_id)
        if person is not None and person.sealed is not None:
            emails.to_officer(mailing, str(what), person, key=f"mailing-{what}:{mailing_id}:{moment}:{person_id}")


def _person(by: str | None) -> UUID | None:
    return read_id((by or "").removeprefix("person:"))
