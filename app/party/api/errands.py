"""Trips to other systems: each message goes out between two transactions."""

from __future__ import annotations

import time
from uuid import UUID

from app import gateways
from app.ground import clock
from app.ground.db import transaction
from app.party.branches.scope import Scope, looking_as, scope_of

from . import queries, services
from .rules import RIGHT, Paused
from .services import Claimed

AT_ONCE = 20.0  # seconds for one hook; then others have a turn


def deliver(hook_id: UUID) -> None:
    """Tell a hook what is due, oldest first, as far as its officer sees it now. Whose office has ended is told nothing."""
    with transaction():
        hook = queries.find_hook(hook_id)
        if hook is None:
            return
        scope = scope_of(hook.person_id, on=clock.today(), right=RIGHT)
        if not scope:
            services.pause(hook, because=Paused.OFFICE, by="system")
            return
    until = time.monotonic() + AT_ONCE
    while time.monotonic() < until and (claimed := _claim(hook_id, scope)):
        _send(claimed)
    with transaction():
        services.wake(hook_id)


def _claim(hook_id: UUID, scope: Scope) -> Claimed | None:
    with looking_as(scope), transaction():
        return services.claim(hook_id, scope)


def _send(claimed: Claimed) -> None:
    headers = {"Hustings-Signature": claimed.signature, "Hustings-Event": str(claimed.event_id)}
    answer = gateways.courier().deliver(claimed.address, claimed.body, headers=headers)
    with transaction():
        if answer.accepted:
            services.note_accepted(claimed.delivery_id, answer.status or 0)
        else:
            services.note_refused(claimed.delivery_id, answer.status, answer.trouble)
