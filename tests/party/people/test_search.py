"""Finding people by name: macrons and case do not matter, and what collides is filtered."""

from __future__ import annotations

import pytest

from app.ground.db import session, transaction
from app.party.people import queries, services
from app.party.people.models import Details, NameBuckets


@pytest.fixture
def known(app):
    names = ["Wiremu Pōhatu-Lang", "Māia Ōtāhuhu", "Seán O’Brien", "Mai Tran", "Zoë Maihi"]
    with transaction():
        for place, name in enumerate(names):
            services.enrol(Details(name=name, email=f"p{place}@people.example"), by="system")


def found(typed):
    names = [details.name for _, details in queries.search_by_name(typed)]
    session.remove()
    return names


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("pohatu", ["Wiremu Pōhatu-Lang"]),
        ("PŌHATU", ["Wiremu Pōhatu-Lang"]),
        ("lang wir", ["Wiremu Pōhatu-Lang"]),
        ("obrien", ["Seán O’Brien"]),
        ("o'brien", ["Seán O’Brien"]),
        ("zoe", ["Zoë Maihi"]),
        ("mai", ["Mai Tran", "Māia Ōtāhuhu", "Zoë Maihi"]),
        ("otahuhu ma", ["Māia Ōtāhuhu"]),
        ("otahuhuans", []),
        ("x", []),
        ("", []),
        ("%", []),
    ],
)
def test_a_name_is_found_by_how_its_words_begin(known, typed, names):
    assert sorted(found(typed)) == sorted(names)


def test_a_collision_of_buckets_does_not_show(known):
    with transaction():
        lookalike = session.query(NameBuckets).all()
        everything = sorted({bucket for row in lookalike for bucket in row.buckets})
        for row in lookalike:
            row.buckets = everything
    assert found("zoe") == ["Zoë Maihi"]


def test_who_was_erased_is_not_found(known):
    with transaction():
        services.erase(queries.find_by_email("p4@people.example"), by="system")
    assert found("zoe") == []


def test_a_row_of_the_table_names_nobody(known, owner):
    held = owner.execute("select string_agg(p::text, ' ') || string_agg(b::text, ' ') from people p, people_name_buckets b")
    dump = held.fetchone()[0]
    sealed = b"".join(row[0] for row in owner.execute("select sealed from people").fetchall())
    for word in ("Wiremu", "hatu-Lang", "people.example", "Mai Tran"):
        assert word not in dump
        assert word.encode() not in sealed
