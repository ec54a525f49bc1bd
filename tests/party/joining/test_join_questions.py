"""The seven questions: what is wrong is said beside its question, everything typed is kept, and nothing is written."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from app.ground.db import Base, session
from app.party.joining import queries
from app.party.joining.models import Application
from app.party.payments.models import Payment
from app.web.forms import clean
from tests.walk import ADA, join, join_form

FLIP = "\u202e"  # turns the text after it around
SCRIPT = "<script>alert(1)</script>"
SQL = "Robert'); drop table people; --"
RADIOS = ("can_enrol", "dues")

EMPTY = [(field, blank) for field in ("name", "email", "address", "signature") for blank in ("", "   ", "\x00", "\r\n", FLIP)]
TOO_LONG = [
    ("name", "n" * 121),
    ("email", "e" * 250 + "@a.nz"),
    ("address", "a" * 251),
    ("above", "1" * 13),
    ("signature", "s" * 121),
]
WRONG = [
    ("name", "12345"),
    ("name", "🦀🦀"),
    ("email", "ada"),
    ("email", "ada@"),
    ("email", "ada@people.example\r\nBcc: all@people.example"),
    ("email", f"{SCRIPT}@people.example"),
    ("email", "ada'or'1'='1 @people.example"),
    ("email", "ada@people.example, eve@people.example"),
    ("address", "12345"),
    ("address", "🏠"),
    ("can_enrol", ""),
    ("can_enrol", "YES"),
    ("can_enrol", "yes\x00"),
    ("can_enrol", SCRIPT),
    ("dues", ""),
    ("dues", "free"),
    ("dues", SQL),
    ("signature", "×××"),
    ("signature", "✍️"),
]
AMOUNTS = [
    "-5",
    "1e3",
    "12.345",
    "١٢",
    "１２",
    "999999999999",
    "999999999",
    "1000.01",
    "5,00",
    "0x10",
    "NaN",
    "∞",
    SQL[:12],
    "🦀",
]


def count(noun: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(noun))


def value_of(html: str, field: str) -> str:
    """What stands in a field of the page: the text, or the choice that is ticked."""
    for tag in re.findall(rf'<input[^>]*name="{field}"[^>]*>', html):
        if field not in RADIOS or "checked" in tag:
            return unescape(re.search(r'value="([^"]*)"', tag)[1])
    return ""


def check_refused(response, field: str, **typed: str) -> str:
    """422 with the page: the error linked to its field, the other answers kept, nothing written."""
    html = response.get_data(as_text=True)
    assert response.status_code == 422, response.location
    assert response.mimetype == "text/html"
    assert f'<a href="#{field}{"-0" if field in RADIOS else ""}">' in html
    assert f'id="{field}-error"' in html
    asked = re.search(rf'<(?:fieldset|input)[^>]*id="{field}"[^>]*>', html)[0]
    assert f"{field}-error" in re.search(r'aria-describedby="([^"]*)"', asked)[1].split()
    assert re.search(
        rf'<input[^>]*name="{field}"[^>]*aria-invalid="true"|<input[^>]*aria-invalid="true"[^>]*name="{field}"', html
    )
    for other, answer in {**ADA, **typed}.items():
        if other != field:
            assert value_of(html, other) == answer
    assert (count(Application), count(Payment)) == (0, 0)
    return html


@pytest.mark.parametrize(("field", "answer"), EMPTY + TOO_LONG + WRONG)
def test_an_answer_that_will_not_do_is_said_beside_its_question(client, field, answer):
    html = check_refused(join(client, **{field: answer}), field)
    assert SCRIPT not in html


@pytest.mark.parametrize("field", ["name", "email", "address", "can_enrol", "signature"])
def test_a_question_left_out_of_the_form_is_an_empty_answer(client, field):
    form = join_form(client)
    del form[field]
    check_refused(client.post("/join", data=form), field)


def test_dues_left_out_of_the_form_are_the_standard_dues(client):
    form = join_form(client)
    del form["dues"]
    assert client.post("/join", data=form).status_code == 303
    assert session.scalars(select(Payment)).one().cents == 2000


@pytest.mark.parametrize("amount", AMOUNTS)
def test_an_amount_that_is_none_or_too_much_is_refused(client, amount):
    html = check_refused(join(client, above=amount), "above")
    assert value_of(html, "above") == amount


@pytest.mark.parametrize("field", ["name", "address"])
@pytest.mark.parametrize("hostile", [SCRIPT, SQL, '" onfocus="alert(1)" autofocus x="', "{{ 7*7 }} a", "Ā\u0304 ē ✨ a"])
def test_hostile_text_is_shown_again_as_text(client, field, hostile):
    html = check_refused(join(client, **{field: hostile, "signature": ""}), "signature", **{field: clean(hostile)})
    assert SCRIPT not in html
    if '"' in hostile:
        assert hostile not in html


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Māui Tūhoro-Ngāta", "Māui Tūhoro-Ngāta"),
        ("Ma\u0304ui Tu\u0304horo", "Māui Tūhoro"),
        ("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"),
        ("O’Brien d'Arcy", "O’Brien d'Arcy"),
        ("王小明", "王小明"),
        ("محمد علي", "محمد علي"),
        ("שרה כהן", "שרה כהן"),
        ("Zoë 🦀 Smith", "Zoë 🦀 Smith"),
        ("Ng", "Ng"),
        ("X", "X"),
        ("n" * 120, "n" * 120),
        ("  Ada\r\n\tTūhoro  ", "Ada Tūhoro"),
        (f"Ada {FLIP}Tūhoro", "Ada Tūhoro"),
        ("Ada\x00 Tūhoro", "Ada Tūhoro"),
        (SQL, SQL),
        (SCRIPT, SCRIPT),
    ],
)
def test_names_of_all_peoples_are_taken_as_they_are_meant(client, typed, kept):
    response = join(client, name=typed, signature=typed)
    assert response.status_code == 303, response.get_data(as_text=True)
    said = queries.opened(session.scalars(select(Application)).one())["evidence"]
    assert (said["name"], said["signature"]) == (kept, kept)


@pytest.mark.parametrize("answer", ["no", "unsure"])
def test_above_fifty_dollars_needs_the_word_that_one_can_enrol(client, answer):
    html = check_refused(join(client, can_enrol=answer, above="50.01"), "above", can_enrol=answer)
    assert "s 207K" in html
    assert "Nothing was charged" in html
    assert join(client, can_enrol=answer, above="50.00").status_code == 303
    assert count(Application) == 1


def test_a_thousand_dollars_above_may_be_paid_by_one_who_can_enrol(client):
    assert join(client, above="$1,000.00").status_code == 303
    assert session.scalars(select(Payment)).one().cents == 102_000


@pytest.mark.parametrize("drawing", ["M0 0 L10 10", SCRIPT, "M" * 8001, "\x00"])
def test_the_drawing_is_an_extra_and_never_stands_in_the_way(client, drawing):
    assert join(client, drawing=drawing).status_code == 303
    said = queries.opened(session.scalars(select(Application)).one())["evidence"]
    assert said["drawing"] in ("", "M0 0 L10 10")


def test_a_form_without_its_token_is_refused_and_nothing_is_written(client):
    assert client.post("/join", data=ADA).status_code == 400
    assert count(Application) == 0
