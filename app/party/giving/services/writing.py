"""Verbs: a donation is written down, whoever brings it, with those whose money it was."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.ground.mail import office
from app.ground.seal import digest
from app.law.donations import Form
from app.law.money import Money

from .. import queries
from ..models import Behind, Channel, Contribution, Donation, Donor


def write_down(
    facts: Mapping[str, Any] | None,
    *,
    key: UUID,
    donor: Donor | None,
    payment_id: UUID | None,
    channel: Channel,
    overseas: bool,
    amount: Money,
    offered_on: date,
    by: str,
    action: Action,
    form: Form = Form.MONEY,
    above: bool = False,
    behind: Sequence[Behind] = (),
    worth: Money | None = None,
    price: Money | None = None,
    sent_on: date | None = None,
) -> Donation:
    """Write a donation that is not received yet. `facts` (None: they are forgotten) are sealed as they were said, with a salt,
    so that their digest in the log, under `action`, cannot be tried out."""
    salted = {"salt": secrets.token_hex(16), **facts} if facts is not None else None
    session.flush()  # the payment it points at
    donation = Donation(
        id=key,
        donor_id=donor.id if donor else None,
        payment_id=payment_id,
        form=form,
        channel=channel,
        above=above,
        overseas=overseas,
        cents=amount.cents,
        currency=amount.currency,
        worth_cents=worth.cents if worth else None,
        price_cents=price.cents if price else None,
        offered_on=offered_on,
        offered_at=clock.now(),
        offered_by=by,
        sent_on=sent_on,
        received_on=None,
        told_on=None,
        sealed=office().seal.close(salted, table="donations", row=key) if salted else None,
    )
    session.add(donation)
    session.flush()
    for place, one in enumerate(behind, 1):
        add_contribution(donation, one, place=place, told_on=offered_on)
    audit.record(
        action, audit.of("donation", key), by=by, cents=donation.cents, channel=channel, form=form, anonymous=donor is None,
        digest=digest(salted) if salted else None,
    )  # fmt: skip
    return donation


def add_contribution(donation: Donation, behind: Behind, *, place: int, told_on: date) -> None:
    """Write down whose money a donation is in part."""
    row = new_id()
    session.add(
        Contribution(
            id=row,
            donation_id=donation.id,
            position=place,
            cents=behind.amount.cents,
            currency=behind.amount.currency,
            overseas=behind.overseas,
            told_on=told_on,
            identity_index=queries.identity_index(behind.who),
            sealed=office().seal.close({"who": behind.who.as_json()}, table="contributions", row=row),
        )
    )
    session.flush()
