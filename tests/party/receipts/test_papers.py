"""The paper: what it says, the same each time, and nothing of it is ever read as code."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.seal import digest
from app.law.money import Money
from app.party.receipts import papers, queries, services
from tests.party.receipts.pdf_reader import page_count, words

LONG = "W" * 250
NAMES = {
    "macrons": "Kāterina Ēnoka Tītī Ōtāne Ūpoko ĀĒĪŌŪ",
    "ligatures": "Fiona Affleck-Griffith",
    "arabic": "محمد بن علي",
    "markup": '#panic("x") *bold* _it_ $x^2$ @ref <label> `raw` \\ = - + / // /* */ ~ #(1+1) [x] {y}',
    "quotes": "O'Neill “Mac” d’Arcy",
    "json": '"}],"total":"NZ$9,999.00"',
    "sys": '#sys.inputs #read("/etc/passwd") #import "@preview/a:1.0.0"',
}


def handed(receipt, on=None):
    with transaction():
        return services.hand_out(session.merge(receipt), by="system", on=on or clock.today())


def test_it_says_who_what_when_and_how_much(issue, settings):
    receipt, today = issue(cents=2000, above=123456), clock.today()
    text = words(handed(receipt).pdf)
    for said in (
        settings.party_name, f"Receipt {receipt.name}", "NZ$1,254.56", "Membership dues NZ$20.00", "Above the dues NZ$1,234.56",
        "Hinemoa Tāwhiri-Åström", "7 Pūriri Street, Ōtaki 5512", "Paid by Cash", settings.promoter, receipt.digest,
        f"Received on {today.day} {today:%B %Y}", "3 November 2026 to 2 November 2027", "give no tax credit",
    ):  # fmt: skip
        assert said in text, (said, text)
    assert "DUPLICATE" not in text
    assert "Paid back" not in text


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_is_shown_as_it_was_written(issue, name):
    receipt = issue(name=name)
    pdf = handed(receipt).pdf
    text = words(pdf)
    if name == NAMES["arabic"]:  # drawn from right to left
        assert set(name) <= set(text)
    else:
        assert name.replace(" ", "") in text.replace(" ", "")
    assert "NZ$20.00" in text
    assert b"pdfuaid" in pdf
    assert page_count(pdf) == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ana 👋🏽 Rewi", "Ana □□ Rewi"),
        ("李小龙", "□□□"),
        ("สมชาย", "□□□□□"),
        ("Ana\u202eiweR", "AnaiweR"),
        ("A\x00na\x07\u200f", "Ana"),
        ("\ufeff\ufe0fAna", "Ana"),
    ],
)
def test_a_sign_that_the_fonts_do_not_have_is_a_box_and_the_paper_says_so(issue, name, shown):
    receipt = issue(name=name)
    text = words(handed(receipt).pdf)
    assert shown in text
    assert ("□ stands for a sign" in text) == ("□" in shown)
    assert queries.facts_of(receipt)["name"] == name
    session.remove()


def test_very_long_names_and_addresses_stay_on_the_paper(issue):
    pdf = handed(issue(name=LONG, address="Te Taumatawhakatangihangakōauauotamateaturipūkakapiki 1, " * 6 + LONG)).pdf
    text = words(pdf).replace(" ", "")
    assert text.count("W" * 250) == 2
    assert "NZ$20.00" in text
    assert page_count(pdf) <= 2


def test_the_same_facts_give_the_same_bytes_whenever_and_wherever(issue):
    receipt = issue()
    original = handed(receipt).pdf
    facts = queries.facts_of(receipt)
    with clock.standing_at(clock.now() + timedelta(days=400)):
        assert papers.receipt(receipt, facts=facts, notes=[]) == original
    first, second = handed(receipt).pdf, handed(receipt).pdf
    assert first == second != original
    session.remove()


def test_the_first_is_the_original_and_every_later_one_a_duplicate_and_all_are_logged(issue, owner):
    receipt = issue()
    day = clock.today() + timedelta(days=3)
    first, later = handed(receipt), handed(receipt, on=day)
    assert (first.duplicate, later.duplicate) == (False, True)
    assert f"DUPLICATE, issued again on {day.day} {day:%B %Y}" in words(later.pdf)
    paper = queries.find_paper(receipt)
    assert queries.pdf_of(paper) == first.pdf
    assert paper.sha256 == hashlib.sha256(first.pdf).hexdigest()
    session.remove()
    logged = owner.execute(
        "select action, data ->> 'sha256' from audit_entries where subject = %s order by seq offset 1",
        [f"receipt:{receipt.id}"],
    ).fetchall()
    assert logged == [
        ("receipt:printed", hashlib.sha256(first.pdf).hexdigest()),
        ("receipt:reissued", hashlib.sha256(later.pdf).hexdigest()),
    ]


def test_the_digest_is_that_of_the_facts_and_stands_in_the_log(issue, owner):
    receipt = issue()
    facts = queries.facts_of(receipt)
    session.remove()
    assert digest(facts) == receipt.digest
    assert digest(json.loads(json.dumps(facts))) == receipt.digest
    assert digest({**facts, "cents": 1}) != receipt.digest
    data = owner.execute("select data from audit_entries where action = 'receipt:issued'").fetchone()[0]
    assert (data["digest"], data["number"], data["cents"]) == (receipt.digest, receipt.name, 2000)
    assert len(facts["salt"]) == 32


def test_a_void_receipt_says_so_and_why_on_every_copy_made_after(issue, owner):
    receipt = issue()
    original = handed(receipt).pdf
    with transaction():
        services.void(session.merge(receipt), reason="Issued to the *wrong* #person", by="person:1", on=clock.today())
        services.void(session.merge(receipt), reason="again", by="person:1", on=clock.today())
    text = words(handed(receipt).pdf)
    assert "VOID since" in text
    assert "Issued to the *wrong* #person" in text
    assert "VOID" not in words(original)
    assert owner.execute("select count(*) from audit_entries where action = 'receipt:voided'").fetchone() == (1,)
    assert owner.execute("select count(*) from receipt_notes where encode(sealed, 'escape') like '%wrong%'").fetchone() == (0,)


def test_refunds_stand_on_copies_each_once_and_one_that_came_back_is_taken_off(issue):
    receipt = issue(cents=3000)
    handed(receipt)
    with transaction():
        held = session.merge(receipt)
        for amount, key in ((1000, "re_1"), (1000, "re_1"), (500, "re_2"), (-500, "re_2:failed")):
            services.note_refund(held, Money(amount), key=key, by="stripe", on=clock.today())
    text = words(handed(receipt).pdf)
    assert "What was paid back since" in text
    assert text.count("−NZ$10.00") == 1
    assert "A refund came back to us" in text
    assert "Kept of this payment NZ$20.00" in text


def test_a_correction_is_a_new_receipt_that_says_which_it_replaces(issue):
    receipt = issue(name="Hine Tawhiri")
    with transaction():
        again = services.correct(
            session.merge(receipt),
            name="Hinemoa Tāwhiri",
            address="",
            reason="Name was misspelt",
            by="person:1",
            on=clock.today(),
        )
    assert again.number == receipt.number + 1
    text = words(handed(again).pdf)
    assert f"Replaces receipt {receipt.name}" in text
    assert "Hinemoa Tāwhiri" in text
    assert "VOID" in words(handed(receipt).pdf)
    assert queries.receipt_for(receipt.payment_id).id == again.id
    with pytest.raises(services.NothingToReplace), transaction():
        services.correct(session.merge(receipt), name="X", address="", reason="", by="person:1", on=clock.today())


def test_of_many_who_take_it_at_once_one_has_the_original(app, issue, owner):
    receipt = issue()

    def take(_: int) -> bool:
        with app.app_context():
            try:
                return handed(receipt).duplicate
            finally:
                session.remove()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(8))) == [False] + [True] * 7
    assert owner.execute("select count(*) from receipt_papers").fetchone() == (1,)
