"""Who is due for what tonight: each walks an index in the order of ids, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import exists, select, tuple_
from sqlalchemy.orm import aliased

from app.ground.db import session
from app.law.party_rules import DUES, Rhythm
from app.party.membership.models import Membership
from app.party.payments.models import Renewal

from .. import rules
from ..models import Charge

Place = tuple[date, UUID]  # how far a walk has come: the day on which a term ends, and whose


def asks_for_next(last: Charge, *, rhythm: Rhythm, on: date) -> bool:
    """Whether the dues of the term after `last` are asked for by day `on`, in the rhythm of the terms to come."""
    return last.until - timedelta(days=DUES.on(on).value.for_rhythm(rhythm).ask_days) <= on


def due_for_next_charge(*, on: date, after: Place | None, limit: int) -> Sequence[Place]:
    """Memberships in force whose last term ends soon enough that the next dues may be asked for, by the rules of `on`, or ended
    so lately that they have not lapsed; in the order of that day and their ids, after `after`."""
    rule = DUES.on(on).value
    ask_until = on + timedelta(days=max(fees.ask_days for fees in rule.fees.values()))
    not_lapsed = on - timedelta(days=rule.lapse_days + max(fees.grace_days for fees in rule.fees.values()))
    place = tuple_(Charge.until, Charge.membership_id)
    later = aliased(Charge)
    has_later = exists().where(
        later.membership_id == Charge.membership_id, later.since > Charge.since, later.withdrawn_at.is_(None)
    )
    rows = session.execute(  # walks one index, and goes on where the batch before stopped
        select(Charge.until, Charge.membership_id)
        .join(Membership, Membership.id == Charge.membership_id)
        .where(
            Membership.ended_on.is_(None),
            Charge.withdrawn_at.is_(None),
            Charge.until.between(not_lapsed, ask_until),
            place > tuple_(*(after or (date.min, UUID(int=0)))),
            ~has_later,
        )
        .order_by(Charge.until, Charge.membership_id)
        .limit(limit)
    )
    return [(row.until, row.membership_id) for row in rows]


_UNMET = (Charge.met_on.is_(None), Charge.withdrawn_at.is_(None), Membership.ended_on.is_(None))


def to_write_about(*, on: date, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Unmet charges of memberships in force whose term begins within the days that the rules write ahead of, in the order of
    their ids after `after`."""
    rule = DUES.on(on).value
    days = max(max(fees.letter_days, default=0) + fees.grace_days for fees in rule.fees.values())
    return session.scalars(
        select(Charge.id)
        .join(Membership, Membership.id == Charge.membership_id)
        .where(*_UNMET, Charge.payable_on <= on + timedelta(days=days), Charge.id > (after or UUID(int=0)))
        .order_by(Charge.id)
        .limit(limit)
    ).all()


def may_have_lapsed(*, on: date, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Memberships in force with an unmet charge that became payable longer ago than the rules wait, in the order of their ids
    after `after`: whether they have lapsed is asked of the law."""
    return session.scalars(
        select(Charge.membership_id)
        .join(Membership, Membership.id == Charge.membership_id)
        .where(
            *_UNMET,
            Charge.payable_on <= on - timedelta(days=DUES.on(on).value.lapse_days),
            Charge.membership_id > (after or UUID(int=0)),
        )
        .group_by(Charge.membership_id)
        .order_by(Charge.membership_id)
        .limit(limit)
    ).all()


def renewing_for_nobody(*, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Memberships that have ended while a renewal for them goes on, in the order of their ids."""
    return session.scalars(
        select(Membership.id)
        .join(Renewal, Renewal.purpose_id == Membership.id)
        .where(
            Renewal.purpose == "dues",
            Renewal.started_at.is_not(None),
            Renewal.ended_at.is_(None),
            Renewal.stop_now.is_not(True),
            Membership.ended_on.is_not(None),
            Membership.id > (after or UUID(int=0)),
        )
        .group_by(Membership.id)
        .order_by(Membership.id)
        .limit(limit)
    ).all()


def cards_expiring(*, on: date, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Renewals of dues whose card ends within thirty days, or has, and before it is needed again; in the order of their ids."""
    return session.scalars(
        select(Renewal.id)
        .where(
            Renewal.purpose == "dues",
            Renewal.started_at.is_not(None),
            Renewal.stop_wanted_at.is_(None),
            Renewal.ended_at.is_(None),
            Renewal.method_expires_on <= on + timedelta(days=rules.CARD_NOTICE_DAYS),
            Renewal.method_expires_on <= Renewal.next_charge_on,
            Renewal.id > (after or UUID(int=0)),
        )
        .order_by(Renewal.id)
        .limit(limit)
    ).all()
