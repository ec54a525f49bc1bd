"""Verbs: a person says where they live, and is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, text

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import copy_beside, session
from app.ground.ids import new_id

from . import queries
from .models import Residence, ResidenceAsking
from .rules import UnknownElectorate


def say_residence(person_id: UUID, *, electorate_code: str, by: str, on: date) -> None:
    """Note that a person says they live in an electorate of the set in force on `on`. Saying it again adds nothing.

    Raises UnknownElectorate.
    """
    seat = next((seat for seat in queries.electorates_on(on) if seat.code == electorate_code), None)
    if seat is None:
        raise UnknownElectorate()
    held = queries.residence_of(person_id, on=on)
    if held and held.code == seat.code:
        return
    session.add(
        Residence(id=new_id(), person_id=person_id, set_code=seat.set_code, electorate_code=seat.code, said_at=clock.now())
    )
    session.flush()
    audit.record(Action.CORRECTED, audit.of("person", person_id), by=by, changed="electorate")


def note_asked(person_id: UUID, *, set_code: str) -> None:
    """Note that a person is asked again where they live, for this set."""
    session.add(ResidenceAsking(id=new_id(), person_id=person_id, set_code=set_code, asked_at=clock.now()))
    session.flush()


def say_residences(said: Sequence[tuple[UUID, str, str]], *, at: datetime) -> None:
    """Note for many at once that a person lives in an electorate of a set: person, set, code. The caller has looked that it is
    new, and writes the log."""
    if said:
        columns = ("id", "person_id", "set_code", "electorate_code", "said_at")
        beside = copy_beside("residences", columns, [(new_id(), *one, at) for one in said])
        named = ", ".join(columns)
        session.execute(text(f"insert into residences ({named}) select {named} from {beside}"))  # noqa: S608


def forget_residences(person_id: UUID) -> None:
    """Erase where a person said they live, and that they were asked."""
    session.execute(delete(Residence).where(Residence.person_id == person_id))
    session.execute(delete(ResidenceAsking).where(ResidenceAsking.person_id == person_id))
