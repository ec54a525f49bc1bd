"""Ten years of members: no gap or overlap of a day, one charge, one letter and one receipt a term."""

from __future__ import annotations

from collections import Counter
from datetime import date, time
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from app.ground.db import session
from app.law.membership import is_current_financial
from app.law.party_rules import MONTHS, Rhythm, add_months
from app.party.dues import queries
from app.party.dues.models import DuesPaid
from app.party.payments import queries as payments
from app.party.payments.models import Account, Payment
from app.party.receipts.models import Receipt

STORIES = [
    (Rhythm.YEARLY, date(2028, 2, 29), 10, 10),  # 29 February
    (Rhythm.THREE_YEARLY, date(2027, 1, 31), 4, 12),
    (Rhythm.MONTHLY, date(2027, 1, 31), 120, 7),  # 31 January
    (Rhythm.YEARLY, date(2027, 4, 4), 3, 10),  # the night on which summer time ends
    (Rhythm.MONTHLY, date(2027, 9, 26), 14, 7),  # the night on which it begins
]


@pytest.mark.parametrize(("rhythm", "joined", "terms", "every"), STORIES, ids=[f"{story[0]}-{story[1]}" for story in STORIES])
def test_every_term_follows_the_last_and_is_charged_told_and_receipted_once(years, rhythm, joined, terms, every):
    years.begin(joined, time(0, 30))
    years.join(rhythm=rhythm)
    years.go_to(add_months(joined, MONTHS[rhythm] * (terms - 1)), every=every)
    years.go_to(add_months(years.today, 0), every=1)
    years.go_to(date.fromordinal(years.today.toordinal() + 3))
    charges = [charge for charge in years.charges() if charge.is_paid]
    assert len(charges) == terms
    assert charges[0].since == joined
    assert all(before.until == after.since for before, after in pairwise(charges))
    assert [charge.until for charge in charges] == [add_months(joined, MONTHS[rhythm] * n) for n in range(1, terms + 1)]
    paid = session.scalars(select(Payment).where(Payment.settled_at.is_not(None))).all()
    assert len(paid) == terms == session.scalar(select(func.count()).select_from(DuesPaid))
    assert session.scalar(select(func.count()).select_from(Payment)) == terms
    numbers = session.scalars(select(Receipt.number).order_by(Receipt.year, Receipt.number)).all()
    assert len(numbers) == terms
    subjects = Counter(letter.subject for letter in years.letters())
    assert subjects["Welcome, and your receipt"] == 1
    assert subjects["Your dues have arrived"] == terms - 1
    noticed = 0 if rhythm is Rhythm.MONTHLY else terms - 1
    assert subjects.get("Your dues renew soon", 0) == noticed
    assert set(subjects) <= {"Welcome, and your receipt", "Your dues have arrived", "Your dues renew soon"}
    history = queries.history_of(years.membership())
    for ordinal in range(joined.toordinal(), years.today.toordinal() + 1):
        assert is_current_financial(history, on=date.fromordinal(ordinal)), date.fromordinal(ordinal)
    books = payments.balances()
    assert books.faults == []
    assert sum(amount.cents for amount in books.accounts.values()) == 0
    assert books.accounts[Account.STRIPE_UNSETTLED].cents == 0
