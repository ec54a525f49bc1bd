"""What needs doing today, in numbers that name nobody. Nothing is loaded: the database counts, from indexes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.ground.db import session
from app.law.membership import Standing
from app.law.nz.electoral_act import MINIMUM_MEMBERS
from app.party.branches.scope import EVERYONE, HOUSE, looking_as
from app.party.membership import queries as memberships
from app.party.payments import queries as payments
from app.party.payments.models import Difference, Method, Payment, Refund, Renewal
from app.party.payments.rules import DIFFERENCES
from app.party.roster import queries as roster

from .. import rules


@dataclass(frozen=True)
class Counts:
    """How the party stands on a day, from the tallies of the roster: exact, and as the law’s `standing` has it.

    in_force: memberships that were admitted and have not ended.
    lapsing: unpaid for so long that the night closes them.
    count: of the good, those who declared that they can enrol. The law also leaves out whoever is under 18, whose birth date is
        sealed, and dues of $0, which no rule of ours asks for; and memberships that did not come from an own application,
        which nothing here opens.
    """

    in_force: int
    good: int
    behind: int
    lapsing: int
    suspended: int
    count: int
    needed: int
    low_water: int
    joined: int
    lapsed: int
    left: int
    failing: int
    untold: int
    to_hand_back: int

    @property
    def tone(self) -> str:
        """How near the number the Act asks for is."""
        return "error" if self.count < self.needed else ("warning" if self.count < self.low_water else "success")


def counts(*, on: date) -> Counts:
    with looking_as(HOUSE):  # it names nobody, and is of the whole party
        there = roster.standings(EVERYONE, on=on)
    moves = memberships.tallied_moves(on.replace(day=1), on)
    return Counts(
        in_force=there.good + there.behind + there.lapsing + there.suspended,
        good=there.good,
        behind=there.behind,
        lapsing=there.lapsing,
        suspended=there.suspended,
        count=there.counting,
        needed=MINIMUM_MEMBERS.on(on).value,
        low_water=rules.low_water(on),
        joined=sum(day.moves for day in moves if day.to == Standing.GOOD and day.first),
        lapsed=sum(day.moves for day in moves if day.to == Standing.LAPSED),
        left=sum(day.moves for day in moves if day.to == Standing.RESIGNED),
        failing=_failing(),
        untold=payments.paid_but_untold(),
        to_hand_back=_to_hand_back(),
    )


def _failing() -> int:
    """Renewals that run and whose last charge was refused."""
    return (
        session.scalar(
            select(func.count()).select_from(Renewal).where(Renewal.failing_invoice_id.is_not(None), Renewal.ended_at.is_(None))
        )
        or 0
    )


def _to_hand_back() -> int:
    """Refunds of money that came by bank or in cash which nobody has noted as paid out."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Refund)
            .join(Payment, Payment.id == Refund.payment_id)
            .where(Refund.made_at.is_(None), Refund.failed_at.is_(None), Payment.rail.in_((Method.BANK, Method.CASH)))
        )
        or 0
    )


@dataclass(frozen=True)
class WorkCount:
    """Open items of one kind on the work list."""

    words: str
    count: int
    oldest: datetime


def work_counts() -> list[WorkCount]:
    """The open items of the work list by kind, the oldest first."""
    rows = session.execute(
        select(Difference.kind, func.count(), func.min(Difference.found_at))
        .where(Difference.closed_at.is_(None))
        .group_by(Difference.kind)
        .order_by(func.min(Difference.found_at))
    )
    return [WorkCount(DIFFERENCES[kind], count, oldest) for kind, count, oldest in rows]
