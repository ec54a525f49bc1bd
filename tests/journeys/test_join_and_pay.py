"""The sentence we promise: somebody joins, pays, and is a member, once."""

from __future__ import annotations

from sqlalchemy import func, select

from app.ground import audit, clock
from app.ground.audit import AuditEntry
from app.ground.db import session
from app.law.membership import CanEnrol, Elector, counts_toward_500, is_current_financial
from app.party.dues import queries as dues
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments import queries as payments
from app.party.payments.models import Account
from app.party.people import queries as people
from tests.walk import ADA, join


def checkout_id(response) -> str:
    return response.location.rstrip("/").rsplit("/", 1)[1]


def test_a_person_joins_pays_and_is_admitted_once(client, stripe, hear_everything, do_the_chores, mailbox):
    response = join(client, above="5")
    assert response.status_code == 303, response.get_data(as_text=True)
    assert response.location.startswith(stripe.url)
    assert session.scalar(select(func.count()).select_from(Membership)) == 0

    stripe.pay(checkout_id(response), card="4242424242424242")
    hear_everything()
    hear_everything()  # Stripe may tell us twice
    do_the_chores()

    person = people.find_by_email(ADA["email"])
    assert people.details_of(person).name == ADA["name"]
    membership = memberships.current_of(person.id)
    history = dues.history_of(membership)
    today = clock.today()
    assert is_current_financial(history, on=today)
    assert counts_toward_500(Elector(CanEnrol(person.can_enrol)), history, on=today)
    assert [letter.to for letter in mailbox()] == [ADA["email"]]
    assert ADA["name"] not in mailbox()[0].subject

    books = payments.balances()
    assert books.faults == []
    assert str(books.accounts[Account.DUES]) == "−$20.00"
    assert str(books.accounts[Account.ABOVE_DUES]) == "−$5.00"
    assert str(books.accounts.get(Account.STRIPE_UNSETTLED)) == "$0.00"
    assert payments.paid_but_untold() == 0
    assert audit.verify()[1] == []
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    assert actions.count("membership:admitted") == 1
    assert actions[:2] == ["joining:signed", "payment:begun"]
