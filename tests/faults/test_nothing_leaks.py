"""Where nobody’s details belong: a backup in any shape, jobs that wait, what Stripe is told beside the email."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from uuid import UUID

import pytest

from app.ground.embedded import BIN, Embedded

from .running import Installation, Joiner, check_books

JOIN = {"address": "209 Tōtaranui Esplanade, Whakarewarewa 3010", "signature": "Xanthe Q. Wrigglesworth"}
NAMES = ("Xanthippe Wrigglesworth-Dāvis", "Zebedee Quattlebaum")
# Of the cast, in an order and a spelling that somebody may have chosen. Phones as digits.
BORN = ("1988-03-09", "9 March 1988", "09/03/1988", "9/3/1988", "19880309", "1961-11-30", "30 November 1961", "30/11/1961")
CAST = ("Ngāpō-Whitfield", "Okonkwo-Hale", "Pōhatu-Lang", "Fuimaono", "Kōwhai Terrace", "Marewa Crescent", "Quarry Hill Road")
PHONES = ("215550141", "0215550141", "21 555 0141", "21-555-0141")
# Ids, digests and sealed bytes, as a dump spells them: in a million such digits any eight stand somewhere by chance.
DRAWN = re.compile(r"[0-9a-f-]{32,}")


@pytest.fixture(scope="module")
def joiners(site: Installation) -> list[Joiner]:
    before = site.one("select count(*) from memberships")
    people = [Joiner(site, name) for name in NAMES]
    for joiner in people:
        joiner.open_form()
        joiner.form |= JOIN
        joiner.send()
        joiner.pay()
        joiner.come_back()
    check_books(site, people, members_before=before)
    return people


def found_in(text: str, joiners: list[Joiner]) -> list[str]:
    """Which details stand in it: as they are, outside of ids and bytes; anywhere as hex, as base64 at any place in a longer
    text."""
    emails = [joiner.email for joiner in joiners] + ["aroha@people.example", "grace@people.example"]
    plain = [*emails, *NAMES, "Wrigglesworth", "Quattlebaum", "Tōtaranui", "Whakarewarewa", *BORN, *CAST, *PHONES]
    hidden = {word: [word.encode().hex(), *(inner(word, shift) for shift in range(3))] for word in plain if len(word) > 8}
    low = DRAWN.sub(" ", text.casefold())
    seen = [word for word in plain if word.casefold() in low or json.dumps(word)[1:-1].casefold() in low]
    return seen + [f"{word} as {form}" for word, forms in hidden.items() for form in forms if form in text]


def inner(word: str, shift: int) -> str:
    """What of `word` shows in the base64 of a text in which it begins `shift` bytes after a group of three."""
    raw = word.encode()
    start = -shift % 3
    return base64.b64encode(raw[start : start + (len(raw) - start) // 3 * 3]).decode()


def test_the_search_for_details_finds_them_in_every_shape(joiners):
    for word in ("19880309", *PHONES, f"+64{PHONES[0]}", "1961-11-30"):
        assert found_in(f'{{"said": "{word}"}}', joiners)
        assert found_in(f"01890000-0000-7000-8000-000000000000\t{word}\t{'0' * 64}", joiners)
    assert found_in(f"{'0' * 20}19880309{'0' * 20}", joiners) == []  # in a digest it is nobody’s birthday
    for word in (joiners[0].email, "Tōtaranui", "Aroha Ngāpō-Whitfield"):
        assert found_in(f"… {word} …", joiners)
        assert found_in(word.encode().hex(), joiners)
        assert found_in(f"\\x{'ab' * 40}{word.encode().hex()}{'cd' * 40}", joiners)
        for before in ("", "1", "12"):
            assert found_in(base64.b64encode(f"{before}{word} and more".encode()).decode(), joiners)


@pytest.mark.parametrize("shape", ["--format=plain", "--inserts"])
def test_a_backup_names_nobody_in_any_shape(site: Installation, joiners, shape: str):
    own = Embedded(site.instance)
    dump = subprocess.run([BIN / "pg_dump", shape, own.url()], capture_output=True, check=True, cwd="/").stdout.decode()
    assert str(joiners[0].form["key"]) in dump
    assert found_in(dump, joiners) == []


def test_what_the_processes_say_names_nobody(site: Installation, joiners):
    said = re.sub(r"(?s)People of the demo:.*?Ctrl-C", "", site.log.read_text())  # made up, and said on purpose
    said += (site.instance / "postgres.log").read_text(errors="replace")
    assert found_in(said, joiners) == []


def test_jobs_that_wait_and_events_that_were_heard_hold_ids_only(site: Installation, joiners):
    before = site.one("select count(*) from memberships")
    joiner = Joiner(site, "Waiting Wrigglesworth")
    with site.without("worker"):
        joiner.open_form()
        joiner.form |= JOIN
        joiner.insist("/join", {**joiner.form, "later": "1"})
        joiner.send()
        joiner.pay()
        joiner.wait_until_heard()
        with site.owner() as connection:
            waiting = [args for (args,) in connection.execute("select args from procrastinate_jobs")]
            heard = connection.execute("select e::text from stripe_events e").fetchall()
    assert {"payment", "application"} <= {name for args in waiting for name in args}
    for args in waiting:
        for value in args.values():
            assert isinstance(value, int) or UUID(value)
    assert found_in(f"{waiting} {heard}", [*joiners, joiner]) == []
    check_books(site, [joiner], members_before=before)


def test_stripe_is_told_ids_and_the_email_and_nothing_else_about_anybody(site: Installation, joiners):
    for joiner in joiners:
        [page] = site.checkouts(joiner.payment)
        assert page["metadata"]
        assert all(UUID(value) for value in page["metadata"].values())
        told = json.dumps(page, ensure_ascii=False).replace(joiner.email, "")
        assert found_in(told, joiners) == []
    events = site.control("events", method="GET")["events"]
    for event in events:
        for value in (event["data"]["object"].get("metadata") or {}).values():
            assert UUID(value)
    told = json.dumps(events, ensure_ascii=False)
    for joiner in joiners:
        told = told.replace(joiner.email, "")
    assert found_in(told, []) == []
    assert found_in(json.dumps(site.control("log", method="GET")), joiners) == []
