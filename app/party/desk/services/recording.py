"""Verbs that span rooms: money that came in is looked at and recorded; a name is looked at; money goes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import attempt, lock_for_now, session
from app.ground.ids import read_id
from app.law.membership import Standing, standing
from app.law.money import Money
from app.law.party_rules import Rhythm, term_from
from app.party.branches import queries as offices
from app.party.branches import services as branches
from app.party.branches.rules import NoOffice, may_look_at_people
from app.party.dues import queries as dues_questions
from app.party.dues import rules as dues_rules
from app.party.dues import services as dues
from app.party.joining import queries as joining
from app.party.joining.models import Application
from app.party.membership.models import Membership
from app.party.payments import services as payments
from app.party.payments.models import LineKind, Method, Payment, Refund

from .. import queries, rules
from ..queries import Found, Outcome, Whose

RECORDING, LOOKING = "recording money", "looking into a payment"


@dataclass(frozen=True)
class MoneyIn:
    """Money an officer has seen come. `above`: what of it is more than dues, None if that was not said. `key`: the form's."""

    reference: str
    amount: Money
    above: Money | None
    method: Method
    on: date
    key: UUID


@dataclass(frozen=True)
class Preview:
    """What recording would do. `admits`: the day on which an applicant becomes a member, and the last day of the term that
    buys. `outcome`: worked out by doing it and taking it back. `again`: as much came on that day already."""

    whose: Whose | None
    asked: bool
    donation: bool
    admits: tuple[date, date] | None
    outcome: Outcome | None
    above: Money
    again: bool

    @property
    def credits_nobody(self) -> bool:
        return self.admits is None and (self.outcome is None or not self.outcome.told)


def look_before_recording(came: MoneyIn, *, by: str, on: date) -> Preview:
    """Say whose money this is and what it would pay. That is a look at a person, and is written down.

    Raises what `record` raises; then nobody was looked at.
    """
    found = queries.find_for(came.reference)
    check(came, found, on=on)
    owner = queries.whose(found.attempt or _membership(found))
    if owner:
        look(owner, by=by, what="their name", why=RECORDING)
    admits = _admission(found, came)
    return Preview(
        whose=owner,
        asked=found.attempt is not None,
        donation=found.attempt is not None and found.attempt.purpose == "giving",
        admits=admits,
        above=found.attempt.amount_for(LineKind.ABOVE) if found.attempt else came.above or Money(0),
        again=_came_already(found, came),
        outcome=None if admits else _rehearse(came, found, by=by),
    )


def record(came: MoneyIn, *, by: str, on: date) -> Payment:
    """Write down that money came. Pressed twice, or by two at once, it is one payment: for an attempt the attempt, otherwise
    the form's key.

    Raises WrongReference (every kind), PaidAlready, OtherAmount, OtherAbove, TooEarly, and NothingCame, MoreAboveThanAll or
    DayToCome of the dues; then nothing is written.
    """
    found = queries.find_for(came.reference)
    lock_for_now(f"recording:{found.attempt.id if found.attempt else came.key}")
    if found.attempt:
        session.refresh(found.attempt, with_for_update=True)
        same = (found.attempt.rail, found.attempt.paid_on, found.attempt.amount)
        if found.attempt.settled_at and same == (came.method, came.on, came.amount):
            return found.attempt  # the same press again, or another officer's with the same statement
    check(came, found, on=on)
    return _record(came, found, by=by)


def _record(came: MoneyIn, found: Found, *, by: str) -> Payment:
    if found.attempt:
        payments.record_payment(found.attempt, method=came.method, on=came.on, by=by)
        return found.attempt
    return dues.record(
        _membership(found),
        amount=came.amount,
        above=came.above or Money(0),
        method=came.method,
        on=came.on,
        by=by,
        payment_id=came.key,
    )


def check(came: MoneyIn, found: Found, *, on: date) -> None:
    """Raises what cannot be recorded, as a fact with its sentence."""
    above = came.above or Money(0)
    dues_rules.check_recorded(came.amount, above=above, on=came.on, today=on)
    if found.attempt is None:
        joined = _membership(found).opened_on
        if came.on < joined:
            raise rules.TooEarly(day=dues_rules.day(joined), why="on that day they joined")
        return
    asked = found.attempt
    if asked.settled_at:
        raise rules.PaidAlready(day=dues_rules.day(asked.paid_on or clock.day_of(asked.settled_at)))
    if came.amount != asked.amount:
        raise rules.OtherAmount(asked=asked.amount, came=came.amount)
    if came.above is not None and above != asked.amount_for(LineKind.ABOVE):
        raise rules.OtherAbove(above=asked.amount_for(LineKind.ABOVE))
    begun = clock.day_of(asked.begun_at)
    if came.on < begun:
        raise rules.TooEarly(day=dues_rules.day(begun), why="on that day it was signed for")


def _membership(found: Found) -> Membership:
    assert found.membership is not None
    return found.membership


class _TakenBack(Exception):
    """What was rehearsed is not kept."""


def _rehearse(came: MoneyIn, found: Found, *, by: str) -> Outcome | None:
    """Do it, look at what it did, and take it back: rows, jobs, letters and lines of the log alike."""
    outcome: Outcome | None = None
    try:
        with attempt():
            outcome = queries.outcome_of(_record(came, found, by=by))
            raise _TakenBack
    except _TakenBack:
        session.expire_all()
    return outcome


def _admission(found: Found, came: MoneyIn) -> tuple[date, date] | None:
    """The day an applicant would be admitted on and the last day of their first term. None for money of a member, or of
    nobody. (Not rehearsed: every admission draws a member's number, for good.)"""
    application = joining.find_application(found.attempt.purpose_id) if found.attempt else None
    if application is None or _is_member(application, on=came.on):
        return None
    rhythm = Rhythm(joining.opened(application)["evidence"].get("rhythm", Rhythm.YEARLY))
    since, until = term_from(came.on, joined=came.on, rhythm=rhythm)
    return since, until - timedelta(days=1)


def _is_member(application: Application, *, on: date) -> bool:
    """Whether somebody with the application's email is a member, who would pay their next dues with it."""
    current = joining.membership_of(application)
    return current is not None and standing(dues_questions.history_of(current), on=on) is not Standing.LAPSED


def _came_already(found: Found, came: MoneyIn) -> bool:
    if found.membership is None:
        return False
    same = select(Payment.id).where(
        Payment.purpose_id == found.membership.id, Payment.cents == came.amount.cents, Payment.paid_on == came.on
    )
    return session.scalar(same.limit(1)) is not None


# A name


def look(owner: Whose, *, by: str, what: str, why: str) -> None:
    """Write down that an officer saw a name: on the person's record, or on the application or the donation of somebody who has
    no record yet.

    Raises NoOffice.
    """
    if owner.person_id:
        branches.look(owner.person_id, by=by, what=what, why=why)
    elif what_of_theirs := owner.application_id or owner.donation_id:
        looker = read_id(by.removeprefix("person:"))
        held = [o for o in offices.held_by(looker, on=clock.today()) if may_look_at_people([o.office])] if looker else []
        if not held:
            raise NoOffice()
        office = offices.words(held[0].office, held[0].branch)
        subject = audit.of("application" if owner.application_id else "donation", what_of_theirs)
        audit.record(Action.LOOKED_AT, subject, by=by, office=office, what=what, why=why)


def show_whose(payment: Payment, *, by: str) -> Whose | None:
    """Say whose a payment is, and write down that it was asked. None where nothing is left that says so."""
    owner = queries.whose(payment)
    if owner:
        look(owner, by=by, what="one of their payments", why=LOOKING)
    return owner


# Money back


def note_handed_back(payment_id: UUID, refund_id: UUID, *, on: date, by: str) -> None:
    """Note that a refund of money that came by bank or in cash was paid out on day `on`. Noted twice, it is once.

    Raises NotByHand, BackToCome, BackTooEarly.
    """
    payment = session.get_one(Payment, payment_id, with_for_update=True)
    refund = session.get_one(Refund, refund_id, with_for_update=True)
    if refund.payment_id != payment.id or payment.rail not in (Method.BANK, Method.CASH) or refund.failed_at:
        raise rules.NotByHand()
    if refund.made_at:
        return
    if on > clock.today():
        raise rules.BackToCome()
    if payment.paid_on and on < payment.paid_on:
        raise rules.BackTooEarly(day=dues_rules.day(payment.paid_on))
    payments.hand_back(refund, payment, on=on, by=by)
