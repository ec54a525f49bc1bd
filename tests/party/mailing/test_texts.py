"""What may stand in a letter, and what becomes of it: Markdown with few fields, filled in where nothing is read again."""

from __future__ import annotations

from email import message_from_bytes, policy
from uuid import uuid4

import pytest

from app.gateways.smtp import SmtpPostman
from app.ground import clock
from app.ground.mail import Opened
from app.party.mailing import rules, texts

HERE = "https://party.example"
MERE = {"name": "Mere", "number": "7", "branch": "Napier", "electorate": "Napier", "dues_link": f"{HERE}/dues/a.b?c=1&d=2"}


def letter(text: str, subject: str = "News", **values: str):
    return texts.draw(subject, text, HERE).for_somebody({**MERE, **values})


def test_markdown_becomes_a_page_and_the_same_in_plain_text():
    _subject, html, text = letter(
        "# Friday\n\nKia ora **{name}**,\n\n- one\n- two [here](/give)\n\n1. first\n2. second\n\n"
        "[Pay]({dues_link}) or <mailto:a@b.nz>"
    )
    assert "<h2>Friday</h2>" in html
    assert "<strong>Mere</strong>" in html
    assert f'<a href="{HERE}/give" rel="noopener">here</a>' in html
    assert 'href="https://party.example/dues/a.b?c=1&amp;d=2"' in html
    assert text == (
        f"Friday\n\nKia ora Mere,\n\n- one\n- two here ({HERE}/give)\n\n1. first\n2. second\n\n"
        f"Pay ({MERE['dues_link']}) or mailto:a@b.nz"
    )


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "**bold**", "[x](https://evil.example)", "{number}", '"><b>', "&amp;"]
)
def test_what_somebody_is_called_is_never_read_as_markdown_html_or_a_field(name):
    _subject, html, text = letter("Kia ora {name}!", name=name)
    assert "<script" not in html
    assert "<b>" not in html
    assert "<strong>" not in html
    assert "evil.example</a>" not in html
    assert name in text


@pytest.mark.parametrize("name", ["Mere\r\nBcc: all@people.example", "Mere\nSubject: other", "Mere\x0bx"])
def test_a_name_puts_no_header_into_the_message(name):
    subject, html, text = letter("Kia ora", subject="For {name}", name=name)
    assert "\n" not in subject
    assert "\r" not in subject
    opened = Opened(uuid4(), "a@people.example", subject, text, str(html), clock.now(), None,
                    headers={"List-Unsubscribe": "<https://x>"})  # fmt: skip
    raw = SmtpPostman("smtp://localhost", sender="us@party.example", sender_name="Us").message(opened).as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Bcc"] is None
    assert read.get_all("Subject") == [subject]
    assert read["To"] == "a@people.example"


@pytest.mark.parametrize("typed", ["{email}", "{address}", "{name.__class__}", "{}", "{ name }", "{Name}"])
@pytest.mark.parametrize("where", ["subject", "text"])
def test_a_field_that_is_not_there_is_refused_and_the_sentence_says_which_are(typed, where):
    with pytest.raises(rules.UnknownField, match=r"\{name\}, \{number\}") as refused:
        texts.draw(**{"subject": "News", "text": "Kia ora", where: f"A {typed}"}, here=HERE)
    assert refused.value.field == where


@pytest.mark.parametrize(
    "to", ["//evil.example", "figure:x", "ftp://x.example", "https://x.example/{name}", "{name}", "#top", "x"]
)
def test_a_link_that_leads_nowhere_good_is_refused(to):
    with pytest.raises(rules.BadLink):
        letter(f"[go]({to})")


def test_javascript_is_no_link():
    _subject, html, _text = letter("[go](javascript:alert(1))")
    assert "href" not in html


def test_pictures_are_refused():
    with pytest.raises(rules.NoPictures):
        letter("![x](https://tracker.example/1.gif)")


def test_html_is_shown_as_it_was_typed():
    _subject, html, _text = letter("<img src=x onerror=alert(1)> <b>x</b>")
    assert "<img" not in html
    assert "<b>" not in html


def test_a_link_to_dues_does_not_stand_in_the_subject():
    with pytest.raises(rules.InSubject):
        texts.draw("Pay {dues_link}", "x", HERE)


def test_a_text_of_braces_and_brackets_is_drawn_at_once():
    letter("[" * 5000)
    letter("*" * 5000)
    with pytest.raises(rules.UnknownField):
        letter("{x}" * 5000)
