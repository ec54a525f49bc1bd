"""The files of an installation as they lie on its disk: the database's own, its journal, its log and ours. They name nobody."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .running import Installation, Joiner

# First names of six letters at least: in the megabytes of ciphertext a shorter one stands somewhere by chance.
PEOPLE = ("Hinemoa Karetai-Brückner", "Tāwhiri O’Shaughnessy", "Zhōuyìng Wāhine-Petrov")
ADDRESS = "77 Pīwakawaka Rise, Ōpunake 4616"


@pytest.fixture(scope="module")
def joined(site: Installation) -> list[Joiner]:
    """Three whose card was declined before another paid, and one who wants to finish later and mistypes."""
    joiners = [Joiner(site, name) for name in PEOPLE]
    for joiner in joiners:
        joiner.email = f"{joiner.name.split()[0].lower()}@secret-mailbox.example"
        joiner.open_form()
        joiner.form["address"] = ADDRESS
        joiner.send()
        joiner.site.control(f"pay/{joiner.checkout}", card="4000000000000002")
        joiner.pay()
        joiner.come_back()
        joiner.read_letter()
    slow = Joiner(site, "Quenby Unfinished-Ngata")
    slow.open_form()
    slow.email = slow.form["email"] = "quenby@secret-mailbox.example"
    slow.insist("/join", {**slow.form, "later": "1", "address": ADDRESS})
    slow.read_letter()
    assert slow.ask("/sign-in", {"csrf_token": slow.form["csrf_token"], "email": joiners[0].email}).status == 303
    assert slow.ask(f"/join?name={PEOPLE[0].split()[0]}&email={joiners[0].email}").status == 200
    assert slow.ask("/join", {**slow.form, "email": "not-an-address quenby@secret-mailbox.example"}).status == 422
    return [*joiners, slow]


def test_no_file_names_anybody(site: Installation, joined):
    """Not the simulator's: that is Stripe's side."""
    own = [file for file in site.instance.rglob("*") if file.is_file() and not file.name.startswith("stripe_sim")]
    assert len(own) > 500
    said = [word for joiner in joined for word in (joiner.email, joiner.name, joiner.name.split()[0])]
    words = [word.encode() for word in (*said, ADDRESS, "secret-mailbox", "Pīwakawaka")]
    for file in (*own, site.log):
        assert not [word for word in words if word in _bytes(file)], file


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:  # the database tidies up while we look
        return b""


def test_keys_are_read_by_their_owner_only(site: Installation):
    assert os.stat(site.instance / "keys.json").st_mode & 0o077 == 0
    assert os.stat(site.instance).st_mode & 0o077 in (0, 0o001)  # as root, the database’s user walks through, and reads nothing
