"""Verbs: two records are one person, or are not; that is taken back; a mailbox says so itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.ground.mail import office
from app.party.branches import queries as branches
from app.party.branches import scope as scopes
from app.party.branches import services as branch_services
from app.party.branches.models import Office
from app.party.membership import queries as memberships
from app.party.membership import services as membership
from app.party.membership.models import Membership
from app.party.payments import services as payments
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Details, Person, Purpose
from app.party.people.rules import LinkSpent
from app.party.roster import queries as roster

from .. import emails, queries, rules
from ..models import Merge
from ..queries import Pair, Side


def show_pairs(shown: Sequence[Pair], *, by: str, held: Sequence[Office]) -> None:
    """Write down that a page of pairs was shown. Raises NoOffice."""
    ids = {row.person_id for pair in shown for row in (pair.a, pair.b)}
    branch_services.look_through(sorted(ids), by=by, what=rules.PAIRS, held=held)


def show_side(person_id: UUID, *, by: str, on: date, why: str = rules.WHY) -> Side:
    """One record opened, after writing down who looked. Raises NotBoth, NoOffice."""
    row = roster.find(person_id, _scope(by, on=on))
    if row is None:
        raise rules.NotBoth()
    branch_services.look(person_id, by=by, what=rules.WHOLE, why=why)
    return queries.side(row, on=on)


def merge(kept_id: UUID, gone_id: UUID, *, take: Collection[str], ends: UUID | None, by: str, on: date) -> Merge:
    """Say that a record is part of a person. Nothing is moved: every question that tells of the person tells of both records.

    `take`: details the person has from the other record from now on (FIELDS). `ends`: the membership of that record which
    ends today, where both have one in force. The mailbox of the record that is gone is written to: nobody who signs in is
    shown it before that mailbox says so.
    Raises NoRule, OneOfThem, NotBoth, HoldsOffice, ToBeErased, KeepTheMember, TwoMemberships; MoneyChanged, and then keeps
    nothing.
    """
    rules.check_rules(queries.tables_about_people())
    if kept_id == gone_id:
        raise rules.OneOfThem()
    kept, gone = _hold(kept_id, gone_id)
    scope = _scope(by, on=on)
    if any(roster.find(record, scope) is None for record in (kept_id, gone_id)):
        raise rules.NotBoth()
    if any(branches.has_or_will_have_office(record, on=on) for record in people.records_of(gone_id)):
        raise rules.HoldsOffice()
    if queries.is_any_to_be_erased([*people.records_of(kept_id), *people.records_of(gone_id)]):
        raise rules.ToBeErased()
    before = queries.money_of([*people.records_of(kept_id), *people.records_of(gone_id)])
    ended = _end_the_other(kept_id, gone_id, ends=ends, by=by, on=on)
    said = _take(kept, people.details_of(gone), take, by=by)
    made = Merge(id=new_id(), kept_id=kept_id, gone_id=gone_id, at=clock.now(), by=by,
                 ended_membership_id=ended.id if ended else None)  # fmt: skip
    made.sealed = office().seal.close(said, table="merges", row=made.id) if said else None
    session.add(made)
    session.flush()
    _as_it_is_now(kept, gone)
    after = queries.money_of(people.records_of(kept_id))
    if after != before:
        raise rules.MoneyChanged()
    for record, other in ((kept_id, gone_id), (gone_id, kept_id)):
        audit.record(Action.MERGED, audit.of("person", record), by=by, merge=str(made.id), other=str(other),
                     goes_on=record == kept_id, cents=before.paid, given=before.given)  # fmt: skip
    emails.ask_the_mailbox(made, gone)
    return made


def undo(merge_id: UUID, *, by: str, on: date) -> Merge:
    """Take back that a record is part of a person: it stands by itself again, as it was. Details that were taken from it go
    back to what they were, unless they were changed since. A membership that ended with it is in force again, where
    `queries.reopens`.

    Raises NotMerged, NotBoth, LaterFirst, HasLeft.
    """
    made = queries.find_merge(merge_id)
    if made is None:
        raise rules.NotMerged()
    kept, gone = _hold(made.kept_id, made.gone_id)
    made = queries.find_merge(merge_id)  # as it is after waiting
    if made is None:
        raise rules.NotMerged()
    if kept.erased_at or gone.erased_at:
        raise rules.HasLeft()
    scope = _scope(by, on=on)
    if roster.find(people.root_of(kept.id), scope) is None or not scope.sees(branches.branch_of(gone.id)):
        raise rules.NotBoth()
    if queries.later(made):
        raise rules.LaterFirst()
    _give_back(kept, made, by=by)
    made.undone_at, made.undone_by, made.sealed = clock.now(), by, None
    session.flush()
    _as_it_is_now(kept, gone)
    if reopened := queries.reopens(made):
        membership.reopen(reopened, on=on, by=by)
    for record in (kept.id, gone.id):
        audit.record(Action.MERGE_UNDONE, audit.of("person", record), by=by, merge=str(made.id))
    return made


def set_apart(one: UUID, other: UUID, *, by: str, on: date) -> None:
    """Remember that two records are two people: they are not asked about again. Raises NotBoth, NotLikely."""
    scope = _scope(by, on=on)
    if any(roster.find(record, scope) is None for record in (one, other)):
        raise rules.NotBoth()
    pair = queries.find_pair(one, other)
    if pair is None or pair.apart_at:
        raise rules.NotLikely()
    pair.apart_at, pair.apart_by = clock.now(), by
    for record, beside in ((one, other), (other, one)):
        audit.record(Action.SET_APART, audit.of("person", record), by=by, other=str(beside))


def prove(link: str) -> None:
    """The mailbox of a record that is gone says itself that it is the person’s. Raises LinkSpent."""
    used = person_services.use_link(Purpose.SAME, link)
    made = queries.find_merge(used.subject_id) if used.subject_id else None
    if made is None or made.proven_at:
        raise LinkSpent()
    made.proven_at = clock.now()
    person = audit.of("person", made.gone_id)
    audit.record(Action.MERGE_PROVEN, person, by=person, merge=str(made.id))


def _scope(by: str, *, on: date) -> scopes.Scope:
    """Whom an actor may merge: by those of their offices that give the right."""
    return scopes.of_offices(branches.offices_by(by, on=on), right="merge people")


def _hold(kept_id: UUID, gone_id: UUID) -> tuple[Person, Person]:
    """Both records, for us alone until the end of this transaction; nobody joins under either’s email meanwhile."""
    for record in sorted((kept_id, gone_id)):
        lock_for_now(f"one person:{record}")
    both = [session.get(Person, record, populate_existing=True) for record in (kept_id, gone_id)]
    if both[0] is None or both[1] is None:
        raise rules.NotBoth()
    for email in sorted(people.details_of(person).email for person in both if person and person.sealed):
        person_services.hold_email(email)
    return both[0], both[1]


def _end_the_other(kept_id: UUID, gone_id: UUID, *, ends: UUID | None, by: str, on: date) -> Membership | None:
    """A person has one membership in force, and the record that goes on has it."""
    theirs, others = memberships.current_of(kept_id), memberships.current_of(gone_id)
    if others is None:
        return None
    if theirs is None:
        raise rules.KeepTheMember()
    if ends != others.id:
        raise rules.TwoMemberships(number=others.number)
    payments.stop_all("dues", others.id, by=by)
    membership.resign(others, on=on, by=by)
    return others


def _take(kept: Person, others: Details, take: Collection[str], *, by: str) -> dict[str, Any]:
    """Have the person say of these details what the other record says. Returns what they said and say, as JSON values."""
    held, new = people.details_of(kept), others.as_json()
    wanted = {
        field: new[field] for field in rules.FIELDS if field in take and new[field] not in ("", None, held.as_json()[field])
    }
    if not wanted:
        return {}
    before = {field: held.as_json()[field] for field in wanted}
    person_services.correct(kept, Details.from_json({**held.as_json(), **wanted}), by=by)
    return {"before": before, "since": wanted}


def _give_back(kept: Person, made: Merge, *, by: str) -> None:
    if made.sealed is None:
        return
    said = office().seal.open(made.sealed, table="merges", row=made.id)
    now = people.details_of(kept).as_json()
    back = {field: was for field, was in said["before"].items() if now[field] == said["since"][field]}
    person_services.correct(kept, Details.from_json({**now, **back}), by=by)


def _as_it_is_now(kept: Person, gone: Person) -> None:
    """The database has worked out whom each record is part of: both are read again, the person is found by all their names,
    and who is like one of the records is asked about with the person."""
    for person in (kept, gone):
        session.refresh(person)
    person_services.be_found(kept.id)
    session.execute(select(func.likely_pairs_find([gone.id, *people.records_of(kept.id)])))
