"""Questions about files that were asked for: whose, where they are, whom they hold, who may ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.ground import clock
from app.ground.db import session
from app.ground.ids import read_id
from app.law.membership import CanEnrol
from app.party.agreeing import queries as agreeing
from app.party.branches import queries as branches
from app.party.branches import rules as rights
from app.party.branches.models import Branch, Office
from app.party.branches.rules import OfficeName
from app.party.branches.scope import Scope, of_offices
from app.party.casework import queries as casework
from app.party.electorates import queries as electorates
from app.party.roster import queries as roster
from app.party.roster.rules import STANDS, Asked

from .. import rules
from ..models import Export
from ..rules import BECAUSE, State


def offices_that_export(person_id: UUID, *, on: date) -> list[Office]:
    """The offices a person holds on a day that may take files of people."""
    return [held for held in branches.held_by(person_id, on=on) if rights.may([held.office], rules.RIGHT)]


def scope_of(person_id: UUID, *, on: date) -> Scope:
    """Whom a file of this person’s may hold: what their offices see that may take files at all."""
    return of_offices(offices_that_export(person_id, on=on))


def find(export_id: UUID) -> Export | None:
    return session.get(Export, export_id)


def of_person(person_id: UUID) -> Sequence[Export]:
    """The files somebody asked for, newest first."""
    asked = select(Export).where(Export.asked_by_id == person_id).order_by(Export.id.desc()).limit(rules.SHOWN)
    return session.scalars(asked).all()


def taken_lately(person_id: UUID, *, beside: UUID | None = None) -> int:
    """How many people stand in the files that somebody had alone within a day, together; `beside` one of them."""
    alone = (Export.agreement_id.is_(None), Export.refused_at.is_(None), Export.asked_at > clock.now() - rules.DAY)
    other = () if beside is None else (Export.id != beside,)
    people = func.sum(func.greatest(Export.expected, Export.counted))
    return session.scalar(select(people).where(Export.asked_by_id == person_id, *alone, *other)) or 0


def keys_asked() -> Sequence[Export]:
    """Every file that was ever written."""
    return session.scalars(select(Export).where(Export.written_at.is_not(None)).order_by(Export.id)).all()


@dataclass(frozen=True)
class Shown:
    """A file as its page shows it."""

    file: Export
    state: State
    because: str
    tone: str
    done: int  # per cent


def shown(export: Export) -> Shown:
    state, because = _state(export)
    tones = {State.READY: "success", State.REFUSED: "error", State.NOT_AGREED: "error", State.REMOVED: "warning"}
    whole = export.counted or export.expected
    done = 100 * (export.progress or 0) // whole if whole else 0
    return Shown(export, state, because, tones.get(state, "info"), min(done, 100))


def _state(export: Export) -> tuple[State, str]:
    if export.refused_at and export.refused_because:
        because = rules.Because(export.refused_because)
        return (State.NOT_AGREED if because is rules.Because.AGREED else State.REFUSED), BECAUSE[because]
    if export.written_at:
        return (State.READY if export.can_be_taken(at=clock.now()) else State.REMOVED), ""
    if export.begun_at:
        return State.WRITING, ""
    act = agreeing.find(export.agreement_id) if export.agreement_id else None
    if act and act.done_at is None:
        if act.waits(at=clock.now()) or act.agreed_at:
            return State.WAITS, ""
        return State.NOT_AGREED, "Nobody agreed within seven days. Ask for it again."
    return State.QUEUED, ""


def whom(asked: Asked, scope: Scope, *, on: date) -> str:
    """Whom a question is about, in words."""
    seats = {seat.code: seat.name for seat in electorates.electorates_on(on)}
    said = [STANDS[asked.stands].lower() if asked.stands else "whatever their standing"]
    if asked.branch:
        said.append("of no branch" if asked.branch == "none" else f"of the branch {_branch(asked.branch)}")
    if asked.electorate:
        said.append(f"who live in {seats.get(asked.electorate, asked.electorate)}")
    if asked.joined_from:
        said.append(f"who joined from {asked.joined_from} on")
    if asked.joined_to:
        said.append(f"who joined until {asked.joined_to}")
    if asked.lapsing:
        said.append(f"whose dues become unpaid within {asked.lapsing} days")
    if asked.can_enrol in tuple(CanEnrol):
        said.append({"yes": "who can enrol", "no": "who cannot enrol", "unsure": "not sure to enrol"}[asked.can_enrol])
    if asked.consent:
        said.append("who let us write with news")
    if asked.gave:
        said.append("who gave this year")
    if asked.tag:
        tag = casework.find_tag(read_id(asked.tag), scope)
        said.append(f"with the tag “{tag.name if tag else 'that is not there'}”")
    if asked.office:
        said.append("who hold an office" if asked.office == "any" else f"who hold the office {_office(asked.office)}")
    if asked.segment:
        segment = roster.find_segment(read_id(asked.segment), scope)
        said.append(f"of the segment “{segment.name if segment else 'that is not there'}”")
    if scope.everyone:
        return "everybody in the party" if asked == Asked() else f"people in the party, {', '.join(said)}"
    everybody = "everybody in " + " and ".join(sorted(map(_branch, scope.branches)))
    return everybody if asked == Asked() else f"{everybody}, {', '.join(said)}"


def _office(office: str) -> str:
    return rights.WORDS[OfficeName(office)] if office in tuple(OfficeName) else "that is not there"


def _branch(branch: UUID | str) -> str:
    branch_id = read_id(str(branch))
    found = session.get(Branch, branch_id) if branch_id else None
    return found.name if found else "that is not there"
