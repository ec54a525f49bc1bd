"""Verbs: the law is asked again before each monthly charge."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.ground import audit
from app.ground.db import session
from app.law import donations as law
from app.party.payments import services as payments
from app.party.payments.models import Renewal

from .. import emails, queries
from ..models import Donation, Donor
from .offering import hold_donor


def ask_again(renewal_id: UUID, *, on: date) -> bool:
    """Ask whether the next charge of a monthly gift is still lawful, everything else of its donor counted. One that is not is
    stopped before the provider takes it, and the donor is told why. Returns whether it goes on."""
    renewal = session.get_one(Renewal, renewal_id, with_for_update=True)
    began = session.get_one(Donation, renewal.purpose_id)
    charge_on = renewal.next_charge_on
    donor = session.get(Donor, began.donor_id) if began.donor_id else None
    if not charge_on or renewal.stop_wanted_at or renewal.ended_at or donor is None or donor.sealed is None:
        return True
    who = queries.who_is(donor)  # as they are now: somebody may have moved abroad
    hold_donor(who, person_id=donor.person_id)
    donors = queries.find_donors(who, person_id=donor.person_id, held=True)
    others = [
        given for given in queries.counted(donors, year=charge_on.year)
        if not given.id.startswith(f"{renewal.id}:") and given.on <= charge_on
    ]  # fmt: skip
    due = law.Donation("due", charge_on, renewal.amount, "the donor", bool(law.is_overseas(who.ties)))
    try:
        law.check_offer(due, others)
    except law.OverOverseasLimit as refusal:
        payments.want_stopped(renewal, now=True, by="system")
        emails.unlawful(began, sentence=str(refusal), charge_on=charge_on)
        audit.record(
            audit.Action.DONATION_STOPPED, audit.of("donation", began.id), by="system", cites=str(refusal.facts["cites"])
        )
        return False
    return True
