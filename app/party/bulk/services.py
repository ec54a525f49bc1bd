"""Verbs: something is looked at for many, confirmed, done a slice at a time, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, func, insert, literal, select, update

from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import no_hurry, session
from app.ground.ids import new_id
from app.ground.mail import office as house_office
from app.party.branches.scope import Scope
from app.party.casework import queries as casework
from app.party.casework import rules as casework_rules
from app.party.casework import services as casework_services
from app.party.roster.models import OnRoster

from . import queries, rules
from .models import Act, Slice
from .queries import Counted, Whom
from .rules import Kind


@dataclass(frozen=True)
class Wish:
    """What is to be done for many: with which tag; or what, until when, by whom."""

    kind: Kind
    tag_id: UUID | None = None
    words: str = ""
    due_on: date | None = None
    assigned_to: UUID | None = None


def look(people: Whom, wish: Wish, scope: Scope, *, asked_by: UUID, on: date) -> Act:
    """Count whom it would be for, and for how many nothing would change. Nothing is done. Raises NobodyThere, NoSuchTag,
    TagRetired, NotAssignable, OverAlready, TooManyTasks."""
    _check(wish, scope, on=on)
    row_id, now = new_id(), clock.now()
    task = wish.kind is Kind.TASK
    sealed = house_office().seal.close({"words": wish.words}, table="bulk_acts", row=row_id) if task else None
    act = Act(
        id=row_id, kind=wish.kind, asked_by=asked_by, asked=people.asked.spell(), picked=list(people.picked) or None,
        tag_id=None if task else wish.tag_id, assigned_to=wish.assigned_to if task else None,
        due_on=wish.due_on if task else None, sealed=sealed, people=0, same=0, digest="", looked_at=now, passed=0, changed=0,
        taken_back=0,
    )  # fmt: skip
    _count(act, scope, on=on)
    session.add(act)
    return act


def _check(wish: Wish, scope: Scope, *, on: date) -> None:
    if wish.kind is Kind.TASK:
        casework_rules.check_ahead(wish.due_on, on=on)
        if wish.assigned_to is None or not casework.scope_to_care(wish.assigned_to, on=on):
            raise casework_rules.NotAssignable()
        return
    tag = casework.find_tag(wish.tag_id, scope)
    if tag is None:
        raise casework_rules.NoSuchTag()
    if wish.kind is Kind.TAG:
        casework_rules.check_offered(tag, on=on)


def _count(act: Act, scope: Scope, *, on: date) -> None:
    people = queries.whom(act)
    found = queries.count(people, scope, on=on)
    if not found.people:
        raise rules.NobodyThere()
    changed = queries.changes(act.kind, tag_id=act.tag_id, assigned_to=act.assigned_to, on=on)
    moved = queries.how_many_change(people, changed, scope, on=on)
    if act.kind == Kind.TASK and moved > rules.MOST_TASKS:
        raise rules.TooManyTasks()
    act.people, act.same, act.digest = found.people, found.people - moved, found.digest


def confirm(act: Act, scope: Scope, *, on: date) -> bool:
    """Have it done for exactly the people who were counted. False, and counted again, if the list asks for others by now.
    Raises NotNow, and what `look` raises."""
    session.refresh(act, with_for_update={"of": Act})
    if act.confirmed_at or act.looked_at < clock.now() - rules.LOOKS_KEPT:
        raise rules.NotNow()
    if queries.count(queries.whom(act), scope, on=on) != Counted(act.people, act.digest):
        _count(act, scope, on=on)
        return False
    act.confirmed_at = clock.now()
    audit.record(
        Action.MANY_CONFIRMED, audit.of("many", act.id), by=f"person:{act.asked_by}", what=act.kind, people=act.people,
        digest=act.digest, tag=str(act.tag_id or ""),
    )  # fmt: skip
    jobs.enqueue("bulk.run", once=True, act=act.id)
    return True


def go_on(act_id: UUID, scope: Scope, *, on: date) -> bool:
    """Do the next part of an act, as whoever asked for it sees people now: write down whom it is for, and then a slice of them
    at a time. Done twice, or after a kill, it goes on where it was. Returns whether there is more to do."""
    act = _hold(act_id)
    if act is None or act.confirmed_at is None or act.done_at or act.stopped_at:
        return False
    if act.undo_at:
        return _stop(act, rules.TAKEN_BACK)
    if not scope:
        return _stop(act, rules.NO_OFFICE)
    if act.kind != Kind.TASK and casework.find_tag(act.tag_id, scope) is None:
        return _stop(act, rules.NO_TAG)
    if act.begun_at is None:
        return _freeze(act, scope, on=on)
    part = session.scalar(select(Slice).where(Slice.act_id == act.id).order_by(Slice.id).limit(1))
    if part is None:
        _finish(act)
        return False
    act.changed += _apply(act, part.people, scope, on=on)
    act.passed += len(part.people)
    session.delete(part)
    return True


def _hold(act_id: UUID) -> Act | None:
    """The act, until the end of this transaction: nobody else goes on with it, or takes it back, meanwhile."""
    return session.scalar(select(Act).where(Act.id == act_id).with_for_update(of=Act).execution_options(populate_existing=True))


def _freeze(act: Act, scope: Scope, *, on: date) -> bool:
    """Write down whom the act is for. They are the people who were counted, or it is stopped before anything was done."""
    no_hurry()
    numbered = (
        select(OnRoster.person_id, ((func.row_number().over() - 1) // rules.A_SLICE).label("slice"))
        .where(queries.whom(act).condition(scope, on=on))
        .subquery()
    )
    slices = select(func.uuidv7(), literal(act.id), func.array_agg(numbered.c.person_id)).group_by(numbered.c.slice)
    session.execute(insert(Slice).from_select(["id", "act_id", "people"], slices))
    act.begun_at, act.picked = clock.now(), None
    if queries.count_frozen(act) != Counted(act.people, act.digest):
        return _stop(act, rules.CHANGED)
    return True


def _apply(act: Act, people: list[UUID], scope: Scope, *, on: date) -> int:
    """Do it for those of a slice who are in sight still."""
    seen = select(OnRoster.person_id).where(OnRoster.person_id.in_(people), scope.where(OnRoster.branch_id))
    by = f"person:{act.asked_by}"
    if act.kind == Kind.TASK:
        assert act.assigned_to is not None
        seen = seen.where(queries.changes(act.kind, tag_id=None, assigned_to=act.assigned_to, on=on))
        return casework_services.set_tasks_about(
            list(session.scalars(seen)), queries.words_of(act), due_on=act.due_on, assigned_to=act.assigned_to,
            batch_id=act.id, by=by,
        )  # fmt: skip
    assert act.tag_id is not None
    do = casework_services.give_tag_to if act.kind == Kind.TAG else casework_services.end_tag_for
    return do(list(session.scalars(seen)), act.tag_id, batch_id=act.id, by=by)


def _finish(act: Act) -> None:
    act.done_at = clock.now()
    by = f"person:{act.asked_by}"
    audit.record(Action.MANY_DONE, audit.of("many", act.id), by=by, people=act.passed, changed=act.changed)


def _stop(act: Act, because: str) -> bool:
    session.execute(delete(Slice).where(Slice.act_id == act.id))
    act.stopped_at, act.stopped_because, act.picked = clock.now(), because, None
    audit.record(Action.MANY_STOPPED, audit.of("many", act.id), by="system", because=because, changed=act.changed)
    return False


def undo(act: Act, *, by: UUID) -> None:
    """Have taken back what an act did, and stop it if it is under way. Raises NothingToTakeBack."""
    session.refresh(act, with_for_update={"of": Act})
    if act.confirmed_at is None or act.undo_at or act.stopped_because == rules.CHANGED:
        raise rules.NothingToTakeBack()
    act.undo_at, act.undo_by = clock.now(), by
    jobs.enqueue("bulk.take_back", once=True, act=act.id)


def take_back(act_id: UUID, scope: Scope, *, after: UUID) -> UUID | None:
    """Take back the next slice of what an act did, after an id: what bears its id and nobody has touched since, about people
    whom whoever takes it back sees. Returns where the slice ended, None when there is no more."""
    act = _hold(act_id)
    if act is None or act.undo_at is None or act.undone_at:
        return None
    if not scope:  # whoever wanted it may not any more: somebody else can
        act.undo_at = act.undo_by = None
        return None
    if act.done_at is None and act.stopped_at is None:
        _stop(act, rules.TAKEN_BACK)
    by = f"person:{act.undo_by}"
    do = {
        Kind.TAG: casework_services.take_back_tags,
        Kind.UNTAG: casework_services.take_back_untagged,
        Kind.TASK: casework_services.take_back_tasks,
    }[Kind(act.kind)]
    last, taken = do(act.id, after=after, size=rules.A_SLICE, by=by)
    act.taken_back += taken
    if last is None:
        act.undone_at = clock.now()
        audit.record(Action.MANY_TAKEN_BACK, audit.of("many", act.id), by=by, changed=act.taken_back)
    return last


def forget() -> None:
    """What was looked at a day ago and not confirmed says no more whom and what it was about."""
    old = (Act.confirmed_at.is_(None), Act.looked_at < clock.now() - rules.LOOKS_KEPT)
    session.execute(update(Act).where(*old, Act.picked.is_not(None) | Act.sealed.is_not(None)).values(picked=None, sealed=None))
