"""The roster follows: whatever changes what it rests on changes it in the same transaction, and it is what the law says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select

from app.ground import clock
from app.ground.db import looking_as, session, transaction
from app.law.membership import Standing
from app.law.money import Money
from app.law.party_rules import Rhythm
from app.party.belonging import services as belonging
from app.party.dues import queries as dues_questions
from app.party.dues import services as dues
from app.party.dues.services.charges import put_against
from app.party.membership import queries as memberships
from app.party.payments import services as payments
from app.party.payments.models import Payment
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.roster import queries
from app.party.roster.models import OnRoster
from tests.waiting import wait_for_waiting


def row(person_id):
    with looking_as("house"):
        found = session.get(OnRoster, person_id)
        session.remove()
    return found


@pytest.fixture
def holds():
    """Hold the whole roster to its view and to the law, today and on days to come."""

    def check():
        today = clock.today()
        with looking_as("house"), transaction():
            assert queries.unlike() == []
            rows = list(session.scalars(select(OnRoster)))
            for ahead in (0, 1, 29, 100, 300, 365, 393, 394, 483, 484, 900):
                on = today + timedelta(days=ahead)
                assert [one.person_id for one in rows if not queries.is_as_the_law_says(one, on=on)] == [], ahead
            assert list(queries.faults(on=today, sample=UUID(int=0))) == []
        return rows

    return check


def test_it_has_the_cast_where_the_story_has_them(cast, ids, mangere, holds):
    rows = {one.person_id: one for one in holds()}
    today = clock.today()
    assert len(rows) == 6
    stands = {key: rows[ids(key)].standing(on=today) for key in cast}
    assert stands == {
        "aroha": Standing.GOOD, "grace": Standing.BEHIND, "lin": None, "olive": Standing.GOOD, "wiremu": Standing.GOOD,
        "tama": Standing.GOOD,
    }  # fmt: skip
    assert rows[ids("aroha")].counts_toward_500(on=today)
    assert rows[ids("lin")].consents == ["news"]
    assert rows[ids("aroha")].last_gave_on == today - timedelta(days=90)
    assert rows[ids("tama")].branch_id == mangere


def test_paying_ends_being_behind_at_once(cast, ids, holds):
    grace = ids("grace")
    assert row(grace).standing(on=clock.today()) is Standing.BEHIND
    with transaction():
        payment = dues.pay_owed(memberships.current_of(grace), by="system")
        session.flush()
        payments.record_payment(payment, method="cash", on=clock.today(), by="system")
    assert row(grace).standing(on=clock.today()) is Standing.GOOD
    holds()


def test_another_rhythm_and_a_refund_are_followed(cast, ids, holds):
    aroha = ids("aroha")
    with transaction():
        dues.choose_plan(
            memberships.current_of(aroha), rhythm=Rhythm.MONTHLY, rate="standard", on=clock.today(), by=f"person:{aroha}"
        )
    holds()
    with transaction():
        charge = dues_questions.charges_of(memberships.current_of(aroha))[0]
        payment = session.get(Payment, charge.paid[0].payment_id)
        put_against(charge, payment, Money(-charge.cents, charge.currency), cause="refund:test", on=clock.today())
    assert row(aroha).standing(on=clock.today()) is Standing.BEHIND
    assert row(aroha).owed_from == clock.today()
    holds()


def test_where_one_lives_what_one_allows_and_who_may_enrol_are_followed(cast, ids, holds):
    aroha = ids("aroha")
    with transaction():
        belonging.change_details(
            aroha, belonging.Change(phone="", address="1 Kea Road", born_on=None, electorate="nelson"), by="person:x",
            on=clock.today(),
        )  # fmt: skip
        person_services.change_consent(aroha, kind="news", given=True, source="own page", by=f"person:{aroha}")
        person = people.get_person(aroha)
        person_services.correct(person, people.details_of(person), can_enrol="unsure", by="system")
    now = row(aroha)
    assert (now.set_code, now.electorate_code, now.consents, now.can_enrol) == ("2026", "nelson", ["news"], "unsure")
    with transaction():
        person_services.change_consent(aroha, kind="news", given=False, source="own page", by=f"person:{aroha}")
    assert row(aroha).consents == []
    holds()


def test_who_leaves_is_gone_from_it_with_the_same_commit(cast, ids, holds):
    grace = ids("grace")
    with transaction():
        belonging.leave(grace, by=f"person:{grace}", on=clock.today())
    assert row(grace) is None
    assert len(holds()) == 5


def test_what_is_rolled_back_leaves_it_as_it_was(cast, ids, holds):
    before = row(ids("aroha")).changed_at
    with pytest.raises(RuntimeError), transaction():
        person_services.change_consent(ids("aroha"), kind="news", given=True, source="own page", by="system")
        raise RuntimeError
    assert row(ids("aroha")).changed_at == before
    holds()


def test_a_row_that_says_what_it_said_is_not_written_again(cast, ids):
    before = row(ids("aroha")).changed_at
    with transaction():
        person = people.get_person(ids("aroha"))
        person_services.correct(person, people.details_of(person).but(address="2 Kea Road"), by="system")
        person_services.confirm_email(person)
    assert row(ids("aroha")).changed_at == before


def test_a_row_that_is_wrong_is_found(cast, ids, owner):
    owner.execute("update roster set can_enrol = 'no' where person_id = %s", [ids("aroha")])
    owner.execute("update roster set branch_id = gen_random_uuid() where person_id = %s", [ids("grace")])
    owner.execute("delete from roster where person_id = %s", [ids("lin")])
    owner.execute("delete from roster_tallies")
    owner.execute("update roster_graces set days = 3 where rhythm = 'monthly'")
    try:
        with looking_as("house"), transaction():
            assert set(queries.unlike()) == {ids("aroha"), ids("grace"), ids("lin")}
            said = " ".join(queries.faults(on=clock.today(), sample=UUID(int=0)))
    finally:
        owner.execute("update roster_graces set days = 14 where rhythm = 'monthly'")
    assert "for 3 of 300 people" in said
    assert "days of grace" in said
    assert "its tallies 0" in said


def test_tallies_are_folded_to_the_same_sums(cast, ids, owner, everyone):
    with looking_as("house"), transaction():
        before = queries.standings(everyone, on=clock.today())
    many = owner.execute("select count(*) from roster_tallies").fetchone()[0]
    few = owner.execute("select roster_fold()").fetchone()[0]
    with looking_as("house"), transaction():
        assert queries.standings(everyone, on=clock.today()) == before
    assert few < many
    assert (before.everybody, before.good, before.behind, before.supporters, before.counting) == (6, 4, 1, 1, 4)


def test_two_changes_at_once_are_both_on_it(cast, ids, settings, owner, holds):
    """Whoever comes second waits for the first, and then reads what the first has written."""
    who, at = ids("aroha"), clock.now()
    with psycopg.connect(settings.database_url) as one, psycopg.connect(settings.database_url) as two:
        one.execute(
            "insert into consents (id, person_id, kind, given, wording, source, at)"
            " values (gen_random_uuid(), %s, 'news', true, 'w', 's', %s)",
            [who, at],
        )
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(
                two.execute,
                "insert into residences (id, person_id, set_code, electorate_code, said_at)"
                " values (gen_random_uuid(), %s, '2026', 'nelson', %s)",
                [who, at],
            )
            wait_for_waiting(owner)
            assert not second.done()
            one.commit()
            second.result(60)
        two.commit()
    assert (row(who).consents, row(who).electorate_code) == (["news"], "nelson")
    holds()


def test_the_commands_check_it_and_make_it_again(cast, app, ids, owner):
    run = app.test_cli_runner()
    assert run.invoke(args=["roster", "check"]).exit_code == 0
    owner.execute("update roster set can_enrol = 'no' where person_id = %s", [ids("aroha")])
    wrong = run.invoke(args=["roster", "check"])
    assert wrong.exit_code == 1
    assert f"person:{ids('aroha')} is not what the roster says." in wrong.output
    assert run.invoke(args=["roster", "rebuild"]).exit_code == 0
    assert run.invoke(args=["roster", "check"]).exit_code == 0
