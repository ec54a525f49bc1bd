"""What a mailing says, and what one recipient of it reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.ground import clock, mail
from app.ground.db import session
from app.ground.mail import Kind
from app.party.branches.scope import Scope
from app.party.dues import queries as dues
from app.party.membership.models import Membership
from app.party.people import queries as people
from app.party.people.models import Details
from app.party.roster.models import OnRoster
from app.party.roster.rules import read_asked

from .. import rules, texts
from ..models import Mailing
from .asking import branch_name, conditions, seat_name

A_PAGE = 25


@dataclass(frozen=True)
class Written:
    """What somebody typed."""

    subject: str
    text: str


def find(mailing_id: UUID) -> Mailing | None:
    """The mailing, where whoever looks may see it: the database hides what is about others."""
    return session.scalar(select(Mailing).where(Mailing.id == mailing_id))


def listed(*, before: UUID | None = None) -> tuple[list[tuple[Mailing, str]], UUID | None]:
    """The latest mailings that whoever looks may see, with their subjects; and after which the list goes on."""
    asked = select(Mailing).where(Mailing.ended_because.is_distinct_from("dropped"))
    if before:
        asked = asked.where(Mailing.id < before)
    rows = session.scalars(asked.order_by(Mailing.id.desc()).limit(A_PAGE + 1)).all()
    shown = [(row, written(row).subject) for row in rows[:A_PAGE]]
    return shown, rows[A_PAGE - 1].id if len(rows) > A_PAGE else None


def under_way() -> list[tuple[Mailing, str]]:
    """What is being sent, or was stopped and may go on, of what whoever looks may see, whichever class it is."""
    asked = select(Mailing).where(Mailing.confirmed_at.is_not(None), Mailing.ended_at.is_(None)).order_by(Mailing.id.desc())
    return [(row, written(row).subject) for row in session.scalars(asked.limit(A_PAGE))]


def waiting_for_authority() -> int:
    """How many letters wait for the party secretary's word, of those whoever looks may see."""
    asked = (Mailing.asked_authority_at.is_not(None), Mailing.authorised_at.is_(None), Mailing.ended_at.is_(None))
    return session.scalar(select(func.count()).select_from(Mailing).where(*asked)) or 0


def written(mailing: Mailing) -> Written:
    sealed = mail.office().seal.open(mailing.sealed, table="mailings", row=mailing.id)
    return Written(sealed["subject"], sealed["text"])


def sample(mailing: Mailing, scope: Scope, *, on: date) -> OnRoster | None:
    """Somebody whom it would go to."""
    fits = conditions(Kind(mailing.kind), read_asked(mailing.asked), scope, on=on)
    return session.scalar(select(OnRoster).where(fits).limit(1))


def values_of(row: OnRoster | None, details: Details, wanted: Iterable[str], *, on: date) -> dict[str, str]:
    """What the fields say of one person; None of the roster for somebody who is not on it."""
    membership = session.get(Membership, row.membership_id) if row and row.membership_id and "dues_link" in wanted else None
    return {
        "name": details.name or rules.FIELDS["name"][1],
        "number": str(row.number) if row and row.number else rules.FIELDS["number"][1],
        "branch": branch_name(row.branch_id if row else None, on=on) if "branch" in wanted else "",
        "electorate": seat_name(row.electorate_code if row else None, on=on) if "electorate" in wanted else "",
        "dues_link": mail.address(dues.path_of(membership) if membership else "/me"),
    }


def stop_path(letter_id: UUID) -> str:
    """What withdraws the consent to news of whoever a letter was written to; good for as long as the keys are."""
    return f"/stop/{letter_id}.{mail.office().seal.token('stop letters', letter_id)}"


def drawn_for(
    mailing: Mailing,
    letter_id: UUID,
    row: OnRoster | None,
    details: Details,
    *,
    on: date,
    test: bool = False,
    shown: bool = False,
) -> dict[str, Any]:
    """What the templates of a letter are given for one person. `shown` to an officer, it has no link that is the person’s
    alone: who has that pays, and stops renewals, without signing in."""
    said = written(mailing)
    drawn = texts.draw(said.subject, said.text, mail.office().public_url)
    wanted = drawn.fields - {"dues_link"} if shown else drawn.fields
    subject, html, text = drawn.for_somebody(values_of(row, details, wanted, on=on))
    kind = Kind(mailing.kind)
    return {
        "about": f"Test: {subject}" if test else subject,
        "html": html,
        "text": text,
        "reason": rules.WHY[kind],
        "authorised_on": clock.day_of(mailing.authorised_at) if mailing.authorised_at else None,
        "stop_url": mail.address(stop_path(letter_id)) if kind is Kind.CAMPAIGN else "",
    }


def on_the_list(mailing: Mailing, row: OnRoster, scope: Scope, *, on: date) -> bool:
    """Whether somebody is still among those whom it goes to, now."""
    fits = conditions(Kind(mailing.kind), read_asked(mailing.asked), scope, on=on)
    return session.scalar(select(OnRoster.person_id).where(OnRoster.person_id == row.person_id, fits)) is not None


def gets_news(letter_id: UUID) -> bool:
    """Whether whoever a letter was written to lets us write with news, now."""
    letter = session.get(mail.Letter, letter_id)
    if letter is None or letter.person_id is None:
        return False
    return any(said.given for said in people.consents_of(letter.person_id) if said.kind == rules.NEWS)
