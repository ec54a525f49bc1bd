"""Pictures to pass on: a number never travels without its source, its date and the promoter statement; drawing is rationed."""

from __future__ import annotations

import json
import struct
import threading
from datetime import date
from pathlib import Path

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as some

from app.ground import paper
from app.web.cards import HEIGHT, WIDTH, Busy, Card, Drawn, Sign, claim_card, shortened
from tests.party.receipts.pdf_reader import page_count, words

SIGN = Sign("Te Rōpū Tūhono", "Authorised by Ō. Hēkeretari, secretary@openline.example", "#A8431A")
HOSTILE = (
    '#read("/etc/passwd")', "#import \"card.typ\": *", "*bold* _it_ `raw` $x^2$ <label> @ref", "= Heading\n- list\n+ list",
    '"; drop table people; --', "\\u{41} \\ \\#", "]#panic()[", "{{ 7*7 }} {% raw %}", "<script>alert(1)</script>",
    "// comment /* comment */", "#" * 300, "'\"`’“”", "a\x00b\x07c\u202ed",
)  # fmt: skip


def claim(**facts: str) -> Card:
    said = {"number": "40 minutes", "words": "and a month’s data is gone", "source": "NBR, 2012"} | facts
    return claim_card("/x.png", as_at=date(2026, 11, 23), sign=SIGN, **said)


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def read(card: Card) -> str:
    """What stands in a picture, read from the same page typeset as PDF."""
    data = json.dumps(paper.printable(card.facts))
    root = paper.TEMPLATES
    pdf = typst.compile(root / f"{card.template}.typ", root=root, ignore_system_fonts=True, sys_inputs={"data": data})
    assert page_count(pdf) == 1
    return squeezed(words(pdf))


def squeezed(text: str) -> str:
    """Without the spaces: a long word may break anywhere."""
    return "".join(text.split())


def test_a_claim_is_a_picture_of_the_size_that_others_show():
    assert size(claim().png()) == (WIDTH, HEIGHT) == (1200, 630)


def test_the_same_claim_makes_the_same_bytes_and_another_another_hash():
    assert claim().png() == claim().png()
    assert claim().hash == claim().hash
    others = {claim(number="41 minutes").hash, claim(words="x").hash, claim(source="x").hash}
    assert len(others | {claim().hash}) == 4


def test_another_typesetter_or_template_makes_another_hash(monkeypatch):
    before = claim().hash
    monkeypatch.setattr(paper, "edition", lambda template: "another")
    assert claim().hash != before


def test_number_words_source_date_party_and_promoter_stand_in_the_picture_with_their_macrons():
    told = read(claim(words="ĀĒĪŌŪ āēīōū: a month’s data is gone"))
    for part in ("40 minutes", "ĀĒĪŌŪ āēīōū: a month’s data is gone", "NBR, 2012. Published 23 November 2026.", SIGN.party):
        assert squeezed(part) in told
    assert told.endswith(squeezed(SIGN.promoter))


def test_of_a_long_source_the_words_are_cut_and_never_the_day():
    told = read(claim(source="A long report about prices " * 20))
    assert squeezed("…. Published 23 November 2026.") in told


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_written_is_shown_and_never_run(text):
    card = claim(number=text[:40], words=text, source=text)
    assert squeezed(paper.printable(card.facts["words"])) in read(card)
    assert size(card.png()) == (WIDTH, HEIGHT)


@pytest.mark.parametrize(
    "text",
    ["", "x" * 5000, "word " * 900, "Ōtepoti-" * 200, "9" * 90, "👩‍👩‍👧 漢字 עברית", "i\u0304\u0304\u0304" * 60],
    ids=["nothing", "one word", "many words", "hyphens", "digits", "signs no font has", "marks"],
)
def test_whatever_its_length_it_stays_on_the_one_page_with_its_promoter(text):
    card = claim(number=text, words=text, source=text)
    assert size(card.png()) == (WIDTH, HEIGHT)
    assert squeezed(SIGN.promoter) in read(card)


def test_a_long_text_is_cut_at_a_word():
    assert shortened("one two three", 40) == "one two three"
    assert shortened("one two,\n three four", 12) == "one two…"
    assert len(shortened("x" * 99, 20)) == 20


@settings(max_examples=15, deadline=None)
@given(text=some.text(max_size=200))
def test_no_text_breaks_the_typesetter(text):
    said = {"party": text, "promoter": text, "accent": "#A8431A", "number": text, "words": text, "source": text}
    assert size(paper.picture("cards/claim", said)) == (WIDTH, HEIGHT)


class Counted(Card):
    """A card that counts how often it is drawn, and waits at a gate if there is one."""

    drawn = 0
    gate: threading.Event | None = None

    def png(self) -> bytes:
        type(self).drawn += 1
        if self.gate:
            assert self.gate.wait(60)
        return self.hash.encode()


@pytest.fixture
def counted():
    Counted.drawn, Counted.gate = 0, None
    return lambda number: Counted("/x.png", "cards/claim", {"number": number}, "")


def test_a_picture_is_drawn_once_however_many_ask_for_it_at_once(counted):
    drawn, card = Drawn(patience=60), counted(1)
    Counted.gate = threading.Event()
    found: list[bytes] = []
    asking = [threading.Thread(target=lambda: found.append(drawn.png(card))) for _ in range(12)]
    for one in asking:
        one.start()
    Counted.gate.set()
    for one in asking:
        one.join()
    assert Counted.drawn == 1
    assert found == [card.hash.encode()] * 12


def test_a_bounded_number_is_remembered(counted):
    drawn = Drawn(most=3)
    for number in range(5):
        drawn.png(counted(number))
    assert len(drawn._kept) == 3
    drawn.png(counted(4))
    assert Counted.drawn == 5
    drawn.png(counted(0))
    assert Counted.drawn == 6


def test_so_many_are_drawn_at_once_and_then_so_many_a_second(counted):
    now = [0.0]
    drawn = Drawn(burst=3, a_second=0.5, clock=lambda: now[0])
    for number in range(3):
        drawn.png(counted(number))
    with pytest.raises(Busy) as refused:
        drawn.png(counted(3))
    assert refused.value.seconds == 2
    assert drawn.png(counted(2))  # what is drawn is still given out
    now[0] += 2
    assert drawn.png(counted(3))
    with pytest.raises(Busy):
        drawn.png(counted(4))


def test_who_would_wait_long_is_sent_away(counted):
    drawn = Drawn(patience=0.05)
    Counted.gate = threading.Event()
    first = threading.Thread(target=lambda: drawn.png(counted(1)))
    first.start()
    while Counted.drawn == 0:
        pass
    with pytest.raises(Busy):
        drawn.png(counted(2))
    Counted.gate.set()
    first.join()
    assert drawn.png(counted(2))


def test_every_template_of_a_card_is_typeset_from_data_alone():
    for file in (Path(paper.TEMPLATES) / "cards").glob("*.typ"):
        text = file.read_text()
        assert "eval(" not in text, file
        assert text.count("sys.inputs") == (file.name == "card.typ"), file
