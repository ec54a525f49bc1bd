"""Verbs: what the Commission must be told is found, kept and closed; the party secretary is written to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.law.nz.electoral_act import MINIMUM_MEMBERS
from app.law.registration import declarations, is_below
from app.party.branches import queries as offices
from app.party.people import queries as people

from .. import emails, queries
from ..models import RegistrationDuty, Sent
from ..rules import REMIND_AT

DONE, ASKED_NO_MORE = "done", "the law asks it no more"
RIGHT = "prepare registration"


def find_duties(*, count: int, on: date) -> Sequence[RegistrationDuty]:
    """Open what the law has us tell the Commission as of day `on`, with `count` members who count; close what it asks no more.
    Found twice it is one row. Whoever may prepare a registration has a letter about what is new, at once. Returns what is open.

    A duty to tell of too few members stays open when the number rises again: it fell, and the Commission was not told.
    """
    lock_for_now("registration:duties")
    registered = queries.registered()
    if registered is None or not registered.holds(on):
        for row in queries.open_duties():
            close(row, by="system", because=ASKED_NO_MORE, on=None)
        return ()
    _too_few(count, on=on)
    filings = queries.filings()
    for duty in declarations(registered.since, filings, on=on, cancelled_on=registered.until):
        known_here = duty.due_on is not None and duty.due_on >= registered.noted_on  # earlier ones were sent before this house
        if duty.done_on is None and known_here and queries.find_open(Sent.DECLARATION, duty.about[0]) is None:
            _open(
                Sent.DECLARATION,
                duty.about[0],
                count,
                duty.cites,
                duty.sentence,
                on=on,
                due=duty.due_on,
                plan_for=duty.plan_for,
            )
    return queries.open_duties()


def _too_few(count: int, *, on: date) -> None:
    found, needed = is_below(count, on=on), MINIMUM_MEMBERS.on(on).value
    row = queries.find_open(Sent.NOTICE)
    if row is not None:
        if found and row.count != count:
            row.count, row.sentence = count, found.sentence
        return
    told = queries.last_sent(Sent.NOTICE)
    # Told once of a fall, the Commission knows until the number has been up again.
    if found and (told is None or queries.was_enough_since(told.sent_on, needed=needed)):
        _open(Sent.NOTICE, "", count, found.cites, found.sentence, on=on)


def _open(
    kind: Sent, about: str, count: int, cites: str, sentence: str, *, on: date, due: date | None = None,
    plan_for: date | None = None,
) -> None:  # fmt: skip
    row = RegistrationDuty(
        id=new_id(), kind=kind, about=about, count=count, cites=cites, sentence=sentence, opened_on=on, due_on=due,
        plan_for=plan_for, done_on=None, closed_at=None, closed_by=None, closed_because=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(Action.DUTY_FOUND, _subject(row), by="system", duty=str(row.id), kind=str(kind), count=count)
    _write([row], on=on)


def close(row: RegistrationDuty, *, by: str, because: str, on: date | None) -> None:
    """A duty is over: done on day `on`, or asked no more. Once."""
    if row.closed_at is None:
        row.closed_at, row.closed_by, row.closed_because, row.done_on = clock.now(), by, because, on
        session.flush()
        audit.record(Action.DUTY_DONE, _subject(row), by=by, duty=str(row.id), kind=row.kind, because=because)


def write_to_secretary(*, on: date) -> int:
    """Write about what is open: each day where the Act gives no time or the last day has passed, else 30, 14, 7, 3 and 1 days
    before the last day and on it. Once a day. Returns about how many."""
    due = [row for row in queries.open_duties() if (left := row.days_left(on)) is None or left < 0 or left in REMIND_AT]
    if due:
        _write(due, on=on)
    return len(due)


def _write(due: Sequence[RegistrationDuty], *, on: date) -> None:
    for person_id in whom_to_write(on=on):
        emails.to_tell(people.get_person(person_id), due, on=on)


def whom_to_write(*, on: date) -> list[UUID]:
    """Who may prepare a registration."""
    return offices.who_may(RIGHT, on=on)


def _subject(row: RegistrationDuty) -> str:
    return audit.of("registration_duty", row.id)
