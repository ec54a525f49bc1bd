"""Verbs: electorates fall to a branch, and members to the branch of where they live or to the one an officer says."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.party.electorates import queries as electorates
from app.party.electorates.rules import UnknownElectorate
from app.party.membership import queries as memberships
from app.party.membership.models import Membership

from .. import queries, rules
from ..models import Branch, BranchElectorate, BranchMove
from .offices import check_may_give


def hold_electorates(branch: Branch, codes: Collection[str], *, by: str, on: date) -> int:
    """Have these electorates of the set in force, and no others, fall to a branch. Members who live in a new one come with it,
    except where an officer has said otherwise; who lives in one that is let go stays until another branch takes it.

    Returns how many members came. Raises MayNotGive, UnknownElectorate, HeldElsewhere; then nothing is changed.
    """
    lock_for_now("offices")
    check_may_give(by, on=on)
    seats = {seat.code: seat for seat in electorates.electorates_on(on)}
    if not set(codes) <= set(seats):
        raise UnknownElectorate()
    held = {row.electorate_code: row for row in queries.electorates_held(on=on)}
    for code in codes:
        if code in held and held[code].branch_id != branch.id:
            raise rules.HeldElsewhere(electorate=seats[code].name)
    mine = {code for code, row in held.items() if row.branch_id == branch.id}
    for code in sorted(mine - set(codes)):
        held[code].until = max(on, held[code].since)
        audit.record(Action.ELECTORATE_LET_GO, audit.of("branch", branch.id), by=by, electorate=code)
    new = sorted(set(codes) - mine)
    for code in new:
        session.add(
            BranchElectorate(
                id=new_id(), branch_id=branch.id, set_code=seats[code].set_code, electorate_code=code, since=on, until=None
            )
        )
        audit.record(Action.ELECTORATE_HELD, audit.of("branch", branch.id), by=by, electorate=code)
    session.flush()
    return _gather(branch, new, set_code=seats[new[0]].set_code, by=by, on=on) if new else 0


# Members whose latest residence is in one of these electorates, whom no officer has placed, and who are not there already.
_GATHER = text("""
    with there as materialized (
        select distinct person_id from residences where set_code = :set and electorate_code = any(:codes)
    )
    insert into branch_moves (id, membership_id, branch_id, "on", because, by, at)
    select uuidv7(), m.id, :branch, :on, 'electorate', :by, :at
      from there t
      join memberships m on m.person_id = t.person_id and m.ended_on is null
      join lateral (
          select set_code, electorate_code from residences where person_id = t.person_id order by id desc limit 1
      ) lives on lives.set_code = :set and lives.electorate_code = any(:codes)
      left join lateral (
          select branch_id, because from branch_moves where membership_id = m.id order by "on" desc, id desc limit 1
      ) last on true
     where coalesce(last.because, 'electorate') = 'electorate' and last.branch_id is distinct from :branch
""")


def _gather(branch: Branch, codes: list[str], *, set_code: str, by: str, on: date) -> int:
    came = session.execute(
        _GATHER, {"set": set_code, "codes": codes, "branch": branch.id, "on": on, "by": by, "at": clock.now()}
    )
    count: int = came.rowcount  # type: ignore[attr-defined]  # of an INSERT
    if count:
        audit.record(Action.BRANCH_MOVED, audit.of("branch", branch.id), by=by, members=count, because="electorate")
    return count


def fall_to_branch(person_id: UUID, *, by: str, on: date) -> None:
    """Let a member belong to the branch of the electorate they live in, or to none; where an officer has placed them, they
    stay, and so does who has not said where they live in the set in force. Done again it adds nothing."""
    current = memberships.current_of(person_id)
    last = queries.last_move(current.id) if current else None
    if current is None or (last and last.because == rules.OFFICER):
        return
    lives = electorates.residence_of(person_id, on=on)
    if lives is None:
        return
    branch_id = queries.branch_of_electorate(lives)
    if branch_id != (last.branch_id if last else None):
        _move(current, branch_id, because=rules.ELECTORATE, by=by, on=on)


def take_moves_back(person_id: UUID, *, since: datetime, by: str, on: date) -> None:
    """Let a member whom a wrong electorate has moved since a moment belong again where they belonged before it. Where an
    officer has placed them meanwhile, they stay."""
    current = memberships.current_of(person_id)
    moves = queries.branch_moves_of(current.id) if current else []
    later = [move for move in moves if move.at >= since]
    if current is None or not later or any(move.because == rules.OFFICER for move in later):
        return
    before = [move.branch_id for move in moves if move.at < since]
    branch_id = before[-1] if before else None
    if branch_id != later[-1].branch_id:
        _move(current, branch_id, because=rules.ELECTORATE, by=by, on=on)


def place(person_id: UUID, branch: Branch | None, *, by: str, on: date) -> None:
    """Have a member belong to a branch, or to none, whatever their electorate. Raises MayNotPlace, NotInForce, WhichBranch."""
    rules.check_may_place(queries.offices_by(by, on=on))
    if branch and branch.until:
        raise rules.WhichBranch()
    current = memberships.current_of(person_id)
    if current is None:
        raise rules.NotInForce()
    lock_for_now(f"membership:{current.id}")
    last = queries.last_move(current.id)
    if last is None or last.branch_id != (branch.id if branch else None) or last.because != rules.OFFICER:
        _move(current, branch.id if branch else None, because=rules.OFFICER, by=by, on=on)


def _move(membership: Membership, branch_id: UUID | None, *, because: str, by: str, on: date) -> None:
    session.add(
        BranchMove(id=new_id(), membership_id=membership.id, branch_id=branch_id, on=on, because=because, by=by, at=clock.now())
    )
    session.flush()
    audit.record(
        Action.BRANCH_MOVED, audit.of("membership", membership.id), by=by, because=because,
        branch=str(branch_id) if branch_id else None,
    )  # fmt: skip
