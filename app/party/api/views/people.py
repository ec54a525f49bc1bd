"""Doors: the people whom the officer sees, as pages and one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.party.roster import queries as roster
from app.party.roster.models import SUPPORTER, OnRoster
from app.party.roster.queries import Story
from app.party.roster.rules import Reason
from app.web.problems import problem

from .. import services
from ..rules import Opens
from . import schemas
from .cursors import spell_cursor
from .door import caller, count_details, count_names, door, keyed, needs_names


@door.route("/people")
@keyed(Opens.PEOPLE)
@door.arguments(schemas.PeopleQuery, location="query")
@door.response(200, schemas.People)
def people(said: dict[str, Any]) -> ResponseReturnValue:
    """A page of people, the newest first; those who are behind, lapsed or soon to lapse in the order of that

    With `names`, or `find`, it is a look: it is logged, and each person on the page sees it.
    """
    if said.get("names") or said.get("find"):
        needs_names()
        count_names()
    if said.get("find"):
        return _found(said)
    on, asked, who = clock.today(), said["asked"], caller()
    with transaction():
        page = roster.page(asked, who.scope, on=on, place=schemas.PeopleQuery.place(said), size=said["limit"])
        names = roster.names_of(page.rows) if said.get("names") else {}
        counted = {"count": roster.count(asked, who.scope, on=on)} if said.get("count") else {}
        services.look_through(list(names), by=who.by, found=False, held=who.held)
    rows = [_row(row, names, on=on) for row in page.rows]
    return {
        "people": rows, "next": spell_cursor("after", page.after), "previous": spell_cursor("before", page.before), **counted,
    }  # fmt: skip


def _found(said: dict[str, Any]) -> ResponseReturnValue:
    on, who = clock.today(), caller()
    try:
        with transaction():
            found = roster.find_people(said["find"], said["asked"], who.scope, on=on)
            shown = found.rows[: said["limit"]]
            services.look_through([row.person_id for row, _name in shown], by=who.by, found=True, held=who.held)
    except Refusal as refusal:
        abort(_refused(422, refusal, "find"))
    names = {row.person_id: name for row, name in shown}
    return {
        "people": [_row(row, names, on=on) for row, _name in shown], "next": None, "previous": None,
        "all_of_them": found.all_of_them and len(shown) == len(found.rows),
    }  # fmt: skip


@door.route("/people/<uuid:person>")
@keyed(Opens.PEOPLE)
@door.arguments(schemas.OneQuery, location="query")
@door.response(200, schemas.One)
@door.alt_response(404, "NOT_FOUND")
def one(said: dict[str, Any], person: UUID) -> ResponseReturnValue:
    """One person, with their story. It is a look: it is logged, and they see it

    With a `reason` also what names and reaches them.
    """
    on, who = clock.today(), caller()
    if said.get("reason"):
        needs_names()
        count_details()
    with transaction():
        row = roster.find(person, who.scope)
        if row is None:
            abort(404)
        details = {}
        if said.get("reason"):
            details = {"details": services.show_details(person, why=Reason(said["reason"]), by=who.by)}
        else:
            services.look_at(person, by=who.by)
        story = roster.story(row, on=on)
    return {**_row(row, {}, on=on), **_story(story), **details}


def _row(row: OnRoster, names: Mapping[UUID, str], *, on: date) -> dict[str, Any]:
    told = {
        "id": row.person_id, "number": row.number, "stands": row.standing(on=on) or SUPPORTER, "since": row.since,
        "ended_on": row.ended_on, "owed_from": row.owed_from, "branch": row.branch_id, "electorate": row.electorate_code,
        "electorate_set": row.set_code, "can_enrol": row.can_enrol, "consents": row.consents,
        "counts": row.counts_toward_500(on=on),
    }  # fmt: skip
    return {**told, "name": names[row.person_id]} if row.person_id in names else told


def _story(story: Story) -> dict[str, Any]:
    return {
        "electorate_name": story.electorate,
        "branch_name": story.branch,
        "owed_cents": story.owed.cents if story.owed is not None else None,
        "paid_cents": story.paid.cents,
        "story": [
            {**asdict(event), "cents": event.amount.cents if event.amount is not None else None} for event in story.events
        ],
    }


def _refused(status: int, refusal: Refusal, parameter: str) -> Response:
    return problem(status, _("Not understood"), str(refusal), errors={parameter: [str(refusal)]})
