"""Verbs: an office is given and ends, a branch is added."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id, read_id
from app.party.people import services as person_services
from app.party.people.models import Person

from .. import emails, queries, rules
from ..models import Branch, Office
from ..rules import OfficeName


def appoint(
    person: Person, office: OfficeName, *, by: str, on: date, since: date | None = None, branch: Branch | None = None
) -> Office:
    """Give a member an office from `since` (default: `on`, today) and write to them.

    A new party secretary relieves the one in office: their term ends the day this one begins. Raises MayNotGive,
    NotAMember, WhichBranch, NotBefore, HeldAlready, OneSecretary; then nothing is changed.
    """
    since = since or on
    lock_for_now("offices")
    check_may_give(by, on=on)
    if not queries.is_a_good_member(person.id):
        raise rules.NotAMember()
    if (office is OfficeName.ORGANIZER) != (branch is not None) or (branch and branch.until):
        raise rules.WhichBranch()
    if since < on:
        raise rules.NotBefore(day=f"{on.day} {on:%B %Y}")
    theirs = [held for held in queries.offices_of(person.id) if held.office == office and not _is_over(held, by_day=since)]
    if any(held.branch_id == (branch.id if branch else None) for held in theirs):
        raise rules.HeldAlready()
    if office is OfficeName.SECRETARY:
        _relieve_secretary(since, by=by)
    given = Office(
        id=new_id(), person_id=person.id, office=office, branch_id=branch.id if branch else None, since=since, until=None,
        appointed_by=by, appointed_at=clock.now(),
    )  # fmt: skip
    given.branch = branch
    session.add(given)
    try:
        session.flush()
    except IntegrityError:  # what the database refuses is said above; this is for two at the same moment
        raise rules.OneSecretary() from None
    emails.appointed(person, given)
    audit.record(
        Action.APPOINTED, audit.of("person", person.id), by=by, office=office, since=since.isoformat(), row=str(given.id)
    )
    return given


def _is_over(held: Office, *, by_day: date) -> bool:
    return held.until is not None and held.until <= by_day


def _relieve_secretary(day: date, *, by: str) -> None:
    """End the sitting secretary’s term on `day`. Raises OneSecretary if another begins on or after it."""
    for other in queries.secretaries_from(day):
        if other.since >= day:
            raise rules.OneSecretary()
        _end(other, until=day, by=by)


def end_office(office: Office, *, by: str, on: date, until: date | None = None) -> None:
    """End an office: `until` (default: `on`, today) is the first day without it. Writes to whoever held it.

    Raises MayNotGive, NotBefore, EndedAlready. An end can be brought forward, never put off.
    """
    until = until or on
    lock_for_now("offices")
    check_may_give(by, on=on)
    if until < on:
        raise rules.NotBefore(day=f"{on.day} {on:%B %Y}")
    session.refresh(office)
    if office.until is not None and office.until <= until:
        raise rules.EndedAlready()
    _end(office, until=until, by=by)


def end_offices_of(person_id: UUID, *, by: str, on: date) -> None:
    """End everything a person holds or is to hold: the membership they held it under is over."""
    lock_for_now("offices")
    for held in queries.offices_of(person_id):
        if held.until is None or held.until > on:
            _end(held, until=on, by=by)


def _end(office: Office, *, until: date, by: str) -> None:
    """An office that had not begun ends on the day it was to begin: it was never held."""
    office.until = max(until, office.since)
    session.flush()
    emails.ended(office)
    audit.record(
        Action.OFFICE_ENDED,
        audit.of("person", office.person_id),
        by=by,
        office=office.office,
        until=office.until.isoformat(),
        row=str(office.id),
    )


def add_branch(name: str, *, by: str, on: date) -> Branch:
    """Add a branch from today. Raises MayNotGive, BranchThere."""
    lock_for_now("offices")
    check_may_give(by, on=on)
    if queries.find_branch(name):
        raise rules.BranchThere()
    branch = Branch(id=new_id(), name=name, since=on, until=None)
    session.add(branch)
    session.flush()
    audit.record(Action.BRANCH_ADDED, audit.of("branch", branch.id), by=by)
    return branch


def forget_proofs(person_id: UUID, *, by: str, on: date) -> None:
    """Take every second step off the name of somebody who lost theirs, and sign them out everywhere. Raises MayNotGive."""
    check_may_give(by, on=on)
    person_services.forget_proofs(person_id, by=by)


def check_may_give(by: str, *, on: date) -> None:
    """`system` is somebody at the machine itself, by `flask offices`. Raises MayNotGive."""
    if by == "system":
        return
    giver = read_id(by.removeprefix("person:"))
    if giver is None or not queries.may(giver, "give office", on=on):
        raise rules.MayNotGive()
