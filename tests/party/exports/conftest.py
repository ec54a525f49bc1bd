"""For the tests of files: the cast in two branches, how a file is asked for and read, and where files lie."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.ground import db
from app.party.exports import errands
from tests.party.roster.conftest import ids, mangere, place  # noqa: F401
from tests.walk import hidden


@pytest.fixture
def ask(app) -> Callable[..., UUID]:
    """Ask for a file at the door, as a browser does. Returns its id."""

    def press(browser: FlaskClient, words: str = "", *, why: str = "call", bom: bool = False) -> UUID:
        token = hidden(browser.get(f"/org/exports?{words}").get_data(as_text=True), "csrf_token")
        sent = {"csrf_token": token, "why": why, **({"bom": "y"} if bom else {})}
        answer = browser.post(f"/org/exports?{words}", data=sent)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return UUID(answer.headers["Location"].rpartition("/")[2])

    return press


@pytest.fixture
def write(app) -> Callable[[UUID], None]:
    """Have a file written, as the worker does."""

    def errand(export_id: UUID) -> None:
        db.session.remove()
        errands.write(export_id)

    return errand


@pytest.fixture
def take(ask, write) -> Callable[..., str]:
    """Ask for a file, have it written, and read it."""

    def all_of_it(browser: FlaskClient, words: str = "", **how: object) -> str:
        export_id = ask(browser, words, **how)
        write(export_id)
        answer = browser.get(f"/org/exports/{export_id}/file")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    return all_of_it


def rows_of(text: str) -> list[dict[str, str]]:
    """The people in a file; that it says how many there are is checked."""
    table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert {len(row) for row in table} == {17}
    assert table[-1][0] == f"# rows: {len(table) - 2}"
    return [dict(zip(table[0], row, strict=True)) for row in table[1:-1]]


@pytest.fixture
def files(settings) -> Callable[[], list[str]]:
    """What lies where files are kept."""
    return lambda: sorted(file.name for file in (settings.instance / "files").glob("*"))


@pytest.fixture(autouse=True)
def no_file_left(app, settings):
    for file in (settings.instance / "files").glob("*"):
        file.unlink()
