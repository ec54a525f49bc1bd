"""The last letter."""

from __future__ import annotations

from uuid import UUID

from app.ground import mail
from app.ground.mail import Kind

from .rules import Plan


def last_key(person_id: UUID) -> str:
    return f"left:{person_id}"


def left(email: str, plan: Plan, *, person_id: UUID) -> None:
    """Say what was erased and what is kept. It is nobody’s, so that forgetting the person’s letters spares it."""
    mail.post(
        "belonging/left",
        to=email,
        key=last_key(person_id),
        kind=Kind.ANSWER,
        left_on=plan.on,
        erased=plan.erased,
        kept=plan.kept,
    )
