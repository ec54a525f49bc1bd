"""What a treasurer does with a statement, through the doors."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from html import unescape
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.ground import audit, clock
from app.ground.db import session
from app.party.bank import queries
from app.party.bank.models import BankLine
from app.party.dues import queries as dues
from app.party.payments import queries as books
from app.party.receipts import queries as receipts
from tests.party.desk.at_the_desk import confirmed, keys

BANK = "/org/money/bank"


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def send(browser: FlaskClient, content: bytes, *, account: str = "", name: str = "statement.csv") -> TestResponse:
    token = keys(browser.get(BANK).get_data(as_text=True))
    data = {**token, "account": account, "file": (io.BytesIO(content), name)}
    return browser.post(f"{BANK}/file", data=data, content_type="multipart/form-data")


def looked_at(browser: FlaskClient, content: bytes) -> tuple[str, str]:
    """Where the dry run of a file stands, and its page."""
    answer = send(browser, content)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    page = browser.get(answer.location)
    assert page.status_code == 200
    return answer.location, page.get_data(as_text=True)


def imported(browser: FlaskClient, content: bytes) -> tuple[str, str]:
    """Both steps: where the import stands, and the page that says what it did."""
    where, page = looked_at(browser, content)
    answer = browser.post(f"{where}/confirm", data=keys(page))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return where, browser.get(where).get_data(as_text=True)


def lines() -> list[BankLine]:
    """Every line that was not undone, as the file has them."""
    session.remove()
    found = list(session.scalars(select(BankLine).where(BankLine.undone_at.is_(None)).order_by(BankLine.number, BankLine.id)))
    session.remove()
    return found


def only_line() -> BankLine:
    (line,) = lines()
    return line


def at(line: BankLine | UUID) -> str:
    return f"{BANK}/lines/{line.id if isinstance(line, BankLine) else line}"


def seen(browser: FlaskClient, line: BankLine) -> str:
    """The page of a line with what the bank wrote on it."""
    answer = browser.post(at(line), data=keys(browser.get(at(line)).get_data(as_text=True)))
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def look(browser: FlaskClient, line: BankLine, *parts: tuple[str, ...]) -> TestResponse:
    """The first press of recording a line, in (reference, amount, above) parts."""
    names = ("reference", "amount", "above")
    answers = {f"{names[i]}_{place}": value for place, part in enumerate(parts, 1) for i, value in enumerate(part)}
    return browser.post(f"{at(line)}/record", data={**keys(browser.get(at(line)).get_data(as_text=True)), **answers})


def record(browser: FlaskClient, line: BankLine, *parts: tuple[str, ...]) -> TestResponse:
    """Both presses."""
    first = look(browser, line, *parts)
    assert first.status_code == 200, first.get_data(as_text=True)
    return browser.post(f"{at(line)}/record", data=confirmed(first.get_data(as_text=True)))


def do(browser: FlaskClient, line: BankLine, what: str, **answers: str) -> TestResponse:
    return browser.post(f"{at(line)}/{what}", data={**keys(browser.get(at(line)).get_data(as_text=True)), **answers})


def ticked(page: str) -> list[str]:
    """What the page of all that is sure would send."""
    return [unescape(value) for value in re.findall(r'name="line" value="([^"]+)" checked', page)]


def record_sure(browser: FlaskClient) -> str:
    page = browser.get(f"{BANK}/sure").get_data(as_text=True)
    answer = browser.post(f"{BANK}/sure", data={**keys(page), "line": ticked(page)})
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def the_books_hold() -> None:
    session.remove()
    assert books.verify_ledger() == []
    assert dues.faults() == []
    assert receipts.verify() == []
    assert queries.faults() == []
    assert audit.verify()[1] == []
    session.remove()
