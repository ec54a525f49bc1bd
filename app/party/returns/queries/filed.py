"""What was filed, and whether it would be the same today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.ground.db import session
from app.ground.seal import digest
from app.law.books import Filing, Paper
from app.law.books import Kind as LawKind
from app.law.money import Money
from app.party.giving.models import Duty

from .. import rules
from ..models import PAPERS, FiledReturn, Kind
from . import names
from .made import FORM, content, frame
from .rows import AsOf


def filed_in(year: int) -> Sequence[FiledReturn]:
    """Every version of every return of a year, the latest first."""
    return session.scalars(select(FiledReturn).where(FiledReturn.year == year).order_by(FiledReturn.filed_at.desc())).all()


def filed() -> Sequence[FiledReturn]:
    """Every return there is, oldest first."""
    return session.scalars(select(FiledReturn).order_by(FiledReturn.filed_at, FiledReturn.id)).all()


def find_filed(filed_id: UUID) -> FiledReturn | None:
    return session.get(FiledReturn, filed_id)


def latest(kind: Kind, year: int, about: str = "") -> FiledReturn | None:
    return session.scalar(
        select(FiledReturn)
        .where(FiledReturn.kind == kind, FiledReturn.year == year, FiledReturn.about == about)
        .order_by(FiledReturn.version.desc())
        .limit(1)
    )


def filings(before: FiledReturn | None = None) -> list[Filing]:
    """What was filed, as the law asks about it: each paper once, on the day of its first version. `before`: as it was known
    when that one was filed."""
    asked = select(FiledReturn).where(FiledReturn.version == 1).order_by(FiledReturn.filed_at)
    if before is not None:
        asked = asked.where(FiledReturn.filed_at < before.filed_at)
    here = [
        Filing(PAPERS[Kind(one.kind)], one.filed_on, tuple(one.ids), None if one.kind == Kind.LARGE else one.year)
        for one in session.scalars(asked)
    ]
    told = {filing.about[-1] for filing in here if filing.about}
    return here + [filing for filing in _noted(before) if filing.about[-1] not in told]


def _noted(before: FiledReturn | None) -> Iterator[Filing]:
    """Large-donation returns that were filed otherwise, of which an officer noted the day."""
    asked = select(Duty).where(Duty.kind == LawKind.LARGE_DONATION_RETURN, Duty.done_on.is_not(None)).order_by(Duty.closed_at)
    if before is not None:
        asked = asked.where(Duty.closed_at < before.filed_at)
    for duty in session.scalars(asked):
        if duty.done_on and duty.about:
            yield Filing(Paper.LARGE_DONATION, duty.done_on, tuple(duty.about))


def open_duty(donation_id: UUID) -> UUID | None:
    """The duty to file a large-donation return for a donation, while it is open."""
    kind = LawKind.LARGE_DONATION_RETURN
    return session.scalar(
        select(Duty.id).where(Duty.donation_id == donation_id, Duty.kind == kind, Duty.closed_at.is_(None)).limit(1)
    )


def opened(one: FiledReturn) -> dict[str, Any]:
    """The facts of a filed return, as they were filed."""
    facts: dict[str, Any] = names.read(one.id, one.sealed)["facts"]
    return facts


def reason_of(one: FiledReturn) -> str:
    """Why it was amended; empty for a first version."""
    return str(names.read(one.id, one.sealed)["reason"])


def facts(kind: Kind, year: int, about: str, as_of: AsOf, *, before: FiledReturn | None = None) -> dict[str, Any]:
    """A return with all that its file is made of. Raises Silent, NotDue."""
    told = filings(before) if kind is Kind.LARGE else ()
    return {
        "form": FORM,
        "kind": str(kind),
        "year": year,
        "about": about,
        "as_of": str(as_of.on),
        "known": str(as_of.known) if as_of.known else None,
        "frame": frame(),
        "content": content(kind, year, about, as_of, told),
    }


def made_again(one: FiledReturn) -> dict[str, Any]:
    """The facts of a filed return, made anew: from the rows that were known when it was filed, under the law as it was known
    then, in the party’s name of then. Raises Silent, NotDue."""
    as_of = AsOf(one.filed_on, one.filed_at, one.known_on)
    return facts(Kind(one.kind), one.year, one.about, as_of, before=one) | {"frame": opened(one)["frame"]}


@dataclass(frozen=True)
class Compared:
    """A filed return held against another making of it: the same hash or not, and what differs."""

    filed: FiledReturn
    same: bool
    changes: tuple[str, ...] = ()


def check(one: FiledReturn) -> Compared:
    """Whether what is sealed is what was hashed, and comes out again of the rows and the law of its day."""
    was = opened(one)
    if digest(was) != one.digest:
        return Compared(one, False, ("What is sealed is not what was hashed when it was filed.",))
    now = made_again(one)
    return Compared(one, digest(now) == one.digest, tuple(changes(was["content"], now["content"])))


def against_today(one: FiledReturn, as_of: AsOf) -> Compared:
    """What would be told otherwise if it were filed on this day: a reason to amend it."""
    was, now = opened(one), facts(Kind(one.kind), one.year, one.about, replace(as_of, known=as_of.on), before=_but(one))
    found = tuple(changes(was["content"], now["content"]))
    return Compared(one, not found, found)


def _but(one: FiledReturn) -> FiledReturn | None:
    """A large-donation return does not count as told before itself."""
    return one if one.kind == Kind.LARGE else None


def changes(was: Any, now: Any, where: str = "") -> Iterator[str]:
    """Where two contents differ, in words that name nobody: a figure, a line, a fact."""
    if was == now:
        return
    if isinstance(was, dict) and isinstance(now, dict):
        for key in {**was, **now}:
            if key in ("name", "address") and was.get(key) != now.get(key):
                yield f"{where}: another {key}."
            elif key != "ids" or was.get("count") == now.get("count"):
                yield from changes(was.get(key), now.get(key), f"{where}, {_words(key)}" if where else _words(key))
    elif isinstance(was, list) and isinstance(now, list) and all(isinstance(x, dict) for x in (*was, *now)):
        yield from _lines(was, now, where)
    elif where.endswith("donations it is of"):
        yield f"{where}: others than before."
    else:
        yield f"{where}: {_value(was, where)}, now {_value(now, where)}."


def _lines(was: list[Any], now: list[Any], where: str) -> Iterator[str]:
    """Lines are told apart by whom, or what, they are of."""

    def keyed(lines: list[Any]) -> dict[str, Any]:
        return {str([line.get(key) for key in ("of", "id", "who", "over")] + _days(line)): line for line in lines}

    def _days(line: Any) -> list[Any]:
        return [line["entries"][0][0]] if line.get("entries") and not line.get("name") and not line.get("of") else []

    before, after = keyed(was), keyed(now)
    gone, come = len(before.keys() - after.keys()), len(after.keys() - before.keys())
    if gone:
        yield f"{where}: {gone} {'line is' if gone == 1 else 'lines are'} no longer there."
    if come:
        yield f"{where}: {come} {'line is' if come == 1 else 'lines are'} new."
    for key, line in before.items():
        if key in after:
            yield from changes(line, after[key], f"{where}, a line")


_KEYS = {
    "parts": "parts", "g": "Part G", "h": "Part H", "i": "Part I", "totals": "totals", "cents": "amount", "count": "number",
    "ids": "the donations it is of", "not_received": "what counts as not received", "given_up": "what was given up",
    "entries": "donations", "audit": "auditor’s report", "named_over": "the figure over which donors are named",
    "not_told": "what no part tells of", "due": "due day", "total": "total",
}  # fmt: skip
_IN_CENTS = ("amount", "total", "the figure over which donors are named", "most", "over", "unpaid", "interest")


def _words(key: str) -> str:
    return rules.TOTALS.get(key) or _KEYS.get(key) or (f"Part {key.upper()}" if key in rules.PARTS else key.replace("_", " "))


def _value(value: Any, where: str) -> str:
    if isinstance(value, list):
        return f"{len(value)} of them"
    if isinstance(value, int) and not isinstance(value, bool) and where.endswith(_IN_CENTS):
        return str(Money(value))
    return "nothing" if value is None else str(value)
