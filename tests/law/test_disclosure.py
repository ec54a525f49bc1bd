"""The United Kingdom and Australia, answered with the same clauses, periods and deadlines: figure, section, date, working."""

from __future__ import annotations

from datetime import date

import pytest

from app.law.au import donations as au
from app.law.clauses import Silent
from app.law.disclosure import Campaign, Gift, decide, reports
from app.law.money import Money
from app.law.uk import donations as uk

D = date
ELECTOR = "individual on an electoral register"


def pounds(id: str, on: date, amount: int, source: str = "ann", kind: str | None = ELECTOR) -> Gift:
    return Gift(id, on, Money(amount * 100, "GBP"), source, kind)


def dollars(id: str, on: date, amount: int, source: str = "ann", foreign: bool = False) -> Gift:
    return Gift(id, on, Money(amount * 100, "AUD"), source, foreign=foreign)


@pytest.mark.parametrize(
    ("gift", "accepted", "due", "says"),
    [
        (pounds("1", D(2026, 3, 2), 500, kind=None), True, None, "no donation at all"),
        (pounds("1", D(2026, 3, 2), 501), True, None, "may be taken"),
        (pounds("1", D(2026, 3, 2), 501, kind=None), False, D(2026, 4, 1), "Give it back within 30 days."),
        (pounds("1", D(2026, 3, 2), 501, kind="company in Jersey"), False, D(2026, 4, 1), "“company in Jersey” is not one"),
        (pounds("1", D(2009, 3, 2), 201, kind="company in Jersey"), False, D(2009, 4, 1), "permissible donor only"),
        (pounds("1", D(2009, 3, 2), 200, kind=None), True, None, "no donation at all"),
        (pounds("1", D(2026, 3, 2), 9_000_000), True, None, "may be taken"),  # there is no cap
    ],
)  # fmt: skip
def test_who_may_give_in_the_united_kingdom(gift, accepted, due, says):
    verdict = decide(gift, (), uk.REGIME)
    assert (verdict.accepted, verdict.due_on) == (accepted, due)
    assert says in verdict.sentence
    assert verdict.cites.startswith("PPERA s ")


def uk_reports(*gifts: Gift, **more) -> list[tuple]:
    return [(report.ids, report.amount.cents // 100, report.due_on) for report in reports(gifts, uk.REGIME, **more)]


@pytest.mark.parametrize(
    ("gifts", "expected"),
    [
        ([(D(2026, 2, 1), 11_180)], []),
        ([(D(2026, 2, 1), 11_181)], [(("0",), 11_181, D(2026, 4, 30))]),
        ([(D(2023, 2, 1), 7_501)], [(("0",), 7_501, D(2023, 4, 30))]),
        ([(D(2026, 2, 1), 11_000), (D(2026, 3, 1), 500)], []),  # up to the floor it is left out
        ([(D(2026, 2, 1), 11_000), (D(2026, 5, 1), 501)], [(("0", "1"), 11_501, D(2026, 7, 30))]),
        ([(D(2026, 2, 1), 12_000), (D(2026, 5, 1), 2_230)], [(("0",), 12_000, D(2026, 4, 30))]),  # at the step
        (
            [(D(2026, 2, 1), 12_000), (D(2026, 5, 1), 1_500), (D(2026, 8, 1), 731), (D(2026, 9, 1), 2_231)],
            [(("0",), 12_000, D(2026, 4, 30)), (("1", "2"), 2_231, D(2026, 10, 30)), (("3",), 2_231, D(2026, 10, 30))],
        ),
        ([(D(2026, 12, 31), 11_000), (D(2027, 1, 1), 11_000)], []),  # each year for itself
    ],
)
def test_the_united_kingdom_reports_in_steps(gifts, expected):
    assert uk_reports(*(pounds(str(n), day, amount) for n, (day, amount) in enumerate(gifts))) == expected


def test_before_a_general_election_it_reports_weekly():
    gift = pounds("0", D(2024, 6, 12), 12_000)
    assert uk_reports(gift, campaigns=[Campaign(D(2024, 5, 30), D(2024, 7, 4))]) == [(("0",), 12_000, D(2024, 6, 23))]


def test_an_answer_has_its_figure_section_date_and_working():
    (report,) = reports([pounds("0", D(2026, 2, 1), 11_000), pounds("1", D(2026, 5, 1), 501)], uk.REGIME)
    assert report.working == (
        "£11,000.00 + £501.00 = £11,501.00 from 2026-01-01 to 2026-12-31",
        "over £11,180.00, since 2024-01-01 (PPERA s 62(4); SI 2023/1235)",
        "30 days after the end of the quarter: 2026-07-30 (PPERA ss 62, 65(1))",
    )


AFTER, AS_MADE = D(2026, 11, 28), D(2025, 6, 1)


@pytest.mark.parametrize(
    ("on", "known", "over"),
    [
        (D(2026, 3, 1), None, 17_300),
        (D(2026, 8, 1), None, 17_900),
        (D(2026, 8, 1), AS_MADE, 5_000),  # as it was enacted; the start was moved later
        (D(2027, 1, 1), None, 5_000),
        (D(2027, 1, 1), AFTER, 5_000),
    ],
)
def test_australia_has_two_dates_because_the_start_was_moved(on, known, over):
    assert au.DISCLOSED.on(on, known=known).value == Money(over * 100, "AUD")


@pytest.mark.parametrize(
    ("day", "campaigns", "due"),
    [
        (D(2026, 3, 1), [], D(2026, 10, 20)),  # after the financial year
        (D(2027, 3, 6), [], D(2027, 4, 21)),
        (D(2028, 4, 20), [Campaign(D(2028, 4, 10), D(2028, 5, 20))], D(2028, 4, 27)),
        (D(2028, 5, 13), [Campaign(D(2028, 4, 10), D(2028, 5, 20))], D(2028, 5, 14)),  # the Saturday before, and a Sunday
        (D(2028, 5, 27), [Campaign(D(2028, 4, 10), D(2028, 5, 20))], D(2028, 5, 28)),
        (D(2028, 5, 28), [Campaign(D(2028, 4, 10), D(2028, 5, 20))], D(2028, 6, 21)),
    ],
)
def test_australian_deadlines_are_calendar_days_and_do_not_roll_over(day, campaigns, due):
    (report,) = reports([dollars("1", day, 20_000)], au.REGIME, campaigns=campaigns)
    assert report.due_on == due


@pytest.mark.parametrize(
    ("gift", "earlier", "known", "accepted", "allowed"),
    [
        (dollars("2", D(2027, 3, 1), 50_000), [], None, True, 0),
        (dollars("2", D(2027, 3, 1), 50_001), [], None, False, 50_000),
        (dollars("2", D(2027, 3, 1), 20_000), [dollars("1", D(2027, 1, 1), 40_000)], None, False, 10_000),
        (dollars("2", D(2027, 3, 1), 20_000), [dollars("1", D(2026, 12, 31), 40_000)], None, True, 30_000),
        (dollars("2", D(2027, 3, 1), 20_000), [dollars("1", D(2027, 1, 1), 40_000, "bob")], None, True, 30_000),
        (dollars("2", D(2026, 8, 1), 90_000), [], None, True, None),  # no cap before 2027
        (dollars("2", D(2026, 8, 1), 90_000), [], AS_MADE, False, 50_000),  # as it was enacted
        (dollars("2", D(2026, 8, 1), 1_000, foreign=True), [], None, False, None),
        (dollars("2", D(2026, 8, 1), 999, foreign=True), [], None, True, None),
    ],
)
def test_australia_caps_one_donor_from_2027(gift, earlier, known, accepted, allowed):
    verdict = decide(gift, earlier, au.REGIME, known=known)
    assert verdict.accepted is accepted
    assert verdict.allowed == (None if allowed is None else Money(allowed * 100, "AUD"))


def test_the_last_financial_year_is_cut_short_and_the_calendar_year_begins():
    both = [dollars("1", D(2026, 12, 31), 10_000), dollars("2", D(2027, 1, 1), 4_000)]
    assert reports(both, au.REGIME) == []
    assert [r.ids for r in reports([*both, dollars("3", D(2027, 2, 1), 1_001)], au.REGIME)] == [("2", "3")]


def test_after_the_threshold_every_further_australian_gift_is_told():
    gifts = [dollars(str(n), D(2027, 3, n), amount) for n, amount in ((1, 5_001), (2, 1))]
    assert [report.ids for report in reports(gifts, au.REGIME)] == [("1",), ("2",)]


def test_where_a_regime_has_no_rule_it_says_so():
    with pytest.raises(Silent, match="an Australian party"):
        reports([dollars("1", D(2019, 1, 1), 1)], au.REGIME)
