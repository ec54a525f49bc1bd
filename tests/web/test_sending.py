"""What a reader asks with is understood as RFC 9110 says: what they have already, what they can read, only the head."""

from __future__ import annotations

import gzip

import pytest
from werkzeug.test import Client

from app.web.sending import Page, pack, ready, send, takes_gzip

BODY = b"kia ora " * 500
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'none'"),
    ("Cache-Control", "public, max-age=60"),
    ("Content-Length", "7"),
    ("ETag", '"of another"'),
    ("Vary", "Cookie"),
]
MODIFIED = [("Last-Modified", "Mon, 23 Nov 2026 11:00:00 GMT")]


def reader(page: Page) -> Client:
    return Client(lambda environ, start: send(page, environ, start))


@pytest.fixture
def weak():
    return ready("200 OK", HEADERS, BODY, pack(BODY), weak=True)


@pytest.fixture
def strong():
    return ready("200 OK", HEADERS, BODY, pack(BODY))


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True), ("gzip, deflate, br, zstd", True), ("GZIP", True), ("br;q=1.0, gzip;q=0.8, *;q=0.1", True), ("*", True),
        ("gzip;q=0.001", True), ("gzip;q=0.5, identity;q=0.5", True), ("deflate , gzip ; q=1", True),
        ("", False), ("identity", False), ("gzip;q=0", False), ("gzip;q=0.000", False), ("gzip; q=0", False),
        ("br, deflate", False), ("gzip;q=0, *", False), ("*;q=0", False), ("identity, gzip;q=0.5", False), ("x-gzipped", False),
        ("*;q=0.5, gzip;q=0.1", False), ("gzip;q=zero", False), ("gzip" + ", gzip" * 100, False), (", ,", False),
    ],
)  # fmt: skip
def test_compressed_only_for_who_takes_it_and_no_less_gladly_than_plain(strong, header, taken):
    assert takes_gzip(header) is taken
    answer = reader(strong).get("/", headers={"Accept-Encoding": header})
    assert (answer.headers.get("Content-Encoding") == "gzip") is taken
    assert (gzip.decompress(answer.data) if taken else answer.data) == BODY
    assert answer.headers.get_all("Vary") == ["Accept-Encoding"]


def test_who_says_nothing_of_codings_gets_it_plain(strong):
    assert reader(strong).get("/").data == BODY


def test_each_coding_has_its_own_validator_and_that_of_one_says_nothing_of_the_other(strong, weak):
    for page in (strong, weak):
        plain = reader(page).get("/")
        packed = reader(page).get("/", headers={"Accept-Encoding": "gzip"})
        assert plain.headers["ETag"] != packed.headers["ETag"]
        crossed = {"Accept-Encoding": "gzip", "If-None-Match": plain.headers["ETag"]}
        assert reader(page).get("/", headers=crossed).status_code == 200


def test_what_compression_makes_no_smaller_is_sent_as_it_is():
    assert ready("200 OK", HEADERS, b"x", pack(b"x")).gzipped is None
    assert ready("200 OK", HEADERS, BODY, None).gzipped is None


NONE_MATCH = [
    ("{etag}", 304), ("*", 304), (" * ", 304), ('"other", {etag}', 304), ('W/"other" ,{etag} , "third"', 304),
    ("{opaque}", 304), ("W/{opaque}", 304), ('"a,b", {etag}', 304),
    ('"other"', 200), ('W/"other"', 200), ("", 200), ('"', 200), ('"{bare}x"', 200), ('"x{bare}"', 200), ('"a", *', 200),
    ('"{bare},"', 200),
]  # fmt: skip


@pytest.mark.parametrize(("header", "status"), NONE_MATCH)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", ["weak", "strong"])
def test_who_has_it_already_is_not_sent_it_again(request, kind, method, header, status):
    """The weak comparison: whether either of the two is weak does not matter."""
    page = request.getfixturevalue(kind)
    etag = reader(page).get("/").headers["ETag"]
    opaque = etag.removeprefix("W/")
    given = header.format(etag=etag, opaque=opaque, bare=opaque.strip('"'))
    answer = reader(page).open("/", method=method, headers={"If-None-Match": given})
    assert answer.status_code == status
    assert answer.headers["ETag"] == etag
    assert answer.data == (BODY if (status, method) == (200, "GET") else b"")


def test_a_304_says_what_a_cache_needs_and_nothing_of_a_body_that_is_not_there(weak):
    answer = reader(weak).get("/", headers={"If-None-Match": "*"})
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Security-Policy"]  # a browser takes it in place of the one it has
    assert not {"Content-Type", "Content-Length", "Content-Encoding", "Last-Modified"} & set(answer.headers.keys())


@pytest.mark.parametrize(
    ("kind", "header", "status"),
    [
        ("strong", "{etag}", 200), ("strong", "*", 200), ("strong", '"other", {etag}', 200),
        ("strong", "W/{etag}", 412), ("strong", '"other"', 412), ("weak", "{etag}", 412), 
        ("weak", "{opaque}", 412), ("weak", "*", 200),
    ],
)  # fmt: skip
def test_who_wants_one_edition_only_is_not_given_another(request, kind, header, status):
    """The strong comparison: a weak validator is like none, not even like itself."""
    page = request.getfixturevalue(kind)
    etag = reader(page).get("/").headers["ETag"]
    answer = reader(page).get(
        "/", headers={"If-Match": header.format(etag=etag, opaque=etag.removeprefix("W/")), "If-None-Match": '"other"'}
    )
    assert answer.status_code == status
    assert bool(answer.data) == (status == 200)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Modified-Since": "Mon, 23 Nov 2026 11:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Tue, 24 Nov 2026 11:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Mon, 23 Nov 2026 10:59:59 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-Modified-Since": "Tue, 24 Nov 2026 11:00:00 GMT", "If-None-Match": '"other"'}, 200),
        ({"If-Modified-Since": "Mon, 23 Nov 2026 10:59:59 GMT", "If-None-Match": "*"}, 304),
        ({"If-Unmodified-Since": "Mon, 23 Nov 2026 11:00:00 GMT"}, 200),
        ({"If-Unmodified-Since": "Mon, 23 Nov 2026 10:59:59 GMT"}, 412),
        ({"If-Unmodified-Since": "Mon, 23 Nov 2026 10:59:59 GMT", "If-Match": "*"}, 200),
    ],
)
def test_a_day_is_asked_about_where_no_validator_is(headers, status):
    page = ready("200 OK", [*HEADERS, *MODIFIED], BODY)
    assert reader(page).get("/", headers=headers).status_code == status


def test_of_a_page_without_a_day_none_is_asked(strong):
    for name in ("If-Modified-Since", "If-Unmodified-Since"):
        assert reader(strong).get("/", headers={name: "Mon, 23 Nov 2026 11:00:00 GMT"}).status_code == 200


@pytest.mark.parametrize("status", ["301 Moved Permanently", "422 Unprocessable Entity"])
def test_conditions_are_of_a_200_only(status):
    page = ready(status, HEADERS, BODY)
    assert reader(page).get("/", headers={"If-None-Match": "*"}).status_code == int(status[:3])
    assert reader(page).get("/", headers={"If-Match": '"other"'}).status_code == int(status[:3])
