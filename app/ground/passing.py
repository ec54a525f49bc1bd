"""Time that is let pass, in the demo: the file of the shift and what lies beside it.

clock            how many seconds the house is ahead of the wall (clock.py reads it)
clock.arrived    the same number, written by whoever plays the world outside when they have come that far
clock.progress   the last advance: from when, where it is, until when, and what went wrong
clock.lock       held by the process that advances
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path

from . import clock
from .settings import Settings

MOST_DAYS = 3700  # at once: ten years
STARTS_WITHIN = 8.0  # seconds, for the process of an advance
PATIENCE = 15.0  # seconds for the world outside to come after


class Underway(Exception):
    """Another advance is under way: one at a time."""


@dataclass
class Progress:
    """Days of the house; `trouble` in sentences."""

    since: date
    at: date
    until: date
    trouble: list[str] = field(default_factory=list)


def file_of(settings: Settings) -> Path | None:
    """Where the demo keeps its shift. None where anything is real."""
    return settings.instance / "clock" if settings.demo else None


def move_on(file: Path, by: timedelta) -> timedelta:
    """Write a shift that is greater by so much, in one piece, and return it. Raises ValueError for time that goes back."""
    if by < timedelta():
        raise ValueError("time does not go back")
    shift = (clock.read_shift(file) if file.exists() else timedelta()) + by
    _put(file, repr(shift.total_seconds()))
    return shift


def world_arrived(file: Path, shift: timedelta, *, patience: float = PATIENCE) -> bool:
    """Wait until whoever plays the world outside has come as far. True at once where nobody does."""
    told, end = _beside(file, "arrived"), time.monotonic() + patience
    while told.exists():
        with suppress(ValueError):
            if clock.read_shift(told) >= shift:
                return True
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """One advance at a time; a process that dies lets go. Raises Underway."""
    with _beside(file, "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Underway from None
        yield


def is_underway(file: Path) -> bool:
    """Whether an advance is under way, or was begun a moment ago."""
    try:
        with alone(file):
            pass
    except Underway:
        return True
    told, kept = progress_of(file), _beside(file, "progress")
    return bool(told and told.at < told.until and time.time() - kept.stat().st_mtime < STARTS_WITHIN)


def note(file: Path, progress: Progress) -> None:
    _put(_beside(file, "progress"), json.dumps(asdict(progress), default=str))


def progress_of(file: Path) -> Progress | None:
    """The last advance, under way or done."""
    try:
        kept = json.loads(_beside(file, "progress").read_text())
    except FileNotFoundError:
        return None
    since, at, until = (date.fromisoformat(kept[name]) for name in ("since", "at", "until"))
    return Progress(since, at, until, kept["trouble"])


def begin(settings: Settings, *, days: int) -> None:
    """Start an advance by so many days as a process of its own, which ends with those of this group."""
    file, today = file_of(settings), clock.today()
    assert file is not None, "only a demo has such a file"
    note(file, Progress(since=today, at=today, until=today + timedelta(days=days)))
    told = {
        "ENVIRONMENT": settings.environment,
        "INSTANCE": str(settings.instance),
        "PORT": str(settings.port),
        "PUBLIC_URL": settings.public_url,
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "STRIPE_API_KEY": settings.stripe_api_key,
        "STRIPE_API_BASE": settings.stripe_api_base or "",
        "PARTY_NAME": settings.party_name,
        "FLASK_APP": "wsgi:app",
    }
    subprocess.Popen(
        [sys.executable, "-m", "flask", "clock", "advance", str(days)],
        env={**os.environ, **told},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def _beside(file: Path, name: str) -> Path:
    return file.with_name(f"{file.name}.{name}")


def _put(file: Path, text: str) -> None:
    draft = _beside(file, str(os.getpid()))
    draft.write_text(text)
    draft.replace(file)
