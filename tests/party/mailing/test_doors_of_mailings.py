"""The doors, as officers and readers press them."""

from __future__ import annotations

import json

import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.mail import Kind
from app.party.branches import queries as branches
from app.party.branches import services as branch_services
from app.party.branches.rules import OfficeName
from app.party.branches.scope import EVERYONE, looking_as
from app.party.casework import services as casework
from app.party.mailing import queries, rules, services
from app.party.people import queries as people
from app.party.people.models import Consent
from app.party.roster import services as roster
from app.party.roster.rules import Asked, How, Part, Stands
from tests.house.page_reader import faults
from tests.walk import enter, hidden, links

NEWS = {"kind": "campaign", "subject": "News for {name}", "text": "Kia ora **{name}**\n\n[Pay]({dues_link})"}


@pytest.fixture
def page(settings):
    def read(answer, status=200) -> str:
        assert answer.status_code == status, answer.get_data(as_text=True)[:600]
        html = answer.get_data(as_text=True)
        assert faults(html, promoter=settings.promoter) == []
        return html

    return read


def send_form(browser, path, **data):
    token = hidden(browser.get("/org/mailings/new").get_data(as_text=True), "csrf_token")
    return browser.post(path, data={"csrf_token": token, **data})


def press(browser, path, **data):
    answer = send_form(browser, path, **data)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:800]
    return answer.headers["Location"]


def test_the_secretary_writes_to_a_segment_tries_it_out_and_sends_it(as_officer, page, do_the_chores, mailbox, allow, app):
    allow("aroha")
    olive = as_officer("olive")
    page(olive.get("/org/mailings"))
    assert "2 of them let us write with news" in page(olive.get("/org/mailings/new?consent=y"))
    one = press(olive, "/org/mailings/new?consent=y", **NEWS)
    assert "2 people get it" in page(olive.get(one))
    assert "<strong>" in olive.get(f"{one}/preview.html").get_data(as_text=True)
    assert "Kia ora" in page(olive.get(f"{one}/preview"))
    for shown in ("preview", "preview.html"):
        assert not links(olive.get(f"{one}/{shown}").get_data(as_text=True), "/dues/"), "a link that is the reader’s alone"
    page(olive.get(f"{one}/change"))
    press(olive, f"{one}/test")
    do_the_chores()
    test = mailbox()[0]
    assert (test.to, test.subject) == ("olive@people.example", "Test: News for Olive Tarawhiti")
    shown = page(olive.get(f"{one}/confirm"))
    assert "Send it to 2 people?" in shown
    assert press(olive, f"{one}/confirm", rate="600", shown=hidden(shown, "shown"), seen=hidden(shown, "seen")) == one
    do_the_chores()
    sent = {letter.to: letter for letter in mailbox() if letter.subject.startswith("News for")}
    assert set(sent) == {"aroha@people.example", "lin@people.example"}
    read = sent["aroha@people.example"]
    assert "The party secretary authorised this letter on" in read.text
    assert "Authorised by O. Secretary" in read.text
    assert links(read.text, "/dues/")
    assert "2</b><span>sent, of 2 on the list" in page(olive.get(one))
    assert "News for {name}" in page(olive.get("/org/mailings"))


def test_whom_it_goes_to_is_said_by_names_where_it_is_a_tag_an_office_or_a_segment(as_officer, page):
    with looking_as(EVERYONE), transaction():
        tag = casework.make_tag("Has a ute", None, EVERYONE, by="system", on=clock.today()).id
        parts = [Part(How.ALL, Asked(stands=Stands.GOOD))]
        segment = roster.keep_segment("In the south", parts, None, EVERYONE, by="system").id
    olive = as_officer("olive")
    spelt = f"?tag={tag}&office=organizer&segment={segment}"
    one = press(olive, f"/org/mailings/new{spelt}", **NEWS)
    for html in (page(olive.get(f"/org/mailings/new{spelt}")), page(olive.get(one))):
        for said in ("Has a ute", "Organizer", "In the south"):
            assert f"<dd>{said}</dd>" in html
        assert "Everybody" not in html


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(as_officer, page):
    olive = as_officer("olive")
    answer = send_form(olive, "/org/mailings/new", kind="campaign", subject="x", text="Kia ora {email}")
    html = page(answer, 422)
    assert "There is no field {email}" in html
    assert "Kia ora {email}" in html


def test_a_press_that_was_shown_another_number_sends_nothing(as_officer, page, do_the_chores, mailbox):
    olive = as_officer("olive")
    one = press(olive, "/org/mailings/new", **NEWS)
    seen = hidden(page(olive.get(f"{one}/confirm")), "seen")
    answer = send_form(olive, f"{one}/confirm", rate="600", shown="7", seen=seen)
    assert "Meanwhile the number of people it would go to is 1, not 7" in page(answer, 422)
    do_the_chores()
    assert not [letter for letter in mailbox() if letter.subject.startswith("News")]


def test_an_organizers_campaign_letter_waits_for_the_secretary(as_officer, page, allow, mangere, do_the_chores, mailbox):
    allow("aroha", "grace")
    tama = as_officer("tama")
    one = press(tama, "/org/mailings/new", **NEWS)
    assert "has to authorise it first" in page(tama.get(one))
    assert "authorise this text first" in page(send_form(tama, f"{one}/confirm", rate="600", shown="1"), 422)
    assert "Only the party secretary gives this authority" in page(send_form(tama, f"{one}/authorise"), 422)
    press(tama, f"{one}/ask")
    olive = as_officer("olive")
    assert "Waits for the party secretary" in page(olive.get("/org/mailings"))
    press(olive, f"{one}/authorise", seen=hidden(page(olive.get(one)), "seen"))
    shown = page(tama.get(f"{one}/confirm"))
    press(tama, f"{one}/change", kind="campaign", subject="Other", text="Other")
    assert "authorise this text first" in page(send_form(tama, f"{one}/confirm", rate="600", shown="1"), 422)
    press(olive, f"{one}/authorise", seen=hidden(page(olive.get(one)), "seen"))
    seen = hidden(page(tama.get(f"{one}/confirm")), "seen")
    press(tama, f"{one}/confirm", rate="600", shown=hidden(shown, "shown"), seen=seen)
    do_the_chores()
    assert {letter.to for letter in mailbox() if letter.subject == "Other"} == {"aroha@people.example"}


def test_what_the_law_requires_only_the_secretary_sends(as_officer, page, mangere):
    tama = as_officer("tama")
    assert "Required by law" not in page(tama.get("/org/mailings/new"))
    answer = send_form(tama, "/org/mailings/new", **{**NEWS, "kind": "statutory"})
    assert "Only the party secretary sends" in page(answer, 422)


def test_an_organizer_reaches_the_branch_and_nobody_else_whatever_is_asked(
    as_officer, page, mangere, do_the_chores, mailbox, owner
):
    tama = as_officer("tama")
    napier = str(owner.execute("select id from branches where name = 'Napier'").fetchone()[0])
    for asked in ("", "branch=none", f"branch={napier}", "stands=behind", "consent=y", f"branch={mangere}"):
        one = press(
            tama, f"/org/mailings/new?{asked}&scope=everyone&branches=", **{**NEWS, "kind": "service", "text": "Kia ora"}
        )
        html = page(tama.get(f"{one}/confirm"))
        answer = send_form(
            tama, f"{one}/confirm", rate="6000", vouched="y", shown=hidden(html, "shown"), seen=hidden(html, "seen")
        )
        assert answer.status_code in (303, 422)
    do_the_chores()
    reached = {letter.to for letter in mailbox() if letter.subject.startswith("News")}
    assert reached == {"aroha@people.example", "tama@people.example"}


def test_an_organizer_finds_no_mailing_of_the_party_or_of_another_branch(as_officer, mangere, page):
    olive, tama = as_officer("olive"), as_officer("tama")
    one = press(olive, "/org/mailings/new", **NEWS)
    for path in (one, f"{one}/preview", f"{one}/preview.html", f"{one}/change", f"{one}/confirm"):
        assert tama.get(path).status_code == 404, path
    for path in ("test", "ask", "authorise", "stop", "go-on", "call-off", "drop"):
        assert send_form(tama, f"{one}/{path}", rate="60").status_code == 404, path
    assert "News for" not in page(tama.get("/org/mailings"))


@pytest.fixture
def a_letter(olive, allow, send, letters):
    """A campaign letter that Aroha has, and where its link leads."""
    allow("aroha")
    mailing = olive.writes()
    send(mailing)
    got = next(letter for letter in letters(mailing) if letter.to.startswith("aroha"))
    return mailing, got, links(got.text, "/stop/")[0]


def consents(ids, owner, key):
    return owner.execute("select given, source from consents where person_id = %s order by id", [ids(key)]).fetchall()


def test_the_headers_offer_one_press_as_mail_programs_make_it(a_letter, app, ids, owner):
    mailing, got, link = a_letter
    assert got.headers == {
        "List-Unsubscribe": f"<http://localhost{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert link in got.html
    gmail = app.test_client(use_cookies=False)
    before = owner.execute("select sealed from people where id = %s", [ids("aroha")]).fetchone()
    answer = gmail.post(link, data="List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert consents(ids, owner, "aroha") == [(True, "a test"), (False, f"mailing:{mailing}")]
    assert gmail.post(link, data={"List-Unsubscribe": "One-Click"}, content_type="multipart/form-data").status_code == 200
    assert len(consents(ids, owner, "aroha")) == 2
    assert owner.execute("select sealed from people where id = %s", [ids("aroha")]).fetchone() == before
    assert [row[0] for row in consents(ids, owner, "lin")] == [True]


def test_opening_the_link_withdraws_nothing_and_the_press_does_without_signing_in(a_letter, app, ids, owner, page):
    mailing, _got, link = a_letter
    scanner = app.test_client()
    for _ in range(3):
        assert "Stop the news" in page(scanner.get(link))
        assert scanner.head(link).status_code == 200
    assert len(consents(ids, owner, "aroha")) == 1
    assert scanner.post(link).status_code == 303
    assert "Our news by email is stopped" in page(scanner.get(link))
    assert consents(ids, owner, "aroha")[-1] == (False, f"mailing:{mailing}")


def test_the_link_never_grows_too_old_and_outlives_its_reader(a_letter, app, ids, owner, page):
    from datetime import timedelta

    _mailing, _got, link = a_letter
    with clock.standing_at(clock.now() + timedelta(days=3650)):
        assert "Stop the news" in page(app.test_client().get(link))
        assert app.test_client().post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    from app.party.belonging import services as belonging

    aroha = ids("aroha")
    with transaction():
        belonging.leave(aroha, by=f"person:{aroha}", on=clock.today())
    assert "Our news by email is stopped" in page(app.test_client().get(link))
    assert app.test_client().post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200


@pytest.mark.parametrize("change", ["", "x", "0" * 48])
def test_a_link_we_did_not_make_leads_nowhere(a_letter, app, ids, owner, change):
    _mailing, _got, link = a_letter
    wrong = link.rpartition(".")[0] + "." + change
    assert app.test_client().get(wrong).status_code == 404
    assert app.test_client().post(wrong, data={"List-Unsubscribe": "One-Click"}).status_code == 404
    assert len(consents(ids, owner, "aroha")) == 1


def test_what_is_no_news_has_no_link_to_stop_it_and_says_why_it_came(olive, send, letters):
    from app.ground.mail import Kind
    from app.party.roster.rules import Asked, Stands

    for kind, why in ((Kind.STATUTORY, "the law or the party’s rules require"), (Kind.SERVICE, "about your own membership")):
        mailing = olive.writes(kind, Asked(stands=Stands.BEHIND))
        send(mailing)
        (got,) = letters(mailing)
        assert (got.headers, "/stop/" in got.text, "/stop/" in got.html) == ({}, False, False)
        assert why in got.text


def test_everything_we_hold_has_the_letter_and_leaving_erases_what_it_said(a_letter, app, ids, owner):
    mailing, got, _link = a_letter
    browser = enter(app, "aroha@people.example")
    held = json.loads(browser.get("/me/everything.json").data)
    assert got.text in [letter.get("text") for letter in held["letters"]]
    assert held["letters_to_come"] == []
    assert f"mailing:{mailing}" not in json.dumps(held["consents"])


def test_a_list_that_is_being_sent_is_told_to_who_is_on_it(olive, allow, app, ids):
    allow("aroha")
    mailing = olive.writes()
    held = json.loads(enter(app, "aroha@people.example").get("/me/everything.json").data)
    assert [row["mailing_id"] for row in held["letters_to_come"]] == [str(mailing)]
    session.remove()


def test_nothing_of_what_was_written_stands_in_clear(olive, allow, owner):
    allow("aroha")
    olive.writes()
    text = str(owner.execute("select m::text from mailings m").fetchall())
    assert "News for" not in text
    assert "Friday" not in text


def test_what_is_confirmed_says_what_it_said_whatever_the_code_does(olive, allow, as_app_may):
    allow("aroha")
    mailing = olive.writes()
    for change in ("sealed = 'x'", "kind = 'service'", "authorised_at = now()", "frozen_count = 9"):
        as_app_may(f"update mailings set {change} where id = '{mailing}'", refused="says what it said")


@pytest.fixture
def as_app_may(app, settings):
    import psycopg

    def run(sql, *, refused):
        with psycopg.connect(settings.database_url) as connection, pytest.raises(psycopg.Error, match=refused):
            connection.execute(sql)

    return run


def test_the_database_hides_what_is_about_others_from_an_organizer(olive, tama, settings, mangere):
    import psycopg

    ours, theirs = tama.draft(), olive.draft()
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("select set_config('hustings.scope', %s, true)", [f"branches:{mangere}"])
        assert [row[0] for row in connection.execute("select id from mailings")] == [ours]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "insert into mailings (id, kind, asked, sealed, made_at, made_by, changed_at, rate)"
                " values (gen_random_uuid(), 'service', '{}', '', now(), 'x', now(), 60)"
            )
    with transaction():
        assert queries.find(theirs) is not None
        assert people.find_by_email("olive@people.example") is not None
        assert session.query(Consent).count() == 1


def test_who_is_treasurer_too_writes_to_the_branch_as_its_organizer_and_not_to_the_party(
    as_officer, page, allow, mangere, ids, owner, olive, tama, send, reached, state
):
    who = ids("tama")
    with transaction():
        branch_services.appoint(people.get_person(who), OfficeName.TREASURER, by="system", on=clock.today())
    browser = as_officer("tama")
    one = press(browser, "/org/mailings/new", **{**NEWS, "kind": "service"})
    assert "2 people get it" in page(browser.get(one))
    assert owner.execute("select branches from mailings").fetchone() == ([mangere],)
    whole = olive.writes(Kind.SERVICE)
    assert browser.get(f"/org/mailings/{whole}").status_code == 404
    held = tama.offices
    with looking_as(EVERYONE), transaction():
        services.stop(queries.find(whole), by="system", because=rules.OFFICE_ENDED)
    with looking_as(EVERYONE), transaction():
        services.go_on(queries.find(whole), rate=600, by=tama.by, offices=held)
    send(whole)
    assert (reached(whole), state(whole)) == ([], "stopped")


def test_an_organizer_who_is_not_of_their_own_branch_gets_a_test_with_their_own_details(
    as_officer, ids, mangere, do_the_chores, mailbox
):
    tama, olive = ids("tama"), ids("olive")
    with transaction():
        branch_services.place(tama, branches.find_branch("Napier"), by=f"person:{olive}", on=clock.today())
    browser = as_officer("tama")
    one = press(browser, "/org/mailings/new", **{**NEWS, "kind": "service", "text": "Kia ora {name} of {branch}"})
    press(browser, f"{one}/test")
    do_the_chores()
    (test,) = [letter for letter in mailbox() if letter.subject.startswith("Test:")]
    assert test.to == "tama@people.example"
    assert "of Napier" in test.text


def test_the_secretary_authorises_what_they_read_and_not_what_it_was_changed_to_meanwhile(
    as_officer, page, allow, mangere, owner
):
    allow("aroha")
    tama, olive = as_officer("tama"), as_officer("olive")
    one = press(tama, "/org/mailings/new", **NEWS)
    read, asked = page(olive.get(one)), page(olive.get(f"{one}/confirm"))
    press(tama, f"{one}/change", **{**NEWS, "text": "Vote for {name}"})
    sent = {"rate": "600", "shown": hidden(asked, "shown"), "seen": hidden(asked, "seen")}
    for answer in (
        send_form(olive, f"{one}/authorise", seen=hidden(read, "seen")),
        send_form(olive, f"{one}/authorise"),
        send_form(olive, f"{one}/confirm", **sent),
    ):
        assert "was changed after you opened this page" in page(answer, 422)
    assert owner.execute("select authorised_at, confirmed_at from mailings").fetchone() == (None, None)
    again = page(olive.get(f"{one}/confirm"))
    assert "Vote for {name}" in again, "what the press authorises stands on its page"
    press(olive, f"{one}/confirm", **{**sent, "seen": hidden(again, "seen")})


def test_what_the_secretary_stopped_goes_on_by_the_secretary_alone(as_officer, page, mangere):
    tama, olive = as_officer("tama"), as_officer("olive")
    one = press(tama, "/org/mailings/new", **{**NEWS, "kind": "service"})
    shown = page(tama.get(f"{one}/confirm"))
    press(tama, f"{one}/confirm", rate="60", vouched="y", shown=hidden(shown, "shown"), seen=hidden(shown, "seen"))
    press(olive, f"{one}/stop")
    assert "The party secretary stopped it" in page(send_form(tama, f"{one}/go-on", rate="60"), 422)
    press(olive, f"{one}/go-on", rate="60")
    press(tama, f"{one}/stop")
    press(tama, f"{one}/go-on", rate="60")


def test_a_letter_about_their_membership_goes_once_somebody_says_that_it_asks_for_nothing(as_officer, page, mangere, owner):
    tama, olive = as_officer("tama"), as_officer("olive")
    one = press(tama, "/org/mailings/new", **{**NEWS, "kind": "service"})
    html = page(tama.get(f"{one}/confirm"))
    sent = {"rate": "60", "shown": hidden(html, "shown"), "seen": hidden(html, "seen")}
    assert "Tick that it asks nobody to vote" in page(send_form(tama, f"{one}/confirm", **sent), 422)
    assert owner.execute("select confirmed_at, vouched_by from mailings").fetchone() == (None, None)
    press(tama, f"{one}/confirm", vouched="y", **sent)
    assert owner.execute("select vouched_by = confirmed_by from mailings").fetchone() == (True,)
    assert "Under way" in page(olive.get("/org/mailings"))
    assert "said by whoever confirmed it" in page(olive.get(one))


def test_officers_are_written_to_when_authority_is_asked_for_refused_and_given_and_when_it_is_sent(
    as_officer, page, allow, mangere, do_the_chores, mailbox
):
    allow("aroha")
    tama, olive = as_officer("tama"), as_officer("olive")

    def told(key):
        do_the_chores()
        return [letter for letter in mailbox() if letter.to.startswith(key) and "letter" in letter.subject]

    one = press(tama, "/org/mailings/new", **NEWS)
    press(tama, f"{one}/ask")
    press(tama, f"{one}/ask")
    (asked,) = told("olive")
    assert asked.subject == "A letter waits for your authority"
    assert "News for {name}" in asked.text
    assert f"http://localhost{one}" in asked.text
    assert "Aroha" not in asked.text
    seen = hidden(page(olive.get(one)), "seen")
    assert "Choose why" in page(send_form(olive, f"{one}/refuse", seen=seen, because="x"), 422)
    assert "Only the party secretary" in page(send_form(tama, f"{one}/refuse", seen=seen, because="change"), 422)
    press(olive, f"{one}/refuse", seen=seen, because="change")
    assert "Nobody asks for authority" in page(send_form(olive, f"{one}/refuse", seen=seen, because="change"), 422)
    assert "The text has to be changed first" in told("tama")[0].text
    assert "The text has to be changed first" in page(tama.get(one))
    press(tama, f"{one}/ask")
    press(olive, f"{one}/authorise", seen=seen)
    html = page(tama.get(f"{one}/confirm"))
    press(tama, f"{one}/confirm", rate="600", shown=hidden(html, "shown"), seen=hidden(html, "seen"))
    subjects = [letter.subject for letter in told("tama")]
    assert sorted(subjects) == [
        "A letter of yours has been sent", "A letter of yours is authorised", "A letter of yours is not authorised",
    ]  # fmt: skip
    assert "1 sent. 0 got none" in next(letter.text for letter in told("tama") if "has been sent" in letter.subject)
    assert [letter.subject for letter in told("olive")] == ["A letter waits for your authority"] * 2


def test_a_letter_that_is_stopped_is_told_to_who_sent_it_and_not_to_who_stopped_it(olive, tama, do_the_chores, mailbox, allow):
    mailing = tama.writes(Kind.SERVICE)
    olive.does(mailing, services.stop, because=rules.OFFICER_STOPPED)
    do_the_chores()
    told = [letter for letter in mailbox() if letter.subject == "A letter of yours is stopped"]
    assert [letter.to for letter in told] == ["tama@people.example"]
    assert "0 sent. 0 got none; the page says why. 2 left." in told[0].text


def test_a_change_that_is_refused_is_told_so_and_keeps_what_was_typed(as_officer, page, allow):
    allow("aroha")
    olive = as_officer("olive")
    one = press(olive, "/org/mailings/new?consent=y", **NEWS)
    changed = {**NEWS, "text": "Kia ora {nobody}, it is another letter"}
    assert "it is another letter" in page(send_form(olive, f"{one}/change", **changed), 422)
