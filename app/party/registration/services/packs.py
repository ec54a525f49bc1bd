"""Verbs: a pack is made, changed by hand, checked, filed, put away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from uuid import UUID

from sqlalchemy import func, select

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.law.nz.electoral_act import MINIMUM_MEMBERS
from app.party.branches import services as branches
from app.party.branches.scope import Scope

from .. import queries, rules
from ..models import Pack, PackLine, State
from ..rules import Candidate, Reason

AT_ONCE = 100  # members whose evidence is opened together


def make(*, key: UUID, wanted: int, on: date, scope: Scope, by: str) -> Pack:
    """Choose members whose dues run longest, an electorate at a time, check each as the Commission would, and go on until
    `wanted` have passed or nobody is left. Who fails stays on the pack with the reason. Made twice with one key, it is one
    pack.

    Everybody whose evidence was opened sees that it was. Raises NoOffice.
    """
    lock_for_now(f"pack:{key}")
    known = session.get(Pack, key)
    if known:
        return known
    pack = Pack(
        id=key, on=on, wanted=wanted, made_at=clock.now(), made_by=by, checked_at=None, dropped_at=None, filed_on=None,
        filed_at=None, filed_by=None, digest=None,
    )  # fmt: skip
    session.add(pack)
    session.flush()
    _fill(pack, scope, by=by)
    audit.record(Action.PACK_MADE, audit.of("pack", pack.id), by=by, wanted=wanted, on=on.isoformat(), members=_members(pack))
    return pack


def check_again(pack_id: UUID, *, scope: Scope, by: str) -> Pack:
    """Check everybody in a pack anew, for its day; who fails is replaced by the next of the rule, and stays with the reason.
    Who was put in or taken out by hand stays so. Raises IsFiled, NoOffice."""
    pack = _hold(pack_id)
    lines = queries.lines_of(pack, State.IN)
    taken: set[tuple[str, ...]] = set()
    for some in _in_parts(lines):
        cases = queries.cases_of([line.membership_id for line in some], on=pack.on)
        open_members(pack, [line.person_id for line in some], what=rules.CHECKED, by=by)
        for line in some:
            case = cases[line.membership_id]
            fault = rules.check(case, on=pack.on, taken=taken)
            _say(line, fault, case)
            if fault is None and case.details:
                taken.update(rules.identity_of(case.details))
    session.flush()
    _fill(pack, scope, by=by, taken=taken)
    audit.record(Action.PACK_CHANGED, audit.of("pack", pack.id), by=by, how="checked", members=_members(pack))
    return pack


def _fill(pack: Pack, scope: Scope, *, by: str, taken: set[tuple[str, ...]] | None = None) -> None:
    """Have the next of the rule take the places that are free."""
    taken = set() if taken is None else taken
    there = set(session.scalars(select(PackLine.person_id).where(PackLine.pack_id == pack.id)))
    place = session.scalar(select(func.max(PackLine.place)).where(PackLine.pack_id == pack.id)) or 0
    free = pack.wanted - _members(pack)
    waiting = (one for one in queries.candidates(scope, on=pack.on) if one.person_id not in there)
    while free > 0:
        some = list(islice(waiting, min(free, AT_ONCE)))
        if not some:
            break
        for line in _check_new(pack, some, last=place, by=by, by_hand=False, taken=taken):
            free -= line.state == State.IN
            place = line.place
    pack.checked_at = clock.now()
    session.flush()


def _check_new(
    pack: Pack, some: Sequence[Candidate], *, last: int, by: str, by_hand: bool, taken: set[tuple[str, ...]]
) -> list[PackLine]:
    cases = queries.cases_of([one.membership_id for one in some], on=pack.on)
    open_members(pack, [one.person_id for one in some], what=rules.CHECKED, by=by)
    lines = []
    for place, one in enumerate(some, last + 1):
        case = cases[one.membership_id]
        fault = rules.check(case, on=pack.on, taken=taken)
        line = PackLine(
            id=new_id(), pack_id=pack.id, person_id=one.person_id, membership_id=one.membership_id, number=one.number,
            place=place, by_hand=by_hand, state=State.IN, because=None, declaration_digest=None,
        )  # fmt: skip
        _say(line, fault, case)
        if fault is None and case.details:
            taken.update(rules.identity_of(case.details))
        session.add(line)
        lines.append(line)
    session.flush()
    return lines


def _in_parts(lines: Sequence[PackLine]) -> Iterator[Sequence[PackLine]]:
    return (lines[first : first + AT_ONCE] for first in range(0, len(lines), AT_ONCE))


def _say(line: PackLine, fault: Reason | None, case: rules.Case) -> None:
    line.state, line.because = (State.FAILED, str(fault)) if fault else (State.IN, None)
    line.declaration_digest = case.signed.digest if case.signed else None


def put_in(pack_id: UUID, number: int, *, scope: Scope, by: str) -> tuple[PackLine, bool]:
    """Put the member with this number into a pack by hand. Checked like everybody else: who fails stands there with the reason.
    Returns their line, and whether they were in already.

    Raises IsFiled, NoMemberThere, TooMany, NoOffice.
    """
    pack = _hold(pack_id)
    if _members(pack) >= rules.MOST:
        raise rules.TooMany(most=rules.MOST)
    one = queries.find_candidate(number, scope, on=pack.on)
    if one is None:
        raise rules.NoMemberThere()
    taken = _identities(pack, but=one.person_id)
    line = session.scalar(select(PackLine).where(PackLine.pack_id == pack.id, PackLine.person_id == one.person_id))
    was_in = line is not None and line.state == State.IN
    if line is None:
        place = session.scalar(select(func.max(PackLine.place)).where(PackLine.pack_id == pack.id)) or 0
        (line,) = _check_new(pack, [one], last=place, by=by, by_hand=True, taken=taken)
    else:
        cases = queries.cases_of([line.membership_id], on=pack.on)
        open_members(pack, [one.person_id], what=rules.CHECKED, by=by)
        _say(line, rules.check(cases[line.membership_id], on=pack.on, taken=taken), cases[line.membership_id])
        line.by_hand = True
    session.flush()
    pack.wanted = max(pack.wanted, _members(pack))
    audit.record(Action.PACK_CHANGED, audit.of("pack", pack.id), by=by, how="put in", member=line.number, state=line.state)
    return line, was_in


def take_out(pack_id: UUID, line_id: UUID, *, by: str) -> None:
    """Take a member out of a pack by hand; nobody takes their place until it is checked again. Raises IsFiled."""
    pack = _hold(pack_id)
    line = session.get(PackLine, line_id, with_for_update=True)
    if line is None or line.pack_id != pack.id or line.state == State.OUT:
        return
    line.state, line.because, line.by_hand = State.OUT, None, True
    session.flush()
    audit.record(Action.PACK_CHANGED, audit.of("pack", pack.id), by=by, how="taken out", member=line.number)


def drop(pack_id: UUID, *, by: str) -> None:
    """Put a pack away that was not filed. Its lines stay as the record of whose evidence was opened. Raises IsFiled."""
    pack = _hold(pack_id)
    pack.dropped_at = clock.now()
    session.flush()
    audit.record(Action.PACK_DROPPED, audit.of("pack", pack.id), by=by)


def file_pack(pack_id: UUID, *, sent_on: date, seen: str, by: str) -> Pack:
    """Note that a pack went to the Commission on a day. It stays as it is from then on, with the digest of whose evidence it
    was and what they had signed. `seen`: that digest as the page showed it.

    Raises IsFiled, TooFew, UncheckedPack, NotOnThatDay.
    """
    pack = _hold(pack_id)
    made_on, today = clock.day_of(pack.made_at), clock.today()
    if not made_on <= sent_on <= today:
        raise rules.NotOnThatDay(first=rules.day(made_on), last=rules.day(today))
    needed, members = MINIMUM_MEMBERS.on(pack.on).value, _members(pack)
    if members < needed:
        raise rules.TooFew(count=members, needed=needed)
    digest = queries.digest_of(pack)
    if seen != digest or _faults(pack):
        raise rules.UncheckedPack()
    pack.filed_on, pack.filed_at, pack.filed_by, pack.digest = sent_on, clock.now(), by, digest
    session.flush()
    audit.record(Action.PACK_FILED, audit.of("pack", pack.id), by=by, members=members, digest=digest, on=sent_on.isoformat())
    return pack


def _faults(pack: Pack) -> bool:
    """Whether anybody in a pack would fail the check now."""
    taken: set[tuple[str, ...]] = set()
    for some in _in_parts(queries.lines_of(pack, State.IN)):
        cases = queries.cases_of([line.membership_id for line in some], on=pack.on)
        for line in some:
            case = cases[line.membership_id]
            if rules.check(case, on=pack.on, taken=taken) or case.details is None:
                return True
            taken.update(rules.identity_of(case.details))
    return False


def open_members(pack: Pack, ids: Sequence[UUID], *, what: str, by: str) -> None:
    """Write down that the names or the evidence of these members were opened: each of them sees it. Raises NoOffice."""
    if ids:
        branches.look_through(list(ids), by=by, what=what)


def _identities(pack: Pack, *, but: UUID) -> set[tuple[str, ...]]:
    """The identities of those who are in a pack."""
    lines: Iterable[PackLine] = [line for line in queries.lines_of(pack, State.IN) if line.person_id != but]
    cases = queries.cases_of([line.membership_id for line in lines], on=pack.on)
    return {one for case in cases.values() if case.details for one in rules.identity_of(case.details)}


def _members(pack: Pack) -> int:
    there = select(func.count()).select_from(PackLine).where(PackLine.pack_id == pack.id, PackLine.state == State.IN)
    return session.scalar(there) or 0


def _hold(pack_id: UUID) -> Pack:
    """The pack, until the end of the transaction. Raises IsFiled for one that is over."""
    pack = session.get_one(Pack, pack_id, with_for_update=True, populate_existing=True)
    if not pack.is_open:
        raise rules.IsFiled()
    return pack
