"""What a party secretary does with a list of people, through the doors; and lists."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from uuid import UUID
from weakref import WeakKeyDictionary

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.ground.db import session
from app.party.imports import jobs, queries
from app.party.imports.rules.columns import OUR_COLUMNS
from app.party.people import queries as people
from app.party.people.models import Details, Person
from tests.walk import hidden

IMPORT = "/org/import"
HEADINGS = ("Name", "Email", "Phone", "Address", "Date of birth")
ADA = ("Ada Tūhoro", "ada@people.example", "021 555 0199", "12 Rimu Street, Whangārei 0110", "9/03/1988")
BEN = ("Ben Kīngi", "ben@people.example", "", "", "")


def as_csv(rows: Iterable[Sequence[str]], headings: Sequence[str] = HEADINGS, *, sign: str = ",", code: str = "utf-8") -> bytes:
    held = io.StringIO()
    csv.writer(held, delimiter=sign).writerows([headings, *rows])
    return held.getvalue().encode(code)


def ours(*rows: Mapping[str, str]) -> bytes:
    """Rows as our own export writes them."""
    return as_csv([[row.get(name, "") for name in OUR_COLUMNS] for row in rows], OUR_COLUMNS)


def text(answer: TestResponse, status: int = 200) -> str:
    page = answer.get_data(as_text=True)
    assert answer.status_code == status, page
    return unescape(re.sub(r"\s+", " ", page))


_tokens: WeakKeyDictionary[FlaskClient, str] = WeakKeyDictionary()


def token_of(browser: FlaskClient) -> str:
    """The form token of a browser’s session, read off a page once."""
    if browser not in _tokens:
        _tokens[browser] = hidden(browser.get(IMPORT).get_data(as_text=True), "csrf_token")
    return _tokens[browser]


def send(browser: FlaskClient, content: bytes, *, name: str = "people.csv") -> TestResponse:
    data = {"csrf_token": token_of(browser), "file": (io.BytesIO(content), name)}
    return browser.post(f"{IMPORT}/file", data=data, content_type="multipart/form-data")


class Sending:
    """One list on its way, at the browser of an officer."""

    def __init__(self, browser: FlaskClient, content: bytes):
        self.browser = browser
        answer = send(browser, content)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        self.at = answer.location
        self.id = UUID(self.at.rpartition("/")[2])

    def chores(self) -> None:
        """Do every chore of this list that a worker may find."""
        session.remove()
        for chore in (jobs.check, jobs.apply, jobs.undo):
            chore(str(self.id))
            session.remove()

    def page(self, more: str = "") -> str:
        return text(self.browser.get(self.at + more))

    def post(self, where: str, **data: str) -> TestResponse:
        return self.browser.post(f"{self.at}{where}", data={"csrf_token": token_of(self.browser), **data})

    def checked(self, *, proven: bool = False, **columns: str) -> Sending:
        """Say what the columns are (as guessed, but for those said here), and let the worker check."""
        found = queries.find_import(self.id)
        assert found
        said = {f"column_{place}": field for place, field in enumerate(queries.kept_of(found).mapping, 1)}
        session.remove()
        answer = self.post("/columns", **{**said, **columns}, **({"proven": "y"} if proven else {}))
        assert answer.status_code == 303, answer.get_data(as_text=True)
        self.chores()
        return self

    def confirmed(self, *takes: str) -> Sending:
        answer = self.post("/confirm", **dict.fromkeys(takes, "y"))
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return self

    def imported(self, *takes: str) -> Sending:
        self.confirmed(*takes)
        self.chores()
        assert self.state() == "done"
        return self

    def undone(self) -> Sending:
        assert self.post("/undo").status_code == 303
        self.chores()
        assert self.state() == "undone"
        return self

    def state(self) -> str:
        session.remove()
        found = queries.find_import(self.id)
        assert found
        session.remove()
        return found.state

    def counts(self) -> dict[str, int]:
        return self._counted("verdicts")

    def outcomes(self) -> dict[str, int]:
        return self._counted("outcomes")

    def how_undone(self) -> dict[str, int]:
        return self._counted("undone")

    def _counted(self, what: str) -> dict[str, int]:
        session.remove()
        found = dict(getattr(queries.counts_of(self.id), what))
        session.remove()
        return found

    def reasons(self) -> list[str]:
        """Why rows are to be fixed, in the order of the file."""
        session.remove()
        found = queries.find_import(self.id)
        assert found
        _, rows = queries.refused_of(found)
        session.remove()
        return [why for _, why, _ in rows]


def find(email: str) -> Person | None:
    session.remove()
    found = people.find_by_email(email)
    session.remove()
    return found


def details(email: str) -> Details:
    person = find(email)
    assert person, email
    return people.details_of(person)
