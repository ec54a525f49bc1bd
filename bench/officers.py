"""Officers of the party that is measured: whoever holds an office today, or a member who is given it. The database may be one
that was measured before."""

from __future__ import annotations

from uuid import UUID

import psycopg

from app.ground import clock
from app.ground.db import session, transaction
from app.party.branches import queries as branches
from app.party.branches import services as offices
from app.party.branches.models import Branch
from app.party.branches.rules import OfficeName
from app.party.people import queries as people

from .place import Place

GOOD = """
    select person_id from roster r where decided = 'good' and owed_from > current_date and branch_id is not null
       and exists (select from memberships m where m.person_id = r.person_id and m.ended_on is null)
       and not exists (select from offices o where o.person_id = r.person_id)
     order by number limit 1
"""


def holder(place: Place, office: OfficeName, *, branch: Branch | None = None) -> UUID:
    """Who holds this office today."""
    with transaction():
        held = list(session.scalars(branches.holders(office, on=clock.today())))
    if held and branch is None:
        return held[0]
    with psycopg.connect(place.postgres.url()) as owner:
        row = owner.execute(GOOD).fetchone()
    assert row
    found: UUID = row[0]
    with transaction():
        offices.appoint(people.get_person(found), office, by="system", on=clock.today(), branch=branch)
    return found
