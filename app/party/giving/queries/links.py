"""What a receipt's letter leads to, without signing in."""

from __future__ import annotations

import hmac

from app.ground.db import session
from app.ground.ids import read_id
from app.ground.mail import office

from ..models import Donation, Donor


def link_of(donation: Donation) -> str:
    """What leads to a donation, and to the monthly gift it began, from a letter: as long as its donor's mailbox stays."""
    donor = session.get(Donor, donation.donor_id) if donation.donor_id else None
    known = donor.email_index.hex() if donor and donor.email_index else "nobody"
    return f"{donation.id}.{office().seal.token(f'giving:{known}', donation.id)}"


def path_of(donation: Donation) -> str:
    return f"/give/{link_of(donation)}"


def find_by_link(link: str) -> Donation | None:
    """None for a link we did not make, or one whose donor was forgotten."""
    donation_id = read_id(link.partition(".")[0])
    donation = session.get(Donation, donation_id) if donation_id else None
    if donation is None or donation.sealed is None:
        return None
    return donation if hmac.compare_digest(link.encode(), link_of(donation).encode()) else None
