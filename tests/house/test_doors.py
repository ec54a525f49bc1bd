"""Every door says who may enter, keeps to it, and carries what every answer carries."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn
from uuid import UUID

import pytest
from flask import Response

from app import wiring
from app.ground.db import session
from tests.house.doors import AN_ID, DEMO, DOORS, MACHINE, MEMBER, PUBLIC, address
from tests.house.page_reader import faults


def who_may_enter(view: Callable[..., object] | None) -> str | None:
    """What the view says itself, or the view it wraps."""
    while view is not None:
        said = getattr(view, "_who_may_enter", None)
        if said:
            return said
        view = getattr(view, "__wrapped__", None)
    return None


def found(app) -> set[tuple[str, str, str | None]]:
    return {
        (rule.rule, " ".join(sorted(rule.methods - {"HEAD", "OPTIONS"})), who_may_enter(app.view_functions[rule.endpoint]))
        for rule in app.url_map.iter_rules()
    }


def doors(*who: str, method: str) -> list[str]:
    return sorted({address(rule) for rule, methods, may in DOORS if may in who and method in methods.split()})


def test_every_door_says_who_may_enter(app):
    assert [(rule, methods) for rule, methods, who in found(app) if who is None] == []


def test_the_doors_are_exactly_those_that_are_written_down(app):
    assert found(app) - DOORS == set(), "new doors: write them into tests/house/doors.py"
    assert DOORS - found(app) == set(), "doors that are gone"


def test_demo_doors_are_not_hung_where_anything_is_real(app):
    hung = {door.name for door in wiring.doors(demo=True)} - {door.name for door in wiring.doors(demo=False)}
    assert hung == {"dev"}
    demo_only = {rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules()
                 if who_may_enter(app.view_functions[rule.endpoint]) == DEMO}  # fmt: skip
    assert demo_only == {"dev"}


@pytest.mark.parametrize("path", doors(MEMBER, method="GET"))
def test_a_visitor_at_a_members_door_is_asked_to_sign_in(client, path):
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("path", doors(PUBLIC, MEMBER, DEMO, method="POST"))
def test_a_form_without_its_token_is_refused_and_says_that_nothing_was_charged(client, path):
    answer = client.post(path, data={"email": "somebody@people.example"})
    assert answer.status_code == 400
    assert "Nothing was charged." in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", doors(MEMBER, method="POST"))
def test_a_visitor_with_a_token_is_let_through_no_members_door(client, owner, path):
    from tests.walk import hidden

    token = hidden(client.get("/sign-in").get_data(as_text=True), "csrf_token")
    before = owner.execute("select count(*), max(seq) from audit_entries").fetchone()
    answer = client.post(path, data={"csrf_token": token})
    assert answer.status_code in (303, 401)
    assert owner.execute("select count(*), max(seq) from audit_entries").fetchone() == before


@pytest.mark.parametrize("path", doors(MACHINE, method="GET"))
def test_a_machines_door_sets_no_cookie_and_is_not_stored(client, path):
    answer = client.get(path)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "POST"])
def test_other_methods_are_refused_with_what_is_allowed(client, method):
    answer = client.open("/policies", method=method)
    assert answer.status_code == 405 if method != "POST" else answer.status_code in (400, 405)
    if answer.status_code == 405:
        assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "referrer", "back"),
    [
        (f"/org/registration/packs/{AN_ID}/put-in", None, f"/org/registration/packs/{AN_ID}"),
        ("/org/import/file", None, "/org/import"),
        ("/org/import/file", "http://localhost/org/people?stands=supporter", "/org/people?stands=supporter"),
        ("/org/import/file", "http://elsewhere.example/org/people", "/org/import"),
        ("/org/import/file", "http://localhost//elsewhere.example", "/org/import"),
        ("/org/import/file", "http://localhost/org/import/file", "/org/import"),
        ("/sign-out", None, None),
    ],
)
def test_where_only_a_form_is_taken_loading_it_again_leads_back(client, settings, path, referrer, back):
    answer = client.get(path, headers={"Referer": referrer} if referrer else {})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, set(answer.allow or ())) == (405, {"OPTIONS", "POST"})
    assert "Nothing was done" in page
    assert faults(page, promoter=settings.promoter) == []
    assert (f'<a class="button primary go" href="{back}"' in page) == bool(back)
    assert ("Back to that page" in page) == bool(back)
    assert client.head(path).status_code == 405


def test_every_get_changes_nothing(cast, app, client, owner):
    """State changes by POST only: every table has the same rows after every GET door was tried."""

    def rows() -> list[tuple[str, str]]:
        names = [row[0] for row in owner.execute("select tablename from pg_tables where schemaname = 'public' order by 1")]
        quiet = ("rate_counts", "procrastinate_jobs", "procrastinate_events", "sign_ins")
        return [
            (name, owner.execute(f'select md5(string_agg(t::text, chr(10) order by t::text)) from "{name}" t').fetchone()[0])
            for name in names
            if name not in quiet
        ]

    before = rows()
    for path in doors(PUBLIC, MEMBER, MACHINE, DEMO, method="GET"):
        assert client.get(path).status_code < 500, path
    assert rows() == before


@pytest.mark.parametrize("path", doors(PUBLIC, DEMO, method="GET"))
def test_every_answer_carries_the_headers_of_the_house(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    if not policy.startswith("sandbox"):
        assert "'unsafe-inline'" not in policy
        for directive in ("script-src 'self'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert directive in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"]
    assert headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/policies", "/policies/broadband-pricing", "/policies/data-caps", "/privacy", "/law"])
def test_pages_that_are_the_same_for_everyone_set_no_cookie_and_are_kept(client, policies, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_pages_that_come_with_the_software_ask_nothing_of_the_database(app, client):
    from sqlalchemy import event

    from app.ground.db import session

    asked: list[str] = []

    def note(*args) -> None:
        asked.append(args[2])

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        for path in ("/privacy", "/law", "/law/try", "/tools", "/charts", "/healthz"):
            assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert asked == []


WARM = ("/", "/policies", "/policies/data-caps", "/privacy", "/law", "/tools", "/tools/time-to-cap", "/charts/cap-share",
        "/charts/cap-share.svg", "/sources", "/data/broadband", "/data/broadband.csv", "/data/broadband.json")  # fmt: skip


@pytest.fixture
def fetched(app, client, policies, monkeypatch) -> dict[str, str]:
    """Pages that are kept, with their validators: what tells of news is linked, and the news of what was made before, which
    may come a moment later, is not heard any more."""
    warm, end = app.extensions["hustings"].warm, time.monotonic() + 60
    while not warm.news.hears:
        client.get("/")
        assert time.monotonic() < end
        time.sleep(0.02)
    monkeypatch.setattr(warm.news, "heard", lambda: None)
    warm.forget()
    found = {path: client.get(path).headers["ETag"] for path in WARM}
    assert set(WARM) <= set(warm._pages)
    return found


def test_a_warm_page_is_given_though_nothing_behind_it_works(app, client, fetched, monkeypatch):
    """No session, no cookie, no template, no database: whichever is touched raises."""

    def raises(*_: object, **__: object) -> NoReturn:
        raise AssertionError("touched")

    client.set_cookie("hustings", "somebody")
    monkeypatch.setattr(app.session_interface, "open_session", raises)
    monkeypatch.setattr(app.session_interface, "save_session", raises)
    monkeypatch.setattr(Response, "set_cookie", raises)
    monkeypatch.setattr(app.jinja_env, "get_or_select_template", raises)
    monkeypatch.setattr(type(session.get_bind()), "connect", raises)
    monkeypatch.setattr(app, "full_dispatch_request", raises)
    with pytest.raises(AssertionError, match="touched"):
        app.jinja_env.get_or_select_template("base.html")
    for path, etag in fetched.items():
        for method, headers, status in (("GET", {}, 200), ("HEAD", {}, 200), ("GET", {"If-None-Match": etag}, 304)):
            answer = client.open(path, method=method, headers=headers)
            assert (answer.status_code, answer.headers["ETag"]) == (status, etag), path
            assert "Set-Cookie" not in answer.headers
            assert answer.headers.get_all("Vary") == ["Accept-Encoding"]
    with pytest.raises(AssertionError, match="touched"):
        client.get("/join")


def test_a_validator_changes_when_what_is_seen_does_and_only_then(app, client, fetched, monkeypatch):
    warm = app.extensions["hustings"].warm
    warm.forget()
    assert {path: client.get(path).headers["ETag"] for path in WARM} == fetched
    promoter = app.jinja_env.globals["party"].promoter
    monkeypatch.setitem(app.jinja_env.globals, "party", replace(app.jinja_env.globals["party"], promoter=promoter + "."))
    warm.forget()
    changed = {path for path in WARM if client.get(path).headers["ETag"] != fetched[path]}
    assert changed == {path for path in WARM if "." not in path}  # the footer is on every page, and in no file


def test_what_is_not_there_says_so(client, settings):
    for path in ("/no-such-page", "/policies/no-such-policy", "/dev/mailbox/x", f"/join/thanks/{AN_ID}", "/static/none.css"):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert faults(answer.get_data(as_text=True), promoter=settings.promoter) == []
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


def test_an_id_in_the_tests_is_an_id():
    assert UUID(AN_ID).version == 7
