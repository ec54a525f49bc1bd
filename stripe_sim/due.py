"""What is to happen later by itself: a row of dues on the account's clock, and one on each test clock.

A handler is named, so that what waits survives a restart in the state file. Whatever waits is done in the order of its time,
and while it is done the account's clock shows that time: a year that is advanced in one step happens day by day.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stripe_sim.account import Account

Handler = Callable[["Account", str], None]
HANDLERS: dict[str, Handler] = {}
WAITING = "due"  # the fact of the store: [at, number, handler, id of the object, test clock or ""]


def handler(name: str) -> Callable[[Handler], Handler]:
    """Adds a function `(account, object id)` as what is done for `name`. It must bear that the object has changed meanwhile."""

    def add(work: Handler) -> Handler:
        HANDLERS[name] = work
        return work

    return add


def later(account: Account, at: float, name: str, id: str, clock: str = "") -> None:
    """Have handler `name` called with `id` once `clock` (a test clock's id; "" for the account's own) has reached `at`."""
    if name not in HANDLERS:
        raise ValueError(f"nothing is called {name!r}")
    number = int(account.store.facts.get("due_number", 0)) + 1
    account.store.remember("due_number", number)
    row = waiting(account)
    insort(row, [at, number, name, id, clock])
    account.store.remember(WAITING, row)
    account.stir()


def drop(account: Account, name: str, id: str) -> None:
    """Forget what waits under this name for this object."""
    account.store.remember(WAITING, [item for item in waiting(account) if (item[2], item[3]) != (name, id)])


def waiting(account: Account) -> list[Any]:
    """The row itself, in order of time."""
    row: list[Any] = account.store.facts.setdefault(WAITING, [])
    return row


def next_at(account: Account, clock: str = "") -> float | None:
    """When the next thing of this clock is due."""
    return next((item[0] for item in waiting(account) if item[4] == clock), None)


def run_until(account: Account, moment: float, clock: str = "") -> None:
    """Do everything of this clock that is due by `moment`, oldest first, what it makes due included."""
    while True:
        row = waiting(account)
        place = next((place for place, item in enumerate(row) if item[4] == clock), None)
        if place is None or row[place][0] > moment:
            return
        at, _, name, id, _ = row.pop(place)
        account.store.remember(WAITING, row)
        with account.standing_at(at, clock):
            HANDLERS[name](account, id)
