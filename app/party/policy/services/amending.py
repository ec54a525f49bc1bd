"""Verbs: a member proposes another body for a section, others support it, its author withdraws it or carries it on; an officer
opens a first one or refuses it.

Who supports what is not in the log: the log is kept for ever, and support can be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.ground import audit, clock, news
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.party.dues import queries as dues

from .. import queries, rules
from ..models import Amendment, AmendmentSupport, Policy
from ..rules import State
from ..texts.reading import clean
from ..texts.sections import begins_another, body_of, faults_with
from ..texts.words import Unreadable
from .commenting import Author


@dataclass(frozen=True)
class Proposal:
    """What a section should say instead, and why. Both are Markdown."""

    anchor: str
    body: str
    rationale: str


def propose(
    policy: Policy, proposal: Proposal, *, number: int, author: Author, key: UUID, on: date, rebase_of: UUID | None = None
) -> Amendment:
    """Propose a change of one section of the current version (`number`: the one that was read). It is open at once; of whom
    nothing was let through before, once an officer opens it. `rebase_of`: carries on one of their own that a new version
    overtook.

    Raises PollingDay, Retired, NotInGoodStanding, TextMovedOn, NoSuchSection, TwoSections, Unreadable, NothingChanges,
    TooManyOpen, TooYoungToName, NotNamed, NotOpen.
    """
    rules.check_not_polling(clock.now())
    if policy.retired_at:
        raise rules.Retired()
    rules.check_may_take_part(queries.standing_of(author.person_id, on=on))
    rules.check_display(author.display, born_on=queries.known(author.person_id).born_on, adult=author.adult, on=on)
    body = check_body(policy, proposal.anchor, proposal.body, number=number)
    lock_for_now(f"proposals:{policy.id}:{author.person_id}")  # so that they are counted one after another
    known = session.scalar(select(Amendment).where(Amendment.person_id == author.person_id, Amendment.key == key))
    if known is not None:  # sent twice
        return known
    if _open_of(policy, author.person_id, on=on) >= rules.MOST_OPEN:
        raise rules.TooManyOpen(most=rules.MOST_OPEN)
    earlier = _to_carry_on(rebase_of, author.person_id, on=on) if rebase_of else None
    base = queries.versions(policy.id)[-1]
    session.execute(
        insert(Amendment)
        .values(
            id=new_id(), key=key, policy_id=policy.id, base_version_id=base.id, anchor=proposal.anchor, body=body,
            rationale=proposal.rationale, rebase_of_id=rebase_of, person_id=author.person_id, display=author.display,
            made_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    made = session.scalar(select(Amendment).where(Amendment.person_id == author.person_id, Amendment.key == key))
    if made is None:  # carried on meanwhile, in another window
        raise rules.NotOpen(why="it was carried on already")
    made = hold_amendment(made.id) or made
    if made.opened_on is None and (queries.is_trusted(author.person_id) or (earlier and earlier.opened_on is not None)):
        _open(made, by="system", on=on)
    return made


def check_body(policy: Policy, anchor: str, typed: str, *, number: int) -> str:
    """What is proposed for a section, as it would be kept. Raises TextMovedOn, NoSuchSection, TwoSections, Unreadable,
    NothingChanges."""
    last = queries.versions(policy.id)[-1:]
    if not last or last[0].number != number:
        raise rules.TextMovedOn()
    was = body_of(last[0].source, anchor)
    if was is None:
        raise rules.NoSuchSection()
    if begins_another(typed):
        raise rules.TwoSections()
    body = clean(typed).strip("\n")
    if body == was:
        raise rules.NothingChanges()
    if faults := faults_with(last[0].source, anchor, body):
        raise Unreadable(faults)
    return body


def _open_of(policy: Policy, person_id: UUID, *, on: date) -> int:
    """How many proposals of one member are open or wait to be."""
    theirs = (Amendment.policy_id == policy.id, Amendment.person_id == person_id)
    undone = (Amendment.withdrawn_at.is_(None), Amendment.refused_at.is_(None))
    running = func.coalesce(Amendment.closes_on, on) >= on
    rows = session.scalars(select(Amendment).where(*theirs, *undone, running)).all()
    return sum(one.state in (State.HELD, State.OPEN) for one in queries.proposals(rows, policy, by=None, on=on))


def _to_carry_on(amendment_id: UUID, person_id: UUID, *, on: date) -> Amendment:
    """One of their own that a new version overtook. Raises NotOpen for any other."""
    found = queries.find_amendment(amendment_id)
    if found is None or found.person_id != person_id:
        raise rules.NotOpen(why=State.WITHDRAWN)
    state = queries.proposed(found, by=person_id, on=on).state
    if state is not State.OUTDATED:
        raise rules.NotOpen(why=state)
    return found


def open_for_support(amendment: Amendment, *, by: str, on: date) -> None:
    """An officer lets a proposal be supported, from today for as many days as the rules say. Raises PollingDay, NotOpen."""
    rules.check_not_polling(clock.now())
    if amendment.opened_on is not None:  # pressed twice
        return
    state = queries.proposed(amendment, by=None, on=on).state
    if state is not State.HELD:
        raise rules.NotOpen(why=state)
    _open(amendment, by=by, on=on)


def _open(amendment: Amendment, *, by: str, on: date) -> None:
    rule, eligible = rules.rule_on(on), dues.count_in_good_standing(on=on)
    amendment.opened_on, amendment.closes_on = on, on + timedelta(days=rule.open_days)
    amendment.eligible, amendment.needed = eligible, rule.needed(eligible)
    session.add(amendment)
    session.flush()
    audit.record(
        Action.AMENDMENT_OPENED, audit.of("amendment", amendment.id), by=by, eligible=eligible, needed=amendment.needed
    )
    news.tell()


def refuse(amendment: Amendment, *, because: str, by: str, on: date) -> None:
    """An officer does not let a proposal be supported, or no longer, and says why in its place (a key of WHY_HIDDEN): for what
    may not stand here, not for what they would not have. Raises NotOpen for one that is closed."""
    if amendment.refused_at is not None:
        return
    state = queries.proposed(amendment, by=None, on=on).state
    if state not in (State.HELD, State.OPEN):
        raise rules.NotOpen(why=state)
    amendment.refused_at, amendment.refused_by, amendment.refused_because = clock.now(), by, because
    session.add(amendment)
    audit.record(Action.AMENDMENT_REFUSED, audit.of("amendment", amendment.id), by=by, because=because)
    news.tell()


def withdraw(amendment: Amendment, *, person_id: UUID, on: date) -> None:
    """Its author withdraws it. Raises NotOpen for one that is closed, or somebody else’s."""
    if amendment.person_id != person_id:
        raise rules.NotOpen(why=State.HELD)
    if amendment.withdrawn_at is not None:
        return
    state = queries.proposed(amendment, by=None, on=on).state
    if state not in (State.HELD, State.OPEN):
        raise rules.NotOpen(why=state)
    amendment.withdrawn_at = clock.now()
    session.add(amendment)
    news.tell()


def support(amendment_id: UUID, *, person_id: UUID, on: date) -> None:
    """Support a proposal that is open, once. Raises PollingDay, NotInGoodStanding, NotOpen."""
    rules.check_not_polling(clock.now())
    rules.check_may_take_part(queries.standing_of(person_id, on=on))
    _check_open(amendment_id, on=on)
    session.execute(
        insert(AmendmentSupport)
        .values(id=new_id(), amendment_id=amendment_id, person_id=person_id, made_at=clock.now())
        .on_conflict_do_nothing(index_elements=["amendment_id", "person_id"])
    )


def take_back_support(amendment_id: UUID, *, person_id: UUID, on: date) -> None:
    """Take support back, while the proposal is open. Raises NotOpen."""
    _check_open(amendment_id, on=on)
    theirs = (AmendmentSupport.amendment_id == amendment_id, AmendmentSupport.person_id == person_id)
    session.execute(delete(AmendmentSupport).where(*theirs))


def _check_open(amendment_id: UUID, *, on: date) -> None:
    """Raises NotOpen; until the end of this transaction nobody withdraws or refuses it."""
    found = session.scalar(select(Amendment).where(Amendment.id == amendment_id).with_for_update(read=True))
    state = queries.proposed(found, by=None, on=on).state if found else State.HELD
    if state is not State.OPEN:
        raise rules.NotOpen(why=state)


def hold_amendment(amendment_id: UUID) -> Amendment | None:
    """One act on an amendment at a time, until the end of this transaction."""
    asked = select(Amendment).where(Amendment.id == amendment_id).with_for_update()
    return session.scalar(asked.execution_options(populate_existing=True))
