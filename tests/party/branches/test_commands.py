"""`flask offices …`: the first secretary, and the way back in."""

from __future__ import annotations

import pytest

from app.ground.db import session


@pytest.fixture
def run(app):
    def command(*words):
        done = app.test_cli_runner().invoke(args=["offices", *words])
        session.remove()
        return done

    return command


def test_the_first_secretary_and_a_branch_that_is_new(cast, run):
    done = run("appoint", "aroha@people.example", "secretary")
    assert done.exit_code == 0, done.output
    assert "is party secretary from" in done.output
    assert run("appoint", "grace@people.example", "organizer", "--branch", "Ahuriri").exit_code == 0
    listed = run("list").output
    assert "organizer of the branch Ahuriri" in listed
    assert "no second step yet" in listed


def test_refusals_are_sentences(cast, run):
    for words, sentence in (
        (("appoint", "nobody@people.example", "reader"), "Only a member"),
        (("appoint", "lin@people.example", "reader"), "Only a member"),
        (("appoint", "aroha@people.example", "organizer"), "Choose a branch"),
        (("end", "aroha@people.example", "reader"), "holds no such office"),
        (("recover", "nobody@people.example"), "is not known"),
    ):
        done = run(*words)
        assert done.exit_code == 1
        assert sentence in done.output
        assert "Traceback" not in done.output


def test_an_office_is_ended_and_a_way_in_recovered(cast, run, owner):
    assert run("end", "tama@people.example", "organizer").exit_code == 0
    assert "Tama" not in run("list").output
    assert run("recover", "olive@people.example").exit_code == 0
    assert owner.execute("select count(*) from authenticators").fetchone() == (2,)
