"""Verbs: since when the party is registered is noted, and that the Commission was told."""

from __future__ import annotations

from datetime import date

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.ground.mail import office
from app.ground.seal import digest
from app.law.nz.electoral_act import MINIMUM_MEMBERS

from .. import queries, rules
from ..models import RegistrationStep, Sent, SentPaper, Step
from . import duties


def note_registration(step: Step, *, on: date, by: str) -> None:
    """Note that the party was registered, or its registration cancelled, on a day that has come. What must be told the
    Commission is found anew. Raises NotOnThatDay, NotRegistered."""
    lock_for_now("registration:duties")
    today, known = clock.today(), queries.registered()
    first = date(1995, 12, 6)
    if step is Step.CANCELLED:
        if known is None or known.until is not None:
            raise rules.NotRegistered()
        first = known.since
    if not first <= on <= today:
        raise rules.NotOnThatDay(first=rules.day(first), last=rules.day(today))
    row = RegistrationStep(id=new_id(), step=step, on=on, by=by, at=clock.now())
    session.add(row)
    session.flush()
    audit.record(Action.REGISTRATION_NOTED, audit.of("registration_step", row.id), by=by, step=str(step), on=on.isoformat())
    duties.find_duties(count=queries.count(on=today), on=today)


def send(kind: Sent, year: int, *, count: int, sent_on: date, by: str) -> SentPaper:
    """Note that a declaration of a year, or a notice, went to the Commission on a day with this number. Its words are sealed
    with their digest and never change; the duty is done with it. Sent again in a year it is another paper, and the later
    counts.

    `count`: the number the page showed. Raises NotRegistered, NotOnThatDay, NothingToSend.
    """
    lock_for_now("registration:duties")
    today, known = clock.today(), queries.registered()
    if known is None or not known.holds(today):
        raise rules.NotRegistered()
    row = queries.find_open(kind, str(year) if kind is Sent.DECLARATION else "")
    if kind is Sent.NOTICE and row is None and count >= MINIMUM_MEMBERS.on(today).value:
        raise rules.NothingToSend()
    if kind is Sent.DECLARATION and year not in (today.year, today.year - 1):
        raise rules.NothingToSend()
    first = row.opened_on if row and kind is Sent.NOTICE else date(year, 1, 1)
    if not first <= sent_on <= today:
        raise rules.NotOnThatDay(first=rules.day(first), last=rules.day(today))
    facts = queries.facts_of(kind, year, count=count, on=sent_on)
    paper = SentPaper(
        id=new_id(), kind=kind, year=year, count=count, sent_on=sent_on, at=clock.now(), by=by, digest=digest(facts)
    )
    paper.sealed = office().seal.close(facts, table="registration_sent", row=paper.id)
    session.add(paper)
    session.flush()
    audit.record(
        Action.REGISTRATION_SENT, audit.of("registration_sent", paper.id), by=by, kind=str(kind), year=year, count=count,
        digest=paper.digest,
    )  # fmt: skip
    if row:
        duties.close(row, by=by, because=duties.DONE, on=sent_on)
    return paper
