"""Doors: branches, and what is the same for everybody: electorates and policies, without a key."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.ground import clock
from app.ground.db import transaction
from app.party.branches import queries as offices
from app.party.electorates import queries as seats
from app.party.policy import queries as policy
from app.web.house import house
from app.web.rights import DATA, cached

from . import schemas
from .door import caller, door, keyed, public_door


@door.route("/branches")
@keyed()
@door.response(200, schemas.Branches)
def branches() -> ResponseReturnValue:
    """The open branches by name, and which of them the officer sees"""
    on, scope = clock.today(), caller().scope
    with transaction():
        held = offices.electorate_names(on=on)
        there = offices.open_branches(on=on)
    rows = [
        {
            "id": one.id, "name": one.name, "since": one.since, "electorates": held.get(one.id, []),
            "seen": scope.sees(one.id),
        }
        for one in there
    ]  # fmt: skip
    return {"branches": rows}


@public_door.route("/electorates")
@cached(DATA)
@public_door.response(200, schemas.Electorates)
def electorates() -> ResponseReturnValue:
    """The electorates in force"""
    in_force = seats.set_on(clock.today())
    return {"set": in_force.code if in_force else None, "electorates": seats.electorates_on(clock.today())}


@public_door.route("/policies")
@cached(DATA)
@public_door.response(200, schemas.Policies)
def policies() -> ResponseReturnValue:
    """The policies the party has adopted, in the order it gave them"""
    url = house().settings.public_url
    rows = [
        {
            "slug": one.policy.slug, "title": one.text.title, "version": one.version.number,
            "in_effect_since": one.version.effective_from, "address": f"{url}/policies/{one.policy.slug}",
            "data": f"{url}/policies/{one.policy.slug}.json",
        }
        for one in policy.adopted()
    ]  # fmt: skip
    return {"policies": rows}
