"""What must be done with a donation, and by when: give back, pay over, send on. A row a case."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.law.books import Books, Duty, Kind
from app.law.donations import Contribution, Donation, GivenUp, To, Transmission
from app.law.duties import duties
from app.law.money import Money
from app.law.received import counts_as_received, must_ask_where_from

D = date
NOV = D(2026, 11, 2)
LATER = D(2027, 12, 1)


def dollars(amount: int) -> Money:
    return Money(amount * 100)


def gift(amount: int, on: date = NOV, donor: str | None = "hana", id: str = "1", **more) -> Donation:
    return Donation(id, on, dollars(amount), donor, **more)


def back(amount: int, on: date, to: To = To.DONOR) -> GivenUp:
    return GivenUp(on, dollars(amount), to)


def about_money(*donations: Donation, on: date = LATER) -> list[Duty]:
    return [duty for duty in duties(Books(donations), on=on) if duty.amount is not None]


ABROAD = {"overseas": True}
CASES = [
    # case, donations, [(kind, amount, due on, left)]
    ("a New Zealander may give anything", [gift(500_000)], []),
    ("anonymous, at the limit", [gift(1500, donor=None)], []),
    ("anonymous: the excess is paid over", [gift(2000, donor=None)], [("pay over", 500, D(2026, 11, 30), 500)]),
    ("anonymous over Christmas", [gift(2000, D(2026, 12, 10), None)], [("pay over", 500, D(2027, 1, 29), 500)]),
    ("anonymous, perhaps overseas", [gift(100, donor=None, **ABROAD)], [("pay over", 50, D(2026, 11, 30), 50)]),
    ("anonymous: each counts alone", [gift(1500, donor=None), gift(1500, donor=None, id="2")], []),
    ("paid over in part", [gift(2000, donor=None, given_up=(back(200, D(2026, 11, 9), To.COMMISSION),))],
        [("pay over", 500, D(2026, 11, 30), 300)]),
    ("giving it “back” to nobody does not settle it", [gift(2000, donor=None, given_up=(back(500, D(2026, 11, 9)),))],
        [("pay over", 500, D(2026, 11, 30), 500)]),
    ("overseas, at the limit", [gift(50, **ABROAD)], []),
    ("overseas: the excess goes back", [gift(200, **ABROAD)], [("give back", 150, D(2026, 11, 30), 150)]),
    ("overseas, several: the year’s total less $50", [gift(30, **ABROAD), gift(40, D(2026, 11, 3), id="2", **ABROAD),
        gift(10, D(2026, 11, 4), id="3", **ABROAD)],
        [("give back", 20, D(2026, 12, 1), 20), ("give back", 10, D(2026, 12, 2), 10)]),
    ("overseas: a new year begins anew", [gift(50, D(2026, 12, 31), **ABROAD), gift(50, D(2027, 1, 1), id="2", **ABROAD)], []),
    ("overseas: two people are two", [gift(50, **ABROAD), gift(50, donor="ivo", id="2", **ABROAD)], []),
    ("overseas: what went back already counts", [gift(200, given_up=(back(150, D(2026, 11, 9)),), **ABROAD)],
        [("give back", 150, D(2026, 11, 30), 0)]),
    ("overseas: too much went back, and meets the next", [gift(100, given_up=(back(100, D(2026, 11, 9)),), **ABROAD),
        gift(50, D(2026, 11, 10), id="2", **ABROAD)],
        [("give back", 50, D(2026, 11, 30), 0), ("give back", 50, D(2026, 12, 8), 0)]),
    ("overseas: paid to the Commission instead", [gift(200, given_up=(back(150, D(2026, 11, 9), To.COMMISSION),), **ABROAD)],
        [("give back", 150, D(2026, 11, 30), 0)]),
    ("a contribution from overseas, at the limit", [gift(900, contributions=(Contribution("x", dollars(50), True),))], []),
    ("a contribution from overseas: the whole goes back", [gift(900, contributions=(Contribution("x", dollars(51), True),))],
        [("give back", 900, D(2026, 11, 30), 900)]),
    ("two of one contributor add up", [gift(900, contributions=(Contribution("x", dollars(30), True),) * 2)],
        [("give back", 900, D(2026, 11, 30), 900)]),
    ("two of two contributors do not", [gift(900, contributions=tuple(Contribution(x, dollars(50), True) for x in "xy"))], []),
    ("told later: the clock starts when told",
        [gift(900, contributions=(Contribution("x", dollars(51), True, D(2026, 12, 1)),))],
        [("give back", 900, D(2027, 1, 20), 900)]),
    ("told later of a New Zealander: the whole, no time stated",
        [gift(900, contributions=(Contribution("x", dollars(800), False, D(2026, 12, 1)),))], [("give back", 900, None, 900)]),
    ("not declared at all", [gift(900, undeclared_on=D(2026, 11, 20))], [("give back", 900, None, 900)]),
    ("not declared, and back", [gift(900, undeclared_on=D(2026, 11, 20), given_up=(back(900, D(2026, 11, 21)),))],
        [("give back", 900, None, 0)]),
    ("not declared: to the Commission is no way out",
        [gift(900, undeclared_on=D(2026, 11, 20), given_up=(back(900, D(2026, 11, 21), To.COMMISSION),))],
        [("give back", 900, None, 900)]),
    ("a transmitter who named nobody makes it anonymous",
        [gift(2000, NOV, "hana", transmission=Transmission("tama", NOV, D(2026, 11, 3), named=False))],
        [("send on", 2000, D(2026, 11, 16), 0), ("pay over", 500, D(2026, 12, 1), 500)]),
    ("held by a transmitter: not received", [gift(200, transmission=Transmission("tama", NOV), **ABROAD)],
        [("send on", 200, D(2026, 11, 16), 200)]),
    ("passed on: received then", [gift(200, transmission=Transmission("tama", NOV, D(2026, 11, 9)), **ABROAD)],
        [("send on", 200, D(2026, 11, 16), 0), ("give back", 150, D(2026, 12, 7), 150)]),
    ("protected: outside all of it", [gift(90_000, donor=None, protected=True)], []),
]  # fmt: skip


@pytest.mark.parametrize(("donations", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_must_be_done_with_it(donations, expected):
    found = about_money(*donations)
    assert [(d.kind.value, d.amount, d.due_on, d.left) for d in sorted(found, key=lambda d: (d.about, d.due_on or D.min))] == [
        (kind, dollars(amount), due, dollars(left)) for kind, amount, due, left in expected
    ]
    for duty in found:
        assert duty.sentence.endswith(".")
        assert duty.cites.startswith("Electoral Act 1993 s ")
        assert (duty.done_on is not None) is (duty.left == Money(0))
        assert duty.plan_for == duty.due_on


def test_a_duty_is_open_until_the_day_it_is_done():
    books = Books((gift(200, given_up=(back(150, D(2026, 11, 9)),), **ABROAD),))
    asked = [[duty for duty in duties(books, on=D(2026, 11, day)) if duty.done_on is None] for day in (1, 2, 8, 9)]
    kinds = [[duty.kind for duty in found if duty.amount] for found in asked]
    assert kinds == [[], [Kind.GIVE_BACK], [Kind.GIVE_BACK], []]


def test_a_duty_done_after_its_last_day_was_late():
    in_time, late = (
        about_money(gift(200, given_up=(back(150, day),), **ABROAD))[0] for day in (D(2026, 11, 30), D(2026, 12, 1))
    )
    assert (in_time.is_late(LATER), late.is_late(LATER)) == (False, True)
    still = about_money(gift(200, **ABROAD))[0]
    assert (still.is_late(D(2026, 11, 30)), still.is_late(D(2026, 12, 1))) == (False, True)


def test_a_contribution_that_is_not_told_yet_is_not_known():
    donation = gift(900, contributions=(Contribution("x", dollars(51), True, D(2026, 12, 1)),))
    assert about_money(donation, on=D(2026, 11, 30)) == []
    (duty,) = about_money(donation, on=D(2026, 12, 1))
    assert duty.cites == "Electoral Act 1993 s 207K(3); Electoral Act 1993 s 207C(5)–(6)"
    assert "was told on 2026-12-01" in duty.sentence


@pytest.mark.parametrize(
    ("donation", "counts", "says"),
    [
        (gift(900), True, "Received on 2026-11-02."),
        (gift(900, given_up=(back(900, D(2026, 11, 9)),)), False, "given back whole on 2026-11-09"),
        (gift(900, given_up=(back(899, D(2026, 11, 9)),)), True, "Received"),
        (gift(900, given_up=(back(400, D(2026, 11, 9)), back(500, D(2026, 11, 10)))), False, "2026-11-10"),
        (gift(900, given_up=(back(900, D(2026, 11, 9), To.COMMISSION),)), True, "Received"),
        (gift(900, given_up=(back(900, D(2026, 11, 9)),), **ABROAD), True, "Received"),  # Part D tells what was returned
        (gift(900, transmission=Transmission("tama", NOV)), False, "Not received"),
    ],
)
def test_what_counts_as_received(donation, counts, says):
    finding = counts_as_received(donation, LATER)
    assert bool(finding) is counts
    assert says in finding.sentence


@pytest.mark.parametrize(
    ("donation", "asks"),
    [
        (gift(51), True), (gift(50), False), (gift(51, donor=None), False), (gift(51, D(2019, 12, 31)), False),
        (gift(5000, protected=True), False),
    ],
)  # fmt: skip
def test_whether_the_party_must_ask_where_it_comes_from(donation, asks):
    assert bool(must_ask_where_from(donation)) is asks


gifts = some.lists(
    some.tuples(some.dates(D(2026, 1, 1), D(2026, 12, 31)), some.integers(1, 50_000), some.integers(0, 60_000)), max_size=12
)


@given(gifts)
def test_what_an_overseas_person_gave_less_50_is_owed_and_nothing_is_given_back_twice(rows):
    donations = tuple(
        Donation(str(n), day, Money(cents), "ivo", True, given_up=(GivenUp(day, Money(back), To.DONOR),) if back else ())
        for n, (day, cents, back) in enumerate(rows)
    )
    found = about_money(*donations, on=D(2026, 12, 31))
    given_, returned = sum(cents for _, cents, _ in rows), sum(back for *_, back in rows)
    assert sum(duty.amount.cents for duty in found) == max(given_ - 5000, 0)
    assert sum(duty.left.cents for duty in found) == max(given_ - 5000 - returned, 0) if found else given_ <= 5000
    assert all(one.due_on <= other.due_on for one, other in pairwise(found))
