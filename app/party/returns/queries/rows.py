"""Donations and loans as the law sees them, straight from their rows: a year in one sweep, and nobody’s name opened."""

# ruff: noqa: S608  (what is put together here is text of this file)

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from app.ground.db import session
from app.ground.mail import office
from app.law.donations import Contribution, Donation, Form, GivenUp, To
from app.law.loans import Loan, Repaid
from app.law.money import Money
from app.law.nz.returns import LARGE_DONATION
from app.party.giving.models import MoveKind

PROTECTED = "protected"  # the channel of what the Electoral Commission pays for a donor nobody may name (s 208A)


@dataclass(frozen=True)
class AsOf:
    """What was known when: rows up to the close of day `on`, and of those only what had been written by `at` (None: all that
    is written now). `known`: the law as it was enacted by that day (None: all we know now)."""

    on: date
    at: datetime | None = None
    known: date | None = None


# Money counts from the day it came, and is known from the moment its payment settled; anything else from when it was written.
_KNOWN = """
    (cast(:at as timestamptz) is null or (d.offered_at <= :at and (d.payment_id is null or exists (
        select from payments p where p.id = d.payment_id and p.settled_at <= :at))))
"""
_OF = f"""
    from donations d
   where d.received_on >= :since and d.received_on <= :last and d.received_on <= :on and {_KNOWN}
"""
_DONATIONS = f"""
    select d.id::text, d.received_on, d.cents, d.donor_id::text, d.overseas, d.form, d.channel, d.told_on {_OF}
"""
_BEHIND = f"""
    select c.donation_id::text, c.identity_index, c.cents, c.overseas, c.told_on
      from contributions c join (select d.id, d.received_on {_OF}) d on d.id = c.donation_id
     order by c.donation_id, c.position
"""
_MOVES = f"""
    select m.donation_id::text, m.kind, m.cents, m."on", m.cause
      from donation_moves m join (select d.id {_OF}) d on d.id = m.donation_id
     where m."on" <= :on and (cast(:at as timestamptz) is null or m.at <= :at)
     order by m.donation_id, m."on", m.at, m.id
"""
_LARGE = """
    and d.donor_id in (
        select donor_id from donations
         where received_on >= :since and received_on <= :last group by donor_id having sum(cents) > :over)
"""
_LONE = " and d.cents > :over and d.donor_id is null"

_FORMS = {form.value: form for form in Form}


def donations_between(since: date, last: date, as_of: AsOf) -> list[Donation]:
    """Every donation that was received in these days, both included, as it was known; in no order."""
    asked = {"since": since, "last": last, "on": as_of.on, "at": as_of.at}
    return _as_law(session.execute(text(_DONATIONS), asked), *_around(asked))


def large_between(since: date, last: date, as_of: AsOf) -> list[Donation]:
    """Those of them that a large-donation return may tell of: of whoever gave more than the smallest figure there ever was."""
    over = min(line.value.over.cents for line in LARGE_DONATION.lines)
    asked = {"since": since, "last": last, "on": as_of.on, "at": as_of.at, "over": over}
    rows = [*session.execute(text(_DONATIONS + _LARGE), asked), *session.execute(text(_DONATIONS + _LONE), asked)]
    return _as_law(rows, *_around(asked))


_Behind = dict[str, list[Contribution]]
_GivenUp = dict[str, list[GivenUp]]


def _around(asked: dict[str, Any]) -> tuple[_Behind, _GivenUp]:
    """What stands behind donations, and what of them left: far fewer rows than donations. What went to the donor or was taken
    back by their bank is given back; what undoes that (a refund that failed, a dispute that was won) is named for it."""
    behind: _Behind = defaultdict(list)
    for donation, of, cents, overseas, told_on in session.execute(text(_BEHIND), asked):
        behind[donation].append(Contribution(of.hex(), Money(cents), overseas, told_on))
    moves: dict[tuple[str, str], list[tuple[str, int, date]]] = defaultdict(list)
    for donation, kind, cents, on, cause in session.execute(text(_MOVES), asked):
        moves[donation, cause.removesuffix(":failed").removesuffix(":won")].append((kind, cents, on))
    left: _GivenUp = defaultdict(list)
    for (donation, _), parts in moves.items():
        kind, _, on = parts[0]
        gone = -sum(cents for _, cents, _ in parts)
        if gone > 0:
            left[donation].append(GivenUp(on, Money(gone), To.COMMISSION if kind == MoveKind.PAID_OVER else To.DONOR))
    return behind, left


def _as_law(rows: Any, behind: _Behind, left: _GivenUp) -> list[Donation]:
    """Without their transmitters: what was received was sent on, and a donor who was not named is none here either."""
    money: dict[int, Money] = {}
    found = []
    protected = []
    for id, on, cents, donor, overseas, form, channel, told_on in rows:
        amount = money.get(cents)
        if amount is None:
            amount = money[cents] = Money(cents)
        if channel == PROTECTED:
            protected.append((id, on, amount, form))
            continue
        found.append(
            Donation(
                id, on, amount, donor, overseas, _FORMS[form],
                contributions=tuple(behind[id]) if id in behind else (),
                undeclared_on=told_on,
                given_up=tuple(left[id]) if id in left else (),
            )
        )  # fmt: skip
    interest = _interest_of([id for id, *_ in protected])
    for id, on, amount, form in protected:
        found.append(
            Donation(
                id, on, amount, None, form=_FORMS[form], protected=True, interest=interest.get(id), given_up=tuple(left[id])
            )
        )
    return found


def _interest_of(ids: list[str]) -> dict[str, Money]:
    """How much of what the Commission paid was interest, where that was written down with it."""
    if not ids:
        return {}
    rows = session.execute(
        text("select id, sealed from donations where id = any(cast(:ids as uuid[])) and sealed is not null"), {"ids": ids}
    )
    opened = {str(id): office().seal.open(sealed, table="donations", row=id) for id, sealed in rows}
    return {id: Money(said["interest_cents"]) for id, said in opened.items() if said.get("interest_cents")}


_LOANS = """
    select l.id::text, l.entered_on, l.lender_id::text, l.cents, l.from_bank from loans l
     where l.entered_on <= :on and (cast(:at as timestamptz) is null or l.recorded_at <= :at)
"""
_REPAID = """
    select r.loan_id::text, r."on", r.cents from loan_repayments r
     where r."on" <= :on and (cast(:at as timestamptz) is null or r.at <= :at) order by r."on", r.id
"""


def loans(as_of: AsOf) -> list[Loan]:
    """Every loan the party ever took, as it was known. What was forgiven is unpaid no more; it is a donation of its own."""
    asked = {"on": as_of.on, "at": as_of.at}
    repaid: dict[str, list[Repaid]] = defaultdict(list)
    for loan, on, cents in session.execute(text(_REPAID), asked):
        repaid[loan].append(Repaid(on, Money(cents)))
    return [
        Loan(id, on, lender, Money(cents), tuple(repaid[id]), by_bank)
        for id, on, lender, cents, by_bank in session.execute(text(_LOANS), asked)
    ]


def first_year() -> int | None:
    """The year of the first donation or loan; None while there is none."""
    day = session.scalar(text("select least((select min(received_on) from donations), (select min(entered_on) from loans))"))
    return day.year if day else None
