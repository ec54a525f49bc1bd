"""What needs doing today, in numbers that name nobody. Nothing is loaded: the database counts, from indexes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, text

from app.ground.db import session
from app.law.nz.electoral_act import MINIMUM_MEMBERS
from app.law.party_rules import DUES
from app.party.payments import queries as payments
from app.party.payments.models import Difference, Method, Payment, Refund, Renewal
from app.party.payments.rules import DIFFERENCES

from .. import rules


@dataclass(frozen=True)
class Counts:
    """How the party stands on a day.

    good: memberships in force, less those with an unmet charge that is payable and those suspended.
        The law's `standing` also reads the fee the rules raise next, should the night that raises it have been missed.
    behind: an unmet charge that became payable less than the days of lapsing ago. The law gives who had paid, and whose money
        was taken back, time anew from that day; here they stand under `lapsing` that much sooner.
    lapsing: unmet for longer. The night closes those the law calls lapsed.
    count: of the good, less those who did not declare being able to enrol. The law also leaves out whoever is under 18, whose
        birth date is sealed, and dues of $0, which no rule of ours asks for; and memberships that did not come from an
        own application, which nothing here opens.
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


_MEMBERS = text("""
    with unpaid as materialized (
        select m.id, m.person_id, min(c.payable_on) as since
          from dues_charges c join memberships m on m.id = c.membership_id
         where c.met_on is null and c.withdrawn_at is null and c.payable_on <= :today and m.ended_on is null
         group by m.id
    ), suspended as materialized (
        select distinct m.id, m.person_id
          from membership_moves v join memberships m on m.id = v.membership_id
         where v."to" = 'suspended' and v."on" <= :today and m.ended_on is null
           and not exists (
               select from membership_moves l
                where l.membership_id = v.membership_id and l."on" <= :today and (l."on", l.id) > (v."on", v.id)
           )
    ), not_good as materialized (
        select person_id from unpaid union select person_id from suspended
    )
    select (select count(*) from memberships where ended_on is null) as in_force,
           (select count(*) from not_good) as not_good,
           (select count(*) from suspended) as suspended,
           (select count(*) from unpaid where since > :lapsed and id not in (select id from suspended)) as behind,
           (select count(*) from unpaid where since <= :lapsed and id not in (select id from suspended)) as lapsing,
           (select count(*) from people p join memberships m on m.person_id = p.id
             where p.can_enrol <> 'yes' and m.ended_on is null
               and p.id not in (select person_id from not_good)) as cannot_enrol
""")
_MOVES = text("""
    select count(*) filter (where v."to" = 'good' and not exists (
               select from membership_moves e where e.membership_id = v.membership_id and e.id < v.id
           )) as joined,
           count(*) filter (where v."to" = 'lapsed') as lapsed,
           count(*) filter (where v."to" = 'resigned') as left
      from membership_moves v
     where v."to" in ('good', 'lapsed', 'resigned') and v."on" between :first and :today
""")


def counts(*, on: date) -> Counts:
    members = session.execute(_MEMBERS, {"today": on, "lapsed": on - timedelta(days=DUES.on(on).value.lapse_days)}).one()
    moves = session.execute(_MOVES, {"first": on.replace(day=1), "today": on}).one()
    good = members.in_force - members.not_good
    return Counts(
        in_force=members.in_force,
        good=good,
        behind=members.behind,
        lapsing=members.lapsing,
        suspended=members.suspended,
        count=good - members.cannot_enrol,
        needed=MINIMUM_MEMBERS.on(on).value,
        low_water=rules.low_water(on),
        joined=moves.joined,
        lapsed=moves.lapsed,
        left=moves.left,
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
