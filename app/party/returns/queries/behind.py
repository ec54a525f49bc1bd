"""The rows behind a figure of a return."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from app.ground.db import session
from app.law.donations import GivenUp
from app.law.money import Money
from app.law.returns import Line

from .. import rules
from . import names
from .made import Year
from .names import Named


@dataclass(frozen=True)
class Row:
    """One donation or loan. `who` tells one donor, contributor or lender from another; empty where the part names nobody.
    `note`: why it stands here, or what is unpaid."""

    id: str
    on: date
    amount: Money
    who: str = ""
    given_up: tuple[GivenUp, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Behind:
    """What a figure opens: its name, and its rows in the order of the return."""

    part: str
    title: str
    rows: Sequence[Row]
    is_named: bool

    @property
    def total(self) -> Money:
        return Money(sum(row.amount.cents for row in self.rows))


def behind(made: Year, part: str) -> Behind | None:
    """The rows behind a part, a band of Part G (`g-1`…) or a total; None where there is no such figure."""
    letter, _, place = part.partition("-")
    if part in ("h", "i"):
        return _loans(made, part)
    if part in rules.PARTS and part != "g":
        rows = tuple(row for line in getattr(made.donations, part) for row in _rows(line))
        return Behind(part, f"Part {part.upper()}: {rules.PARTS[part].lower()}", rows, part in rules.NAMED)
    if letter == "g":
        bands = made.donations.g
        if place and not (place.isdecimal() and 0 < int(place) <= len(bands)):
            return None
        chosen = [bands[int(place) - 1]] if place else bands
        title = f"Part G: {chosen[0].band}" if place else "Part G: all other donations"
        return Behind(part, title, _of_ids(made, [id for counted in chosen for id in counted.figure.ids]), False)
    if part == "not-received":
        gone = made.donations.not_received
        rows = tuple(Row(one.entry.id, one.entry.on, one.entry.amount, note=one.why.sentence) for one in gone)
        return Behind(part, rules.ASIDE[part], rows, False)
    if part in rules.ASIDE:
        totals = made.donations.totals
        figure = made.donations.not_told if part == "not-told" else getattr(totals, part.replace("-", "_"))
        return Behind(part, rules.ASIDE[part], _of_ids(made, figure.ids), False)
    return None


def _rows(line: Line) -> Iterable[Row]:
    """What was given up is told with the first donation of the line."""
    for place, entry in enumerate(line.entries):
        yield Row(entry.id, entry.on, entry.amount, line.who, () if place else line.given_up)


def _of_ids(made: Year, ids: Iterable[str]) -> tuple[Row, ...]:
    known = {donation.id: donation for donation in made.rows}
    return tuple(Row(id, known[id].on, known[id].amount) for id in ids)


def _loans(made: Year, part: str) -> Behind | None:
    if made.loans is None:
        return None
    if part == "h":
        rows = tuple(
            Row(line.id, line.on, line.amount, line.lender, note=f"{line.unpaid} unpaid; {line.why}") for line in made.loans.h
        )
        return Behind(part, "Part H: loans told in detail", rows, True)
    known = {loan.id: loan for loan in made.lent}
    rows = tuple(Row(id, known[id].on, known[id].amount) for id in made.loans.i.ids)
    return Behind(part, "Part I: loans that are counted", rows, False)


def named(made: Year, part: str) -> dict[str, Named]:
    """Whom the lines of a part name."""
    if part == "h" and made.loans:
        lenders = names.lenders_of(made.loans.h)
        return {line.lender: lenders[line.id][0] for line in made.loans.h}
    if part in ("a", "d"):
        return names.donors_of(getattr(made.donations, part))
    return names.contributors_of(getattr(made.donations, part)) if part in ("b", "e") else {}


def payments_of(ids: Iterable[str]) -> dict[str, UUID]:
    """The payments of donations, where there is one: the way from a figure to the ledger."""
    rows = session.execute(
        text("select id::text, payment_id from donations where id = any(cast(:ids as uuid[])) and payment_id is not null"),
        {"ids": list(ids)},
    )
    return {row[0]: row[1] for row in rows}
