"""The pages of registration, as the party secretary sees them and nobody else does."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from app.ground import clock
from app.ground.db import session
from app.party.membership import queries as memberships
from app.party.registration import jobs, queries, rules
from tests.house.page_reader import faults
from tests.walk import hidden

ROOT = "/org/registration"


@pytest.fixture
def secretary(as_officer, settings):
    """A browser that the strict page reader looks over the shoulder of."""
    browser = as_officer("olive")

    class Reading:
        def get(self, path, status=200):
            answer = browser.get(path)
            assert answer.status_code == status, answer.get_data(as_text=True)[:800]
            page = answer.get_data(as_text=True)
            assert faults(page, promoter=settings.promoter) == [], path
            return page

        def file(self, path):
            answer = browser.get(path)
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Content-Disposition"].startswith("attachment")
            return answer.data

        def press(self, path, page, status=303, **data):
            token = hidden(browser.get(page).get_data(as_text=True), "csrf_token")
            answer = browser.post(path, data={"csrf_token": token, **data})
            assert answer.status_code == status, answer.get_data(as_text=True)[:800]
            return answer

    return Reading()


def make(secretary, wanted=20):
    page = secretary.get(f"{ROOT}/packs/new")
    answer = secretary.press(
        f"{ROOT}/packs/new", f"{ROOT}/packs/new", key=hidden(page, "key"), on=clock.today().isoformat(), wanted=str(wanted)
    )
    return answer.headers["Location"]


@pytest.mark.on_day(date(2026, 11, 29))
def test_the_overview_says_how_many_count_and_names_nobody(secretary, cast, crowd):
    crowd(2)
    jobs.watch()
    page = secretary.get(ROOT)
    assert "494 too few" in page
    assert "of 500 that a registered party needs" in page
    assert "No registration until 4 December 2026" in page
    for face in cast.values():
        assert face.name not in page


def test_a_pack_is_made_checked_printed_and_put_away(secretary, crowd, cast, do_the_chores, owner):
    crowd(2)
    crowd(1, joined=clock.today(), digest="0" * 64)
    at = make(secretary)
    page = secretary.get(at)
    assert "What is held is not what was signed" in page
    assert "Aroha Ngāpō-Whitfield" in page
    assert "Too few to file" in page
    shown = secretary.get(f"{at}/print")
    assert shown.count("What the member declared") == 6
    assert "Dated</dt>" in shown
    assert "I authorise" in shown
    secretary.press(f"{at}/pdf", at)
    do_the_chores()
    link = re.search(rf'href="({at}/papers/[^"]+\.pdf)"', secretary.get(at))[1]
    assert secretary.file(link).startswith(b"%PDF")
    take_out = re.search(rf'action="({at}/take-out/[^"]+)"', page)[1]
    secretary.press(take_out, at)
    secretary.press(f"{at}/check", at)
    secretary.press(f"{at}/drop", at)
    assert "Put away" in secretary.get(at)
    assert at not in secretary.get(ROOT)
    answer = secretary.press(f"{at}/check", f"{ROOT}/packs/new")  # of one that is over: nothing happens
    assert answer.status_code == 303


def test_put_in_by_a_number_that_nobody_has_is_refused_in_words(secretary, crowd, cast):
    at = make(secretary)
    answer = secretary.press(f"{at}/put-in", at, status=422, number="123456789")
    assert rules.NoMemberThere.sentence in answer.get_data(as_text=True)
    secretary.press(f"{at}/put-in", at, status=422, number="x")


def test_what_came_of_putting_a_member_in_by_hand_is_told(secretary, crowd, cast):
    at = make(secretary, wanted=1)
    (bad,) = crowd(1, joined=clock.today() - timedelta(days=91), can_enrol="unsure")
    (good,) = crowd(1, joined=clock.today() - timedelta(days=90))
    numbers = [memberships.current_of(person).number for person in (good, bad)]
    session.remove()
    told = []
    for number in (numbers[0], numbers[0], numbers[1]):
        answer = secretary.press(f"{at}/put-in", at, number=str(number))
        told.append(secretary.get(answer.headers["Location"]))
    assert f"Member {numbers[0]} is in it" in told[0]
    assert f"Member {numbers[0]} was in it already" in told[1]
    assert f"Member {numbers[1]} failed the check, and is not in it" in told[2]
    assert told[2].count(rules.WORDS[rules.Reason.CANNOT_ENROL]) >= 2, "why, in the notice too"
    assert "is in it" not in secretary.get(f"{at}?put=x")


@pytest.mark.parametrize(
    "wrong", [{"wanted": "0"}, {"wanted": "551"}, {"wanted": "many"}, {"on": "2020-01-01"}, {"on": "2026-13-01"}, {"on": ""}]
)
def test_a_pack_of_no_such_size_or_day_is_refused(secretary, cast, wrong):
    asked = {"key": "", "on": clock.today().isoformat(), "wanted": "5", **wrong}
    secretary.press(f"{ROOT}/packs/new", f"{ROOT}/packs/new", status=422, **asked)
    assert queries.packs() == []
    session.remove()


def test_a_pack_that_is_too_small_cannot_be_filed(secretary, cast):
    at = make(secretary)
    page = secretary.get(f"{at}/file")
    answer = secretary.press(
        f"{at}/file", f"{at}/file", status=422, on=clock.today().isoformat(), sure="y", seen=hidden(page, "seen")
    )
    assert "The Commission needs 500 members" in answer.get_data(as_text=True)


def test_the_registration_is_noted_and_the_declaration_is_printed_and_sent(secretary, cast):
    today = clock.today()
    secretary.get(f"{ROOT}/registered")
    secretary.press(f"{ROOT}/registered", f"{ROOT}/registered", status=422, step="registered", on="2999-01-01")
    secretary.press(f"{ROOT}/registered", f"{ROOT}/registered", step="registered", on="2020-03-01")
    assert "Tell the Electoral Commission that fewer than 500" in secretary.get(ROOT)
    paper = f"{ROOT}/declaration/{today.year}"
    page = secretary.get(paper)
    assert "fewer than 500 current financial members" in page
    assert secretary.file(f"{paper}.pdf").startswith(b"%PDF")
    secretary.press(paper, paper, status=422, count=hidden(page, "count"), on=today.isoformat())  # not ticked
    secretary.press(paper, paper, count=hidden(page, "count"), on=today.isoformat(), sure="y")
    notice = f"{ROOT}/notice"
    page = secretary.get(notice)
    assert secretary.file(f"{notice}.pdf").startswith(b"%PDF")
    secretary.press(notice, notice, count=hidden(page, "count"), on=today.isoformat(), sure="y")
    overview = secretary.get(ROOT)
    assert "Nothing is open." in overview
    for link in re.findall(rf'href="({ROOT}/told/[^"]+\.pdf)"', overview):
        assert secretary.file(link) == secretary.file(link)
    assert "Sent on" in secretary.get(paper)


@pytest.mark.on_day(date(2026, 11, 29))
@pytest.mark.parametrize("year", [1999, 2027, 2024])
def test_there_is_no_declaration_of_another_year(secretary, cast, year):
    secretary.get(f"{ROOT}/declaration/{year}", status=404)


def test_a_number_that_was_tampered_with_is_no_number(secretary, cast):
    paper = f"{ROOT}/declaration/{clock.today().year}"
    for count in ("", "-1", "1e3", "９", "9" * 30):
        secretary.press(paper, paper, status=400, count=count, on=clock.today().isoformat(), sure="y")


@pytest.mark.parametrize("key", ["wiremu", "tama"])
def test_nobody_else_finds_a_door(as_officer, key):
    browser = as_officer(key)
    for path in (ROOT, f"{ROOT}/packs/new", f"{ROOT}/declaration/2026", f"{ROOT}/notice.pdf"):
        assert browser.get(path).status_code == 404


def test_the_member_sees_on_their_page_that_their_evidence_was_opened(secretary, cast, app):
    from tests.walk import enter

    make(secretary)
    page = enter(app, cast["aroha"].email).get("/me").get_data(as_text=True)
    assert rules.CHECKED in page


def test_the_paper_is_gone_after_its_days(secretary, cast, do_the_chores):
    at = make(secretary)
    secretary.press(f"{at}/pdf", at)
    do_the_chores()
    link = re.search(rf'href="({at}/papers/[^"]+\.pdf)"', secretary.get(at))[1]
    with clock.standing_at(clock.start_of(clock.today() + timedelta(days=rules.PAPER_KEPT_DAYS))):
        jobs.forget_papers()
    assert f"kept for {rules.PAPER_KEPT_DAYS}" not in secretary.get(at)
    secretary.get(link, status=404)


def test_the_desk_of_every_officer_says_that_the_commission_must_be_told(secretary, as_officer, cast):
    def waiting(page):
        """What the list of what waits says, of what it says anything about."""
        return page.partition("<h2>To do</h2>")[2].partition("<details>")[0]

    words = "What the Electoral Commission must be told about the registration"
    assert words not in waiting(secretary.get("/org"))
    secretary.press(f"{ROOT}/registered", f"{ROOT}/registered", step="registered", on="2020-03-01")
    page = secretary.get("/org")
    assert words in waiting(page)
    assert f'href="{ROOT}"' in page
    assert "Lowest of the last 30 days: 4" in page
    treasurer = as_officer("wiremu").get("/org").get_data(as_text=True)
    assert words in waiting(treasurer)
    assert f'href="{ROOT}"' not in treasurer
