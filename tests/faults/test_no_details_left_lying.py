"""What a thief of a backup, of the log or of the queue would read: nothing about anybody."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from app.ground.embedded import BIN, Embedded

from .running import Installation, Joiner

PEOPLE = ("Hinemoa Karetai-Brückner", "Tāwhiri O’Shaughnessy", "Zhōu Wāhine-Petrov")
ADDRESS = "77 Pīwakawaka Rise, Ōpunake 4616"


@pytest.fixture(scope="module")
def joined(site: Installation) -> list[Joiner]:
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
    slow = Joiner(site, "Quenby Unfinished-Ngata")  # saved for later
    slow.open_form()
    slow.email = slow.form["email"] = "quenby@secret-mailbox.example"
    slow.insist("/join", {**slow.form, "later": "1", "address": ADDRESS})
    slow.read_letter()
    slow.ask("/sign-in", {"csrf_token": slow.form["csrf_token"], "email": joiners[0].email})
    slow.ask(f"/join?name={PEOPLE[0].split()[0]}&email={joiners[0].email}")
    slow.ask("/join", {**slow.form, "email": "not-an-address quenby@secret-mailbox.example"})
    return [*joiners, slow]


def details(joiners: list[Joiner]) -> set[str]:
    """Everything that would name one of them, in the ways it may be written down."""
    words = {joiner.email for joiner in joiners} | {
        ADDRESS,
        "secret-mailbox",
        "Pīwakawaka",
        "Ōpunake",
        "4616",
        "unfinished-ngata",
    }
    for joiner in joiners:
        words |= {part for part in re.split(r"[ -]", joiner.name) if len(part) > 3}
    words |= {"kōwhai terrace", "+64215550141", "215550141", "1988-03-09", "marewa crescent", "1961-11-30"}
    found = {form for word in words for form in (word, word.casefold())}
    found |= {word.encode().hex() for word in words}
    return found | {word.encode("unicode_escape").decode() for word in words}


def leaks(text: str, joiners: list[Joiner]) -> list[str]:
    text = text.casefold()
    return sorted(word for word in details(joiners) if word.casefold() in text)


def test_a_backup_names_nobody(site: Installation, joined):
    own = Embedded(site.instance)
    dump = subprocess.run([BIN / "pg_dump", own.url()], capture_output=True, check=True, cwd="/").stdout.decode()
    assert dump.count("\n") > 1000
    assert "COPY public.people" in dump
    # The electorates are public, and so are their names.
    dump = re.sub(r"^COPY public\.electorate.*?^\\\.$", "", dump, flags=re.M | re.S)
    assert leaks(dump, joined) == []


def test_the_log_names_nobody(site: Installation, joined):
    said = site.log.read_text().partition("People of the demo:")[0] + site.log.read_text().partition("Ctrl-C stops")[2]
    assert leaks(said, joined) == []


def test_the_databases_own_log_names_nobody(site: Installation, joined):
    assert leaks((site.instance / "postgres.log").read_text(errors="replace"), joined) == []


def test_the_queue_names_nobody(site: Installation, joined):
    with site.owner() as connection:
        rows = connection.execute("select j::text from procrastinate_jobs j").fetchall()
    assert rows
    assert leaks("\n".join(row[0] for row in rows), joined) == []


def test_no_file_of_the_installation_names_anybody(site: Installation, joined):
    """Files of the database too, as they lie on the disk; not the simulator's, which is Stripe's side."""
    own = [file for file in site.instance.rglob("*") if file.is_file() and not file.name.startswith("stripe_sim")]
    assert len(own) > 500
    words = [word.encode() for joiner in joined for word in (joiner.email, joiner.name, joiner.name.split()[0])]
    words += [ADDRESS.encode(), b"secret-mailbox"]
    for file in own:
        assert not [word for word in words if word in _bytes(file)], file


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:  # the database tidies up while we look
        return b""


def test_keys_are_read_by_their_owner_only(site: Installation):
    assert os.stat(site.instance / "keys.json").st_mode & 0o077 == 0
