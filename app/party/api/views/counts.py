"""Doors: how many there are."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask.typing import ResponseReturnValue

from app.ground import clock
from app.ground.db import transaction
from app.party.roster import queries as roster
from app.party.roster.rules import Asked

from ..rules import Opens
from . import schemas
from .door import caller, door, keyed


@door.route("/counts")
@keyed(Opens.COUNTS, Opens.PEOPLE)
@door.arguments(schemas.Filters, location="query")
@door.response(200, schemas.Counts)
def counts(said: dict[str, Any]) -> ResponseReturnValue:
    """How people stand, exactly; with filters, also how many fit them"""
    on, asked, scope = clock.today(), said["asked"], caller().scope
    with transaction():
        there = roster.standings(scope, on=on)
        counted = {"count": roster.count(asked, scope, on=on)} if asked != Asked() else {}
    return {"on": on, "everybody": there.everybody, **asdict(there), **counted}
