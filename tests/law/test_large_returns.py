"""Large donations and big loans, told to the Commission at once (ss 210C, 214F): alone, together, and counted anew."""

from __future__ import annotations

from datetime import date

import pytest

from app.law.books import Books, Filing, Kind, Paper
from app.law.donations import Contribution, Donation, GivenUp, To
from app.law.duties import duties
from app.law.large_returns import big_loan_duties, large_donation_returns
from app.law.loans import Loan, NotBySecretary, Repaid, check_loan, is_party_loan
from app.law.money import Money

D = date
END = D(2026, 12, 31)


def gift(id: str, on: date, amount: int, donor: str | None = "hana", **more) -> Donation:
    return Donation(id, on, Money(amount * 100), donor, **more)


def told(*donations: Donation, filings: tuple[Filing, ...] = (), on: date = END) -> list[tuple]:
    found = large_donation_returns(Books(donations, filings=filings), on=on)
    return [(paper.ids, paper.total.cents // 100, paper.due_on) for paper in found]


def filed(on: date, *ids: str) -> Filing:
    return Filing(Paper.LARGE_DONATION, on, ids)


CASES = [
    ("one, over", [gift("1", D(2026, 3, 2), 20_001)], [(("1",), 20_001, D(2026, 3, 30))]),
    ("one, at the figure", [gift("1", D(2026, 3, 2), 20_000)], []),
    ("one, the day before polling day", [gift("1", D(2026, 11, 6), 20_001)], [(("1",), 20_001, D(2026, 12, 4))]),
    ("one, on polling day", [gift("1", D(2026, 11, 7), 20_001)], []),
    ("one, over Christmas, in the period", [gift("1", D(2026, 1, 5), 20_001)], [(("1",), 20_001, D(2026, 2, 13))]),
    ("one in a year without an election", [gift("1", D(2025, 3, 3), 50_000)], []),
    ("two together", [gift("1", D(2026, 3, 2), 15_000), gift("2", D(2026, 4, 2), 5_001)],
        [(("1", "2"), 20_001, D(2026, 5, 5))]),
    ("two of two donors", [gift("1", D(2026, 3, 2), 15_000), gift("2", D(2026, 4, 2), 15_000, "ivo")], []),
    ("the first before the period", [gift("1", D(2025, 12, 31), 15_000), gift("2", D(2026, 4, 2), 15_000)], []),
    ("in 2025’s period there was none; in 2023 ten days", [gift("1", D(2023, 3, 1), 20_001)],
        [(("1",), 20_001, D(2023, 3, 15))]),
    ("in 2023 the earlier of 2022 does not count", [gift("1", D(2022, 12, 1), 20_000), gift("2", D(2023, 3, 1), 15_000)], []),
    ("in 2022 any twelve months count", [gift("1", D(2021, 6, 2), 20_000), gift("2", D(2022, 6, 1), 10_001)],
        [(("1", "2"), 30_001, D(2022, 6, 16))]),
    ("and a day more is not within them", [gift("1", D(2021, 6, 1), 20_000), gift("2", D(2022, 6, 1), 10_001)], []),
    ("an anonymous one alone", [gift("1", D(2026, 3, 2), 25_000, None)], [(("1",), 25_000, D(2026, 3, 30))]),
    ("anonymous ones are not added", [gift("1", D(2026, 3, 2), 15_000, None), gift("2", D(2026, 3, 2), 15_000, None)], []),
    ("protected: outside", [gift("1", D(2026, 3, 2), 25_000, None, protected=True)], []),
    ("given back: s 207C(6) speaks of the annual return only",
        [gift("1", D(2026, 3, 2), 25_000, given_up=(GivenUp(D(2026, 3, 3), Money(2_500_000), To.DONOR),))],
        [(("1",), 25_000, D(2026, 3, 30))]),
]  # fmt: skip


@pytest.mark.parametrize(("donations", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_told_at_once(donations, expected):
    assert told(*donations) == expected


ONE, TWO, THREE = gift("1", D(2026, 3, 2), 15_000), gift("2", D(2026, 4, 2), 6_000), gift("3", D(2026, 6, 2), 15_000)


def test_after_an_aggregate_return_the_count_begins_anew():
    unfiled = told(ONE, TWO, THREE)
    assert [ids for ids, *_ in unfiled] == [("1", "2"), ("1", "2", "3")]
    again = told(ONE, TWO, THREE, filings=(filed(D(2026, 4, 20), "1", "2"),))
    assert [ids for ids, *_ in again] == [("1", "2")]
    four = gift("4", D(2026, 7, 1), 5_001)
    assert told(ONE, TWO, THREE, four, filings=(filed(D(2026, 4, 20), "1", "2"),))[-1] == (("3", "4"), 20_001, D(2026, 7, 30))


def test_the_count_begins_anew_for_what_comes_after_the_filing_only():
    assert [ids for ids, *_ in told(ONE, TWO, THREE, filings=(filed(D(2026, 6, 2), "1", "2"),))][-1] == ("1", "2", "3")


def test_a_single_return_does_not_begin_it_anew():
    big, small = gift("1", D(2026, 3, 2), 25_000), gift("2", D(2026, 4, 2), 100)
    assert [ids for ids, *_ in told(big, small, filings=(filed(D(2026, 3, 9), "1"),))] == [("1",), ("1", "2")]


def test_it_names_the_contributors_over_the_figure():
    donation = gift("1", D(2026, 3, 2), 60_000, contributions=(
        Contribution("x", Money(1_500_000)), Contribution("x", Money(600_000)), Contribution("y", Money(2_000_000)),
    ))  # fmt: skip
    (paper,) = large_donation_returns(Books((donation,)), on=END)
    assert [(c.of, c.amount) for c in paper.contributions] == [("x", Money(2_100_000))]
    assert not paper.is_aggregate


def test_the_duty_is_done_when_the_return_is_filed():
    def duty(on: date):
        books = Books((ONE, TWO), filings=(filed(D(2026, 4, 20), "1", "2"),))
        return next(d for d in duties(books, on=on) if d.kind is Kind.LARGE_DONATION_RETURN)

    assert duty(D(2026, 4, 19)).done_on is None
    assert duty(D(2026, 4, 20)).done_on == D(2026, 4, 20)
    assert "with 1 earlier in the specified period of an election it comes to $21,000.00" in duty(END).sentence


def loan(id: str, on: date, amount: int, lender: str = "lea", **more) -> Loan:
    return Loan(id, on, lender, Money(amount * 100), **more)


@pytest.mark.parametrize(
    ("loans", "filings", "expected"),
    [
        ([loan("1", D(2025, 6, 3), 30_000)], (), []),
        ([loan("1", D(2025, 6, 3), 30_001)], (), [(("1",), D(2025, 6, 17))]),  # at any time of the year
        ([loan("1", D(2026, 4, 2), 30_001)], (), [(("1",), D(2026, 4, 20))]),  # over Easter
        ([loan("1", D(2025, 6, 3), 20_000), loan("2", D(2026, 6, 2), 10_001)], (), [(("1", "2"), D(2026, 6, 16))]),
        ([loan("1", D(2025, 6, 2), 20_000), loan("2", D(2026, 6, 2), 10_001)], (), []),
        ([loan("1", D(2026, 6, 2), 50_000, by_bank=True)], (), []),
        ([loan("1", D(2014, 3, 24), 50_000)], (), []),  # the day before Part 6B
        (
            [loan("1", D(2026, 5, 4), 20_000), loan("2", D(2026, 5, 5), 20_000), loan("3", D(2026, 7, 1), 20_000)],
            (Filing(Paper.BIG_LOAN, D(2026, 5, 11), ("1", "2")),),
            [(("1", "2"), D(2026, 5, 19))],
        ),
    ],
)
def test_big_loans(loans, filings, expected):
    found = big_loan_duties(Books(loans=tuple(loans), filings=filings), on=END)
    assert [(duty.about, duty.due_on) for duty in found] == expected


def test_only_the_secretary_enters_a_loan():
    check_loan(loan("1", D(2026, 1, 1), 5))
    check_loan(loan("1", D(2026, 1, 1), 5, by_secretary=False, by_bank=True))
    with pytest.raises(NotBySecretary, match="ss 213–214"):
        check_loan(loan("1", D(2026, 1, 1), 5, by_secretary=False))


def test_a_loan_knows_what_is_unpaid_of_it():
    lent = loan("1", D(2026, 1, 1), 100, repaid=(Repaid(D(2026, 6, 1), Money(4_000)),))
    assert (lent.unpaid(D(2026, 5, 31)), lent.unpaid(D(2026, 6, 1))) == (Money(10_000), Money(6_000))
    assert is_party_loan(lent)
