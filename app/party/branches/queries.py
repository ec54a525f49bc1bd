"""Questions about offices: who holds which, and who looked at a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from app.ground import audit, clock
from app.ground.audit import Action, AuditEntry
from app.ground.db import session
from app.ground.ids import read_id
from app.law.membership import Standing
from app.party.electorates import queries as electorates
from app.party.electorates.models import Electorate
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.people import queries as people

from . import rules
from .models import Branch, BranchElectorate, BranchMove, FileOfNames, Office, PageOfNames
from .rules import WORDS, OfficeName

MOST_LOOKS = 50
MOST_COUNTED = 2000  # looks behind the lines of a page


def words(office: str, branch: Branch | None) -> str:
    """“treasurer”, “organizer of the branch Māngere”."""
    return f"{WORDS[OfficeName(office)]} of the branch {branch.name}" if branch else WORDS[OfficeName(office)]


def held_by(person_id: UUID, *, on: date) -> list[Office]:
    """The offices a person holds on a day: begun, not ended, and under the membership they were given in.

    Rights end with the membership whatever the office’s own end says.
    """
    return list(
        session.scalars(
            select(Office)
            .join(Membership, Membership.person_id == Office.person_id)
            .where(
                Office.person_id == person_id,
                Office.since <= on,
                or_(Office.until.is_(None), Office.until > on),
                Membership.ended_on.is_(None),
                Membership.opened_on <= Office.since,
            )
            .options(joinedload(Office.branch))
            .order_by(Office.since, Office.id)
        )
    )


def offices_by(by: str, *, on: date) -> list[Office]:
    """The offices of whoever is named as an actor: none for `system` and the like."""
    person_id = read_id(by.removeprefix("person:"))
    return held_by(person_id, on=on) if person_id else []


def may(person_id: UUID, right: str, *, on: date) -> bool:
    """Whether a person holds an office on a day that may do this."""
    return rules.may([held.office for held in held_by(person_id, on=on)], right)


def who_may(right: str, *, on: date) -> list[UUID]:
    """Everybody who holds an office on a day that may do this."""
    names = [name for name in OfficeName if rules.may([name], right)]
    held = (Office.since <= on, or_(Office.until.is_(None), Office.until > on), Office.office.in_(names))
    there = (Membership.person_id == Office.person_id, Membership.ended_on.is_(None), Membership.opened_on <= Office.since)
    return list(session.scalars(select(Office.person_id).join(Membership, and_(*there)).where(*held).distinct()))


def holders(office: str, *, on: date) -> Select[UUID]:
    """Who holds an office (`any`: one of them) on a day, as a question to be a part of another; nobody holds what is none."""
    held = (Office.since <= on, or_(Office.until.is_(None), Office.until > on))
    there = (Membership.person_id == Office.person_id, Membership.ended_on.is_(None), Membership.opened_on <= Office.since)
    asked = select(Office.person_id).join(Membership, and_(*there)).where(*held)
    if office == "any":
        return asked
    return asked.where(Office.office == office) if office in tuple(OfficeName) else asked.where(false())


def has_or_will_have_office(person_id: UUID, *, on: date) -> bool:
    """Whether a person holds an office or is to: their second steps are guarded from the appointment on."""
    unended = (Office.person_id == person_id, or_(Office.until.is_(None), Office.until > on))
    return session.scalar(select(Office.id).where(*unended).limit(1)) is not None


def offices_of(person_id: UUID) -> list[Office]:
    """Every office a person held, holds or is to hold, oldest first."""
    asked = select(Office).where(Office.person_id == person_id).options(joinedload(Office.branch))
    return list(session.scalars(asked.order_by(Office.since, Office.id)))


def find_office(office_id: UUID) -> Office | None:
    return session.get(Office, office_id)


def secretaries_from(day: date) -> list[Office]:
    """The party secretary on a day and any who is to follow."""
    asked = select(Office).where(Office.office == OfficeName.SECRETARY, or_(Office.until.is_(None), Office.until > day))
    return list(session.scalars(asked.order_by(Office.since)))


def is_a_good_member(person_id: UUID) -> bool:
    """Whether a person was admitted and nothing was decided against it since. (Dues are asked in a room above.)"""
    current = memberships.current_of(person_id)
    moves = memberships.moves_of(current) if current else []
    return bool(moves) and moves[-1].to is Standing.GOOD


def open_branches(*, on: date) -> list[Branch]:
    """Branches that are open on a day, by name."""
    there = (Branch.since <= on, or_(Branch.until.is_(None), Branch.until > on))
    return list(session.scalars(select(Branch).where(*there).order_by(Branch.name)))


def find_branch(name: str) -> Branch | None:
    """The branch of this name that is not closed."""
    return session.scalar(select(Branch).where(Branch.name == name, Branch.until.is_(None)))


# Who belongs where


def electorates_held(*, on: date) -> list[BranchElectorate]:
    """The electorates of the set in force on a day that fall to a branch now."""
    in_force = electorates.set_on(on)
    held = (BranchElectorate.set_code == (in_force.code if in_force else ""), BranchElectorate.until.is_(None))
    return list(session.scalars(select(BranchElectorate).where(*held)))


def electorate_names(*, on: date) -> dict[UUID, list[str]]:
    """Each branch’s electorates by name."""
    names = {seat.code: seat.name for seat in electorates.electorates_on(on)}
    held: dict[UUID, list[str]] = {}
    for row in electorates_held(on=on):
        held.setdefault(row.branch_id, []).append(names[row.electorate_code])
    return {branch_id: sorted(theirs) for branch_id, theirs in held.items()}


def branch_of_electorate(seat: Electorate) -> UUID | None:
    """The branch an electorate falls to now."""
    return session.scalar(
        select(BranchElectorate.branch_id).where(
            BranchElectorate.set_code == seat.set_code,
            BranchElectorate.electorate_code == seat.code,
            BranchElectorate.until.is_(None),
        )
    )


def last_move(membership_id: UUID) -> BranchMove | None:
    """The move that holds: where a membership belongs, and why."""
    theirs = select(BranchMove).where(BranchMove.membership_id == membership_id)
    return session.scalar(theirs.order_by(BranchMove.on.desc(), BranchMove.id.desc()).limit(1))


def branch_moves_of(membership_id: UUID) -> list[BranchMove]:
    """Every branch a membership belonged to, oldest first."""
    theirs = select(BranchMove).where(BranchMove.membership_id == membership_id).options(joinedload(BranchMove.branch))
    return list(session.scalars(theirs.order_by(BranchMove.on, BranchMove.id)))


def branch_of(person_id: UUID) -> UUID | None:
    """The branch of a person’s latest membership."""
    held = memberships.memberships_of(person_id)
    last = last_move(held[-1].id) if held else None
    return last.branch_id if last else None


# The list of offices


@dataclass(frozen=True)
class Shown:
    """An office as the list tells it. `name` is None for somebody who was erased."""

    id: UUID
    person_id: UUID
    words: str
    name: str | None
    since: date
    until: date | None
    has_proof: bool


def offices(*, on: date) -> tuple[list[Shown], list[Shown]]:
    """Offices held now or to be held, and those that have ended, newest first."""
    rows = session.scalars(select(Office).options(joinedload(Office.branch)).order_by(Office.since.desc(), Office.id.desc()))
    now: list[Shown] = []
    before: list[Shown] = []
    for row in rows:
        (before if row.until and row.until <= on else now).append(_shown(row))
    return now, before


def _shown(row: Office) -> Shown:
    person = people.get_person(row.person_id)
    name = people.details_of(person).name if person.sealed else None
    return Shown(
        row.id, row.person_id, words(row.office, row.branch), name, row.since, row.until, people.can_prove(row.person_id)
    )


# Who looked


@dataclass(frozen=True)
class Look:
    """An officer looked at a person: when, in which office, at what. Never who."""

    at: datetime
    office: str
    what: str


def looks_at(person_id: UUID, *, most: int = MOST_LOOKS) -> list[Look]:
    """Who looked at a person’s record, newest first, by their office."""
    rows: Sequence[AuditEntry] = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject == audit.of("person", person_id), AuditEntry.action == Action.LOOKED_AT)
        .order_by(AuditEntry.seq.desc())
        .limit(most)
    ).all()
    pages = pages_with(person_id)[:most]
    alone = [Look(row.at, str(row.data["office"]), str(row.data["what"])) for row in rows]
    among = [Look(page.at, page.office, page.what) for page in pages]
    written = [Look(file.at, file.office, f"{file.what}, {file.why}") for file in files_with(person_id)[:most]]
    return sorted([*alone, *among, *written], key=lambda look: look.at, reverse=True)[:most]


@dataclass(frozen=True)
class Looks:
    """Looks of one office at one thing on one day: when the last was, and how many they were."""

    last: Look
    times: int


def looks_by_day(person_id: UUID) -> list[Looks]:
    """Who looked at a person’s record, as a page tells it: alike ones of a day are one line, newest first."""
    return by_day(looks_at(person_id, most=MOST_COUNTED))[:MOST_LOOKS]


def by_day(looks: Sequence[Look]) -> list[Looks]:
    """Looks, newest first, with those that are alike on one day in one line."""
    alike: dict[tuple[date, str, str], list[Look]] = {}
    for look in looks:
        alike.setdefault((clock.day_of(look.at), look.office, look.what), []).append(look)
    return [Looks(same[0], len(same)) for same in alike.values()]


def pages_with(person_id: UUID) -> Sequence[PageOfNames]:
    """The pages of names that a person was on, newest first."""
    theirs = select(PageOfNames).where(PageOfNames.people.contains([person_id]))
    return session.scalars(theirs.order_by(PageOfNames.at.desc())).all()


def files_with(person_id: UUID) -> Sequence[FileOfNames]:
    """The files of people that a person was in, newest first."""
    theirs = select(FileOfNames).where(FileOfNames.id.in_(select(func.files_with(person_id))))
    return session.scalars(theirs.order_by(FileOfNames.at.desc())).all()
