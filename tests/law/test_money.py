"""Money is whole cents of one currency, and refuses everything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.law.money import Money, read_money, total

CENTS = some.integers(-(10**12), 10**12)


@pytest.mark.parametrize("cents", [7.5, 7.0, "700", True, None])
def test_only_whole_cents_are_money(cents):
    with pytest.raises(TypeError):
        Money(cents)


@pytest.mark.parametrize("mix", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a.exceeds(b)])
def test_two_currencies_do_not_mix(mix):
    with pytest.raises(TypeError):
        mix(Money(100, "NZD"), Money(100, "AUD"))


@pytest.mark.parametrize("other", [100, 1.0, "100", None])
def test_money_does_not_mix_with_bare_numbers(other):
    with pytest.raises(TypeError):
        Money(100) + other


def test_money_is_multiplied_by_whole_numbers_only():
    assert Money(250) * 3 == Money(750)
    with pytest.raises(TypeError):
        Money(250) * 1.5


def test_a_total_of_nothing_is_nothing_and_a_total_of_a_mix_is_refused():
    assert total([]) == Money(0)
    assert total([Money(1), Money(2)]) == Money(3)
    with pytest.raises(TypeError):
        total([Money(1), Money(2, "GBP")])


def test_exceeding_is_strict():
    assert Money(5001).exceeds(Money(5000))
    assert not Money(5000).exceeds(Money(5000))


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Money(0), "$0.00"),
        (Money(5), "$0.05"),
        (Money(2000), "$20.00"),
        (Money(123456789), "$1,234,567.89"),
        (Money(-2050), "−$20.50"),
        (Money(-5), "−$0.05"),
        (Money(100, "GBP"), "£1.00"),
        (Money(100, "XYZ"), "XYZ 1.00"),
    ],
)
def test_money_says_itself(amount, said):
    assert str(amount) == said


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("20", 2000),
        ("$20.50", 2050),
        (" 20.5 ", 2050),
        ("1,000", 100_000),
        ("1,234,567.89", 123456789),
        ("NZ$5", 500),
        ("$ 5", 500),
        ("0", 0),
        ("007", 700),
    ],
)
def test_what_people_type_is_read(typed, cents):
    assert read_money(typed) == Money(cents)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-5",
        "5.001",
        "five",
        "1e3",
        "1,00",
        "10,00",
        "1.000,00",
        "٣",
        "５",
        "5 0",
        "$",
        ".5",
        "5.",
        "1" * 10,
        "nan",
        "inf",
        "0x10",
    ],
)
def test_what_is_not_an_amount_is_refused(typed):
    with pytest.raises(ValueError):
        read_money(typed)


@given(CENTS.filter(lambda cents: 0 <= cents < 10**11))
def test_what_money_says_is_read_back_as_the_same_money(cents):
    assert read_money(str(Money(cents))) == Money(cents)


@given(CENTS, CENTS)
def test_taking_away_what_was_added_leaves_what_there_was(a, b):
    assert Money(a) + Money(b) - Money(b) == Money(a)
    assert Money(a) + -Money(a) == Money(0)
    assert (Money(a) < Money(b)) == (a < b)
