"""What was said to be one person, and whether it can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select, text

from app.ground import clock
from app.ground.db import Base, session
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.people import queries as people
from app.party.people.models import Person, Purpose

from ..models import Merge

# What was refused, taken back, or agreed to by nobody in time is nothing to wait for.
_TO_BE_ERASED = text("""
    select exists (
        select from erasing_people p
          join erasings e on e.id = p.erasing_id
          left join agreements a on a.id = e.agreement_id
         where p.person_id = any(:records) and p.over_at is null and e.taken_back_at is null and e.done_at is null
           and (e.binned_at is not null or a.agreed_at is not null or (a.expires_at > :now and a.refused_at is null))
    )
""")


@dataclass(frozen=True)
class Merged:
    """A record that is part of a person, and the name on it."""

    merge: Merge
    name: str
    last: bool  # it is the one to take back first


def merged_into(person_id: UUID) -> list[Merged]:
    """What is part of a person now, directly or by another record, the latest first."""
    parts = select(Merge, Person).join(Person, Person.id == Merge.gone_id)
    asked = parts.where(Person.same_as == person_id, Merge.undone_at.is_(None)).order_by(Merge.at.desc(), Merge.id.desc())
    return [
        Merged(merge, people.details_of(gone).name if gone.sealed else "", later(merge) is None)
        for merge, gone in session.execute(asked)
    ]


def find_merge(merge_id: UUID) -> Merge | None:
    """One in force, if the person it is part of is in sight."""
    found = session.get(Merge, merge_id, populate_existing=True)
    return found if found and found.undone_at is None else None


def reopens(merge: Merge) -> Membership | None:
    """The membership that ended with a merge, if it is in force again when the merge is taken back."""
    ended = session.get(Membership, merge.ended_membership_id, populate_existing=True) if merge.ended_membership_id else None
    return ended if ended and memberships.may_reopen(ended) else None


def later(merge: Merge) -> Merge | None:
    """One in force that was said after this one about either of its records: it rests on this one."""
    about = or_(Merge.kept_id.in_((merge.kept_id, merge.gone_id)), Merge.gone_id == merge.kept_id)
    asked = select(Merge).where(about, Merge.undone_at.is_(None), Merge.id != merge.id, Merge.at >= merge.at)
    return session.scalar(asked.order_by(Merge.at.desc()).limit(1))


def to_prove(link: str) -> Merge | None:
    """The merge that a link of a letter asks about, if it is in force and its mailbox has not said so yet."""
    found = people.find_link(Purpose.SAME, link)
    merge = find_merge(found.subject_id) if found and found.subject_id else None
    return merge if merge and merge.proven_at is None else None


def is_any_to_be_erased(records: list[UUID]) -> bool:
    """Whether one of these lies in a bin, or may still come there (the room of erasing stands beside this one)."""
    return bool(session.scalar(_TO_BE_ERASED, {"records": records, "now": clock.now()}))


def tables_about_people() -> set[str]:
    """Every table of the house that points at a person."""
    return {
        table.name
        for table in Base.metadata.tables.values()
        if "person_id" in table.columns or any(key.column.table.name == "people" for key in table.foreign_keys)
    }
