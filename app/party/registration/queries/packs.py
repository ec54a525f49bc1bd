"""Packs: which there are, who is in one, and what is printed of each member."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.ground.db import session
from app.ground.mail import office
from app.ground.seal import digest
from app.law.money import Money
from app.law.nz.electoral_act import MINIMUM_MEMBERS
from app.party.electorates import queries as electorates
from app.party.people.models import Person
from app.party.roster.models import OnRoster

from ..models import Pack, PackLine, PackPaper, State
from ..rules import A_PAGE, WORDS, Case, Reason, notes
from .cases import cases_of
from .telling import secretary_on


def packs() -> Sequence[Pack]:
    """Those that were filed or are worked on, newest first."""
    return session.scalars(select(Pack).where(Pack.dropped_at.is_(None)).order_by(Pack.id.desc())).all()


def find_pack(pack_id: UUID) -> Pack | None:
    return session.get(Pack, pack_id)


def lines_of(pack: Pack, *states: State, after: int = 0, most: int | None = None) -> Sequence[PackLine]:
    """The lines of a pack in these states, in their order, from the place after `after`."""
    asked = select(PackLine).where(PackLine.pack_id == pack.id, PackLine.state.in_(states), PackLine.place > after)
    return session.scalars(asked.order_by(PackLine.place).limit(most)).all()


def find_line(pack: Pack, line_id: UUID | None) -> PackLine | None:
    line = session.get(PackLine, line_id) if line_id else None
    return line if line and line.pack_id == pack.id else None


def people_of(pack: Pack) -> list[UUID]:
    """Whose evidence is in a pack."""
    return [line.person_id for line in lines_of(pack, State.IN)]


@dataclass(frozen=True)
class Counts:
    """How many are in a pack, failed its check and were taken out; for what they failed; from how many electorates."""

    members: int
    failed: int
    out: int
    needed: int
    why: list[tuple[str, int]]
    electorates: list[tuple[str, int]]

    @property
    def is_enough(self) -> bool:
        return self.members >= self.needed


def counts_of(pack: Pack) -> Counts:
    states = session.execute(
        select(PackLine.state, PackLine.because, func.count())
        .where(PackLine.pack_id == pack.id)
        .group_by(PackLine.state, PackLine.because)
    )
    by_state, why = Counter[str](), Counter[str]()
    for state, because, count in states:
        by_state[state] += count
        if state == State.FAILED and because:
            why[WORDS[Reason(because)]] += count
    return Counts(
        by_state[State.IN], by_state[State.FAILED], by_state[State.OUT], MINIMUM_MEMBERS.on(pack.on).value,
        why.most_common(), _spread_of(pack),
    )  # fmt: skip


def _spread_of(pack: Pack) -> list[tuple[str, int]]:
    """How many of a pack live in which electorate of the set in force on its day, the most first; last, of how many it is not
    known."""
    in_force = electorates.set_on(pack.on)
    rows = session.execute(
        select(OnRoster.set_code, OnRoster.electorate_code, func.count())
        .join(PackLine, PackLine.person_id == OnRoster.person_id)
        .where(PackLine.pack_id == pack.id, PackLine.state == State.IN)
        .group_by(OnRoster.set_code, OnRoster.electorate_code)
    )
    names = {seat.code: seat.name for seat in electorates.electorates_on(pack.on)}
    found, unknown = Counter[str](), 0
    for set_code, code, count in rows:
        if in_force and code and set_code == in_force.code:
            found[names[code]] += count
        else:
            unknown += count
    return [*sorted(found.items(), key=lambda one: (-one[1], one[0])), *([("", unknown)] if unknown else [])]


@dataclass(frozen=True)
class Named:
    """A line with the name that is held now; empty where they were forgotten."""

    line: PackLine
    name: str

    @property
    def why(self) -> str:
        return WORDS[Reason(self.line.because)] if self.line.because else ""


def named(pack: Pack, *states: State, after: int = 0) -> tuple[list[Named], bool]:
    """A page of lines with names, and whether more follow. Whoever asks has it written down."""
    found = lines_of(pack, *states, after=after, most=A_PAGE + 1)
    ids = [line.person_id for line in found[:A_PAGE]]
    sealed = session.execute(select(Person.id, Person.sealed).where(Person.id.in_(ids)))
    seal = office().seal
    names = {id: seal.open(text, table="people", row=id)["name"] if text else "" for id, text in sealed}
    return [Named(line, names.get(line.person_id, "")) for line in found[:A_PAGE]], len(found) > A_PAGE


def digest_of(pack: Pack) -> str:
    """What says of whose evidence a pack is and what they had signed: SHA-256 of its day, and of ids and digests in its
    order."""
    lines = [[str(line.person_id), line.declaration_digest] for line in lines_of(pack, State.IN)]
    return digest({"on": pack.on.isoformat(), "members": lines})


# What is printed


def evidence_of(pack: Pack, *, at_once: int = 100) -> Iterator[dict[str, Any]]:
    """The page of evidence of each member of a pack, in its order, opened a hundred at a time."""
    lines = lines_of(pack, State.IN)
    for first in range(0, len(lines), at_once):
        some = lines[first : first + at_once]
        cases = cases_of([line.membership_id for line in some], on=pack.on)
        for place, line in enumerate(some, first + 1):
            yield _page(place, cases[line.membership_id], on=pack.on)


def _page(place: int, case: Case, *, on: date) -> dict[str, Any]:
    """What one page says, as JSON values. Of who was forgotten since, that."""
    if case.details is None or case.signed is None:
        return {"place": place, "number": case.number, "name": "", "gone": True}
    said, fee = case.signed.said, case.fee
    return {
        "place": place,
        "number": case.number,
        "gone": False,
        "name": case.details.name,
        "address": case.details.address,
        "born_on": case.details.born_on.isoformat() if case.details.born_on else "",
        "answer": said["answer"],
        "sentences": list(said["sentences"]),
        "wording": said["wording"],
        "signature": said["signature"],
        "signed_address": said["address"],
        "signed_on": said["signed_on"],
        "signed_at": said["signed_at"],
        "fee": str(Money(fee.cents, fee.currency)) if fee else "",
        "paid_on": fee.on.isoformat() if fee else "",
        "references": list(fee.references) if fee else [],
        "digest": case.signed.digest,
        "notes": notes(case),
    }


def pack_facts(pack: Pack, *, on: date) -> dict[str, Any]:
    """All that the paper of a pack says, as JSON values; `on`: the day it is made."""
    us, (name, address) = office(), secretary_on(on)
    return {
        "frame": {"party": us.party_name, "promoter": us.promoter, "accent": us.accent},
        "made_on": on.isoformat(),
        "on": pack.on.isoformat(),
        "digest": digest_of(pack),
        "filed_on": pack.filed_on.isoformat() if pack.filed_on else "",
        "needed": MINIMUM_MEMBERS.on(pack.on).value,
        "secretary": name,
        "secretary_address": address,
        "members": list(evidence_of(pack)),
    }


def papers_of(pack: Pack) -> Sequence[PackPaper]:
    """The PDFs of a pack, newest first."""
    return session.scalars(select(PackPaper).where(PackPaper.pack_id == pack.id).order_by(PackPaper.id.desc())).all()


def pdf_of(paper: PackPaper) -> bytes | None:
    """The PDF, while it is kept."""
    if paper.sealed is None:
        return None
    return b64decode(office().seal.open(paper.sealed, table="registration_papers", row=paper.id)["pdf"])
