"""Verbs: dues come in, on any rail, go back, and come again."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.ground import audit, jobs
from app.ground.db import lock_for_now, session
from app.law.money import Money
from app.law.party_rules import DUES
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments import services as payments
from app.party.payments.models import Method, Payment, Renewal
from app.party.payments.queries import lines_of
from app.party.people import queries as people
from app.party.people.models import Details
from app.party.receipts import queries as receipt_questions
from app.party.receipts import services as receipts
from app.party.receipts.models import Receipt
from app.party.receipts.rules import span

from .. import emails, queries, rules
from ..models import Charge, DuesPaid
from .charges import charge_next_term, keep_in_step, put_against, raise_anew


class NobodyToCredit(Exception):
    """Dues came in for somebody who has left."""


def settle(payment: Payment, *, on: date) -> None:
    """Told by payments: dues of a membership have been paid (purpose `dues`)."""
    receive(session.get_one(Membership, payment.purpose_id), payment, on=on)


def receive(membership: Membership, payment: Payment, *, on: date) -> list[Charge]:
    """Set dues that came in against the oldest unpaid charges, what is left against the terms after, in advance.

    What we asked for (by card or debit) pays a charge at the amount that was asked; by bank or in cash it pays as far as it
    goes, and chooses another rate or rhythm where it is exactly that amount. The member gets a letter that says what it paid
    for. Money for a membership that has ended goes to the one in force.
    Raises NobodyToCredit if there is none: the money is kept, stays unacted on, and is counted until a person looks.
    """
    lock_for_now(f"membership:{membership.id}")
    if membership.ended_on:
        current = memberships.current_of(membership.person_id)
        if current is None:
            raise NobodyToCredit(f"payment {payment.id} is for membership {membership.id}, which has ended")
        return receive(current, payment, on=on)
    left, met = queries.dues_of(payment), list[Charge]()
    while left:
        charge = _charge_for(membership, payment, left, first=not met, on=on)
        part = min(left, charge.outstanding)
        put_against(charge, payment, part, cause=f"payment:{payment.id}", on=on)
        session.flush()
        met.append(charge)
        left = left - part
        if left and len(met) >= rules.MOST_TERMS_AT_ONCE:
            payments.note_difference("overpaid", f"payment:{payment.id}", cents=left.cents)
            break
    _stop_asking_twice(membership, payment)
    keep_in_step(membership)
    emails.received(membership, payment, met=met, receipt=give_receipt(membership, payment), on=on)
    return met


def give_receipt(membership: Membership, payment: Payment) -> Receipt:
    """The receipt for a payment that has met its charges, in the name of the member it is for; once a payment.

    Call it last, right before the letter that names it (receipts.issue says why).
    """
    person = people.get_person(membership.person_id)
    details = people.details_of(person) if person.sealed else Details(name="", email="")
    met = queries.met_by(payment)
    return receipts.issue(
        payment,
        person_id=person.id,
        name=details.name,
        address=details.address,
        lines=lines_of(payment),
        period=span(met[0].since, met[-1].until) if met else "",
        reference=payment.reference,
        by=audit.of("payment", payment.id),
    )


def _charge_for(membership: Membership, payment: Payment, left: Money, *, first: bool, on: date) -> Charge:
    """The charge that money goes to next: the oldest unpaid, or the next term's; raised anew where the amount says so. What is
    left of money that has met a charge chooses nothing."""
    waiting = queries.unpaid(membership)
    chosen = rules.read_amount(left, rule=DUES.on(on).value) if first else None
    if not waiting:
        plan = queries.plan_of(membership)
        if chosen and chosen != (plan.rate, plan.rhythm):
            return charge_next_term(membership, on=on, by="system", rate=chosen[0], rhythm=chosen[1])
        waiting = [charge_next_term(membership, on=on, by="system")]
    charge = waiting[0]
    if charge.amount == left or charge.paid:
        return charge
    if chosen:
        return raise_anew(charge, amount=left, on=on, rate=chosen[0], rhythm=chosen[1])
    return raise_anew(charge, amount=left, on=on) if payment.rail in (Method.CARD, Method.DEBIT) else charge


def _stop_asking_twice(membership: Membership, payment: Payment) -> None:
    """Paid another way while a renewal tries its card in vain: the provider is told, and asks no more."""
    for renewal in payments.running_for("dues", membership.id):
        if renewal.id != payment.renewal_id and renewal.failing_invoice_id:
            jobs.enqueue("payments.paid_elsewhere", renewal=renewal.id, once=True, priority=5)


def _move(membership: Membership, payment: Payment, dues: Money, *, cause: str, on: date) -> None:
    """Money that had met dues went back, or was taken by the payer's bank (negative), or came again: once a cause.

    It is taken from the newest term it met. What it unmeets is owed again; the rules give time anew (rule 5.4). The member
    gets a letter that says so.
    """
    lock_for_now(f"membership:{membership.id}")
    base = cause.removesuffix(":failed").removesuffix(":won")
    changed = (
        _take_from(membership, payment, dues, cause=cause, on=on)
        if base == cause
        else _give_again(membership, payment, base=base, cause=cause, on=on)
    )
    session.flush()
    if changed and (membership.ended_on is None or cause.startswith("refund:")):
        emails.moved(membership, payment, changed, cause=cause, on=on)


def _rows_of(membership: Membership, payment: Payment) -> list[tuple[DuesPaid, Charge]]:
    """What a payment has set against a membership's charges, newest term first."""
    rows = session.execute(
        select(DuesPaid, Charge)
        .join(Charge, Charge.id == DuesPaid.charge_id)
        .where(DuesPaid.payment_id == payment.id, Charge.membership_id == membership.id)
        .order_by(Charge.since.desc(), DuesPaid.at)
    )
    return [(row.DuesPaid, row.Charge) for row in rows]


def _take_from(membership: Membership, payment: Payment, dues: Money, *, cause: str, on: date) -> list[Charge]:
    rows = _rows_of(membership, payment)
    if any(row.cause == cause for row, _ in rows):
        return []
    held: dict[Charge, int] = {}
    for row, charge in rows:
        held[charge] = held.get(charge, 0) + row.cents
    left, changed = -dues.cents, []
    for charge, cents in held.items():
        part = min(left, cents)
        if part > 0:
            put_against(charge, payment, Money(-part, payment.currency), cause=cause, on=on)
            changed.append(charge)
            left -= part
    return changed


def _give_again(membership: Membership, payment: Payment, *, base: str, cause: str, on: date) -> list[Charge]:
    """What was taken under `base` is set against the same charges again."""
    rows = _rows_of(membership, payment)
    if any(row.cause == cause for row, _ in rows):
        return []
    taken = [(row, charge) for row, charge in rows if row.cause == base]
    for row, charge in taken:
        put_against(charge, payment, Money(-row.cents, payment.currency), cause=cause, on=on)
    return [charge for _, charge in taken]


def moved(payment: Payment, *, amount: Money, dues: Money, cause: str, on: date) -> None:
    """Told by payments: money went back or came again. What it met is unmet or met again, and its receipt says so."""
    for membership in queries.memberships_met_by(payment):
        _move(membership, payment, dues, cause=cause, on=on)
    receipt = receipt_questions.receipt_for(payment.id)
    if receipt:
        receipts.note_refund(receipt, -amount, key=cause, by="system", on=on)


def declined(payment: Payment, renewal: Renewal, *, next_try_on: date | None, on: date) -> None:
    """Told by payments: a renewal's charge was refused. The member hears why, and how to mend it, once a try; nothing changes
    in their standing. Nothing more is tried for a membership that has ended."""
    membership = session.get_one(Membership, payment.purpose_id)
    if membership.ended_on:
        payments.want_stopped(renewal, now=True, by="system")
        return
    emails.declined(membership, payment, renewal, next_try_on=next_try_on, on=on)


def failed(payment: Payment, *, on: date) -> None:
    """Told by payments: a debit that was on its way did not come."""
    membership = session.get_one(Membership, payment.purpose_id)
    if membership.ended_on is None:
        emails.debit_failed(membership, payment, on=on)
