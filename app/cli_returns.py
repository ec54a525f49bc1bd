"""`flask returns …`: what was filed with the Electoral Commission, made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from app.cli import database_up

if TYPE_CHECKING:
    from flask import Flask


def hang(app: Flask) -> None:
    app.cli.add_command(returns)


returns = AppGroup("returns", help="Returns filed with the Electoral Commission.")


@returns.command("check")
def check() -> None:
    """Make every filed return again, from the rows and the law as they were known when it was filed, and compare the hashes.
    Says what came out otherwise, in words that name nobody. Exits 1 if anything did."""
    from app.ground.db import no_hurry, session
    from app.party.returns import queries

    faults = 0
    with database_up():
        ids = [one.id for one in queries.filed()]
        for filed_id in ids:
            no_hurry()
            one = queries.find_filed(filed_id)
            assert one is not None
            found = queries.check(one)
            name = f"{one.what} {one.year}, version {one.version}"
            if found.same:
                click.echo(f"{name}: the same, {one.digest[:16]}…")
            else:
                faults += 1
                for change in found.changes or ("The facts differ.",):
                    click.echo(f"{name}: {change}", err=True)
            session.remove()
    if faults:
        raise SystemExit(1)
    click.echo(f"{len(ids)} filed returns, each as it was filed.")
