"""What the Commission must be told: found the same day, written about, closed when it was sent."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.seal import digest
from app.party.registration import jobs, papers, queries, rules, services
from app.party.registration.models import DayCount, Sent, Step

A_DAY = timedelta(days=1)
pytestmark = pytest.mark.on_day(date(2026, 11, 29))  # from January to April a declaration is open as well


@pytest.fixture
def registered(olive, today):
    with transaction():
        services.note_registration(Step.REGISTERED, on=date(2020, 3, 1), by=olive)


def duties() -> list[tuple[str, str]]:
    found = [(duty.kind, duty.about) for duty in queries.open_duties()]
    session.remove()
    return found


def enough(day: date) -> None:
    """As if 500 had counted on a day."""
    with transaction():
        row = session.get(DayCount, day)
        assert row is not None
        row.count = 500


def test_a_party_that_is_not_registered_owes_nothing(olive):
    jobs.watch()
    assert duties() == []


def test_too_few_are_told_of_the_same_day_by_duty_and_letter(registered, mailbox):
    assert duties() == [("notice", "")]  # at once, when the registration was noted
    jobs.watch()
    assert duties() == [("notice", "")]
    letters = [letter for letter in mailbox() if "Electoral Commission must be told" in letter.subject]
    assert [letter.to for letter in letters] == ["olive@people.example"]
    assert "s 67(3)(d)" in letters[0].text
    assert "1 on" in letters[0].text


def test_it_is_written_about_every_morning_once(registered, mailbox):
    def written():
        return len([letter for letter in mailbox() if "must be told" in letter.subject])

    with clock.standing_at(clock.start_of(clock.today() + A_DAY)):
        jobs.write_to_secretary()
        jobs.write_to_secretary()
    assert written() == 2


def test_it_closes_when_it_was_sent_and_is_not_found_again_until_the_number_was_up(registered, olive, today):
    jobs.watch()
    with transaction():
        services.send(Sent.NOTICE, today.year, count=1, sent_on=today, by=olive)
    assert duties() == []
    jobs.watch()
    assert duties() == []
    tomorrow = today + A_DAY
    with clock.standing_at(clock.start_of(tomorrow)):
        jobs.watch()
        assert duties() == []
        enough(tomorrow)  # it was up, and falls again
    with clock.standing_at(clock.start_of(tomorrow + A_DAY)):
        jobs.watch()
        assert duties() == [("notice", "")]


def test_a_number_that_rises_again_does_not_close_it_and_cancelling_does(registered, olive, today):
    with transaction():
        services.find_duties(count=600, on=today)
    assert duties() == [("notice", "")]
    with transaction():
        services.note_registration(Step.CANCELLED, on=today, by=olive)
    assert duties() == []
    closed = queries.closed_duties()
    session.remove()
    assert [duty.closed_because for duty in closed] == ["the law asks it no more"]


@pytest.mark.parametrize(("count", "found"), [(499, True), (500, False)])
def test_the_line_is_at_500(registered, olive, today, count, found):
    with transaction():
        services.send(Sent.NOTICE, today.year, count=1, sent_on=today, by=olive)
    enough_day = today
    jobs.watch()
    enough(enough_day)
    with clock.standing_at(clock.start_of(today + A_DAY)), transaction():
        services.find_duties(count=count, on=today + A_DAY)
    assert (duties() == [("notice", "")]) is found


def test_the_declaration_opens_on_new_years_day_and_closes_when_it_was_sent(registered, olive, mailbox):
    year = clock.today().year + 1
    with clock.standing_at(clock.start_of(date(year - 1, 12, 31))):
        jobs.watch()
        assert ("declaration", str(year)) not in duties()
    with clock.standing_at(clock.start_of(date(year, 1, 1))):
        jobs.watch()
        assert ("declaration", str(year)) in duties()
        row = queries.find_open(Sent.DECLARATION, str(year))
        assert (row.due_on, row.cites) == (date(year, 4, 30), "Electoral Act 1993 s 71A")
        session.remove()
    for day, more in ((date(year, 3, 31), 1), (date(year, 4, 1), 0), (date(year, 4, 29), 1), (date(year, 5, 2), 1)):
        with clock.standing_at(clock.start_of(day)):
            before = len(mailbox())
            with transaction():  # the notice is told, so that only the declaration is written about
                notice = queries.find_open(Sent.NOTICE)
                if notice:
                    services.send(Sent.NOTICE, year, count=1, sent_on=day, by=olive)
            jobs.write_to_secretary()
            assert len(mailbox()) - before == more, day
    with clock.standing_at(clock.start_of(date(year, 5, 3))):
        with transaction():
            services.send(Sent.DECLARATION, year, count=1, sent_on=date(year, 5, 3), by=olive)
        jobs.watch()
        assert duties() == []


def test_what_was_sent_is_sealed_and_comes_out_the_same(registered, olive, today, owner):
    with transaction():
        sent = services.send(Sent.DECLARATION, today.year, count=1, sent_on=today, by=olive).id
    one = queries.find_sent(sent)
    facts = queries.opened(one)
    assert digest(facts) == one.digest
    assert facts["count"] == 1
    assert "fewer than 500" in facts["said"][1]
    assert facts["secretary"] == "Olive Tarawhiti"
    once = papers.sent_pdf(facts, digest=one.digest, sent_on=one.sent_on.isoformat())
    assert once == papers.sent_pdf(queries.opened(queries.find_sent(sent)), digest=one.digest, sent_on=str(one.sent_on))
    session.remove()
    assert b"Olive" not in bytes(owner.execute("select sealed from registration_sent").fetchone()[0])


@pytest.mark.parametrize("day", [date(2025, 12, 31), None])
def test_it_is_not_sent_on_a_day_that_cannot_be(registered, olive, today, day):
    with pytest.raises(rules.NotOnThatDay), transaction():
        services.send(Sent.DECLARATION, today.year, count=1, sent_on=day or today + A_DAY, by=olive)


def test_it_is_noted_on_the_day_it_is_here(olive, today):
    with clock.standing_at(clock.start_of(today, time(1, 30))), transaction():  # it is the day before in UTC
        services.note_registration(Step.REGISTERED, on=date(2020, 3, 1), by=olive)
    known = queries.registered()
    assert known is not None
    assert known.noted_on == today
    session.remove()


def test_nothing_is_sent_before_the_registration_is_noted(olive, today):
    for kind in Sent:
        with pytest.raises(rules.NotRegistered), transaction():
            services.send(kind, today.year, count=1, sent_on=today, by=olive)
    with pytest.raises(rules.NotRegistered), transaction():
        services.note_registration(Step.CANCELLED, on=today, by=olive)
    with pytest.raises(rules.NotOnThatDay), transaction():
        services.note_registration(Step.REGISTERED, on=today + A_DAY, by=olive)


def test_enough_members_need_no_notice(registered, olive, today):
    with transaction():
        services.send(Sent.NOTICE, today.year, count=1, sent_on=today, by=olive)
    with pytest.raises(rules.NothingToSend), transaction():
        services.send(Sent.NOTICE, today.year, count=500, sent_on=today, by=olive)
