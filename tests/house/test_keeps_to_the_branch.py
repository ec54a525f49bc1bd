"""An organizer at every door of the house: whatever address, id or parameter is tried, nobody outside the branch is seen.

The doors are those of the map of addresses, so that one that is added tomorrow is tried here too; the ids are those of every
row in every table.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from itertools import product
from urllib.parse import quote, quote_plus
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from psycopg import sql

from app.ground import clock
from app.ground.db import session, transaction
from app.party.belonging import services as belonging
from app.party.branches import queries as branches
from app.party.branches import services as offices
from app.party.people import queries as people
from tests import cast as faces
from tests.walk import hidden

A_FEW = 2  # ids of each kind that are tried at each door
MOST = 60  # addresses that are tried of one rule
ZEB = replace(
    faces.CAST[0], key="zeb", name="Zebulon Quagmire-Thistlewood", email="zebulon@elsewhere.example",
    address="77 Thistlewood Crescent, Napier 4110", phone="+64215550177",
)  # fmt: skip
SECRETS = ("zebulon", "quagmire", "thistlewood", "elsewhere.example", "215550177", "21 555 0177")
# Drawn anew for each page, or digits and letters without a meaning: in thousands of pages they spell any word sometime.
DRAWN = re.compile(
    r'<input[^>]*name="csrf_token"[^>]*>|data-csrf="[^"]*"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,}'
)


def told(page: str) -> list[str]:
    """Which of the outsider’s details a page tells, in small letters."""
    return [word for word in SECRETS if word in DRAWN.sub(" ", page)]


@pytest.fixture
def outsider(cast) -> UUID:
    """Zebulon, a member of Napier with a past; Aroha and Tama are of Māngere."""
    faces.make(ZEB)
    with transaction():
        zeb = people.find_by_email(ZEB.email).id
        napier = offices.add_branch("Napier", by="system", on=clock.today())
        ids = {key: people.find_by_email(cast[key].email).id for key in ("aroha", "tama", "olive")}
        mangere = branches.find_branch("Māngere")
        for who, where in ((zeb, napier), (ids["aroha"], mangere), (ids["tama"], mangere)):
            offices.place(who, where, by=f"person:{ids['olive']}", on=clock.today())
    with transaction():
        belonging.change_details(
            zeb, belonging.Change(phone=ZEB.phone, address=ZEB.address, born_on=None, electorate="nelson"),
            by=f"person:{zeb}", on=clock.today(),
        )  # fmt: skip
    return zeb


@pytest.fixture
def tried(app, outsider, as_officer, owner):
    return Tried(app, outsider, as_officer("tama"), pool(owner))


def pool(owner: psycopg.Connection) -> list[UUID]:
    """Ids of a few rows of every table, the newest of each: whatever there is, somebody may try it."""
    columns = owner.execute(
        "select table_name, column_name from information_schema.columns join pg_tables on tablename = table_name"
        " where schemaname = 'public' and data_type = 'uuid' and table_name not like 'procrastinate%'"
    ).fetchall()
    found: dict[UUID, None] = {}
    for table, column in columns:
        asked = sql.SQL("select distinct {0} from {1} where {0} is not null order by {0} desc limit {2}")
        rows = owner.execute(asked.format(sql.Identifier(column), sql.Identifier(table), A_FEW))
        found.update(dict.fromkeys(row[0] for row in rows))
    return list(found)


class Tried:
    def __init__(self, app, outsider, browser, ids):
        self.app, self.outsider, self.browser = app, outsider, browser
        self.ids = [outsider, *(each for each in ids if each != outsider)]
        self.token = hidden(browser.get("/sign-in").get_data(as_text=True), "csrf_token")

    def rules(self):
        for rule in self.app.url_map.iter_rules():
            if rule.rule.startswith(("/org", "/api", "/me")):
                yield rule

    def addresses(self, rule) -> list[str]:
        """Addresses this rule answers to, with every id there is in each place; not all pairs, where there are two."""
        places = re.findall(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", rule.rule)
        values = [
            {"uuid": self.ids, "int": [2026, 1, 2, 3]}.get(kind, [*self.ids[:8], "x", "zebulon"]) for kind, _name in places
        ]
        if len(values) > 1:
            values = [each[:9] for each in values]
        made = []
        for chosen in product(*values):
            path = rule.rule
            for value in chosen:
                path = re.sub(r"<[^>]+>", str(value), path, count=1)
            made.append(path)
        return made[:MOST]

    def hold(self, answer, asked: str) -> None:
        assert answer.status_code < 500, (asked, answer.status_code)
        said = unescape(b"".join(answer.response).decode("utf-8", "replace")).casefold()
        answer.close()
        assert not told(said.replace(asked.casefold(), "")), asked
        if answer.status_code == 200 and str(self.outsider) not in asked:
            assert str(self.outsider) not in said, asked


def test_the_outsider_is_there_to_be_seen(outsider, as_officer):
    page = as_officer("olive").get("/org/people").get_data(as_text=True).casefold()
    assert {"zebulon", "quagmire", "thistlewood"} <= set(told(page))
    assert str(outsider) in page


def test_no_address_of_any_door_shows_anybody_outside_the_branch(tried):
    for rule in tried.rules():
        for path in tried.addresses(rule):
            # What one does at /me is done to oneself, and may end the session.
            for method in sorted(rule.methods & ({"GET"} if rule.rule.startswith("/me") else {"GET", "POST"})):
                data = {"csrf_token": tried.token, "why": "call", "seen": "yes"} if method == "POST" else None
                tried.hold(tried.browser.open(path, method=method, data=data), f"{method} {path}")
    assert tried.browser.get("/org/people").status_code == 200  # it was Tama who tried, to the end
    assert people.details_of(people.get_person(tried.outsider)).name == ZEB.name  # nor is anybody changed
    session.remove()


QUERIES = (
    "find q branch scope person people ids id after before cursor segment tag office stands electorate hustings.scope everyone"
    " format limit page sort within exclude"
).split()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=some.data())
def test_no_parameter_shows_anybody_outside_the_branch(tried, data):
    lists = sorted(rule.rule for rule in tried.rules() if "<" not in rule.rule and "GET" in rule.methods)
    values = [
        *map(str, tried.ids),
        "Zeb",
        "quag",
        ZEB.email,
        ZEB.phone,
        "everyone",
        "house",
        "all",
        "*",
        "%",
        "none",
        "nelson",
        "1",
        "-1",
    ]
    asked = data.draw(
        some.dictionaries(some.sampled_from(QUERIES), some.sampled_from(values) | some.text(max_size=8), max_size=5)
    )
    path = data.draw(some.sampled_from(lists))
    answer = tried.browser.get(path, query_string=asked)
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code < 500, (path, asked)
    assert not told(without(page, *asked.values()).casefold()), (path, asked)


def without(page: str, *typed: str) -> str:
    """What was typed stands in the form again, and in addresses of links as these spell it."""
    for value in typed:
        for spelt in {value, quote(value), quote(value, safe=""), quote_plus(value)}:
            page = page.replace(spelt, "") if len(value) > 2 else page
    return page


def test_what_was_typed_and_is_led_to_again_is_not_taken_for_what_was_told(tried):
    """The phone number of the outsider, asked for, stands in the links of these pages as %2B64…"""
    for path in ("/org/exports", "/org/people/bulk", "/org/people/segments/new"):
        page = unescape(tried.browser.get(path, query_string=dict.fromkeys(QUERIES, ZEB.phone)).get_data(as_text=True))
        assert told(page.replace(ZEB.phone, "").casefold()), path
        assert not told(without(page, ZEB.phone).casefold()), path
