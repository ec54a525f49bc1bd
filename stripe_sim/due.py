"""What is to happen later by itself: a row of dues on the account's clock, and one on each test clock.

A handler is named, so that what waits survives a restart in the state file. Whatever waits is done in the order of its time,
and while it is done the account's clock shows that time: a year that is advanced in one step happens day by day.
"""

from __future__ import annotations

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
    account.store.remember(WAITING, sorted([*waiting(account), [at, number, name, id, clock]]))
    account.stir()


def drop(account: Account, name: str, id: str) -> None:
    """Forget what waits under this name for this object."""
    account.store.remember(WAITING, [item for item in waiting(account) if (item[2], item[3]) != (name, id)])


def waiting(account: Account) -> list[Any]:
    return list(account.store.facts.get(WAITING, []))


def next_at(account: Account, clock: str = "") -> float | None:
    """When the next thing of this clock is due."""
    return next((item[0] for item in waiting(account) if item[4] == clock), None)


def run_until(account: Account, moment: float, clock: str = "") -> None:
    """Do everything of this clock that is due by `moment`, oldest first, what it makes due included."""
    while True:
        item = next((item for item in waiting(account) if item[4] == clock and item[0] <= moment), None)
        if item is None:
            return
        account.store.remember(WAITING, [other for other in waiting(account) if other != item])
        with account.standing_at(item[0]):
            HANDLERS[item[2]](account, item[3])
