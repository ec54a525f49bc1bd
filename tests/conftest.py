"""The real parts: embedded PostgreSQL, the application's migrations, the Stripe simulator on a socket, letters in their table.

Each test begins with empty tables. Servers listen on 127.0.0.1 (or a socket) and are stopped by the process that began them.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as drawing
from stripe import WebhookSignature
from werkzeug.test import TestResponse

from app import create_app, gateways, wiring
from app.gateways.stripe import StripeGateway
from app.ground import clock, db, mail
from app.ground.embedded import Embedded
from app.ground.settings import Settings, read
from stripe_sim import Simulator
from stripe_sim.contract import Contract, checked_client
from tests import cast as faces
from tests import walk
from tests.tables import copy_back, empty, picture
from tests.working import do_what_waits

CONTRACT = cache(Contract.installed)

# What is drawn is drawn from each test's own name, so that a run which failed fails again, and a slow machine is no fault.
# `pytest --hypothesis-profile=explore` draws anew each time, and more.
drawing.register_profile("fixed", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow])
drawing.register_profile("explore", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
drawing.load_profile("fixed")

SHORT, LONG = timedelta(minutes=1), timedelta(minutes=3)  # what a test takes on a busy machine, and one with a whole house


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test begins on one day and ends on the next: before midnight, in New Zealand or by UTC, it waits for it to pass."""
    takes = LONG if {"party", "site", "aging"} & set(getattr(item, "fixturenames", ())) else SHORT
    now = datetime.now(UTC)
    days = (clock.start_of(clock.day_of(now) + timedelta(days=1)), now.replace(hour=0, minute=0, second=0) + timedelta(days=1))
    time.sleep(max([(end - now).total_seconds() + 0.1 for end in days if end - now < takes], default=0))


@pytest.fixture(autouse=True)
def the_day(request: pytest.FixtureRequest) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """`@pytest.mark.on_day(date(2026, 11, 29))`: for the house it is noon of that day throughout, from the first fixture on and
    in the jobs of `do_the_chores`; the simulator begins there. PostgreSQL keeps the wall’s time."""
    marked = request.node.get_closest_marker("on_day")

    def there() -> AbstractContextManager[None]:
        return clock.standing_at(clock.start_of(marked.args[0], time_of_day(12))) if marked else nullcontext()

    with there():
        yield there


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of this machine. Without one the browser tests say so and are skipped, except in CI, where they fail."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        if os.environ.get("HUSTINGS_NEEDS_BROWSER"):
            pytest.fail("no Chromium found: set CHROMIUM, or install it")
        pytest.skip("no Chromium found (set CHROMIUM=/path): the browser journeys are not run")
    args = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    if os.geteuid() == 0:
        args.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": chromium, "args": args}


@pytest.fixture(scope="session")
def instance() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hustings-test-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(instance: Path) -> Iterator[Embedded]:
    server = Embedded(instance)
    server.start()
    server.create_database()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def stripe_server() -> Iterator[Simulator]:
    simulator = Simulator(webhook_url=None, webhook_secret="whsec_test", posting_delay=0.02)
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture(scope="session")
def settings(instance: Path, postgres: Embedded, stripe_server: Simulator) -> Settings:
    return read(
        {
            "INSTANCE": str(instance),
            "DATABASE_URL": postgres.url(user="hustings_app"),
            "DATABASE_OWNER_URL": postgres.url(),
            "STRIPE_API_KEY": "sk_test_tests",
            "STRIPE_API_BASE": stripe_server.url,
            "STRIPE_WEBHOOK_SECRET": "whsec_test",
            "PUBLIC_URL": "http://localhost",
            "PARTY_NAME": faces.PARTY,
            "PATH": os.environ["PATH"],
        }
    )


class Browser(FlaskClient):
    """Each request begins without what an earlier one left in `g`: who was signed in, the form token."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def whole_app(settings: Settings) -> Flask:
    """The application as create_app makes it, on tables made by the migrations."""
    from alembic import command

    from app.cli import alembic

    app = create_app(settings)
    app.test_client_class = Browser
    # Everything we say to Stripe and hear from it in any test is held to Stripe's own description.
    gateways.hire(
        stripe=StripeGateway(
            api_key=settings.stripe_api_key,
            webhook_secrets=settings.stripe_webhook_secrets,
            api_base=settings.stripe_api_base,
            http_client=checked_client(),
            debit=settings.direct_debit,
        )
    )
    with app.app_context():
        command.upgrade(alembic(), "head")
    return app


@pytest.fixture(scope="session")
def owner_url(settings: Settings) -> str:
    return settings.database_owner_url


@pytest.fixture
def owner(owner_url: str) -> Iterator[psycopg.Connection]:
    """A connection as the owner of the tables, to look where the application may not."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def app(request: pytest.FixtureRequest, whole_app: Flask, owner_url: str, stripe_server: Simulator) -> Iterator[Flask]:
    """The application on emptied tables, with an empty simulator."""
    db.session.remove()
    empty(owner_url)
    stripe_server.reset()
    if request.node.get_closest_marker("on_day"):
        stripe_server.move((clock.now() - datetime.now(UTC)).total_seconds())  # back, too: nothing has happened there yet
    whole_app.extensions["hustings"].warm.forget()
    with whole_app.app_context():
        yield whole_app
    db.session.remove()


@pytest.fixture
def stripe(app: Flask, stripe_server: Simulator) -> Simulator:
    return stripe_server


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def do_the_chores(app: Flask, settings: Settings, the_day: Callable[[], AbstractContextManager[None]]) -> Callable[[], None]:
    """Run the jobs that wait now (not those for later), with the real worker, until none is left."""

    @contextmanager
    def around() -> Iterator[None]:
        with app.app_context(), the_day():
            yield

    return lambda: do_what_waits(settings.database_url, wiring.chores(), around)


@pytest.fixture
def mailbox(app: Flask) -> Callable[[], list[mail.Opened]]:
    """Every letter written so far, newest first."""

    def letters() -> list[mail.Opened]:
        found = mail.newest(200)
        db.session.remove()
        return found

    return letters


@pytest.fixture(scope="session")
def pictures() -> dict[tuple[str, date], dict[str, bytes]]:
    """What was made on a day: its rows, by table."""
    return {}


Made = Callable[[str, Callable[[], None]], None]


@pytest.fixture
def once_a_day(app: Flask, owner_url: str, pictures: dict[tuple[str, date], dict[str, bytes]]) -> Made:
    """Have something made by the real services, and for the tests after it on the same day copied back, which takes a twentieth
    of the time. Where a test has its own clock, or has begun with something else, it is made by the services."""

    def once(what: str, make: Callable[[], None]) -> None:
        alone = abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5) and not picture(owner_url)
        key = what, clock.today()
        if alone and key in pictures:
            copy_back(owner_url, pictures[key])
            return
        make()
        if alone and clock.today() == key[1]:
            pictures[key] = picture(owner_url)

    return once


@pytest.fixture
def cast(once_a_day: Made) -> dict[str, faces.Face]:
    """All of the cast, in the database."""
    once_a_day("the cast", _make_the_cast)
    return {face.key: face for face in faces.CAST}


def _make_the_cast() -> None:
    for face in faces.CAST:
        faces.make(face)


@pytest.fixture
def as_officer(app: Flask, cast: dict[str, faces.Face]) -> Callable[[str], FlaskClient]:
    """A browser signed in as one of the cast who holds an office (`olive`, `wiremu`, `tama`), a second step proven just now."""

    def enter(key: str) -> FlaskClient:
        browser = walk.enter(app, cast[key].email)
        assert walk.prove(browser, cast[key].email).status_code == 303
        return browser

    return enter


@pytest.fixture
def hear(client: FlaskClient) -> Callable[[dict[str, Any]], TestResponse]:
    """Deliver one event to our webhook, signed as Stripe signs."""

    def deliver(event: dict[str, Any]) -> TestResponse:
        CONTRACT().check_event(event)
        body = json.dumps(event)
        signature = WebhookSignature.generate_signature_header(body, "whsec_test")
        return client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": signature})

    return deliver


@pytest.fixture
def events(stripe: Simulator) -> Callable[[], list[dict[str, Any]]]:
    """Every event the simulator has had, oldest first, as it would send them."""

    def sent() -> list[dict[str, Any]]:
        assert stripe.settle()
        return [{key: value for key, value in event.items() if key != "deliveries"} for event in stripe.events()]

    return sent


@pytest.fixture
def hear_everything(hear: Callable[..., TestResponse], events: Callable[[], list[dict[str, Any]]]) -> Callable[[], None]:
    """Deliver every event so far, oldest first."""

    def deliver() -> None:
        for event in events():
            answer = hear(event)
            assert answer.status_code == 200, answer.get_data(as_text=True)

    return deliver


@pytest.fixture
def policies(once_a_day: Made) -> None:
    """The policies of the demo party, published as the demo publishes them."""
    from app.seeding import seed_policies

    once_a_day("the policies", seed_policies)
