"""The place an installation stands in: the server's version, the disk, the clocks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from app.ground.db import session
from app.ground.settings import Settings

TESTED_WITH = 18
LEAST_FREE, LEAST_SHARE = 1 << 30, 0.05
MOST_SKEW = 5.0  # seconds; links and sessions are timed by both clocks


def faults(settings: Settings) -> Iterator[str]:
    yield from too_old(int(session.scalar(text("select current_setting('server_version_num')")) or 0) // 10000)
    if cut_short := session.scalar(text("select obj_description(to_regnamespace('seeding'), 'pg_namespace')")):
        yield f"Synthetic people were not all added, and indexes are missing: {cut_short} goes on with it."
    disk = shutil.disk_usage(_that_is_there(settings.instance))
    yield from too_full(settings.instance, total=disk.total, free=disk.free)
    before = datetime.now(UTC)
    there = session.scalar(text("select clock_timestamp()"))
    if there is not None:
        yield from apart(before, there, datetime.now(UTC))


def too_old(major: int) -> Iterator[str]:
    if major < TESTED_WITH:
        yield f"The server is PostgreSQL {major}; this was tested with {TESTED_WITH} and nothing older: bring it up to date."


def too_full(folder: Path, *, total: int, free: int) -> Iterator[str]:
    """`total` and `free` in bytes, of the disk that holds `folder`."""
    if free < LEAST_FREE or free < total * LEAST_SHARE:
        yield f"The disk of {folder} has {free >> 20} MB left of {total >> 30} GB: make room before it is full."


def apart(before: datetime, there: datetime, after: datetime) -> Iterator[str]:
    """`there`: what the database's clock said between `before` and `after`."""
    skew = max((before - there).total_seconds(), (there - after).total_seconds())
    if skew > MOST_SKEW:
        yield f"The database’s clock is {skew:.0f} seconds from ours: have both set by NTP, or links expire at the wrong time."


def _that_is_there(folder: Path) -> Path:
    return folder if folder.exists() else _that_is_there(folder.parent)
