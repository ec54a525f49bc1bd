"""The commands about letters: `flask mail …`."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import click
from flask.cli import AppGroup

from app.cli import database_up

if TYPE_CHECKING:
    from flask import Flask


def hang(app: Flask) -> None:
    app.cli.add_command(letters)


letters = AppGroup("mail", help="Letters that went out.")


@letters.command("bounced")
@click.argument("files", nargs=-1, type=click.File("rb"))
def bounced(files: tuple[BinaryIO, ...]) -> None:
    """Read reports that letters could not be delivered (RFC 3464), each a file, or one on standard input, as a mail server
    pipes it. Anything else is left alone and is no error: a mailbox for bounces gets much."""
    from app.ground import bounces
    from app.ground.db import transaction
    from app.party.people import services

    with database_up():
        for raw in [file.read() for file in files] or [click.open_file("-", "rb").read()]:
            returned = bounces.read_returned(raw)
            noted = False
            if returned:
                with transaction():
                    noted = services.note_returned(returned.letter_id, code=returned.code)
            if returned and noted:
                lasts = "for good" if returned.code.startswith("5") else "for now"
                click.echo(f"The letter {returned.letter_id} came back {lasts} ({returned.code}).")
            else:
                click.echo("No news of any letter.")
