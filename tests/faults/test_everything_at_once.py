"""Power cut: what kept everything running dies, too. Nothing is left behind, and `make serve` goes on where it was."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

import pytest

from .running import PATIENCE, Installation, Joiner, check_books, listens, lives, until


@pytest.mark.parametrize("parts", [("all",), ("supervisor",)], ids=" and ".join)
def test_after_the_supervisor_dies_nothing_is_left_and_a_new_one_recovers(site: Installation, parts: tuple[str, ...]):
    before = site.one("select count(*) from memberships")
    signed, paid = (Joiner(site, f"{step}{len(parts)}{len(parts[0])} Tūpato") for step in ("Signed", "Paid"))
    for joiner in (signed, paid):
        joiner.open_form()
        joiner.send()
    paid.pay()
    old = site.processes("all")
    for pid in [pid for part in parts for pid in site.processes(part)]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    site.process.wait(PATIENCE)
    until(lambda: not [pid for pid in old if lives(pid)], about="all of the old processes gone")
    assert not listens(site.port)
    assert not listens(site.port + 1)
    site.start()
    site.wait_until_ready()
    signed.pay()
    paid.come_back()
    check_books(site, [signed, paid], members_before=before)
