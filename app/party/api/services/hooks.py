"""Verbs: a hook is added, its secret changed; it is paused, goes on, and ends."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select, update

from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.ground.mail import office
from app.party.branches import queries as branches

from .. import emails, queries, rules
from ..models import Delivery, Hook, HookEvent
from ..queries import Secrets
from ..rules import Paused


def add_hook(person_id: UUID, *, hook_id: UUID, address: str, events: Collection[str], https_only: bool, by: str) -> str | None:
    """Have another system told. Returns the secret that its messages are signed with, which is shown once; None for a page
    that was sent twice. Raises MayNotGiveKeys, NotAnAddress, HearsNothing, TooManyHooks."""
    if not branches.may(person_id, rules.RIGHT, on=clock.today()):
        raise rules.MayNotGiveKeys()
    rules.check_address(address, https_only=https_only)
    rules.check_chosen(events, tuple(rules.Hears), rules.HearsNothing)
    if queries.find_hook(hook_id):
        return None
    if len(queries.hooks_of(person_id)) >= rules.MOST_HOOKS:
        raise rules.TooManyHooks()
    opened = Secrets(address, _new_secret())
    chosen = [kind.value for kind in rules.Hears if kind in events]
    hook = Hook(id=hook_id, person_id=person_id, sealed=_seal(hook_id, opened), events=chosen, made_at=clock.now())
    hook.refused_in_a_row = 0
    session.add(hook)
    session.flush()
    audit.record(Action.HOOK_ADDED, audit.of("hook", hook_id), by=by, events=" ".join(chosen))
    return opened.secret


def _new_secret() -> str:
    return rules.SECRET_PREFIX + secrets.token_hex(32)


def _seal(hook_id: UUID, opened: Secrets) -> bytes:
    until = opened.before_until.isoformat() if opened.before_until else ""
    said = {"address": opened.address, "secret": opened.secret, "before": opened.before, "before_until": until}
    return office().seal.close(said, table="hooks", row=hook_id)


def change_secret(hook: Hook, *, by: str) -> str:
    """Sign with another secret from now on, and for a day with the one before as well, so that the other side can follow.
    Returns the new one, which is shown once."""
    opened = queries.secrets_of(hook)
    new = Secrets(opened.address, _new_secret(), opened.secret, clock.now() + rules.OLD_SECRET_SIGNS_FOR)
    hook.sealed = _seal(hook.id, new)
    audit.record(Action.HOOK_SIGNED_ANEW, audit.of("hook", hook.id), by=by)
    return new.secret


def pause(hook: Hook, *, because: Paused, by: str) -> None:
    """Tell it nothing more: what waits goes on waiting, what happens meanwhile is not told. Its officer has a letter, unless
    they did it themselves."""
    if hook.is_open:
        hook.paused_at, hook.paused_because = clock.now(), because.value
        audit.record(Action.HOOK_PAUSED, audit.of("hook", hook.id), by=by, because=because.value)
        if because is not Paused.OFFICER:
            emails.paused(hook)


def resume(hook: Hook, *, by: str) -> None:
    """Tell it again, what waited first, with three days for each as if it were new. Raises MayNotGiveKeys."""
    if not branches.may(hook.person_id, rules.RIGHT, on=clock.today()):
        raise rules.MayNotGiveKeys()
    if hook.paused_at is None or hook.ended_at:
        return
    hook.paused_at = hook.paused_because = None
    _hold_no_longer(hook)
    waiting = (Delivery.hook_id == hook.id, Delivery.accepted_at.is_(None))
    session.execute(update(Delivery).where(*waiting).values(next_try_at=clock.now(), first_tried_at=None, attempts=0))
    audit.record(Action.HOOK_RESUMED, audit.of("hook", hook.id), by=by)
    jobs.enqueue("api.deliver", hook=hook.id, priority=-5)


def end_hook(hook: Hook, *, by: str) -> None:
    """Tell it nothing ever again."""
    if hook.ended_at is None:
        hook.ended_at = clock.now()
        session.execute(update(Delivery).where(Delivery.hook_id == hook.id).values(next_try_at=None))
        audit.record(Action.HOOK_ENDED, audit.of("hook", hook.id), by=by)


def _hold_no_longer(hook: Hook) -> None:
    """Its officer wants it tried now."""
    hook.held_until, hook.refused_in_a_row = None, 0


def send_test(hook: Hook) -> None:
    """Tell it of an event that is about nobody."""
    tx = session.scalar(select(func.txid_current()))
    event = HookEvent(id=new_id(), person_id=None, kind=rules.TEST, at=clock.wall(), tx=tx)
    session.add(event)
    session.flush()
    session.add(Delivery(hook_id=hook.id, event_id=event.id, attempts=0, next_try_at=clock.now()))
    _hold_no_longer(hook)
    jobs.enqueue("api.deliver", hook=hook.id, priority=-5)


def send_again(hook: Hook, delivery: Delivery, *, by: str) -> None:
    """Tell it once more what it was told, or was not."""
    delivery.next_try_at, delivery.accepted_at = clock.now(), None
    delivery.first_tried_at, delivery.attempts = None, 0
    _hold_no_longer(hook)
    audit.record(Action.HOOK_SENT_AGAIN, audit.of("hook", hook.id), by=by, event=str(delivery.event_id))
    jobs.enqueue("api.deliver", hook=hook.id, priority=-5)
