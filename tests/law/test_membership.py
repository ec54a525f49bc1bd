"""Who is a current financial member (Electoral Act 1993 s 3(1)) and who counts toward 500: a row a case.

The cast of the tables: someone who joined on 1 March 2026, pays $20.00 a year, and may be 28 days late with a later term.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.law.clauses import Clause, Clauses
from app.law.membership import (
    CanEnrol,
    Elector,
    Fee,
    History,
    Move,
    Paid,
    Standing,
    counts_toward_500,
    is_current_financial,
    standing,
)
from app.law.money import Money
from app.law.party_rules import DUES, DuesRule, Fees, Rhythm

JOINED = date(2026, 3, 1)
YEAR, NEXT = date(2027, 3, 1), date(2028, 3, 1)
GRACE_ENDS, LAPSES = date(2027, 3, 29), date(2027, 6, 27)  # the 28th day after the term began; the 90th after that
DUES_AMOUNT = Money(2000)
ADMITTED = Move(JOINED, Standing.GOOD)


def paid(*parts: tuple[date, int]) -> tuple[Paid, ...]:
    return tuple(Paid(day, Money(cents)) for day, cents in parts)


def first(*parts: tuple[date, int], amount: Money = DUES_AMOUNT) -> Fee:
    return Fee(JOINED, YEAR, JOINED, amount, paid(*parts))


def second(*parts: tuple[date, int], amount: Money = DUES_AMOUNT) -> Fee:
    return Fee(YEAR, NEXT, GRACE_ENDS, amount, paid(*parts))


def member(*fees: Fee, moves: tuple[Move, ...] = (ADMITTED,), own: bool = True) -> History:
    return History(own_application=own, moves=moves, fees=fees)


PAID_ONE = member(first((JOINED, 2000)))
PAID_TWO = member(first((JOINED, 2000)), second((YEAR, 2000)))
PAID_LATE = member(first((JOINED, 2000)), second((date(2027, 5, 1), 2000)))
IN_PARTS = member(first((JOINED, 1500), (date(2026, 4, 1), 500)))
TAKEN_BACK = member(first((JOINED, 2000), (date(2026, 6, 1), -2000)))
TAKEN_BACK_AND_PAID = member(first((JOINED, 2000), (date(2026, 6, 1), -2000), (date(2026, 7, 1), 2000)))
FREE = member(first(amount=Money(0)))
RESIGNED = member(first((JOINED, 2000)), moves=(ADMITTED, Move(date(2026, 9, 1), Standing.RESIGNED)))
EXPELLED = member(first((JOINED, 2000)), moves=(ADMITTED, Move(date(2026, 9, 1), Standing.EXPELLED)))
SUSPENDED = member(
    first((JOINED, 2000)),
    moves=(ADMITTED, Move(date(2026, 9, 1), Standing.SUSPENDED), Move(date(2026, 10, 1), Standing.GOOD)),
)
APPLIED = member(first(), moves=())
CLOSED_AS_LAPSED = member(
    first((JOINED, 2000)), second((date(2027, 8, 1), 2000)), moves=(ADMITTED, Move(date(2027, 7, 1), Standing.LAPSED))
)
ENROLLED_BY_ANOTHER = member(first((JOINED, 2000)), own=False)

CASES = [
    # case, history, day, standing, current and financial
    ("the day of joining, paid", PAID_ONE, JOINED, Standing.GOOD, True),
    ("the day before joining", PAID_ONE, JOINED - timedelta(days=1), Standing.APPLIED, False),
    ("the last day of the term", PAID_ONE, YEAR - timedelta(days=1), Standing.GOOD, True),
    ("the first day of grace, next fee not raised", PAID_ONE, YEAR, Standing.GOOD, True),
    ("the last day of grace", PAID_ONE, GRACE_ENDS - timedelta(days=1), Standing.GOOD, True),
    ("grace over: owed by rule though nobody raised it", PAID_ONE, GRACE_ENDS, Standing.BEHIND, False),
    ("grace over and the fee raised", member(first((JOINED, 2000)), second()), GRACE_ENDS, Standing.BEHIND, False),
    ("the last day before lapsing", PAID_ONE, LAPSES - timedelta(days=1), Standing.BEHIND, False),
    ("lapsed", PAID_ONE, LAPSES, Standing.LAPSED, False),
    ("lapsed for years", PAID_ONE, date(2031, 1, 1), Standing.LAPSED, False),
    ("the second term paid in time", PAID_TWO, GRACE_ENDS, Standing.GOOD, True),
    ("the second term paid ahead", member(first((JOINED, 2000)), second((date(2027, 2, 1), 2000))), YEAR, Standing.GOOD, True),
    ("late: the day before the money came", PAID_LATE, date(2027, 4, 30), Standing.BEHIND, False),
    ("late: the day the money came", PAID_LATE, date(2027, 5, 1), Standing.GOOD, True),
    ("part of the fee is not the fee", IN_PARTS, date(2026, 3, 31), Standing.BEHIND, False),
    ("the parts together are", IN_PARTS, date(2026, 4, 1), Standing.GOOD, True),
    ("a cent short", member(first((JOINED, 1999))), JOINED, Standing.BEHIND, False),
    ("more than the fee", member(first((JOINED, 5000))), JOINED, Standing.GOOD, True),
    ("the payment is reversed: the day before", TAKEN_BACK, date(2026, 5, 31), Standing.GOOD, True),
    ("the payment is reversed: that day, 92 days after it was payable", TAKEN_BACK, date(2026, 6, 1), Standing.BEHIND, False),
    ("the last day of the time that is given anew", TAKEN_BACK, date(2026, 8, 29), Standing.BEHIND, False),
    ("ninety days after it was reversed", TAKEN_BACK, date(2026, 8, 30), Standing.LAPSED, False),
    ("reversed before it was payable: time runs from when it is", member(first((JOINED, 2000)), second((YEAR, 2000),
        (date(2027, 3, 10), -2000))), LAPSES - timedelta(days=1), Standing.BEHIND, False),
    ("part taken back", member(first((JOINED, 2000), (date(2026, 6, 1), -1))), date(2026, 6, 1), Standing.BEHIND, False),
    ("reversed and paid again", TAKEN_BACK_AND_PAID, date(2026, 7, 1), Standing.GOOD, True),
    ("nothing was ever paid", member(first()), JOINED, Standing.BEHIND, False),
    ("a fee of $0 is no fee", FREE, JOINED, Standing.GOOD, False),
    ("no fee was ever asked", member(), JOINED, Standing.GOOD, False),
    ("applied, not admitted", APPLIED, date(2026, 4, 1), Standing.APPLIED, False),
    ("paid but not admitted", member(first((JOINED, 2000)), moves=()), date(2026, 4, 1), Standing.APPLIED, False),
    ("the day before resigning", RESIGNED, date(2026, 8, 31), Standing.GOOD, True),
    ("the day of resigning, paid up or not", RESIGNED, date(2026, 9, 1), Standing.RESIGNED, False),
    ("closed as lapsed, and then the money came", CLOSED_AS_LAPSED, date(2027, 8, 1), Standing.LAPSED, False),
    ("expelled", EXPELLED, date(2026, 9, 1), Standing.EXPELLED, False),
    ("suspended", SUSPENDED, date(2026, 9, 30), Standing.SUSPENDED, False),
    ("restored", SUSPENDED, date(2026, 10, 1), Standing.GOOD, True),
    ("enrolled by somebody else: s 3(1)(a)", ENROLLED_BY_ANOTHER, JOINED, Standing.GOOD, False),
    ("before the party had a rule on dues", PAID_ONE, date(2014, 3, 26), Standing.APPLIED, False),
]  # fmt: skip


@pytest.mark.parametrize(("history", "day", "verdict"), [case[1:4] for case in CASES], ids=[case[0] for case in CASES])
def test_standing_under_the_party_rules(history, day, verdict):
    assert standing(history, on=day) is verdict


@pytest.mark.parametrize(
    ("history", "day", "verdict"), [(*case[1:3], case[4]) for case in CASES], ids=[case[0] for case in CASES]
)
def test_current_and_financial_under_the_act(history, day, verdict):
    finding = is_current_financial(history, on=day)
    assert bool(finding) is verdict
    assert finding.sentence.endswith(".")
    assert finding.cites
    assert (finding.until is not None) is verdict


@pytest.mark.parametrize(
    ("history", "day", "until"),
    [
        (PAID_ONE, JOINED, GRACE_ENDS),  # the next fee becomes payable after grace
        (PAID_ONE, GRACE_ENDS - timedelta(days=1), GRACE_ENDS),
        (PAID_TWO, YEAR, date(2028, 3, 29)),
        (member(first((JOINED, 2000)), second()), JOINED, GRACE_ENDS),
    ],
)
def test_it_says_until_when_it_holds(history, day, until):
    assert is_current_financial(history, on=day).until == until


def test_a_term_that_began_on_29_february_holds_until_the_last_day_of_grace():
    joined = date(2024, 2, 29)
    history = History(
        True, (Move(joined, Standing.GOOD),), (Fee(joined, date(2025, 3, 1), joined, Money(1000), paid((joined, 1000))),)
    )
    assert is_current_financial(history, on=joined).until == date(2025, 3, 29)
    assert is_current_financial(history, on=date(2025, 3, 28))
    assert not is_current_financial(history, on=date(2025, 3, 29))


@pytest.mark.parametrize(
    ("history", "day", "says"),
    [
        (PAID_ONE, GRACE_ENDS, "dues of $20.00 became payable on 29 March 2027 and are unpaid."),
        (TAKEN_BACK, date(2026, 7, 1), "of dues of $20.00 that had been paid, $20.00 was taken back on 1 June 2026."),
        (member(first((JOINED, 1500))), JOINED, "dues of $20.00 became payable on 1 March 2026 and $5.00 of them is unpaid."),
    ],
)
def test_the_sentence_says_what_is_missing_and_why(history, day, says):
    assert is_current_financial(history, on=day).sentence.endswith(says)


def test_the_next_fee_follows_the_rhythm_that_was_chosen():
    joined = date(2026, 12, 1)
    fee = Fee(joined, date(2027, 1, 1), joined, Money(200), paid((joined, 200)))
    history = History(True, (Move(joined, Standing.GOOD),), (fee,), rhythm=Rhythm.MONTHLY)
    assert is_current_financial(history, on=joined).until == date(2027, 1, 15)
    assert standing(history, on=date(2027, 1, 15)) is Standing.BEHIND


@dataclass(frozen=True, init=False)
class Every(DuesRule):
    """A rule that no party here has: a fee every so many years."""

    years: int

    def __init__(self, years: int, *args, **kwargs):
        super().__init__(*args, **kwargs)
        object.__setattr__(self, "years", years)

    @property
    def longest_years(self) -> int:
        return self.years


@pytest.mark.parametrize(("years", "verdict"), [(1, True), (3, True), (4, False), (10, False)])
def test_a_rule_that_asks_less_often_than_every_three_years_makes_nobody_financial(years, verdict):
    fees = Fees(DUES_AMOUNT, DUES_AMOUNT, ask_days=30, grace_days=28, letter_days=())
    rule = Every(years, {Rhythm.YEARLY: fees}, lapse_days=90, most_above=Money(500_000))
    dues = Clauses("dues", (Clause("Party rule 5", JOINED, JOINED, rule),))
    until = date(2026 + years, 3, 1)
    history = History(True, (ADMITTED,), (Fee(JOINED, until, JOINED, DUES_AMOUNT, paid((JOINED, 2000))),))
    finding = is_current_financial(history, on=date(2026, 6, 1), dues=dues)
    assert bool(finding) is verdict
    if not verdict:
        assert f"every {years} years" in finding.sentence
        assert "3(1)" in finding.cites


BORN = date(2000, 1, 1)
ELECTORS = [
    ("declared being able, no birth date given", Elector(CanEnrol.YES), PAID_ONE, JOINED, True),
    ("declared being able, grown up", Elector(CanEnrol.YES, BORN), PAID_ONE, JOINED, True),
    ("declared not being able", Elector(CanEnrol.NO, BORN), PAID_ONE, JOINED, False),
    ("was not sure", Elector(CanEnrol.UNSURE, BORN), PAID_ONE, JOINED, False),
    ("17, the day before the birthday", Elector(CanEnrol.YES, date(2008, 6, 2)), PAID_ONE, date(2026, 6, 1), False),
    ("18 today", Elector(CanEnrol.YES, date(2008, 6, 1)), PAID_ONE, date(2026, 6, 1), True),
    ("able but behind", Elector(CanEnrol.YES, BORN), PAID_ONE, GRACE_ENDS, False),
    ("able but resigned", Elector(CanEnrol.YES, BORN), RESIGNED, date(2026, 9, 1), False),
    ("able but enrolled by somebody else", Elector(CanEnrol.YES, BORN), ENROLLED_BY_ANOTHER, JOINED, False),
    ("able but the fee was $0", Elector(CanEnrol.YES, BORN), FREE, JOINED, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("elector", "history", "day", "verdict"), [row[1:] for row in ELECTORS], ids=[row[0] for row in ELECTORS]
)
def test_who_counts_toward_500(elector, history, day, verdict):
    finding = counts_toward_500(elector, history, on=day)
    assert bool(finding) is verdict
    assert finding.sentence.startswith("Counts toward 500" if verdict else "Does not count toward 500")
    assert finding.cites


def test_born_on_29_february_is_of_age_on_the_first_of_march_where_there_is_no_29th():
    joined = date(2026, 2, 1)
    history = History(
        True, (Move(joined, Standing.GOOD),), (Fee(joined, date(2027, 2, 1), joined, DUES_AMOUNT, paid((joined, 2000))),)
    )
    elector = Elector(CanEnrol.YES, date(2008, 2, 29))
    assert not counts_toward_500(elector, history, on=date(2026, 2, 28))
    assert counts_toward_500(elector, history, on=date(2026, 3, 1))


@given(
    some.dates(date(2026, 3, 1), date(2040, 1, 1)),
    some.lists(some.tuples(some.dates(date(2026, 3, 1), date(2030, 1, 1)), some.integers(-3000, 3000)), max_size=6),
)
def test_whoever_is_financial_is_in_good_standing_and_whoever_counts_is_financial(day, payments):
    history = member(first(*payments))
    financial = is_current_financial(history, on=day)
    if financial:
        assert standing(history, on=day) is Standing.GOOD
        assert financial.until > day
    if counts_toward_500(Elector(CanEnrol.YES), history, on=day):
        assert financial


def test_the_rules_of_the_house_are_the_default():
    assert is_current_financial(PAID_ONE, on=JOINED, dues=DUES) == is_current_financial(PAID_ONE, on=JOINED)
