"""What leaving would do."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import exists, select

from app.ground.db import session
from app.party.bank import queries as bank
from app.party.branches import queries as branches
from app.party.giving.models import Donor
from app.party.joining.models import Declaration
from app.party.people import queries as people
from app.party.people.models import Consent
from app.party.policy.queries import record
from app.party.receipts.models import Receipt

from .. import rules
from .owned import memberships_of, payments_of


def plan_of(person_id: UUID, *, on: date) -> rules.Plan:
    """What is erased and what is kept if this person leaves on day `on`."""
    records = people.records_of(person_id, proven=True)
    payments = [payment for record in records for payment in payments_of(record)]
    there_is = {
        rules.EVIDENCE: session.scalar(select(exists().where(Declaration.person_id.in_(records)))),
        rules.MONEY: bool(payments or any(memberships_of(record) for record in records)),
        rules.STATEMENTS: bank.any_line_of([payment.id for payment in payments]),
        rules.DONATIONS: session.scalar(select(exists().where(Donor.person_id.in_(records)))),
        rules.RECEIPTS: session.scalar(select(exists().where(Receipt.person_id.in_(records)))),
        rules.CARD: any(payment.checkout_id for payment in payments),
        rules.CONSENTS: session.scalar(select(exists().where(Consent.person_id.in_(records)))),
        rules.OFFICES: bool(branches.offices_of(person_id)),
        rules.SAID: bool(record.comments_of(person_id, most=1) or record.amendments_of(person_id, most=1)),
        rules.LOG: True,
    }
    return rules.plan(on=on, holds=[name for name, is_there in there_is.items() if is_there])
