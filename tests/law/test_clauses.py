"""A rule is a line with two dates; the one in force is found by day, and an old answer can be found again."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from itertools import pairwise
from pkgutil import iter_modules

import pytest

from app.law import au, nz, party_rules, uk
from app.law.clauses import Clause, Clauses, Finding, Refusal, Silent

RULE = Clauses(
    "a fee",
    (
        Clause("first", date(2010, 1, 1), date(2010, 1, 1), 10),
        Clause("second", date(2019, 12, 1), date(2020, 1, 1), 20),
        Clause("second, corrected", date(2021, 6, 1), date(2020, 1, 1), 25),
        Clause("third", date(2025, 5, 5), date(2030, 1, 1), 30),
    ),
)


@pytest.mark.parametrize(
    ("day", "known", "value"),
    [
        (date(2010, 1, 1), None, 10),
        (date(2019, 12, 31), None, 10),
        (date(2020, 1, 1), None, 25),
        (date(2029, 12, 31), None, 25),
        (date(2030, 1, 1), None, 30),
        (date(2020, 1, 1), date(2019, 11, 30), 10),  # not yet enacted
        (date(2020, 1, 1), date(2019, 12, 1), 20),  # as it was known before the correction
        (date(2020, 1, 1), date(2021, 5, 31), 20),
        (date(2020, 1, 1), date(2021, 6, 1), 25),
        (date(2035, 1, 1), date(2025, 5, 4), 25),
    ],
)
def test_the_clause_in_force_is_the_latest_that_was_known(day, known, value):
    assert RULE.on(day, known=known).value == value


def test_before_the_first_line_the_rule_is_silent_and_says_about_what():
    with pytest.raises(Silent, match="a fee is known for 2009-12-31"):
        RULE.on(date(2009, 12, 31))


ENDED = Clauses(
    "a cap",
    (
        Clause("made", date(2025, 2, 20), date(2026, 7, 1), 50),
        Clause("moved", date(2026, 3, 1), date(2026, 7, 1), 50, until=date(2026, 7, 1)),
        Clause("moved", date(2026, 3, 1), date(2027, 1, 1), 50, until=date(2030, 1, 1)),
    ),
)


@pytest.mark.parametrize(
    ("day", "known", "value"),
    [
        (date(2026, 8, 1), date(2026, 2, 1), 50),  # as it was enacted
        (date(2026, 8, 1), None, None),  # its start was moved
        (date(2027, 1, 1), None, 50),
        (date(2029, 12, 31), None, 50),
        (date(2030, 1, 1), None, None),  # it ended, and left nothing
    ],
)
def test_a_rule_can_be_moved_before_it_begins_and_can_end(day, known, value):
    found = ENDED.find(day, known=known)
    assert (found and found.value) == value
    if value is None:
        with pytest.raises(Silent):
            ENDED.on(day, known=known)


def test_the_order_of_the_lines_does_not_matter():
    turned = Clauses("a fee", tuple(reversed(RULE.lines)))
    for day in (date(2010, 1, 1), date(2020, 1, 1), date(2031, 1, 1)):
        assert turned.on(day) == RULE.on(day)


COUNTRIES = (au, nz, uk)
FOLDERS = [
    party_rules,
    *(import_module(f"{country.__name__}.{found.name}") for country in COUNTRIES for found in iter_modules(country.__path__)),
]
WRITTEN = [thing for folder in FOLDERS for thing in vars(folder).values() if isinstance(thing, Clauses)]


@pytest.mark.parametrize("rule", WRITTEN, ids=lambda rule: rule.subject)
def test_every_written_rule_cites_its_source_and_no_two_lines_are_the_same_line(rule):
    assert rule.lines
    assert all(line.cites.strip() and line.enacted <= line.since for line in rule.lines)
    dates = sorted((line.since, line.enacted) for line in rule.lines)
    assert all(one != other for one, other in pairwise(dates))


def test_there_are_rules_to_check():
    assert len(WRITTEN) >= 60
    assert len({rule.subject for rule in WRITTEN}) == len(WRITTEN)


def test_a_finding_is_true_or_false_and_explains_itself():
    assert Finding(True, "yes", "s 1")
    assert not Finding(False, "no, because", "s 1")


def test_a_refusal_carries_its_sentence_its_clause_and_what_became_of_the_money():
    class TooSmall(Refusal):
        sentence = "{amount} is less than {least}."
        cites = "rule 5"
        field = "amount"

    refusal = TooSmall(amount="$1.00", least="$5.00")
    assert str(refusal) == "$1.00 is less than $5.00."
    assert (refusal.cites, refusal.field, refusal.money) == ("rule 5", "amount", "Nothing was charged.")
