"""What is true of the sums for every number: linear, monotone, and equal to the cent where they meet."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as some

from app.party.evidence.calculators import amounts, formulas
from app.party.evidence.calculators.asking import ask
from app.party.evidence.calculators.shelf import CALCULATORS


def numbers(least: str = "0", most: int = 100_000) -> some.SearchStrategy[Fraction]:
    return some.decimals(least, most, places=2, allow_nan=False, allow_infinity=False).map(Fraction)


above_zero = numbers("0.01")


@given(cap=numbers(), speed=above_zero, times=some.integers(1, 1000))
def test_the_time_to_a_cap_is_linear_in_the_cap_and_inverse_in_the_speed(cap, speed, times):
    once = formulas.time_to_cap(cap, speed)
    assert formulas.time_to_cap(cap * times, speed).seconds == once.seconds * times
    assert formulas.time_to_cap(cap, speed * times).seconds == once.seconds / times


@given(price=numbers(), cap=numbers(), used=numbers(), more=numbers(), rate=numbers(), block=some.none() | above_zero)
def test_a_bill_never_falls_with_use_and_is_never_below_the_price(price, cap, used, more, rate, block):
    def total(gb: Fraction) -> Fraction:
        return formulas.bill(price=price, cap_gb=cap, used_gb=gb, rate=rate, block_gb=block).total

    assert price <= total(used) <= total(used + more)
    assert total(min(used, cap)) == price


@given(over=some.integers(0, 1000), block=above_zero)
def test_a_block_used_up_exactly_begins_no_other(over, block):
    due = formulas.bill(price=Fraction(0), cap_gb=Fraction(0), used_gb=block * over, rate=Fraction(1), block_gb=block)
    assert due.blocks == over


@given(capped=numbers(), cap=numbers(), rate=above_zero, unlimited=numbers())
def test_at_the_break_even_both_bills_are_equal_to_the_cent(capped, cap, rate, unlimited):
    even = formulas.break_even(capped=capped, cap_gb=cap, rate=rate, unlimited=unlimited)
    assert even is not None
    mine = formulas.bill(price=capped, cap_gb=cap, used_gb=even, rate=rate, block_gb=None).total
    if even:
        assert amounts.money(mine) == amounts.money(unlimited)
        assert mine == unlimited
    else:
        assert unlimited <= mine


@given(fixed=numbers(), hours=numbers(most=240), more=numbers(most=240), cap=numbers())
def test_more_hours_use_more_and_bring_the_cap_nearer(fixed, hours, more, cap):
    rate = Fraction(3)
    less = formulas.home_use(fixed_gb=fixed, hours_and_rates=[(hours, rate)], cap_gb=cap)
    greater = formulas.home_use(fixed_gb=fixed, hours_and_rates=[(hours + more, rate)], cap_gb=cap)
    assert less.gb_month <= greater.gb_month
    if less.days is not None:
        assert greater.days is not None
        assert greater.days <= less.days < formulas.DAYS_PER_MONTH


@given(price=numbers(), here=above_zero, there=above_zero, third=above_zero)
def test_a_bill_moved_abroad_and_on_is_the_bill_moved_there_at_once(price, here, there, third):
    moved = formulas.elsewhere(
        formulas.elsewhere(price, basket_there=there, basket_here=here), basket_there=third, basket_here=there
    )
    assert moved == formulas.elsewhere(price, basket_there=third, basket_here=here)
    assert formulas.elsewhere(price, basket_there=here, basket_here=here) == price


@given(
    cost=numbers(), years=some.integers(1, 40), connections=above_zero, running=numbers(most=1),
    interest=some.sampled_from([Fraction(0), Fraction(1, 100), Fraction(8, 100)]), more=some.integers(1, 9),
)  # fmt: skip
def test_a_cable_is_linear_in_its_cost_and_dearer_with_interest(cost, years, connections, running, interest, more):
    def month(cost: Fraction, interest: Fraction) -> Fraction:
        return formulas.cable(cost=cost, years=years, connections=connections, interest=interest, running=running)

    assert month(cost * more, interest) == month(cost, interest) * more
    assert month(cost, interest) <= month(cost, interest + Fraction(1, 100))


@given(value=numbers(most=10**9))
def test_a_number_written_into_an_address_is_read_as_itself(value):
    asked = amounts.Number("x", "X", "the number", amounts.COUNT, "1", "1", 10**9)
    assert amounts.read(amounts.plain(value), asked) == value


@given(value=numbers(most=10**9), places=some.integers(0, 3))
def test_what_is_shown_is_within_half_a_unit_and_halves_go_up(value, places):
    shown = Fraction(amounts.fixed(value, places).replace(",", ""))
    assert -Fraction(1, 2) < (value - shown) * 10**places <= Fraction(1, 2) or shown > value
    assert abs(value - shown) <= Fraction(1, 2) / 10**places
    assert amounts.fixed(Fraction(5, 2)) == "3"
    assert amounts.money(Fraction(1025, 1000)) == "$1.03"


NASTY = "0123456789.,- +$%GBTMbpsexNaI_−’āō٣½１²\x00\n\u202e\u00a0\u2009<>&\"'/\\😀"
WRITTEN = some.text(alphabet=NASTY, max_size=45) | some.text(alphabet="0123456789., GBT$", max_size=9)


@given(typed=some.dictionaries(some.sampled_from(["cap", "used", "price", "rate", "block", "x"]), WRITTEN))
def test_whatever_is_typed_is_read_or_refused_and_what_was_read_reads_the_same_again(typed):
    asked = ask(CALCULATORS["cap-cost"], typed)
    assert (asked.answer is None) == bool(asked.errors)
    assert all(sentence.endswith(".") for sentence in asked.errors.values())
    if not asked.errors:
        again = ask(asked.calculator, asked.canonical)
        assert again.errors == {}
        assert (again.canonical, again.answer) == (asked.canonical, asked.answer)


@given(slug=some.sampled_from(sorted(CALCULATORS)), typed=WRITTEN, more=WRITTEN)
def test_no_calculator_stumbles_over_what_is_typed(slug, typed, more):
    tool = CALCULATORS[slug]
    for one in tool.questions:
        ask(tool, {one.key: typed})
    ask(tool, {one.key: (typed, more)[place % 2] for place, one in enumerate(tool.questions)})
