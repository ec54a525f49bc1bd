"""Whom a letter to many reaches, and whom not: asked when their turn comes."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime, timedelta

import pytest

from app.ground import clock, mail
from app.ground.db import session, transaction
from app.ground.mail import Kind
from app.party.belonging import services as belonging
from app.party.branches import queries as branches
from app.party.branches import services as branch_services
from app.party.branches.scope import EVERYONE, looking_as
from app.party.mailing import errands, queries, rules, services
from app.party.mailing.queries import Written
from app.party.mailing.rules import Skip
from app.party.people import queries as people
from app.party.roster.rules import Asked, Stands
from tests import cast as faces

from .conftest import another

POLLING = datetime(2026, 11, 7, tzinfo=clock.NEW_ZEALAND)


def test_a_campaign_letter_goes_to_who_allows_news_and_to_nobody_else(olive, allow, send, reached, progress, state):
    allow("aroha")
    mailing = olive.writes()
    send(mailing)
    assert reached(mailing) == ["aroha", "lin"]
    assert progress(mailing).sent == 2
    assert state(mailing) == "sent"


def test_what_the_law_requires_goes_to_every_member_whatever_they_allow_and_to_no_supporter(olive, send, reached):
    mailing = olive.writes(Kind.STATUTORY, said=Written("Notice of the general meeting", "It is on 12 December."))
    send(mailing)
    assert reached(mailing) == ["aroha", "grace", "olive", "tama", "wiremu"]


def test_it_goes_to_these_people_only(olive, send, reached):
    mailing = olive.writes(Kind.SERVICE, Asked(stands=Stands.BEHIND))
    send(mailing)
    assert reached(mailing) == ["grace"]


def test_consent_is_asked_at_the_turn_and_not_when_it_was_planned(olive, allow, send, reached, progress):
    allow("aroha")
    mailing = olive.writes()
    allow("aroha", given=False)
    send(mailing)
    assert reached(mailing) == ["lin"]
    assert progress(mailing).skipped == {Skip.WITHDREW: 1}


def test_a_letter_that_was_written_and_has_not_gone_asks_once_more(olive, allow, ids, reached, send, progress):
    allow("aroha", "wiremu")
    mailing = olive.writes()
    aroha = ids("aroha")
    with looking_as(EVERYONE), transaction():
        services.write_to(queries.find(mailing), aroha, queries.scope_of_mailing(queries.find(mailing)), on=clock.today())
    allow("aroha", given=False)
    send(mailing)
    assert reached(mailing) == ["lin", "wiremu"]
    assert progress(mailing).skipped == {Skip.WITHDREW: 1}


def test_who_joins_after_the_press_is_not_added_and_who_leaves_is_skipped(olive, allow, send, reached, ids, progress, letters):
    allow("aroha", "grace")
    mailing = olive.writes()
    allow("wiremu")
    gone = ids("grace")
    with transaction():
        belonging.leave(gone, by=f"person:{gone}", on=clock.today())
    send(mailing)
    assert reached(mailing) == ["aroha", "lin"]
    assert progress(mailing).skipped == {Skip.LEFT: 1}


def test_who_is_no_longer_among_these_people_at_their_turn_is_skipped(olive, send, reached, ids, progress, app):
    mailing = olive.writes(Kind.SERVICE, Asked(stands=Stands.GOOD))
    gone = ids("aroha")
    with transaction():
        from app.party.membership import queries as memberships
        from app.party.membership import services as membership

        membership.resign(memberships.current_of(gone), on=clock.today(), by=f"person:{gone}")
    send(mailing)
    assert "aroha" not in reached(mailing)
    assert progress(mailing).skipped == {Skip.OTHERS: 1}


def test_one_whose_letters_come_back_is_skipped_but_for_what_the_law_requires(olive, allow, send, reached, ids, progress):
    allow("aroha")
    first = olive.writes()
    send(first)
    note_bounce(ids("aroha"), "5.1.1")
    second = olive.writes()
    send(second)
    assert reached(second) == ["lin"]
    assert progress(second).skipped == {Skip.BOUNCED: 1}
    third = olive.writes(Kind.STATUTORY, Asked(stands=Stands.GOOD))
    send(third)
    assert "aroha" in reached(third)


def note_bounce(person_id, code):
    from app.party.people import services as person_services

    with transaction():
        last = session.query(mail.Letter).filter_by(person_id=person_id).order_by(mail.Letter.id.desc()).first()
        person_services.note_bounce(last, code=code)


def test_the_same_turn_twice_writes_and_sends_nothing_twice(olive, allow, send, letters):
    allow("aroha")
    mailing = olive.writes()
    send(mailing, turns=5)
    assert len(letters(mailing, sent=False)) == 2


def test_nobody_is_on_the_list_who_was_not_counted(olive, allow):
    allow("aroha")
    mailing = olive.draft()
    shown = olive.count(mailing)
    allow("wiremu")
    with pytest.raises(rules.CountChanged, match="is 3, not 2"):
        olive.confirm(mailing, shown=shown)
    session.remove()
    olive.confirm(mailing, shown=3)


def test_a_letter_to_nobody_is_refused(olive):
    mailing = olive.draft(asked=Asked(stands=Stands.SUSPENDED))
    with pytest.raises(rules.Nobody):
        olive.confirm(mailing)


def test_no_more_go_in_a_minute_than_was_chosen(olive, allow, reached, app, monkeypatch):
    monkeypatch.setattr(rules, "RATES", (1, *rules.RATES))
    allow("aroha", "wiremu")
    mailing = olive.writes(rate=1)
    now = clock.now()
    for seconds, gone in ((0, 1), (10, 1), (50, 1), (61, 2), (70, 2), (130, 3)):
        with clock.standing_at(now + timedelta(seconds=seconds)):
            session.remove()
            errands.send(mailing)
            assert len(reached(mailing)) == gone, seconds


def test_no_minute_wherever_it_begins_has_more_than_the_rate_though_workers_are_killed_and_two_are_at_it(
    olive, carrying, state
):
    """Two workers come every few seconds; each is now and then killed after a letter went and before that was noted."""
    for number in range(20):
        faces.make(another(f"reader{number}"))
    mailing, began, at, gone = olive.writes(Kind.STATUTORY, rate=12), clock.now(), 0.0, []

    def take(_letter):
        gone.append(at)
        if len(gone) % 4 == 3:
            raise KeyboardInterrupt

    def work():
        for _ in range(2):
            session.remove()
            with suppress(KeyboardInterrupt):
                errands.send(mailing)

    with carrying(take):
        while state(mailing) == "sending" and at < 300:
            with clock.standing_at(began + timedelta(seconds=at)):
                work()
            at += 2.5
    assert state(mailing) == "sent"
    assert max(sum(start <= one < start + 60 for one in gone) for start in gone) <= 12
    assert len(gone) > 25
    assert at < 200, "nor is it much slower"


@pytest.mark.parametrize(("rate", "sizes"), [(1, [1, 1, 1, 1, 1]), (2, [2, 2, 1]), (3, [3, 2]), (600, [5])])
def test_the_list_is_in_parts_of_as_many_as_go_in_a_minute(olive, owner, rate, sizes):
    mailing = olive.writes(Kind.STATUTORY, rate=rate)
    parts = owner.execute("select person_ids from mailing_parts where mailing_id = %s order by number", [mailing]).fetchall()
    assert [len(ids) for (ids,) in parts] == sizes
    everybody = [person for (ids,) in parts for person in ids]
    assert everybody == sorted(everybody)
    assert len(set(everybody)) == 5


def test_the_house_has_a_ceiling_that_the_database_keeps(olive, allow):
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError, match="rate_within_the_house"):
        olive.writes(rate=6001)


def test_stopped_it_stays_stopped_and_goes_on_where_it_was(olive, allow, send, reached, state, app):
    allow("aroha", "wiremu", "tama")
    mailing = olive.writes(rate=1)
    send(mailing, turns=1)
    assert len(reached(mailing)) == 1
    olive.does(mailing, services.stop, because=rules.OFFICER_STOPPED)
    with clock.standing_at(clock.now() + timedelta(hours=1)):
        send(mailing)
    assert (len(reached(mailing)), state(mailing)) == (1, "stopped")
    offices = olive.offices
    olive.does(mailing, services.go_on, rate=6000, offices=offices)
    send(mailing, turns=3)
    assert (len(reached(mailing)), state(mailing)) == (4, "sent")


def test_a_stop_in_the_middle_of_a_part_holds_the_next_letter(olive, allow, send, reached, carrying):
    """The mail server takes one letter and the button is pressed: the second is not handed over."""
    allow("aroha", "wiremu", "tama")
    mailing = olive.writes()

    def after(_letter):
        olive.does(mailing, services.stop, because=rules.OFFICER_STOPPED)

    with carrying(after):
        send(mailing, turns=1)
    assert len(reached(mailing)) == 1


def test_called_off_it_does_not_go_on(olive, allow, send, reached, state):
    allow("aroha")
    mailing = olive.writes()
    olive.does(mailing, services.stop, because=rules.OFFICER_STOPPED)
    olive.does(mailing, services.call_off)
    send(mailing)
    offices = olive.offices
    with pytest.raises(rules.NotStopped):
        olive.does(mailing, services.go_on, rate=60, offices=offices)
    session.remove()
    assert (reached(mailing), state(mailing)) == ([], "called off")


def test_what_is_stopped_for_a_week_is_called_off(olive, allow, state):
    allow("aroha")
    mailing = olive.writes()
    olive.does(mailing, services.stop, because=rules.OFFICER_STOPPED)
    for days, expected in ((6, "stopped"), (8, "called off")):
        with clock.standing_at(clock.now() + timedelta(days=days)), transaction():
            services.forget_stopped()
        assert state(mailing) == expected


@pytest.mark.on_day(date(2026, 11, 29))  # who wrote it held the office on that polling day
def test_on_polling_day_nothing_leaves_before_seven_and_what_was_begun_goes_on_then(olive, allow, send, reached, state, owner):
    with clock.standing_at(POLLING - timedelta(minutes=1)):
        allow("aroha", "wiremu")
        mailing = olive.writes(rate=1)
        send(mailing, turns=1)
        assert len(reached(mailing)) == 1
    owner.execute("delete from procrastinate_jobs")  # the chore in hand is not one that waits
    for hours in (0, 9, 18.99):
        with clock.standing_at(POLLING + timedelta(hours=hours)):
            send(mailing)
            assert len(reached(mailing)) == 1, hours
    waiting = owner.execute(
        "select max(scheduled_at) from procrastinate_jobs where task_name = 'mailing.send' and status = 'todo'"
    ).fetchone()[0]
    assert waiting.astimezone(UTC) == (POLLING + timedelta(hours=19)).astimezone(UTC)
    with clock.standing_at(POLLING + timedelta(hours=19)):
        send(mailing)
    with clock.standing_at(POLLING + timedelta(hours=19, minutes=2)):
        send(mailing)
    with clock.standing_at(POLLING + timedelta(hours=19, minutes=4)):
        send(mailing)
    assert (len(reached(mailing)), state(mailing)) == (3, "sent")


@pytest.mark.on_day(date(2026, 11, 29))
def test_polling_day_that_begins_in_the_middle_of_a_part_holds_the_next_letter(olive, allow, send, reached, carrying):
    with clock.standing_at(POLLING - timedelta(seconds=1)):
        allow("aroha", "wiremu", "tama")
        mailing = olive.writes()
        session.remove()

    with (
        clock.standing_at(POLLING - timedelta(seconds=1)),
        ExitStack() as day,
        carrying(lambda _letter: day.enter_context(clock.standing_at(POLLING))),
    ):
        send(mailing, turns=1)
    assert len(reached(mailing)) == 1


def test_the_office_is_asked_again_when_the_worker_goes_on(tama, ids, allow, olive, send, reached, state):
    allow("aroha", "tama")
    mailing = tama.draft(Kind.SERVICE)
    tama.confirm(mailing)
    who = ids("tama")
    with transaction():
        for held in branches.held_by(who, on=clock.today()):
            branch_services.end_office(held, by="system", on=clock.today())
    send(mailing)
    assert (reached(mailing), state(mailing)) == ([], "stopped")
    with transaction():
        assert queries.find(mailing).stopped_because == rules.OFFICE_ENDED


def test_an_address_the_mail_server_refuses_for_good_is_marked_and_the_others_get_theirs(
    olive, allow, send, reached, progress, ids, carrying
):
    allow("aroha", "wiremu")
    mailing = olive.writes()

    def refuse(letter):
        if letter.to.startswith("aroha"):
            raise mail.Refused(550)

    with carrying(refuse):
        send(mailing)
    assert reached(mailing) == ["lin", "wiremu"]
    assert progress(mailing).skipped == {Skip.REFUSED: 1}
    aroha = ids("aroha")
    with transaction():
        assert people.is_undeliverable(people.get_person(aroha))


def test_an_address_that_is_refused_for_now_is_tried_again_and_holds_nobody_up(
    olive, allow, send, reached, progress, carrying, state, owner
):
    allow("aroha", "wiremu")
    mailing = olive.writes()

    def refuse(letter):
        if letter.to.startswith("aroha"):
            raise mail.Refused(451)

    with carrying(refuse):
        send(mailing)
    assert (reached(mailing), state(mailing)) == (["lin", "wiremu"], "sent")
    assert progress(mailing).skipped == {Skip.LATER: 1}
    letter = owner.execute("select args ->> 'letter' from procrastinate_jobs where task_name = 'mail.deliver'"
                           " and scheduled_at > now()").fetchone()[0]  # fmt: skip
    mail.deliver(letter)
    assert reached(mailing) == ["aroha", "lin", "wiremu"]


def test_while_the_mail_server_is_away_nothing_is_lost(olive, allow, send, reached, carrying, state):
    allow("aroha", "wiremu")
    mailing = olive.writes()

    def away(_letter):
        raise ConnectionRefusedError

    with carrying(away):
        send(mailing)
    assert (reached(mailing), state(mailing)) == ([], "sending")
    send(mailing)
    assert (reached(mailing), state(mailing)) == (["aroha", "lin", "wiremu"], "sent")


def test_who_has_no_email_is_counted(olive, send, progress, cast, app):
    faces.make(another("post"))
    person = people.find_by_email("post@people.example")
    with transaction():
        from app.party.people import services as person_services

        person = people.get_person(person.id)
        person_services.correct(person, people.details_of(person).but(email=""), by="system")
    session.remove()
    mailing = olive.writes(Kind.STATUTORY)
    send(mailing)
    assert progress(mailing).skipped == {Skip.NO_EMAIL: 1}
