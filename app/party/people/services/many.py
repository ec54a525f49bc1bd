"""Verbs: many people at once, in a few statements: written down, corrected, forgotten. Each does what its like for one does.

The log has one line for all of them, written by whoever calls: a line each would be fifty thousand under one lock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import delete, text, update

from app.ground.db import array_of, copy_beside, session
from app.ground.ids import new_ids
from app.ground.mail import Letter, office
from app.ground.seal import Seal, fold

from .. import queries
from ..models import Authenticator, Bounce, Details, Likeness, NameBuckets, OneTimeLink, Passkey, Person, SignIn
from .persons import be_found


@dataclass(frozen=True)
class Newcomer:
    """Somebody to be written down. `id`: made by the caller, who must know it."""

    id: UUID
    details: Details
    can_enrol: str | None = None


@dataclass(frozen=True)
class Answer:
    """A yes or a no to be added."""

    person_id: UUID
    kind: str
    given: bool
    wording: str
    source: str


def hold_emails(emails: Collection[str]) -> None:
    """Hold each of these as `hold_email` does, in one order, until the end of this transaction. Two thousand at most: the
    database keeps all locks in one table."""
    names = sorted(f"email:{queries.email_index(email).hex()}" for email in emails)
    session.execute(
        text("select count(pg_advisory_xact_lock(hashtextextended(name, 0))) from unnest(cast(:names as text[])) as name"),
        {"names": names},
    )


def enrol_many(newcomers: Sequence[Newcomer], *, at: datetime) -> set[UUID]:
    """Write these down, sealed, with their search buckets and likenesses. Returns the ids of those that were: whose email is
    somebody’s by now is left out. The caller holds the emails."""
    seal, words, close = office().seal, lru_cache(maxsize=None)(office().seal.name_buckets), office().seal.closer("people")
    rows = [
        (
            new.id,
            close(new.details.as_json(), new.id),
            queries.email_index(new.details.email) if new.details.email else None,
            new.can_enrol,
            at,
        )
        for new in newcomers
    ]
    columns = ("id", "sealed", "email_index", "can_enrol", "created_at")
    named = ", ".join(columns)
    beside = copy_beside("people", columns, rows)
    written = set(
        session.scalars(
            text(f"insert into people ({named}) select {named} from {beside} on conflict (email_index) do nothing returning id")  # noqa: S608
        )
    )
    wrote = [new for new in newcomers if new.id in written]
    _put_buckets({new.id: _buckets(new.details, seal, words) for new in wrote}, over_old=False)
    _put_likenesses({new.id: queries.likeness(new.details, seal) for new in wrote})
    return written


def correct_many(changed: Mapping[UUID, tuple[Details, str | None]]) -> None:
    """Hold these details and answers instead of those we had. The caller holds the rows, and leaves the emails as they are."""
    seal, words = office().seal, lru_cache(maxsize=None)(office().seal.name_buckets)
    rows = [
        (person_id, seal.close(details.as_json(), table="people", row=person_id), can_enrol)
        for person_id, (details, can_enrol) in changed.items()
    ]
    beside = copy_beside("people", ("id", "sealed", "can_enrol"), rows)
    session.execute(
        text(
            f"update people p set sealed = n.sealed, can_enrol = n.can_enrol from {beside} n"  # noqa: S608
            " where p.id = n.id and p.erased_at is null"
        )
    )
    _put_buckets({person_id: _buckets(details, seal, words) for person_id, (details, _) in changed.items()}, over_old=True)
    for root in session.scalars(_OF_MANY, {"ids": list(changed)}).all():
        be_found(root)  # by the names of all their records
    _put_likenesses({person_id: queries.likeness(details, seal) for person_id, (details, _) in changed.items()})


_OF_MANY = text("""
    select same_as from people where same_as = any(:ids)
     union select same_as from people where id = any(:ids) and same_as is not null
""")


def _buckets(details: Details, seal: Seal, words: Mapping[str, list[int]] | object) -> list[int]:
    """As `Seal.search_buckets` makes them; each word once, for few words make many names."""
    found = {bucket for word in fold(details.name).split() for bucket in words(word)}  # type: ignore[operator]
    return sorted(found | ({seal.phone_bucket(details.phone)} if details.phone else set()))


def _put_buckets(buckets: Mapping[UUID, list[int]], *, over_old: bool) -> None:
    rows = ((person_id, array_of(theirs)) for person_id, theirs in buckets.items())
    beside = copy_beside("people_name_buckets", ("person_id", "buckets"), rows)
    again = "on conflict (person_id) do update set buckets = excluded.buckets" if over_old else ""
    session.execute(
        text(f"insert into people_name_buckets (person_id, buckets) select person_id, buckets from {beside} {again}")  # noqa: S608
    )


def _put_likenesses(likenesses: Mapping[UUID, dict[str, int | None]]) -> None:
    """Over the old ones, which are not deleted: what was decided about a pair would go with them (migration 0027)."""
    kinds = [column.name for column in Likeness.__table__.columns if column.name != "person_id"]
    rows = ((person_id, *(like[kind] for kind in kinds)) for person_id, like in likenesses.items())
    beside, named = copy_beside("people_likenesses", ("person_id", *kinds), rows), ", ".join(kinds)
    anew = ", ".join(f"excluded.{kind}" for kind in kinds)
    session.execute(
        text(
            f"insert into people_likenesses (person_id, {named}) select person_id, {named} from {beside}"  # noqa: S608
            f" on conflict (person_id) do update set ({named}) = row({anew})"
        )
    )


def find_pairs_of(people: Collection[UUID]) -> None:
    """Have these compared with everybody: who may be the same person (migration 0027), where that was put off."""
    session.execute(text("select likely_pairs_find(:ids)"), {"ids": sorted(people)})


def say_consents(answers: Sequence[Answer], *, at: datetime) -> None:
    """Add these answers. Nothing is overwritten: the latest of its kind holds."""
    if not answers:
        return
    columns = ("id", "person_id", "kind", "given", "wording", "source", "at")
    ids = new_ids(len(answers))
    rows = [
        (id_, one.person_id, one.kind, one.given, one.wording, one.source, at) for id_, one in zip(ids, answers, strict=True)
    ]
    beside, named = copy_beside("consents", columns, rows), ", ".join(columns)
    session.execute(text(f"insert into consents ({named}) select {named} from {beside}"))  # noqa: S608


def erase_many(people: Collection[UUID], *, at: datetime) -> None:
    """Forget who these are, as `erase` does. The ids stay."""
    ids = list(people)
    for noun in (NameBuckets, Likeness, OneTimeLink, SignIn, Passkey, Authenticator, Bounce):
        session.execute(delete(noun).where(noun.person_id.in_(ids)))
    session.execute(update(Letter).where(Letter.person_id.in_(ids)).values(sealed=None))
    session.execute(
        update(Person)
        .where(Person.id.in_(ids), Person.erased_at.is_(None))
        .values(sealed=None, email_index=None, can_enrol=None, erased_at=at)
        .execution_options(synchronize_session=False)
    )
