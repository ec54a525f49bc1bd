"""kill -9 at any moment while a file is written: it is written anew, or there is none. Never a half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

from app.ground import clock, db
from app.party.agreeing import jobs as agreeing
from app.party.exports import errands, jobs
from app.seeding import seed_many
from tests.walk import hidden

from .conftest import rows_of

PEOPLE, KILLS = 3000, 5
# The errand alone, so that the process is in it soon; it says when it begins. Told so, it stands still where its file has its
# name and no row says so yet.
ERRAND = """
import sys, time, uuid
from app import create_app
from app.party.exports import errands
def stand_still(*_, **__):
    print("named", flush=True)
    time.sleep(600)
with create_app().app_context():
    if sys.argv[2] == "stand still":
        errands.services.finish = stand_still
    print("begins", flush=True)
    errands.write(uuid.UUID(sys.argv[1]))
"""


def links(owner) -> set[int]:
    """Whoever is connected to the database."""
    asked = "select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'"
    return {row[0] for row in owner.execute(asked)}


def test_a_worker_that_is_killed_leaves_no_half_of_a_file(cast, as_officer, ask, files, owner, settings):
    seed_many(PEOPLE, say=lambda _line: None)
    wiremu, olive = as_officer("wiremu"), as_officer("olive")
    mine = ask(olive, "stands=good")
    page = wiremu.get("/org/agreeing").get_data(as_text=True)
    where = page.partition('action="/org/agreeing/')[2].partition("/agree")[0]
    assert wiremu.post(f"/org/agreeing/{where}/agree", data={"csrf_token": hidden(page, "csrf_token")}).status_code == 303
    agreeing.carry_out(where)
    luck = random.Random(6)
    environ = {
        **os.environ, "INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url, "STRIPE_API_KEY": "sk_test_tests",
        "STRIPE_API_BASE": settings.stripe_api_base or "", "STRIPE_WEBHOOK_SECRET": "whsec_test", "PUBLIC_URL": "http://localhost",
    }  # fmt: skip
    seen = set()
    for how in ("stand still", *["go on"] * KILLS):
        ours = links(owner)
        with subprocess.Popen([sys.executable, "-c", ERRAND, str(mine), how], env=environ, stdout=subprocess.PIPE) as worker:
            assert worker.stdout.readline() == b"begins\n"
            if how == "stand still":
                assert worker.stdout.readline() == b"named\n"
            else:
                time.sleep(luck.uniform(0, 0.5))
            worker.send_signal(signal.SIGKILL)
        end = time.monotonic() + 60
        while links(owner) - ours:  # what it had told the database last is kept, or undone
            assert time.monotonic() < end
            time.sleep(0.02)
        written = owner.execute("select written_at is not null, file_id::text from exports").fetchone()
        seen.add(("written" if written[0] else "not yet", len(files())))
        taken = olive.get(f"/org/exports/{mine}/file")
        assert taken.status_code == (200 if written[0] else 404)
        if written[0]:
            break
    db.session.remove()
    errands.write(mine)
    text = olive.get(f"/org/exports/{mine}/file").get_data(as_text=True)
    good = "select count(*) from roster where decided = 'good' and owed_from > %s"
    expected = owner.execute(good, [clock.today()]).fetchone()[0]
    assert len(rows_of(text)) == expected > PEOPLE / 2
    assert len({row["person"] for row in rows_of(text)}) == expected
    whole = f"{owner.execute('select file_id from exports').fetchone()[0]}.sealed"
    for name in files():  # what the dead left is swept when nobody has written to it for a quarter of an hour
        if name != whole:
            os.utime(settings.instance / "files" / name, (0, 0))
    jobs.remove()
    assert files() == [whole]
    held = owner.execute("select count(distinct f.id), sum(cardinality(n.people)) from files_of_names f"
                         " join names_in_files n on n.file_id = f.id").fetchone()  # fmt: skip
    assert held == (1, expected)
    assert seen
