"""The pages of offices: the secretary gives and ends them there; others read."""

from __future__ import annotations

import re

import pytest

from app.ground import clock
from app.party.branches import rules
from app.party.people import queries as people
from tests.house.page_reader import faults
from tests.walk import enter, hidden

AROHA = "aroha@people.example"


def send(browser, path, **data):
    page = browser.get(path)
    assert page.status_code == 200, page.location
    return browser.post(path, data={"csrf_token": hidden(page.get_data(as_text=True), "csrf_token"), **data})


def read(browser, path="/org/offices") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def end_of(name: str, page: str) -> str:
    """Where the list leads to end the treasurer’s office of somebody."""
    return re.search(rf'href="(/org/offices/[^"]+/end)">End<span class="vh"> treasurer, {name}', page)[1]


def test_the_secretary_gives_an_office_and_ends_it(as_officer):
    olive = as_officer("olive")
    assert send(olive, "/org/offices/appoint", email=AROHA, office="treasurer").location == "/org/offices"
    page = read(olive)
    assert "Aroha Ngāpō-Whitfield" in page
    assert "No second step yet" in page
    assert send(olive, end_of("Aroha", page), until="2020-01-01").status_code == 422
    href = end_of("Aroha", page)
    assert send(olive, href).location == "/org/offices"
    assert olive.get(href).status_code == 404
    assert "Treasurer, Aroha Ngāpō-Whitfield" in read(olive)


def test_what_is_refused_is_said_beside_its_question(as_officer, settings):
    olive = as_officer("olive")
    for answers, refusal in (
        ({"email": "nobody@people.example", "office": "reader"}, rules.NotAMember),
        ({"email": "wiremu@people.example", "office": "treasurer"}, rules.HeldAlready),
        ({"email": AROHA, "office": "organizer"}, rules.WhichBranch),
        ({"email": AROHA, "office": "reader", "branch": "Māngere"}, rules.WhichBranch),
    ):
        answer = send(olive, "/org/offices/appoint", **answers)
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert refusal.sentence in page
        assert "charged" not in page
        assert faults(page, promoter=settings.promoter) == []
    for answers in ({}, {"email": AROHA, "office": "king"}, {"email": AROHA, "office": "reader", "since": "2027-02-30"}):
        assert send(olive, "/org/offices/appoint", **answers).status_code == 422


def test_a_branch_is_added_once(as_officer):
    olive = as_officer("olive")
    assert send(olive, "/org/offices/branch", name="Te Awamutu").status_code == 303
    assert send(olive, "/org/offices/branch", name="Te Awamutu").status_code == 422
    assert "Te Awamutu" in read(olive)


@pytest.mark.parametrize("key", ["wiremu", "tama"])
def test_others_read_and_are_offered_nothing_to_change(as_officer, key):
    page = read(as_officer(key))
    assert "Organizer of the branch Māngere" in page
    assert "Olive Tarawhiti" in page
    assert "/appoint" not in page
    assert "/end" not in page
    assert "forget" not in page


def test_pages_pass_the_reader(as_officer, settings, owner):
    olive = as_officer("olive")
    office = owner.execute("select id from offices where office = 'treasurer'").fetchone()[0]
    for path in ("", "/appoint", "/branch", f"/{office}/end"):
        assert faults(read(olive, f"/org/offices{path}"), promoter=settings.promoter) == [], path
    assert faults(read(olive, "/confirm"), promoter=settings.promoter) == []
    token = hidden(read(olive, "/me"), "csrf_token")
    olive.post("/me/authenticators", data={"csrf_token": token})
    assert faults(read(olive, "/me/authenticators/new"), promoter=settings.promoter) == []
    assert faults(read(olive, "/me"), promoter=settings.promoter) == []


def test_an_officer_who_lost_everything_is_let_in_again_by_the_secretary(as_officer, app, cast, owner, mailbox):
    olive, wiremu = as_officer("olive"), as_officer("wiremu")
    page = read(olive)
    action = re.search(r'<span>Wiremu Pōhatu-Lang</span><form [^>]*action="(/org/offices/[^"]+/forget-proofs)"', page)[1]
    token = hidden(page, "csrf_token")
    assert olive.post(action, data={"csrf_token": token}).status_code == 303
    assert wiremu.get("/me").location.startswith("/sign-in")
    who = people.find_by_email(cast["wiremu"].email).id
    assert owner.execute("select count(*) from authenticators where person_id = %s", [who]).fetchone() == (0,)
    assert (mailbox()[0].to, mailbox()[0].subject) == (cast["wiremu"].email, "What you confirm with has changed")
    again = enter(app, cast["wiremu"].email)
    assert again.get("/org/offices").location == "/confirm?next=/org/offices"
    assert "Set up a second step" in read(again, "/confirm?next=/org/offices")


def test_after_proving_one_is_back_where_one_was(as_officer, app, cast):
    from tests.walk import prove

    browser = enter(app, cast["olive"].email)
    to = browser.get("/org/offices?x=1").location
    assert to == "/confirm?next=/org/offices?x%3D1"
    assert prove(browser, cast["olive"].email, to="/org/offices?x=1").location == "/org/offices?x=1"


def test_a_form_that_came_too_late_leads_back_to_its_page(as_officer):
    from datetime import timedelta

    olive = as_officer("olive")
    token = hidden(read(olive, "/org/offices/branch"), "csrf_token")
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        for referrer, to in (
            ("http://localhost/org/offices/branch", "/confirm?next=/org/offices/branch"),
            ("https://evil.example/org/offices", "/confirm"),
            ("", "/confirm"),
        ):
            headers = {"Referer": referrer} if referrer else {}
            answer = olive.post("/org/offices/branch", data={"csrf_token": token, "name": "Too late by far"}, headers=headers)
            assert (answer.status_code, answer.location) == (303, to)
    assert "Too late by far" not in read(olive)


def test_an_electorate_that_another_branch_holds_is_refused_and_the_page_says_so(as_officer, owner):
    olive = as_officer("olive")
    for name in ("Te Awamutu", "Napier Hill"):
        assert send(olive, "/org/offices/branch", name=name).status_code == 303
    paths = [
        f"/org/offices/branch/{one}/electorates"
        for (one,) in owner.execute("select id from branches where name in ('Te Awamutu', 'Napier Hill')").fetchall()
    ]
    assert send(olive, paths[0], electorates="napier").status_code == 303
    answer = send(olive, paths[1], electorates="napier")
    assert answer.status_code == 422
    assert "Napier" in answer.text
