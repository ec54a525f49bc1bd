"""Ports for servers that tests start: nobody is given one of these by chance, and no two tests are given the same.

A port that the system picked (`bind` to 0) is free only at that moment: until the server binds it, and again whenever the
server is killed and started anew, any connection of the machine may leave from it. These lie below the ports that connections
leave from, and each is held by a lock of this process until it ends.
"""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

FIRST, LAST = 20_000, 32_000  # Linux lets connections leave from 32768 on, others from 49152
_held: list[IO[str]] = []


def free_ports(count: int = 1) -> int:
    """The first of `count` free ports in a row, ours until this process ends. Raises RuntimeError where there are none."""
    rows = list(range(FIRST, LAST, count))
    random.Random(os.getpid()).shuffle(rows)  # two processes seldom try the same first
    for first in rows:
        wanted = range(first, first + count)
        locks = [lock for port in wanted if (lock := _lock(port))]
        if len(locks) == count and all(_is_free(port) for port in wanted):
            _held.extend(locks)
            return first
        for lock in locks:
            lock.close()
    raise RuntimeError(f"no {count} free ports in a row from {FIRST} to {LAST}")


def _lock(port: int) -> IO[str] | None:
    """The lock of a port, unless another process has it or it is not ours to open."""
    with suppress(OSError):
        lock = (Path(tempfile.gettempdir()) / f"hustings-port-{os.getuid()}-{port}").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
        else:
            return lock
    return None


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
