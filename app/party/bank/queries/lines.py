"""Lines of statements: which are open, for how long and with whom; what a line says, and what it may belong to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_

from app.ground import audit
from app.ground.db import session
from app.ground.mail import office
from app.law.money import Money
from app.party.branches import queries as branches
from app.party.payments.models import Account, Difference, LedgerEntry, LedgerLine, Method, Payment, Refund

from .. import rules
from ..models import BankLine, BankMatch
from ..rules.reading import Read, from_json

_OPEN = BankLine.matched_at.is_(None) & BankLine.set_aside_at.is_(None) & BankLine.undone_at.is_(None)


def find_line(line_id: UUID) -> BankLine | None:
    return session.get(BankLine, line_id)


def words_of(line: BankLine) -> Read | None:
    """What the bank wrote on a line; None where that was emptied."""
    if line.sealed is None:
        return None
    return from_json(office().seal.open(line.sealed, table="bank_lines", row=line.id)["line"])


@dataclass(frozen=True)
class Waiting:
    """An open line in a list: it names nobody. `owner`: the office of whoever took it up, None for nobody."""

    id: UUID
    on: date
    amount: Money
    days: int
    owner: str | None


def open_lines(*, came: bool, after: UUID | None, on: date) -> tuple[list[Waiting], bool]:
    """Lines that are matched to nothing, oldest first: on which money came, or went. And whether more follow."""
    asked = select(BankLine).where(_OPEN, _direction(came)).order_by(BankLine.on, BankLine.id).limit(rules.A_PAGE + 1)
    last = session.get(BankLine, after) if after else None
    if last:
        asked = asked.where(tuple_(BankLine.on, BankLine.id) > (last.on, last.id))
    rows = session.scalars(asked).all()
    shown = rows[: rules.A_PAGE]
    owners = _owners([row.id for row in shown], on=on)
    return [Waiting(row.id, row.on, row.amount, (on - row.on).days, owners.get(row.id)) for row in shown], len(rows) > len(
        shown
    )


def _direction(came: bool) -> ColumnElement[bool]:
    return BankLine.cents > 0 if came else BankLine.cents < 0


def _owners(line_ids: list[UUID], *, on: date) -> dict[UUID, str]:
    subjects = {audit.of("bank_line", line_id): line_id for line_id in line_ids}
    rows = session.execute(
        select(Difference.subject, Difference.owner_id).where(
            Difference.subject.in_(subjects), Difference.closed_at.is_(None), Difference.owner_id.is_not(None)
        )
    ).all()
    words = {owner: _office_of(owner, on=on) for owner in {owner for _, owner in rows if owner}}
    return {subjects[subject]: words[owner] for subject, owner in rows if owner}


def _office_of(person_id: UUID, *, on: date) -> str:
    held = branches.held_by(person_id, on=on)
    return ", ".join(branches.words(one.office, one.branch) for one in held) or "an officer who is none any more"


def owner_of(line_id: UUID, *, on: date) -> str | None:
    return _owners([line_id], on=on).get(line_id)


def open_incoming() -> Iterator[BankLine]:
    """Every open line on which money came, oldest first."""
    asked = select(BankLine).where(_OPEN, _direction(True)).order_by(BankLine.on, BankLine.id).limit(5000)
    return iter(session.scalars(asked).all())


def open_counts() -> tuple[int, int]:
    """How many open lines there are on which money came, and on which it went."""
    row = session.execute(
        select(func.count().filter(BankLine.cents > 0), func.count().filter(BankLine.cents < 0))
        .select_from(BankLine)
        .where(_OPEN)
    ).one()
    return row[0], row[1]


def waiting_since(day: date) -> list[tuple[UUID, int]]:
    """Open lines on which money came on a day or before it: (line, cents)."""
    rows = session.execute(
        select(BankLine.id, BankLine.cents).where(_OPEN, _direction(True), BankLine.on <= day).order_by(BankLine.on)
    )
    return [(row.id, row.cents) for row in rows]


# What a line may belong to


def match_of_payment(payment_id: UUID) -> BankMatch | None:
    return session.scalar(select(BankMatch).where(BankMatch.payment_id == payment_id))


def match_of_refund(refund_id: UUID) -> BankMatch | None:
    return session.scalar(select(BankMatch).where(BankMatch.refund_id == refund_id))


def line_of_payment(payment_id: UUID) -> BankLine | None:
    """The line of a statement that a payment came from."""
    match = match_of_payment(payment_id)
    return session.get(BankLine, match.line_id) if match else None


def any_line_of(payment_ids: Sequence[UUID]) -> bool:
    """Whether one of these payments came from a line of a statement."""
    return session.scalar(select(BankMatch.id).where(BankMatch.payment_id.in_(payment_ids)).limit(1)) is not None


def by_hand(amount: Money, *, on: date) -> list[Payment]:
    """Payments of this amount by bank about that day which came from no line: somebody has recorded them by hand."""
    from_a_line = select(BankMatch.id).where(BankMatch.payment_id == Payment.id)
    return list(
        session.scalars(
            select(Payment)
            .where(
                Payment.rail == Method.BANK,
                Payment.paid_on.between(on - rules.NEAR, on + rules.NEAR),
                Payment.cents == amount.cents,
                Payment.settled_at.is_not(None),
                ~from_a_line.exists(),
            )
            .order_by(Payment.paid_on)
            .limit(10)
        )
    )


def refunds_like(amount: Money) -> list[tuple[Refund, Payment]]:
    """Refunds of this amount by bank which went out on no line yet: waiting to be paid out, or noted so by hand."""
    on_a_line = select(BankMatch.id).where(BankMatch.refund_id == Refund.id)
    rows = session.execute(
        select(Refund, Payment)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.cents == amount.cents, Refund.failed_at.is_(None), Payment.rail == Method.BANK, ~on_a_line.exists())
        .order_by(Refund.made_at.is_not(None), Refund.asked_at)
        .limit(10)
    )
    return [(row[0], row[1]) for row in rows]


def payouts_like(amount: Money, *, on: date) -> list[LedgerEntry]:
    """Payouts of this amount that left Stripe in the weeks before and have arrived on no line."""
    return list(
        session.scalars(
            select(LedgerEntry)
            .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
            .where(
                LedgerLine.account == Account.IN_TRANSIT, LedgerLine.cents == amount.cents, LedgerEntry.source == "stripe",
                LedgerEntry.day.between(on - rules.ON_ITS_WAY, on + rules.NEAR),
                ~select(BankMatch.id).where(BankMatch.entry_id == LedgerEntry.id).exists(),
            )
            .order_by(LedgerEntry.day)
            .limit(10)
        )
    )  # fmt: skip


def faults() -> list[str]:
    """Every line whose matches are not the whole of it. Empty when all is well."""
    parts = select(BankMatch.line_id, func.sum(BankMatch.cents).label("cents")).group_by(BankMatch.line_id).subquery()
    rows = session.execute(
        select(BankLine.id, BankLine.cents, parts.c.cents, BankLine.matched_at)
        .outerjoin(parts, parts.c.line_id == BankLine.id)
        .where(
            (BankLine.matched_at.is_not(None) & (func.coalesce(parts.c.cents, 0) != func.abs(BankLine.cents)))
            | (BankLine.matched_at.is_(None) & parts.c.cents.is_not(None))
        )
    )
    return [f"Line {row[0]} of a statement has {row[1]} cents, and {row[2] or 0} cents of it are matched." for row in rows]
