"""The commands of an installation: `flask …`. Long work shows progress on a terminal and plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import click
from flask.cli import AppGroup, with_appcontext

if TYPE_CHECKING:
    from flask import Flask


def hang(app: Flask) -> None:
    for command in (database, worker, seed, ledger, audit, reconcile, doctor, offices):
        app.cli.add_command(command)


@contextmanager
def database_up() -> Iterator[None]:
    """The database, started for the length of one command where it is the embedded one and is not running."""
    from app.web.house import house

    own = house().settings.embedded
    if own is None or own.is_up():
        yield
        return
    own.start()
    try:
        own.create_database()
        yield
    finally:
        own.stop()


def alembic() -> Any:
    from alembic.config import Config

    from app import HERE
    from app.web.house import house

    config = Config(toml_file=str(HERE / "pyproject.toml"))
    config.attributes["url"] = house().settings.database_owner_url
    return config


database = AppGroup("db", help="The tables: bring them up to date, check them.")


@database.command("upgrade")
def upgrade() -> None:
    """Bring the tables up to date, as their owner (DATABASE_OWNER_URL)."""
    from alembic import command

    with database_up():
        command.upgrade(alembic(), "head")


@database.command("check")
def check() -> None:
    """Say whether models and migrations agree."""
    from alembic import command

    with database_up():
        command.check(alembic())


@database.command("revision")
@click.argument("name")
def revision(name: str) -> None:
    """Begin migration NAME from what the models have and the tables do not."""
    from alembic import command
    from alembic.script import ScriptDirectory

    with database_up():
        last = ScriptDirectory.from_config(alembic()).get_current_head() or "0"
        command.revision(alembic(), message=name, rev_id=f"{int(last) + 1:04}", autogenerate=True)


@click.command("worker")
@click.option("--until-idle", is_flag=True, help="Stop when no chore waits.")
@with_appcontext
def worker(until_idle: bool) -> None:
    """Do chores: letters, payments, the timetable. Lives through a database that is away."""
    import os
    import time

    from flask import current_app
    from procrastinate.exceptions import ConnectorException
    from psycopg import OperationalError

    from app import wiring
    from app.ground import db, jobs
    from app.web.house import house

    app, parent = current_app._get_current_object(), os.getppid()  # type: ignore[attr-defined]  # the chores run in threads of their own
    while True:
        try:
            with app.app_context():
                db.check_durable()
                db.session.remove()
            jobs.work(
                house().settings.database_url,
                chores=wiring.chores(),
                timetable=wiring.timetable(),
                around=app.app_context,
                until_idle=until_idle,
            )
            return
        except (OperationalError, ConnectorException, db.Unreachable):
            if until_idle:
                raise
            if os.getppid() != parent:
                return  # who started us is gone, and took the database with it
            click.echo("The database is away; trying again in a second.", err=True)
            time.sleep(1)


@click.command("seed")
@click.option("--people", default=0, help="Add this many synthetic members, for scale.")
@with_appcontext
def seed(people: int) -> None:
    """Fill an empty database with the demo party, or add synthetic people."""
    from app.seeding import seed_cast, seed_many, seed_policies
    from app.web.house import house

    with database_up():
        if people:
            seed_many(people, say=click.echo)
        else:
            for line in seed_cast():
                click.echo(line)
            if house().settings.demo:
                seed_policies()


ledger = AppGroup("ledger", help="The books.")


@ledger.command("verify")
def verify_ledger() -> None:
    """Check that every entry sums to zero and every settled payment is income once. Exits 1 if not."""
    from app.ground.db import no_hurry
    from app.party.dues import queries as dues
    from app.party.payments import queries

    with database_up():
        no_hurry()
        found = queries.balances()
        for account, amount in sorted(found.accounts.items()):
            click.echo(f"{account:24} {amount!s:>16}")
        click.echo(f"settled but not acted on: {queries.paid_but_untold()}")
        _end(found.faults + dues.faults(), "The ledger holds: it sums to zero.")


audit = AppGroup("audit", help="The log of who did what.")


@audit.command("verify")
def verify_audit() -> None:
    """Read the whole chain. Names every row that was edited, deleted, forged or moved. Exits 1 if there is one."""
    from app.ground import audit as log

    with database_up():
        count, faults = log.verify()
        _end([fault.sentence for fault in faults], f"The audit log holds: {count} rows.")


offices = AppGroup(
    "offices", help="Who holds which office. The first party secretary is appointed here; later ones at /org/offices."
)


@offices.command("appoint")
@click.argument("email")
@click.argument("office", type=click.Choice(["secretary", "treasurer", "organizer", "reader"]))
@click.option("--branch", help="The branch of an organizer; it is added if there is none of that name.")
def appoint(email: str, office: str, branch: str | None) -> None:
    """Give the member with EMAIL an OFFICE from today. A new secretary relieves the one in office."""
    from app.ground import clock
    from app.party.branches import queries, services
    from app.party.branches.rules import NotAMember, OfficeName
    from app.party.people import queries as people

    with database_up(), _refusals(), _transaction():
        person = people.find_by_email(email)
        if person is None:
            raise NotAMember()
        today = clock.today()
        of = (queries.find_branch(branch) or services.add_branch(branch, by="system", on=today)) if branch else None
        given = services.appoint(person, OfficeName(office), by="system", on=today, branch=of)
        click.echo(f"{email} is {queries.words(given.office, of)} from {given.since}. They have a letter about it.")


@offices.command("end")
@click.argument("email")
@click.argument("office")
def end(email: str, office: str) -> None:
    """End the OFFICE that the person with EMAIL holds, today."""
    from app.ground import clock
    from app.party.branches import queries, services
    from app.party.people import queries as people

    with database_up(), _refusals(), _transaction():
        person, today = people.find_by_email(email), clock.today()
        theirs = queries.offices_of(person.id) if person else []
        held = [row for row in theirs if row.office == office and (row.until is None or row.until > today)]
        if not held:
            raise click.ClickException(f"{email} holds no such office.")
        for row in held:
            services.end_office(row, by="system", on=today)
        click.echo(f"{email} is {office} no longer.")


@offices.command("recover")
@click.argument("email")
def recover(email: str) -> None:
    """Take every passkey and authenticator app off the name of the person with EMAIL: they lost theirs."""
    from app.ground import clock
    from app.party.branches import services
    from app.party.people import queries as people

    with database_up(), _refusals(), _transaction():
        person = people.find_by_email(email)
        if person is None:
            raise click.ClickException(f"{email} is not known.")
        services.forget_proofs(person.id, by="system", on=clock.today())
        click.echo(f"{email} is signed out everywhere, signs in by letter, and sets up another.")


@offices.command("list")
def list_offices() -> None:
    """Every office that is held now or is to be."""
    from app.ground import clock
    from app.party.branches import queries

    with database_up():
        for held in queries.offices(on=clock.today())[0]:
            proof = "" if held.has_proof else "  (no second step yet)"
            click.echo(f"{held.words:32} {held.name}, since {held.since}{f', until {held.until}' if held.until else ''}{proof}")


def _transaction() -> AbstractContextManager[Any]:
    from app.ground.db import transaction

    return transaction()


@contextmanager
def _refusals() -> Iterator[None]:
    """A refusal is said in its own sentence, without a traceback."""
    from app.law.clauses import Refusal

    try:
        yield
    except Refusal as refusal:
        raise click.ClickException(" ".join(filter(None, [str(refusal), refusal.cites and f"({refusal.cites})"]))) from None


@click.command("reconcile")
@click.option("--days", default=40, show_default=True, help="How far back to look (Stripe keeps events for 30 days only).")
@with_appcontext
def reconcile(days: int) -> None:
    """Ask Stripe about everything, and make our rows say what is there. What does not agree is listed, and waits on /org/money.
    Exits 1 if anything does not."""
    from app.gateways.stripe import Away
    from app.party.payments import errands
    from app.web.house import house

    with database_up():
        try:
            found = errands.reconcile(days=days, currency=house().settings.currency)
        except Away as reason:
            return _end([f"Stripe does not answer ({reason}): nothing was changed. Try again."], "")
        click.echo(
            f"{found.attempts} open attempts, {found.renewals} renewals, {found.moves} movements on the balance looked at."
        )
        _end(found.faults, "Stripe and our rows agree on them.")


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say what is wrong with this installation, in sentences. Exits 1 if anything is."""
    from app.checkup import faults

    with database_up():
        _end(faults(), "Nothing found wrong.")


def _end(faults: list[str], all_well: str) -> None:
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise SystemExit(1)
    click.echo(all_well)
