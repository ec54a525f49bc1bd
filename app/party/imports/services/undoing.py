"""Verbs: an import is taken back as one act, some rows at a time. What somebody did since stays, and is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, text, update

from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import Base, copy_beside, session
from app.party.branches import services as branches
from app.party.casework import services as casework
from app.party.casework.models import Tagging
from app.party.electorates.models import Residence
from app.party.people import services as people
from app.party.people.models import Consent, Details, Person
from app.party.people.services import Answer

from .. import queries, rules
from ..models import ImportRow, PeopleImport
from ..rules import TAGS, WITHDRAWN, Outcome, Undone
from ..rules.comparing import Held, said
from ..rules.values import Says
from .checking import get_held

# Rows about somebody that are no deed of theirs: what an import writes itself, and what we wrote to them or looked at.
NO_DEED = {
    "people_name_buckets", "people_likenesses", "likely_pairs", "import_rows", "consents", "residences", "letters", "bounces",
    "residence_askings", "names_in_files", "taggings",
}  # fmt: skip


def begin_undo(import_id: UUID, *, by: str) -> None:
    """Take the whole of an import back. Pressed twice it is done once. Raises NotWaiting, TooLate."""
    found = get_held(import_id)
    if found.state in ("undoing", "undone"):
        return
    rules.check_state(found.state, "done")
    if found.emptied_at or found.done_at is None or clock.now() > found.done_at + rules.UNDO_WITHIN:
        raise rules.TooLate()
    found.undoing_at, found.undone_by = clock.now(), by
    audit.record(Action.IMPORT_UNDOING, audit.of("people_import", import_id), by=by)
    jobs.enqueue("imports.undo", batch=import_id)


def undo_some(import_id: UUID) -> bool:
    """Take back the next rows, the last first. False when all are: then the import is marked undone, and what was kept of its
    rows is emptied."""
    batch = get_held(import_id)
    if batch.state != "undoing":
        return False
    rows, at = queries.some_done(import_id, limit=rules.AT_ONCE), clock.now()
    if not rows:
        _finish(batch)
        return False
    ids = sorted({row.person_id for row in rows if row.person_id}, key=str)
    session.execute(select(Person.id).where(Person.id.in_(ids)).order_by(Person.id).with_for_update())
    known = queries.hold(ids)
    how = _erase([row for row in rows if row.outcome == Outcome.MADE], known, batch, at=at)
    how |= _put_back([row for row in rows if row.outcome == Outcome.CHANGED], known, batch, at=at)
    _write(how)
    done = Counter(undone.value for undone in how.values())
    audit.record(Action.IMPORT_ROWS_UNDONE, audit.of("people_import", import_id), by=str(batch.undone_by), **done)
    return True


def _finish(batch: PeopleImport) -> None:
    batch.undone_at = batch.emptied_at = clock.now()
    batch.sealed = None
    session.execute(update(ImportRow).where(ImportRow.import_id == batch.id, ImportRow.sealed.is_not(None)).values(sealed=None))
    audit.record(Action.IMPORT_UNDONE, audit.of("people_import", batch.id), by=str(batch.undone_by))


# Who came with the import


def _erase(rows: Sequence[ImportRow], known: queries.Known, batch: PeopleImport, *, at: datetime) -> dict[UUID, Undone]:
    """Forget who came and has done nothing since: no row of any table speaks of them but what the import wrote."""
    of = {row.person_id: row for row in rows if row.person_id}
    did = _did_something(list(of), batch)
    erased = [
        person_id
        for person_id, row in of.items()
        if person_id in known.by_id and person_id not in did and _is_as_it_came(row, known.by_id[person_id])
    ]
    if erased:
        session.execute(delete(Residence).where(Residence.person_id.in_(erased)))
        allowed = [one for one in erased if known.by_id[one].news]
        people.say_consents([_answer(one, False, batch) for one in allowed], at=at)
        casework.forget_tags(erased)
        people.erase_many(erased, at=at)
    gone = set(erased) | known.erased
    return {row.id: Undone.ERASED if row.person_id in gone else Undone.KEPT for row in rows}


def _is_as_it_came(row: ImportRow, held: Held) -> bool:
    says = queries.says(row)
    return held.details == says.details and (held.can_enrol or "") == says.can_enrol


def _did_something(ids: Collection[UUID], batch: PeopleImport) -> set[UUID]:
    """Of these, who has left any trace: a table that another room adds is asked, too, as it points at people."""
    wanted: list[UUID] = list(ids)
    found: set[UUID] = set()
    if not wanted:
        return found
    for column in _columns_about_people():
        found |= set(session.scalars(select(column).where(column.in_(wanted)).distinct()))
    confirmed = select(Person.id).where(Person.id.in_(wanted), Person.email_confirmed_at.is_not(None))
    answered = select(Consent.person_id).where(Consent.person_id.in_(wanted), Consent.source != batch.source)
    came_at = select(ImportRow.done_at).where(ImportRow.import_id == batch.id, ImportRow.person_id == Residence.person_id)
    moved = select(Residence.person_id).where(Residence.person_id.in_(wanted), Residence.said_at != came_at.scalar_subquery())
    elsewhere = select(ImportRow.person_id).where(ImportRow.person_id.in_(wanted), ImportRow.import_id != batch.id,
                                                  ImportRow.outcome == Outcome.CHANGED)  # fmt: skip
    tagged = select(Tagging.person_id).where(
        Tagging.person_id.in_(wanted), or_(Tagging.batch_id.is_distinct_from(batch.id), Tagging.ended_at.is_not(None))
    )
    for asked in (confirmed, answered, moved, elsewhere, tagged):
        found |= set(session.scalars(asked))
    return found


def _columns_about_people() -> list[Any]:
    return [
        column
        for table in Base.metadata.sorted_tables
        if table.name not in NO_DEED
        for column in table.columns
        if any(key.target_fullname == "people.id" for key in column.foreign_keys)
    ]


# Who was here before


def _put_back(rows: Sequence[ImportRow], known: queries.Known, batch: PeopleImport, *, at: datetime) -> dict[UUID, Undone]:
    """Each field that is still as the import left it gets back what was there before."""
    how: dict[UUID, Undone] = {}
    corrected: dict[UUID, tuple[Details, str | None]] = {}
    answers: list[Answer] = []
    untag: list[UUID] = []
    for row in rows:
        held, kept = known.by_id.get(row.person_id) if row.person_id else None, queries.opened(row)
        if held is None or not kept:
            how[row.id] = Undone.KEPT
            continue
        says, did = Says.from_json(kept["is"]), dict(kept["did"])
        back = {name: was for name, was in did.items() if _is_as_left(name, says, held)}
        details, can_enrol = _with(held, back)
        if details != held.details or can_enrol != held.can_enrol:
            corrected[held.person_id] = (details, can_enrol)
        if "electorate" in back:
            _move_back(held.person_id, row, by=str(batch.undone_by))
        if "consents" in back:
            answers.append(_answer(held.person_id, False, batch))
        if TAGS in back:
            untag.append(held.person_id)
        how[row.id] = Undone.BACK if len(back) == len(did) else Undone.PARTLY if back else Undone.KEPT
    if corrected:
        people.correct_many(corrected)
    people.say_consents(answers, at=at)
    if untag:
        casework.take_back_tags_of(untag, batch.id, by=str(batch.undone_by))
    return how


def _is_as_left(name: str, says: Says, held: Held) -> bool:
    """Whether a field still is what the import made it. A no that it brought stays: nobody’s yes is said for them."""
    if name == WITHDRAWN:
        return False
    now = {
        "can_enrol": held.can_enrol or "",
        "electorate": "/".join(held.electorate or ()),
        "consents": "yes" if held.news else "",
        TAGS: said(says, TAGS),  # which of them are still on is asked when they are taken off
    }
    return said(says, name) == (now[name] if name in now else rules.spelt(held.details, name))


def _with(held: Held, back: dict[str, str]) -> tuple[Details, str | None]:
    """What is held, with these fields as they were."""
    kept = {**held.details.as_json(), **{name: was for name, was in back.items() if name in rules.DETAILS}}
    return Details.from_json(kept), back.get("can_enrol", held.can_enrol) or None


def _move_back(person_id: UUID, row: ImportRow, *, by: str) -> None:
    """Where they live is again what they said before: the import’s own line goes."""
    session.execute(delete(Residence).where(Residence.person_id == person_id, Residence.said_at == row.done_at))
    if row.done_at:
        branches.take_moves_back(person_id, since=row.done_at, by=by, on=clock.today())
    branches.fall_to_branch(person_id, by=by, on=clock.today())


def _answer(person_id: UUID, given: bool, batch: PeopleImport) -> Answer:
    return Answer(person_id, rules.NEWS, given, rules.ELSEWHERE, f"undo of {batch.source}")


def _write(how: dict[UUID, Undone]) -> None:
    beside = copy_beside("import_rows", ("id", "undone"), list(how.items()))
    session.execute(text(f"update import_rows r set undone = n.undone from {beside} n where r.id = n.id"))  # noqa: S608
