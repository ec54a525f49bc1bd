"""Who belongs to which branch: by the electorate they live in, or by an officer’s word."""

from __future__ import annotations

import pytest

from app.ground import audit, clock
from app.ground.db import session, transaction
from app.party.belonging import services as belonging
from app.party.branches import queries, rules, services
from app.party.electorates.rules import UnknownElectorate
from app.party.people import queries as people

AROHA, GRACE, LIN, OLIVE, TAMA = (f"{key}@people.example" for key in ("aroha", "grace", "lin", "olive", "tama"))


def person(email):
    found = people.find_by_email(email).id
    session.remove()
    return found


def lives(email, electorate):
    who = person(email)
    with transaction():
        belonging.change_details(
            who, belonging.Change(phone="", address="1 Kea Road", born_on=None, electorate=electorate),
            by=f"person:{who}", on=clock.today(),
        )  # fmt: skip


def branch(name):
    with transaction():
        found = queries.find_branch(name) or services.add_branch(name, by="system", on=clock.today())
    return found


def hold(name, *codes):
    there = branch(name)
    with transaction():
        return services.hold_electorates(there, codes, by="system", on=clock.today())


def place(email, name, *, by=OLIVE):
    there, who, officer = branch(name) if name else None, person(email), person(by)
    with transaction():
        services.place(who, there, by=f"person:{officer}", on=clock.today())


def of(email):
    found = queries.branch_of(person(email))
    name = session.get(queries.Branch, found).name if found else None
    session.remove()
    return name


def test_a_member_falls_to_the_branch_of_where_they_live(cast):
    hold("Māngere", "mangere", "manurewa")
    lives(AROHA, "mangere")
    assert of(AROHA) == "Māngere"
    assert of(GRACE) is None


def test_who_lives_there_already_comes_when_the_electorate_does(cast):
    lives(AROHA, "nelson")
    lives(GRACE, "dunedin")
    assert hold("Nelson", "nelson") == 1
    assert (of(AROHA), of(GRACE)) == ("Nelson", None)
    assert hold("Nelson", "nelson") == 0


def test_who_moves_house_belongs_to_the_branch_there_or_to_none(cast):
    hold("Māngere", "mangere")
    hold("Nelson", "nelson")
    for electorate, there in (("mangere", "Māngere"), ("nelson", "Nelson"), ("dunedin", None)):
        lives(AROHA, electorate)
        assert of(AROHA) == there
    moves = queries.branch_moves_of(people_membership(AROHA))
    assert [(move.branch.name if move.branch else None, move.because) for move in moves] == [
        ("Māngere", "electorate"), ("Nelson", "electorate"), (None, "electorate"),
    ]  # fmt: skip


def people_membership(email):
    from app.party.membership import queries as memberships

    return memberships.current_of(person(email)).id


def test_an_officers_word_outweighs_the_electorate(cast):
    hold("Māngere", "mangere")
    place(AROHA, "Nelson")
    lives(AROHA, "mangere")
    assert of(AROHA) == "Nelson"
    hold("Māngere", "mangere", "manurewa")
    assert of(AROHA) == "Nelson"
    place(AROHA, None)
    assert of(AROHA) is None


def test_an_electorate_falls_to_one_branch(cast):
    hold("Māngere", "mangere")
    with pytest.raises(rules.HeldElsewhere, match="Māngere falls to another branch"):
        hold("Nelson", "mangere")
    hold("Māngere")
    hold("Nelson", "mangere")
    with pytest.raises(UnknownElectorate):
        hold("Nelson", "atlantis")


def test_a_supporter_belongs_to_no_branch(cast):
    hold("Māngere", "mangere")
    lives(LIN, "mangere")
    assert of(LIN) is None
    with pytest.raises(rules.NotInForce):
        place(LIN, "Māngere")


@pytest.mark.parametrize("who", [TAMA, GRACE])
def test_only_the_secretary_places_members(cast, who):
    with pytest.raises(rules.MayNotPlace):
        place(AROHA, "Māngere", by=who)


def test_every_move_is_in_the_log(cast):
    hold("Māngere", "mangere")
    lives(AROHA, "mangere")
    place(AROHA, "Nelson")
    said = [row.action for row in session.scalars(queries.select(audit.AuditEntry).order_by(audit.AuditEntry.seq))]
    assert said.count("membership:branch_moved") == 2
    assert "branch:electorate_held" in said
    assert audit.verify()[1] == []
