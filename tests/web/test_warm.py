"""Pages that are the same for everyone are kept as bytes: no cookie, a validator, compressed once, asked for once."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import CapturingLogger
from werkzeug.test import Client, create_environ
from werkzeug.wrappers import Response

from app.web import warm as module
from app.web.assets import Assets
from app.web.rights import FOR_GOOD, PAGE
from app.web.sending import Page
from app.web.warm import A_MOMENT, A_WEEK, Warm
from app.web.weighing import METER

STATIC = Path(__file__).resolve().parents[2] / "static"
ASSETS = Assets(STATIC, accent="#A8431A")
BODY = b"<p>kia ora</p>" * 2000


class Pages:
    """A small application that counts how often it is asked, and can be made to take its time."""

    def __init__(self) -> None:
        self.asked = 0
        self.methods: list[str] = []
        self.gate: threading.Event | None = None
        self.waiting = threading.Semaphore(0)
        self.answer: dict[str, Response | Exception] = {}
        self.body = BODY

    def __call__(self, environ, start):
        self.asked += 1
        self.methods.append(environ["REQUEST_METHOD"])
        asked, body = self.asked, self.body
        self.waiting.release()
        if self.gate:
            assert self.gate.wait(60)
        made = self.answer.get(environ["PATH_INFO"])
        if isinstance(made, Exception):
            raise made
        if made is None:
            headers = {"Cache-Control": PAGE, "X-Request-Id": str(asked), "Vary": "Accept-Language"}
            made = Response(body, headers=headers, mimetype="text/html")
        return made(environ, start)


class Wire:
    """What tells of news, or cannot."""

    def __init__(self) -> None:
        self.hears = True
        self.begun = 0

    def begin(self) -> None:
        self.begun += 1


@pytest.fixture
def pages():
    return Pages()


@pytest.fixture
def time():
    return [1000.0]


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def warm(pages, time, wire):
    return Warm(pages, ASSETS, listen=lambda _heard: wire, clock=lambda: time[0])


@pytest.fixture
def visitor(warm):
    return Client(warm)


def herd(visit: Callable[[], object], count: int = 10) -> tuple[list[object], list[threading.Thread]]:
    """So many at the same time, each in a thread, and what each has got."""
    got: list[object] = []

    def come() -> None:
        try:
            got.append(visit())
        except ZeroDivisionError as fault:
            got.append(fault)

    threads = [threading.Thread(target=come) for _ in range(count)]
    for one in threads:
        one.start()
    return got, threads


def until_all_have(threads: list[threading.Thread]) -> None:
    for one in threads:
        one.join(60)
        assert not one.is_alive(), "somebody still waits"


def until_they_wait(warm: Warm, count: int) -> None:
    """Until so many wait for an answer that another has asked for."""
    for _ in range(12_000):
        if sum(len(one._condition._waiters) for one in list(warm._asking.values())) >= count:
            return
        threading.Event().wait(0.005)
    raise AssertionError("they do not wait")


def test_a_page_is_asked_for_once_and_then_kept(visitor, pages):
    first, second = visitor.get("/policies"), visitor.get("/policies")
    assert pages.asked == 1
    assert first.data == second.data == BODY
    assert first.headers["ETag"] == second.headers["ETag"]


def test_a_kept_page_carries_nothing_of_the_first_visitor(visitor):
    visitor.get("/policies")
    kept = visitor.get("/policies")
    assert "Set-Cookie" not in kept.headers
    assert "X-Request-Id" not in kept.headers
    assert kept.headers["Vary"] == "Accept-Encoding"


def test_others_are_told_to_hold_it_for_long_and_here_it_is_asked_again_after_a_minute(visitor, pages, time):
    answer = visitor.get("/policies")
    assert answer.headers["Cache-Control"] == (
        "public, max-age=60, s-maxage=300, stale-while-revalidate=86400, stale-if-error=604800"
    )
    time[0] += 59
    visitor.get("/policies")
    assert pages.asked == 1
    time[0] += 2
    visitor.get("/policies")
    assert pages.asked == 2


def test_what_others_may_hold_for_an_hour_follows_the_clock_here_within_a_minute(visitor, pages, time):
    pages.answer["/tools"] = Response(BODY, headers={"Cache-Control": "public, max-age=3600"})
    visitor.get("/tools")
    time[0] += 61
    visitor.get("/tools")
    assert pages.asked == 2


def test_what_never_changes_is_kept_until_it_is_forgotten_and_has_a_strong_validator(visitor, pages, time, warm):
    pages.answer["/v1"] = Response(BODY, headers={"Cache-Control": FOR_GOOD}, mimetype="text/html")
    pages.answer["/v1/weighed"] = Response(METER.size, headers={"Cache-Control": FOR_GOOD}, mimetype="text/html")
    pages.answer["/weighed"] = Response(METER.size, headers={"Cache-Control": PAGE}, mimetype="text/html")
    assert visitor.get("/v1/weighed").headers["ETag"].startswith('"')
    assert visitor.get("/weighed").headers["ETag"].startswith('W/"')
    pages.asked = 0
    time[0] += 1e9
    assert visitor.get("/v1").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert pages.asked == 1
    warm.forget()
    visitor.get("/v1")
    assert pages.asked == 2


def test_a_page_is_another_page_under_a_prefix(visitor, pages):
    visitor.get("/policies")
    pages.body = b"kaupapa here"
    mirrored = visitor.get("/policies", environ_overrides={"SCRIPT_NAME": "/mi"})
    assert mirrored.data == b"kaupapa here"
    assert visitor.get("/policies").data == BODY
    assert pages.asked == 2


def test_compressed_for_who_can_read_it_and_plain_for_who_cannot(visitor):
    packed = visitor.get("/policies", headers={"Accept-Encoding": "gzip, br"})
    plain = visitor.get("/policies", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)


def test_the_head_has_what_the_whole_would_have_whoever_comes_first(warm, visitor, pages):
    for first, second in (("HEAD", "GET"), ("GET", "HEAD")):
        warm.forget()
        said = {method: visitor.open("/policies", method=method) for method in (first, second)}
        assert said["HEAD"].data == b""
        assert said["GET"].data == BODY
        assert dict(said["HEAD"].headers) == dict(said["GET"].headers)
        assert int(said["HEAD"].headers["Content-Length"]) == len(BODY)


def test_who_asks_for_the_head_of_what_is_their_own_asks_for_no_more(visitor, pages):
    """A receipt is used up when it is fetched; a look whether it is there must not become a fetch."""
    pages.answer["/me"] = Response("yours", headers={"Cache-Control": "no-store"})
    visitor.head("/me")
    assert pages.methods == ["HEAD"]


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


@pytest.mark.parametrize("told", [{"Set-Cookie": "a=b"}, {"Vary": "Cookie"}], ids=["sets a cookie", "read the session"])
@pytest.mark.parametrize("path", ["/policies", "/policies?x=1"])
def test_a_public_page_that_knows_its_visitor_is_a_fault_not_a_leak(visitor, pages, told, path):
    pages.answer["/policies"] = Response("x", headers={"Cache-Control": PAGE, **told})
    for _ in range(2):
        with pytest.raises(AssertionError, match=r"cookie|session"):
            visitor.get(path)


def test_an_answer_to_what_somebody_typed_is_kept_for_a_minute_and_sent_as_a_page_is(visitor, pages, time):
    first = visitor.get("/tools?cap=30", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(first.data) == BODY
    again = visitor.get("/tools?cap=30", headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert dict(visitor.head("/tools?cap=30").headers) == dict(visitor.get("/tools?cap=30").headers)
    assert pages.asked == 1
    visitor.get("/tools?cap=31")
    visitor.get("/tools")
    assert pages.asked == 3
    time[0] += 61
    visitor.get("/tools?cap=30")
    assert pages.asked == 4


def test_what_strangers_type_takes_no_place_of_a_page_and_no_more_than_its_own(visitor, pages):
    visitor.get("/policies")
    for n in range(module.MOST_TYPED + 50):
        visitor.get(f"/tools?cap={n}")
    visitor.get("/tools?cap=" + "9" * module.LONGEST_TYPED)
    warm = visitor.application
    assert list(warm._pages) == ["/policies"]
    assert len(warm._typed) == module.MOST_TYPED
    assert max(map(len, warm._typed)) < 50
    asked = pages.asked
    visitor.get(f"/tools?cap={module.MOST_TYPED + 49}")
    assert pages.asked == asked
    visitor.get("/tools?cap=0")
    assert pages.asked == asked + 1


@pytest.mark.parametrize(
    ("status", "control"), [(200, "no-store"), (422, "public, max-age=60"), (301, "public, max-age=60"), (404, "no-store")]
)
def test_an_answer_to_what_somebody_typed_that_is_theirs_or_wrong_is_not_kept(visitor, pages, status, control):
    pages.answer["/tools"] = Response(BODY, status, headers={"Cache-Control": control}, mimetype="text/html")
    for _ in range(2):
        assert visitor.get("/tools?cap=30").status_code == status
    assert pages.asked == 2
    assert visitor.application._typed == {}


def test_news_that_comes_while_an_answer_is_made_keeps_it_from_being_kept(warm, pages):
    def made(environ, start):
        warm.forget()
        return Response(BODY, headers={"Cache-Control": PAGE})(environ, start)

    pages.answer["/tools"] = made
    for _ in range(2):
        Client(warm).get("/tools?cap=30")
    assert pages.asked == 2
    del pages.answer["/tools"]
    Client(warm).get("/tools?cap=30")
    warm.forget()
    Client(warm).get("/tools?cap=30")
    assert pages.asked == 4


@pytest.fixture
def told(pages, time):
    """Pages that read `view` of a query, and nothing else."""
    return Client(Warm(pages, ASSETS, asks=lambda address: ("view",) if address == "/changes" else None, clock=lambda: time[0]))


@pytest.mark.parametrize("query", ["fbclid=1", "utm_source=x&utm_medium=%ff", "view%00=side", "VIEW=side", "&&=", "a" * 5000])
def test_words_that_no_door_reads_are_served_from_what_is_kept(told, pages, query):
    plain = told.get("/changes")
    passed_on = told.get(f"/changes?{query}")
    assert pages.asked == 1
    assert (passed_on.data, passed_on.headers["ETag"]) == (plain.data, plain.headers["ETag"])
    assert told.get(f"/changes?{query}", headers={"If-None-Match": plain.headers["ETag"]}).status_code == 304


def test_whoever_comes_first_with_such_a_word_has_the_page_kept_for_all(told, pages):
    heard = []
    pages.answer["/changes"] = lambda environ, start: (
        heard.append(environ["QUERY_STRING"]) or Response(BODY, headers={"Cache-Control": PAGE})(environ, start)
    )
    for query in ("?fbclid=1", "", "?fbclid=2"):
        told.get(f"/changes{query}")
    assert heard == [""]


def test_a_word_that_a_door_reads_makes_a_page_that_is_kept_by_itself(told, pages):
    heard = []

    def by_view(environ, start):
        heard.append(environ["QUERY_STRING"])
        return Response(environ["QUERY_STRING"] or "inline", headers={"Cache-Control": PAGE})(environ, start)

    pages.answer["/changes"] = by_view
    for query in ("view=side", "fbclid=1&view=side", "view=side&view=inline", "view=s%69de&x"):
        assert told.get(f"/changes?{query}").data == b"view=side"
    assert told.get("/changes").data == b"inline"
    assert told.get("/changes", headers={"If-None-Match": told.get("/changes?view=side").headers["ETag"]}).status_code == 200
    assert heard == ["view=side", ""]


def test_an_address_that_is_spelt_as_such_a_page_is_kept_is_another(told, pages):
    told.get("/changes?view=side")
    told.get("/changes%3Fview=side")
    told.get("/?view=side%20/changes")
    assert pages.asked == 3


def test_values_that_a_door_refuses_fill_no_memory(told, pages):
    pages.answer["/changes"] = Response("", 404, headers={"Cache-Control": "no-store"})
    for n in range(50):
        told.get(f"/changes?view={n}")
    assert told.application._pages == {}


def test_what_is_asked_wrongly_is_sent_as_a_page_is_but_is_no_page(visitor, pages):
    pages.answer["/tools"] = Response(BODY, 422, headers={"Cache-Control": "public, max-age=60"}, mimetype="text/html")
    for path in ("/tools?cap=x", "/tools"):
        answer = visitor.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": "*"})
        assert answer.status_code == 422
        assert gzip.decompress(answer.data) == BODY
    visitor.get("/tools")
    assert pages.asked == 3


def test_what_is_for_one_visitor_is_never_compressed_nor_read_to_its_end_first(warm, pages):
    """A secret is not compressed with what a stranger can choose beside it; an export is sent while it is made."""
    sent = []

    def parts():
        for part in (b"one", b"two"):
            sent.append(part)
            yield part

    for path in ("/org/export", "/org/export?since=2026"):
        pages.answer["/org/export"] = Response(parts(), headers={"Cache-Control": "no-store"}, mimetype="text/html")
        answer = Client(warm).get(path, headers={"Accept-Encoding": "gzip"}, buffered=False)
        assert sent == [b"one"]
        assert answer.data == b"onetwo"
        assert "Content-Encoding" not in answer.headers
        sent.clear()


def test_forms_go_past_it(visitor, pages):
    visitor.get("/policies")
    visitor.post("/policies")
    visitor.post("/policies")
    assert pages.asked == 3


@pytest.mark.parametrize("before", ["never asked for", "kept and old", "just forgotten"])
def test_a_herd_asks_once(warm, pages, time, before):
    """Ten come at once: one asks the application, nine wait for that answer."""
    if before != "never asked for":
        Client(warm).get("/policies")
        pages.waiting.acquire()
    if before == "kept and old":
        time[0] += 61
    if before == "just forgotten":
        warm.forget()
    already, pages.gate = pages.asked, threading.Event()
    got, threads = herd(lambda: Client(warm).get("/policies").data)
    until_they_wait(warm, 9)
    pages.gate.set()
    until_all_have(threads)
    assert got == [BODY] * 10
    assert pages.asked == already + 1
    assert warm._asking == {}


def test_a_herd_at_one_page_keeps_nobody_from_another(warm, pages):
    pages.gate = threading.Event()
    got, threads = herd(lambda: Client(warm).get("/slow").data)
    until_they_wait(warm, 9)
    slow, pages.gate = pages.gate, None
    assert Client(warm).get("/quick").status_code == 200
    assert got == []
    slow.set()
    until_all_have(threads)


def test_a_herd_at_what_is_for_one_visitor_waits_for_the_first_answer_at_most(warm, pages):
    """Nobody can know beforehand. Each then gets their own, and the next time nobody waits at all."""
    pages.answer["/me"] = Response("yours", headers={"Cache-Control": "no-store"})
    pages.gate = threading.Event()
    got, threads = herd(lambda: Client(warm).get("/me").data)
    until_they_wait(warm, 9)
    pages.gate.set()
    until_all_have(threads)
    assert pages.asked == 10
    pages.gate = threading.Event()
    for _ in range(10):
        pages.waiting.acquire()
    got, threads = herd(lambda: Client(warm).get("/me").data)
    for _ in range(10):
        assert pages.waiting.acquire(timeout=60), "all ten are with the application at once"
    pages.gate.set()
    until_all_have(threads)
    assert got == [b"yours"] * 10


def test_when_what_one_asked_for_the_others_breaks_nobody_waits_for_ever(warm, pages):
    pages.answer["/policies"] = ZeroDivisionError()
    pages.gate = threading.Event()
    got, threads = herd(lambda: Client(warm).get("/policies").data)
    until_they_wait(warm, 9)
    pages.gate.set()
    until_all_have(threads)
    assert [type(one) for one in got] == [ZeroDivisionError] * 10
    assert warm._asking == {}
    pages.answer.clear()
    assert Client(warm).get("/policies").status_code == 200


def test_a_page_that_was_begun_before_the_news_is_not_kept_and_who_comes_after_does_not_wait_for_it(warm, pages):
    pages.gate = threading.Event()
    got, threads = herd(lambda: Client(warm).get("/policies").data, 3)
    until_they_wait(warm, 2)
    old, pages.gate, pages.body = pages.gate, None, b"version 2"
    warm.forget()
    assert Client(warm).get("/policies").data == b"version 2"
    old.set()
    until_all_have(threads)
    assert got == [BODY] * 3
    assert Client(warm).get("/policies").data == b"version 2"
    assert pages.asked == 2


def test_many_addresses_do_not_fill_the_memory_and_the_oldest_go_first(warm, visitor, pages):
    for n in range(module.MOST_PAGES + 10):
        visitor.get(f"/page-{n}")
    assert len(warm._pages) == module.MOST_PAGES
    assert "/page-9" not in warm._pages
    assert "/page-10" in warm._pages
    for n in range(module.MOST_OTHERS + 10):
        pages.answer[f"/me-{n}"] = Response("", 404, headers={"Cache-Control": "no-store"})
        visitor.get(f"/me-{n}")
    assert len(warm._others) <= module.MOST_OTHERS
    assert warm._asking == {}


def test_a_page_that_was_not_there_is_kept_once_it_is(visitor, pages):
    pages.answer["/policies/new"] = Response("", 404, headers={"Cache-Control": "no-store"})
    visitor.get("/policies/new")
    pages.answer.clear()
    for _ in range(3):
        assert visitor.get("/policies/new").status_code == 200
    assert pages.asked == 2


@pytest.mark.parametrize("how", ["is published", "is asked for once, and grows old"])
def test_a_page_that_was_not_there_has_its_herd_once_it_is(warm, pages, time, how):
    pages.answer["/policies"] = Response("", 404, headers={"Cache-Control": "no-store"})
    Client(warm).get("/policies")
    pages.answer.clear()
    if how == "is published":
        warm.forget()
    else:
        Client(warm).get("/policies")
        time[0] += 61
    already, pages.gate = pages.asked, threading.Event()
    got, threads = herd(lambda: Client(warm).get("/policies").data)
    until_they_wait(warm, 9)
    pages.gate.set()
    until_all_have(threads)
    assert got == [BODY] * 10
    assert pages.asked == already + 1


def test_who_comes_the_moment_a_page_is_made_does_not_ask_again(warm, pages):
    """Between their look at what is kept and their turn somebody else’s page was kept."""
    Client(warm).get("/policies")
    assert isinstance(warm._ask_once("/policies", create_environ("/policies")), Page)
    assert pages.asked == 1


AWAY = {"status": 503, "headers": {"Cache-Control": "no-store", "Retry-After": "10"}}


def test_while_the_application_fails_the_page_that_was_is_given_and_it_is_asked_again_in_a_moment(
    visitor, pages, time, monkeypatch
):
    monkeypatch.setattr(module, "log", log := CapturingLogger())
    visitor.get("/policies")
    pages.answer["/policies"] = Response("our records are away", **AWAY)
    time[0] += 3600
    for _ in range(3):
        answer = visitor.get("/policies")
        assert (answer.status_code, answer.data) == (200, BODY)
        assert "Retry-After" not in answer.headers
    assert pages.asked == 2
    time[0] += A_MOMENT
    visitor.get("/policies")
    assert pages.asked == 3
    assert [call.kwargs for call in log.calls] == [{"at": "/policies", "status": 503}] * 2
    pages.answer.clear()
    pages.body = b"version 2"
    time[0] += A_MOMENT
    assert visitor.get("/policies").data == b"version 2"


def test_a_page_that_is_known_to_be_outdated_is_not_given_in_place_of_a_failure(warm, visitor, pages, time):
    visitor.get("/policies")
    pages.answer["/policies"] = Response("our records are away", **AWAY)
    warm.forget()
    assert visitor.get("/policies").status_code == 503
    pages.answer.clear()
    visitor.get("/policies")
    pages.answer["/policies"] = Response("our records are away", **AWAY)
    time[0] += A_WEEK + 1
    assert visitor.get("/policies").status_code == 503


def test_nor_is_one_that_becomes_outdated_while_it_is_asked_for(warm, pages, time):
    Client(warm).get("/policies")
    pages.waiting.acquire()
    pages.answer["/policies"] = Response("our records are away", **AWAY)
    time[0] += 61
    pages.gate = threading.Event()
    got, threads = herd(lambda: Client(warm).get("/policies").status_code, 1)
    assert pages.waiting.acquire(timeout=60)
    warm.forget()
    pages.gate.set()
    until_all_have(threads)
    assert got == [503]


def test_a_failure_is_not_kept_and_lets_the_next_one_in(warm, pages, time):
    Client(warm).get("/policies")
    time[0] += 61
    pages.answer["/policies"] = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        Client(warm).get("/policies")
    pages.answer.clear()
    assert Client(warm).get("/policies").status_code == 200


def test_it_begins_to_listen_with_the_first_page_that_is_kept(visitor, pages, wire):
    pages.answer["/me"] = Response("yours", headers={"Cache-Control": "no-store"})
    visitor.get("/me")
    visitor.post("/policies")
    visitor.get("/me?cap=30")
    assert wire.begun == 0
    visitor.get("/policies")
    assert wire.begun == 1


@pytest.mark.parametrize("control", [PAGE, FOR_GOOD])
def test_while_no_news_can_be_heard_a_page_is_good_for_a_moment(visitor, pages, time, wire, control):
    pages.answer["/policies"] = Response(BODY, headers={"Cache-Control": control})
    visitor.get("/policies")
    time[0] += A_MOMENT + 1
    visitor.get("/policies")
    assert pages.asked == 1
    wire.hears = False
    visitor.get("/policies")
    assert pages.asked == 2
    time[0] += A_MOMENT - 1
    visitor.get("/policies")
    assert pages.asked == 2
    time[0] += 2
    visitor.get("/policies")
    assert pages.asked == 3


def test_static_files_are_kept_for_good_and_other_names_are_not_there(visitor, warm, pages):
    address = warm.assets.address("site.css")
    answer = visitor.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = {"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]}
    assert visitor.get(address, headers=again).status_code == 304
    assert visitor.head(address).data == b""
    assert pages.asked == 0
    for elsewhere in ("/static/../pyproject.toml", "/static/css/base.css", "/static/"):
        visitor.get(elsewhere)
    assert pages.asked == 3  # not ours to serve: the application says that there is no such page


def test_a_file_that_an_older_page_names_is_where_it_is_now(visitor, warm, pages):
    """A page that others hold for a week names the style sheet of its own day."""
    answer = visitor.get("/static/site.0123456789ab.css")
    assert answer.status_code == 302
    assert answer.headers["Location"] == warm.assets.address("site.css")
    assert answer.headers["Cache-Control"] == "no-store"
    assert visitor.get("/static/js/signature.0123456789ab.js").status_code == 302
    assert pages.asked == 0
    for elsewhere in ("/static/none.0123456789ab.css", "/static/css/base.0123456789ab.css", "/static/site.0123456789.css"):
        visitor.get(elsewhere)
    assert pages.asked == 3
