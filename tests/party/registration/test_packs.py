"""A pack: chosen by a stated rule, each checked as the Commission would, the failed replaced, filed once and for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from psycopg import errors

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.party.belonging import services as belonging
from app.party.branches import queries as branches
from app.party.branches.scope import EVERYONE
from app.party.registration import queries, rules, services
from app.party.registration.models import Pack, PackLine, State
from app.party.registration.rules import WORDS, Candidate, Reason, spread

A_DAY = timedelta(days=1)


def of(pack: Pack, state: State = State.IN) -> list[PackLine]:
    found = list(queries.lines_of(pack, state))
    session.remove()
    return found


def candidate(number: int, electorate: str, owed: int) -> Candidate:
    return Candidate(new_id(), new_id(), number, electorate, date(2027, 1, 1) + timedelta(days=owed))


def test_those_whose_dues_run_longest_come_first_an_electorate_at_a_time():
    some = [
        candidate(1, "nelson", 5), candidate(2, "nelson", 300), candidate(3, "nelson", 299), candidate(4, "dunedin", 1),
        candidate(5, "", 400), candidate(6, "dunedin", 2),
    ]  # fmt: skip
    assert [one.number for one in spread(some)] == [5, 6, 2, 4, 3, 1]
    assert [one.number for one in spread(reversed(some))] == [5, 6, 2, 4, 3, 1]


FAULTS = {
    Reason.NO_APPLICATION: {"unsigned": True},
    Reason.TAMPERED: {"digest": "0" * 64},
    Reason.NOT_SIGNED: {"signature": " "},
    Reason.UNKNOWN_WORDING: {"wording": "join-1999-01"},
    Reason.OTHER_NAME: {},
    Reason.TOO_YOUNG: {"born_on": date(2010, 3, 1)},
}


@pytest.mark.parametrize("reason", FAULTS)
def test_who_fails_stays_with_the_reason_and_the_next_takes_the_place(crowd, make_pack, today, reason):
    parts = dict(FAULTS[reason])
    if reason is Reason.OTHER_NAME:
        (odd,) = crowd(1, joined=today)  # its dues run longest of all: it is looked at first
        with transaction():
            from app.party.people import queries as people
            from app.party.people import services as person_services

            person = people.get_person(odd)
            person_services.correct(person, replace(people.details_of(person), name="Somebody Else"), by="system")
    else:
        (odd,) = crowd(1, joined=today, **parts)
    crowd(3)
    pack = make_pack(3)
    assert [line.because for line in of(pack, State.FAILED)] == [str(reason)]
    assert [line.person_id for line in of(pack, State.FAILED)] == [odd]
    assert len(of(pack)) == 3
    counts = queries.counts_of(pack)
    session.remove()
    assert (counts.members, counts.failed, counts.why) == (3, 1, [(WORDS[reason], 1)])
    assert not counts.is_enough


@pytest.mark.on_day(date(2026, 11, 29))  # not on 29 February, on which nobody is eighteen to the day
def test_eighteen_on_the_day_is_old_enough_and_a_day_less_is_not(crowd, make_pack, today):
    crowd(1, born_on=today.replace(year=today.year - 18))
    crowd(1, born_on=today.replace(year=today.year - 18) + A_DAY)
    pack = make_pack(5)
    assert [line.because for line in of(pack, State.FAILED)] == [str(Reason.TOO_YOUNG)]
    assert len([line for line in of(pack) if line.number]) >= 1


def test_the_same_name_and_birth_date_or_address_counts_once(crowd, make_pack, today):
    crowd(1, name="Mere Tūhoro", born_on=date(1980, 1, 1), joined=today)
    crowd(1, name="MERE TUHORO", born_on=date(1980, 1, 1))
    crowd(1, name="Mere Tuhoro", address="9 Tui St", joined=today - A_DAY)
    crowd(1, name="Mere Tūhoro", address="9 tui st.")
    crowd(1, name="Mere Tūhoro", born_on=date(1990, 1, 1))  # another of that name
    pack = make_pack(50)
    assert [line.because for line in of(pack, State.FAILED)] == [str(Reason.TWICE)] * 2


def test_who_will_not_be_financial_on_the_day_is_not_even_chosen(crowd, make_pack, today):
    crowd(1, joined=today - timedelta(days=365 + 20))  # in the days of grace: financial today, not in twenty days
    crowd(1)
    now, then = make_pack(9), make_pack(9, on=today + timedelta(days=20))
    assert len(of(now)) - len(of(then)) == 1


def test_checked_again_who_resigned_since_fails_and_is_replaced(crowd, make_pack, olive, today):
    crowd(3, joined=today)
    pack = make_pack(2)
    gone = of(pack)[0].person_id
    with transaction():
        belonging.leave(gone, by=f"person:{gone}", on=today)
    with transaction():
        services.check_again(pack.id, scope=EVERYONE, by=olive)
    assert [(line.person_id, line.because) for line in of(pack, State.FAILED)] == [(gone, str(Reason.GONE))]
    assert len(of(pack)) == 2


def test_by_hand_somebody_is_taken_out_and_put_in_and_checked_like_everybody(crowd, make_pack, olive, today):
    (other,) = crowd(1, joined=today - timedelta(days=90))
    (bad,) = crowd(1, joined=today - timedelta(days=91), can_enrol="unsure")
    crowd(2, joined=today)
    pack = make_pack(2)
    assert {line.person_id for line in of(pack)}.isdisjoint({other, bad})
    out = of(pack)[0].id
    with transaction():
        services.take_out(pack.id, out, by=olive)
    numbers = {}
    from app.party.membership import queries as memberships

    for person in (other, bad):
        numbers[person] = memberships.current_of(person).number
    session.remove()
    for person in (other, bad):
        with transaction():
            services.put_in(pack.id, numbers[person], scope=EVERYONE, by=olive)
    assert other in {line.person_id for line in of(pack) if line.by_hand}
    assert [(line.person_id, line.because) for line in of(pack, State.FAILED)] == [(bad, str(Reason.CANNOT_ENROL))]
    assert len(of(pack, State.OUT)) == 1
    with pytest.raises(rules.NoMemberThere), transaction():
        services.put_in(pack.id, 987654321, scope=EVERYONE, by=olive)
    with transaction():  # checked again, who was taken out stays out
        services.check_again(pack.id, scope=EVERYONE, by=olive)
    assert len(of(pack, State.OUT)) == 1


def test_whoever_was_opened_sees_it_on_their_own_page(crowd, make_pack):
    (one,) = crowd(1)
    make_pack(10)
    seen = branches.looks_at(one)
    session.remove()
    assert [(look.office, look.what) for look in seen] == [("Party secretary", rules.CHECKED)] or [
        (look.office.lower(), look.what) for look in seen
    ] == [("party secretary", rules.CHECKED)]


def test_the_same_key_makes_one_pack(crowd, looking, olive, today):
    crowd(2)
    key = new_id()
    for _ in range(2):
        with transaction():
            services.make(key=key, wanted=2, on=today, scope=EVERYONE, by=olive)
    assert len(queries.packs()) == 1
    session.remove()


def test_a_pack_below_500_is_not_filed(crowd, make_pack, olive, today):
    crowd(2)
    pack = make_pack(2)
    with pytest.raises(rules.TooFew), transaction():
        services.file_pack(pack.id, sent_on=today, seen=queries.digest_of(pack), by=olive)


def test_500_are_filed_once_and_stay(crowd, make_pack, olive, today, as_app_rights, owner):
    """Filed it is a digest and a list of ids; checked once more before; and never changed."""
    crowd(501, joined=today)
    pack = make_pack(500)
    assert len(of(pack)) == 500
    seen = queries.digest_of(pack)
    session.remove()
    for bad, day in (("0" * 64, today), (seen, today + A_DAY), (seen, today - A_DAY)):
        with pytest.raises((rules.UncheckedPack, rules.NotOnThatDay)), transaction():
            services.file_pack(pack.id, sent_on=day, seen=bad, by=olive)
    with transaction():
        services.file_pack(pack.id, sent_on=today, seen=seen, by=olive)
    filed = queries.find_pack(pack.id)
    assert (filed.digest, filed.filed_on) == (seen, today)
    session.remove()
    line = of(pack)[0].id
    for verb in (
        lambda: services.file_pack(pack.id, sent_on=today, seen=seen, by=olive),
        lambda: services.check_again(pack.id, scope=EVERYONE, by=olive),
        lambda: services.drop(pack.id, by=olive),
        lambda: services.take_out(pack.id, line, by=olive),
    ):
        with pytest.raises(rules.IsFiled), transaction():
            verb()
    # A member leaves: their page says so, the digest stays.
    gone = of(pack)[3].person_id
    with transaction():
        belonging.leave(gone, by=f"person:{gone}", on=today)
    pages = list(queries.evidence_of(queries.find_pack(pack.id)))
    assert [page["place"] for page in pages if page["gone"]] == [4]
    assert queries.digest_of(queries.find_pack(pack.id)) == seen
    session.remove()


def test_what_was_filed_cannot_be_told_otherwise_by_the_application(crowd, make_pack, as_app_rights):
    crowd(1)
    make_pack(1)
    for way in (
        "delete from registration_lines", "update registration_lines set person_id = person_id",
        "delete from registration_packs",
        "update registration_packs set made_by = ''", "update registration_sent set count = 1",
        "delete from registration_duties",
    ):  # fmt: skip
        with pytest.raises(errors.InsufficientPrivilege), as_app_rights.transaction():
            as_app_rights.execute(way)


def test_no_organizer_sees_who_is_in_a_pack(crowd, make_pack, as_app_rights):
    crowd(2)
    make_pack(2)
    for scope, seen in (("everyone", 2), ("branches:", 0), (f"branches:{new_id()}", 0), ("nobody", 0)):
        with as_app_rights.transaction():
            as_app_rights.execute("select set_config('hustings.scope', %s, true)", [scope])
            found = as_app_rights.execute("select count(*) from registration_lines where state = 'in'").fetchone()[0]
            assert bool(found) is bool(seen), scope


def test_the_time_of_a_pack_is_a_few_questions_not_one_a_member(crowd, make_pack, today):
    """However many members, the evidence of a hundred is a handful of questions."""
    from sqlalchemy import event

    crowd(100)
    asked = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note := lambda *args: asked.append(args[2]))
    pack = make_pack(100)
    event.remove(engine, "before_cursor_execute", note)
    lines = [statement for statement in asked if statement.lstrip().lower().startswith("select")]
    assert len(lines) < 60, len(lines)
    assert clock.day_of(pack.made_at) == today
