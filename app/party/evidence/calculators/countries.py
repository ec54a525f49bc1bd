"""C5 and C6: what a price would be elsewhere, and what a cable costs a household."""

from __future__ import annotations

from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_babel import ngettext

from ..models import Figure
from ..queries import find, get
from . import formulas
from .amounts import COUNT, DOLLARS, MILLIONS, PERCENT, YEARS, Number, fixed, half_up, money, percent, plain, printed
from .asking import Answer, Calculator, Choice, Line, Row, Values, maybe, number
from .caps import MOST_PRICE, said

COUNTRIES = {
    "AUS": __("Australia"),
    "CAN": __("Canada"),
    "CHE": __("Switzerland"),
    "DEU": __("Germany"),
    "DNK": __("Denmark"),
    "EST": __("Estonia"),
    "FIN": __("Finland"),
    "FRA": __("France"),
    "GBR": __("the United Kingdom"),
    "IRL": __("Ireland"),
    "ISL": __("Iceland"),
    "JPN": __("Japan"),
    "KOR": __("Korea"),
    "NLD": __("the Netherlands"),
    "NZL": __("New Zealand"),
    "OECD": __("the OECD on average"),
    "SGP": __("Singapore"),
    "SWE": __("Sweden"),
    "USA": __("the United States"),
    "WLD": __("the world"),
}
BASKET, OF_INCOME = "itu_fixed_basket_ppp", "itu_fixed_basket_gni"
YEARS_COMPARED = ("2013", "2021", "2025")


def by_country(metric: str, year: int) -> dict[str, Figure]:
    """A figure of one year by country, the OECD mean among them."""
    found = {code: one for code in COUNTRIES for one in find(metric, code, year)}
    return found | {"OECD": get(f"{metric}_mean", "OECD", year)}


COMPARED = {year: by_country(BASKET, int(year)) for year in YEARS_COMPARED}
SHARES = {year: by_country(OF_INCOME, int(year)) for year in YEARS_COMPARED}
ELSEWHERE = ("OECD", *(code for code in COUNTRIES if code in COMPARED["2013"] and code not in ("NZL", "OECD")))


def difference(there: Fraction, here: Fraction) -> str:
    """“+4.0%” or “−73.5%”; “0.0%” when they are the same."""
    if not here:
        return "–"
    scaled = half_up((there / here - 1) * 1000)
    return ("+" if scaled > 0 else "") + f"{fixed(Fraction(scaled, 10), 1)}%"


def _elsewhere(values: Values) -> Answer:
    price, year, country = number(values, "price"), str(values["year"]), str(values["country"])
    income, pay = maybe(values, "income"), maybe(values, "pay")
    known = COMPARED[year]
    here = Fraction(known["NZL"].value)
    costs = {code: formulas.elsewhere(price, basket_there=Fraction(one.value), basket_here=here) for code, one in known.items()}
    there, name = costs[country], str(COUNTRIES[country])
    lines = [
        Line("there", _("In %(country)s", country=name), money(there), plain(there)),
        Line("difference", _("Against your bill"), difference(there, price), plain(there - price)),
    ]
    sentence = _(
        "a month in %(country)s, for what %(price)s buys here (%(year)s).", country=name, price=money(price), year=year
    )
    if income is not None:
        share = formulas.share_of_income(price, income)
        sentence += " " + _("Here that is %(share)s of the income.", share=percent(share))
        lines.append(Line("share_of_income", _("Your bill as a share of that income"), percent(share), plain(share)))
    if pay is not None:
        minutes = formulas.minutes_of_work(price, pay)
        lines.append(Line("minutes_of_work", _("Minutes of work for your bill"), fixed(minutes), plain(minutes)))
    rows = tuple(
        Row(
            str(COUNTRIES[code]),
            (
                money(cost),
                difference(cost, price),
                fixed(Fraction(known[code].value), 2),
                f"{fixed(Fraction(SHARES[year][code].value), 2)}%",
            ),
            ours=code == "NZL",
        )
        for code, cost in sorted(costs.items(), key=lambda one: (one[1], one[0]))
    )
    return Answer(
        headline=money(there),
        sentence=sentence,
        lines=tuple(lines),
        working=f"{printed(price)} × {fixed(Fraction(known[country].value), 2)} ÷ {fixed(here, 2)} = {money(there)}",
        mine=_("My bill in %(country)s", country=name),
        columns=(_("Where"), _("Your bill there"), _("Difference"), _("Basket, PPP$"), _("Basket, of income")),
        rows=rows,
    )


def _bill(price: str, year: str, country: str, income: str = "") -> dict[str, str]:
    return {"price": price, "year": year, "country": country, "income": income, "pay": ""}


def _example(price: str, year: str, country: str) -> str:
    words: str = __("$%(price)s in %(year)s, in %(country)s", price=price, year=year, country=COUNTRIES[country])
    return words


PRICE_ELSEWHERE = Calculator(
    slug="price-elsewhere",
    title=__("What would I pay elsewhere?"),
    lead=__("Your bill, moved to other countries by what the cheapest entry plan cost there and here in the same year."),
    questions=(
        Number("price", __("Your bill"), __("your bill"), DOLLARS, "85", "85", MOST_PRICE, __("Dollars a month.")),
        Choice("year", __("Year"), tuple((year, year) for year in YEARS_COMPARED), "2025"),
        Choice("country", __("Country"), tuple((code, COUNTRIES[code]) for code in ELSEWHERE), "OECD"),
        Number(
            "income",
            __("Your income before tax"),
            __("your income"),
            DOLLARS,
            "60,000",
            "",
            100_000_000,
            __("Dollars a year, to see what share the bill is."),
            above_zero=True,
            empty="absent",
        ),
        Number(
            "pay",
            __("Your hourly pay"),
            __("your hourly pay"),
            DOLLARS,
            "30",
            "",
            MOST_PRICE,
            __("Dollars, to see how long you work for the bill."),
            above_zero=True,
            empty="absent",
        ),
    ),
    formula=__("there = your bill × their basket ÷ New Zealand’s basket, both of the same year in PPP dollars"),
    assumptions=(
        __("The basket is the cheapest entry plan of the largest provider, tax included. It is not your plan."),
        __("The definition changed in 2018: at least 1 GB a month before, at least 5 GB since. They do not compare."),
        __("PPP dollars (of private consumption) already weigh what a dollar buys in each country."),
        __("“Of income” is the same basket as a share of what the country earns a head (GNI), in per cent."),
        __("The OECD mean is the plain mean of today’s 38 members with data."),
    ),
    figures=tuple(kind[year][code] for kind in (COMPARED, SHARES) for year in YEARS_COMPARED for code in ("NZL", "OECD")),
    presets=(
        *((_example("75", "2013", code), _bill("75", "2013", code)) for code in ("GBR", "FRA", "AUS", "OECD")),
        *((_example("85", "2025", code), _bill("85", "2025", code)) for code in ("KOR", "DEU", "GBR", "AUS")),
        (__("$85 in 2025, on $60,000 a year"), _bill("85", "2025", "OECD", "60000")),
        (__("$150 in 2025, on $60,000 a year"), _bill("150", "2025", "OECD", "60000")),
    ),
    answer=_elsewhere,
    by=__("ITU ICT Price Baskets, read from public copies; the OECD mean computed from them"),
    caveat=__("By the entry-level basket of that year, not by your plan. The basket was defined anew in 2018."),
    see=("against-oecd", "mobile-data"),
)


PACIFIC_FIBRE = get("cable_capex", year=2012, about="NZD")
HAWAIKI, NEXT = get("cable_capex", year=2018), get("cable_capex", year=2021)
MILLION = 10**6


def _cable(values: Values) -> Answer:
    cost, years = number(values, "cost") * MILLION, int(number(values, "years"))
    connections = number(values, "connections")
    interest, running = number(values, "interest") / 100, number(values, "running") / 100
    month = formulas.cable(cost=cost, years=years, connections=connections, interest=interest, running=running)
    per_year = connections * 12 / MILLION
    bare = formulas.cable(cost=cost, years=years, connections=connections, interest=interest, running=Fraction(0))
    building, upkeep = fixed(bare * per_year, 2), fixed(cost * running / MILLION, 2)
    return Answer(
        headline=money(month),
        sentence=ngettext("a connection a month, for %(num)s year.", "a connection a month, for %(num)s years.", years),
        lines=(
            Line("per_month", _("A connection a month"), money(month), plain(month)),
            Line("to_build", _("Of it, to build it and pay the interest"), money(bare), plain(bare)),
            Line("to_run", _("Of it, to run it"), money(month - bare), plain(month - bare)),
            Line(
                "together_a_year",
                _("All connections together, a year"),
                f"${fixed(month * per_year, 1)} million",
                plain(month * connections * 12),
            ),
        ),
        working=f"({building} + {upkeep}) million ÷ {printed(connections)} ÷ 12 = {money(month)}",
        mine=_("One cable would cost us"),
    )


def _laid(cost: str, connections: str, interest: str, running: str) -> dict[str, str]:
    return {"cost": cost, "years": "25", "connections": connections, "interest": interest, "running": running}


CABLE_COST = Calculator(
    slug="cable-cost",
    title=__("Who pays for a cable?"),
    lead=__("What a cable across the Pacific costs a household if households pay for all of it."),
    questions=(
        Number("cost", __("Cost of the cable"), __("the cost"), MILLIONS, "492", "492", 100_000, __("Millions of dollars.")),
        Number("years", __("Years it lasts"), __("the years"), YEARS, "25", "25", 100, above_zero=True, whole=True),
        Number(
            "connections",
            __("Connections that pay"),
            __("the connections"),
            COUNT,
            "1,600,000",
            "1600000",
            1_000_000_000,
            __("“1.6 million” is read too."),
            above_zero=True,
        ),
        Number("interest", __("Interest"), __("the interest"), PERCENT, "8", "8", 100, __("Per cent a year.")),
        Number(
            "running",
            __("Running cost"),
            __("the running cost"),
            PERCENT,
            "4",
            "4",
            100,
            __("Per cent of the cost, each year."),
        ),
    ),
    formula=__(
        "a month = (annuity + cost × running cost) ÷ connections ÷ 12, "
        "where annuity = cost × i ÷ (1 − (1 + i)⁻ⁿ), or cost ÷ n without interest"
    ),
    assumptions=(
        __(
            "The whole cost falls on New Zealand’s households. "
            "In truth most of a cable’s capacity is sold to others, so this is the most it could be."
        ),
        __("Interest, life, running cost and connections are assumptions: change them."),
        __(
            "Southern Cross NEXT’s US$300 million is taken at an assumed NZ$1.43 to the US dollar; "
            "that Hawaiki’s half billion is in NZ dollars is assumed too."
        ),
    ),
    figures=(PACIFIC_FIBRE, NEXT, HAWAIKI),
    presets=(
        (__("Pacific Fibre, with free money"), _laid(said(PACIFIC_FIBRE), "1600000", "0", "0")),
        (__("Pacific Fibre, financed"), _laid(said(PACIFIC_FIBRE), "1600000", "8", "4")),
        (__("Pacific Fibre, financed, without running cost"), _laid(said(PACIFIC_FIBRE), "1600000", "8", "0")),
        (__("Southern Cross NEXT, US$300 million at an assumed 1.43"), _laid("429", "1800000", "7", "4")),
        (__("Hawaiki, NZ$500 million assumed"), _laid(said(HAWAIKI), "1700000", "8", "4")),
    ),
    answer=_cable,
    by=__("Stuff, 2012; BPS Tech, 2021; The Spinoff, 2018"),
    caveat=__("The most it could be: as if households paid for all of it. Most of a cable’s capacity is sold to others."),
    see=("cable-capacity", "cost-stack"),
)
