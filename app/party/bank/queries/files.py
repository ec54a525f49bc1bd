"""Files that were sent: what lies in one, and what of it is new."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.ground.db import session
from app.ground.mail import office

from .. import rules
from ..models import BankImport, BankLine
from ..rules.reading import Read, Statement, from_json, identities

_AT_ONCE = 5000


def find_import(import_id: UUID) -> BankImport | None:
    return session.get(BankImport, import_id)


def imports(*, before: UUID | None) -> tuple[list[BankImport], bool]:
    """What was imported or undone, the newest first, and whether more follow."""
    asked = (
        select(BankImport).where(BankImport.confirmed_at.is_not(None)).order_by(BankImport.id.desc()).limit(rules.A_PAGE + 1)
    )
    rows = session.scalars(asked.where(BankImport.id < before) if before else asked).all()
    return list(rows[: rules.A_PAGE]), len(rows) > rules.A_PAGE


def own_waiting(by: str) -> list[BankImport]:
    """Files that this officer has looked at and not confirmed, the newest first."""
    return list(
        session.scalars(
            select(BankImport)
            .where(BankImport.sealed.is_not(None), BankImport.looked_by == by)
            .order_by(BankImport.id.desc())
            .limit(10)
        )
    )


def statement_of(looked: BankImport) -> Statement:
    """What lies in a file that waits. Raises ValueError for one that waits no more."""
    if looked.sealed is None:
        raise ValueError("this file waits no more")
    kept = office().seal.open(looked.sealed, table="bank_imports", row=looked.id)
    return Statement(looked.account, tuple(from_json(line) for line in kept["lines"]), int(kept["empty"]))


def new_in(statement: Statement) -> list[tuple[Read, bytes]]:
    """The lines of a statement that no import has brought yet, each with its keyed index."""
    seal = office().seal
    indexes = [seal.index("bank line", identity) for identity in identities(statement)]
    known: set[bytes] = set()
    for start in range(0, len(indexes), _AT_ONCE):
        part = indexes[start : start + _AT_ONCE]
        known |= set(
            session.scalars(
                select(BankLine.identity_index).where(BankLine.identity_index.in_(part), BankLine.undone_at.is_(None))
            )
        )
    return [(line, index) for line, index in zip(statement.lines, indexes, strict=True) if index not in known]
