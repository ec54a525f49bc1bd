"""Questions about applications and declarations."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from app.ground.db import session
from app.ground.ids import read_id
from app.ground.mail import office
from app.law.money import Money, total
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments.models import LineKind, Method, Payment, PaymentLine, reference_of
from app.party.people import queries as people

from .models import Application, Declaration

RESUME = "resume"


def find_application(application_id: UUID) -> Application | None:
    return session.get(Application, application_id)


def opened(application: Application) -> dict[str, Any]:
    """What an application says."""
    return office().seal.open(application.sealed, table="applications", row=application.id)


def resume_link(key: UUID, email_index: bytes) -> str:
    """What leads back to an application, from a letter or in a browser, as long as its email stays: whoever began a form
    does not read what somebody else wrote into it."""
    return f"{key}.{office().seal.token(f'{RESUME}:{email_index.hex()}', key)}"


def resume_path(application: Application) -> str:
    """The path of the link that brings an application back to whoever gets its letter."""
    return f"/join/resume/{resume_link(application.id, application.email_index)}"


def find_resumed(link: str) -> Application | None:
    """The application a resume link leads to, while it is kept and under the same email."""
    application_id = read_id(link.partition(".")[0])
    application = find_application(application_id) if application_id else None
    if application is None or not hmac.compare_digest(
        link.encode(), resume_link(application.id, application.email_index).encode()
    ):
        return None
    return application


@dataclass(frozen=True)
class Progress:
    """How far a join has come, by our own rows: `paid`, `pending` (the checkout can still be paid, or is), `bank` (a transfer
    is waited for), `failed` (it cannot be paid any more) or `open` (there is no page yet). `underway`: a debit was agreed to.
    Nothing in it comes from the person the email may belong to already."""

    state: str
    payment_id: UUID | None
    lines: list[tuple[LineKind, Money]]
    underway: bool = False

    @property
    def total(self) -> Money | None:
        return total(amount for _, amount in self.lines) if self.lines else None

    @property
    def reference(self) -> str:
        return reference_of(self.payment_id) if self.payment_id else ""


# Plain columns and prepared statements: this page is loaded again and again by people who wait.
_ADMITTED = select(Declaration.payment_id).where(Declaration.id == bindparam("key"))
_SIGNED = (
    select(
        Application.payment_id,
        Payment.settled_at,
        Payment.closed_at,
        Payment.checkout_id,
        Payment.method,
        Payment.processing_at,
    )
    .outerjoin(Payment, Payment.id == Application.payment_id)
    .where(Application.id == bindparam("key"), Application.signed_at.is_not(None))
)
_LINES = (
    select(PaymentLine.kind, PaymentLine.cents, Payment.currency)
    .join(Payment, Payment.id == PaymentLine.payment_id)
    .where(Payment.id == bindparam("payment"))
    .order_by(PaymentLine.position)
)


def progress(key: UUID) -> Progress | None:
    """Where the join with this form key stands; None if we have nothing under it."""
    signed = session.execute(_SIGNED, {"key": key}).first()
    if signed is None:  # asked in this order: an application becomes a declaration, never the other way
        admitted = session.execute(_ADMITTED, {"key": key}).first()
        return Progress("paid", admitted.payment_id, _lines(admitted.payment_id)) if admitted else None
    if signed.settled_at or signed.payment_id is None:
        state = "pending"
    elif signed.closed_at:
        state = "failed"
    elif signed.method == Method.BANK:
        state = "bank"
    else:
        state = "pending" if signed.checkout_id else "open"
    return Progress(state, signed.payment_id, _lines(signed.payment_id), underway=signed.processing_at is not None)


def _lines(payment_id: UUID | None) -> list[tuple[LineKind, Money]]:
    if payment_id is None:
        return []
    rows = session.execute(_LINES, {"payment": payment_id})
    return [(LineKind(row.kind), Money(row.cents, row.currency)) for row in rows]


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
    """Open attempts of the applications with this email, this one's own too: once one is paid, nobody should pay the others."""
    return list(
        session.scalars(
            select(Payment.id)
            .join(Application, Application.payment_id == Payment.id)
            .where(
                Application.email_index == application.email_index,
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
            .where(
                Application.made_at < before,
                Payment.settled_at.is_(None),  # a closed attempt may have been paid all the same
                Payment.id.is_(None) | Payment.closed_at.is_not(None),
            )
            .order_by(Application.made_at)
            .limit(limit)
            .with_for_update(of=Application, skip_locked=True)
        )
    )


def membership_of(application: Application) -> Membership | None:
    """The membership in force of whoever has the email of an application."""
    person = people.find_by_email_index(application.email_index)
    return memberships.current_of(person.id) if person else None


def is_member_now(application: Application) -> bool:
    """Whether the email of an application belongs to somebody whose membership is in force: they finished another way."""
    return membership_of(application) is not None


def pays_by_bank(application: Application) -> bool:
    """Whether a bank transfer is waited for: a letter has said how."""
    payment = session.get(Payment, application.payment_id) if application.payment_id else None
    return payment is not None and payment.method == Method.BANK and payment.is_open


def is_paid(application: Application) -> bool:
    """Whether its money has come, though it may not have been acted on yet."""
    payment = session.get(Payment, application.payment_id) if application.payment_id else None
    return payment is not None and payment.settled_at is not None
