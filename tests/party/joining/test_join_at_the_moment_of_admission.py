"""What is asked of a form in the very moment in which its applicant is admitted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import select

from app.ground.db import session
from app.party.joining.models import Application, Declaration
from app.party.payments import errands
from app.party.payments.models import Payment
from tests.waiting import wait_for_waiting
from tests.walk import join_form


@pytest.fixture
def paid(client, stripe):
    """A form that was sent, and paid at Stripe; we have not heard of it."""
    form = join_form(client)
    stripe.pay(client.post("/join", data=form).location.rsplit("/", 1)[1])
    assert stripe.settle()
    payment = session.scalars(select(Payment.id)).one()
    session.remove()
    return form, payment


def in_thread(app, pool, work, *args):
    def held():
        with app.app_context():
            try:
                return work(*args)
            finally:
                session.remove()

    return pool.submit(held)


def test_the_same_form_sent_while_its_applicant_is_admitted_begins_nothing_new(app, client, paid, owner, owner_url):
    form, payment = paid
    with psycopg.connect(owner_url) as brake, ThreadPoolExecutor(2) as pool:
        brake.execute("select from audit_head for update")  # the last thing that an admission asks for
        admission = in_thread(app, pool, errands.follow, payment)
        wait_for_waiting(owner, 1)
        again = in_thread(app, pool, lambda: client.post("/join", data=form))
        wait_for_waiting(owner, 2)
        brake.rollback()
        admission.result()
        answer = again.result()
    assert (answer.status_code, answer.location) == (303, f"/join/thanks/{form['key']}")
    assert session.scalars(select(Payment.id)).all() == [payment]
    assert session.scalars(select(Application)).all() == []
    assert session.scalars(select(Declaration.payment_id)).all() == [payment]


def test_the_thanks_page_is_there_while_the_application_becomes_a_declaration(app, client, paid, owner, owner_url):
    form, payment = paid
    with psycopg.connect(owner_url) as past:
        past.execute("create temp table applied as select * from applications")
        past.commit()
        errands.follow(payment)
        session.remove()
        past.execute("set session_replication_role = replica")
        past.execute("create temp table declared as select * from declarations")
        past.execute("delete from declarations")
        past.execute("insert into applications select * from applied")
        past.commit()
        past.execute("lock table applications in access exclusive mode")
        with ThreadPoolExecutor(1) as pool:
            page = in_thread(app, pool, lambda: client.get(f"/join/thanks/{form['key']}"))
            wait_for_waiting(owner, 1)
            past.execute("delete from applications")
            past.execute("insert into declarations select * from declared")
            past.commit()
            answer = page.result()
    assert answer.status_code == 200
    assert "You are a member" in answer.get_data(as_text=True)
