"""`flask clock …`: the demo's own time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from app.cli import database_up

if TYPE_CHECKING:
    from flask import Flask


def hang(app: Flask) -> None:
    app.cli.add_command(clock_group)


clock_group = AppGroup("clock", help="The demo's clock. Where anything is real, time passes by itself.")


@clock_group.command("advance")
@click.argument("days", type=click.IntRange(1))
def advance(days: int) -> None:
    """Let DAYS pass in the demo, day by day, with all that becomes due: dues, letters, charges, retries, lapses."""
    from flask import current_app

    from app.advancing import advance as let_pass
    from app.ground import passing
    from app.web.house import house

    file = passing.file_of(house().settings)
    if file is None:
        raise click.ClickException("Time cannot be moved here: this is no demo. Nothing was changed.")
    if days > passing.MOST_DAYS:
        raise click.ClickException(f"At most {passing.MOST_DAYS} days at once.")
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the jobs run in threads of their own
    with database_up():
        try:
            done = let_pass(app, file, url=house().settings.database_url, days=days, say=lambda day: click.echo(f"{day}"))
        except passing.Underway:
            raise click.ClickException("Another advance is under way; look at /dev/clock.") from None
    for sentence in done.trouble:
        click.echo(sentence, err=True)
