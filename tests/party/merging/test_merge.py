"""Two records become one person, and two again."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import ProgrammingError

from app.ground import clock
from app.ground.db import looking_as, session, transaction
from app.ground.ids import new_id
from app.party.branches.scope import EVERYONE, Scope
from app.party.merging import queries, rules
from app.party.merging.models import Merge
from app.party.people import queries as people
from app.party.roster import queries as roster
from app.party.roster.rules import Asked

from .conftest import seeing

# What only grows: the log, letters and their jobs; the sentence that the merge was, and its link.
GROWS = {"audit_entries", "audit_head", "letters", "merges", "one_time_links", "procrastinate_jobs", "procrastinate_events"}


def everything(owner: psycopg.Connection) -> dict[str, list[str]]:
    """Every row of every table, as text; of the roster and of pairs without when they were written, of people with
    what is sealed opened."""
    tables = [row[0] for row in owner.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()]
    found = {}
    for table in sorted(set(tables) - GROWS):
        leave = {"roster": " - 'changed_at'", "people": " - 'sealed'", "likely_pairs": " - 'found_at'"}.get(table, "")
        found[table] = sorted(row[0] for row in owner.execute(f'select (to_jsonb(t){leave})::text from "{table}" t').fetchall())
    sums = owner.execute(
        "select jsonb_build_array(whole, branch_id, decided, owed_from, can_enrol, sum(people))::text"
        " from roster_tallies group by whole, branch_id, decided, owed_from, can_enrol having sum(people) <> 0"
    ).fetchall()
    found["roster_tallies"] = sorted(row[0] for row in sums)
    found["details"] = sorted(
        str(people.details_of(person)) for person in session.scalars(select(people.Person)) if person.sealed
    )
    session.remove()
    return found


def names(scope=EVERYONE, typed=None):
    with seeing(scope):
        if typed:
            return [name for _row, name in roster.find_people(typed, Asked(), scope, on=clock.today()).rows]
        rows = roster.page(Asked(), scope, on=clock.today()).rows
        return sorted(roster.names_of(rows).values())


def test_lists_and_counts_show_one_person(cast, ids, double, merge):
    before = names()
    gone = double()
    assert len(names()) == len(before) + 1
    merge(ids("aroha"), gone)
    assert names() == before
    with seeing():
        assert roster.count(Asked(), EVERYONE, on=clock.today()) == len(before)
        assert roster.find(gone, EVERYONE) is None
        assert roster.unlike() == []


def test_taken_back_all_is_as_it_was_to_the_byte(cast, ids, double, merge, undo, owner):
    gone = double(name="Aroha Whitfield", phone="+64215550199", address="14 Kowhai Terrace, Te Awamutu 3800", news=True)
    before = everything(owner)
    said = merge(ids("aroha"), gone, take=("name", "phone", "address"))
    assert everything(owner) != before
    undo(said)
    assert everything(owner) == before


def test_the_person_is_found_by_every_name_number_and_email(cast, ids, double, merge, undo):
    gone = double(name="Rita Paewai", email="rita@people.example", phone="+64215550177")
    said = merge(ids("aroha"), gone)
    for typed in ("rita pae", "rita@people.example", "021 555 0177", "aroha ngapo"):
        assert names(typed=typed) == ["Aroha Ngāpō-Whitfield"], typed
    undo(said)
    assert names(typed="rita pae") == ["Rita Paewai"]
    assert names(typed="aroha ngapo") == ["Aroha Ngāpō-Whitfield"]


def test_who_may_not_see_both_does_not_merge(cast, ids, member, mangere, place, merge):
    elsewhere, here = ids("grace"), ids("aroha")
    tama, scope = f"person:{ids('tama')}", Scope(branches=frozenset({mangere}))
    for kept, gone in ((here, elsewhere), (elsewhere, here)):
        for seen in (scope, EVERYONE):
            with pytest.raises(rules.NotBoth):
                merge(kept, gone, by=tama, scope=seen)


def test_the_database_lets_nobody_say_it_of_who_is_out_of_their_sight(app, cast, ids, mangere, double, merge):
    said, scope = merge(ids("grace"), double()), Scope(branches=frozenset({mangere}))
    for kept, gone in (("aroha", "grace"), ("grace", "aroha")):
        row = Merge(id=new_id(), kept_id=ids(kept), gone_id=ids(gone), at=clock.now(), by="system")
        with looking_as(str(scope)), pytest.raises(ProgrammingError, match="row-level security"), transaction():
            session.add(row)
    take_back = update(Merge).where(Merge.id == said).values(undone_at=clock.now(), undone_by="system")
    with looking_as(str(scope)), transaction():
        assert session.execute(take_back, execution_options={"synchronize_session": False}).rowcount == 0


def test_an_organizer_merges_two_of_the_branch(cast, ids, member, mangere, merge, undo):
    gone = member(branch=mangere)
    tama, scope = f"person:{ids('tama')}", Scope(branches=frozenset({mangere}))
    with seeing():
        ends = roster.find(gone, EVERYONE).membership_id
    said = merge(ids("aroha"), gone, ends=ends, by=tama, scope=scope)
    assert names(scope) == ["Aroha Ngāpō-Whitfield", "Tama Fuimaono"]
    undo(said, by=tama, scope=scope)
    assert len(names(scope)) == 3


def test_two_memberships_in_force_are_never_merged_in_silence(cast, ids, member, merge):
    gone = member()
    with pytest.raises(rules.TwoMemberships):
        merge(ids("aroha"), gone)


def test_the_record_with_the_membership_goes_on(cast, ids, double, merge):
    with pytest.raises(rules.KeepTheMember):
        merge(double(), ids("aroha"))


def test_who_holds_an_office_is_not_merged_away(cast, ids, merge):
    with pytest.raises(rules.HoldsOffice):
        merge(ids("aroha"), ids("tama"))


def test_a_table_without_a_rule_stops_every_merge(cast, ids, double, merge, monkeypatch):
    gone = double()
    monkeypatch.delitem(rules.RULES, "receipts")
    with pytest.raises(rules.NoRule, match="receipts"):
        merge(ids("aroha"), gone)


def test_every_table_about_people_has_a_rule():
    assert queries.tables_about_people() == set(rules.RULES)
