"""Trips to the disk: a file is written outside the transactions that say so, and what is over is removed."""

from __future__ import annotations

import time
from datetime import date
from uuid import UUID

import structlog
from sqlalchemy import text

from app.ground import clock, db, mail, strongroom
from app.ground.db import transaction
from app.ground.ids import new_id
from app.ground.seal import SealBroken
from app.ground.strongroom import Kept
from app.party.branches import services as looks
from app.party.branches.scope import looking_as
from app.party.roster import queries as roster

from . import queries, rules, services
from .rules import Because, Stopped
from .rules.cells import BOM

log = structlog.get_logger()
A_STEP = 20_000  # people, after which whoever waits is told how far it is
MANY = 50_000  # people, from which on reading all rows in a row is cheaper than looking each up
STRAY_AFTER = 900.0  # seconds after which a file that nobody writes and no row names is what a dead process left
_PROGRESS = text("update exports set counted = :counted, progress = :done where id = :export returning id")


def write(export_id: UUID) -> None:
    """Write a file, whole or not at all. Done twice, it is written once. After a worker died it is written anew from its first
    row: what was there of it stands under no name, and its key died with the worker."""
    with db.alone_with(f"export:{export_id}"):
        with transaction():
            plan = services.begin(export_id, on=clock.today())
        if plan is None:
            return
        file_id = new_id()
        try:
            kept, people = _write(export_id, file_id, plan)
            with transaction():
                whole = services.finish(export_id, file_id, kept, people=people, on=clock.today())
        except Stopped as stopped:
            _give_up(export_id, file_id, stopped.because)
        except SealBroken:
            log.error("export_broken", id=str(export_id))
            _give_up(export_id, file_id, Because.FAILED)
        except BaseException:
            strongroom.remove(file_id)
            raise
        else:
            if not whole:
                strongroom.remove(file_id)


def _give_up(export_id: UUID, file_id: UUID, because: Because) -> None:
    strongroom.remove(file_id)
    with transaction():
        services.refuse(export_id, because)


def _write(export_id: UUID, file_id: UUID, plan: services.Plan) -> tuple[Kept, int]:
    """The file and how many are in it: counted first, in the same snapshot. Raises Stopped."""
    on, people = clock.today(), 0
    with strongroom.writing(file_id) as file, looking_as(plan.scope), db.one_moment():
        counted = roster.count(plan.asked, plan.scope, on=on)
        _check(plan, counted, on=on)
        looks.note_who_is_in(file_id, queries.ids(plan.asked, plan.scope, on=on))
        _tell(export_id, counted, 0)
        if counted > MANY:
            db.read_all_of_it()
        file.write(BOM.encode() if plan.bom else b"")
        for part in queries.lines(plan.asked, plan.scope, on=on, seal=mail.office().seal, key=plan.key):
            file.write(part.text)
            before, people = people, people + part.people
            if people // A_STEP > before // A_STEP:
                _tell(export_id, counted, people)
        if people != counted:
            raise Stopped(Because.COUNT)
        return file.finish(), people


def _check(plan: services.Plan, counted: int, *, on: date) -> None:
    """Raises Stopped where these are too many more than, or others than, those that were asked for or agreed to."""
    if plan.agreed is None:
        if rules.needs_second(plan.asked, plan.scope, people=counted, taken_lately=plan.beside):
            raise Stopped(Because.GROWN)
        return
    if rules.has_grown(counted, agreed=plan.agreed):
        raise Stopped(Because.GROWN)
    if rules.are_others(queries.sketch(plan.asked, plan.scope, on=on, export_id=plan.export_id), asked=plan.sketch):
        raise Stopped(Because.OTHERS)


def _tell(export_id: UUID, counted: int, done: int) -> None:
    db.at_once(_PROGRESS, {"export": export_id, "counted": counted, "done": done})


def remove() -> None:
    """Remove the files whose day is over, and what dead processes left."""
    with transaction():
        gone = services.forget_expired()
        kept = services.names_kept()
    for file_id in gone:
        strongroom.remove(file_id)
    strongroom.remove_all_but(kept, older_than=time.time() - STRAY_AFTER)
