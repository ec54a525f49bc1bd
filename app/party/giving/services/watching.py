"""Verbs: somebody who tries stolen cards is noticed."""

from __future__ import annotations

from datetime import timedelta

from app.ground import clock
from app.party.payments import services as payments

from .. import queries, rules


def watch_declines() -> bool:
    """Put it before an officer, once a day, when more donations were refused by their cards within an hour than donors' are
    (stripe.com, card testing). Returns whether there were."""
    refused = queries.declined_since(clock.now() - timedelta(hours=1))
    if refused <= rules.MOST_DECLINED:
        return False
    payments.note_difference("card testing", f"day:{clock.today()}")
    return True
