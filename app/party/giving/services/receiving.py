"""Verbs: a donation's money comes, is refused, goes back, comes again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.ground.mail import office
from app.law.money import Money
from app.party.payments import services as payments
from app.party.payments.models import LineKind, Payment, Renewal
from app.party.payments.queries import lines_of
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Details, Person
from app.party.receipts import queries as receipt_questions
from app.party.receipts import services as receipts
from app.party.receipts.models import Receipt

from .. import emails, queries
from ..models import Channel, Donation, DonationMove, Donor, MoveKind, Who
from .duties import judge
from .offering import PURPOSE, Offered, hold_donor, known_donor, ties_of
from .writing import write_down


def settle(payment: Payment, *, on: date) -> None:
    """Told by payments: a donation's money has come, or another month of one. It is received on that day; the donor gets a
    receipt and a letter that stops it if it is monthly."""
    began = session.get_one(Donation, payment.purpose_id)
    donation = began if began.payment_id == payment.id else _another_month(began, payment, on=on)
    if donation.received_on is None:
        donation.received_on = on
        by = audit.of("payment", payment.id)
        audit.record(Action.DONATION_RECEIVED, audit.of("donation", donation.id), by=by, cents=donation.cents)
    judge(donation, on=clock.today())
    donor = session.get(Donor, donation.donor_id) if donation.donor_id else None
    if donor is None:
        return
    if donation is began:
        _note_ties(donor, donation)
    session.flush()
    emails.received(donation, payment, donor, receipt=_give_receipt(donation, payment, donor), began=began, on=on)


def _note_ties(donor: Donor, donation: Donation) -> None:
    """Somebody may have moved abroad, or back, since they gave last: what they let us take monthly is asked about as they are
    now."""
    said = queries.opened(donation)
    if said is None or donor.sealed is None:
        return
    held, now = queries.who_is(donor), Who.from_json(said["donor"])
    if held.ties != now.ties:
        as_json = replace(held, ties=now.ties).as_json()
        donor.sealed = office().seal.close(as_json, table="donors", row=donor.id)


def _another_month(began: Donation, payment: Payment, *, on: date) -> Donation:
    """A monthly gift's later charge: a donation of its own, under what was said when it began."""
    known = queries.find_for_payment(payment)
    if known:
        return known
    donor = session.get(Donor, began.donor_id) if began.donor_id else None
    donation = write_down(
        queries.opened(began), key=payment.id, donor=donor, payment_id=payment.id,
        channel=Channel(payment.rail or began.channel), overseas=began.overseas, amount=payment.amount, offered_on=on,
        by=audit.of("donation", began.id), action=Action.DONATION_CHARGED,
    )  # fmt: skip
    return donation


def _give_receipt(donation: Donation, payment: Payment, donor: Donor) -> Receipt:
    """In the name and address that were given with it, to the person who signs in for the donor."""
    said = queries.opened(donation)
    who = Who.from_json(said["donor"]) if said else queries.who_is(donor)
    if donor.person_id is None:
        donor.person_id = _enrolled(who, by=audit.of("donation", donation.id)).id
        session.flush()
    return receipts.issue(
        payment,
        person_id=donor.person_id,
        name=who.name,
        address=who.address,
        lines=lines_of(payment),
        reference=payment.reference,
        by=audit.of("payment", payment.id),
        method=donation.channel if donation.channel == Channel.CHEQUE else None,
    )


def _enrolled(who: Who, *, by: str) -> Person:
    """The person with this mailbox; somebody new where there is none, or no mailbox."""
    if who.email:
        person_services.hold_email(who.email)
        known = people.find_by_email(who.email)
        if known:
            return known
    return person_services.enrol(Details(name=who.name, email=who.email, address=who.address), by=by)


def note_above(payment: Payment, *, on: date) -> None:
    """Told by payments of dues: what was paid above them is a donation of the member whose receipt it is on. Once a payment."""
    amount = payment.amount_for(LineKind.ABOVE)
    receipt = receipt_questions.receipt_for(payment.id)
    if not amount or receipt is None or queries.find_for_payment(payment):
        return
    person = people.get_person(receipt.person_id)
    facts = receipt_questions.facts_of(receipt)
    if facts is None:
        return
    email = people.details_of(person).email if person.sealed else ""
    who = Who(facts["name"], facts["address"], email, ties_of(person.can_enrol))
    hold_donor(who, person_id=person.id)
    donor = known_donor(who, person_id=person.id)
    offered = Offered(who, amount)
    donation = write_down(
        offered.as_json(), key=new_id(), donor=donor, payment_id=payment.id, channel=Channel(payment.rail or payment.method),
        overseas=offered.is_overseas, amount=amount, offered_on=on, by=audit.of("payment", payment.id),
        action=Action.DONATION_OFFERED, above=True,
    )  # fmt: skip
    donation.received_on = on
    judge(donation, on=clock.today())


def moved(payment: Payment, *, amount: Money, dues: Money, cause: str, on: date) -> None:
    """Told by payments: money of a donation, or of dues with something above them, went back or came again."""
    donation = queries.find_for_payment(payment)
    mine = amount - dues
    if donation is None or not mine:
        return
    there = select(DonationMove.id).where(DonationMove.donation_id == donation.id, DonationMove.cause == cause)
    if session.scalar(there):
        return
    back = MoveKind.GIVEN_BACK if cause.startswith("refund:") else MoveKind.TAKEN_BACK
    move = DonationMove(
        id=new_id(), donation_id=donation.id, kind=back if mine < Money(0, mine.currency) else MoveKind.CAME_AGAIN,
        cents=mine.cents, currency=mine.currency, on=on, at=clock.now(), by="payments", cause=cause, sealed=None,
    )  # fmt: skip
    session.add(move)
    session.flush()
    session.expire(donation, ["moves"])
    judge(donation, on=clock.today())
    if donation.above:
        return  # the dues' own letter and note on the receipt say it
    receipt = receipt_questions.receipt_for(payment.id)
    if receipt:
        receipts.note_refund(receipt, -amount, key=cause, by="system", on=on)
    emails.moved(donation, move)


def declined(payment: Payment, renewal: Renewal, *, next_try_on: date | None, on: date) -> None:
    """Told by payments: a month's charge was refused. The donor hears why, once a try."""
    began = session.get_one(Donation, payment.purpose_id)
    emails.declined(began, payment, next_try_on=next_try_on)


def failed(payment: Payment, *, on: date) -> None:
    """Told by payments: a debit that was on its way did not come."""
    emails.failed(session.get_one(Donation, payment.purpose_id), payment)


def stop_monthly(donation: Donation, *, by: str) -> None:
    """Nothing more is taken: at once, as what was given buys no time. Pressed twice, it is once."""
    running = payments.running_for(PURPOSE, donation.id, held=True)
    payments.stop_all(PURPOSE, donation.id, by=by)
    if running:
        emails.stopped(donation, on=clock.today())


def stop_all_of(person_id: UUID, *, by: str) -> None:
    """Somebody leaves: every monthly gift they sign in for is stopped, and one they are agreeing to never starts. What they
    gave stays, as the law has it."""
    for donation in queries.donations_of(person_id):
        payments.stop_all(PURPOSE, donation.id, by=by)
