"""Letters: a text and a page for each, one line of subject, nothing fetched, nobody forgotten."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.walk import hidden, join

ROOT = Path(__file__).resolve().parents[2]
MAIL = ROOT / "templates" / "mail"
TEXTS = sorted(file.relative_to(MAIL).with_suffix("").as_posix() for file in MAIL.glob("*/*.txt"))
PAGES = sorted(file.relative_to(MAIL).with_suffix("").as_posix() for file in MAIL.glob("*/*.html"))
SUBJECT = re.compile(r"{% block subject %}(.*?){% endblock %}", re.DOTALL)


def posted() -> set[str]:
    """Every template that some room posts."""
    found: set[str] = set()
    for file in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            called = getattr(node, "func", None)
            name = getattr(called, "attr", None) or getattr(called, "id", None)  # mail.post, or a room's own _post
            if isinstance(node, ast.Call) and name in ("post", "_post") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value[:1] not in ("", "/"):
                    found.add(first.value)
    return found


def test_every_letter_is_a_text_and_a_page():
    assert TEXTS
    assert TEXTS == PAGES


def test_every_letter_that_is_posted_is_written_and_every_one_that_is_written_is_posted():
    assert posted() == set(TEXTS)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("kind", ["txt", "html"])
def test_every_subject_is_one_line_and_the_same_in_both(name, kind):
    source = (MAIL / f"{name}.{kind}").read_text()
    subject = SUBJECT.search(source)
    assert subject, "no subject"
    assert "\n" not in subject[1]
    assert subject[1] == SUBJECT.search((MAIL / f"{name}.txt").read_text())[1]
    assert f"{{% extends 'mail/base.{kind}' %}}" in source


@pytest.mark.parametrize("kind", ["txt", "html"])
def test_every_letter_says_who_authorised_it(kind):
    assert "party.promoter" in (MAIL / f"base.{kind}").read_text()


def test_no_letter_tells_on_its_reader():
    """No picture, no pixel, nothing fetched: opening a letter tells nobody."""
    for file in MAIL.rglob("*.html"):
        source = file.read_text()
        assert not re.search(r"<(img|link|script|iframe|object|video|form)\b", source), file
        assert "url(" not in source, file
        assert "@import" not in source, file


def test_letters_as_they_are_read(cast, client, do_the_chores, mailbox):
    join(client)
    token = hidden(client.get("/sign-in").get_data(as_text=True), "csrf_token")
    client.post("/sign-in", data={"csrf_token": token, "email": cast["aroha"].email})
    client.post("/support", data={"csrf_token": token, "email": "news@people.example", "consents": "y"})
    do_the_chores()
    letters = mailbox()
    assert len(letters) >= 5
    for letter in letters:
        assert letter.subject
        assert "\n" not in letter.subject
        assert not letter.text.startswith("Subject")
        for word in ("None", "{{", "{%", "Undefined", "<bound"):
            assert word not in letter.text, letter.subject
            assert word not in letter.html, letter.subject
        assert max(map(len, re.sub(r"https?://\S+", "", letter.text).splitlines())) < 300
        addresses = set(re.findall(r"https?://[^\s\"<>]+", letter.text))
        assert addresses <= set(re.findall(r"https?://[^\s\"<>]+", letter.html)), "the page has every address of the text"
        assert all(address.startswith("http://localhost") for address in addresses)


def test_a_letter_in_the_mailbox_can_run_nothing(cast, client):
    letter = client.get("/dev/mailbox.json").get_json()[0]
    assert set(letter) == {"id", "to", "subject", "at", "text", "html"}
    answer = client.get(f"/dev/mailbox/{letter['id']}.html")
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    assert answer.get_data(as_text=True) == letter["html"]
