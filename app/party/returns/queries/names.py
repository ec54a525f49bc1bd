"""Who the lines of a return name. Nothing else is opened, and whoever asks writes the look down (services)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.ground.db import session
from app.ground.mail import office
from app.law.loan_returns import LoanLine
from app.law.returns import Line

NO_NAME = ""


@dataclass(frozen=True)
class Named:
    """Name and address, as a return prints them. Empty where they are not known."""

    name: str = NO_NAME
    address: str = NO_NAME


NOBODY = Named()


def donors_of(lines: Iterable[Line]) -> dict[str, Named]:
    """Each line’s donor as they said it with the latest donation of the line, which never changes; where they did not say it
    then, as they are known now."""
    latest = {line.who: line.entries[-1].id for line in lines}
    said = _opened("donations", latest.values())
    known = _opened("donors", latest)
    return {donor: _first(said.get(donation, {}).get("donor"), known.get(donor)) for donor, donation in latest.items()}


def contributors_of(lines: Iterable[Line]) -> dict[str, Named]:
    """Each line’s contributor, as the donor of the latest donation of the line named them."""
    latest = {(line.who, line.entries[-1].id) for line in lines}
    rows = session.execute(
        text("""
            select c.id, encode(c.identity_index, 'hex'), c.sealed from contributions c
             where c.sealed is not null and (encode(c.identity_index, 'hex'), c.donation_id) in (
                   select * from unnest(cast(:who as text[]), cast(:donations as uuid[])))
             order by c.position desc
        """),
        {"who": [who for who, _ in latest], "donations": [donation for _, donation in latest]},
    )
    seal = office().seal
    return {who: _first(seal.open(sealed, table="contributions", row=row)["who"]) for row, who, sealed in rows}


def lenders_of(lines: Iterable[LoanLine]) -> dict[str, tuple[Named, str]]:
    """Of each loan its lender and terms, as they were sealed with it; else the lender as known now."""
    told = list(lines)
    said, known = _opened("loans", [line.id for line in told]), _opened("donors", {line.lender for line in told})
    return {
        line.id: (
            _first(said.get(line.id, {}).get("lender"), known.get(line.lender)),
            str(said.get(line.id, {}).get("terms") or ""),
        )
        for line in told
    }


def _opened(table: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    rows = session.execute(
        text(f"select id, sealed from {table} where id = any(cast(:ids as uuid[])) and sealed is not null"),  # noqa: S608
        {"ids": list(ids)},
    )
    return {str(row): office().seal.open(sealed, table=table, row=row) for row, sealed in rows}


def _first(*said: dict[str, Any] | None) -> Named:
    """The first name and the first address that anybody gave."""
    return Named(*(next((one[part] for one in said if one and one.get(part)), NO_NAME) for part in ("name", "address")))


def read(row: UUID, sealed: bytes) -> dict[str, Any]:
    """What is sealed in one filed return."""
    return office().seal.open(sealed, table="filed_returns", row=row)
