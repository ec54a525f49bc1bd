"""Verbs: what the columns are is said, and every row of the file is held against what we know. Nobody is written down by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, text

from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import copy_beside, plan_once, session
from app.ground.ids import new_ids
from app.ground.mail import office
from app.party.casework import queries as casework
from app.party.casework.rules import key as tag_key
from app.party.electorates import queries as electorates
from app.party.people import queries as people

from .. import queries, rules
from ..models import ImportRow, PeopleImport
from ..rules import EMAIL, TAGS, Verdict
from ..rules.columns import OURS, ROWS
from ..rules.comparing import Held, differences, marks
from ..rules.days import Order, days_of
from ..rules.values import Reader, Says, Unreadable, mended_letters, tidy
from ..rules.workbooks import FORMULA

_COLUMNS = ("id", "import_id", "line", "verdict", "changes", "person_id", "sealed")


def begin_check(import_id: UUID, mapping: Sequence[str], *, proven: bool, by: str, order: Order = Order.SHOWN) -> None:
    """Say what each column is, and have the rows checked. What an earlier check found, and what was decided about it, is
    forgotten.

    Raises NotWaiting, NoColumns, TwiceSaid.
    """
    found = get_held(import_id)
    rules.check_state(found.state, "sent", "checked")
    if not {"name", "first", "last", "email", "person"} & set(mapping):
        raise rules.NoColumns()
    keep(found, mapping=list(mapping), proven=proven, order=str(order), doubtful=0, decided=0)
    found.checking_at, found.checked_at, found.trouble, found.rows = clock.now(), None, None, None
    session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
    audit.record(Action.IMPORT_MAPPED, audit.of("people_import", import_id), by=by)
    jobs.enqueue("imports.check", batch=import_id)


def keep(found: PeopleImport, **what: Any) -> None:
    """Keep something else of a file besides its rows. Raises NotWaiting for one that was emptied."""
    kept = replace(queries.kept_of(found), **what)
    found.sealed = office().seal.close(asdict(kept), table="people_imports", row=found.id)


def get_held(import_id: UUID, *, together: bool = False) -> PeopleImport:
    """The import, held until the end of this transaction; `together` with others who hold it so, to read what it says."""
    held: Any = {"read": True} if together else True
    return session.get_one(PeopleImport, import_id, with_for_update=held, populate_existing=True)


def start_check(import_id: UUID, *, on: date) -> Check | None:
    """What a check needs, with nothing found yet: done again it begins anew. None for a file that waits for no check."""
    found = get_held(import_id)
    if found.state != "checking":
        return None
    session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
    found.rows = None
    return Check(import_id, queries.kept_of(found), found.system, on)


def note_rows(import_id: UUID, rows: int, *, doubtful: int, tags: dict[str, int]) -> None:
    """How many rows there are, so that one sees how far a check is; how many days of theirs are in doubt, and which tags they
    name."""
    found = get_held(import_id)
    if found.state == "checking":
        found.rows = rows
        keep(found, doubtful=doubtful, tags=tags)


def note_trouble(import_id: UUID, trouble: str) -> None:
    """Something is wrong with the whole file: no row of it is taken."""
    found = get_held(import_id)
    found.trouble, found.checked_at, found.rows = trouble, clock.now(), 0


def check_some(check: Check, some: Looked) -> bool:
    """Say who some rows are, and write it down; the parts of a file in their order, as a row may be who stands before. False
    when the file waits for no check any more."""
    if get_held(check.import_id).state != "checking":
        return False
    check.write(some)
    return True


def end_check(import_id: UUID) -> None:
    """Every row was looked at."""
    found = get_held(import_id)
    if found.state != "checking":
        return
    found.checked_at = clock.now()
    counts = queries.counts_of(import_id)
    audit.record(
        Action.IMPORT_CHECKED, audit.of("people_import", import_id), by="system",
        **{verdict.value: counts.verdicts[verdict] for verdict in Verdict},
    )  # fmt: skip


Row = tuple[int, list[str] | None]


@dataclass
class Found:
    """What one row is, before it is written down."""

    line: int
    verdict: Verdict
    says: Says | None = None
    email_index: bytes | None = None
    likeness: Mapping[str, int | None] = field(default_factory=dict)
    changes: dict[str, str] = field(default_factory=dict)
    person_id: UUID | None = None
    cells: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Looked:
    """Some rows, whom we know of them, and like whom the others are, by their line."""

    rows: list[Found]
    known: queries.Known
    like: queries.Like


@dataclass
class Check:
    """One check of one file. `emails` and `people`: the line on which each was met first; `alike`: of each pair of marks."""

    import_id: UUID
    kept: queries.Kept
    system: str
    on: date
    emails: dict[str, int] = field(default_factory=dict)
    people: dict[UUID, int] = field(default_factory=dict)
    alike: dict[str, int] = field(default_factory=dict)
    doubtful: int = 0
    tags: dict[str, int] = field(default_factory=dict)
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        in_force = electorates.set_on(self.on)
        seats = {(seat.set_code, seat.code) for seat in electorates.every_seat()}
        order = Order(self.kept.order)
        self.reader = Reader(self.kept.mapping, self.system, self.on, seats, in_force.code if in_force else "", order=order)

    def look_ahead(self, rows: Sequence[list[str] | None]) -> None:
        """Whether the days of this file have their month first, how many are in doubt, and which tags there are."""
        for tagged in self.reader.at.get(TAGS, ()):
            self.tags = self._tags_of(Counter(row[tagged] for row in rows if row))
        place = next(iter(self.reader.at.get("born_on", ())), None)
        if place is not None:
            days = days_of(row[place].strip() for row in rows if row)
            self.doubtful = days.in_doubt(self.reader.order, self.system)
            self.reader = replace(self.reader, month_first=days.month_first)

    def _tags_of(self, cells: Counter[str]) -> dict[str, int]:
        """How many rows name each tag, as it was written first. What cannot be read is told with its row."""
        found: dict[str, tuple[str, int]] = {}
        for cell, times in cells.items():
            with suppress(Unreadable):
                for name in self.reader.tags(cell if mended_letters(cell) else tidy(cell, ours=self.system == OURS)):
                    first, before = found.get(key := tag_key(name), (name, 0))
                    found[key] = (first, before + times)
        return dict(found.values())

    def told_rows(self, rows: Sequence[Row]) -> int | None:
        """How many rows our own export says at its end that it has; None for a file that says nothing of it."""
        last = (rows[-1][1] or [""])[0] if rows else ""
        told = last.removeprefix(ROWS)
        return int(told) if self.system == OURS and told != last and told.isascii() and told.isdigit() else None

    def read(self, rows: Sequence[Row]) -> list[Found]:
        """What these rows say, by themselves. Asks no database."""
        return [self._read(line, row) for line, row in rows]

    def look(self, read: list[Found]) -> Looked:
        """Whom we know of these rows, and like whom the others are. Writes nothing, and asks for no row before: parts of a file
        can be looked for side by side."""
        known = queries.known(
            [one.says.person for one in read if one.says and one.says.person],
            [one.email_index for one in read if one.email_index],
        )
        left = {
            one.line: (one.says, one.likeness) for one in read if one.says and not known.has(one.says.person, one.email_index)
        }
        if TAGS in self.reader.at:
            known.tags = casework.names_on({held.person_id for held in known.by_id.values()})
        return Looked(read, known, queries.likely(left))

    def write(self, some: Looked) -> None:
        """Say who these rows are, and write it down."""
        for one in some.rows:
            if one.says:
                self._match(one, one.says, some.known)
            if one.says and one.verdict is Verdict.NEW:
                self._set_beside(one, one.says, some.like.get(one.line, []))
        self._put(some.rows)

    def _read(self, line: int, row: list[str] | None) -> Found:
        if row is None:
            return Found(line, Verdict.REFUSED, cells=row or [], more={"why": [
                "There is more in this row than the first row has names for, or a cell of more than 4,000 letters. Is a "
                "comma not in quotation marks?"
            ]})  # fmt: skip
        if any(cell.startswith(FORMULA) for cell in row):
            return Found(line, Verdict.REFUSED, cells=row or [], more={"why": [
                "There is a formula in this row. Copy the list, paste it as values, and send that: a formula is not worked "
                "out here."
            ]})  # fmt: skip
        says, faults = self.reader.read(row)
        if faults:
            return Found(line, Verdict.REFUSED, cells=row or [], more={"why": faults})
        if says.news and not self.kept.proven and self.system != OURS:
            says = replace(says, news=None)
        index = people.email_index(says.email) if says.email else None
        return Found(line, Verdict.NEW, says, index, people.likeness(says.details), cells=row)

    def _match(self, one: Found, says: Says, known: queries.Known) -> None:
        """By our own id, or by email: somebody we know, or met on another line, or nobody."""
        if says.person in known.erased:
            one.verdict, one.more = Verdict.REFUSED, {"why": [
                "This is somebody who has left, and whom we forgot. If they come back, they sign again; take the row out."
            ]}  # fmt: skip
            return
        mail = people.email_key(says.email)
        held: Held | None = known.by_id.get(says.person) if says.person else None
        by_email = known.by_email.get(one.email_index) if one.email_index else None
        if held is None and by_email:
            held = known.by_id.get(by_email)
        before = self.people.get(held.person_id) if held else self.emails.get(mail) if mail else None
        if before is not None and before != one.line:
            one.verdict = Verdict.REFUSED
            one.more = {
                "why": [f"This is who stands in line {before}, by {'email' if mail else 'our id'}. Keep one of the two lines."]
            }
            return
        if mail:
            self.emails[mail] = one.line
        if held is None:
            return
        self.people[held.person_id] = one.line
        one.person_id, one.changes = held.person_id, differences(says, held, known.tags.get(held.person_id, ()))
        if by_email == held.person_id:
            one.changes.pop(EMAIL, None)  # it is that of another record of theirs
        one.verdict = Verdict.CHANGED if one.changes else Verdict.SAME

    def _set_beside(self, one: Found, says: Says, like: list[tuple[UUID, list[str]]]) -> None:
        """Whether a row that would be new is likely somebody we know, or who stands on another line."""
        own = marks(says)
        twice = next((self.alike[mark] for mark in own if mark in self.alike), None)
        for mark in own:
            self.alike.setdefault(mark, one.line)
        if like or twice:
            one.verdict = Verdict.TWIN
            one.more = {"like": [[str(person_id), alike] for person_id, alike in like], "twice": twice}

    def _put(self, read: Sequence[Found]) -> None:
        close, rows = office().seal.closer("import_rows"), []
        for one, row in zip(read, new_ids(len(read)), strict=True):
            kept: dict[str, Any] = dict(one.more)
            if one.verdict is Verdict.REFUSED:
                kept["cells"] = [cell.removeprefix(FORMULA) for cell in one.cells]
            elif one.verdict is not Verdict.SAME and one.says:
                kept["is"] = one.says.as_json()
            if one.changes:
                kept["was"] = one.changes
            sealed = close(kept, row) if kept else None
            rows.append((row, self.import_id, one.line, one.verdict, list(one.changes), one.person_id, sealed))
        beside, named = copy_beside("import_rows", _COLUMNS, rows), ", ".join(_COLUMNS)
        plan_once()
        session.execute(text(f"insert into import_rows ({named}) select {named} from {beside}"))  # noqa: S608
