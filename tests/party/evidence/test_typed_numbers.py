"""What people type into a calculator: read rightly, or refused with a sentence beside the field. One address for one result."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

import pytest

from tests.house.page_reader import faults

MISREAD = "Enter the speed as a number, like 100."
POINT = "Write the speed with a decimal point, like 1.5. A comma only separates thousands, as in 1,000."
BITS = "Write the data cap in bytes, like 30 GB. With a small b, as in Gb, it is bits. Eight are a byte."
OTHER_DOLLARS = "Write your bill in New Zealand dollars, like 85. Other money is not converted."
BYTES = "Write the speed in bits, like 100 Mbps. With a capital B it is bytes, and a byte is eight bits."


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("1,000", "1000"),
        ("1 000", "1000"),
        ("1\u00a0000", "1000"),
        ("1.5", "1.5"),
        (".5", "0.5"),
        ("007", "7"),
        ("+100", "100"),
        ("100.0", "100"),
        ("100 Mbps", "100"),
        ("1 Gbps", "1000"),
        ("1gbit/s", "1000"),
        ("100 mbps", "100"),
        ("100 Mb/s", "100"),
        ("100Mbit/s", "100"),
        ("１００", "100"),
        ("١٠٠", "100"),
        ("۱۰۰", "100"),
        ("१००", "100"),
        ("١٬٠٠٠٫٥", "1000.5"),
        ("  100  ", "100"),
        ("1’000", "1000"),
    ],
)
def test_a_speed_as_people_write_it_is_read_and_its_address_is_the_short_one(client, typed, canonical):
    answer = client.get("/tools/time-to-cap?" + urlencode({"cap": "30", "speed": typed}))
    if typed == canonical:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 301
        assert answer.headers["Location"] == f"/tools/time-to-cap?cap=30&speed={canonical}"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", MISREAD),
        ("   ", MISREAD),
        ("NaN", MISREAD),
        ("nan", MISREAD),
        ("Infinity", MISREAD),
        ("-inf", MISREAD),
        ("1e3", MISREAD),
        ("0x10", MISREAD),
        ("1_000", MISREAD),
        ("1,00,000", MISREAD),
        ("1.2.3", MISREAD),
        ("--5", MISREAD),
        ("tekau mā rua", MISREAD),
        ("āēīōū", MISREAD),
        ("½", MISREAD),
        ("10³", MISREAD),
        ("①", MISREAD),
        ("Ⅻ", MISREAD),
        ("∞", MISREAD),
        ("1e5", MISREAD),
        ("1٫٥٫٥", MISREAD),
        ("\u202e001", MISREAD),
        ("x" * 8000, MISREAD),
        ("<script>alert(1)</script>", MISREAD),
        ("'; drop table people; --", MISREAD),
        ("\x00", MISREAD),
        ("9" * 5000, MISREAD),
        ("Mbps", MISREAD),
        ("100MB/s", BYTES),
        ("100 MBps", BYTES),
        ("100MBPS", BYTES),
        ("1 GB/s", BYTES),
        ("１００ＭＢ／ｓ", BYTES),
        ("1,5", POINT),
        ("1.000,5", POINT),
        ("1.000,50", POINT),
        ("1 000,5", POINT),
        ("1.234,56", POINT),
        ("1.234.567", POINT),
        ("-100", "The speed cannot be less than 0."),
        ("−100", "The speed cannot be less than 0."),
        ("0", "The speed must be more than 0."),
        ("-0", "The speed must be more than 0."),
        ("100001", "The speed can be at most 100,000 Mbps."),
        ("9" * 39, "The speed can be at most 100,000 Mbps."),
        ("0.12345678901", "Write the speed with at most nine decimal places."),
    ],
)
def test_a_speed_that_cannot_be_used_is_refused_beside_its_field(client, settings, typed, sentence):
    query = urlencode({"cap": "30", "speed": typed})
    answer = client.get(f"/tools/time-to-cap?{query}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert faults(page, promoter=settings.promoter) == []
    assert "<title>Error: " in page
    assert f'id="speed-error"><span class="vh">Error: </span>{sentence}' in page
    assert 'aria-describedby="speed-hint speed-error" aria-invalid="true"' in page
    assert "<script>alert" not in page
    said = client.get(f"/tools/time-to-cap.json?{query}")
    assert said.status_code == 422
    assert said.get_json()["errors"] == {"speed": sentence}


@pytest.mark.parametrize("typed", ["", "unlimited", "Unlimited", "none", "no cap"])
def test_an_empty_cap_means_no_cap(client, typed):
    answer = client.get("/tools/time-to-cap.json?" + urlencode({"cap": typed, "speed": "100"}), follow_redirects=True)
    assert answer.get_json()["answer"]["headline"] == "Never"
    assert answer.get_json()["inputs"] == {"cap": "unlimited", "speed": "100"}


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [("1 TB", "1000"), ("1tb", "1000"), ("500 MB", "0.5"), ("30GB", "30"), ("30 GB", "30"), ("30 gb", "30"), ("30gB", "30"),
     ("３０ＧＢ", "30"), ("30㎇", "30"), ("٣٠ GB", "30"), ("1 000 GB", "1000"), ("30 gigabytes", "30"), ("1.234", "1.234"),
     ("0", "0"), ("-0", "0"), ("-0 GB", "0")],
)  # fmt: skip
def test_a_cap_is_read_in_its_units(client, typed, canonical):
    answer = client.get("/tools/time-to-cap.json?" + urlencode({"cap": typed, "speed": "100"}), follow_redirects=True)
    assert answer.get_json()["inputs"]["cap"] == canonical


@pytest.mark.parametrize(
    "typed",
    [
        "30 Gb",
        "30Gb",
        "500 Mb",
        "1 Tb",
        "３０Ｇｂ",
        "30 Gbit",
        "30 gbit",
        "30 GBit",
        "30 Gbits",
        "30 gigabits",
        "30 Gb/s",
        "30 Gbps",
    ],
)
def test_a_cap_in_bits_is_refused_since_read_as_bytes_it_is_eight_times_wrong(client, typed):
    answer = client.get("/tools/time-to-cap.json?" + urlencode({"cap": typed, "speed": "100"}))
    assert (answer.status_code, answer.get_json()["errors"]) == (422, {"cap": BITS})


@pytest.mark.parametrize("typed", ["30 GiB", "30 G B", "GB", "Gb", "b", "3e1 GB", "NaN GB", "½ TB", "30 GB GB"])
def test_a_cap_that_is_no_number_is_refused(client, typed):
    answer = client.get("/tools/time-to-cap.json?" + urlencode({"cap": typed, "speed": "100"}))
    assert (answer.status_code, answer.get_json()["errors"]) == (422, {"cap": "Enter the data cap as a number, like 30."})


def test_what_a_page_weighs_is_in_bytes_too(client):
    errors = client.get("/tools/slow-lane.json?" + urlencode({"size": "20 Mb", "speed": "64"})).get_json()["errors"]
    assert errors["size"].startswith("Write the size in bytes, like 2.5 MB. With a small b, as in Mb, it is bits")


@pytest.mark.parametrize("typed", ["US$75", "us$ 75", "A$75", "AU$75", "75 USD", "75usd", "€75", "£75", "75 €"])
def test_other_money_is_refused_and_not_taken_for_new_zealand_dollars(client, typed):
    answer = client.get("/tools/price-elsewhere.json?" + urlencode({"price": typed, "year": "2025", "country": "OECD"}))
    assert (answer.status_code, answer.get_json()["errors"]) == (422, {"price": OTHER_DOLLARS})


@pytest.mark.parametrize("typed", ["$75", "NZ$75", "nz$ 75", "75 NZD", "＄75", "75 dollars", "75.00"])
def test_a_price_is_read_with_its_sign(client, typed):
    answer = client.get("/tools/cap-cost.json?" + urlencode({"price": typed}), follow_redirects=True)
    assert answer.get_json()["inputs"]["price"] == "75"


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("years=2.5", {"years": "The years must be a whole number, like 25."}),
        ("years=0", {"years": "The years must be more than 0."}),
        ("years=101", {"years": "The years can be at most 100 years."}),
        ("interest=101", {"interest": "The interest can be at most 100%."}),
        ("cost=1000000", {"cost": "The cost can be at most $100,000 million."}),
        (
            "connections=0&years=x",
            {"years": "Enter the years as a number, like 25.", "connections": "The connections must be more than 0."},
        ),
    ],
)
def test_every_wrong_answer_has_its_own_sentence(client, query, errors):
    assert client.get(f"/tools/cable-cost.json?{query}").get_json()["errors"] == errors


def test_questions_that_are_alike_are_told_apart_in_their_sentences(client):
    errors = client.get("/tools/home-use.json?hd=x&calls=-1&music=241").get_json()["errors"]
    assert errors == {
        "hd": "Enter the hours of HD video as a number, like 1.5.",
        "calls": "The hours of video calls cannot be less than 0.",
        "music": "The hours of music can be at most 240 hours.",
    }


def test_a_block_needs_its_price(client):
    answer = client.get("/tools/cap-cost.json?block=50&rate=")
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == {"rate": "Enter what a block costs as a number, like 10."}


@pytest.mark.parametrize("country", ["XXX", "NZL", "<b>", "gbr"])
def test_a_country_that_is_not_offered_is_refused(client, country):
    answer = client.get("/tools/price-elsewhere.json?" + urlencode({"country": country}))
    assert answer.get_json()["errors"] == {"country": "Choose one of the answers offered."}


@pytest.mark.parametrize(
    "query",
    ["speed=100&cap=30", "cap=30&speed=100&utm_source=letter", "cap=30&cap=60&speed=100", "speed=100", "ā=ō&cap=30",
     "cap=30&speed=100&", "%ff=%fe"],
)  # fmt: skip
def test_whatever_the_order_and_whatever_else_is_in_it_the_result_has_one_address(client, query):
    answer = client.get("/tools/time-to-cap?" + quote(query, safe="=&%;"))
    assert answer.status_code == 301
    assert answer.headers["Location"] == "/tools/time-to-cap?cap=30&speed=100"
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("ending", ["", ".json", ".png"])
@pytest.mark.parametrize(
    "query",
    ["cap=30&speed=%00", "cap=30&speed=%ff%fe", "cap=%c3%28&speed=%f0%9f", "%", "=&=", "&&&&", "cap[]=1", "cap",
     "speed=" + "9" * 8000,
     "cap=30&speed=100&" + "x" * 8000, "x=" + "%ff" * 2600, "cap=30;speed=100", "h=1", "&".join(f"k{n}=1" for n in range(999))],
)  # fmt: skip
def test_no_query_breaks_a_calculator(client, ending, query):
    answer = client.get(f"/tools/time-to-cap{ending}?{query}")
    assert answer.status_code in ((200,) if ending == ".png" else (301, 422))
    if answer.status_code == 301:
        assert re.fullmatch(rf"/tools/time-to-cap{ending}\?cap=(30|unlimited)&speed=100", answer.headers["Location"])


def test_of_an_answer_given_twice_the_first_counts_and_the_address_says_so(client):
    answer = client.get("/tools/time-to-cap?cap=1&cap=2&speed=100")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/tools/time-to-cap?cap=1&speed=100")


def test_a_result_is_kept_by_no_search_engine_and_confirmed_by_its_validator(client):
    address = "/tools/time-to-cap?cap=30&speed=100"
    answer = client.get(address)
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"].startswith("public, max-age=3600")
    assert "Set-Cookie" not in answer.headers
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    other = client.get("/tools/time-to-cap?cap=30&speed=101", headers={"If-None-Match": answer.headers["ETag"]})
    assert other.status_code == 200
    assert "X-Robots-Tag" not in client.get("/tools/time-to-cap").headers


def test_a_calculator_that_is_not_there(client):
    assert client.get("/tools/nothing").status_code == 404
    assert client.get("/tools/nothing.json").status_code == 404
