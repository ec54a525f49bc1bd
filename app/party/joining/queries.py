"""Questions about applications and declarations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.ground.db import session
from app.ground.ids import read_id
from app.ground.mail import office
from app.party.dues.models import Charge, DuesPaid
from app.party.membership import queries as memberships
from app.party.payments.models import Payment
from app.party.people import queries as people

from .models import Application, Declaration

RESUME = "resume"


def find_application(application_id: UUID) -> Application | None:
    return session.get(Application, application_id)


def opened(application: Application) -> dict[str, Any]:
    """What an application says."""
    return office().seal.open(application.sealed, table="applications", row=application.id)


def resume_path(application: Application) -> str:
    """The path of the link that brings an application back to whoever gets its letter."""
    return f"/join/resume/{application.id}.{office().seal.token(RESUME, application.id)}"


def find_resumed(link: str) -> Application | None:
    """The application a resume link leads to, while it is kept."""
    row, _, token = link.partition(".")
    application_id = read_id(row)
    if application_id is None or not office().seal.is_token(token, RESUME, application_id):
        return None
    return find_application(application_id)


@dataclass(frozen=True)
class Progress:
    """How far a join has come, by our own rows: `paid`, `pending` (money on its way or in question), `failed` (declined, or
    this attempt cannot be paid any more) or `open` (no checkout yet)."""

    state: str
    payment: Payment | None
    term: Charge | None = None


def progress(key: UUID) -> Progress | None:
    """Where the join with this form key stands; None if we have nothing under it."""
    declaration = session.get(Declaration, key)
    if declaration:
        payment = session.get(Payment, declaration.payment_id) if declaration.payment_id else None
        return Progress("paid", payment, _term_paid_by(declaration))
    application = session.get(Application, key)
    if application is None or application.signed_at is None:
        return None
    payment = session.get(Payment, application.payment_id) if application.payment_id else None
    if payment is None or payment.settled_at:
        return Progress("pending", payment)
    if payment.closed_at or payment.declined_at:
        return Progress("failed", payment)
    return Progress("open" if payment.checkout_id is None else "pending", payment)


def _term_paid_by(declaration: Declaration) -> Charge | None:
    if declaration.payment_id is None:
        return session.scalar(select(Charge).where(Charge.membership_id == declaration.membership_id).order_by(Charge.since))
    return session.scalar(
        select(Charge).join(DuesPaid, DuesPaid.charge_id == Charge.id).where(DuesPaid.payment_id == declaration.payment_id)
    )


@dataclass(frozen=True)
class Evidence:
    """A declaration, opened: what was signed, and what became of it."""

    id: UUID
    wording: str
    signed_at: datetime
    admitted_at: datetime
    digest: str
    said: dict[str, Any]


def declarations_of(person_id: UUID) -> list[Evidence]:
    """The declarations a person signed, newest first."""
    rows = session.scalars(select(Declaration).where(Declaration.person_id == person_id).order_by(Declaration.id.desc()))
    return [
        Evidence(
            row.id,
            row.wording,
            row.signed_at,
            row.admitted_at,
            row.digest,
            office().seal.open(row.sealed, table="declarations", row=row.id),
        )
        for row in rows
    ]


def other_attempts(application: Application) -> list[UUID]:
    """Open attempts of other applications with the same email: once one is paid, nobody should pay the others."""
    return list(
        session.scalars(
            select(Payment.id)
            .join(Application, Application.payment_id == Payment.id)
            .where(
                Application.email_index == application.email_index,
                Application.id != application.id,
                Payment.settled_at.is_(None),
                Payment.closed_at.is_(None),
            )
        )
    )


def abandoned(*, before: datetime, limit: int = 500) -> list[Application]:
    """Applications made before a moment whose money cannot come any more."""
    return list(
        session.scalars(
            select(Application)
            .outerjoin(Payment, Payment.id == Application.payment_id)
            .where(Application.made_at < before, (Payment.id.is_(None)) | (Payment.closed_at.is_not(None)))
            .order_by(Application.made_at)
            .limit(limit)
            .with_for_update(of=Application, skip_locked=True)
        )
    )


def is_member_now(application: Application) -> bool:
    """Whether the email of an application belongs to somebody whose membership is in force: they finished another way."""
    person = people.find_by_email_index(application.email_index)
    return person is not None and memberships.current_of(person.id) is not None
