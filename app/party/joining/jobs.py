"""Chores of joining. Each bears being done twice."""

from __future__ import annotations

from uuid import UUID

from app.ground import clock
from app.ground.db import session, transaction

from . import emails, queries, rules, services
from .models import Application


def admit(application: str) -> None:
    """Admit an applicant who owes nothing."""
    with transaction():
        row = session.get(Application, UUID(application), with_for_update=True)
        if row and row.signed_at and row.payment_id is None:
            services.admit(row, None, on=clock.today())


def remind(application: str, number: int) -> None:
    with transaction():
        row = queries.find_application(UUID(application))
        if row and not (queries.is_paid(row) or queries.pays_by_bank(row) or queries.is_member_now(row)):
            emails.unfinished(row, number=number)


def send_resume_link(application: str) -> None:
    with transaction():
        row = queries.find_application(UUID(application))
        if row:
            emails.resume(row)


def forget_abandoned() -> None:
    while True:
        with transaction():
            left = queries.abandoned(before=clock.now() - rules.KEPT)
            services.forget_abandoned(left)
        if not left:
            return


def expire_declarations() -> None:
    """Nightly: let go of evidence whose time is over."""
    with transaction():
        services.expire_declarations()
