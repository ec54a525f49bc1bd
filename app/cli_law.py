"""`flask law …`: the rule book, and cases tried against it. Neither needs a database."""

from __future__ import annotations

import json
import sys
from typing import IO, TYPE_CHECKING

import click
from flask.cli import AppGroup

if TYPE_CHECKING:
    from flask import Flask


def hang(app: Flask) -> None:
    app.cli.add_command(law)


law = AppGroup("law", help="The rule book, and cases tried against it.")


@law.command("show")
def show() -> None:
    """Every clause there is, by subject, with both dates and the section."""
    from app.law.rule_book import chapters, printed

    for chapter in chapters():
        click.echo(f"\n{chapter.title}\n")
        for rule in chapter.rules:
            click.echo(f"{rule.clauses.subject}  ({rule.name})")
            for line in rule.clauses.lines:
                until = f", until {line.until}" if line.until else ""
                click.echo(f"  since {line.since}{until}, enacted {line.enacted}: {printed(line.value)}  [{line.cites}]")


@law.command("try", with_appcontext=False)
@click.argument("cases", type=click.File("rb"))
@click.option("--text", is_flag=True, help="In words instead of JSON.")
def try_(cases: IO[bytes], text: bool) -> None:
    """Say what the law says of the CASES in a JSON file (“-”: what comes in), without a database.

    app/law/TRYING.md describes the format. Mistakes in the file are told one a line, and the command exits with 2.
    """
    from app.law.trying import Mistakes, try_cases
    from app.law.trying.words import words

    try:
        found = try_cases(cases.read().decode("utf-8-sig"))
    except UnicodeDecodeError as reason:
        click.echo(f"(file): not readable as UTF-8: {reason}", err=True)
        sys.exit(2)
    except Mistakes as mistakes:
        for sentence in mistakes.sentences:
            click.echo(sentence, err=True)
        sys.exit(2)
    click.echo(words(found) if text else json.dumps(found, ensure_ascii=False, indent=2))
