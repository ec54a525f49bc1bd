"""The gauge of registration at scale, beside a bare count of the same members, in turns; and what the chores take."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import psycopg

from app.ground import clock
from app.ground.db import no_hurry, session, transaction
from app.party.branches.scope import EVERYONE, HOUSE, looking_as
from app.party.registration import queries, services

from .drive import percentile
from .figures import Figure
from .place import Place

ROUNDS = 20
_BARE = "select count(*) from roster where decided = 'good' and owed_from > current_date and can_enrol = 'yes'"


def run(place: Place) -> list[Figure]:
    app, today = place.app(), clock.today()
    with app.app_context(), psycopg.connect(place.postgres.url(), autocommit=True) as owner:
        owner.execute("select roster_fold()")
        owner.execute("vacuum analyze roster, roster_tallies")
        note = f"{place.people} people"
        with looking_as(HOUSE):
            watch = _timed(lambda: _kept(lambda: services.count_today(on=today)))
            back = _timed(lambda: _kept(lambda: services.fill_in(on=today)))
        gauge, bare, choose = [], [], []
        for _ in range(ROUNDS):
            gauge.append(_timed(lambda: queries.gauge(on=today)))
            session.remove()
            bare.append(_timed(lambda: owner.execute(_BARE).fetchone()))
        with looking_as(EVERYONE):
            for _ in range(5):
                choose.append(_timed(lambda: list(queries.candidates(EVERYONE, on=today))))
                session.remove()
            day = _timed(lambda: queries.moved(today - timedelta(days=1), today - timedelta(days=1)))
            session.remove()
        p95, base = percentile(gauge, 95), percentile(bare, 95)
    return [
        Figure("registration.gauge.p95", p95, "ms", base, None, "<= 300", "a bare count, p95", note),
        Figure("registration.choose", percentile(choose, 50), "ms", None, None, None, "", f"5,000 spread; {note}"),
        Figure("registration.watch", watch, "ms", None, None, None, "", note),
        Figure("registration.why_of_a_day", day, "ms", None, None, None, "", note),
        Figure("registration.fill_in_30_days", back, "ms", None, None, None, "", note),
    ]


def _kept(do: Callable[[], object]) -> None:
    with transaction():
        no_hurry()
        do()


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000
