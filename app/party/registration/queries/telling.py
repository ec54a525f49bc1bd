"""What the Commission was told and must be: since when the party is registered, what was sent, what is due, when it acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.ground.clock import day_of
from app.ground.db import session
from app.ground.mail import office
from app.law.books import Filing, Paper
from app.law.nz.electoral_act import MINIMUM_MEMBERS
from app.law.nz.returns import ANNUAL_DECLARATION
from app.law.registration import Freeze, freezes, frozen_on
from app.party.branches.models import Office
from app.party.branches.rules import OfficeName
from app.party.people import queries as people

from ..models import DayCount, RegistrationDuty, RegistrationStep, Sent, SentPaper, Step
from ..rules import day


@dataclass(frozen=True)
class Registered:
    """Since when the party is registered, and until when it was; as noted by whom, when, stands in the log."""

    since: date
    until: date | None
    noted_on: date

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


def registered() -> Registered | None:
    """The latest registration that was noted; None before one was."""
    steps = session.scalars(select(RegistrationStep).order_by(RegistrationStep.id)).all()
    begun = [step for step in steps if step.step == Step.REGISTERED]
    if not begun:
        return None
    last = begun[-1]
    ended = [step.on for step in steps if step.step == Step.CANCELLED and step.id > last.id]
    return Registered(last.on, ended[-1] if ended else None, day_of(last.at))


def open_duties() -> Sequence[RegistrationDuty]:
    """What is to be told the Commission: what has no time first, then the earliest last day."""
    waiting = select(RegistrationDuty).where(RegistrationDuty.closed_at.is_(None))
    return session.scalars(waiting.order_by(RegistrationDuty.due_on.asc().nulls_first(), RegistrationDuty.id)).all()


def closed_duties(most: int = 10) -> Sequence[RegistrationDuty]:
    """What was to be told lately, the last closed first."""
    over = select(RegistrationDuty).where(RegistrationDuty.closed_at.is_not(None))
    return session.scalars(over.order_by(RegistrationDuty.closed_at.desc()).limit(most)).all()


def find_open(kind: Sent, about: str = "") -> RegistrationDuty | None:
    return session.scalar(
        select(RegistrationDuty).where(
            RegistrationDuty.kind == kind, RegistrationDuty.about == about, RegistrationDuty.closed_at.is_(None)
        )
    )


def sent(*, most: int = 20) -> Sequence[SentPaper]:
    """What was sent, the latest first."""
    return session.scalars(select(SentPaper).order_by(SentPaper.id.desc()).limit(most)).all()


def find_sent(sent_id: UUID) -> SentPaper | None:
    return session.get(SentPaper, sent_id)


def last_sent(kind: Sent, year: int | None = None) -> SentPaper | None:
    asked = select(SentPaper).where(SentPaper.kind == kind)
    if year is not None:
        asked = asked.where(SentPaper.year == year)
    return session.scalar(asked.order_by(SentPaper.id.desc()).limit(1))


def opened(paper: SentPaper) -> dict[str, Any]:
    """The facts of what was sent."""
    return office().seal.open(paper.sealed, table="registration_sent", row=paper.id)


def filings() -> list[Filing]:
    """The declarations that were sent, as the law asks about them."""
    rows = session.scalars(select(SentPaper).where(SentPaper.kind == Sent.DECLARATION))
    return [Filing(Paper.DECLARATION, row.sent_on, year=row.year) for row in rows]


def was_enough_since(since: date, *, needed: int) -> bool:
    """Whether enough counted at some time on or after a day."""
    found = session.scalar(select(func.max(DayCount.count)).where(DayCount.day >= since))
    return found is not None and found >= needed


def secretary_on(on: date) -> tuple[str, str]:
    """The party secretary’s name and address on a day; empty where nobody is in office."""
    held = session.scalar(
        select(Office.person_id)
        .where(Office.office == OfficeName.SECRETARY, Office.since <= on, Office.until.is_(None) | (Office.until > on))
        .limit(1)
    )
    person = people.get_person(held) if held else None
    if person is None or person.sealed is None:
        return "", ""
    details = people.details_of(person)
    return details.name, details.address


def facts_of(kind: Sent, year: int, *, count: int, on: date) -> dict[str, Any]:
    """What a declaration of a year, or a notice, says on a day: JSON values, the same for the page, the PDF and the seal."""
    name, address = secretary_on(on)
    needed = MINIMUM_MEMBERS.on(on).value
    party = office().party_name
    enough = "at least" if count >= needed else "fewer than"
    if kind is Sent.DECLARATION:
        cites = ANNUAL_DECLARATION.on(on).cites
        said = [
            f"{party} intends to stand candidates, for the party vote or in one or more electorates, at general elections.",
            f"On {day(on)} the party had {enough} {needed} current financial members who are eligible to enrol: {count:,}.",
        ]
        title = f"Annual declaration {year}"
    else:
        cites = "Electoral Act 1993 s 67(3)(d)"
        said = [
            f"The number of current financial members of {party} who are eligible to enrol has fallen below {needed}.",
            f"On {day(on)} it was {count:,}.",
        ]
        title = "Notice of the number of members"
    return {
        "kind": str(kind), "year": year, "title": title, "cites": cites, "party": party, "on": on.isoformat(), "count": count,
        "needed": needed, "said": said, "secretary": name, "address": address,
        "frame": {"party": party, "promoter": office().promoter, "accent": office().accent},
    }  # fmt: skip


def freeze_on(on: date) -> Freeze | None:
    """The freeze that holds on a day."""
    return frozen_on(on)


def next_freeze(after: date) -> Freeze | None:
    """The first freeze that begins after a day, where its days are known."""
    return next((freeze for freeze in freezes() if freeze.period.since > after), None)
