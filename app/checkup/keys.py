"""Keys and backups: whether every detail can be read, and could be read again tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from app.ground.db import session
from app.ground.seal import Seal, SealBroken
from app.ground.sealed import by_number, places
from app.ground.settings import Settings
from app.keeping import restore, rotation
from app.party.people.queries import email_key
from app.wiring import metadata

SAMPLE = 25  # of the oldest and of the newest values of each column
DAYS_WITHOUT_BACKUP = 2


def faults(settings: Settings, seal: Seal) -> Iterator[str]:
    """`seal`: what is to open what is there."""
    link = session.connection().connection.driver_connection
    yield from _sealed(link, seal)
    yield from _indexes(link, seal)
    yield from _backups(settings)


def _sealed(link: Any, seal: Seal) -> Iterator[str]:
    old, missing = 0, False
    for place in places(metadata):
        for number, count in by_number(link, place).items():
            if number not in seal.numbers:
                missing = True
                yield f"{count} values of {place} are sealed under key {number}, which SEAL_KEYS does not have: put it back."
            elif number != seal.current:
                old += count
    if old:
        yield f"{old} values are still sealed under an old key: run flask keys rotate."
    if missing:
        return
    for place in places(metadata):
        if broken := rotation.unreadable(link, place, seal, most=SAMPLE):
            yield (
                f"{broken[0]} and perhaps more of {place} do not open: SEAL_KEYS has another key under that number, or rows "
                f"were changed. Run flask keys check, which names them all."
            )


def _indexes(link: Any, seal: Seal) -> Iterator[str]:
    rows = link.execute(
        "select id, sealed, email_index from people where email_index is not null order by id desc limit %s", [SAMPLE]
    ).fetchall()
    for row, sealed, index in rows:
        try:
            email = seal.open(bytes(sealed), table="people", row=row)["email"]
        except SealBroken:
            continue
        if bytes(index) != seal.index("email", email_key(email)):
            yield (
                "People are not found by their email: INDEX_KEY, or the first of SEAL_KEYS, is not the one their indexes were "
                "made with. Put it back."
            )
            break
    if lost := restore.without_buckets(link):
        yield f"{lost} people cannot be found by name: run flask restore --finish on the backup they came from."


def _backups(settings: Settings) -> Iterator[str]:
    if settings.demo:
        return
    seconds = session.scalar(
        text("select extract(epoch from clock_timestamp() - max(at)) from audit_entries where subject = 'backup:database'")
    )
    if seconds is None:
        yield "No backup has ever been made: run flask backup DIR, every day, and copy DIR to another machine."
    elif seconds > DAYS_WITHOUT_BACKUP * 86400:
        yield f"The last backup is {int(seconds // 86400)} days old: run flask backup DIR, and see why it did not run."
