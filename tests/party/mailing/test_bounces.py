"""Letters that come back (RFC 3464): which letter, and what follows for the next ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.ground import bounces, clock, mail
from app.ground.db import session, transaction
from app.party.people import queries as people
from app.party.people import services as person_services
from tests.walk import enter

REPORT = """\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I am sorry.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; somebody@people.example
Action: {action}
Status: {code}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--B
Content-Type: text/rfc822-headers

Message-ID: <{letter}@openline.example>
Auto-Submitted: auto-generated
Subject: News

--B--
"""


def report(letter, *, to="members@openline.example", action="failed", code="5.1.1") -> bytes:
    return REPORT.format(to=to, action=action, code=code, letter=letter).encode()


@pytest.fixture
def tagged(app):
    """This installation has an address for bounces."""
    ours = mail.office()
    mail.hire(replace(ours, bounces="bounces@openline.example"))
    yield
    mail.hire(ours)


@pytest.fixture
def a_letter(ids):
    """The latest letter to one of the cast."""

    def of(key):
        who = ids(key)
        with transaction():
            return session.query(mail.Letter).filter_by(person_id=who).order_by(mail.Letter.id.desc()).first().id

    return of


@pytest.fixture
def come_back(app):
    def run(raw: bytes):
        done = app.test_cli_runner().invoke(args=["mail", "bounced"], input=raw)
        session.remove()
        return done

    return run


def is_undeliverable(person_id) -> bool:
    session.remove()
    with transaction():
        return people.is_undeliverable(people.get_person(person_id))


def test_a_return_path_tells_its_letter_and_only_we_can_make_one(tagged, a_letter):
    letter = a_letter("aroha")
    address = mail.return_path(letter)
    assert address.startswith("bounces+")
    assert len(address.partition("@")[0]) <= 64
    assert mail.letter_at(address) == mail.letter_at(address.upper().replace("BOUNCES", "bounces")) == letter
    local = address.partition("@")[0]
    forged = f"{local[:-1]}{'0' if local[-1] != '0' else '1'}@openline.example"
    for wrong in (forged, "bounces@openline.example", "bounces+x@openline.example", "", "bounces+" + "a" * 38 + "@x", "+ā@x"):
        assert mail.letter_at(wrong) is None, wrong


def test_what_comes_back_for_good_marks_the_address_without_keeping_it(tagged, a_letter, ids, come_back, owner):
    letter = a_letter("aroha")
    done = come_back(report(letter, to=mail.return_path(letter)))
    assert done.exit_code == 0, done.output
    assert "came back for good" in done.output
    assert "people.example" not in done.output
    assert is_undeliverable(ids("aroha"))
    assert not is_undeliverable(ids("grace"))
    assert "aroha@" not in str(owner.execute("select b::text from bounces b").fetchall())


def test_what_comes_back_for_now_is_counted_and_marks_nothing(tagged, a_letter, ids, come_back):
    letter = a_letter("aroha")
    come_back(report(letter, to=mail.return_path(letter), code="4.2.2"))
    assert not is_undeliverable(ids("aroha"))
    aroha = ids("aroha")
    with transaction():
        assert [row.code for row in people.bounces_of(people.get_person(aroha))] == ["4.2.2"]
    come_back(report(letter, to=mail.return_path(letter), code="5.2.1"))
    come_back(report(letter, to=mail.return_path(letter), code="4.2.2"))
    come_back(report(letter, to=mail.return_path(letter), code="5.1.1"))
    with transaction():
        assert [row.code for row in people.bounces_of(people.get_person(aroha))] == ["5.2.1"]


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_report_of_anything_but_failure_says_nothing(tagged, a_letter, ids, come_back, action):
    letter = a_letter("aroha")
    assert come_back(report(letter, to=mail.return_path(letter), action=action)).exit_code == 0
    assert not is_undeliverable(ids("aroha"))


def test_where_letters_have_tags_a_report_without_one_is_nobodys(tagged, a_letter, ids, come_back):
    come_back(report(a_letter("aroha")))
    assert not is_undeliverable(ids("aroha"))


def test_without_such_addresses_the_letter_is_told_by_its_message_id(a_letter, ids, come_back):
    assert mail.return_path(a_letter("aroha")) == ""
    come_back(report(a_letter("aroha")))
    assert is_undeliverable(ids("aroha"))


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00\xff", b"From: a@b\n\nout of office", REPORT.format(to="", action="failed", code="x", letter="y").encode(),
     b"Content-Type: multipart/report; report-type=delivery-status\n\n", report("01890000-0000-7000-8000-000000000000")],
)  # fmt: skip
def test_what_is_no_report_or_about_no_letter_of_ours_is_left_alone(cast, raw, come_back, owner):
    done = come_back(raw)
    assert done.exit_code == 0
    assert owner.execute("select count(*) from bounces").fetchone() == (0,)


def test_another_address_has_no_such_mark_and_using_a_link_to_the_same_takes_it_off(a_letter, ids, come_back, app):
    come_back(report(a_letter("aroha")))
    come_back(report(a_letter("grace")))
    aroha, grace = ids("aroha"), ids("grace")
    with transaction():
        person = people.get_person(aroha)
        person_services.correct(person, people.details_of(person).but(email="new@people.example"), by="system")
    assert not is_undeliverable(aroha)
    assert is_undeliverable(grace)
    enter(app, "grace@people.example")
    assert not is_undeliverable(grace)


def test_the_person_and_the_officer_who_looks_are_told(a_letter, ids, come_back, as_officer, app):
    browser = enter(app, "aroha@people.example")
    come_back(report(a_letter("aroha")))
    assert "came back" in browser.get("/me").get_data(as_text=True)
    assert "came back for good" in as_officer("olive").get(f"/org/people/{ids('aroha')}").get_data(as_text=True)
    assert [row["code"] for row in browser.get("/me/everything.json").get_json()["letters_that_came_back"]] == ["5.1.1"]


def test_leaving_forgets_what_came_back(a_letter, ids, come_back, owner):
    from app.party.belonging import services as belonging

    come_back(report(a_letter("aroha")))
    aroha = ids("aroha")
    with transaction():
        belonging.leave(aroha, by=f"person:{aroha}", on=clock.today())
    assert owner.execute("select count(*) from bounces").fetchone() == (0,)


def test_a_report_is_read_from_the_third_part_too_when_the_whole_letter_is_sent_back(a_letter):
    letter = a_letter("aroha")
    whole = report(letter).replace(b"text/rfc822-headers", b"message/rfc822")
    assert bounces.read_returned(whole) == bounces.Returned(letter, "5.1.1")
