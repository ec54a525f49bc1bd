"""A bank’s file, read: bytes become lines, or a list of what is wrong with which of them. Nothing is guessed.

Python’s own csv reader does the reading, strictly. Whatever is wrong anywhere, nothing of the file is taken.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.ground.encodings import encoding_of
from app.law.money import Money

from .columns import TEXTS, Columns, find_columns
from .values import Unreadable, account_key, read_cents, read_day, shown, tidy

MOST_BYTES = 2 * 1024 * 1024
MOST_LINES = 20_000
MOST_COLUMNS = 60
MOST_FAULTS = 20
_NAMES_WITHIN = 30  # a bank may write some lines of its own before the names of the columns
_NO_TEXT = {
    b"PK": "a spreadsheet or an archive", b"%PDF": "a PDF", b"\xd0\xcf\x11\xe0": "an old spreadsheet",
    b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"\x1f\x8b": "an archive", b"GIF8": "a picture",
}  # fmt: skip
_ASB = re.compile(r"Bank (\d+); Branch (\d+); Account (\d+)-(\d+)", re.ASCII)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one line of a file, and what to do. `line` 0: with the whole."""

    line: int
    sentence: str


class BadFile(Exception):
    """A file of which nothing is taken. `faults`: the first twenty; `more`: how many there are besides."""

    def __init__(self, faults: Sequence[Fault]):
        self.faults = list(faults[:MOST_FAULTS])
        self.more = len(faults) - len(self.faults)
        super().__init__(self.faults[0].sentence)


@dataclass(frozen=True)
class Read:
    """One line of a statement as the bank wrote it; money that came is positive. `number`: its line in the file."""

    number: int
    on: date
    cents: int
    payee: str = ""
    particulars: str = ""
    code: str = ""
    reference: str = ""
    memo: str = ""
    kind: str = ""
    more: str = ""
    balance: int | None = None

    @property
    def amount(self) -> Money:
        """New Zealand banks, New Zealand dollars."""
        return Money(self.cents)

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.payee, self.particulars, self.code, self.reference, self.memo, self.kind, self.more)


@dataclass(frozen=True)
class Statement:
    """A file that was read. `account` is one spelling of what the file or whoever sent it says; `empty`: lines of nothing."""

    account: str
    lines: tuple[Read, ...]
    empty: int


def read_statement(content: bytes, *, account: str, today: date) -> Statement:
    """Read a bank’s file. `account`: what whoever sent it says it is of; the file itself may say it, too.

    Raises BadFile, with a sentence for every line that cannot be read.
    """
    text = decode(content)
    delimiter, columns, first = _find_names(text)
    lines: list[Read] = []
    faults: list[Fault] = []
    accounts: Counter[str] = Counter()
    empty = rows = 0
    for number, row in _rows(text, delimiter):
        if number < first or not any(cell.strip() for cell in row):
            continue
        rows += 1
        if rows > MOST_LINES:
            raise BadFile(
                [Fault(number, f"There are more than {MOST_LINES:,} lines. Export a shorter time, and the rest after it.")]
            )
        try:
            line = _read_row(number, row, columns, today=today)
        except Unreadable as wrong:
            faults.append(Fault(number, str(wrong)))
            continue
        if "account" in columns.at and row[columns.at["account"]].strip():
            accounts[account_key(row[columns.at["account"]])] += 1
        if line.cents:
            lines.append(line)
        else:
            empty += 1
    if faults:
        raise BadFile(faults)
    if not lines:
        raise BadFile([Fault(0, "There is no line with money in this file. Export the days you mean, and send that.")])
    return Statement(_whose_account(accounts, _told_before(text, first), account), tuple(lines), empty)


def decode(content: bytes) -> str:
    """The text of a file: UTF-8 or UTF-16, with or without their marks, or Windows-1252. Raises BadFile."""
    if not content.strip(b"\x00 \t\r\n"):
        raise BadFile([Fault(0, "This file is empty. Export it again.")])
    if len(content) > MOST_BYTES:
        raise BadFile([Fault(0, "This file is larger than 2 MB. Export a shorter time, and the rest after it.")])
    for mark, what in _NO_TEXT.items():
        if content.startswith(mark):
            raise BadFile([Fault(0, f"This is {what}, not a CSV file. Choose CSV where the bank asks for the kind of file.")])
    try:
        text = content.decode(encoding_of(content))
    except UnicodeDecodeError:
        raise BadFile([Fault(0, "The letters of this file cannot be read. Save it as CSV UTF-8, and send that.")]) from None
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise BadFile([Fault(line, "There is a sign in this line that no bank writes (NUL). Export the file again.")])
    return text


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with the number of the line it begins on. Raises BadFile where quotation marks do not fit."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            wrong = "A quotation mark is missing in this line, or there is one too many. Mend it, or export the file again."
            raise BadFile([Fault(begins, wrong)]) from None
        if len(row) > MOST_COLUMNS:
            raise BadFile([Fault(begins, f"This line has {len(row):,} columns; a statement has at most {MOST_COLUMNS}.")])
        yield begins, row


def _find_names(text: str) -> tuple[str, Columns, int]:
    """How columns are parted, which they are, and the line after their names. Raises BadFile."""
    wrong: BadFile | None = None
    for delimiter in (",", ";", "\t"):
        try:
            for place, (number, row) in enumerate(_rows(text, delimiter)):
                if place >= _NAMES_WITHIN:
                    break
                if columns := find_columns(row):
                    return delimiter, columns, number + 1
        except BadFile as found:
            wrong = wrong or found
    raise wrong or BadFile(
        [Fault(0, "The names of the columns are missing: there must be a row with Date, and Amount or Credit and Debit. "
                  "Export the file again, and leave its first rows as they are.")]
    )  # fmt: skip


def _read_row(number: int, row: list[str], columns: Columns, *, today: date) -> Read:
    """Raises Unreadable."""
    needed = max(place for field, place in columns.at.items() if field not in (*TEXTS, "balance", "account"))
    if len(row) <= needed or any(cell.strip() for cell in row[columns.width :]):
        raise Unreadable(
            f"Columns of this line: {len(row)}; the first row names {columns.width}. Is a comma not in quotation marks?"
        )
    row = row + [""] * (columns.width - len(row))
    said = {field: row[place] for field, place in columns.at.items()}
    words = {field: tidy(said[field]) for field in TEXTS if field in said}
    more = [f"{name}={value}" for name, place in columns.more if (value := tidy(row[place]))]
    return Read(
        number=number,
        on=read_day(said["on"], today=today),
        cents=_cents_of(said),
        more="; ".join(more),
        balance=read_cents(said["balance"]) if said.get("balance", "").strip() else None,
        **words,
    )


def _cents_of(said: dict[str, str]) -> int:
    """Money in is positive. A column of money out may be written with a minus or without."""
    if said.get("amount", "").strip():
        return read_cents(said["amount"])
    credit, debit = said.get("credit", "").strip(), said.get("debit", "").strip()
    came, went = read_cents(credit) if credit else 0, read_cents(debit) if debit else 0
    if came and went:
        raise Unreadable(
            f"Money came ({shown(credit)}) and went ({shown(debit)}) in one line. Look at the statement, and part them."
        )
    if not credit and not debit:
        raise Unreadable("There is no amount in this line. Mend it, or leave the line out if it is no money.")
    return came - abs(went)


def _told_before(text: str, first: int) -> str | None:
    """The account that ASB writes above the columns."""
    head = "\n".join(text.splitlines()[: first - 1])
    found = _ASB.search(head)
    return account_key("-".join(found.groups())) if found else None


def _whose_account(in_lines: Counter[str], above: str | None, said: str) -> str:
    """Raises BadFile for lines of two accounts, or another account than was said."""
    found = set(in_lines) | ({above} if above else set())
    if len(found) > 1:
        raise BadFile([Fault(0, "There are lines of more than one account in this file. Export one account at a time.")])
    own = account_key(said) if said.strip() else ""
    if found and own and own not in found:
        wrong = f"This file is of account {shown(next(iter(found)))}, not {shown(own)}."
        raise BadFile([Fault(0, f"{wrong} Send the other file, or correct the account.")])
    return next(iter(found), own)


def identities(statement: Statement) -> list[str]:
    """What tells each line from every other: account, day, amount, all words, and which of several that are alike it is."""
    seen: Counter[str] = Counter()
    found = []
    for line in statement.lines:
        alike = "\x1f".join([statement.account, line.on.isoformat(), str(line.cents), *line.texts])
        seen[alike] += 1
        found.append(f"{alike}\x1f{seen[alike]}")
    return found


def as_json(line: Read) -> list[object]:
    return [line.number, line.on.isoformat(), line.cents, *line.texts, line.balance]


def from_json(kept: Sequence[object]) -> Read:
    number, on, cents, *texts, balance = kept
    words = dict(zip((*TEXTS, "more"), map(str, texts), strict=True))
    left = None if balance is None else int(str(balance))
    return Read(number=int(str(number)), on=date.fromisoformat(str(on)), cents=int(str(cents)), balance=left, **words)
