"""Who may enter a door. Every door says so with one of these; a house test fails on a door that does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar, cast
from uuid import UUID

from flask import Flask, current_app, g, make_response
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.exceptions import HTTPException

from app.ground import clock, limits
from app.law.polling import is_silent_within

from .house import house
from .sending import IMMUTABLE

P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

ENTRY, ASKS = "_who_may_enter", "_what_it_asks"


def _says(view: View, who: str) -> View:
    setattr(view, ENTRY, who)
    return view


def public(view: View) -> View:
    """Anyone. May use a form, so it is never stored by caches."""
    return _says(view, "public")


# How long others may hold what is the same for everyone: a page, what a calculator says, a file of figures, what is published
# and never changes. Correctness rests on none of them but the first numbers (RFC 5861 is a wish).
PAGE = "public, max-age=60, s-maxage=300, stale-while-revalidate=86400, stale-if-error=604800"
TOOL = "public, max-age=3600"
DATA = "public, max-age=300, stale-while-revalidate=86400"
FOR_GOOD = IMMUTABLE
FOR_A_MINUTE = "public, max-age=60"  # a redirection, or what was asked wrongly


def cached(
    lasts: str = PAGE, *, asks: tuple[str, ...] | None = ()
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Anyone, and the same for everyone: kept warm (warm.py), without session, cookie or database, and weighed.

    `lasts` is what others are told. The view may say otherwise of one answer by setting its Cache-Control. `FOR_GOOD` is for
    what never changes, not by a word of its footer: nobody asks again for a year.

    `asks`: the words of a query that the view reads, each with a few values. It is kept for each of these and never hears of
    any other word (`?fbclid=…`). None: it reads what anybody types, hears all of it, and is asked each time.
    """

    def hang(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def held(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            g.weighed = True  # the footer leaves room for what the page weighs
            try:
                response = make_response(view(*args, **kwargs))
            finally:
                g.pop("weighed", None)  # a page that says what went wrong is for one visitor
            response.headers.setdefault("Cache-Control", _on_this_day(lasts) if response.status_code == 200 else FOR_A_MINUTE)
            return response

        setattr(held, ASKS, asks)
        return _says(held, "public")

    return hang


def _on_this_day(lasts: str) -> str:
    """How long others may hold it. What is asked of readers changes when a polling day begins and when the poll closes: no copy
    that was made before is shown after. What never changes asks nothing of anybody."""
    held = timedelta(days=1, minutes=5)  # the longest that the words above allow, a failure of ours aside
    return FOR_A_MINUTE if lasts != FOR_GOOD and is_silent_within(clock.now(), held) else lasts


def asked_at(app: Flask) -> Callable[[str], tuple[str, ...] | None]:
    """What the door at an address reads of a query, as `cached` says; None where it reads what it likes, or where none is."""
    addresses = app.url_map.bind("localhost")

    def asks(address: str) -> tuple[str, ...] | None:
        try:
            endpoint, _values = addresses.match(address, method="GET")
        except HTTPException:  # no door, or another address
            return None
        found: tuple[str, ...] | None = getattr(app.view_functions[endpoint], ASKS, None)
        return found

    return asks


def member(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """A person who is signed in, about themselves only."""
    guarded: Callable[P, ResponseReturnValue] = login_required(view)
    return _says(guarded, "member")


def officer(
    right: str, *, fresh: bool = False
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Somebody who holds an office today that may do this (a right of the branches’ table), and has proven a second step
    within 12 hours; within five minutes where it must be `fresh`, before money moves or an office is given.

    The doorkeeper decides. Who holds no such office is answered as if there were no door.
    """

    def hang(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            turned_away = current_app.extensions["doorkeeper"](right, fresh=fresh)
            if turned_away is not None:
                return cast(ResponseReturnValue, turned_away)
            g.let_in_as = right
            return view(*args, **kwargs)

        return _says(guarded, f"officer:{right}" + (", fresh" if fresh else ""))

    return hang


def machine(view: View) -> View:
    """Another machine that proves itself in the door (a signature, or loopback). No cookie, no form token."""
    machines.append(view)
    return _says(view, "machine")


def demo_only(view: View) -> View:
    """Anyone, but only where nothing is real; elsewhere the door is not hung at all."""
    return _says(view, "demo")


machines: list[Callable[..., ResponseReturnValue]] = []  # told to the form-token guard by create_app


class TooMany(Exception):
    """Too many tries. `seconds`: when to come back."""

    def __init__(self, seconds: int):
        self.seconds = seconds
        super().__init__(seconds)


# Tries and seconds: for one address (many people can share one), and for one email.
PER_ADDRESS, PER_EMAIL = (300, 600), (10, 600)
# For one person who enters codes: a guess at six digits, three of which are good at a time, stays hopeless for years.
PER_PERSON = ((5, 300), (20, 3600), (100, 86400))


def limited(door: str, *, address: str, email: str | None = None, per_address: tuple[int, int] = PER_ADDRESS) -> None:
    """Count one try of a public form. Raises TooMany. Addresses and emails are counted under blind indexes."""
    seal = house().seal
    asked = [limits.Limit(seal.index("limit", f"{door}:{address}"), *per_address)]
    if email:
        asked.append(limits.Limit(seal.index("limit", f"{door}:{email.casefold()}"), *PER_EMAIL))
    _take(asked)


def limited_to(door: str, person_id: UUID) -> None:
    """Count one try of one person, who is signed in. Raises TooMany."""
    seal = house().seal
    asked = [limits.Limit(seal.index("limit", f"{door}:{person_id}:{seconds}"), most, seconds) for most, seconds in PER_PERSON]
    _take(asked)


def _take(asked: list[limits.Limit]) -> None:
    again_at = limits.take(asked)
    if again_at:
        raise TooMany(max(1, int((again_at - clock.wall()).total_seconds()) + 1))
