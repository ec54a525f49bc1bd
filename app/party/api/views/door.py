"""Where the doors for programs hang, and who is let in: whoever shows a key, as far as the officer who gave it sees now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import NoReturn, ParamSpec
from uuid import UUID

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser

from app.ground import clock, limits
from app.ground.db import transaction
from app.party.branches import queries as branches
from app.party.branches.models import Office
from app.party.branches.scope import Scope, looking_as, of_offices
from app.web.house import house
from app.web.problems import problem
from app.web.rights import TooMany, limited, machine

from .. import queries, rules, services
from ..rules import Opens

P = ParamSpec("P")


class Strict(FlaskParser):
    """A parameter that is not known is refused: a filter that is misspelt would ask for everybody."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": "raise"}  # noqa: RUF012  as the base has it


class Door(Blueprint):
    ARGUMENTS_PARSER = Strict()


door = Door("api", __name__, url_prefix="/api/v1", description="With a key")
public_door = Door("open", __name__, url_prefix="/api/v1", description="For everybody, without a key")


@dataclass(frozen=True)
class Caller:
    """Whose key was shown, and whom they see now."""

    person_id: UUID
    held: list[Office]
    scope: Scope
    opens: frozenset[str]

    @property
    def by(self) -> str:
        return f"person:{self.person_id}"


def caller() -> Caller:
    """Who is asking. Raises AttributeError behind a door that is not `keyed`."""
    found: Caller = g.caller
    return found


def keyed(*opens: Opens) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """A program with a key that opens one of these (none: any key), for as long as the officer who gave it may give keys and
    look at people. Everything behind it is asked as that officer: the database is told so. It reads no cookie."""

    def hang(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            g.caller = _who(opens)
            with looking_as(g.caller.scope):
                return view(*args, **kwargs)

        for status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS):
            guarded = door.alt_response(status.value, status.name)(guarded)
        needs = {"x-opens": [str(scope) for scope in opens]}
        told: Callable[P, ResponseReturnValue] = door.doc(security=[{"key": []}], **needs)(guarded)
        return machine(told)

    return hang


def _who(opens: tuple[Opens, ...]) -> Caller:
    now = clock.now()
    with transaction():
        key = queries.key_of(_shown(), at=now)
        held = branches.held_by(key.person_id, on=clock.today()) if key else []
        if key:
            services.note_used(key, at=now)
    if key is None:
        limited("api", address=request.remote_addr or "")
        _refuse(401, _("No good key"), _("The key is not known, has expired, or was revoked."), error="invalid_token")
    _count(f"api:{key.id}", rules.A_KEY)
    scope = of_offices(held, right=rules.RIGHT)
    if not scope:
        _refuse(403, _("No office"), _("The officer who gave this key holds no office now that may give it."))
    if opens and not set(opens) & set(key.scopes):
        wanted = ", ".join(opens)
        _refuse(403, _("Not opened"), _("This key does not open this. It needs: %(scopes)s.", scopes=wanted),
                error="insufficient_scope")  # fmt: skip
    return Caller(key.person_id, held, scope, frozenset(key.scopes))


def _shown() -> str:
    """The key in the header, where there is one of the right kind. Never from the address."""
    header = request.headers.get("Authorization", "")
    kind, _space, shown = header.partition(" ")
    if not header:
        _refuse(401, _("No key"), _("Send your key as a header: Authorization: Bearer hust_…"))
    return shown.strip() if kind.lower() == "bearer" and shown.isascii() and len(shown) < 200 else ""


def _refuse(status: int, title: str, detail: str, *, error: str = "") -> NoReturn:
    challenge = 'Bearer realm="api"' + (f', error="{error}"' if error else "")
    abort(problem(status, title, detail, headers={"WWW-Authenticate": challenge}))


def needs_names() -> None:
    """Refuse a key that does not open names."""
    if Opens.NAMES not in caller().opens:
        _refuse(403, _("Not opened"), _("This key does not open names, or finding people by them."), error="insufficient_scope")


def count_names() -> None:
    """Count one page of names by all keys of this officer. Raises TooMany."""
    _count(f"api names:{caller().person_id}", rules.PAGES_OF_NAMES)


def count_details() -> None:
    """Count one look at details by all keys of this officer. Raises TooMany."""
    _count(f"api details:{caller().person_id}", rules.DETAILS)


def _count(what: str, most: tuple[int, int]) -> None:
    again_at = limits.take([limits.Limit(house().seal.index("limit", what), *most)])
    if again_at:
        raise TooMany(max(1, int((again_at - clock.wall()).total_seconds()) + 1))
