"""Pairs that may be one person: found by keyed values, shown to who sees both, decided once."""

from __future__ import annotations

import pytest

from app.ground import clock
from app.ground.db import looking_as, session, transaction
from app.party.belonging import services as belonging
from app.party.branches.scope import EVERYONE, NOBODY, Scope
from app.party.merging import jobs, queries, rules, services
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Details

from .conftest import seeing

AROHA = Details("Aroha Ngāpō-Whitfield", "aroha@people.example", "14 Kōwhai Terrace, Te Awamutu 3800", "+64215550141")


def found(scope=EVERYONE):
    with seeing(scope):
        pairs, more = queries.pairs(scope)
        assert len(pairs) == queries.waiting(scope)
        assert not more
        return [({pair.a.person_id, pair.b.person_id}, pair.why) for pair in pairs]


def born(aroha):
    return people.details_of(people.get_person(aroha)).born_on


def test_the_cast_are_all_different_people(cast):
    assert found() == []


@pytest.mark.parametrize(
    ("why", "details"),
    [
        ("phone", {"name": "A. Whitfield", "email": "other@people.example", "phone": "+64215550141"}),
        ("mailbox", {"name": "", "email": "A.roha+news@people.example"}),
        ("first name and address", {"name": "Aro Whitfield", "email": "other@people.example",
                                    "address": "14 kowhai terrace te awamutu 3800"}),
    ],
)  # fmt: skip
def test_what_two_records_share_is_found_at_once(cast, ids, double, why, details):
    made = double(**details)
    assert found() == [({ids("aroha"), made}, [why])]


def test_the_same_name_in_another_order_with_the_same_birth_date(cast, ids, double):
    made = double(name="WHITFIELD-Ngapo Aroha", email="other@people.example", born_on=born(ids("aroha")))
    session.remove()
    assert found() == [({ids("aroha"), made}, ["name and birth date"])]


def test_a_name_alone_is_no_likeness_nor_is_a_family_at_one_address(cast, double):
    double(name="Aroha Ngāpō-Whitfield", email="other@people.example")
    double(name="Hemi Ngāpō-Whitfield", email="hemi@people.example", address=AROHA.address)
    assert found() == []


def test_a_likeness_that_goes_takes_the_pair_with_it(cast, ids, double):
    made = double(name="A. Whitfield", email="other@people.example", phone="+64215550141")
    assert len(found()) == 1
    with transaction():
        person = people.get_person(made)
        person_services.correct(person, people.details_of(person).but(phone="+64215550142"), by="system")
    assert found() == []


def test_who_is_erased_is_half_of_no_pair(cast, double, owner):
    made = double(name="A. Whitfield", email="other@people.example", phone="+64215550141")
    assert len(found()) == 1
    with transaction():
        belonging.leave(made, by=f"person:{made}", on=clock.today())
    assert found() == []
    assert owner.execute("select count(*) from likely_pairs").fetchone()[0] == 0


def test_two_people_are_not_asked_about_again(cast, ids, double, by_olive):
    made, aroha = double(name="A. Whitfield", email="other@people.example", phone="+64215550141"), ids("aroha")
    with looking_as("everyone"), transaction():
        services.set_apart(aroha, made, by=by_olive, on=clock.today())
    assert found() == []
    with transaction():
        person = people.get_person(made)
        person_services.correct(person, people.details_of(person).but(address=AROHA.address, name="Aroha W"), by="system")
    assert found() == []
    with pytest.raises(rules.NotLikely), looking_as("everyone"), transaction():
        services.set_apart(aroha, made, by=by_olive, on=clock.today())


def test_a_pair_that_crosses_branches_is_the_secretarys(cast, ids, mangere, place, member, by_olive):
    napier = place("Napier", "grace")
    made = member(branch=napier, name="A. Whitfield", email="other@people.example", phone="+64215550141")
    aroha, tama = ids("aroha"), f"person:{ids('tama')}"
    assert len(found()) == 1
    for scope in (Scope(branches=frozenset({mangere})), Scope(branches=frozenset({napier})), NOBODY):
        assert found(scope) == []
        with looking_as(str(scope)):
            assert queries.find_pair(aroha, made) is None  # nor by its key: the database hides it
            session.remove()
    with pytest.raises(rules.NotBoth), looking_as("everyone"), transaction():
        services.set_apart(aroha, made, by=tama, on=clock.today())
    assert len(found(Scope(branches=frozenset({mangere, napier})))) == 1


def test_a_record_that_is_part_of_somebody_is_asked_about_as_them(cast, ids, double, merge, undo):
    rita = double(name="Rita Paewai", email="rita@people.example", phone="+64215550177")
    said = merge(ids("aroha"), rita)
    third = double(name="R. Paewai", email="r@people.example", phone="+64215550177")
    assert found() == [({ids("aroha"), third}, ["phone"])]
    undo(said)
    assert found() == [({rita, third}, ["phone"])]


def test_what_was_written_by_copy_is_compared_by_the_chore(cast, ids, double, owner):
    made = double(name="A. Whitfield", email="other@people.example", phone="+64215550141")
    owner.execute("delete from people_likenesses")
    owner.execute("delete from likely_pairs")
    assert found() == []
    jobs.liken()
    jobs.find()
    assert found() == [({ids("aroha"), made}, ["phone"])]


def test_a_phone_that_many_share_says_nothing_of_any_two(cast, double):
    for number in range(6):
        double(name=f"Helper {number}", email=f"h{number}@people.example", phone="+6495550100")
    assert len(found()) == 15
    double(name="One more", email="more@people.example", phone="+6495550100")
    jobs.find()
    assert found() == []


def test_what_is_kept_of_a_likeness_names_nobody(cast, double, owner):
    double(phone="+64215550141")
    text = "\n".join(row[0] for row in owner.execute("select l::text from people_likenesses l").fetchall())
    assert "215550141" not in text
