"""What needs doing today: counts that are the law’s, the work list, and lists fifty at a time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import event, select

from app.ground import audit, clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.law.membership import CanEnrol, Elector, Standing, counts_toward_500, standing
from app.law.money import Money
from app.party.desk import queries
from app.party.dues import queries as dues
from app.party.membership import queries as memberships
from app.party.membership import services as membership_services
from app.party.membership.models import Membership, MembershipMove
from app.party.payments import queries as books
from app.party.payments import services as payments
from app.party.payments.models import Difference, LineKind, Payment
from app.party.people import queries as people
from app.party.people import services as person_services
from tests import cast as faces
from tests.house.page_reader import faults
from tests.party.desk.at_the_desk import keys, membership_of, note, record, recorded, reference_for
from tests.walk import join

GRACE, AROHA = "grace@people.example", "aroha@people.example"


def by_the_law(on: date) -> dict[str, int]:
    """Everybody, one by one, as the law’s functions have them."""
    session.remove()
    found = {"good": 0, "behind": 0, "lapsing": 0, "suspended": 0, "count": 0}
    words = {
        Standing.GOOD: "good",
        Standing.BEHIND: "behind",
        Standing.LAPSED: "lapsing",
        Standing.SUSPENDED: "suspended",
    }
    for membership in session.scalars(select(Membership).where(Membership.ended_on.is_(None))):
        history = dues.history_of(membership)
        found[words[standing(history, on=on)]] += 1
        person = people.get_person(membership.person_id)
        elector = Elector(CanEnrol(person.can_enrol), people.details_of(person).born_on)
        found["count"] += bool(counts_toward_500(elector, history, on=on))
    return found


def by_the_desk(on: date) -> dict[str, int]:
    session.remove()
    counted = queries.counts(on=on)
    return {name: getattr(counted, name) for name in ("good", "behind", "lapsing", "suspended", "count")}


def one_more(key: str, **changes) -> str:
    face = replace(faces.CAST[0], key=key, email=f"{key}@people.example", born_on=None, phone="", **changes)
    faces.make(face)
    return face.email


def test_the_counts_are_the_laws_over_the_cast_and_people_of_every_kind(cast):
    assert by_the_desk(clock.today()) == by_the_law(clock.today())
    one_more("late", joined_days_ago=365 + 28 + 95)  # unpaid for so long that the night will close it
    cannot, suspended, left = one_more("cannot"), one_more("suspended"), one_more("left")
    with transaction():
        person = people.find_by_email(cannot)
        person_services.correct(person, people.details_of(person), can_enrol=CanEnrol.NO, by="test")
        held = memberships.current_of(people.find_by_email(suspended).id)
        session.add(MembershipMove(
            id=new_id(), membership_id=held.id, on=clock.today(), to=Standing.SUSPENDED, by="test", at=clock.now()
        ))  # fmt: skip
        membership_services.resign(memberships.current_of(people.find_by_email(left).id), on=clock.today(), by="test")
    counted = by_the_desk(clock.today())
    assert (counted["lapsing"], counted["suspended"]) == (1, 1)
    assert counted["count"] == counted["good"] - 1
    assert counted == by_the_law(clock.today())


def test_the_counts_of_the_month_are_of_its_days(cast):
    today = clock.today()
    before = queries.counts(on=today)
    joined_now = one_more("now", joined_days_ago=0)
    one_more("then", joined_days_ago=40)
    with transaction():
        membership_services.resign(memberships.current_of(people.find_by_email(joined_now).id), on=today, by="test")
        membership_services.end_lapsed(memberships.current_of(people.find_by_email(GRACE).id), on=today, by="test")
    after = queries.counts(on=today)
    assert (after.joined - before.joined, after.left - before.left, after.lapsed - before.lapsed) == (1, 1, 1)
    assert after.in_force == before.in_force


def test_the_money_that_needs_somebody_is_counted(cast, as_officer):
    wiremu = as_officer("wiremu")
    payment = recorded(record(wiremu, reference_for(GRACE), "5", clock.today()))
    assert queries.counts(on=clock.today()).to_hand_back == 0
    with transaction():
        payments.ask_refund(session.get_one(Payment, payment.id), amount=Money(100), why="asked", by="test")
    counted = queries.counts(on=clock.today())
    assert (counted.to_hand_back, counted.untold, counted.failing) == (1, 0, 0)


def test_the_number_of_questions_does_not_grow_with_the_members(cast):
    def asked() -> int:
        seen: list[str] = []
        engine = session.get_bind()

        def hear(*args) -> None:
            seen.append(args[2])

        event.listen(engine, "before_cursor_execute", hear)
        try:
            queries.counts(on=clock.today())
        finally:
            event.remove(engine, "before_cursor_execute", hear)
            session.remove()
        return len(seen)

    before = asked()
    for key in ("one", "two", "three"):
        one_more(key)
    assert asked() == before


@pytest.mark.parametrize("key", ["olive", "wiremu", "tama"])
def test_every_officer_sees_today_and_no_name(as_officer, cast, settings, key):
    page = as_officer(key).get("/org").get_data(as_text=True)
    assert faults(page, promoter=settings.promoter) == []
    for face in cast.values():
        assert face.name not in page
    assert ('href="/org/money"' in page) == (key == "wiremu")
    assert "of 500 that a registered party needs" in page


def test_pages_about_money_pass_the_reader_and_name_nobody(as_officer, cast, client, settings):
    wiremu = as_officer("wiremu")
    recorded(record(wiremu, reference_for(GRACE), "5", clock.today()))
    join(client, pay_by="bank")
    note("unknown money", "balance:txn_1", cents=-420)
    for path in ("/org/money", "/org/money/accounts", "/org/money/record"):
        page = wiremu.get(path).get_data(as_text=True)
        assert faults(page, promoter=settings.promoter) == [], path
        for face in cast.values():
            assert face.name not in page
    assert "−$4.20" in wiremu.get("/org/money").get_data(as_text=True)


def test_after_five_minutes_the_page_says_that_recording_asks_to_confirm_first(as_officer):
    wiremu = as_officer("wiremu")
    assert "Confirm, then fill it in" not in wiremu.get("/org/money").get_data(as_text=True)
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        assert "/confirm?next=/org/money/record" in wiremu.get("/org/money").get_data(as_text=True)


def test_accounts_come_to_nothing_together(as_officer, cast):
    page = as_officer("wiremu").get("/org/money/accounts").get_data(as_text=True)
    assert "income:dues" in page
    assert re.search(r'class="total"><span>Together</span><span class="amount">\$0\.00', page)


def test_an_item_of_the_work_list_is_taken_up_and_closed(as_officer, cast, settings, owner):
    wiremu = as_officer("wiremu")
    payment = recorded(record(wiremu, reference_for(GRACE), "5", clock.today()))
    with clock.standing_at(clock.start_of(clock.today() - timedelta(days=3), time(12))):
        note("fraud warning", audit.of("payment", payment.id), cents=500)
    page = wiremu.get("/org/money").get_data(as_text=True)
    assert "Found: 3 days. With: nobody." in page
    assert f"/org/money/payments/{payment.id}" in page
    take, close = (re.search(rf'action="(/org/money/differences/[^"]+/{verb})"', page)[1] for verb in ("take-up", "close"))
    assert wiremu.post(take, data=keys(page)).location == "/org/money"
    assert "With: treasurer." in wiremu.get("/org/money").get_data(as_text=True)
    refused = wiremu.post(close, data={**keys(page), "because": ""})
    assert refused.status_code == 422
    assert "Choose how it was dealt with." in refused.get_data(as_text=True)
    assert faults(refused.get_data(as_text=True), promoter=settings.promoter) == []
    assert "the oldest since" in wiremu.get("/org").get_data(as_text=True)
    assert wiremu.post(close, data={**keys(page), "because": "explained"}).status_code == 303
    assert books.open_differences() == []
    assert wiremu.post(close, data={**keys(page), "because": "explained"}).status_code == 404
    assert wiremu.post(take, data=keys(page)).status_code == 404
    row = owner.execute("select closed_because from differences").fetchone()
    assert row == ("explained",)


def test_lists_come_fifty_at_a_time_without_a_gap_or_a_repeat(cast, app):
    with transaction():
        for number in range(120):
            payments.note_difference("unknown money", f"balance:txn_{number}", cents=number)
            payments.begin(
                purpose="joining", purpose_id=new_id(), lines=[payments.Line(LineKind.DUES, "Dues", Money(2000))],
                email="", back_to="/", cancel_to="/", method="bank", by="test",
            )  # fmt: skip
    session.remove()
    for ask in (
        lambda place: queries.work(after=place, on=clock.today()),
        lambda place: queries.waited_for(after=place, on=clock.today()),
    ):
        pages = [ask(None)]
        while pages[-1][1]:
            pages.append(ask(pages[-1][0][-1].id))
        seen = [row.id for rows, _ in pages for row in rows]
        assert [len(rows) for rows, _ in pages] == [50, 50, 20]
        assert len(set(seen)) == 120
        assert seen == sorted(seen)


def test_what_came_comes_fifty_at_a_time_the_last_first(cast, as_officer):
    with transaction():
        for _ in range(55):
            payment = payments.begin(
                purpose="dues", purpose_id=membership_id(AROHA), lines=[payments.Line(LineKind.ABOVE, "Above", Money(100))],
                email="", back_to="/", cancel_to="/", method="cash", by="test",
            )  # fmt: skip
            session.flush()
            payments.record_payment(payment, method="cash", on=clock.today(), by="test")
    session.remove()
    first, more = queries.came(before=None)
    assert (len(first), more) == (50, True)
    rest, more = queries.came(before=first[-1].at)
    assert not more
    assert not {row.id for row in first} & {row.id for row in rest}
    page = as_officer("wiremu").get("/org/money").get_data(as_text=True)
    assert f"came={first[-1].at}" in page


def membership_id(email: str):
    return memberships.current_of(people.find_by_email(email).id).id


def test_the_owner_of_an_item_whose_office_has_ended_is_still_somebody(cast):
    note("unknown money", "balance:txn_1")
    aroha = membership_of(AROHA).person_id
    with transaction():
        payments.take_up(session.scalar(select(Difference.id)), owner_id=aroha, by=f"person:{aroha}")
    (item,), _ = queries.work(after=None, on=clock.today())
    assert item.owner == "an officer who is none any more"
