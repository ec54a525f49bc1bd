"""Which rows are about a person: the ids that the other questions start from."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import CompoundSelect, select, union

from app.ground.db import session
from app.party.dues.models import Charge, DuesPaid
from app.party.giving.models import Donation, Donor
from app.party.joining.models import Declaration
from app.party.membership.models import Membership
from app.party.payments.models import Payment


def memberships_of(person_id: UUID) -> Sequence[Membership]:
    """Every membership a person has had, oldest first."""
    return session.scalars(select(Membership).where(Membership.person_id == person_id).order_by(Membership.id)).all()


def payments_of(person_id: UUID) -> Sequence[Payment]:
    """Every attempt to pay for a person’s joining, dues or donations, settled or not, newest first."""
    memberships = select(Membership.id).where(Membership.person_id == person_id)
    declarations = select(Declaration.id).where(Declaration.person_id == person_id)
    set_against = (
        select(DuesPaid.payment_id).join(Charge, Charge.id == DuesPaid.charge_id).where(Charge.membership_id.in_(memberships))
    )
    # A union, each part of which has its index: with `or` the whole table would be read.
    theirs: CompoundSelect[tuple[UUID | None]] = union(
        select(Payment.id).where(Payment.purpose_id.in_(memberships)),
        select(Payment.id).where(Payment.purpose_id.in_(declarations)),
        set_against,
        select(Declaration.payment_id).where(Declaration.person_id == person_id),
        select(Donation.payment_id).join(Donor, Donor.id == Donation.donor_id).where(Donor.person_id == person_id),
    )
    return session.scalars(select(Payment).where(Payment.id.in_(theirs)).order_by(Payment.id.desc())).all()
