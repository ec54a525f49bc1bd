"""Verbs: many are to be erased, lie in the bin for thirty days, are taken out of it, or erased one by one."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, TableClause, column, func, insert, literal, select, table

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import copy_beside, no_hurry, plan_once, session
from app.ground.ids import new_id
from app.party.agreeing import services as agreeing
from app.party.belonging import queries as belonging
from app.party.belonging import services as leaving
from app.party.branches import queries as branches
from app.party.branches.scope import Scope
from app.party.membership import queries as memberships
from app.party.people import queries as people
from app.party.roster.rules import Asked

from . import queries, rules
from .models import Erasing, ToErase
from .rules import Why


def ask(asked: Asked, scope: Scope, *, whom: str, why: Why, person_id: UUID, by: str, on: date) -> Erasing:
    """Ask that these supporters be erased. Who they are is settled now; when another officer agrees, they lie in the bin.

    Called by whoever looks as `scope`. `whom`: in words. Raises OnlySupporters, NoOffice, Nobody.
    """
    rules.check_supporters(asked)
    if not scope or scope != queries.scope_of(person_id, on=on):
        raise rules.NoOffice()
    _, kept = queries.count(asked, scope, on=on)
    many, who = _settle(asked, scope, on=on)
    if not many:
        raise rules.Nobody()
    row = Erasing(
        id=new_id(), asked_by_id=person_id, asked_at=clock.now(), asked=asked.spell(), whom=whom, why=str(why), people=many,
        kept=kept,
    )  # fmt: skip
    session.add(row)
    session.flush()
    plan_once()
    session.execute(insert(ToErase).from_select(["erasing_id", "person_id"], select(literal(row.id), who.c.person_id)))
    many_of = "supporter" if row.people == 1 else "supporters"
    sentence = f"Erase {row.people:,} {many_of} ({whom}), 30 days after you agree, because {rules.WHYS[why]}."
    act = agreeing.ask(rules.KIND, row.id, sentence=sentence, people=row.people, asked_by_id=person_id, by=by, on=on)
    row.agreement_id = act.id
    audit.record(
        Action.ERASING_ASKED, audit.of("erasing", row.id), by=by, asked=json.dumps(row.asked, sort_keys=True), scope=str(scope),
        why=rules.WHYS[why], people=row.people, kept=kept,
    )  # fmt: skip
    return row


def _settle(asked: Asked, scope: Scope, *, on: date) -> tuple[int, TableClause]:
    """Have the database write down beside its tables who they are, and how many: it may be hundreds of thousands, and what is
    said of an erasing is said once."""
    no_hurry()
    who = table(copy_beside("erasing_people", ("person_id",), ()), column("person_id"))
    them = insert(who).from_select(["person_id"], queries.to_erase(asked, scope, on=on))
    settled = session.execute(them, execution_options={"preserve_rowcount": True})
    return cast("CursorResult[Any]", settled).rowcount, who


def put_into_bin(erasing_id: UUID) -> None:
    """Another officer has agreed: from now they lie in the bin."""
    row = _held(erasing_id)
    if row is None or row.binned_at or row.taken_back_at:
        return
    row.binned_at, row.due_on = clock.now(), clock.today() + rules.BIN
    by = audit.of("person", row.asked_by_id)
    audit.record(Action.ERASING_BINNED, audit.of("erasing", row.id), by=by, people=row.people, due_on=str(row.due_on))


def not_agreed(erasing_id: UUID) -> None:
    """Another officer has refused: nobody is erased."""
    row = _held(erasing_id)
    if row and row.taken_back_at is None:
        row.taken_back_at, row.taken_back_by = clock.now(), "system"


def take_back(erasing_id: UUID, *, by: str) -> None:
    """Take all of them out of the bin again; nobody was erased. Raises TooLate."""
    row = _held(erasing_id)
    if row is None or row.done_at or row.taken_back_at:
        raise rules.TooLate()
    if session.scalar(select(func.count()).where(ToErase.erasing_id == row.id, ToErase.over_at.is_not(None))):
        raise rules.TooLate()
    row.taken_back_at, row.taken_back_by = clock.now(), by
    audit.record(Action.ERASING_TAKEN_BACK, audit.of("erasing", row.id), by=by)


def erase_some(erasing_id: UUID, *, on: date) -> bool:
    """Erase the next of those whose thirty days are over, each by the verb of leaving, with its plan and its letter. Spared is
    who has joined or given by now, or is kept by law otherwise. Returns whether any are left; after the last it is noted.

    Nobody is erased where whoever asked may not do it any more to anybody who is there: it is taken back instead.
    """
    row = _held(erasing_id)
    if row is None or row.done_at or row.taken_back_at or row.due_on is None or row.due_on > on:
        return False
    if not queries.scope_of(row.asked_by_id, on=on).everyone:
        row.taken_back_at, row.taken_back_by = clock.now(), "system"
        audit.record(Action.ERASING_TAKEN_BACK, audit.of("erasing", row.id), by="system")
        return False
    by = audit.of("person", row.asked_by_id)
    left = select(ToErase).where(ToErase.erasing_id == row.id, ToErase.over_at.is_(None)).order_by(ToErase.person_id)
    some = session.scalars(left.limit(rules.AT_ONCE)).all()
    for one in some:
        one.over_at, one.erased = clock.now(), may_erase(one.person_id, on=on)
        if one.erased:
            leaving.leave(one.person_id, by=by, on=on)
    session.flush()
    if len(some) == rules.AT_ONCE:
        return True
    row.done_at = clock.now()
    row.erased, row.spared = (
        session.scalar(select(func.count()).where(ToErase.erasing_id == row.id, ToErase.erased.is_(was)))
        for was in (True, False)
    )
    audit.record(Action.ERASING_DONE, audit.of("erasing", row.id), by=by, erased=row.erased, spared=row.spared)
    return False


def may_erase(person_id: UUID, *, on: date) -> bool:
    """Whether somebody is a supporter still, and the law makes us keep nothing of them."""
    if people.get_person(person_id).erased_at or memberships.current_of(person_id) or branches.offices_of(person_id):
        return False
    return not rules.BY_LAW & set(belonging.plan_of(person_id, on=on).holds)


def _held(erasing_id: UUID) -> Erasing | None:
    asked = select(Erasing).where(Erasing.id == erasing_id).with_for_update()
    return session.scalar(asked.execution_options(populate_existing=True))
