"""`flask exports …`: whose a leaked file is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from app.cli import database_up

if TYPE_CHECKING:
    from flask import Flask


def hang(app: Flask) -> None:
    app.cli.add_command(exports)


exports = AppGroup("exports", help="Files of people that officers asked for.")


@exports.command("whose")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def whose(file: Path) -> None:
    """Say which of our files FILE was taken from, and who had asked for it. Exits 1 if none fits beyond chance.

    FILE is CSV or XLSX, whole or a part of it, sorted or not.
    """
    from app.ground import clock
    from app.ground.db import transaction
    from app.party.agreeing import queries as officers
    from app.party.exports import queries, rules

    with database_up(), transaction():
        found = queries.whose(file)
        sure = [one for one in found if one.is_sure]
        for one in sure:
            asked = one.export
            click.echo(
                f"{asked.name}: {one.fits} of {one.among} marks fit; by chance one file in {1 / max(one.chance, 1e-99):.0e}.\n"
                f"  asked for on {clock.day_of(asked.asked_at)} by {officers.who(asked.asked_by_id, on=clock.today())},"
                f" then {asked.office}, id {asked.asked_by_id}\n"
                f"  of {asked.whom}, {rules.WHYS[rules.Why(asked.why)]}; last taken {asked.taken_at or 'never'}"
            )
    if not sure:
        raise SystemExit(_nothing(found[0].among if found else 0))


def _nothing(marks: int) -> int:
    click.echo(f"None of our files fits: {marks} marks were read, which is too few, or it is none of ours.", err=True)
    return 1
