"""Synthetic people for scale: what they leave in the tables is what real members leave, as far as every question can tell."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from app import seeding_many
from app.checkup import faults as doctor
from app.ground import clock
from app.ground.db import session
from app.ground.seal import digest
from app.law.membership import Standing, is_current_financial, standing
from app.party.dues import queries as dues
from app.party.joining import queries as joining
from app.party.joining.models import Declaration
from app.party.membership.models import Membership
from app.party.payments import queries as payments
from app.party.payments.models import Account, LineKind, Payment
from app.party.people import queries as people
from app.party.people.models import Person
from app.seeding_many import fill, loading
from app.seeding_many.making import TABLES
from app.web.house import house
from tests.tables import empty

COUNT = 300


@pytest.fixture
def said(app):
    lines = []
    fill(COUNT, say=lines.append)
    yield lines
    session.remove()


def test_the_ledger_holds_and_has_every_payment(said):
    balances = payments.balances()
    assert balances.faults == []
    assert payments.paid_but_untold() == 0
    assert balances.accounts[Account.CASH].cents == session.scalar(select(func.sum(Payment.cents)))


def test_everyone_is_found_by_their_own_name_and_email(said):
    for person in session.scalars(select(Person).limit(20)):
        details = people.details_of(person)
        assert person.id in [found.id for found, _ in people.search_by_name(details.name)]
        assert people.find_by_email(details.email).id == person.id
        assert details.email.endswith("@people.example")


def test_most_are_good_and_financial_some_are_behind_lapsed_or_gone(said):
    today = clock.today()
    stands = Counter()
    for membership in session.scalars(select(Membership)):
        history = dues.history_of(membership)
        stands[standing(history, on=today)] += 1
        assert bool(is_current_financial(history, on=today)) == (standing(history, on=today) is Standing.GOOD)
    assert stands[Standing.GOOD] > 0.7 * COUNT
    assert stands[Standing.BEHIND] + stands[Standing.LAPSED] + stands[Standing.RESIGNED] > 0
    supporters = COUNT - session.scalar(select(func.count(Membership.person_id.distinct())))
    assert 0 < supporters < 0.2 * COUNT


def test_what_they_signed_opens_and_is_what_they_paid(said):
    declared = list(session.scalars(select(Declaration).limit(20)))
    assert declared
    for row in declared:
        signed = next(one.said for one in joining.declarations_of(row.person_id) if one.id == row.id)
        assert digest(signed) == row.digest
        assert signed["name"] == people.details_of(people.get_person(row.person_id)).name
        assert session.get_one(Payment, row.payment_id).amount_for(LineKind.DUES).cents == signed["dues_cents"]


def test_it_says_how_many_and_how_fast(said):
    assert said[-1].startswith(f"{COUNT} people in ")


def test_people_can_be_added_to_people(said):
    fill(10, say=said.append)
    assert session.scalar(select(func.count()).select_from(Person)) == COUNT + 10
    assert payments.verify_ledger() == []


def everything(owner) -> list[tuple[object, ...]]:
    """Whoever is there: ids, days and money. What is sealed is sealed anew each time."""
    return owner.execute(
        "select p.id, p.email_index, m.number, m.opened_on, m.ended_on, c.id, c.cents, c.met_on, b.buckets from people p"
        " join people_name_buckets b on b.person_id = p.id left join memberships m on m.person_id = p.id"
        " left join dues_charges c on c.membership_id = m.id order by p.id, m.id, c.id"
    ).fetchall()


def schema(owner) -> list[str]:
    indexes = owner.execute("select indexdef from pg_indexes where schemaname = 'public'")
    constraints = owner.execute("select conrelid::regclass || conname || pg_get_constraintdef(oid) from pg_constraint")
    return sorted(str(row[0]) for row in [*indexes.fetchall(), *constraints.fetchall()])


@pytest.fixture
def many(app, monkeypatch):
    """A few hundred are many here."""
    monkeypatch.setattr(seeding_many, "MANY", 200)
    monkeypatch.setattr(seeding_many, "CHUNK", 100)


def cut_short(count: int) -> None:
    """As a run leaves the tables that was killed when a part of its people was there."""
    here, url = seeding_many.gather(count), house().settings.database_owner_url
    with loading.begun(here, url, chunk=100) as run:
        loading.at_home(run.party, url)
        assert loading.load(*run.missing[1]) == 100


def test_a_run_that_was_cut_short_is_gone_on_with_and_leaves_what_one_run_would(many, owner, owner_url, app):
    before = schema(owner)
    fill(300, say=lambda _line: None)
    whole = everything(owner)
    assert len({row[0] for row in whole}) == 300
    assert schema(owner) == before
    empty(owner_url)
    cut_short(300)
    assert any("flask seed --people 300" in fault for fault in doctor())
    said = []
    fill(300, say=said.append)
    assert said[0] == "Going on with a run that was cut short: 100 of 300 people are there."
    numbers = min(row[2] for row in everything(owner) if row[2])
    first = min(row[2] for row in whole if row[2])
    assert [row[:2] + row[3:] for row in everything(owner)] == [row[:2] + row[3:] for row in whole]
    assert {row[2] - numbers for row in everything(owner) if row[2]} == {row[2] - first for row in whole if row[2]}
    assert schema(owner) == before
    assert doctor() == []


def test_another_number_is_refused_until_the_run_is_done(many, owner):
    cut_short(300)
    with pytest.raises(loading.CutShort, match="flask seed --people 300 goes on with it"):
        fill(400, say=lambda _line: None)
    fill(300, say=lambda _line: None)
    assert owner.execute("select count(*) from people").fetchone()[0] == 300


def test_two_runs_at_one_time_are_one_too_many(many, owner):
    owner.execute(loading.LOCK)
    with pytest.raises(loading.Underway):
        fill(300, say=lambda _line: None)
    owner.execute("select pg_advisory_unlock_all()")


@pytest.mark.parametrize("count", [600, pytest.param(20_000, marks=pytest.mark.soak)])
def test_people_who_were_loaded_hold_everything_that_is_checked(many, app, owner, monkeypatch, count):
    monkeypatch.setattr(seeding_many, "CHUNK", count // 4)
    fill(count, say=lambda _line: None)
    for command in (["doctor"], ["ledger", "verify"], ["audit", "verify"], ["roster", "check"]):
        answer = app.test_cli_runner().invoke(args=command)
        assert answer.exit_code == 0, answer.output
    # What the triggers and the keys of the tables would have refused, had they been asked.
    for question in pointing(owner):
        assert owner.execute(question).fetchone()[0] == 0, question
    assert (
        owner.execute("select sum(moves) from move_tallies").fetchone()
        == owner.execute("select count(*) from membership_moves").fetchone()
    )
    lines = "select payment_id, sum(cents) from payment_lines group by 1"
    assert owner.execute(
        f"select count(*) from payments p left join ({lines}) l on l.payment_id = p.id where p.cents is distinct from l.sum"
    ).fetchone()[0] == 0  # fmt: skip


def pointing(owner) -> list[str]:
    """A question for each key of the tables that were loaded: how many rows point at nothing."""
    found = owner.execute(
        "select conrelid::regclass, confrelid::regclass,"
        " (select attname from pg_attribute where attrelid = conrelid and attnum = conkey[1]),"
        " (select attname from pg_attribute where attrelid = confrelid and attnum = confkey[1]) from pg_constraint"
        " where contype = 'f' and conrelid::regclass::text = any(%s)", [list(TABLES)]
    ).fetchall()  # fmt: skip
    assert len(found) > 12
    return [
        f'select count(*) from {table} a where "{column}" is not null'
        f' and not exists (select from {other} b where b."{key}" = a."{column}")'
        for table, other, column, key in found
    ]
