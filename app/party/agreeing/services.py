"""Verbs: an act is asked for, agreed to by somebody else or refused, and carried out, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.party.branches import queries as branches

from . import emails, rules
from .models import Agreement


@dataclass(frozen=True)
class Kind:
    """What is asked about, and who acts: each verb is given the subject’s id, in the transaction that writes the answer down.

    carry_out: begins the act. It bears no refusal; what has to be looked at again is looked at when the act is done.
    refuse: is told that it is not to be.
    """

    words: str
    carry_out: Callable[[UUID], None]
    refuse: Callable[[UUID], None]


_kinds: dict[str, Kind] = {}


def listen(name: str, kind: Kind) -> None:
    """Said once a kind, by wiring."""
    _kinds[name] = kind


def words_of(name: str) -> str:
    return _kinds[name].words if name in _kinds else name


def ask(kind: str, subject_id: UUID, *, sentence: str, people: int | None, asked_by_id: UUID, by: str, on: date) -> Agreement:
    """Ask for an act that needs two people, and write to whoever may agree. `sentence` says exactly what, in words of ours that
    name nobody; `people`: how many it is about. It can be agreed to for seven days."""
    assert kind in _kinds, kind
    now = clock.now()
    act = Agreement(
        id=new_id(), kind=kind, subject_id=subject_id, sentence=sentence, people=people, asked_by_id=asked_by_id, asked_at=now,
        expires_at=now + rules.LASTS,
    )  # fmt: skip
    session.add(act)
    session.flush()
    audit.record(Action.AGREEMENT_ASKED, audit.of("agreement", act.id), by=by, kind=kind, about=str(subject_id), people=people)
    for other in branches.who_may(rules.RIGHT, on=on):
        if other != asked_by_id:
            emails.asked(act, to=other, on=on)
    return act


def agree(agreement_id: UUID, *, second_id: UUID, by: str, on: date) -> None:
    """Agree to what another officer asked for; it is carried out after this. Raises NotThere, Yourself, NoSecond, Decided,
    TooLate."""
    act = _open(agreement_id, second_id, on=on)
    if act.asked_by_id == second_id:
        raise rules.Yourself()
    act.agreed_at, act.agreed_by_id = clock.now(), second_id
    audit.record(Action.AGREEMENT_GIVEN, audit.of("agreement", act.id), by=by, kind=act.kind, about=str(act.subject_id))
    jobs.enqueue("agreeing.carry_out", agreement=act.id)


def refuse(agreement_id: UUID, *, because: rules.Why, second_id: UUID, by: str, on: date) -> None:
    """Say no, also to what one asked for oneself. Raises NotThere, NoSecond, Decided, TooLate."""
    act = _open(agreement_id, second_id, on=on)
    act.refused_at, act.refused_by_id, act.refused_because = clock.now(), second_id, str(because)
    audit.record(
        Action.AGREEMENT_REFUSED, audit.of("agreement", act.id), by=by, kind=act.kind, about=str(act.subject_id),
        because=str(because),
    )  # fmt: skip
    _kinds[act.kind].refuse(act.subject_id)


def _open(agreement_id: UUID, second_id: UUID, *, on: date) -> Agreement:
    act = _held(agreement_id)
    if act is None:
        raise rules.NotThere()
    if not branches.may(second_id, rules.RIGHT, on=on):
        raise rules.NoSecond()
    if act.is_decided:
        raise rules.Decided()
    if not act.waits(at=clock.now()):
        raise rules.TooLate()
    return act


def carry_out(agreement_id: UUID) -> None:
    """Begin what was agreed to. Called again, it does nothing: that it was begun is kept with what it began."""
    act = _held(agreement_id)
    if act is None or act.agreed_at is None or act.done_at:
        return
    act.done_at = clock.now()
    _kinds[act.kind].carry_out(act.subject_id)
    audit.record(
        Action.AGREEMENT_CARRIED_OUT, audit.of("agreement", act.id), by=audit.of("person", act.asked_by_id), kind=act.kind,
        about=str(act.subject_id),
    )  # fmt: skip


def _held(agreement_id: UUID) -> Agreement | None:
    asked = select(Agreement).where(Agreement.id == agreement_id).with_for_update()
    return session.scalar(asked.execution_options(populate_existing=True))
