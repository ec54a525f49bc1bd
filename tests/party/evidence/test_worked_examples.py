"""The worked examples of the calculators, to the digit, as a reader meets them: an address, and what stands in the answer."""

from __future__ import annotations

import re
from fractions import Fraction
from html import unescape

import pytest

from app.party.evidence.calculators import formulas


def results(client, address: str) -> dict[str, str]:
    """What a calculator answers to an address, as data: each result as it is shown, and the headline."""
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    said = answer.get_json()
    return {key: line["shown"] for key, line in said["results"].items()} | {"headline": said["answer"]["headline"]}


@pytest.mark.parametrize(
    ("case", "cap", "speed", "lasts", "share"),
    [
        ("Orcon fibre 2012, base", "30", "30", "2 h 13 min 20 s", "0.304%"),
        ("Orcon fibre 2012, 100 Mbps at $110", "30", "100", "40 min", "0.091%"),
        ("Spark Dunedin gigabit 2014", "80", "1000", "10 min 40 s", "0.024%"),
        ("rural 4G", "120", "25", "10 h 40 min", "1.460%"),
    ],
)
def test_how_long_until_it_is_gone(client, case, cap, speed, lasts, share):
    found = results(client, f"/tools/time-to-cap.json?cap={cap}&speed={speed}")
    assert (found["headline"], found["share_of_month"]) == (lasts, share)


@pytest.mark.parametrize(
    ("case", "query", "expected"),
    [
        ("Orcon 2012", "price=75&cap=30&rate=2&used=45", {"bill": "$105.00", "per_gb": "$2.33", "per_gb_at_cap": "$2.50"}),
        ("the same, heavy", "price=75&cap=30&rate=2&used=90", {"bill": "$195.00", "per_gb": "$2.17"}),
        ("AT&T blocks 2011", "price=0&cap=150&rate=10&block=50&used=230", {"blocks": "2", "extra": "$20.00"}),
        ("exactly two blocks", "price=0&cap=150&rate=10&block=50&used=250", {"blocks": "2", "extra": "$20.00"}),
        ("a little more", "price=0&cap=150&rate=10&block=50&used=250.1", {"blocks": "3", "extra": "$30.00"}),
        ("rural composite", "price=84&cap=120&rate=30&used=140", {"bill": "$684.00"}),
        ("slowed down", "price=84&cap=120&rate=&used=140", {"bill": "$84.00", "over_gb": "20 GB"}),
        ("no cap", "price=84&cap=unlimited&rate=2&used=140", {"bill": "$84.00", "over_gb": "0 GB"}),
    ],
)
def test_what_the_cap_costs(client, case, query, expected):
    found = results(client, f"/tools/cap-cost.json?{query}")
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("case", "query", "use", "days"),
    [
        ("family, 2013 plan", "hd=2&sd=2&web=6&cap=30", "236 GB", "3.9 days"),
        ("family, 80 GB", "hd=2&sd=2&web=6&cap=80", "236 GB", "10.3 days"),
        ("rural today", "hd=4&uhd=3&calls=3&web=16&downloads=100&cap=350", "1,208 GB", "8.8 days"),
        ("light user", "hd=0&sd=0.5&web=1&cap=10", "12.5 GB", "24.4 days"),
        ("light user, 30 GB never bites", "hd=0&sd=0.5&web=1&cap=30", "12.5 GB", None),
        *[("average fibre home", f"hd=0&web=0&downloads=671&cap={cap}", "671 GB", f"{days} days")
          for cap, days in ((30, "1.4"), (80, "3.6"), (120, "5.4"), (350, "15.9"))],
    ],
)  # fmt: skip
def test_what_my_home_uses(client, case, query, use, days):
    found = results(client, f"/tools/home-use.json?{query}")
    assert (found["headline"], found.get("days")) == (use, days)


def test_a_cap_bites_on_the_first_of_the_month_and_the_whole_days_it_lasts(client):
    assert results(client, "/tools/home-use.json?hd=2&sd=2&web=6&cap=30")["bites_on"] == "4th"
    assert results(client, "/tools/home-use.json?hd=0&sd=0.5&web=1&cap=10")["bites_on"] == "25th"


@pytest.mark.parametrize(
    ("case", "query", "even"),
    [
        ("Telecom or Telecom", "capped=95&cap=50&rate=2&unlimited=109", "57 GB"),
        ("Spark, Dunedin", "capped=79&cap=80&rate=2&unlimited=99", "90 GB"),
        ("at Xnet’s rate", "capped=79&cap=80&rate=0.99&unlimited=99", "100.2 GB"),
        ("Telecom or Slingshot", "capped=95&cap=50&rate=2&unlimited=89", "Always"),
        ("extra data is free", "capped=95&cap=50&rate=0&unlimited=109", "Never"),
    ],
)
def test_capped_or_unlimited(client, case, query, even):
    assert results(client, f"/tools/capped-or-unlimited.json?{query}")["headline"] == even


def test_the_next_gigabyte_on_the_ladder_of_2012():
    steps = [(Fraction(cap), Fraction(price)) for cap, price in ((30, 75), (60, 89), (100, 99), (1000, 199))]
    assert [f"{float(price):.3f}" for price in formulas.ladder(steps)] == ["0.467", "0.250", "0.111"]


@pytest.mark.parametrize(
    ("price", "year", "country", "there", "difference"),
    [
        ("75", "2013", "GBR", "$19.87", "−73.5%"),
        ("75", "2013", "FRA", "$36.98", "−50.7%"),
        ("75", "2013", "AUS", "$56.04", "−25.3%"),
        ("75", "2013", "OECD", "$43.02", "−42.6%"),
        ("85", "2025", "KOR", "$72.19", "−15.1%"),
        ("85", "2025", "DEU", "$88.42", "+4.0%"),
        ("85", "2025", "GBR", "$93.90", "+10.5%"),
        ("85", "2025", "AUS", "$120.47", "+41.7%"),
    ],
)
def test_what_i_would_pay_elsewhere(client, price, year, country, there, difference):
    found = results(client, f"/tools/price-elsewhere.json?price={price}&year={year}&country={country}")
    assert (found["there"], found["difference"]) == (there, difference)


@pytest.mark.parametrize(("price", "share"), [("85", "1.7%"), ("150", "3.0%")])
def test_a_bill_as_a_share_of_income(client, price, share):
    assert results(client, f"/tools/price-elsewhere.json?price={price}&income=60,000")["share_of_income"] == share


@pytest.mark.parametrize(("price", "pay", "minutes"), [("75", "13.75", "327"), ("85", "23.50", "217")])
def test_a_bill_in_minutes_of_work(client, price, pay, minutes):
    assert results(client, f"/tools/price-elsewhere.json?price={price}&pay={pay}")["minutes_of_work"] == minutes


@pytest.mark.parametrize(
    ("case", "query", "month"),
    [
        ("Pacific Fibre", "cost=492&years=25&connections=1600000&interest=0&running=0", "$1.03"),
        ("Pacific Fibre, financed", "cost=492&years=25&connections=1.6+million&interest=8%25&running=4", "$3.43"),
        ("without running cost", "cost=492&years=25&connections=1600000&interest=8&running=0", "$2.40"),
        ("Southern Cross NEXT", "cost=429&years=25&connections=1800000&interest=7&running=4", "$2.50"),
        ("Hawaiki", "cost=500&years=25&connections=1700000&interest=8&running=4", "$3.28"),
    ],
)
def test_who_pays_for_a_cable(client, case, query, month):
    assert results(client, f"/tools/cable-cost.json?{query}")["per_month"] == month


@pytest.mark.parametrize(
    ("size", "speed", "key", "shown"),
    [
        ("2.5", "64", "seconds", "5 min 13 s"),
        ("2.5", "64", "seconds_shown", "312.5"),
        ("2.5", "256", "seconds_shown", "78.1"),
        ("0.7+GB", "256", "hours", "6.08"),
    ],
)
def test_life_in_the_slow_lane(client, size, speed, key, shown):
    assert results(client, f"/tools/slow-lane.json?size={size}&speed={speed}")[key] == shown


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/tools/time-to-cap?cap=unlimited&speed=100", "Data cap unlimited; Speed 100 Mbps."),
        ("/tools/cap-cost?block=&cap=1000&price=75.5&rate=&used=45",
         "Price of the plan $75.50; Data cap 1,000 GB; What you use 45 GB."),
        ("/tools/price-elsewhere?country=GBR&income=60000&pay=23.5&price=85&year=2025",
         "Your bill $85; Year 2025; Country the United Kingdom; Your income before tax $60,000; Your hourly pay $23.50."),
    ],
)  # fmt: skip
def test_a_result_on_paper_says_what_was_asked_and_where_it_stands(client, settings, address, asked):
    page = unescape(client.get(address).get_data(as_text=True))
    said = re.search(r'<p class="print-only small">What was asked: (.*?)</p>', page)
    assert said
    assert said[1] == f"{asked} {settings.public_url}{address}"
