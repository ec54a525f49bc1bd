"""The annual returns: which part counts which donation, the totals, and what is filed by 30 April."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.law.annual import annual_duties, needs_audit
from app.law.books import Books, Filing, Kind, Paper
from app.law.clauses import Clause, Silent
from app.law.donations import Contribution, Donation, Form, GivenUp, To, Transmission
from app.law.loan_returns import loans_return
from app.law.loans import Loan, Repaid
from app.law.money import Money
from app.law.nz import donations as nz
from app.law.returns import DonationsReturn, donations_return

D = date
MARCH = D(2026, 3, 2)


def gift(id: str, amount: int, donor: str | None = "hana", on: date = MARCH, **more) -> Donation:
    return Donation(id, on, Money(amount * 100), donor, **more)


def parts(paper: DonationsReturn) -> dict[str, list[str]]:
    """The ids behind each part that is counted."""
    totals = paper.totals
    return {part: list(getattr(totals, part).ids) for part in "acdfg" if getattr(totals, part).ids}


ABROAD = {"overseas": True}
BACK = (GivenUp(D(2026, 4, 1), Money(90_000), To.DONOR),)
CASES = [
    ("small, of a New Zealander", [gift("1", 20)], {"g": ["1"]}),
    ("a donor whose year passes the line: all of theirs are in A", [gift("1", 6000), gift("2", 1)], {"a": ["1", "2"]}),
    ("at the line, in G", [gift("1", 6000)], {"g": ["1"]}),
    ("two donors are two", [gift("1", 6000), gift("2", 6000, "ivo")], {"g": ["1", "2"]}),
    ("anonymous, small and large", [gift("1", 1500, None), gift("2", 1501, None)], {"c": ["2"], "g": ["1"]}),
    ("anonymous, perhaps overseas", [gift("1", 50, None, **ABROAD), gift("2", 51, None, **ABROAD)], {"c": ["2"], "g": ["1"]}),
    ("overseas, the year’s total decides", [gift("1", 30, **ABROAD), gift("2", 30, **ABROAD), gift("3", 9, "ivo", **ABROAD)],
        {"d": ["1", "2"], "g": ["3"]}),
    ("overseas and over the line of A: in D only", [gift("1", 9000, **ABROAD)], {"d": ["1"]}),
    ("protected", [gift("1", 9000, None, protected=True, interest=Money(12))], {"f": ["1"]}),
    ("given back whole: not received", [gift("1", 900, given_up=BACK), gift("2", 20)], {"g": ["2"]}),
    ("overseas and given back whole: still in D", [gift("1", 900, given_up=BACK, **ABROAD)], {"d": ["1"]}),
    ("not passed on yet", [gift("1", 9000, transmission=Transmission("tama", D(2026, 3, 2)))], {}),
    ("passed on in the next year", [gift("1", 9, transmission=Transmission("t", D(2026, 12, 20), D(2027, 1, 20)))], {}),
    ("sent without a name", [gift("1", 9000, transmission=Transmission("t", MARCH, MARCH, False))], {"c": ["1"]}),
    ("of another year", [gift("1", 9000, on=D(2025, 12, 31)), gift("2", 9000, on=D(2027, 1, 1))], {}),
]  # fmt: skip


@pytest.mark.parametrize(("donations", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_donation_is_counted_in_one_part(donations, expected):
    paper = donations_return(donations, 2026)
    assert parts(paper) == expected
    assert paper.is_nil is (expected == {})


def test_part_a_tells_each_day_and_the_total():
    (line,) = donations_return([gift("2", 1, on=D(2026, 5, 5)), gift("1", 6000)], 2026).a
    assert (line.who, line.total) == ("hana", Money(600_100))
    assert [(entry.id, entry.on) for entry in line.entries] == [("1", D(2026, 3, 2)), ("2", D(2026, 5, 5))]


def test_part_b_adds_up_a_contributor_over_the_year_and_is_added_to_nothing():
    shared = [gift(str(n), 5000, f"donor {n}", contributions=(Contribution("x", Money(310_000)),)) for n in (1, 2)]
    paper = donations_return(shared, 2026)
    (line,) = paper.b
    assert (line.who, line.total, [entry.id for entry in line.entries]) == ("x", Money(620_000), ["1", "2"])
    assert paper.totals.all.amount == Money(1_000_000)


def test_part_c_and_d_tell_what_was_given_up_and_when():
    paid, returned = GivenUp(D(2026, 3, 20), Money(50_000), To.COMMISSION), GivenUp(D(2026, 3, 21), Money(5_000), To.DONOR)
    paper = donations_return([gift("1", 2000, None, given_up=(paid,)), gift("2", 100, given_up=(returned,), **ABROAD)], 2026)
    assert (paper.c[0].given_up, paper.d[0].given_up) == ((paid,), (returned,))
    assert donations_return([gift("1", 2000, None, given_up=(paid,))], 2026, on=D(2026, 3, 19)).c[0].given_up == ()


def test_an_overseas_contributor_declared_late_the_whole_goes_back_and_the_return_shows_it_as_not_received():
    late = gift("1", 900, contributions=(Contribution("x", Money(9_000), True, D(2026, 3, 20)),), given_up=BACK)
    before, after = (donations_return([late], 2026, on=day) for day in (D(2026, 3, 31), D(2026, 4, 1)))
    assert parts(before) == {"g": ["1"]}
    assert parts(after) == {}
    (gone,) = after.not_received
    assert gone.entry.id == "1"
    assert gone.why.cites == "Electoral Act 1993 s 207C(6)"
    (line,) = after.e  # Part E tells what was returned, and is added to nothing
    assert (line.who, line.total, line.given_up) == ("x", Money(9_000), BACK)
    assert after.totals.all.amount == Money(0)
    assert donations_return([late], 2026, on=D(2026, 3, 19)).e == ()


def test_part_f_tells_the_interest():
    (line,) = donations_return([gift("1", 9000, None, protected=True, interest=Money(12))], 2026).f
    assert (line.total, line.interest) == (Money(900_000), Money(12))


@pytest.mark.parametrize(
    ("year", "bands", "not_told"),
    [
        (2022, [("anonymous", 1, 20), ("overseas", 1, 40), ("others", 1, 1501), ("others", 1, 5001)], ["2"]),
        (2023, [("anonymous", 1, 20), ("others", 2, 70), ("others", 1, 1501)], []),
        (2025, [("anonymous", 1, 20), ("others", 2, 70), ("others", 1, 1501)], []),
        (2026, [("anonymous", 1, 20), ("others", 2, 70), ("others", 2, 6502)], []),
    ],
)
def test_part_g_counts_in_the_bands_of_the_years_own_law(year, bands, not_told):
    day = D(year, 3, 2)
    donations = [
        gift("1", 20, None, day), gift("2", 30, "a", day), gift("3", 40, "b", day, overseas=True), gift("4", 1501, "c", day),
        gift("5", 5001, "d", day),
    ]  # fmt: skip
    paper = donations_return(donations, year)
    assert [(line.band.who.value, line.figure.count, line.figure.amount.cents // 100) for line in paper.g] == bands
    assert list(paper.not_told.ids) == not_told
    assert len(paper.a) == (year in (2023, 2025))
    assert paper.totals.asked is (year >= 2023)


def test_totals_are_split_in_money_and_not_in_money():
    forms = [Form.MONEY, Form.OVER_PRICE, Form.GOODS, Form.SERVICES, Form.UNDER_PRICE, Form.CREDIT]
    paper = donations_return([gift(str(n), 2000, f"d{n}", form=form) for n, form in enumerate(forms)], 2026)
    assert (paper.totals.money.amount, paper.totals.not_money.amount) == (Money(400_000), Money(800_000))
    assert paper.totals.money.amount + paper.totals.not_money.amount == paper.totals.all.amount


def test_the_first_year_begins_with_registration_and_the_last_ends_with_cancellation():
    donations = [gift(str(month), 10, on=D(2026, month, 15)) for month in range(1, 13)]
    paper = donations_return(donations, 2026, registered_on=D(2026, 3, 15), cancelled_on=D(2026, 6, 14))
    assert parts(paper) == {"g": ["3", "4", "5"]}


def test_a_return_made_again_after_later_rules_is_the_same_return(monkeypatch):
    donations = many(300)
    filed = donations_return(donations, 2026, on=D(2027, 4, 30), known=D(2027, 4, 30))
    for name, value in (("NAMED_DONOR", 1), ("NAMED_CONTRIBUTOR", 1), ("ANONYMOUS_KEEP", 1), ("OVERSEAS_KEEP", 999)):
        rule = getattr(nz, name)
        later = Clause("a later Act", D(2031, 7, 1), D(2026, 1, 1), Money(value))  # even one that reaches back
        monkeypatch.setattr(nz, name, replace(rule, lines=(*rule.lines, later)))
    assert donations_return(donations, 2026, on=D(2027, 4, 30), known=D(2027, 4, 30)) == filed
    assert donations_return(donations, 2026, on=D(2027, 4, 30)) != filed


def test_there_is_no_return_before_2011():
    with pytest.raises(Silent):
        donations_return([], 2010)


def many(count: int, seed: int = 1) -> list[Donation]:
    chance = Random(seed)
    found = []
    for n in range(count):
        day = D(2026, 1, 1) + timedelta(days=chance.randrange(365))
        kind = chance.random()
        amount = Money(chance.choice((500, 2_000, 5_000, 20_000, 160_000, 700_000)) + chance.randrange(100))
        donor = None if kind < 0.02 else f"donor {chance.randrange(count // 4 + 1)}"
        more: dict = {}
        if 0.02 <= kind < 0.04:
            donor, more = f"abroad {chance.randrange(count // 40 + 1)}", {"overseas": True}
        elif kind < 0.06:
            more = {"contributions": (Contribution(f"c {chance.randrange(50)}", amount, kind < 0.045),)}
        elif kind < 0.08:
            more = {"transmission": Transmission("t", day, day + timedelta(days=3), kind < 0.075)}
        elif kind < 0.1:
            more = {"given_up": (GivenUp(day, amount, To.DONOR),)}
        elif kind < 0.15:
            more = {"form": Form.GOODS}
        elif kind < 0.16:
            more = {"protected": True}
        found.append(Donation(str(n), day, amount, donor, **more))
    return found


@given(some.integers(1, 80), some.integers(0, 10**6))
def test_every_donation_is_counted_once_or_said_to_be_not_received(count, seed):
    donations = many(count, seed)
    paper = donations_return(donations, 2026)
    counted = [id for ids in parts(paper).values() for id in ids]
    gone = [item.entry.id for item in paper.not_received]
    inside = [d.id for d in donations if d.transmission is None or d.transmission.passed_on.year == 2026]
    assert sorted(counted + gone) == sorted(inside)
    assert sorted(paper.totals.all.ids) == sorted(counted)
    assert sorted(paper.totals.money.ids + paper.totals.not_money.ids) == sorted(counted)
    amounts = {d.id: d.amount.cents for d in donations}
    for part in "acdfg":
        figure = getattr(paper.totals, part)
        assert figure.amount.cents == sum(amounts[id] for id in figure.ids)


def test_the_order_of_the_donations_does_not_matter():
    donations = many(400)
    shuffled = donations[:]
    Random(2).shuffle(shuffled)
    assert donations_return(donations, 2026) == donations_return(shuffled, 2026)


LOANS = [
    Loan("big", D(2026, 2, 2), "lea", Money(1_500_001)),
    Loan("edge", D(2026, 2, 2), "max", Money(1_500_000)),
    Loan("one", D(2026, 2, 2), "nia", Money(900_000)),
    Loan("two", D(2026, 8, 2), "nia", Money(600_001)),
    Loan("least", D(2026, 2, 2), "ora", Money(150_000)),
    Loan("less", D(2026, 2, 2), "pip", Money(149_999)),
    Loan("old", D(2024, 2, 2), "qua", Money(2_000_000), (Repaid(D(2026, 12, 31), Money(499_999)),)),
    Loan("paid", D(2024, 2, 2), "rua", Money(2_000_000), (Repaid(D(2026, 12, 31), Money(500_000)),)),
    Loan("bank", D(2026, 2, 2), "bank", Money(9_000_000), by_bank=True),
]


def test_the_loans_return_tells_some_loans_and_counts_others():
    paper = loans_return(LOANS, 2026)
    assert [line.id for line in paper.h] == ["old", "big", "one", "two"]
    assert [line.unpaid.cents for line in paper.h] == [1_500_001, 1_500_001, 900_000, 600_001]
    assert (paper.i.ids, paper.i.amount) == (("edge", "least"), Money(1_650_000))
    assert paper.audit
    nil = loans_return(LOANS, 2028)
    assert [line.id for line in nil.h] == ["old", "big"]
    assert loans_return(LOANS[4:6], 2027).is_nil
    assert not loans_return(LOANS[4:6], 2027).audit
    with pytest.raises(Silent):
        loans_return([], 2013)


OLD = Loan("old", D(2024, 2, 2), "qua", Money(1_500_001))


@pytest.mark.parametrize(
    ("year", "total", "loans", "audited", "says"),
    [
        (2026, 50_000, (), False, "do not exceed $50,000.00 and no loan asks for it"),
        (2026, 50_001, (), True, "exceed $50,000.00"),
        (2026, 0, (LOANS[5],), True, "a loan was entered into on 2026-02-02"),
        (2026, 0, (LOANS[8],), False, "no loan asks for it"),
        (2026, 0, (OLD,), True, "$15,000.01 of the loan of 2024-02-02 was unpaid"),
        (2026, 0, (Loan("l", D(2024, 2, 2), "q", Money(1_500_000)),), False, "no loan"),
        (2026, 0, (Loan("l", D(2027, 2, 2), "q", Money(9_500_000)),), False, "no loan"),
        (2022, 1, (), True, "the return is not nil"),
        (2022, 0, (), False, "the return is nil"),
    ],
)
def test_whether_the_donations_return_is_audited(year, total, loans, audited, says):
    finding = needs_audit(year, Money(total * 100), loans)
    assert bool(finding) is audited
    assert says in finding.sentence


def test_the_annual_papers_are_due_on_30_april():
    books = Books(registered_on=D(2025, 5, 13), filings=(Filing(Paper.ANNUAL_DONATIONS, D(2026, 4, 29), year=2025),))
    found = {(duty.kind, duty.about[0]): duty for duty in annual_duties(books, on=D(2027, 12, 1))}
    returns = [
        (kind, year) for kind in (Kind.ANNUAL_DONATIONS_RETURN, Kind.ANNUAL_LOANS_RETURN) for year in ("2025", "2026", "2027")
    ]
    assert set(found) == {*returns, (Kind.DECLARATION, "2026"), (Kind.DECLARATION, "2027")}
    first = found[Kind.ANNUAL_DONATIONS_RETURN, "2025"]
    assert (first.due_on, first.plan_for, first.done_on) == (D(2026, 4, 30), D(2026, 4, 30), D(2026, 4, 29))
    assert "2025-05-13 to 2025-12-31" in first.sentence
    sunday = found[Kind.ANNUAL_DONATIONS_RETURN, "2027"]
    assert (sunday.due_on, sunday.plan_for, sunday.done_on) == (D(2028, 4, 30), D(2028, 4, 28), None)
    assert "2028-04-30 is not a working day: plan for 2028-04-28" in sunday.sentence
    assert "2028-05-01" in sunday.sentence


def test_cancelling_does_not_release_from_the_last_returns():
    books = Books(registered_on=D(2014, 5, 13), cancelled_on=D(2018, 6, 12))
    years = [duty.about[0] for duty in annual_duties(books, on=D(2026, 1, 1)) if duty.kind is Kind.ANNUAL_DONATIONS_RETURN]
    assert years == ["2014", "2015", "2016", "2017", "2018"]


def test_a_party_that_never_had_anything_and_is_not_registered_owes_no_paper():
    assert annual_duties(Books(), on=D(2026, 11, 28)) == []
