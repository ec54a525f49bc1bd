"""Pages of a policy text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from time import sleep

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from app.ground import clock
from app.ground.db import session
from app.law import polling
from app.law.clauses import Clause
from app.party.policy.models import PolicyVersion

from .conftest import CAPS

Publish = Callable[..., PolicyVersion]


def test_a_policy_is_read_at_its_address(client: FlaskClient, published: Publish):
    published()
    page = client.get("/policies/data-caps")
    assert page.status_code == 200
    for words in ("79% of households", "DC-1", "The case against", "What would change our mind", "$105.00", "11 of 40"):
        assert words in page.text


def test_a_version_stays_and_says_nothing_of_later_ones(client: FlaskClient, published: Publish):
    published()
    before = client.get("/policies/data-caps/v1").data
    published(CAPS.replace("2027-06-30", "2026-12-31"))
    assert client.get("/policies/data-caps/v1").data == before
    assert "31 December 2026" in client.get("/policies/data-caps/v2").text
    assert client.get("/policies/data-caps/v3").status_code == 404


def test_the_other_side_of_the_switch_has_another_text(client: FlaskClient, published: Publish):
    published()
    now, then = client.get("/policies/data-caps").text, client.get("/policies/data-caps/2013").text
    assert "almost everybody" in then
    assert "almost everybody" not in now
    assert client.get("/policies/data-caps/2014").status_code == 404


def test_everything_is_handed_out_as_data(client: FlaskClient, published: Publish):
    published()
    data = client.get("/policies/data-caps.json").json
    assert data is not None
    assert data["sections"][1]["commitments"][0]["by"] == "2027-06-30"
    assert data["figures"][0]["value"] == "79"
    assert client.get("/policies/data-caps.md").text == data["source_md"]
    assert "commitment,DC-1" in client.get("/policies/data-caps/v1.csv").text
    assert [one["slug"] for one in client.get("/policies.json").json["policies"]] == ["data-caps"]


def test_the_list_has_a_card_for_each_and_filters_by_topic(client: FlaskClient, published: Publish):
    assert "None is published yet" in client.get("/policies").text
    published()
    assert "What does your data cap really cost?" in client.get("/policies?topic=caps").text
    assert client.get("/policies?topic=taxes").status_code == 404
    assert "What does your data cap really cost?" in client.get("/").text


def test_the_one_number_is_passed_on_as_a_picture(client: FlaskClient, published: Publish):
    published()
    page = client.get("/policies/data-caps").text
    address = page.partition('og:image" content="http://localhost')[2].partition('"')[0]
    picture = client.get(address.replace("&amp;", "&"))
    assert picture.data.startswith(b"\x89PNG")
    assert "immutable" in picture.headers["Cache-Control"]
    assert "79%: of households had no cap in 2021" in page


def test_on_polling_day_a_page_is_read_and_nobody_is_asked_to_pass_it_on(
    client: FlaskClient, published: Publish, monkeypatch: pytest.MonkeyPatch
):
    published()
    day = clock.today()
    monkeypatch.setattr(polling, "CLOSE_OF_POLL", time.max)
    monkeypatch.setattr(polling, "POLLING_DAYS", (Clause("a law", day, day, day),))
    page = client.get("/policies/data-caps").text
    assert "The case against" in page
    assert "Pass it on" not in page


def asked_of_the_database(client: FlaskClient, path: str) -> int:
    """How many statements a page costs once it is kept. The first is dropped again when news begins to be heard."""
    counts: list[object] = []

    def one_more(*said: object) -> None:
        counts.append(said)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", one_more)
    try:
        for _ in range(20):
            counts.clear()
            assert client.get(path).status_code == 200
            if not counts:
                break
            sleep(0.05)
    finally:
        event.remove(engine, "before_cursor_execute", one_more)
    return len(counts)


@pytest.mark.parametrize(
    "path",
    [
        "/policies/data-caps?fbclid=1", "/policies?utm_source=x", "/policies?topic=caps", "/mi/policies/data-caps?fbclid=1",
        "/policies/data-caps/v1...v2?view=side", "/policies/data-caps/v1...v2?view=side&gclid=2", "/policies/data-caps/v1?x",
        "/policies/data-caps.json?x=1",
    ],
)  # fmt: skip
def test_a_page_that_was_passed_on_with_a_query_costs_the_database_nothing(client: FlaskClient, published: Publish, path: str):
    published()
    published(CAPS.replace("2027-06-30", "2026-12-31"))
    assert asked_of_the_database(client, path) == 0


def test_a_page_passed_on_with_a_query_is_the_page_itself(client: FlaskClient, published: Publish):
    published()
    published(CAPS.replace("2027-06-30", "2026-12-31"))
    changes = "/policies/data-caps/v1...v2"
    for path in ("/policies/data-caps", changes):
        plain, passed_on = client.get(path), client.get(f"{path}?fbclid=1")
        assert (plain.data, plain.headers["ETag"]) == (passed_on.data, passed_on.headers["ETag"])
    side = client.get(f"{changes}?view=side")
    assert client.get(changes, headers={"If-None-Match": side.headers["ETag"]}).status_code == 200
    assert client.get(f"{changes}?view=sideways").status_code == 404
    warm = client.application.extensions["hustings"].warm
    for n in range(20):
        client.get(f"/policies/data-caps?fbclid={n}")
        client.get(f"{changes}?view={n}")
        client.get(f"/policies?topic={n}")
    assert {"/policies/data-caps", changes, f"?view=side {changes}"} >= set(warm._pages)
