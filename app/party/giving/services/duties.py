"""Verbs: what the law has us do about donations and loans is found, kept, and closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.law import duties as law
from app.law.books import Books, Kind
from app.law.books import Duty as Found

from .. import queries
from ..models import Donation, Duty, Loan

# The annual papers are the business of whoever files returns.
KINDS = (Kind.GIVE_BACK, Kind.PAY_OVER, Kind.SEND_ON, Kind.LARGE_DONATION_RETURN, Kind.BIG_LOAN_RETURN)
DONE, ASKED_NO_MORE = "done", "the law asks it no more"


def judge(donation: Donation, *, on: date) -> list[Duty]:
    """Find what must be done, as of day `on`, about everything of this donation’s donor (of an anonymous one: about it alone),
    and keep it. Judged twice, or by two at once, each duty is one row. Returns what is open."""
    if donation.donor_id:
        return judge_donor(donation.donor_id, on=on)
    _hold(donation.id)
    session.refresh(donation, ["moves", "contributions", "received_on", "told_on"])
    return _keep(queries.books_of([donation]), [donation], [], on=on)


def judge_donor(donor_id: UUID, *, on: date) -> list[Duty]:
    """The same, of one donor."""
    _hold(donor_id)
    donations = queries.given_by(donor_id)
    return _keep(queries.books_of(donations), donations, [], on=on)


def judge_lender(lender_id: UUID, *, on: date) -> list[Duty]:
    """The same, of what somebody lent us."""
    _hold(lender_id)
    loans = queries.lent_by(lender_id)
    return _keep(queries.books_of([], loans), [], loans, on=on)


def _hold(whose: UUID) -> None:
    session.flush()
    lock_for_now(f"duties:{whose}")


def _keep(books: Books, donations: Sequence[Donation], loans: Sequence[Loan], *, on: date) -> list[Duty]:
    """Open what is new, bring up to date what is open, close what is done or asked no more."""
    amounts = {str(row.id): row.amount for row in donations} | {str(row.id): row.amount for row in loans}
    subjects = {str(row.id): audit.of("donation", row.id) for row in donations}
    subjects |= {str(row.id): audit.of("loan", row.id) for row in loans}
    found = {
        (str(duty.kind), subjects[duty.about[-1]]): duty for duty in law.duties(books, on=on) if duty.kind in KINDS
    }  # fmt: skip
    rows = session.scalars(select(Duty).where(Duty.subject.in_(list(subjects.values())), Duty.closed_at.is_(None)))
    kept = {(row.kind, row.subject): row for row in rows}
    for key, row in kept.items():
        duty = found.get(key)
        if duty is None or duty.done_on:
            close(row, by="system", because=DONE if duty else ASKED_NO_MORE, on=duty.done_on if duty else None)
    still = []
    for key, duty in found.items():
        if duty.done_on is None:
            amount = duty.left if duty.left is not None else amounts[duty.about[-1]]
            still.append(_open(kept.get(key), duty, key[1], cents=amount.cents, currency=amount.currency, on=on))
    session.flush()
    return still


def _open(row: Duty | None, duty: Found, subject: str, *, cents: int, currency: str, on: date) -> Duty:
    if row is None:
        noun, _, name = subject.partition(":")
        row = Duty(
            id=new_id(), kind=duty.kind, subject=subject, donation_id=UUID(name) if noun == "donation" else None, cents=cents,
            currency=currency, cites=duty.cites, sentence=duty.sentence, opened_on=on, due_on=duty.due_on,
            about=list(duty.about), done_on=None, closed_at=None, closed_by=None, closed_because=None,
        )  # fmt: skip
        session.add(row)
        audit.record(Action.DUTY_FOUND, subject, by="system", duty=str(row.id), kind=duty.kind, cents=cents)
        return row
    row.cents, row.cites, row.sentence, row.due_on = cents, duty.cites, duty.sentence, duty.due_on
    if row.about != list(duty.about):
        row.about = list(duty.about)
    return row


def close(row: Duty, *, by: str, because: str, on: date | None) -> None:
    """A duty is over: done on day `on`, or asked no more. Once."""
    if row.closed_at is None:
        row.closed_at, row.closed_by, row.closed_because, row.done_on = clock.now(), by, because, on
        audit.record(Action.DUTY_DONE, row.subject, by=by, duty=str(row.id), kind=row.kind, because=because)
        session.flush()
