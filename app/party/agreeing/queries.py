"""Questions: what waits for a second officer, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from app.ground import clock
from app.ground.db import session
from app.party.branches import queries as branches
from app.party.people import queries as people

from . import rules
from .models import Agreement


@dataclass(frozen=True)
class Shown:
    """An act as another officer is asked about it. `who`: the office and name of whoever asks."""

    act: Agreement
    who: str
    mine: bool
    state: tuple[str, str]


def find(agreement_id: UUID) -> Agreement | None:
    return session.get(Agreement, agreement_id)


def about(kind: str, subject_id: UUID) -> Agreement | None:
    """What was asked about one subject."""
    return session.scalar(select(Agreement).where(Agreement.kind == kind, Agreement.subject_id == subject_id))


def waiting(*, but: UUID | None = None) -> Sequence[Agreement]:
    """What waits for a second officer, the oldest first; without what `but` asked for."""
    now = clock.now()
    open_now = (Agreement.agreed_at.is_(None), Agreement.refused_at.is_(None), Agreement.expires_at > now)
    asked = select(Agreement).where(*open_now).order_by(Agreement.asked_at)
    return session.scalars(asked.where(Agreement.asked_by_id != but) if but else asked).all()


def decided(*, most: int = rules.SHOWN) -> Sequence[Agreement]:
    """What was agreed to, refused, or not answered in time, newest first."""
    gone = or_(Agreement.agreed_at.is_not(None), Agreement.refused_at.is_not(None), Agreement.expires_at <= clock.now())
    return session.scalars(select(Agreement).where(gone).order_by(Agreement.asked_at.desc()).limit(most)).all()


def shown(acts: Sequence[Agreement], *, to: UUID, on: date) -> list[Shown]:
    return [Shown(act, who(act.asked_by_id, on=on), act.asked_by_id == to, state(act)) for act in acts]


def state(act: Agreement) -> tuple[str, str]:
    """Where an act is, in a word and its tone."""
    if act.done_at:
        return "agreed to, and begun", "success"
    if act.agreed_at:
        return "agreed to", "success"
    if act.refused_at:
        return "refused", "error"
    return ("waits for another officer", "info") if act.waits(at=clock.now()) else ("not answered in seven days", "warning")


def who(person_id: UUID, *, on: date) -> str:
    """An officer as other officers know them: name and office."""
    person = people.get_person(person_id)
    name = people.details_of(person).name if person.sealed else "somebody who has left"
    held = branches.held_by(person_id, on=on)
    words = ", ".join(branches.words(office.office, office.branch) for office in held) or "no office now"
    return f"{name} ({words})"
