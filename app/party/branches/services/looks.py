"""Verbs: an officer’s look at people is written down."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Select, func, insert, literal, select

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id, read_id

from .. import queries, rules, scope
from ..models import FileOfNames, NamesInFile, Office, PageOfNames

A_CHUNK = 250  # people in one row of who is in a file: some 2 kB


def look(person_id: UUID, *, by: str, what: str, why: str) -> None:
    """Write down that an officer looked at a person. Looking at oneself is not written down.

    `what` and `why` are phrases of our own code (“their payments”, “to record money”), never what somebody typed: the log
    is for ever. Raises NoOffice if `by` holds no office today that may look at this person.
    """
    looker = read_id(by.removeprefix("person:"))
    if looker == person_id:
        return
    branch_id = queries.branch_of(person_id)
    looking = [office for office in queries.offices_by(by, on=clock.today()) if scope.of_offices([office]).sees(branch_id)]
    if not looking:
        raise rules.NoOffice()
    office = queries.words(looking[0].office, looking[0].branch)
    audit.record(Action.LOOKED_AT, audit.of("person", person_id), by=by, office=office, what=what, why=why)


def look_through(shown: Sequence[UUID], *, by: str, what: str, held: Sequence[Office] | None = None) -> None:
    """Write down that a page of names was shown to an officer: one row that has whose, and one line of the log that has how
    many and a digest of the row’s ids.

    A line of the log for each name would be a few hundred thousand a day, for ever, under one lock. The row can go after a
    year, and until then each person on it sees that it was looked at. `what` is a phrase of our own code.
    `held`: the offices of whoever looks, where they are at hand. Raises NoOffice.
    """
    offices = queries.offices_by(by, on=clock.today()) if held is None else held
    looking = [office for office in offices if scope.of_offices([office])]
    if not looking:
        raise rules.NoOffice()
    looker = read_id(by.removeprefix("person:"))
    others = [person_id for person_id in shown if person_id != looker]
    if not others:
        return
    office = queries.words(looking[0].office, looking[0].branch)
    page = PageOfNames(id=new_id(), at=clock.now(), by=by, office=office, what=what, people=others)
    session.add(page)
    session.flush()
    audit.record(
        Action.LOOKED_THROUGH, audit.of("page_of_names", page.id), by=by, office=office, what=what, names=len(others),
        digest=digest_of(others),
    )  # fmt: skip


def note_who_is_in(file_id: UUID, people: Select[UUID]) -> None:
    """Write down who is in a file: all whom `people` asks for, by their ids, in the snapshot of this transaction. Eight bytes a
    person: of two ids that were made apart these are the same once in 10¹⁸."""
    tails = select(func.person_tail(people.subquery().c[0]).label("tail")).subquery()
    place = func.row_number().over(order_by=tails.c.tail) - 1
    placed = select(tails.c.tail, (place // A_CHUNK).label("chunk")).subquery()
    chunks = select(literal(file_id), func.min(placed.c.tail), func.array_agg(placed.c.tail)).group_by(placed.c.chunk)
    session.execute(insert(NamesInFile).from_select(["file_id", "first", "people"], chunks, include_defaults=False))


def note_file(file_id: UUID, *, by: str, office: str, what: str, why: str, names: int, digest: str) -> None:
    """Write down that a file of people is whole, for those who are in it (note_who_is_in). `what` and `why` are phrases of our
    own code. The line of the log is whoever writes the file’s."""
    session.add(
        FileOfNames(
            id=file_id, at=clock.now(), by=by, office=office, what=what, why=why, names=names, digest=digest
        )
    )  # fmt: skip


def digest_of(people: Sequence[UUID]) -> str:
    """What the log says of a page of names: a row that was changed or shortened afterwards does not fit it."""
    return sha256("\n".join(str(person_id) for person_id in people).encode()).hexdigest()
