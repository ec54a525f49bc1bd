"""Chores: letters with links, and the broom."""

from __future__ import annotations

from uuid import UUID

from app.ground.db import session, transaction

from . import services
from .models import OneTimeLink


def send_sign_in_link(link: str) -> None:
    """Chore: write to the person a sign-in link was asked for, if there is one."""
    with transaction():
        found = session.get(OneTimeLink, UUID(link))
        if found:
            services.send_sign_in_link(found)


def send_support_link(link: str) -> None:
    """Chore: ask a mailbox whether its reader wants our letters."""
    with transaction():
        found = session.get(OneTimeLink, UUID(link))
        if found:
            services.send_support_link(found)


def sweep() -> None:
    """Chore: forget links, sessions and rate windows that are over."""
    with transaction():
        services.sweep()
