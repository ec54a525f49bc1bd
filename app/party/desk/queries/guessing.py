"""Whose money a line of a statement may be, by what it quotes and by its amount. Names nobody."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.ground import clock
from app.ground.db import session
from app.law.money import Money
from app.party.bank.services import Guess, Incoming
from app.party.dues import queries as dues
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments import queries as payments
from app.party.payments.models import Method, Payment
from app.party.people import queries as people

from .. import rules
from .whose import whose

_MOST_BY_AMOUNT = 3


def guess_by_reference(line: Incoming) -> list[Guess]:
    """Whose every reference is that stands in a line and whose check sign fits."""
    found: dict[str, Guess] = {}
    for quoted in rules.references_in(line.words.texts):
        for guess in _by_reference(quoted, line):
            found.setdefault(guess.reference, guess)
    return list(found.values())


def _by_reference(quoted: str, line: Incoming) -> list[Guess]:
    spelt = rules.read_reference(quoted)
    found = []
    if spelt.number is not None:
        membership = session.scalar(select(Membership).where(Membership.number == spelt.number))
        if membership:
            found.append(_of_member(membership, line, f"It quotes {quoted}, the reference of member {membership.number}"))
    payment_id = payments.find_by_reference(spelt.payment) if spelt.payment else None
    payment = payments.find_payment(payment_id) if payment_id else None
    if payment:
        found += _of_payment(payment, line, quoted)
    return found


def _of_member(membership: Membership, line: Incoming, said: str) -> Guess:
    """Sure, where it is what they owe; or, where they owe nothing, what their next term costs."""
    reference, purposes = dues.bank_reference(membership.number), frozenset({membership.id})
    if membership.ended_on:
        return Guess(reference, f"{said}, who has left.", purposes=purposes)
    owes = dues.owed(membership, on=line.on)
    asked = owes or dues.amount_of(dues.plan_of(membership), on=max(line.on, membership.opened_on))
    fits = asked == line.amount and line.on >= membership.opened_on
    owing = f"who owes {owes}" if owes else f"who owes nothing; the next term is {asked}"
    return Guess(reference, f"{said}, {owing}.", sure=fits, purposes=purposes)


def _of_payment(payment: Payment, line: Incoming, quoted: str) -> list[Guess]:
    if payment.settled_at is None and payment.bank_reference:
        begun = clock.day_of(payment.begun_at)
        fits = payment.is_open and payment.amount == line.amount and line.on >= begun
        waits = "that is waited for" if payment.is_open else "that was waited for and has been given up"
        said = f"It quotes {quoted}, a transfer of {payment.amount} {waits}."
        return [Guess(payment.bank_reference, said, sure=fits, purposes=frozenset({payment.purpose_id}))]
    owner = whose(payment)
    if owner is None or owner.reference is None or owner.number is None:
        return []
    paid = f"paid on {rules.day(payment.paid_on)}" if payment.paid_on else "not paid yet"
    said = f"It quotes {quoted}, a payment of member {owner.number}, {paid}: it can come under the member’s own reference."
    return [Guess(owner.reference, said, purposes=frozenset({payment.purpose_id}))]


def guess_by_amount(line: Incoming) -> list[Guess]:
    """Transfers of its amount that are waited for, if they are few."""
    rows = session.scalars(
        select(Payment)
        .where(
            Payment.settled_at.is_(None), Payment.closed_at.is_(None), Payment.method == Method.BANK,
            Payment.cents == line.amount.cents, Payment.begun_at < clock.start_of(line.on + timedelta(days=1)),
        )
        .order_by(Payment.begun_at)
        .limit(_MOST_BY_AMOUNT + 1)
    ).all()  # fmt: skip
    if not rows or len(rows) > _MOST_BY_AMOUNT:
        return []
    said = _of_those(line.amount, len(rows))
    return [Guess(row.bank_reference, said, purposes=frozenset({row.purpose_id})) for row in rows if row.bank_reference]


def _of_those(amount: Money, count: int) -> str:
    if count == 1:
        return f"It quotes nothing we know. There is one transfer of {amount} that is waited for."
    return f"It quotes nothing we know. It is one of {count} transfers of {amount} that are waited for."


def member_named(name: str) -> Membership | None:
    """The only member in force whose name has every word of this one; None for fewer than two words."""
    if len(name.split()) < 2:
        return None
    found = people.search_by_name(name, limit=20)
    current = [membership for person, _ in found if (membership := memberships.current_of(person.id))]
    return current[0] if len(current) == 1 else None
