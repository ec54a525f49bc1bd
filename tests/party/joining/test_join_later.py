"""What is not finished: a draft that comes back by its link, two reminders, and fourteen days until all of it is gone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.party.joining import jobs
from app.party.joining.models import Application, Declaration
from app.party.payments import services as payments
from app.party.payments.models import Payment
from tests.party.joining.test_join_questions import value_of
from tests.walk import ADA, hidden, join, join_form, links

DRAFT = {**ADA, "name": "Ada Half-Done", "above": "12.50", "dues": "concession", "can_enrol": "unsure", "signature": ""}


@pytest.fixture
def saved(client, do_the_chores, mailbox):
    """A saved draft: its form, and the path of the link in its letter."""
    form = join_form(client, **DRAFT, later="1")
    answer = client.post("/join", data=form)
    assert (answer.status_code, answer.location) == (303, "/join/saved")
    do_the_chores()
    (letter,) = mailbox()
    assert letter.to == DRAFT["email"]
    return form, links(letter.text, "/join/resume/")[0]


def applications() -> int:
    session.remove()
    return session.scalar(select(func.count()).select_from(Application))


def fifteen_days_on():
    return clock.standing_at(clock.now() + timedelta(days=15))


def reminders(owner) -> list[tuple]:
    return owner.execute(
        "select (args ->> 'number')::int, scheduled_at from procrastinate_jobs where task_name = 'joining.remind' order by 1"
    ).fetchall()


def test_a_draft_comes_back_by_its_link_in_any_browser_with_everything_that_was_typed(app, saved):
    form, path = saved
    other = app.test_client()
    answer = other.get(path)
    assert (answer.status_code, answer.location) == (303, "/join?back=1")
    page = other.get(answer.location).get_data(as_text=True)
    assert hidden(page, "key") == form["key"]
    for field, typed in DRAFT.items():
        assert value_of(page, field) == typed
    assert "Your place is kept" in page


def test_a_draft_that_is_finished_is_one_application(app, saved):
    form, path = saved
    other = app.test_client()
    page = other.get(other.get(path).location).get_data(as_text=True)
    sent = {**DRAFT, "signature": "Ada Half-Done", "key": hidden(page, "key"), "csrf_token": hidden(page, "csrf_token")}
    assert other.post("/join", data=sent).status_code == 303
    assert applications() == 1
    application = session.scalars(select(Application)).one()
    assert (str(application.id), application.signed_at is not None) == (form["key"], True)


def test_only_the_email_is_needed_to_finish_later(client, do_the_chores, mailbox):
    page = client.get("/join").get_data(as_text=True)
    form = {"csrf_token": hidden(page, "csrf_token"), "key": hidden(page, "key"), "later": "1"}
    assert client.post("/join", data={**form, "email": "not an address"}).status_code == 422
    assert applications() == 0
    assert client.post("/join", data={**form, "email": ADA["email"]}).status_code == 303
    do_the_chores()
    assert [letter.to for letter in mailbox()] == [ADA["email"]]


def test_a_forged_link_is_gone(app, saved):
    form, path = saved
    token = path.rpartition(".")[2]
    forged = [f"/join/resume/{form['key']}.", f"/join/resume/{form['key']}", f"/join/resume/{new_id()}.{token}"]
    forged += [path[:-1] + ("A" if path[-1] != "A" else "B"), path.replace(form["key"], form["key"].upper()), path + "A"]
    forged += ["/join/resume/.", "/join/resume/x.y", "/join/resume/%00", f"/join/resume/{form['key']}.%F0%9F%A6%80"]
    for link in forged:
        browser = app.test_client()
        answer = browser.get(link)
        assert answer.status_code == 410, link
        assert "Ada" not in answer.get_data(as_text=True)
        assert value_of(browser.get("/join?back=1").get_data(as_text=True), "name") == ""


def test_a_link_is_gone_when_its_draft_was_deleted_after_fourteen_days(client, saved):
    _, path = saved
    with fifteen_days_on():
        jobs.forget_abandoned()
    assert client.get(path).status_code == 410
    assert applications() == 0


def test_two_reminders_wait_for_an_hour_and_for_three_days(client, owner):
    form = join_form(client)
    client.post("/join", data=form)
    client.post("/join", data=form)
    client.post("/join", data={**form, "above": "5"})  # sent again, or changed: still two
    made = owner.execute("select made_at from applications").fetchone()[0]
    assert reminders(owner) == [(1, made + timedelta(hours=1)), (2, made + timedelta(days=3))]


def test_a_reminder_is_one_letter_however_often_its_chore_runs(client, mailbox):
    form = join_form(client)
    client.post("/join", data=form)
    for number in (1, 1, 2, 2):
        jobs.remind(form["key"], number)
    assert [letter.to for letter in mailbox()] == [ADA["email"]] * 2
    path = links(mailbox()[0].text, "/join/resume/")[0]
    assert client.get(path).status_code == 303


def test_nobody_who_is_a_member_by_then_is_reminded(app, client, stripe, hear_everything, do_the_chores, mailbox):
    paid, left = join_form(client), join_form(app.test_client())
    answer = client.post("/join", data=paid)
    other = app.test_client()
    other.post("/join", data=join_form(other, key=left["key"]))
    stripe.pay(answer.location.rpartition("/")[2])
    hear_everything()
    do_the_chores()
    welcome = [letter.subject for letter in mailbox()]
    for form in (paid, left):
        for number in (1, 2):
            jobs.remind(form["key"], number)
    assert [letter.subject for letter in mailbox()] == welcome
    assert len(welcome) == 1


def test_an_application_nobody_paid_for_is_deleted_after_fourteen_days_and_the_log_says_so(client, do_the_chores):
    form = join_form(client)
    client.post("/join", data=form)
    with transaction():
        payments.close(session.scalars(select(Payment)).one(), because="expired", by="stripe")
    jobs.forget_abandoned()
    assert applications() == 1  # not yet
    with fifteen_days_on():
        jobs.forget_abandoned()
        jobs.forget_abandoned()
    assert applications() == 0
    lines = session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "joining:abandoned")).all()
    assert lines == [f"application:{form['key']}"]
    session.remove()
    assert client.get(f"/join/thanks/{form['key']}").status_code == 404


def test_an_application_whose_payment_is_open_is_kept(client):
    join(client)
    with fifteen_days_on():
        jobs.forget_abandoned()
    assert applications() == 1


@pytest.mark.parametrize("closed", [False, True])
def test_an_application_whose_money_has_come_is_kept_until_its_member_is_admitted(client, owner, closed):
    """Also where the attempt had been closed before the money came: closed is not unpaid."""
    form = join_form(client)
    client.post("/join", data=form)
    owner.execute("update payments set settled_at = now(), closed_at = case when %s then now() end", [closed])
    with fifteen_days_on():
        jobs.forget_abandoned()
    assert applications() == 1
    with transaction():
        payment = session.scalars(select(Payment)).one()
        payments.record_payment(
            payment, method="cash", on=clock.today(), by="system"
        )  # whoever settles it again tells the room
    assert applications() == 0
    assert session.get(Declaration, UUID(form["key"])) is not None
