"""Verbs: an officer sees who a row is likely to be, and says whether it is them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.ground import audit
from app.ground.audit import Action
from app.ground.mail import office
from app.party.branches import services as branches
from app.party.casework import queries as casework
from app.party.people import queries as people

from .. import queries, rules
from ..models import ImportRow
from ..rules import Verdict
from ..rules.comparing import differences
from ..rules.values import Says
from .checking import get_held, keep

NEW, SKIP = "new", "skip"


@dataclass(frozen=True)
class Like:
    """Somebody whom a row may be: their name, and which things agree."""

    person_id: UUID
    name: str
    alike: list[str]


@dataclass(frozen=True)
class Shown:
    """A row as a page tells it. `was`: what differs, with what we hold, masked."""

    row: ImportRow
    says: Says | None
    was: dict[str, str]
    like: list[Like]
    twice: int | None
    why: list[str]


def show_rows(rows: Sequence[ImportRow], *, by: str) -> list[Shown]:
    """What these rows are, with people whom they are set beside. That those were looked at is written down, and each of them
    sees it. Raises NoOffice."""
    opened = {row.id: queries.opened(row) for row in rows}
    liked = {UUID(person_id) for kept in opened.values() for person_id, _ in kept.get("like", ())}
    held = queries.hold(liked).by_id
    beside = sorted(set(held) | {row.person_id for row in rows if row.person_id and row.verdict == Verdict.CHANGED}, key=str)
    branches.look_through(beside, by=by, what=rules.BESIDE_A_FILE)
    return [
        Shown(
            row=row,
            says=Says.from_json(kept["is"]) if "is" in kept else None,
            was={name: rules.masked(was) for name, was in kept.get("was", {}).items()},
            like=[
                Like(UUID(one), held[UUID(one)].details.name, alike) for one, alike in kept.get("like", ()) if UUID(one) in held
            ],
            twice=kept.get("twice"),
            why=list(kept.get("why", ())),
        )
        for row, kept in ((row, opened[row.id]) for row in rows)
    ]


def decide(import_id: UUID, row_id: UUID, *, who: str, by: str) -> None:
    """Say that a row is somebody new, is to be left out, or is one of the people it is like (`who`: their id).

    Raises NotWaiting, NotTwins.
    """
    found = get_held(import_id)
    rules.check_state(found.state, "checked")
    row = queries.find_row(import_id, row_id)
    if row is None or row.verdict != Verdict.TWIN:
        raise rules.NotTwins()
    kept = queries.opened(row)
    if who == NEW:
        row.verdict, keeps = Verdict.NEW, {"is": kept["is"]}
    elif who == SKIP:
        row.verdict, keeps = Verdict.SKIPPED, {"is": kept["is"]}
    else:
        keeps = _is_them(row, kept, who)
    row.sealed = office().seal.close(keeps, table="import_rows", row=row.id)
    keep(found, decided=queries.kept_of(found).decided + 1)
    audit.record(
        Action.IMPORT_DECIDED, audit.of("import_row", row.id), by=by, decided=row.verdict,
        person=str(row.person_id) if row.person_id else None,
    )  # fmt: skip


def _is_them(row: ImportRow, kept: dict[str, object], who: str) -> dict[str, object]:
    like = {person_id for person_id, _ in kept.get("like", ())}  # type: ignore[attr-defined]
    them = people.root_of(UUID(who)) if who in like else None  # two may have become one since they were shown
    held = queries.hold([them]).by_id.get(them) if them else None
    if held is None:
        raise rules.NotTwins()
    says = Says.from_json(kept["is"])  # type: ignore[arg-type]
    has = casework.names_on([held.person_id]) if says.tags else {}
    was = differences(says, held, has.get(held.person_id, ()))
    row.person_id, row.changes = held.person_id, list(was)
    row.verdict = Verdict.CHANGED if was else Verdict.SAME
    return {"is": kept["is"], "was": was}
