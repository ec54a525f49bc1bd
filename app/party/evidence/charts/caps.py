"""Charts A–D: how the cap went, what connections use, how long a plan lasted, and what the next gigabyte cost."""

from __future__ import annotations

from fractions import Fraction

from ..calculators.amounts import duration, fixed, money, printed
from ..calculators.formulas import ladder, time_to_cap
from ..models import Figure
from ..queries import find, get
from .chart import Chart, about, uncertain
from .kinds import Bars, Lines, Point, Row, Series

DOUBTED = (("usage_avg_fixed_comcom", 2012),)  # conflicts.json says why


def point(figure: Figure, shown: str = "", *, below: bool = False, roomy: bool = False) -> Point:
    doubted = uncertain(figure) or (figure.metric, figure.year) in DOUBTED
    return Point(figure.year, float(figure.value), about(figure, shown) if shown else "", doubted, below, roomy)


def row(figure: Figure, *cells: str) -> tuple[str, ...]:
    """A line of a chart’s table: the year, what it says, and how far it is trusted."""
    return (str(figure.year), *cells, figure.confidence.value)


def _cap_share() -> Chart:
    found = [one for one in find("share_uncapped") if "Chorus" not in one.about]
    both = [one for one in find("share_uncapped") if "Chorus" in one.about]
    lower = "more than 70%" if "more than 70%" in next(one.about for one in found if one.year == 2018) else "70%"
    points = [point(one, f"{one.value}%", roomy=one.year == 2013) for one in found]
    return Chart(
        letter="A",
        slug="cap-share",
        title="In ten years data caps went from almost everyone to about one household in five",
        sub="Share of New Zealand’s fixed broadband without a data cap, 30 June 2011 to 2021, per cent",
        alt="Step chart: share of fixed broadband without a data cap, 2011 to 2021",
        desc=(
            "1% of connections in 2011, about 5% in 2013, 8% in 2014, 33% in 2015, 49% in 2016. Then the base changes from "
            f"connections to households: {lower} in 2018 and 79% in 2021. Years without a figure are left empty."
        ),
        kinds=(
            Lines(
                (Series("", tuple(points)),),
                (2010.6, 2021.4),
                tuple(range(2011, 2022)),
                (0, 20, 40, 60, 80, 100),
                "% without a cap",
                step=True,
                breaks=((2017.0, "connections", "households"),),
            ),
        ),
        columns=("Year", "Without a cap", "Share of", "Trust"),
        rows=tuple(row(one, about(one, f"{one.value}%"), one.unit.removeprefix("% of ")) for one in (*found, *both)),
        figures=(*found, *both),
        caveat=(
            "The share is of connections to 2016 and of households from 2018, so the line is cut. The figure of 2018 is a "
            "lower bound; Chorus gave seven in ten of its connections that year. No figure after 2021 was found."
        ),
        by="Statistics NZ, ISP Survey 2011–2016; Commerce Commission, monitoring reports 2018 and 2021",
    )


def _use() -> Chart:
    comcom, stats, chorus = (find(name) for name in ("usage_avg_fixed_comcom", "usage_avg_statsnz", "usage_avg_fibre_chorus"))
    early = [one for one in comcom if one.year <= 2016]
    late = [one for one in comcom if one.year > 2016]

    def points(found: list[Figure], *, shown: tuple[int, ...], below: bool = False) -> tuple[Point, ...]:
        return tuple(point(one, str(one.value) if one.year in shown else "", below=below) for one in found)

    return Chart(
        letter="B",
        slug="data-use",
        title="A connection used 26 GB a month in 2013 and 330 GB in 2021",
        sub="Average data per fixed connection, GB a month, New Zealand, 2010 to 2025; two panels with different scales",
        alt="Two line charts: average data use per fixed connection, 2010 to 2016 and 2018 to 2025",
        desc=(
            "Commerce Commission, year to June: 7.5 GB in 2010, 10 in 2011, 19 in 2012 (doubted), 26 in 2013, 32 in 2014; then "
            "172 in 2018, 207 in 2019, 284 in 2020, 330 in 2021. Statistics NZ, June: 9 in 2011, 16 in 2012, 23 in 2013, 45 in "
            "2015, 88 in 2016. Chorus fibre: 307 in 2018, 341 in 2019, 495 in April 2020, 500 in 2021, 623 in 2024, "
            "671 in 2025."
        ),
        kinds=(
            Lines(
                (
                    Series(
                        "Commission ●",
                        points(early, shown=(2010, 2014)),
                        0,
                        named_at=4,
                        name_below=True,
                        name_lift=1.0,
                    ),
                    Series("Statistics NZ ■", points(stats, shown=(2015, 2016)), 1, named_at=4, name_lift=1),
                ),
                (2009.6, 2016.5),
                tuple(range(2010, 2017)),
                (0, 25, 50, 75, 100),
                "GB a month",
                heading="2010 to 2016",
            ),
            Lines(
                (
                    Series(
                        "Commission ●",
                        points(late, shown=(2018, 2021), below=True),
                        0,
                        named_at=3,
                        name_below=True,
                        name_lift=1.0,
                    ),
                    Series("Chorus fibre ▲", points(chorus, shown=(2018, 2021, 2025)), 2, named_at=3, name_lift=1.2),
                ),
                (2017.5, 2025.5),
                tuple(range(2018, 2026)),
                (0, 200, 400, 600, 800),
                "GB a month",
                heading="2018 to 2025: the scale is eight times as large",
            ),
        ),
        columns=("Year", "GB a month", "Whose count", "Trust"),
        rows=tuple(
            row(one, str(one.value), whose + _base(one))
            for found, whose in ((comcom, "Commission"), (stats, "Statistics NZ"), (chorus, "Chorus fibre"))
            for one in found
        ),
        figures=(*comcom, *stats, *chorus),
        caveat=(
            "Three counts on three bases, never joined: all fixed lines over the year to June; connections in June, per "
            "household in 2015 and residential in 2016; Chorus’s fibre alone. The 19 GB of 2012 was doubted when it came out "
            "(hollow)."
        ),
        by="Commerce Commission; Statistics NZ, ISP Survey; Chorus",
    )


def _base(figure: Figure) -> str:
    _, found, base = figure.about.partition(" (")
    return f", {base.rstrip(')')}" if found and figure.metric != "usage_avg_fixed_comcom" else ""


PLANS = (
    # year, words that pick one plan of the file, cap in GB, speed in Mbps, and how it is named
    (2014, "Dunedin only, 80 GB cap", 80, 1000, "Spark gigabit, 80 GB, Dunedin 2014"),
    (2012, "Orcon UFB fibre 100 Mbps, 30 GB", 30, 100, "Orcon, 30 GB at 100 Mbps, 2012"),
    (2012, "Orcon UFB fibre 30/10 Mbps, 30 GB", 30, 30, "Orcon, 30 GB at 30 Mbps, 2012"),
    (2013, "Telecom UFB 30 Mbps, 50 GB", 50, 30, "Telecom, 50 GB at 30 Mbps, 2013"),
    (2012, "Orcon UFB fibre 30/10 Mbps, 60 GB", 60, 30, "Orcon, 60 GB at 30 Mbps, 2012"),
    (2012, "Orcon UFB fibre 30/10 Mbps, 100 GB", 100, 30, "Orcon, 100 GB at 30 Mbps, 2012"),
)


def _time_to_cap() -> Chart:
    plans = [(get("plan_price_month", year=year, about=words), cap, speed, name) for year, words, cap, speed, name in PLANS]
    lasts = [time_to_cap(Fraction(cap), Fraction(speed)).seconds for figure, cap, speed, name in plans]
    top = get("plan_price_month", year=2012, about="1,000 GB")
    return Chart(
        letter="C",
        slug="forty-minutes",
        title="In 2012, $110 a month bought a plan you could use up in 40 minutes",
        sub="Time to use up the month’s data at the advertised speed, plans sold in New Zealand, 2012 to 2014",
        alt="Bar chart: time to use up a month’s data at full speed, six plans",
        desc="; ".join(
            f"{name}, ${figure.value}: {duration(time)}" for (figure, cap, speed, name), time in zip(plans, lasts, strict=True)
        )
        + ".",
        kinds=(
            Bars(
                tuple(
                    Row(f"{name}, ${figure.value}", float(time), duration(time), 0 if (cap, speed) == (30, 100) else 1)
                    for (figure, cap, speed, name), time in zip(plans, lasts, strict=True)
                )
            ),
        ),
        columns=("Plan", "Price a month", "Lasts", "Trust"),
        rows=(
            *(
                (name, f"${figure.value}", duration(time), figure.confidence.value)
                for (figure, cap, speed, name), time in zip(plans, lasts, strict=True)
            ),
            (
                "Orcon, 1,000 GB at 30 Mbps, 2012 (not drawn)",
                f"${top.value}",
                duration(time_to_cap(Fraction(1000), Fraction(30)).seconds),
                top.confidence.value,
            ),
        ),
        figures=(*(figure for figure, cap, speed, name in plans), top),
        caveat=(
            "Computed: cap × 8,000 ÷ speed. Nobody runs a line at full speed all the time; it shows how cap and speed fit. "
            "Orcon’s 1,000 GB plan lasted three days and would be ten times the longest bar, so it stands in the table only."
        ),
        by="NBR and Otago Daily Times on the plans of the day",
    )


RUNGS = ((30, "30/10 Mbps, 30 GB"), (60, "30/10 Mbps, 60 GB"), (100, "30/10 Mbps, 100 GB"), (1000, "30/10 Mbps, 1,000 GB"))


def _ladder() -> Chart:
    plans = [(cap, get("plan_price_month", year=2012, about=words)) for cap, words in RUNGS]
    over = get("overage_per_gb", year=2012)
    steps = ladder([(Fraction(cap), Fraction(figure.value)) for cap, figure in plans])
    points = tuple(Point(cap, float(price), money(price)) for (cap, figure), price in zip(plans, steps, strict=False))
    times = [fixed(Fraction(over.value) / price) for price in steps]
    return Chart(
        letter="D",
        slug="next-gigabyte",
        title="One more gigabyte cost 4 to 18 times as much over the cap as on the next plan up",
        sub="Price of one more GB on Orcon’s fibre plans of 2012, against the price of a GB above the cap, NZ$ with GST",
        alt="Step chart: price of the next gigabyte by size of the plan, with the price above the cap",
        desc=(
            f"From 30 to 60 GB the next GB cost {money(steps[0])}, from 60 to 100 GB {money(steps[1])}, from 100 to 1,000 GB "
            f"{money(steps[2])}. Above the cap it cost {money(Fraction(over.value))}: {times[0]}, {times[1]} and {times[2]} "
            "times as much."
        ),
        kinds=(
            Lines(
                (Series("on a larger plan ●", points, 0, named_at=1, name_lift=2.8),),
                (28, 1050),
                (30, 60, 100, 300, 1000),
                (0, 0.5, 1, 1.5, 2),
                "NZ$ a GB",
                step=True,
                joined=True,
                log=True,
                level=(float(over.value), f"above the cap: {money(Fraction(over.value))}"),
                tick_words=lambda cap: f"{cap:,.0f} GB" if cap in (30, 1000) else f"{cap:g}",
                up_words=lambda amount: f"${amount:.2f}",
            ),
        ),
        columns=("From", "To", "One more GB", "Above the cap it cost", "Trust"),
        rows=tuple(
            (
                f"{cap} GB, ${figure.value}",
                f"{printed(Fraction(above))} GB, ${dearer.value}",
                money(price),
                f"{many} times as much",
                "derived",
            )
            for (cap, figure), (above, dearer), price, many in zip(plans, plans[1:], steps, times, strict=False)
        ),
        figures=(*(figure for cap, figure in plans), over),
        caveat="The scale of sizes is logarithmic: a step to the right is a multiple. Computed from one provider’s prices.",
        by="NBR, 2012: Orcon’s fibre plans",
    )


CHARTS = (_cap_share(), _use(), _time_to_cap(), _ladder())
