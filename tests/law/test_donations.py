"""Who is overseas, what counts as a donation, and what the gate says before any money moves (Electoral Act 1993 Part 6A)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.law.donations import (
    Contribution,
    Donation,
    Form,
    Kind,
    MoreContributedThanGiven,
    OverOverseasLimit,
    OverseasContribution,
    Ties,
    check_offer,
    is_overseas,
    value_of,
)
from app.law.money import Money
from app.law.nz.elections import ELECTIONS
from app.law.protected import NotOverMinimum, OverProtectedCap, check_protected

D = date
DAY, NEW_YEAR, IN_2013 = D(2026, 11, 28), D(2026, 1, 1), D(2013, 6, 1)


@pytest.mark.parametrize(
    ("ties", "overseas", "says"),
    [
        (Ties(lives_here=True), False, "lives in New Zealand"),  # on a visitor’s visa too
        (Ties(citizen=True), False, "New Zealand citizen"),
        (Ties(elector=True), False, "registered elector"),
        (Ties(), True, "neither"),
        (Ties(incorporated_here=True), True, "neither"),  # of a person it says nothing
        (Ties(Kind.BODY, incorporated_here=True), False, "incorporated in New Zealand"),  # whoever owns it
        (Ties(Kind.BODY, lives_here=True, citizen=True, based_here=True), True, "incorporated outside"),
        (Ties(Kind.UNINCORPORATED, based_here=True), False, "is in New Zealand"),
        (Ties(Kind.UNINCORPORATED), True, "is outside"),
    ],
)
def test_who_is_an_overseas_person(ties, overseas, says):
    finding = is_overseas(ties)
    assert bool(finding) is overseas
    assert says in finding.sentence
    assert finding.cites == "Electoral Act 1993 s 207(2) “overseas person”"


@pytest.mark.parametrize(
    ("form", "worth", "price", "overseas", "amount"),
    [
        (Form.GOODS, 150_001, 0, False, 150_001),
        (Form.GOODS, 150_000, 0, False, 0),
        (Form.SERVICES, 5_001, 0, True, 5_001),
        (Form.SERVICES, 5_000, 0, True, 0),
        (Form.UNDER_PRICE, 200_000, 190_000, False, 10_000),  # the floor is of the value, not of the difference
        (Form.UNDER_PRICE, 150_000, 0, False, 0),
        (Form.UNDER_PRICE, 200_000, 200_000, False, 0),
        (Form.UNDER_PRICE, 200_000, 300_000, False, 0),
        (Form.OVER_PRICE, 1_000, 1_001, False, 1),  # no floor
        (Form.OVER_PRICE, 1_000, 1_000, False, 0),
        (Form.OVER_PRICE, 1_000, 900, False, 0),
        (Form.CREDIT, 1, 0, False, 1),
        (Form.CREDIT, 0, 0, False, 0),
        (Form.LABOUR, 9_000_000, 0, True, 0),
    ],
)
def test_how_much_of_it_is_a_donation(form, worth, price, overseas, amount):
    valued = value_of(form, worth=Money(worth), price=Money(price), overseas=overseas, on=DAY)
    assert valued.amount == Money(amount)
    assert valued.sentence.startswith("A donation of" if amount else "No donation")
    assert valued.cites


def offer(
    cents: int, *contributions: Contribution, overseas: bool = True, on: date = DAY, donor: str | None = "ivo"
) -> Donation:
    return Donation("new", on, Money(cents), donor, overseas, contributions=contributions)


def before(*cents: int, donor: str = "ivo", on: date = NEW_YEAR) -> list[Donation]:
    return [Donation(str(n), on, Money(amount), donor, True) for n, amount in enumerate(cents)]


@pytest.mark.parametrize(
    ("cents", "earlier", "allowed"),
    [
        (5_000, [], None),
        (5_001, [], 5_000),
        (2_000, before(1_000, 2_000), None),
        (2_001, before(1_000, 2_000), 2_000),
        (1, before(5_000), 0),
        (1, before(9_000), 0),
        (5_000, before(5_000, on=D(2025, 12, 31)), None),
        (5_000, before(5_000, donor="ana"), None),
    ],
)
def test_an_overseas_person_may_give_50_a_year(cents, earlier, allowed):
    if allowed is None:
        check_offer(offer(cents), earlier)
        return
    with pytest.raises(OverOverseasLimit) as refused:
        check_offer(offer(cents), earlier)
    assert refused.value.facts["allowed"] == Money(allowed)
    assert "s 207K(2A)" in str(refused.value)
    assert ("You can still give" if allowed else "Nothing more can be taken this year.") in str(refused.value)


@given(some.lists(some.integers(1, 9_000), max_size=30))
def test_what_the_gate_lets_through_never_passes_the_limit_by_a_cent(cents):
    taken: list[Donation] = []
    for amount in cents:
        try:
            check_offer(offer(amount), taken)
        except OverOverseasLimit as refused:
            allowed = refused.facts["allowed"]
            assert Money(0) <= allowed < Money(amount)
            if allowed:
                check_offer(offer(allowed.cents), taken)  # what it says is still allowed is
        else:
            taken.append(offer(amount))
    assert sum(donation.amount.cents for donation in taken) <= 5_000


def test_contributions_are_asked_about_before_the_money_moves():
    abroad = Contribution("x", Money(2_501), overseas=True)
    check_offer(offer(90_000, abroad, overseas=False), [])
    with pytest.raises(OverseasContribution, match=r"\$50\.02 of it comes from one overseas contributor"):
        check_offer(offer(90_000, abroad, abroad, overseas=False), [])
    check_offer(offer(90_000, Contribution("y", Money(90_000)), overseas=False), [])
    with pytest.raises(MoreContributedThanGiven, match=r"\$900\.01"):
        check_offer(offer(90_000, Contribution("y", Money(90_001)), overseas=False), [])


def test_an_anonymous_donation_is_not_refused():
    check_offer(offer(900_000, donor=None), [])


def protected(cents: int, donor: str = "ivo", on: date = IN_2013) -> Donation:
    return Donation("p", on, Money(cents), donor, protected=True)


@pytest.mark.parametrize(
    ("cents", "earlier", "allowed"),
    [
        (150_001, [], None),
        (4_335_000, [], None),
        (4_335_001, [], 4_335_000),
        (300_000, [protected(4_035_001)], 299_999),
        (300_000, [protected(4_335_000, on=D(2011, 11, 25))], None),  # the cycle before
        (300_000, [protected(4_000_000, donor=f"d{n}") for n in range(7)], None),
        (1_000_000, [protected(4_000_000, donor=f"d{n}") for n in range(7)], 900_000),  # the party’s cap
    ],
)
def test_protected_donations_have_two_caps_between_polling_days(cents, earlier, allowed):
    if allowed is None:
        assert check_protected(Money(cents), earlier, donor="ivo", on=D(2013, 7, 1), elections=ELECTIONS)
        return
    with pytest.raises(OverProtectedCap) as refused:
        check_protected(Money(cents), earlier, donor="ivo", on=D(2013, 7, 1))
    assert refused.value.facts["allowed"] == Money(allowed)


def test_a_protected_donation_exceeds_1500_and_where_the_caps_are_not_known_it_says_so():
    with pytest.raises(NotOverMinimum, match="s 208A"):
        check_protected(Money(150_000), [], donor="ivo", on=DAY)
    assert "ask the Commission" in check_protected(Money(150_001), [], donor="ivo", on=DAY).sentence
