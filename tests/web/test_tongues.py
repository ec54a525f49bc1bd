"""Two tongues: the address alone says which; the frame follows it, and what is English says so."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from flask import render_template_string
from markupsafe import Markup
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request, Response

from app.ground import mail
from app.ground.ids import slug
from app.web import words
from app.web.tongues import Tongue, Tongues, local_links, said_in, say_in_reo, tongue
from tests.house.doors import AN_ID, DEMO, DOORS, MACHINE, MEMBER, PUBLIC, address
from tests.house.test_pages import VISITORS
from tests.walk import hidden, join_form, links

PAGES = [path for path in VISITORS if not path.startswith("/dev/")]
LINK = re.compile(r'(?:href|action)="(/[^"#]*)"')
SWITCH = re.compile(r'<nav class="tongues".*?</nav>', re.DOTALL)
HEAD = re.compile(r"<head>.*?</head>", re.DOTALL)
BANNER = re.compile(r'<div class="notice info said noprint">.*?</div>', re.DOTALL)
OF_ONE_VISIT = re.compile(r'(name="(csrf_token|key)"[^>]* value|data-csrf)="[^"]*"')
MAIN = re.compile(r"<main .*?</main>", re.DOTALL)


def of(*whose: str) -> list[str]:
    """Some address of each page for these."""
    return sorted({address(rule) for rule, methods, who in DOORS if who.startswith(whose) and "GET" in methods})


def text(client, path, **asked) -> str:
    return client.get(path, **asked).get_data(as_text=True)


def plain(main: str) -> str:
    """The text of a page in te reo as it would be at the plain address."""
    main = re.sub(r' <span class="reo" lang="mi">.*?</span>', "", BANNER.sub("", main)).replace("/mi/", "/")
    return re.sub(r"\s+", " ", OF_ONE_VISIT.sub("", main.replace(' lang="en-NZ"', "")))


# The step in front


@pytest.fixture
def seen():
    """What the application behind the step is asked for."""

    @Request.application
    def echo(request):
        return Response(f"{request.environ.get('SCRIPT_NAME', '')}|{request.environ['PATH_INFO']}")

    return Client(Tongues(echo))


@pytest.mark.parametrize(
    ("asked", "heard"),
    [
        ("/mi", "/mi|/"), ("/mi/", "/mi|/"), ("/mi/policies", "/mi|/policies"), ("/mi/mi/x", "/mi|/mi/x"),
        ("/", "|/"), ("/policies", "|/policies"), ("/midi", "|/midi"), ("/MI/x", "|/MI/x"), ("/x/mi/", "|/x/mi/"),
    ],
)  # fmt: skip
def test_the_prefix_moves_from_the_path_to_the_name_of_the_script(seen, asked, heard):
    assert seen.get(asked).text == heard
    assert seen.head(asked).status_code == 200


def test_what_a_form_does_is_done_at_the_plain_address(seen):
    assert seen.post("/mi/join").text == "|/join"


def test_the_step_leaves_what_it_was_given_as_it_was(seen):
    environ = EnvironBuilder("/mi/policies").get_environ()
    before = dict(environ)
    Tongues(lambda environ, start: [])(environ, lambda *_: None)
    assert environ == before


# Which tongue


def test_the_frame_speaks_the_tongue_of_the_address(client):
    english, reo = text(client, "/policies"), text(client, "/mi/policies")
    assert '<html lang="en-NZ">' in english
    assert '<html lang="mi">' in reo
    for word, seed in (("Policies", "Kaupapa here"), ("Join", "Hono mai"), ("Give", "Takoha"), ("Sign in", "Takiuru")):
        assert f">{word}</a>" in english
        assert seed not in english
        assert f">{seed}</a>" in reo


@pytest.mark.parametrize("path", ["/policies", "/mi/policies", "/join"])
def test_no_header_and_no_cookie_changes_the_tongue(client, path):
    asked = {"Accept-Language": "mi, en;q=0.1", "Cookie": "lang=mi; locale=mi; babel_locale=mi", "X-Script-Name": "/mi"}
    assert OF_ONE_VISIT.sub("", text(client, path, headers=asked)) == OF_ONE_VISIT.sub("", text(client, path))


@pytest.mark.parametrize("first", ["/policies", "/mi/policies"])
def test_a_kept_page_is_never_served_in_the_other_tongue(app, client, first):
    second = {"/policies": "/mi/policies", "/mi/policies": "/policies"}[first]
    for _ in range(2):
        one, other = client.get(first), client.get(second)
        assert one.headers["ETag"] != other.headers["ETag"]
        assert client.get(second, headers={"If-None-Match": one.headers["ETag"]}).status_code == 200
        for path, answer in ((first, one), (second, other)):
            assert ('<html lang="mi">' in answer.text) is path.startswith("/mi")


def test_a_page_at_mi_and_at_mi_with_its_stroke_is_one_page(client):
    assert client.get("/mi").headers["ETag"] == client.get("/mi/").headers["ETag"]


@pytest.mark.parametrize("path", PAGES)
def test_after_a_page_in_te_reo_the_english_one_leads_to_no_other(client, policies, path):
    """A filter of a constant is worked out once, when the template is compiled: the first who asked decided for everyone."""
    client.get(f"/mi{path}")
    page = SWITCH.sub("", HEAD.sub("", text(client, path)))
    assert [link for link in LINK.findall(page) if link.startswith("/mi")] == []
    assert 'lang="mi"' not in page


# Every door


@pytest.mark.parametrize("path", sorted({*of(PUBLIC), *PAGES}))
def test_every_public_page_answers_under_mi_as_at_its_plain_address(app, policies, path):
    one, other = app.test_client().get(path), app.test_client().get(f"/mi{path}")
    assert other.status_code == one.status_code
    assert other.mimetype == one.mimetype
    assert other.headers["Cache-Control"] == one.headers["Cache-Control"]
    assert ("Set-Cookie" in other.headers) == ("Set-Cookie" in one.headers)
    if one.mimetype != "text/html":
        assert other.data == one.data
    elif one.status_code < 300 or one.status_code >= 400:
        assert plain(MAIN.search(other.text)[0]) == plain(MAIN.search(one.text)[0])


@pytest.mark.parametrize("path", PAGES)
def test_links_stay_in_te_reo_where_they_lead_to_a_public_page_and_nowhere_else(app, client, policies, path):
    adapter = app.url_map.bind("localhost")
    page = SWITCH.sub("", BANNER.sub("", HEAD.sub("", text(client, f"/mi{path}"))))
    for link in LINK.findall(page):
        rule = adapter.match(link.removeprefix("/mi").partition("?")[0], return_rule=True)[0]
        data = re.search(r"\.(csv|json|md|svg|png)(\?|$)", link) is not None
        (who,) = {who for door, methods, who in DOORS if door == rule.rule and "GET" in methods}
        assert who == MEMBER or link.startswith("/mi/") is (who == PUBLIC and not data), (
            link
        )  # a member’s own leads to the plain one


@pytest.mark.parametrize("path", of(MEMBER))
def test_a_members_own_page_is_at_its_plain_address(client, path):
    answer = client.get(f"/mi{path}?next=/me&x=%2F")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{path}?next=/me&x=%2F"


@pytest.mark.parametrize("path", of("officer", MACHINE, DEMO))
def test_for_officers_and_machines_there_is_nothing_under_mi(client, path):
    answer = client.get(f"/mi{path}")
    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_for_an_officer_too(as_officer):
    olive = as_officer("olive")
    assert olive.get("/org").status_code == 200
    assert olive.get("/mi/org").status_code == 404


def test_nothing_but_a_public_form_is_sent_under_mi(client):
    assert client.post("/mi/webhooks/stripe", data="{}").status_code == 404
    assert client.post("/mi/me/pay").status_code == 404
    assert client.post("/mi/org/money/record").status_code == 404
    assert client.post("/mi/no-such-page").status_code in (400, 404)


def test_static_files_have_one_address(app, client):
    sheet = app.extensions["hustings"].assets.address("site.css")
    assert client.get(sheet).status_code == 200
    assert client.get(f"/mi{sheet}").status_code == 404
    assert f'href="{sheet}"' in text(client, "/mi/policies")


@pytest.mark.parametrize(
    "path", ["/mi//evil.example", "/mi//evil.example/me", "/mi/%2Fevil.example/me", "/mi/\\evil.example/me"]
)
def test_no_address_leads_out_of_the_house(client, path):
    where = client.get(path).headers.get("Location", "http://localhost/")
    assert re.match(r"(http://localhost)?/(?![/\\])", where), where


def test_a_page_that_is_not_there_says_so_in_its_frame(client):
    answer = client.get("/mi/policies/no-such-policy")
    assert answer.status_code == 404
    assert '<html lang="mi">' in answer.text
    assert "hreflang" not in answer.text


# Forms


def test_joining_from_te_reo_is_joining(app, client, do_the_chores, mailbox):
    """The frame is te reo, what is signed and paid is English; letters and what is kept know nothing of it."""
    form = client.get("/mi/join")
    assert "Path=/" in form.headers["Set-Cookie"].replace("; ", ";").split(";")
    assert 'action="/mi/join"' in form.text
    again = client.post("/mi/join", data={"csrf_token": hidden(form.text, "csrf_token")})
    assert again.status_code == 422
    assert '<html lang="mi">' in again.text
    assert '<main id="main" tabindex="-1" lang="en-NZ">' in again.text
    signed = client.post("/mi/join", data=join_form(client))
    assert signed.status_code == 303
    assert "/mi" not in signed.headers["Location"]
    with client.session_transaction() as kept:
        key = kept["joining"].partition(".")[0]
    thanks = client.get(f"/mi/join/thanks/{key}")
    assert thanks.status_code == 200
    assert "canonical" not in thanks.text


def test_a_letter_asked_for_from_te_reo_is_in_english_and_leads_to_plain_addresses(client, do_the_chores, mailbox):
    token = hidden(text(client, "/mi/support"), "csrf_token")
    sent = client.post("/mi/support", data={"csrf_token": token, "email": "news@people.example", "consents": "y"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/support/sent")
    do_the_chores()
    letter = mailbox()[0]
    assert links(letter.text, "/support/")
    assert "/mi/" not in letter.text + letter.html
    assert 'lang="en-NZ"' in letter.html


def test_a_letter_is_english_whoever_writes_it(app):
    on = date(2026, 8, 3)
    with app.test_request_context("/mi/policies", environ_overrides={"hustings.tongue": Tongue.REO}):
        say_in_reo()
        assert render_template_string("{{ _('Join') }} {{ on|day }}", on=on) == "Hono mai 3 Ākuhata 2026"
        app.jinja_env.loader, kept = _Two(), app.jinja_env.loader
        try:
            assert mail.office().render("mail/two.txt", on=on) == "Join 3 August 2026"
        finally:
            app.jinja_env.loader = kept


class _Two:
    def load(self, env, name, globals=None):
        return env.from_string("{{ _('Join') }} {{ on|day }}", globals=globals)


def test_a_calculator_keeps_to_its_tongue(client):
    moved = client.get("/mi/tools/time-to-cap?speed=100&cap=30.0")
    assert moved.status_code == 301
    assert moved.headers["Location"] == "/mi/tools/time-to-cap?cap=30&speed=100"
    page = text(client, "/mi/tools/time-to-cap?cap=30&speed=100")
    assert 'href="/tools/time-to-cap?cap=30&amp;speed=100" lang="en-NZ"' in page
    assert 'action="/mi/tools/time-to-cap#result"' in page


# Marks and addresses


@pytest.mark.parametrize("path", ["/", "/policies", "/privacy", "/law", "/tools/time-to-cap", "/join"])
def test_each_page_tells_where_it_is_in_both_tongues(client, settings, path):
    url = settings.public_url
    for here in (path, f"/mi{path}"):
        page = text(client, here)
        assert re.findall(r'<link rel="canonical" href="([^"]*)">', page) == [f"{url}{here}"]
        for name, where in (("en-NZ", path), ("mi", f"/mi{path}"), ("x-default", path)):
            assert f'<link rel="alternate" hreflang="{name}" href="{url}{where}">' in page
        current = {True: "mi", False: "en-NZ"}[here != path]
        (marked,) = re.findall(r'<a href="[^"]*" lang="([^"]+)" hreflang="[^"]+" aria-current="true">', page)
        assert marked == current


def test_an_address_with_somebodys_secret_in_it_is_told_to_nobody(client):
    for path in (f"/dues/{AN_ID}", f"/sign-in/{AN_ID}", f"/join/resume/{AN_ID}"):
        assert "canonical" not in text(client, path)


def test_what_is_english_in_a_page_in_te_reo_says_so(client, settings):
    page = text(client, "/mi/privacy")
    assert '<title lang="en-NZ">What we hold' in page
    assert f'<p class="promoter" lang="en-NZ">{settings.promoter}</p>' in page
    assert '<span lang="en-NZ">The style sheet that all pages share is not counted.</span>' in page
    (banner,) = BANNER.findall(page)
    assert 'href="/privacy" hreflang="en-NZ"' in banner
    assert 'lang="mi">Kāore anō kia whakamāoritia' in banner
    assert "has not been translated yet." in banner
    assert BANNER.findall(text(client, "/privacy")) == []


def in_reo(app):
    return app.test_request_context("/policies", environ_overrides={"hustings.tongue": Tongue.REO, "SCRIPT_NAME": "/mi"})


def test_a_word_of_the_frame_without_te_reo_is_marked_as_english(app):
    with in_reo(app):
        assert words.frame("Join") == "Hono mai"
        assert words.frame("No <such> word") == '<span lang="en-NZ">No &lt;such&gt; word</span>'
        assert words.both("No such word") == "No such word"
    with app.test_request_context("/policies"):
        assert words.frame("No <such> word of %(them)s", them="<them>") == "No &lt;such&gt; word of &lt;them&gt;"
        assert words.both("Join") == "Join"


def test_a_text_in_te_reo_is_not_marked_and_has_no_banner(app):
    page = """{% extends 'base.html' %}{% set h1 = 'Te raraunga' %}
{% block content %}{{ on|day }}, {{ both('Join', reo_first=True) }}{% endblock %}"""
    with in_reo(app):
        app.preprocess_request()
        say_in_reo()
        said = render_template_string(page, on=date(2026, 8, 3))
    assert '<main id="main" tabindex="-1">\n' in said
    assert "<title>Te raraunga" in said
    assert "notice" not in said
    assert '3 Ākuhata 2026, <span class="reo" lang="mi">Hono mai</span> Join' in said


def test_an_english_address_never_answers_in_te_reo(app):
    with app.test_request_context("/policies"):
        say_in_reo()
        assert (tongue(), said_in()) == (Tongue.ENGLISH, Tongue.ENGLISH)


def test_a_translation_that_is_behind_says_so_in_both_tongues(app):
    part = "{% from 'parts/tongues.html' import behind %}{{ behind('/policies/data-caps', on=on) }}"
    with in_reo(app):
        said = render_template_string(part, on=date(2026, 8, 3))
    assert "The translation is of the text of 3 August 2026." in said
    assert "3 Ākuhata 2026" in said
    assert 'href="/policies/data-caps"' in said


def test_the_links_of_a_drawn_text_stay_in_its_tongue(app):
    drawn = Markup(
        '<p><a class="cited" href="/data/broadband/cap">1</a> <a href="/data/x.csv">2</a> <a href="/tools/x?cap=1.5">4</a> <a href="https://x.example/a">3</a></p>'
    )
    with app.test_request_context("/policies"):
        assert local_links(drawn) == drawn
    with in_reo(app):
        said = local_links(drawn)
    assert said == str(drawn).replace('"/data/broadband/cap"', '"/mi/data/broadband/cap"').replace("/tools", "/mi/tools")
    assert local_links(Markup('<a href="//x.example/">')) == '<a href="//x.example/">'


# Days and macrons


def test_days_in_te_reo_are_from_our_own_table():
    assert [words.day(date(2026, month, 1), "mi").split()[1] for month in range(1, 13)] == list(words.MONTHS)
    assert words.day(date(2026, 8, 3), "mi") == "3 Ākuhata 2026"
    assert words.day(date(2026, 8, 3)) == "3 August 2026"
    at = datetime(2026, 8, 3, 3, 15, tzinfo=UTC)
    assert words.moment(at) == "3 Aug 2026, 3:15 pm"
    assert words.moment(at, "mi") == "3 Ākuhata 2026, 3:15 pm"
    in_the_morning_here = datetime(2026, 8, 2, 20, 15, tzinfo=UTC)
    assert words.day(in_the_morning_here) == "3 August 2026"  # whoever hands a moment over gets the day it was here


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Ngā Kaupapa Here, 2026", "nga-kaupapa-here-2026"),
        ("Te Taī-tokerau’s data", "te-tai-tokeraus-data"),
        ("Nga\u0304 raraunga", "nga-raraunga"),
        ("  Data — caps?  ", "data-caps"),
        ("Straße 字 5", "strasse-5"),
    ],
)
def test_the_name_in_an_address_has_no_macrons(title, expected):
    assert slug(title) == expected


@pytest.mark.parametrize("title", ["", "  ", "…", "字"])
def test_a_title_without_letters_for_an_address_is_refused(title):
    with pytest.raises(ValueError, match="no letters"):
        slug(title)
