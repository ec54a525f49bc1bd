"""Doors for machines that watch over us: alive, ready, and the numbers. They say how much and how old, never who.

The numbers are read from the rooms' tables as SQL: this floor may not lean on the rooms.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from psycopg import Error as LinkError
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from app.ground import clock
from app.ground.db import NotDurable, check_durable, session, transaction

from .house import house
from .rights import machine

door = Blueprint("health", __name__)

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
LOOPBACK = ("127.0.0.1", "::1")


@door.get("/healthz")
@machine
def healthz() -> ResponseReturnValue:
    """This process answers. Asks nothing of the database, so that a dead database does not restart the web."""
    return Response("alive\n", mimetype="text/plain")


@door.get("/readyz")
@machine
def readyz() -> ResponseReturnValue:
    """The database answers and its tables are the ones this code was written for; 503 with one word why not."""
    try:
        with transaction():
            check_durable()
            ready = at_head()
    except NotDurable:
        return Response("durability\n", 503, mimetype="text/plain")
    except ProgrammingError:  # no tables at all
        ready = False
    except (SQLAlchemyError, LinkError):
        return Response("database\n", 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain") if ready else Response("migrations\n", 503, mimetype="text/plain")


@door.get("/metrics")
@machine
def metrics() -> ResponseReturnValue:
    """Prometheus text, to this machine and to addresses in METRICS_ALLOW; to others there is no such page."""
    if not may_see_metrics():
        abort(404)
    return Response(generate_latest(_registry()), content_type="text/plain; version=0.0.4; charset=utf-8")


def may_see_metrics() -> bool:
    """Whether the caller is this machine or an allowed one.

    A proxy on this machine makes everybody look local; a forwarded request counts as local only where TRUSTED_PROXIES
    says how to read who sent it.
    """
    settings, address = house().settings, request.remote_addr or ""
    if address in settings.metrics_allow:
        return True
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return address in LOOPBACK and not (forwarded and not settings.trusted_proxies)


def at_head() -> bool:
    """Whether the tables are those of the newest migration. Raises ProgrammingError where there are none."""
    found: str | None = session.scalar(text("select version_num from alembic_version"))
    return found == newest_migration()


@cache
def newest_migration() -> str | None:
    """The revision the code expects, read once: the files are named by their place in the one line they stand in. Alembic
    itself is for whoever migrates; with the templates it brings along it takes 8 MB of every worker."""
    return max((file.name[:4] for file in MIGRATIONS.glob("versions/[0-9]*.py")), default=None)


# name, what it is, one number; `:now` is the house's time, clock_timestamp() the database's own
NUMBERS = (
    ("hustings_joins_total", "Memberships opened since the beginning", "select count(*) from memberships"),
    (
        "hustings_payments_settled_total",
        "Payments whose money has arrived",
        "select count(*) from payments where settled_at is not null",
    ),
    (
        "hustings_payments_open",
        "Attempts to pay that are neither settled nor closed",
        "select count(*) from payments where settled_at is null and closed_at is null",
    ),
    (
        "hustings_paid_but_not_a_member",
        "Payments that arrived while the room they are for was not told; more than a minute of this is a fault",
        "select count(*) from payments where settled_at is not null and told_at is null",
    ),
    (
        "hustings_inbox_unhandled",
        "Events from Stripe that nobody has acted on yet",
        "select count(*) from stripe_events where handled_at is null",
    ),
    (
        "hustings_inbox_oldest_seconds",
        "Age of the oldest of them",
        "select extract(epoch from :now - min(received_at)) from stripe_events where handled_at is null",
    ),
    (
        "hustings_jobs_waiting",
        "Jobs that could be done now",
        """select count(*) from procrastinate_jobs
            where status = 'todo' and coalesce(scheduled_at, '-infinity') <= clock_timestamp()""",
    ),
    (
        "hustings_jobs_oldest_seconds",
        "How long the oldest of them has been waiting",
        """select extract(epoch from clock_timestamp() - min(coalesce(job.scheduled_at, event.at)))
             from procrastinate_jobs job
             left join procrastinate_events event on event.job_id = job.id and event.type = 'deferred'
            where job.status = 'todo' and coalesce(job.scheduled_at, '-infinity') <= clock_timestamp()""",
    ),
    (
        "hustings_jobs_failed",
        "Jobs that were given up",
        "select count(*) from procrastinate_jobs where status = 'failed'",
    ),
    (
        "hustings_letters_unsent",
        "Letters written and not sent",
        "select count(*) from letters where sent_at is null and refused_at is null and sealed is not null",
    ),
    (
        "hustings_letters_oldest_seconds",
        "Age of the oldest of them",
        """select extract(epoch from :now - min(queued_at)) from letters
            where sent_at is null and refused_at is null and sealed is not null""",
    ),
)
BY_ACCOUNT = "select account, currency, sum(cents) as cents from ledger_lines group by account, currency order by account"
UNSETTLED = "select sum(cents) from ledger_lines where account = 'stripe:unsettled'"


def number(question: str) -> float:
    """One of the numbers, as it is now."""
    return float(session.scalar(text(question), {"now": clock.now()}) or 0)


class House:
    """Asked at each scrape. A database that does not answer is itself a number."""

    def describe(self) -> Iterator[Metric]:
        return iter(())  # nothing is asked of the database when the registry is put together

    def collect(self) -> Iterator[Metric]:
        try:
            with transaction():
                found = list(self._numbers())
            up = 1
        except (SQLAlchemyError, LinkError):
            found, up = [], 0
        yield GaugeMetricFamily("hustings_database_up", "Whether the database answered", value=up)
        yield from found

    def _numbers(self) -> Iterator[Metric]:
        for name, about, question in NUMBERS:
            yield GaugeMetricFamily(name, about, value=number(question))
        cents = session.scalar(text(UNSETTLED)) or 0
        yield GaugeMetricFamily(
            "hustings_stripe_unsettled_cents", "Money Stripe took and has not put in the balance", float(cents)
        )
        ledger = GaugeMetricFamily("hustings_ledger_cents", "The ledger; debits positive", labels=("account", "currency"))
        for row in session.execute(text(BY_ACCOUNT)):
            ledger.add_metric((row.account, row.currency), float(row.cents))
        yield ledger


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(House())
    return registry
