"""Every page passes the strict page reader: as a visitor sees it, as a member sees it, and with its errors."""

from __future__ import annotations

import pytest

from app.web.rights import PER_EMAIL, TooMany
from tests.house.doors import DOORS, MEMBER
from tests.house.page_reader import faults
from tests.walk import hidden, join, join_form, links

VISITORS = (
    "/", "/policies", "/policies/broadband-pricing", "/policies/data-caps", "/policies/data-caps/2013",
    "/policies/data-caps/v1", "/policies/international-connectivity", "/policies/rural-and-mobile",
    "/policies/privacy-and-oversight", "/privacy", "/law", "/law/try",
    "/join", "/join/saved", "/sign-in", "/sign-in/sent", "/support", "/support/sent", "/support/done",
    "/charts", "/charts/against-oecd", "/charts/data-use", "/charts/data-use/table", "/tools",
    "/sources", "/corrections", "/data/broadband", "/api",
    "/tools/time-to-cap", "/tools/cap-cost", "/tools/home-use",
    "/tools/capped-or-unlimited", "/tools/price-elsewhere", "/tools/cable-cost", "/tools/slow-lane",
    "/left?on=2026-11-20&kept=evidence+money+log", "/dev/clock", "/dev/mailbox", "/dev/parts", "/dev/people",
)  # fmt: skip


@pytest.fixture
def passes(settings):
    """Hold an answer to the page reader."""

    def check(answer, status: int = 200) -> str:
        assert answer.status_code == status, answer.get_data(as_text=True)[:500]
        page = answer.get_data(as_text=True)
        assert faults(page, promoter=settings.promoter) == []
        return page

    return check


@pytest.mark.parametrize("path", VISITORS)
def test_as_a_visitor_sees_it(client, passes, policies, path):
    passes(client.get(path))


@pytest.mark.parametrize("path", [path for path in VISITORS if not path.startswith("/dev/")])
def test_as_a_visitor_sees_it_in_te_reo(client, passes, policies, path):
    page = passes(client.get(f"/mi{path}"))
    assert '<html lang="mi">' in page
    assert '<main id="main" tabindex="-1" lang="en-NZ">' in page


def test_the_join_form_with_nothing_filled_in(client, passes):
    page = passes(client.post("/join", data={"csrf_token": join_form(client)["csrf_token"]}), 422)
    assert "<title>Error: " in page


def test_a_join_that_is_signed_and_not_paid(client, passes):
    answer = join(client)
    assert answer.status_code == 303
    with client.session_transaction() as kept:
        key = kept["joining"].partition(".")[0]
    passes(client.get(f"/join/thanks/{key}"))
    passes(client.get("/join?back=1"))


def test_letters_that_are_spent(client, passes):
    passes(client.get("/sign-in/nothing"), 410)
    passes(client.get("/support/nothing"), 410)
    passes(client.get("/join/resume/nothing"), 410)


@pytest.mark.parametrize("path", ["/sign-in", "/support"])
def test_a_form_with_a_wrong_email(client, passes, path):
    token = hidden(client.get(path).get_data(as_text=True), "csrf_token")
    passes(client.post(path, data={"csrf_token": token, "email": "nobody"}), 422)


def test_too_many_tries(client, passes):
    token = hidden(client.get("/sign-in").get_data(as_text=True), "csrf_token")
    answers = [
        client.post("/sign-in", data={"csrf_token": token, "email": "a@people.example"}) for _ in range(PER_EMAIL[0] + 1)
    ]
    assert {answer.status_code for answer in answers[:-1]} == {303}
    passes(answers[-1], 429)
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize(("seconds", "said"), [(1, "about a minute,"), (60, "about a minute,"), (61, "about 2 minutes,")])
def test_how_long_to_wait_is_said_in_words(app, seconds, said):
    with app.test_request_context("/sign-in"):
        answer = app.make_response(app.handle_user_exception(TooMany(seconds)))
    assert said in answer.get_data(as_text=True)


def test_a_support_link(client, passes, do_the_chores, mailbox):
    token = hidden(client.get("/support").get_data(as_text=True), "csrf_token")
    client.post("/support", data={"csrf_token": token, "email": "news@people.example", "consents": "y"})
    do_the_chores()
    passes(client.get(links(mailbox()[0].text, "/support/")[0]))


def test_a_letter_in_the_mailbox(cast, client, passes):
    letter = client.get("/dev/mailbox.json").get_json()[0]
    passes(client.get(f"/dev/mailbox/{letter['id']}"))


@pytest.mark.parametrize("code", [400, 404, 405])
def test_what_went_wrong(client, passes, code):
    answer = {
        400: lambda: client.post("/join"),
        404: lambda: client.get("/no-such-page"),
        405: lambda: client.delete("/policies"),
    }[code]()
    passes(answer, code)


INSIDE = sorted(rule for rule, methods, who in DOORS if who == MEMBER and "GET" in methods and "<" not in rule)


@pytest.mark.parametrize("face", ["aroha", "grace", "lin"])
def test_as_a_member_sees_it(signed_in, settings, face):
    """Every page of a member's own: paid up, behind, and only a supporter."""
    client = signed_in(face)
    found = {}
    for path in INSIDE:
        answer = client.get(path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found[path] = faults(answer.get_data(as_text=True), promoter=settings.promoter)
            assert answer.headers["Cache-Control"] == "no-store"
        else:
            assert answer.status_code in (200, 303, 404), path
    assert {path: said for path, said in found.items() if said} == {}
