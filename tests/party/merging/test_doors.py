"""The doors: what an officer sees and presses."""

from __future__ import annotations

import pytest

from app.ground.db import session
from app.party.people import queries as people
from tests.walk import hidden


@pytest.fixture
def pair(ids, double):
    return ids("aroha"), double(name="A. Whitfield", email="other@people.example", phone="+64215550141")


def press(browser, path, page=None, **data):
    token = hidden(browser.get(page or path).get_data(as_text=True), "csrf_token")
    return browser.post(path, data={"csrf_token": token, **data})


def root(person_id):
    found = people.root_of(person_id)
    session.remove()
    return found


def test_the_first_press_says_what_it_does_and_the_second_does_it(pair, as_officer, owner):
    olive, (a, b) = as_officer("olive"), pair
    path = f"/org/duplicates/{a}/{b}"
    assert "A. Whitfield" in olive.get("/org/duplicates").get_data(as_text=True)
    answers = {"goes_on": "a", "name": "b"}
    looked = press(olive, path, **answers)
    text = looked.get_data(as_text=True)
    assert looked.status_code == 200
    assert "Name from now on: A. Whitfield" in text
    assert root(b) == b
    assert owner.execute("select count(*) from merges").fetchone()[0] == 0
    done = press(olive, path, **answers, seen="y")
    assert done.status_code == 303
    assert done.location == f"/org/people/{a}"
    assert root(b) == a
    story = olive.get(done.location).get_data(as_text=True)
    assert "A. Whitfield" in story
    assert "1 other record" in story
    assert olive.get(f"/org/people/{b}").location == f"/org/people/{a}"
    again = olive.post(path, data={"csrf_token": hidden(story, "csrf_token"), **answers, "seen": "y"})
    assert again.location == f"/org/people/{a}"  # pressed twice, it is done once
    merge = owner.execute("select id from merges").fetchone()[0]
    assert str(merge) in olive.get(f"/org/duplicates/of/{a}").get_data(as_text=True)
    assert press(olive, f"/org/duplicates/undo/{merge}").status_code == 303
    assert root(b) == b


def test_a_refusal_keeps_what_was_answered(pair, as_officer):
    olive, (a, b) = as_officer("olive"), pair
    answer = press(olive, f"/org/duplicates/{a}/{b}", goes_on="b", name="a")
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert "Only one of them has a membership in force" in text
    assert press(olive, f"/org/duplicates/{a}/{b}").status_code == 422  # nothing chosen


def test_two_people(pair, as_officer):
    olive, (a, b) = as_officer("olive"), pair
    assert press(olive, f"/org/duplicates/{a}/{b}/apart", page=f"/org/duplicates/{a}/{b}").status_code == 303
    assert "No pair waits" in olive.get("/org/duplicates").get_data(as_text=True)
    assert "two people" in olive.get(f"/org/duplicates/{a}/{b}").get_data(as_text=True)


def test_another_record_is_found_by_hand(pair, as_officer):
    olive, (a, b) = as_officer("olive"), pair
    page = olive.get(f"/org/duplicates/of/{a}?find=whitfield").get_data(as_text=True)
    assert f"/org/duplicates/{a}/{b}" in page
    assert f"/org/duplicates/{a}/{a}" not in page


def test_who_was_never_asked_about_news_did_not_say_no(double, as_officer):
    olive = as_officer("olive")
    for said, words in ((None, "Never asked"), (False, "No"), (True, "Yes")):
        one, other = double(email=f"{said}@people.example", news=said), double(email=f"{said}2@people.example", news=said)
        page = olive.get(f"/org/duplicates/{one}/{other}").get_data(as_text=True)
        row = page.partition("Lets us write with news</th>")[2].partition("</tr>")[0]
        assert row.count(f">{words}</td>") == 2, row


def test_that_both_were_opened_is_written_down(pair, as_officer, owner):
    olive, (a, b) = as_officer("olive"), pair
    olive.get(f"/org/duplicates/{a}/{b}")
    rows = owner.execute("select subject from audit_entries where data ->> 'why' = 'to see whether two records are one person'")
    assert {row[0] for row in rows.fetchall()} == {f"person:{a}", f"person:{b}"}


def test_an_organizer_sees_neither_half_of_a_pair_that_crosses_branches(pair, mangere, as_officer):
    tama, (a, b) = as_officer("tama"), pair
    assert "No pair waits" in tama.get("/org/duplicates").get_data(as_text=True)
    assert tama.get(f"/org/duplicates/{a}/{b}").status_code == 404
    assert tama.get(f"/org/duplicates/of/{b}").status_code == 404
    assert "Whitfield" not in tama.get(f"/org/duplicates/of/{a}?find=other@people.example").get_data(as_text=True).replace(
        "Ngāpō-Whitfield", ""
    )
