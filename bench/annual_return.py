"""The annual donations return of a year of 200,000 donations of every kind, in turns with what the bare engine does with the
same rows: adds them up in SQL, and hands them over as they are."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from statistics import median

import psycopg

from app.ground import db
from app.ground.mail import office
from app.party.returns import papers, queries
from app.party.returns.models import Kind
from app.party.returns.queries import AsOf

from . import many_donations
from .figures import Figure
from .place import Place

DONATIONS, YEAR = 200_000, 2026
AS_OF = AsOf(date(YEAR + 1, 4, 6))
SUM = """
    select form, count(*), sum(cents) from donations where received_on between '2026-01-01' and '2026-12-31' group by form
"""
ROWS = """
    select id::text, received_on, cents, donor_id::text, overseas, form, channel, told_on
      from donations where received_on between '2026-01-01' and '2026-12-31'
"""


def run(place: Place) -> list[Figure]:
    place.fill("hustings_returns", 0)
    with place.app("hustings_returns").app_context():
        seeded = _fill(place)
        with psycopg.connect(place.postgres.url(database="hustings_returns")) as bare:

            def sum_up() -> object:
                return bare.execute(SUM).fetchall()

            def hand_over() -> object:
                return bare.execute(ROWS).fetchall()

            turns = [[_timed(work) for work in (_return, sum_up, hand_over)] for _ in range(max(place.rounds, 3))]
        ours, sums, rows = (median(turn[which][0] for turn in turns) for which in range(3))
        cpu = median(turn[0][1] for turn in turns)
        made = queries.of_year(YEAR, AS_OF)
        (checks, _), adds_up = _timed(lambda: queries.all_checks(made)), queries.all_checks(made).adds_up
        facts = queries.facts(Kind.DONATIONS, YEAR, "", AS_OF)
        db.session.remove()
        sheet, _ = _timed(lambda: papers.as_csv(facts))
    size = f"{DONATIONS:,} donations"
    return [
        Figure(
            "returns.annual", ours, "s", None, None, "<= 5", "", f"{size}; {cpu:.1f} s of our processor; adds up: {adds_up}"
        ),
        Figure("returns.annual.rows", ours, "s", rows, ours / rows, None, "the same rows handed over by psycopg, no more"),
        Figure("returns.annual.sum", ours, "s", sums, ours / sums, None, "the same rows added up in SQL, no law and no lines"),
        Figure("returns.checks", checks, "s", None, None, None, "", "against the ledger, alike, addresses"),
        Figure("returns.csv", sheet, "s", None, None, None, "", f"{len(facts['content']['parts']['a'])} lines in Part A"),
        Figure("returns.seeding", DONATIONS / seeded, "donations/s", note="with payments, ledger, seals; 0: was there already"),
    ]


def _fill(place: Place) -> float:
    """Seconds it took; endless if they were there."""
    began = time.perf_counter()
    with psycopg.connect(place.postgres.url(database="hustings_returns"), autocommit=True) as owner:
        there = owner.execute("select count(*) from donations").fetchone()
        if there and there[0]:
            return float("inf")
        app_url = place.postgres.url(database="hustings_returns", user="hustings_app")
        many_donations.fill(DONATIONS, YEAR, seal=office().seal, url=app_url, say=lambda line: print(f"  {line}", flush=True))
        took = time.perf_counter() - began
        owner.execute("vacuum analyze")
    return took


def _return() -> object:
    """From the rows to every line with its name."""
    made = queries.donations_content(queries.of_year(YEAR, AS_OF))
    db.session.remove()
    return made


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the wall, and of this process’s processor."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - used
