"""Verbs: a file is asked for; who must agree, agrees or does not."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.party.agreeing import services as agreeing
from app.party.branches.scope import Scope
from app.party.roster import queries as roster
from app.party.roster.rules import Asked

from .. import queries, rules
from ..models import Export
from ..rules import Because, Why
from .writing import refuse


def ask(asked: Asked, scope: Scope, *, why: Why, bom: bool, person_id: UUID, by: str, on: date) -> Export:
    """Ask for a file of these people. The worker writes it: at once, or when another officer has agreed (rules.needs_second).

    Called by whoever looks as `scope`, which must be what this person’s offices may take. Raises NoOffice, Nobody.
    """
    if not scope or not rules.covers(queries.scope_of(person_id, on=on), scope):
        raise rules.NoOffice()
    lock_for_now(f"exports:{person_id}")  # slices that are asked for at once are added up one after another
    people = roster.count(asked, scope, on=on)
    if not people:
        raise rules.Nobody()
    second = rules.needs_second(asked, scope, people=people, taken_lately=queries.taken_lately(person_id))
    file = Export(
        id=new_id(), asked_by_id=person_id, asked_at=clock.now(), asked=asked.spell(), whom=queries.whom(asked, scope, on=on),
        scope=str(scope), why=str(why), bom=bom, expected=people,
    )  # fmt: skip
    if second:
        sentence = f"A file with the names, emails, phones, addresses and birth dates of {file.whom}, {rules.WHYS[why]}."
        act = agreeing.ask(
            rules.KIND, file.id, sentence=sentence, people=people, asked_by_id=person_id, by=by, on=on
        )  # fmt: skip
        file.agreement_id = act.id
        file.sketch = queries.sketch(asked, scope, on=on, export_id=file.id)
    session.add(file)
    session.flush()
    audit.record(
        Action.EXPORT_ASKED, audit.of("export", file.id), by=by, asked=json.dumps(file.asked, sort_keys=True), scope=file.scope,
        why=rules.WHYS[why], people=people, second=second,
    )  # fmt: skip
    if not second:
        go(file.id)
    return file


def go(export_id: UUID) -> None:
    """Have a file written after this transaction."""
    jobs.enqueue("exports.write", export=export_id, once=True)


def not_agreed(export_id: UUID) -> None:
    """Another officer refused it."""
    refuse(export_id, Because.AGREED)
