"""Officers write, consult on, publish, translate and retire policies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import Connection, errors

from app.ground import clock
from app.law import polling
from app.law.clauses import Clause
from app.party.policy.models import PolicyVersion
from tests.cast import CAST, make
from tests.walk import enter, hidden, prove

from .conftest import CAPS

OLIVE = "olive@people.example"
Publish = Callable[..., PolicyVersion]


@pytest.fixture
def olive(app: Flask) -> FlaskClient:
    """The party secretary, who has just proven a second step."""
    make(next(face for face in CAST if face.key == "olive"), with_office=True)
    browser = enter(app, OLIVE)
    prove(browser, OLIVE, to="/org/policies")
    return browser


def press(browser: FlaskClient, path: str, **answers: str):
    """Open a form, fill in what is given, send it."""
    page = browser.get(path).text
    known = {name: hidden(page, name) for name in ("csrf_token", "seen_draft", "of_hash") if f'name="{name}"' in page}
    return browser.post(path, data=known | answers)


def written(browser: FlaskClient, source: str = CAPS, slug: str = "data-caps"):
    answer = press(browser, "/org/policies/new", slug=slug, source=source)
    assert answer.status_code == 303, answer.text
    return answer


DECIDED = {"decided_by": "the policy conference", "effective_from": "2026-11-01", "authority": "y"}


def test_a_policy_is_written_published_and_read(olive: FlaskClient, client: FlaskClient):
    written(olive)
    assert client.get("/policies/data-caps").status_code == 404
    assert "Nothing keeps it from being published" in olive.get("/org/policies/data-caps").text
    answer = press(olive, "/org/policies/data-caps/publish", **DECIDED)
    assert answer.status_code == 303
    page = client.get("/policies/data-caps").text
    assert "adopted" in page
    assert "There was no vote" in page
    assert "s 204G" in client.get("/policies/data-caps/v1").text


def test_a_number_without_a_citation_is_not_published(olive: FlaskClient, client: FlaskClient):
    written(olive, CAPS.replace("Light users paid less", "Light users, 40% of all, paid less"))
    page = olive.get("/org/policies/data-caps").text
    assert "A number without a citation: “Light users, 40% of all" in page
    press(olive, "/org/policies/data-caps/publish", **DECIDED)
    assert client.get("/policies/data-caps").status_code == 404


def test_a_figure_that_says_another_number_is_not_published(olive: FlaskClient):
    written(olive, CAPS.replace("[79% of households]", "[89% of households]"))
    assert "another number than the figure, which is 79 %" in olive.get("/org/policies/data-caps").text


def test_without_the_secretarys_authority_nothing_is_published(olive: FlaskClient, client: FlaskClient):
    written(olive)
    answer = press(olive, "/org/policies/data-caps/publish", decided_by="the board", effective_from="2026-11-01")
    assert answer.status_code == 422
    assert "without your authority" in answer.text
    assert client.get("/policies/data-caps").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"votes_for": "8"}, "all four counts or none"),
        ({"votes_for": "8", "votes_against": "2", "abstained": "1", "eligible": "10"}, "no more votes than people"),
        (
            {"votes_for": "8.5", "votes_against": "2", "abstained": "1", "eligible": "10"},
            "Enter a whole number, such as 1,204.",
        ),
        ({"votes_for": "1,20", "votes_against": "2", "abstained": "1", "eligible": "900"}, "Enter a whole number, such as"),
        ({"votes_for": "-1", "votes_against": "2", "abstained": "1", "eligible": "10"}, "whole number"),
        ({"effective_from": "2099-01-01"}, "not later"),
        ({"effective_from": "0026-11-01"}, "Look at the year"),
        ({"effective_from": "2026-02-30"}, "real date"),
        ({"decided_by": " "}, "which body"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(olive: FlaskClient, client: FlaskClient, wrong: dict[str, str], said: str):
    written(olive)
    answer = press(olive, "/org/policies/data-caps/publish", **(DECIDED | wrong))
    assert answer.status_code == 422
    assert said in answer.text
    assert client.get("/policies/data-caps").status_code == 404


def test_two_who_write_at_once_lose_nothing(olive: FlaskClient):
    written(olive)
    path = "/org/policies/data-caps"
    opened = olive.get(path).text
    press(olive, path, source=CAPS.replace("One survey.", "One survey by the regulator."), change_note="")
    late = {"csrf_token": hidden(opened, "csrf_token"), "seen_draft": hidden(opened, "seen_draft")}
    answer = olive.post(path, data=late | {"source": CAPS.replace("One survey.", "Two surveys."), "change_note": ""})
    assert answer.status_code == 422
    assert "Somebody saved this draft after you opened it" in answer.text
    assert "Two surveys." in answer.text
    assert "One survey by the regulator." in answer.text
    again = {"csrf_token": hidden(answer.text, "csrf_token"), "seen_draft": hidden(answer.text, "seen_draft")}
    assert olive.post(path, data=again | {"source": CAPS, "change_note": ""}).status_code == 303


def test_what_is_published_is_what_was_seen(olive: FlaskClient, client: FlaskClient):
    written(olive)
    path = "/org/policies/data-caps/publish"
    seen = olive.get(path).text
    press(olive, "/org/policies/data-caps", source=CAPS.replace("One survey.", "No survey."), change_note="")
    known = {name: hidden(seen, name) for name in ("csrf_token", "seen_draft")}
    assert olive.post(path, data=known | DECIDED).status_code == 422
    assert client.get("/policies/data-caps").status_code == 404


def test_the_next_version_needs_a_note_and_a_change(olive: FlaskClient, published: Publish):
    published()
    browser, path = olive, "/org/policies/data-caps"
    assert browser.post(f"{path}/begin", data={"csrf_token": hidden(browser.get(path).text, "csrf_token")}).status_code == 303
    assert "Say in a sentence what changed" in press(browser, f"{path}/publish", **DECIDED).text
    press(browser, path, source=CAPS, change_note="Nothing, really.")
    assert "There is nothing to adopt" in press(browser, f"{path}/publish", **DECIDED).text
    press(browser, path, source=CAPS.replace("2027-06-30", "2026-12-31"), change_note="Sooner.")
    assert press(browser, f"{path}/publish", **DECIDED).headers["Location"].endswith("/policies/data-caps/v2")


def test_a_reference_that_was_taken_out_does_not_come_back_as_something_else(olive: FlaskClient, published: Publish):
    published()
    start = CAPS.index("### DC-2")
    published(CAPS[:start] + CAPS[CAPS.index("## What it costs") :])
    path = "/org/policies/data-caps"
    olive.post(f"{path}/begin", data={"csrf_token": hidden(olive.get(path).text, "csrf_token")})
    press(olive, path, source=CAPS, change_note="DC-2 again.")
    assert "DC-2 was a commitment of an earlier version" in olive.get(path).text


def test_a_consultation_is_public_and_says_that_nobody_has_adopted_it(olive: FlaskClient, client: FlaskClient):
    written(olive)
    until = clock.today() + timedelta(days=14)
    too_soon = press(olive, "/org/policies/data-caps/consult", until=(until - timedelta(days=1)).isoformat())
    assert too_soon.status_code == 422
    assert client.get("/policies/data-caps/draft").status_code == 404
    assert press(olive, "/org/policies/data-caps/consult", until=until.isoformat()).status_code == 303
    for path in ("/policies/data-caps", "/policies/data-caps/draft"):
        assert "A draft that nobody has adopted" in client.get(path).text
    assert "Being consulted on" in client.get("/policies").text
    faulty = press(olive, "/org/policies/data-caps", source=CAPS.replace("Light users", "500 users"), change_note="")
    assert faulty.status_code == 422


def test_a_retired_policy_leads_to_its_successor(olive: FlaskClient, client: FlaskClient, published: Publish):
    published()
    published(slug="caps-anew")
    assert press(olive, "/org/policies/data-caps/retire", successor="caps-anew", sure="y").status_code == 303
    moved = client.get("/policies/data-caps")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/policies/caps-anew")
    assert client.get("/policies/data-caps/v1").status_code == 200


@pytest.mark.parametrize("slug", ["", "Data", "data--caps", "-caps", "ngā-kaupapa", "../x", "a" * 61, "topic"])
def test_an_address_that_is_none_is_refused(olive: FlaskClient, slug: str):
    answer = press(olive, "/org/policies/new", slug=slug, source=CAPS)
    assert answer.status_code == 422
    assert "What does your data cap really cost?" in answer.text


@pytest.mark.parametrize("who", ["application", "owner"])
@pytest.mark.parametrize(
    "statement",
    [
        "update policy_versions set source = 'else'",
        "update policy_versions set change_note = 'else'",
        "delete from policy_versions",
        "truncate policy_versions cascade",
    ],
)
def test_a_published_version_is_changed_by_nobody(app: Flask, owner: Connection, published: Publish, who: str, statement: str):
    published()
    if who == "application":
        owner.execute("set role hustings_app")
    with pytest.raises(errors.Error):
        owner.execute(statement)
    owner.execute("reset role")
    kept = owner.execute("select source from policy_versions").fetchall()
    assert [source for (source,) in kept] == [CAPS]


def test_on_polling_day_nothing_is_published(olive: FlaskClient, client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    day = clock.today()
    written(olive)
    monkeypatch.setattr(polling, "POLLING_DAYS", (Clause("a law", day, day, day),))
    monkeypatch.setattr(polling, "CLOSE_OF_POLL", time.max)
    answer = press(olive, "/org/policies/data-caps/publish", **DECIDED)
    assert answer.status_code == 422
    assert "It is polling day" in answer.text
    monkeypatch.setattr(polling, "CLOSE_OF_POLL", time.min)
    assert press(olive, "/org/policies/data-caps/publish", **DECIDED).status_code == 303


REO = CAPS.replace("# What does your data cap really cost?", "# He aha te utu?").replace("Title: Data caps", "Title: He tepe")
BY_PEOPLE = {"translator": "H. Kōrero", "checked_by": "T. Tirohia", "checked_on": "2026-11-20"}


def test_a_translation_is_shown_until_the_text_moves_on_and_then_says_that_it_is_behind(
    olive: FlaskClient, client: FlaskClient, published: Publish
):
    published()
    assert "has not been translated yet" in client.get("/mi/policies/data-caps").text
    assert press(olive, "/org/policies/data-caps/translate/mi", source=REO, **BY_PEOPLE).status_code == 303
    page = client.get("/mi/policies/data-caps").text
    assert "He aha te utu?" in page
    assert "has not been translated yet" not in page
    assert "H. Kōrero" in page
    assert "He aha te utu?" not in client.get("/policies/data-caps").text
    published(CAPS.replace("One survey.", "A survey."))
    assert "The English text has changed since this was translated" in client.get("/mi/policies/data-caps").text


def test_a_translation_that_leaves_out_a_commitment_is_refused(olive: FlaskClient, published: Publish):
    published()
    shorter = REO[: REO.index("### DC-2")] + REO[REO.index("## What it costs") :]
    answer = press(olive, "/org/policies/data-caps/translate/mi", source=shorter, **BY_PEOPLE)
    assert answer.status_code == 422
    assert "The commitments must be those of the original" in answer.text


def test_there_is_no_door_for_another_language(olive: FlaskClient, published: Publish):
    published()
    assert olive.get("/org/policies/data-caps/translate/fr").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/policies/%00", "/policies/a%00b", "/policies/data-caps.json%00", "/policies/data-caps/v01",
        "/policies/data-caps/v001...v1",
        "/policies/data-caps/v１", "/policies/data-caps/v99999999999999999999999", "/org/policies/a%00b", "/policies/DATA-CAPS",
    ],
)  # fmt: skip
def test_an_address_that_no_page_has_is_not_found(olive: FlaskClient, published: Publish, path: str):
    published()
    assert olive.get(path).status_code == 404


def test_on_polling_day_neither_a_public_draft_nor_a_translation_changes(
    olive: FlaskClient, client: FlaskClient, published: Publish, monkeypatch: pytest.MonkeyPatch
):
    published()
    day, path = clock.today(), "/org/policies/data-caps"
    olive.post(f"{path}/begin", data={"csrf_token": hidden(olive.get(path).text, "csrf_token")})
    press(olive, f"{path}/consult", until=(day + timedelta(days=14)).isoformat())
    monkeypatch.setattr(polling, "POLLING_DAYS", (Clause("a law", day, day, day),))
    monkeypatch.setattr(polling, "CLOSE_OF_POLL", time.max)
    saved = press(olive, path, source=CAPS.replace("One survey.", "Vote for us."), change_note="x")
    assert saved.status_code == 422
    assert "Vote for us." not in client.get("/policies/data-caps/draft").text
    assert press(olive, f"{path}/translate/mi", source=REO, **BY_PEOPLE).status_code == 422
    assert "He aha te utu?" not in client.get("/mi/policies/data-caps").text


def test_a_translation_of_a_text_that_moved_on_is_not_saved(olive: FlaskClient, published: Publish):
    published()
    path = "/org/policies/data-caps/translate/mi"
    opened = olive.get(path).text
    published(CAPS.replace("One survey.", "A survey."))
    known = {name: hidden(opened, name) for name in ("csrf_token", "of_hash")}
    answer = olive.post(path, data=known | BY_PEOPLE | {"source": REO})
    assert answer.status_code == 422
    assert "A new version was published after you opened this page" in answer.text


def test_what_is_dropped_twice_or_begun_on_what_is_retired_is_no_failure(olive: FlaskClient, published: Publish):
    written(olive, slug="one")
    path = "/org/policies/one"
    token, mark = (hidden(olive.get(path).text, name) for name in ("csrf_token", "seen_draft"))
    assert olive.post(f"{path}/drop", data={"csrf_token": token, "seen_draft": "9"}).status_code == 303
    for _ in range(2):
        assert olive.post(f"{path}/drop", data={"csrf_token": token, "seen_draft": mark}).status_code == 303
    assert olive.post(f"{path}/begin", data={"csrf_token": token}).status_code == 303
    assert "What would you ask?" in olive.get(path).text
    published()
    press(olive, "/org/policies/data-caps/retire", successor="", sure="y")
    assert olive.post("/org/policies/data-caps/begin", data={"csrf_token": token}).status_code == 303


def test_a_note_with_a_number_that_no_text_has_is_not_published(olive: FlaskClient, client: FlaskClient, published: Publish):
    published()
    path = "/org/policies/data-caps"
    olive.post(f"{path}/begin", data={"csrf_token": hidden(olive.get(path).text, "csrf_token")})
    press(olive, path, source=CAPS.replace("One survey.", "A survey."), change_note="99% of homes pay less now.")
    assert "The note on what changed says 99%" in olive.get(f"{path}/publish").text  # said before the press
    assert "99%" in olive.get(path).text.partition("As it would be read")[0]
    press(olive, f"{path}/publish", **DECIDED)
    assert client.get("/policies/data-caps/v2").status_code == 404
    press(olive, path, source=CAPS.replace("One survey.", "A survey."), change_note="Says who asks.")
    assert press(olive, f"{path}/publish", **DECIDED).headers["Location"].endswith("/v2")


def begin(browser: FlaskClient) -> None:
    path = "/org/policies/data-caps"
    assert browser.post(f"{path}/begin", data={"csrf_token": hidden(browser.get(path).text, "csrf_token")}).status_code == 303


def test_who_wrote_for_a_draft_that_was_published_meanwhile_has_their_text_still(olive: FlaskClient):
    written(olive)
    path = "/org/policies/data-caps"
    opened = olive.get(path).text
    assert press(olive, f"{path}/publish", **DECIDED).status_code == 303
    late = {name: hidden(opened, name) for name in ("csrf_token", "seen_draft")}
    answer = olive.post(path, data=late | {"source": CAPS + "\nWritten all night.", "change_note": "More."})
    assert answer.status_code == 422
    assert "There is no draft: somebody published or dropped it meanwhile." in answer.text
    assert "Written all night." in answer.text
    assert "Write the next version" in answer.text


def test_a_draft_that_comes_after_another_is_not_taken_for_it(olive: FlaskClient, client: FlaskClient):
    """Its saves are counted anew, so their numbers come again."""
    written(olive)
    path = "/org/policies/data-caps"
    writing, publishing, dropping = olive.get(path).text, olive.get(f"{path}/publish").text, olive.get(path).text
    assert press(olive, f"{path}/publish", **DECIDED).status_code == 303
    begin(olive)
    known = {name: hidden(writing, name) for name in ("csrf_token", "seen_draft")}
    theirs = CAPS.replace("One survey.", "One survey by the regulator.")
    assert press(olive, path, source=theirs, change_note="More.").status_code == 303
    press(olive, f"{path}/drop", seen_draft=hidden(olive.get(path).text, "seen_draft"))
    begin(olive)  # the first save once more, and of the same text: nothing of anybody’s is lost
    assert press(olive, path, source=theirs, change_note="More.").status_code == 303
    press(olive, path, source=theirs.replace("regulator", "ministry"), change_note="More.")
    for late in (writing, dropping):
        known = {name: hidden(late, name) for name in ("csrf_token", "seen_draft")}
        answer = olive.post(path, data=known | {"source": CAPS.replace("One survey.", "No survey."), "change_note": ""})
        assert answer.status_code == 422
        assert "One survey by the ministry." in answer.text
        olive.post(f"{path}/drop", data=known)
    known = {name: hidden(publishing, name) for name in ("csrf_token", "seen_draft")}
    assert olive.post(f"{path}/publish", data=known | DECIDED).status_code == 422
    assert "One survey by the ministry." in olive.get(path).text
    assert client.get("/policies/data-caps/v2").status_code == 404


def test_a_second_press_on_publish_leads_to_what_the_first_did(olive: FlaskClient):
    written(olive)
    path = "/org/policies/data-caps"
    page = olive.get(f"{path}/publish").text
    known = {name: hidden(page, name) for name in ("csrf_token", "seen_draft")}
    assert olive.post(f"{path}/publish", data=known | DECIDED).status_code == 303
    again = olive.post(f"{path}/publish", data=known | DECIDED)
    assert (again.status_code, again.location) == (303, path)
    assert "Version 1" in olive.get(path).text
    later = olive.post(f"{path}/consult", data=known | {"until": "2027-06-30"})
    assert (later.status_code, later.location) == (303, path)


def test_a_version_is_not_in_force_before_the_one_it_follows(olive: FlaskClient, client: FlaskClient):
    written(olive)
    path = "/org/policies/data-caps"
    assert press(olive, f"{path}/publish", **DECIDED).status_code == 303
    begin(olive)
    press(olive, path, source=CAPS.replace("One survey.", "Two surveys."), change_note="More.")
    answer = press(olive, f"{path}/publish", **(DECIDED | {"effective_from": "2026-10-31"}))
    assert answer.status_code == 422
    assert "Version 1 is in force since 1 November 2026." in answer.text
    assert press(olive, f"{path}/publish", **DECIDED).status_code == 303


@pytest.mark.parametrize("day", ["2099-01-01", "0026-11-01"])
def test_a_translation_was_checked_on_a_day_that_has_been(
    olive: FlaskClient, client: FlaskClient, published: Publish, day: str
):
    published()
    people = {"translator": "Hēmi", "checked_by": "Mere", "source": CAPS}
    path = "/org/policies/data-caps/translate/mi"
    answer = press(olive, path, **people, checked_on=day)
    assert answer.status_code == 422
    assert "Look at the year." in answer.text
    assert "Hēmi" not in client.get("/mi/policies/data-caps").text


def test_a_consultation_ends(olive: FlaskClient, client: FlaskClient):
    written(olive)
    answer = press(olive, "/org/policies/data-caps/consult", until="2999-01-01")
    assert answer.status_code == 422
    assert "for 366 days at most" in answer.text
    assert client.get("/policies/data-caps/draft").status_code == 404


def test_votes_are_counted_as_people_write_numbers(olive: FlaskClient, client: FlaskClient):
    written(olive)
    votes = {"votes_for": "1,204", "votes_against": "96", "abstained": " 0", "eligible": "4 000"}
    assert press(olive, "/org/policies/data-caps/publish", **DECIDED, **votes).status_code == 303
    assert "1,204 for, 96 against, 0 abstained; 1,300 of 4,000 who could vote" in client.get("/policies/data-caps").text
