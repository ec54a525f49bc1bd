"""A worker that is killed at any moment leaves no row half and none twice; the real worker does what the doors queue.

Some of the rows are held by somebody else until the kill: however late it comes on a busy machine, it comes in the middle.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import func, select

from app.ground.db import session
from app.ground.settings import Settings
from app.party.imports import errands
from app.party.imports.models import ImportRow
from app.party.people.models import Consent, NameBuckets, Person
from tests.party.imports.lists import ADA, BEN, Sending, as_csv, find

ROWS = 160
SCRIPT = """
import sys
from uuid import UUID
from app import create_app
from app.ground.settings import read
from app.party.imports import errands, rules
rules.AT_ONCE = 8 * rules.HANDS
import os
with create_app(read(dict(os.environ))).app_context():
    getattr(errands, sys.argv[1])(UUID(sys.argv[2]))
"""


def started(settings: Settings, owner_url: str, what: str, list_: Sending) -> subprocess.Popen[bytes]:
    told = {
        "INSTANCE": str(settings.instance),
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": owner_url,
        "STRIPE_API_KEY": settings.stripe_api_key,
        "STRIPE_API_BASE": settings.stripe_api_base or "",
        "STRIPE_WEBHOOK_SECRET": "whsec_test",
        "PUBLIC_URL": "http://localhost",
        "PATH": os.environ["PATH"],
    }
    return subprocess.Popen([sys.executable, "-c", SCRIPT, what, str(list_.id)], env=told, stderr=subprocess.DEVNULL)


@contextmanager
def held(owner_url: str, which: str) -> Iterator[None]:
    """Rows of the list that nobody else can take meanwhile."""
    with psycopg.connect(owner_url) as other:
        other.execute(f"select from import_rows where {which} for update")
        yield
        other.rollback()


def killed_once_it_works(settings, owner_url, what: str, list_: Sending, done, *, after: float = 0.05) -> int:
    """Start, wait until it has done something more, and kill it so many seconds after that. How far it came."""
    before, end = done(), time.monotonic() + 300  # a busy machine takes a minute and more to begin a process
    worker = started(settings, owner_url, what, list_)
    while done() == before and worker.poll() is None and time.monotonic() < end:
        time.sleep(0.005)
    time.sleep(after)
    worker.kill()
    worker.wait()
    return done()


@pytest.fixture
def many(checked) -> Sending:
    headings = ("Name", "Email", "Phone", "Subscribed")
    rows = [(f"Ada Tūhoro {number}", f"ada{number}@people.example", "021 555 0199", "yes") for number in range(ROWS)]
    return checked(as_csv(rows, headings), proven=True).confirmed()


def test_killed_again_and_again_every_row_is_imported_once_and_taken_back_once(many, settings, owner_url):
    def imported() -> int:
        session.remove()
        found = session.scalar(select(func.count()).select_from(ImportRow).where(ImportRow.outcome.is_not(None)))
        session.remove()
        return found

    def undone() -> int:
        session.remove()
        found = session.scalar(select(func.count()).select_from(ImportRow).where(ImportRow.undone.is_not(None)))
        session.remove()
        return found

    came = []
    for most, after in ((80, 0.03), (120, 0.12)):
        with held(owner_url, f"line > {most + 1}"):
            came.append(killed_once_it_works(settings, owner_url, "apply", many, imported, after=after))
    assert 0 < came[0] < came[1] < ROWS, "it was killed in the middle"
    assert all(count % 8 == 0 for count in came), "a part is whole or not there"
    assert many.state() == "importing"
    errands.apply(many.id)
    assert many.state() == "done"
    assert many.outcomes() == {"made": ROWS}
    people = session.scalar(select(func.count()).select_from(Person)) - 1  # Olive
    of = {noun: session.scalar(select(func.count()).select_from(noun)) for noun in (NameBuckets, Consent)}
    assert (people, of[NameBuckets] - 1, of[Consent]) == (ROWS, ROWS, ROWS)

    many.post("/undo")
    with held(owner_url, "line <= 81"):
        assert 0 < killed_once_it_works(settings, owner_url, "undo", many, undone) < ROWS
    errands.undo(many.id)
    assert many.how_undone() == {"erased": ROWS}
    session.remove()
    assert session.scalar(select(func.count()).select_from(Person).where(Person.erased_at.is_(None))) == 1


def test_a_check_that_was_killed_begins_anew(sent, settings, owner_url):
    list_ = sent(as_csv([(f"Ben {number}", f"ben{number}@people.example") for number in range(ROWS)], ("Name", "Email")))
    list_.post("/columns", column_1="name", column_2="email")
    killed_once_it_works(settings, owner_url, "check", list_, lambda: sum(list_.counts().values()))
    errands.check(list_.id)
    assert list_.counts() == {"new": ROWS}


def test_the_real_worker_does_what_the_doors_put_in_its_queue(sent, do_the_chores):
    list_ = sent(as_csv([ADA, BEN]))
    list_.chores = do_the_chores
    list_.checked().imported()
    assert list_.outcomes() == {"made": 2}
    list_.undone()
    assert find("ada@people.example") is None
