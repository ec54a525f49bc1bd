"""Where the doors of this room hang, and what each of them begins with."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, g

from app.party.branches.doorkeeper import offices_now
from app.party.roster.organiser.door import scope_now

from .. import queries
from ..models import Mailing
from ..queries import covers, scope_of_mailing

door = Blueprint("mailing", __name__, url_prefix="/org/mailings")


def get(mailing_id: UUID) -> Mailing:
    """The mailing. To whom it is about others, it is not there: we say so, and so does the database."""
    held()
    found = queries.find(mailing_id)
    if found is None or not covers(scope_now(), scope_of_mailing(found)):
        abort(404)
    return found


def held() -> list[str]:
    """The offices of whoever stands at the door; read once, since a transaction that fails takes the rows with it."""
    if "offices_at_the_door" not in g:
        g.offices_at_the_door = [office.office for office in offices_now()]
    names: list[str] = g.offices_at_the_door
    return names
