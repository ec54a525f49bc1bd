"""Registration of a party: when the Commission does not act, when it is told, what is declared."""

from __future__ import annotations

from datetime import date

import pytest

from app.law.books import Filing, Paper
from app.law.nz.elections import Election
from app.law.registration import declarations, freezes, frozen_on, is_below
from app.law.rule_book import by_name, printed


@pytest.mark.parametrize(
    ("day", "frozen"),
    [
        (date(2026, 8, 6), False),  # the day before the regulated period
        (date(2026, 8, 7), True),
        (date(2026, 11, 7), True),  # polling day
        (date(2026, 11, 29), True),
        (date(2026, 12, 3), True),  # the latest day for the return of the writ, to its close
        (date(2026, 12, 4), False),
        (date(2023, 10, 14), False),  # its writ is not known here, and nothing is guessed
    ],
)
def test_the_freeze_of_2026_runs_from_the_regulated_period_to_the_return_of_the_writ(day, frozen):
    found = frozen_on(day)
    assert bool(found) is frozen
    if found:
        assert found.acts_again_on == date(2026, 12, 4)
        assert "s 64" in found.cites or "ss 64" in found.cites


def test_before_2026_the_freeze_began_on_writ_day():
    old = Election(
        2017, polling_day=date(2017, 9, 23), regulated_from=date(2017, 6, 23), writ_on=date(2017, 8, 23),
        writ_back_by=date(2017, 10, 12),
    )  # fmt: skip
    assert [str(freeze.period) for freeze in freezes([old])] == ["2017-08-23 to 2017-10-12"]


def test_an_election_without_a_day_freezes_nothing():
    assert freezes([Election(2029)]) == []


@pytest.mark.parametrize(("count", "below"), [(0, True), (499, True), (500, False), (501, False)])
def test_the_commission_is_told_below_500(count, below):
    found = is_below(count, on=date(2027, 3, 1))
    assert bool(found) is below
    assert str(count) in found.sentence
    if below:
        assert found.cites == "Electoral Act 1993 s 67(3)(d)"
        assert "no time" in found.sentence


def test_the_declaration_is_due_by_30_april_of_each_year_after_registration():
    due = declarations(date(2025, 6, 1), [], on=date(2027, 2, 1))
    assert [(duty.about, duty.due_on, duty.done_on) for duty in due] == [
        (("2026",), date(2026, 4, 30), None),
        (("2027",), date(2027, 4, 30), None),
    ]


def test_a_declaration_that_was_sent_is_done():
    sent = Filing(Paper.DECLARATION, date(2027, 4, 2), year=2027)
    assert declarations(date(2026, 6, 1), [sent], on=date(2027, 5, 1))[0].done_on == date(2027, 4, 2)
    assert declarations(date(2026, 6, 1), [sent], on=date(2027, 4, 1))[0].done_on is None


def test_where_30_april_is_a_sunday_the_working_day_before_is_said():
    (due,) = [duty for duty in declarations(date(2026, 6, 1), [], on=date(2028, 3, 1)) if duty.about == ("2028",)]
    assert (due.due_on, due.plan_for) == (date(2028, 4, 30), date(2028, 4, 28))
    assert "plan for 2028-04-28" in due.sentence


def test_a_party_that_is_cancelled_declares_no_more():
    due = declarations(date(2020, 6, 1), [], on=date(2027, 5, 1), cancelled_on=date(2022, 1, 1))
    assert [duty.about for duty in due] == [("2021",), ("2022",)]


def test_the_rules_stand_in_the_rule_book_with_section_and_both_dates():
    rules = {name: clauses for name, clauses in by_name().items() if name.startswith("nz.registration.")}
    assert {"nz.registration.freeze", "nz.registration.notify", "nz.registration.evidence"} <= set(rules)
    for clauses in rules.values():
        for line in clauses.lines:
            assert line.cites.startswith("Electoral Act 1993 s")
            assert line.enacted <= line.since
            assert printed(line.value)
