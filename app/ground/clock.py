"""Now and today. Times are UTC; days are New Zealand days.

In the demo the house may stand later than the wall: its time is the wall's plus a shift, which is kept in a file that all
processes of the house read, and moved on by `flask clock advance`. Elsewhere no file is followed, and the shift is nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

NEW_ZEALAND = ZoneInfo("Pacific/Auckland")
_NONE = timedelta()

_told: ContextVar[datetime | None] = ContextVar("told", default=None)
_file: Path | None = None
_read: tuple[tuple[int, int] | None, timedelta] = (None, _NONE)  # of which state of the file, and what it said


def now() -> datetime:
    """This moment, UTC: as it was told, else the wall's and the shift of the demo."""
    return _told.get() or datetime.now(UTC) + shift()


def wall() -> datetime:
    """This moment, UTC, as the world outside has it, which knows nothing of the demo's shift: the database's own clock, an
    authenticator app."""
    return _told.get() or datetime.now(UTC)


def wall_at(moment: datetime) -> datetime:
    """When it will be `moment` here, as the world outside says it."""
    return moment - shift()


def follow(file: Path | None) -> None:
    """From now on the shift is what `file` says, a number of seconds; without a file there is none. Called by create_app."""
    global _file, _read
    _file, _read = file, (None, _NONE)


def shift() -> timedelta:
    """How far this house is ahead of the wall. What another process wrote is seen at the next call: one look at the file's
    own date, so that no two of a house's processes stand on two days."""
    global _read
    if _file is None:
        return _NONE
    try:
        looked = os.stat(_file)
    except FileNotFoundError:
        return _NONE
    state = (looked.st_mtime_ns, looked.st_ino)
    if state != _read[0]:
        _read = (state, read_shift(_file))
    return _read[1]


def read_shift(file: Path) -> timedelta:
    """What a file of a clock says. Raises ValueError where it is not a number of seconds, or would lead back."""
    seconds = float(file.read_text())
    if not 0 <= seconds < 3e9:  # a century; also no NaN
        raise ValueError(f"{file} must hold a number of seconds, not {seconds}")
    return timedelta(seconds=seconds)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Within this block it is `moment` (UTC): for histories that are told after the fact, in the demo and in tests."""
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def today() -> date:
    """The day it is in New Zealand."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The New Zealand day on which a UTC moment falls."""
    return moment.astimezone(NEW_ZEALAND).date()


def start_of(day: date, at: time = time.min) -> datetime:
    """The UTC moment at which the New Zealand clock shows `at` on `day`."""
    return datetime.combine(day, at, NEW_ZEALAND).astimezone(UTC)


def ago(**span: int) -> datetime:
    return now() - timedelta(**span)
