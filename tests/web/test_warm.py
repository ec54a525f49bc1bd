"""Pages that are the same for everyone are kept as bytes: no cookie, a validator, compressed once, asked for once."""

from __future__ import annotations

import gzip
import threading
from pathlib import Path

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from app.web.assets import Assets
from app.web.warm import WEIGHT_SLOT, Warm, weigh

STATIC = Path(__file__).resolve().parents[2] / "static"
BODY = ("<p>A page with a weight of " + WEIGHT_SLOT + "</p>" + "kia ora " * 2000).encode()


class Pages:
    """A small application that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.gate: threading.Event | None = None
        self.waiting = threading.Semaphore(0)
        self.answer: dict[str, Response] = {}

    def __call__(self, environ, start):
        self.asked += 1
        self.waiting.release()
        if self.gate:
            assert self.gate.wait(10)
        made = self.answer.get(environ["PATH_INFO"])
        if made is None:
            headers = {"Cache-Control": "public, max-age=60", "X-Request-Id": str(self.asked), "Vary": "Cookie"}
            made = Response(BODY, headers=headers, mimetype="text/html")
        return made(environ, start)


@pytest.fixture
def pages():
    return Pages()


@pytest.fixture
def time():
    return [1000.0]


@pytest.fixture
def warm(pages, time):
    return Warm(pages, Assets(STATIC, accent="#A8431A"), clock=lambda: time[0])


@pytest.fixture
def visitor(warm):
    return Client(warm)


def test_a_page_is_asked_for_once_and_then_kept(visitor, pages):
    first, second = visitor.get("/policies"), visitor.get("/policies")
    assert pages.asked == 1
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]


def test_a_kept_page_carries_nothing_of_the_first_visitor(visitor):
    visitor.get("/policies")
    kept = visitor.get("/policies")
    assert "Set-Cookie" not in kept.headers
    assert "X-Request-Id" not in kept.headers
    assert kept.headers["Vary"] == "Accept-Encoding"


def test_it_is_asked_again_when_its_time_is_over_and_when_it_is_forgotten(visitor, pages, time, warm):
    visitor.get("/policies")
    time[0] += 61
    visitor.get("/policies")
    assert pages.asked == 2
    warm.forget()
    visitor.get("/policies")
    assert pages.asked == 3


def test_compressed_for_who_can_read_it_and_plain_for_who_cannot(visitor):
    packed = visitor.get("/policies", headers={"Accept-Encoding": "gzip, br"})
    plain = visitor.get("/policies", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)


def test_a_page_that_has_not_changed_is_not_sent_again(visitor):
    etag = visitor.get("/policies").headers["ETag"]
    answer = visitor.get("/policies", headers={"If-None-Match": etag})
    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == etag
    assert visitor.get("/policies", headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_asking_for_the_head_gives_the_head(visitor):
    body = visitor.get("/policies").data
    head = visitor.head("/policies")
    assert head.status_code == 200
    assert head.data == b""
    assert int(head.headers["Content-Length"]) == len(body)


def test_a_head_that_comes_first_does_not_leave_an_empty_page(visitor, pages):
    pages.answer["/policies"] = Response(BODY, headers={"Cache-Control": "public, max-age=60"})
    visitor.head("/policies")
    assert len(visitor.get("/policies").data) == len(BODY)


@pytest.mark.parametrize(
    "answer",
    [
        Response("yours", headers={"Cache-Control": "no-store"}),
        Response("yours"),
        Response("gone", 404, headers={"Cache-Control": "public, max-age=60"}),
        Response("", 303, headers={"Cache-Control": "public, max-age=60", "Location": "/"}),
    ],
    ids=["no-store", "unsaid", "not found", "elsewhere"],
)
def test_only_what_says_it_is_public_is_kept(visitor, pages, answer):
    pages.answer["/me"] = answer
    visitor.get("/me")
    visitor.get("/me")
    assert pages.asked == 2


def test_a_public_page_that_sets_a_cookie_is_a_fault_not_a_leak(visitor, pages):
    pages.answer["/policies"] = Response("x", headers={"Cache-Control": "public, max-age=60", "Set-Cookie": "a=b"})
    with pytest.raises(AssertionError, match="sets a cookie"):
        visitor.get("/policies")


def test_questions_and_forms_go_past_it(visitor, pages):
    visitor.get("/policies?x=1")
    visitor.get("/policies?x=1")
    visitor.post("/policies")
    assert pages.asked == 3
    visitor.get("/policies")
    assert pages.asked == 4


def test_a_herd_asks_for_a_known_page_once(warm, pages, time):
    """Ten come the moment it is stale: one asks the application, nine wait for that answer."""
    Client(warm).get("/policies")
    pages.waiting.acquire()
    time[0] += 61
    pages.gate = threading.Event()
    got: list[bytes] = []
    herd = [threading.Thread(target=lambda: got.append(Client(warm).get("/policies").data)) for _ in range(10)]
    for visitor in herd:
        visitor.start()
    assert pages.waiting.acquire(timeout=10)
    pages.gate.set()
    for visitor in herd:
        visitor.join(20)
    assert len(got) == 10
    assert len(set(got)) == 1
    assert pages.asked == 2


def test_many_addresses_do_not_fill_the_memory(warm, visitor):
    from app.web import warm as module

    for n in range(module.MOST_PAGES + 10):
        visitor.get(f"/page-{n}")
    assert len(warm._pages) <= module.MOST_PAGES


def test_a_failure_is_not_kept_and_lets_the_next_one_in(warm, pages, time):
    Client(warm).get("/policies")
    time[0] += 61
    healthy, pages.__class__.__call__ = pages.__class__.__call__, lambda self, environ, start: 1 / 0
    try:
        with pytest.raises(ZeroDivisionError):
            Client(warm).get("/policies")
    finally:
        pages.__class__.__call__ = healthy
    assert Client(warm).get("/policies").status_code == 200


def test_the_weight_in_the_footer_is_true_and_does_not_change_the_length():
    weighed = weigh(BODY)
    assert len(weighed) == len(BODY)
    kilobytes = int(weighed.decode().partition("weight of ")[2].partition(" KB")[0])
    assert kilobytes * 1000 >= len(gzip.compress(weighed, 6, mtime=0)) > (kilobytes - 1) * 1000 - 50
    assert WEIGHT_SLOT.encode() not in weighed
    assert weigh(b"no slot") == b"no slot"


def test_static_files_are_kept_for_good_and_other_names_are_not_there(visitor, warm, pages):
    address = warm.assets.address("site.css")
    answer = visitor.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert visitor.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert visitor.head(address).data == b""
    assert pages.asked == 0
    for elsewhere in ("/static/../pyproject.toml", "/static/css/base.css", "/static/"):
        visitor.get(elsewhere)
    assert pages.asked == 3  # not ours to serve: the application says that there is no such page
