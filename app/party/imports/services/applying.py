"""Verbs: a check is confirmed, and its rows are imported, some at a time, each part whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import copy_beside, plan_once, session
from app.ground.ids import new_ids
from app.ground.mail import office
from app.party.branches import services as branches
from app.party.branches.scope import scope_of
from app.party.casework import queries as casework
from app.party.casework import services as casework_services
from app.party.casework.rules import RIGHT as CARE
from app.party.casework.rules import check_may_make, key
from app.party.electorates import services as electorates
from app.party.membership.models import Membership
from app.party.people import services as people
from app.party.people.models import Details, Person
from app.party.people.services import Answer, Newcomer
from app.party.roster import services as roster

from .. import queries, rules
from ..models import ImportPart, ImportRow, PeopleImport
from ..rules import EMAIL, TAGS, WITHDRAWN, Outcome, Verdict
from ..rules.comparing import Held, differences
from ..rules.values import Says
from .checking import get_held


def confirm(import_id: UUID, takes: Collection[str], *, by: str) -> None:
    """Have what is new added, and of people we know the fields in `takes` changed. Pressed twice it is done once.

    Raises NotWaiting, NothingToDo; NotYours from who may not tag, where there are tags.
    """
    found = get_held(import_id)
    if found.state in ("importing", "done"):
        return
    rules.check_state(found.state, "checked")
    counts, takes = queries.counts_of(import_id), [name for name in rules.CHANGES if name in takes]
    rules.check_something(
        new=counts.verdicts[Verdict.NEW], differing=counts.fields, takes=takes, withdrawn=counts.fields[WITHDRAWN]
    )
    if queries.kept_of(found).tags and (counts.verdicts[Verdict.NEW] or TAGS in takes):
        check_may_make(None, scope_of(UUID(by.removeprefix("person:")), on=clock.today(), right=CARE))
    found.took, found.confirmed_at, found.confirmed_by = takes, clock.now(), by
    audit.record(Action.IMPORT_CONFIRMED, audit.of("people_import", import_id), by=by, takes=" ".join(takes))
    jobs.enqueue("imports.apply", batch=import_id)


Written = tuple[UUID, UUID | None, Outcome, bytes | None]


@dataclass
class Slice:
    """What some rows are going to be, gathered so that each table is written once. `knew`: who of those with tags was here."""

    batch: PeopleImport
    at: datetime
    close: Callable[[Mapping[str, Any], UUID], bytes] = field(default_factory=lambda: office().seal.closer("import_rows"))
    corrected: dict[UUID, tuple[Details, str | None]] = field(default_factory=dict)
    consents: list[Answer] = field(default_factory=list)
    residences: list[tuple[UUID, str, str]] = field(default_factory=list)
    tags: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    knew: list[UUID] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)

    def allow(self, person_id: UUID, given: bool) -> None:
        source = self.batch.source
        self.consents.append(Answer(person_id, rules.NEWS, given, rules.ELSEWHERE, source))

    def live(self, person_id: UUID, electorate: tuple[str, str]) -> None:
        self.residences.append((person_id, *electorate))

    def became(self, row: ImportRow, person_id: UUID | None, outcome: Outcome, kept: dict[str, Any] | None) -> None:
        sealed = self.close(kept, row.id) if kept else None
        self.written.append((row.id, person_id, outcome, sealed))


def apply_some(import_id: UUID) -> bool:
    """Import some of the rows that nobody else is importing. False when none is left.

    What came between the check and now is respected: who has joined since under an email of the file is left alone, and so is
    a field that was changed here meanwhile.
    """
    batch = get_held(import_id, together=True)
    if batch.state != "importing":
        return False
    rows = queries.some_rows(import_id, limit=rules.AT_ONCE // rules.HANDS)
    if not rows:
        return False
    plan_once()
    part = Slice(batch, clock.now())
    with roster.written_once() as touched:
        _add([row for row in rows if row.verdict == Verdict.NEW], part)
        _change([row for row in rows if row.verdict == Verdict.CHANGED], part)
        people.say_consents(part.consents, at=part.at)
        electorates.say_residences(part.residences, at=part.at)
        _fall_to_branches([person_id for person_id, _, _ in part.residences], by=str(batch.confirmed_by))
        touched.update(person_id for _, person_id, _, _ in part.written if person_id)
    _give_tags(part)
    people.find_pairs_of(touched)
    write_outcomes(part.written, at=part.at)
    done = Counter(outcome.value for _, _, outcome, _ in part.written)
    audit.record(Action.IMPORT_APPLIED, audit.of("people_import", import_id), by=str(batch.confirmed_by), **done)
    return True


def end_apply(import_id: UUID) -> bool:
    """When every row is imported, mark the import whole, and delete the raw file. False when some are left."""
    batch = get_held(import_id)
    if batch.state != "importing":
        return True
    if queries.some_rows(import_id, limit=1, wait=True):
        return False
    batch.done_at = clock.now()
    for part in session.scalars(select(ImportPart).where(ImportPart.import_id == batch.id)):
        session.delete(part)
    audit.record(Action.IMPORT_DONE, audit.of("people_import", batch.id), by=str(batch.confirmed_by))
    return True


def _add(rows: Sequence[ImportRow], part: Slice) -> None:
    """New people: supporters, with what they allow and where they live. None of them becomes a member by it."""
    if not rows:
        return
    said = {row.id: queries.says(row) for row in rows}
    people.hold_emails([says.email for says in said.values() if says.email])
    new = {row.id: _newcomer(person_id, said[row.id]) for row, person_id in zip(rows, new_ids(len(rows)), strict=True)}
    written = people.enrol_many(list(new.values()), at=part.at)
    for row in rows:
        says, person_id = said[row.id], new[row.id].id
        if person_id not in written:
            part.became(row, None, Outcome.KNOWN, None)
            continue
        if says.news is not None:
            part.allow(person_id, says.news)
        if says.electorate:
            part.live(person_id, says.electorate)
        if says.tags:
            part.tags[person_id] = says.tags
        part.became(row, person_id, Outcome.MADE, {"is": says.as_json()})


def _newcomer(person_id: UUID, says: Says) -> Newcomer:
    return Newcomer(person_id, says.details, says.can_enrol or None)


def _change(rows: Sequence[ImportRow], part: Slice) -> None:
    """People we know: the fields that were ticked, if they still are what the officer saw."""
    ids = sorted({row.person_id for row in rows if row.person_id}, key=str)
    if not ids:
        return
    session.execute(select(Person.id).where(Person.id.in_(ids)).order_by(Person.id).with_for_update())
    known = queries.hold(ids)
    for row in rows:
        held = known.by_id.get(row.person_id) if row.person_id else None
        kept = queries.opened(row)
        if held is None or not kept:
            part.became(row, row.person_id, Outcome.GONE, None)
            continue
        says = Says.from_json(kept["is"])
        did = {name: was for name, was in _still_differs(says, held, kept["was"]).items() if _is_taken(name, held, part.batch)}
        if not did:
            part.became(row, row.person_id, Outcome.LEFT, None)
            continue
        _gather(says, held, did, part)
        part.became(row, held.person_id, Outcome.CHANGED, {"is": kept["is"], "did": did})
    if part.corrected:
        people.correct_many(part.corrected)


def _still_differs(says: Says, held: Held, was: dict[str, str]) -> dict[str, str]:
    return {name: old for name, old in differences(says, held).items() if was.get(name) == old}


def _is_taken(name: str, held: Held, batch: PeopleImport) -> bool:
    """Somebody’s no counts without a tick, of any record of theirs; an email is never a file’s to change, nor is anything of a
    record that has become part of somebody since the check."""
    return name == WITHDRAWN or (name != EMAIL and not held.is_part and name in batch.took)


def _gather(says: Says, held: Held, did: dict[str, str], part: Slice) -> None:
    details = held.details.but(**{name: getattr(says, name) for name in rules.DETAILS if name in did})
    can_enrol = says.can_enrol if "can_enrol" in did else held.can_enrol
    if details != held.details or can_enrol != held.can_enrol:
        part.corrected[held.person_id] = (details, can_enrol)
    if "electorate" in did and says.electorate:
        part.live(held.person_id, says.electorate)
    if "consents" in did or WITHDRAWN in did:
        part.allow(held.person_id, WITHDRAWN not in did)
    if TAGS in did:
        part.tags[held.person_id] = says.tags
        part.knew.append(held.person_id)


def _give_tags(part: Slice) -> None:
    """Mark everybody with the tags of their row: the whole party’s, made where there is none of that name, as it was spelt when
    it was confirmed. What somebody has under that name, of a branch as well, they have."""
    if not part.tags:
        return
    by, has = str(part.batch.confirmed_by), casework.names_on(part.knew)
    lacking = [
        (person_id, name) for person_id, names in part.tags.items() for name in names if key(name) not in has.get(person_id, ())
    ]
    spelt = {key(name): name for name in queries.kept_of(part.batch).tags}
    ids = casework_services.party_tags_named({spelt[key(name)] for _, name in lacking}, by=by, on=clock.today())
    casework_services.give_tags([(person_id, ids[key(name)]) for person_id, name in lacking], batch_id=part.batch.id, by=by)


def _fall_to_branches(lived: Sequence[UUID], *, by: str) -> None:
    """Members among these belong to the branch of where they live now, as if they had said so themselves."""
    members = select(Membership.person_id).where(Membership.person_id.in_(lived), Membership.ended_on.is_(None))
    for person_id in session.scalars(members).all() if lived else ():
        branches.fall_to_branch(person_id, by=by, on=clock.today())


def write_outcomes(written: Sequence[Written], *, at: datetime) -> None:
    """Write down what became of rows."""
    beside = copy_beside("import_rows", ("id", "person_id", "outcome", "sealed"), written)
    session.execute(
        text(
            "update import_rows r set person_id = coalesce(n.person_id, r.person_id), outcome = n.outcome, sealed = n.sealed,"  # noqa: S608
            f" done_at = :at from {beside} n where r.id = n.id"
        ),
        {"at": at},
    )
