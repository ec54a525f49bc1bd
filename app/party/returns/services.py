"""Verbs: a return is filed; the names in one are looked at."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.ground.mail import office
from app.ground.seal import digest
from app.party.giving import services as giving

from . import papers, queries, rules
from .models import FiledReturn, Kind
from .queries import AsOf


def file(
    year: int, kind: Kind, *, by: str, on: date, about: str = "", reason: str = "", seen: str | None = None
) -> FiledReturn:
    """File a return as it stands: its facts are sealed with their hash, under the next version, and never change. What is filed
    already is amended by the next version, with a reason. The duty to file a large-donation return is done with it.

    `about`: the donation that made a large-donation return due. `seen`: the `fingerprint` of what was shown before. Raises
    YearNotOver, ReasonNeeded, NothingChanged, NotDue, SeenOtherwise, and Silent for a year no rule speaks of; then nothing is
    written.
    """
    if kind is not Kind.LARGE and on.year <= year:
        raise rules.YearNotOver(year=year, next=year + 1)
    lock_for_now(f"return:{kind}:{year}:{about}")
    before = queries.latest(kind, year, about)
    at = clock.now()
    facts = queries.facts(kind, year, about, AsOf(on, at, on), before=before if kind is Kind.LARGE else None)
    if seen is not None and seen != fingerprint(facts):
        raise rules.SeenOtherwise()
    if before:
        if queries.opened(before)["content"] == facts["content"]:
            raise rules.NothingChanged(version=before.version, day=rules.day(before.filed_on))
        if not reason:
            raise rules.ReasonNeeded(version=before.version)
    filed = FiledReturn(
        id=new_id(), kind=kind, year=year, about=about, version=before.version + 1 if before else 1,
        ids=_ids(facts["content"]) if kind is Kind.LARGE else [],
        filed_on=on, filed_at=at, filed_by=by, known_on=on, digest=digest(facts),
    )  # fmt: skip
    filed.sealed = office().seal.close({"facts": facts, "reason": reason}, table="filed_returns", row=filed.id)
    session.add(filed)
    session.flush()
    audit.record(
        Action.RETURN_FILED, audit.of("return", filed.id), by=by, kind=str(kind), year=year, version=filed.version,
        digest=filed.digest,
    )  # fmt: skip
    duty = queries.open_duty(UUID(about)) if about else None
    if duty:
        giving.file_return(duty, on=on, by=by)
    return filed


def _ids(content: dict[str, Any]) -> list[str]:
    return [entry[0] for entry in (*content["previous"], content["donation"])]


def fingerprint(facts: dict[str, Any]) -> str:
    """What a page shows of a return, in a word: sent back with the press that files it."""
    return digest(facts["content"])


def paper_of(filed: FiledReturn, facts: dict[str, Any], reason: str) -> bytes:
    """The PDF of a filed version: the same facts give the same bytes, whenever it is asked for."""
    return papers.pdf(facts, made_at=filed.filed_at, version=filed.version, digest=filed.digest, reason=reason)


def note_look(year: int, what: str, *, by: str, count: int | None = None) -> None:
    """Write down that somebody saw the names in a return: which part, or which file."""
    audit.record(Action.RETURN_LOOKED_AT, audit.of("return", year), by=by, what=what, count=count)
