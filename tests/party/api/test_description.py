"""The description is true: every door is in it, and every answer is as it says."""

from __future__ import annotations

import html
import re
import subprocess
import threading
from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from werkzeug.serving import make_server

from app.ground.db import session
from app.party.api import rules
from tests.house.page_reader import faults

ROOT = "urn:description"


@pytest.fixture
def description(client) -> dict:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.get_json()


def check(description: dict, answer, path: str) -> None:
    """Hold an answer to what is said of its address, status and kind. Raises ValidationError."""
    said = description["paths"][path]["get"]["responses"]
    place = f"/paths/{path.replace('~', '~0').replace('/', '~1')}/get/responses"
    key = str(answer.status_code)
    assert key in said, (path, key)
    if "$ref" in said[key]:
        place = said[key]["$ref"].removeprefix("#")
        told = description["components"]["responses"][said[key]["$ref"].rpartition("/")[2]]
    else:
        told, place = said[key], f"{place}/{key}"
    (kind,) = told["content"]
    assert answer.mimetype == kind
    registry = Registry().with_resource(ROOT, Resource.from_contents(description, default_specification=_SPEC))
    where = f"{ROOT}#{place}/content/{kind.replace('/', '~1')}/schema"
    Draft202012Validator({"$ref": where}, registry=registry, format_checker=FormatChecker()).validate(answer.get_json())


_SPEC = Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema"})._specification


def test_it_is_openapi_3_1_and_leads_nowhere_that_is_not_there(description):
    assert description["openapi"] == "3.1.0"
    spelt = str(description)
    for ref in set(re.findall(r"'\$ref': '#/([^']+)'", spelt)):
        found = description
        for part in ref.split("/"):
            found = found[part]
        assert found
    assert "nullable" not in spelt  # that was 3.0


def test_every_door_for_programs_is_in_it_and_nothing_else(app, description):
    hung = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and "GET" in rule.methods
    }
    assert set(description["paths"]) == hung
    assert all(set(said) - {"parameters"} == {"get"} for said in description["paths"].values())


def test_doors_with_a_key_say_so(description):
    open_to_all = {path for path, said in description["paths"].items() if "security" not in said["get"]}
    assert open_to_all == {"/api/v1/openapi.json", "/api/v1/electorates", "/api/v1/policies"}
    assert description["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def test_answers_are_as_described(description, ask, give, ids, mangere, policies):
    key, counts_only = give("olive"), give("olive", "counts")
    people = ask("/people", key).get_json()["people"]
    asked = [
        ("/people", key, {}), ("/people", key, {"names": "true", "count": "true", "limit": 2}),
        ("/people", key, {"limit": 2, "cursor": ask("/people", key, limit=2).get_json()["next"]}),
        ("/people", key, {"find": "a"}), ("/people", key, {"find": "ar"}), ("/people", key, {"nothing": "x"}),
        ("/people", key, {"limit": 101}), ("/people", key, {"cursor": "x"}), ("/people", key, {"stands": "behind"}),
        ("/people", counts_only, {}), ("/people", None, {}), ("/counts", key, {}), ("/counts", key, {"branch": "none"}),
        ("/counts", key, {"branch": "x"}), ("/branches", key, {}), ("/electorates", None, {}), ("/policies", None, {}),
        ("/openapi.json", None, {}),
    ]  # fmt: skip
    for path, shown, query in asked:
        check(description, ask(path, shown, **query), f"/api/v1{path}")
    for person in people:
        for query in ({}, {"reason": "call"}, {"reason": "x"}):
            check(description, ask(f"/people/{person['id']}", key, **query), "/api/v1/people/{person}")
    check(description, ask("/people/01890000-0000-7000-8000-000000000000", key), "/api/v1/people/{person}")
    session.remove()


def test_too_many_is_described_as_well(description, ask, give, monkeypatch):
    monkeypatch.setattr(rules, "A_KEY", (0, 300))
    check(description, ask("/people", give("olive")), "/api/v1/people")


def test_a_misspelt_filter_is_refused_and_not_left_out(ask, give):
    key = give("olive")
    slips = (
        {"standing": "behind"}, {"stands": "late"}, {"branch": "Mangere"}, {"joined_from": "1.1.2026"}, {"lapsing": "8"},
        {"can_enrol": "maybe"}, {"consent": "x"}, {"limit": "0"}, {"limit": "101"}, {"cursor": "bm8"},
    )  # fmt: skip
    for query in slips:
        answer = ask("/people", key, **query)
        assert answer.status_code == 422, query
        assert set(answer.get_json()["errors"]) == set(query)


@pytest.mark.parametrize("query", [{}, {"stands": "behind"}, {"stands": "lapsed"}, {"branch": "none"}])
def test_pages_are_walked_there_and_back(ask, give, mangere, query):
    key = give("olive")
    whole = [row["id"] for row in ask("/people", key, limit=100, **query).get_json()["people"]]
    there, cursor = [], None
    while True:
        page = ask("/people", key, limit=1, **query, **({"cursor": cursor} if cursor else {})).get_json()
        there += [row["id"] for row in page["people"]]
        if not page["next"]:
            break
        cursor = page["next"]
    assert there == whole
    while page["previous"]:
        page = ask("/people", key, limit=1, **query, cursor=page["previous"]).get_json()
        there += [row["id"] for row in page["people"]]
    assert there == whole + whole[-2::-1]


# The page that says how


@pytest.fixture
def served(app) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


def commands(page: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'<pre class="code">(curl .*?)</pre>', page, re.DOTALL)]


def test_the_commands_of_the_page_run_as_they_stand(client, settings, served, give, ids, policies, tmp_path):
    page = client.get("/api").get_data(as_text=True)
    assert faults(page, promoter=settings.promoter) == []
    known = {"KEY": give("olive"), "PERSON": str(ids("grace")), "PATH": "/usr/bin:/bin"}
    told = commands(page)
    assert len(told) >= 8
    for command in told:
        here = command.replace(settings.public_url, served).replace("curl ", "curl -sS -o answer -w '%{http_code}' ", 1)
        done = subprocess.run(["sh", "-c", here], env=known, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert done.stdout == "200", (command, done.stdout, done.stderr, (tmp_path / "answer").read_text()[:500])


def test_the_check_of_a_signature_on_the_page_is_right(client):
    page = client.get("/api").get_data(as_text=True)
    source = html.unescape(re.search(r'<pre class="code" id="check">(.*?)</pre>', page, re.DOTALL)[1])
    made: dict = {}
    exec(source, made)
    now = int(made["time"].time())
    good = rules.sign(b"{}", at=now, secrets=["one", "two"])
    assert made["is_ours"](good, b"{}", "one")
    assert made["is_ours"](good, b"{}", "two")
    assert not made["is_ours"](good, b"{} ", "one")
    assert not made["is_ours"](good, b"{}", "three")
    assert not made["is_ours"](rules.sign(b"{}", at=now - 301, secrets=["one"]), b"{}", "one")
    assert all(kind in page for kind in rules.HEARS)
