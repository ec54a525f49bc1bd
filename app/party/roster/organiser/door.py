"""Where the doors of this room hang, and whom each of them sees."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from app.ground import clock
from app.party.branches import queries as branches
from app.party.branches.doorkeeper import offices_now
from app.party.branches.scope import Scope, looking_as, of_offices

from ..forms import BranchShown

door = Blueprint("roster", __name__, url_prefix="/org/people")

P = ParamSpec("P")


def in_scope(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Everything a door asks is asked as whoever stands at it: `scope_now()` for the questions, and the database is told the
    same. A door without this sees an empty roster."""

    @wraps(view)
    def looking(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        g.scope = of_offices(offices_now())
        with looking_as(g.scope):
            return view(*args, **kwargs)

    return looking


def scope_now() -> Scope:
    """Whom whoever is asking sees. Raises AttributeError behind a door that is not `in_scope`."""
    found: Scope = g.scope
    return found


def seen_branches() -> list[BranchShown]:
    """The open branches whose members whoever is asking sees, by name; asked once a request."""
    if "seen_branches" not in g:
        there = branches.open_branches(on=clock.today())
        g.seen_branches = [BranchShown(one.id, one.name) for one in there if scope_now().sees(one.id)]
    found: list[BranchShown] = g.seen_branches
    return found
