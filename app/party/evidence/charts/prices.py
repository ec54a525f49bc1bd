"""Charts E, H, I and J: the price against other countries, mobile data, and what a copper bill was made of."""

from __future__ import annotations

from fractions import Fraction

from ..calculators.amounts import fixed, money
from ..calculators.countries import COUNTRIES
from ..queries import find, get
from .caps import point, row
from .chart import Chart
from .kinds import Bars, Lines, Point, Row, Series, Stack

BASKET_CHANGED = 2017.5


def _against_oecd() -> Chart:
    ours = sorted(find("itu_fixed_basket_ppp"), key=lambda one: one.year)
    mean = find("itu_fixed_basket_ppp_mean", "OECD")
    ranks = {one.year: one for one in find("itu_fixed_basket_ppp_rank")}

    def rank(year: int) -> str:
        return f"{ranks[year].value} {ranks[year].unit}" if year in ranks else "not computed"

    return Chart(
        letter="E",
        slug="against-oecd",
        title="In 2013 New Zealand’s entry price was 1.74 times the OECD mean; in 2025 it was below it",
        sub="ITU fixed-broadband basket, New Zealand and the mean of today’s OECD members, PPP$ a month, 2008 to 2025",
        alt="Point chart: price of an entry broadband plan, New Zealand and OECD mean, with a break at 2018",
        desc=(
            "New Zealand: "
            + ", ".join(f"{fixed(Fraction(one.value), 2)} in {one.year}" for one in ours)
            + ". OECD mean: "
            + ", ".join(f"{fixed(Fraction(one.value), 2)} in {one.year}" for one in mean)
            + ". The definition changed in 2018, so years before and after are not compared. Years not in the file are empty."
        ),
        kinds=(
            Lines(
                (
                    Series(
                        "New Zealand ●",
                        tuple(
                            point(
                                one,
                                str(one.value) if one.year in (2008, 2013, 2025) else "",
                                below=one.year == 2025,
                                roomy=one.year == 2025,
                            )
                            for one in ours
                        ),
                        0,
                        named_at=2,
                        name_lift=1.1,
                        name_anchor="middle",
                    ),
                    Series(
                        "OECD mean ■",
                        tuple(point(one, str(one.value), below=one.year == 2013) for one in mean),
                        1,
                        named_at=0,
                        name_below=True,
                        name_lift=0.8,
                        name_anchor="middle",
                    ),
                ),
                (2007.5, 2026.4),
                (2008, 2010, 2012, 2014, 2016, 2018, 2020, 2022, 2024),
                (0, 20, 40, 60),
                "PPP$ a month",
                breaks=((BASKET_CHANGED, "≥ 1 GB", "≥ 5 GB"),),
            ),
        ),
        columns=("Year", "New Zealand", "OECD mean", "Rank, 1 = cheapest", "Trust"),
        rows=tuple(
            row(
                one,
                fixed(Fraction(one.value), 2),
                next((fixed(Fraction(other.value), 2) for other in mean if other.year == one.year), "not computed"),
                rank(one.year),
            )
            for one in ours
        ),
        figures=(*ours, *mean, *ranks.values()),
        caveat=(
            "The cheapest plan of the largest provider, tax included: at least 1 GB a month to 2017, at least 5 GB since. It "
            "is not what a family pays. Part of the better place after 2018 is the new definition. Means and ranks "
            "are ours (hollow)."
        ),
        by="ITU ICT Price Baskets, read from public copies; means and ranks computed from them",
    )


def _mobile() -> Chart:
    found = [one for code in COUNTRIES for one in find("itu_mobile_5gb_gni", code)]
    median, rank = get("itu_mobile_5gb_gni_median", "OECD"), get("itu_mobile_5gb_gni_rank")
    shown = sorted([*found, median], key=lambda one: (one.value, one.country))

    def name(country: str) -> str:
        return "Median of 38 OECD members" if country == "OECD" else str(COUNTRIES[country]).removeprefix("the ")

    return Chart(
        letter="H",
        slug="mobile-data",
        title=f"Mobile data is dear here for what we earn: {rank.value}rd of 38",
        sub="Price of 5 GB of mobile data a month as a share of monthly income (GNI per head), 2025, per cent",
        alt="Bar chart: price of 5 GB of mobile data as a share of income, eight countries and the OECD median",
        desc="; ".join(f"{name(one.country)} {one.value}%" for one in shown)
        + f". New Zealand is {rank.value}rd of 38, 1 being the cheapest.",
        kinds=(
            Bars(
                tuple(
                    Row(name(one.country), float(one.value), f"{one.value}%", {"NZL": 0, "OECD": 2}.get(one.country, 1))
                    for one in shown
                )
            ),
        ),
        columns=("Where", "% of income", "Trust"),
        rows=tuple((name(one.country), f"{one.value}%", one.confidence.value) for one in shown),
        figures=(*found, median, rank),
        caveat="Eight of the 38 countries are in our file; median and rank were computed from all of them when it was made.",
        by="ITU ICT Price Baskets, December 2025 release, read from a public copy",
    )


def _copper() -> Chart:
    until, cut, then = (
        get("wholesale_price_month", about=words) for words in ("until 30 Nov 2014", "from 1 Dec 2014", "first year")
    )
    average, rise = get("wholesale_price_month", about="five-year average"), get("retail_price_rise")
    steps = ((2013.0, until), (2014 + 11 / 12, cut), (2015 + 11 / 12, then))
    return Chart(
        letter="I",
        slug="copper-price",
        title="The wholesale price of copper fell by almost a quarter, came most of the way back, and retail rose",
        sub="What a provider paid Chorus for a copper line with broadband, NZ$ a month, without GST (assumed), 2013 to 2016",
        alt="Step chart: wholesale price of a copper broadband line, 2013 to 2016",
        desc=(
            f"${until.value} until 30 November 2014, ${cut.value} from 1 December 2014, ${then.value} from December 2015 for a "
            f"year; the average of the five years set then is ${average.value}. Spark raised its retail price by ${rise.value} "
            "afterwards."
        ),
        kinds=(
            Lines(
                (Series("", tuple(Point(x, float(one.value), f"${one.value}") for x, one in steps)),),
                (2013.0, 2016.92),
                (2013, 2014, 2015, 2016),
                (0, 10, 20, 30, 40, 50),
                "NZ$ a month",
                step=True,
                joined=True,
            ),
        ),
        columns=("From", "NZ$ a month", "Trust"),
        rows=(
            *(
                (when, str(one.value), one.confidence.value)
                for when, one in (
                    ("before 1 Dec 2014", until),
                    ("1 Dec 2014", cut),
                    ("Dec 2015", then),
                    ("Dec 2015, five-year average", average),
                )
            ),
            ("retail: Spark’s rise after Dec 2015", str(rise.value), rise.confidence.value),
        ),
        figures=(until, cut, then, average, rise),
        caveat=(
            "Line and broadband service together (UCLL and UBA). That the prices are without GST is our assumption. When the "
            "first one began is not in the file."
        ),
        by="Commerce Commission, copper pricing decisions; press reports on the retail price",
    )


BILL, GST = Fraction(75), Fraction(15, 100)


def _stack() -> Chart:
    line = get("wholesale_price_month", about="until 30 Nov 2014")
    access, tax = Fraction(line.value), BILL * GST / (1 + GST)
    rest = BILL - access - tax
    parts = (
        (access, "for access to the line, set by the regulator", 1),
        (tax, "GST", 2),
        (rest, "for everything else: international, national backhaul, retailer; not itemised", 0),
    )
    return Chart(
        letter="J",
        slug="cost-stack",
        title=f"Of a $75 copper plan in 2013, {money(rest)} was left for everything but the line and GST",
        sub="What a bill of $75 a month was made of, New Zealand 2013, NZ$",
        alt="One stacked bar: a bill of 75 dollars in three parts",
        desc="; ".join(f"{money(value)} {words}" for value, words, number in parts) + ".",
        kinds=(Stack(tuple(Row(words, float(value), money(value), number) for value, words, number in parts)),),
        columns=("Part", "NZ$ a month", "Share of the bill"),
        rows=tuple(
            (words[:1].upper() + words[1:], fixed(value, 2), f"{fixed(value / BILL * 100)}%") for value, words, number in parts
        ),
        figures=(line,),
        caveat=(
            "The $75 is an example. GST is 15%. The access price is taken as without GST; if it included GST, "
            f"{money(rest + access * GST / (1 + GST))} would be left. So free international "
            "bandwidth could not have halved this bill."
        ),
        by="Commerce Commission, copper prices to 30 November 2014; the rest computed",
    )


CHARTS = (_against_oecd(), _mobile(), _copper(), _stack())
