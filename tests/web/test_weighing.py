"""The page-weight meter: what was sent is what the footer says, to a tenth of a kilobyte."""

from __future__ import annotations

import gzip
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.weighing import METER, cents, size, weigh
from tests.house.doors import DOORS, PUBLIC, address

SENTENCE = f"<p>This page used {METER.size}. That is {METER.cents} cents.</p>"
SAID = re.compile(r"This page used +([\d,.]+)\u00a0KB\..*? that is +([\d.]+) cents", re.DOTALL | re.IGNORECASE)


def said(page: bytes) -> tuple[Decimal, Decimal]:
    found = SAID.search(page.decode())
    assert found, page[-400:]
    return Decimal(found[1].replace(",", "")), Decimal(found[2])


@pytest.mark.parametrize(
    ("weight", "kilobytes", "money"),
    [(8_000, "8", "0.0016"), (38_000, "38", "0.0076"), (7_640, "7.6", "0.0015"), (7_650, "7.7", "0.0015"),
     (40_000, "40", "0.008"), (749, "0.7", "0.0001"), (1_234_567, "1,234.6", "0.2469")],
)  # fmt: skip
def test_bytes_are_said_in_kilobytes_of_a_thousand_and_in_cents_at_two_dollars_a_gigabyte(weight, kilobytes, money):
    assert size(weight) == f"{kilobytes}\u00a0KB"
    assert cents(weight) == money


@given(st.integers(0, 9_999_949))
def test_who_works_the_cents_out_from_the_kilobytes_that_are_said_comes_to_the_same(weight):
    shown = Decimal(size(weight).removesuffix("\u00a0KB").replace(",", ""))
    assert cents(int(shown * 1000)) == cents(weight)
    assert len(size(weight).encode()) <= len(METER.size.encode())
    assert len(cents(weight)) <= len(METER.cents.encode())


@given(st.text(max_size=4000), st.text(max_size=200))
def test_each_coding_says_what_itself_weighs_and_is_otherwise_the_page(text, after):
    page = (text + SENTENCE + after).encode()
    plain, gzipped = weigh(page)
    for sent, read in ((plain, plain), (gzipped, gzip.decompress(gzipped))):
        kilobytes, money = said(read)
        assert abs(kilobytes * 1000 - len(sent)) <= 55
        assert abs(money - Decimal(len(sent)) * 200 / 10**9) <= Decimal("0.00006")
        assert len(read) == len(page)
        assert read.startswith(text.encode())
    assert said(plain)[0] == Decimal(size(len(plain)).removesuffix("\u00a0KB"))


def test_slots_that_somebody_wrote_into_the_page_stay_empty():
    plain, _ = weigh((METER.size + METER.cents + SENTENCE).encode())
    assert plain.startswith((METER.size + METER.cents).encode())
    said(plain)


def test_a_page_without_slots_is_left_as_it_is():
    plain, gzipped = weigh(b"no slot")
    assert plain == gzip.decompress(gzipped) == b"no slot"


def public() -> list[str]:
    """Addresses of every page that is the same for everyone, and some questions to them."""
    asked = ["/tools/time-to-cap?cap=30&speed=100", "/tools/time-to-cap?cap=30&speed=x", "/charts/cap-share", "/tools/cap-cost",
             "/policies/data-caps", "/data/broadband", "/data/broadband/cap"]  # fmt: skip
    return sorted({address(rule) for rule, methods, who in DOORS if who == PUBLIC and methods == "GET"} | set(asked))


def test_every_page_that_is_the_same_for_everyone_says_its_weight_and_no_other_does(client):
    weighed = []
    for path in public():
        for coding in ("gzip", "identity"):
            answer = client.get(path, headers={"Accept-Encoding": coding})
            body = gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") else answer.data
            if not (answer.mimetype == "text/html" and b"</footer>" in body):
                continue
            assert METER.size.encode() not in body, path
            assert METER.cents.encode() not in body, path
            if answer.headers["Cache-Control"].startswith("public"):
                kilobytes, _ = said(re.sub(rb"<[^>]*>", b"", body))
                assert abs(kilobytes * 1000 - int(answer.headers["Content-Length"])) <= 55, path
                weighed.append(path)
            else:
                assert b"This page used" not in body, path
                assert "Content-Encoding" not in answer.headers, path
    assert len(set(weighed)) >= 12
    assert {"/", "/policies", "/law", "/tools/time-to-cap?cap=30&speed=100", "/tools/time-to-cap?cap=30&speed=x"} <= set(
        weighed
    )


def test_a_page_that_is_not_there_and_a_form_show_nothing_of_it(client):
    for path in ("/nothing-here", "/policies/nothing", "/tools/nothing?cap=3", "/join", "/law/try"):
        page = client.get(path).get_data(as_text=True)
        assert "This page used" not in page
        assert METER.size not in page
