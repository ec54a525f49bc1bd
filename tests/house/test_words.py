"""The catalogues: never behind the sources, and nothing in te reo that nobody may have put there."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.web.words import TRANSLATIONS

HOUSE = TRANSLATIONS.parents[1]
UNVERIFIED, CHECKED = "unverified: for a licensed translator", re.compile(r"checked by .+, \d{1,2} \w+ \d{4}$")


@pytest.fixture(scope="module")
def reo() -> Catalog:
    with (TRANSLATIONS / "mi/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="mi")


@pytest.fixture(scope="module")
def frame() -> set[str]:
    """What frame() and both() say, wherever they are asked."""
    method = [("templates/**.html", "jinja2"), ("app/**.py", "python")]
    found = extract_from_dir(HOUSE, method, {}, {"frame": None, "both": None}, directory_filter=_ours)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def _ours(folder: str) -> bool:
    return Path(folder).relative_to(HOUSE).parts[:1] in ((), ("app",), ("templates",))


def translated(reo: Catalog) -> list[Message]:
    found = [message for message in reo if message.id and "".join(message.string)]
    assert len(found) > 20
    return found


def test_the_catalogues_are_what_make_words_writes(tmp_path):
    made = tmp_path / "translations"
    shutil.copytree(TRANSLATIONS, made)
    command = ["make", "-s", "-o", ".venv/ok-run", "words", f"WORDS={made}"]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    pairs = [(file, made / file.relative_to(TRANSLATIONS)) for file in TRANSLATIONS.rglob("messages.*")]
    behind = [file.name for file, anew in pairs if file.read_bytes() != anew.read_bytes()]
    assert behind == [], "run `make words`, and commit what it writes"


def test_each_word_in_te_reo_says_whether_a_translator_has_checked_it(reo):
    for message in translated(reo):
        (mark,) = message.user_comments
        assert mark == UNVERIFIED or CHECKED.match(mark), message.id


def test_an_unverified_word_is_one_of_the_frame_or_a_heading_never_a_text(reo, frame):
    """Nothing that decides, binds or asks for money is in te reo before somebody who may has translated it."""
    unverified = {message.id for message in translated(reo) if UNVERIFIED in message.user_comments}
    assert unverified - frame == set()


def test_words_in_an_attribute_have_te_reo_because_no_mark_can_stand_there(reo):
    found = [
        words
        for file in (HOUSE / "templates").rglob("*.html")
        for words in re.findall(r"""="\{\{ frame\('([^']+)'\) \}\}\"""", file.read_text())
    ]
    assert set(found) >= {"Site", "Language"}
    assert [words for words in found if not reo[words].string] == []


def test_macrons_are_one_letter_each(reo):
    for message in reo:
        for said in (message.id, message.string):
            assert isinstance(said, tuple) or unicodedata.is_normalized("NFC", said), said
