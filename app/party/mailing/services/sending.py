"""Verbs: a letter to many is confirmed, goes on part by part, and ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, insert, literal, select

from app.ground import audit, clock, jobs, mail
from app.ground.audit import Action
from app.ground.db import looking_as, no_hurry, session
from app.ground.ids import read_id
from app.ground.mail import Kind, Letter
from app.law import polling
from app.party.branches import queries as branches
from app.party.branches.scope import Scope, of_offices
from app.party.people import queries as people
from app.party.people.models import Person
from app.party.roster import queries as roster
from app.party.roster.models import OnRoster
from app.party.roster.rules import read_asked

from .. import emails, queries, rules
from ..models import Mailing, MailingOutcome, MailingPart
from ..queries.asking import read_mailing_id
from ..queries.progress import key_of
from ..rules import Skip
from .stopping import end, stop
from .telling import Told, tell
from .writing import check_is_draft

_CHORE = "mailing.send"


def send_test(mailing: Mailing, person_id: UUID, *, on: date) -> None:
    """Send the letter to oneself, as it would be: an organizer need not be among those they see. Raises NoAddress."""
    with looking_as(f"self:{person_id}"):
        details = people.details_of(people.get_person(person_id))
        row = session.scalar(select(OnRoster).where(OnRoster.person_id == person_id))
    if not details.email:
        raise rules.NoAddress()
    emails.test(mailing, row, details, person_id=person_id, on=on)


def confirm(
    mailing: Mailing,
    scope: Scope,
    *,
    shown: int,
    rate: int,
    seen: str,
    vouched: bool,
    by: str,
    offices: Iterable[str],
    on: date,
) -> None:
    """Freeze the list of whom it goes to, now, and begin. Who is asked for later is not on it; who is no longer, at their turn,
    is skipped. By the party secretary a letter of campaign class is authorised with this press.

    `shown`: how many whoever presses was told; `seen`: which text (rules.stamp_of); `vouched`: whether they say that it asks
    nobody to vote, to give or to take part, which what is no campaign needs. Raises NoLongerDraft, OnlySecretary,
    NotAuthorised, ChangedSince, NotVouched, Nobody, CountChanged.
    """
    check_is_draft(mailing)
    held = list(offices)
    rules.check_may_write(Kind(mailing.kind), held)
    if mailing.is_campaign and mailing.authorised_at is None and not rules.is_secretary(held):
        raise rules.NotAuthorised()
    rules.check_seen(seen, mailing.changed_at)
    if not mailing.is_campaign:
        if not vouched:
            raise rules.NotVouched()
        mailing.vouched_by = by
    if mailing.is_campaign and mailing.authorised_at is None:
        mailing.authorised_at, mailing.authorised_by = clock.now(), by
        tell(mailing, Told.AUTHORISED, mailing.authorised_at)
        audit.record(
            Action.MAILING_AUTHORISED, audit.of("mailing", mailing.id), by=by, as_changed_at=mailing.changed_at.isoformat()
        )
    no_hurry()  # a list of millions takes seconds
    frozen = _freeze(mailing, scope, size=rules.part_size(rate), on=on)
    if not frozen:
        raise rules.Nobody()
    if not rules.allows_drift(shown, frozen):
        raise rules.CountChanged(now=frozen, shown=shown)
    mailing.rate, mailing.confirmed_at, mailing.confirmed_by = rate, clock.now(), by
    mailing.shown_count, mailing.frozen_count = shown, frozen
    audit.record(
        Action.MAILING_CONFIRMED, audit.of("mailing", mailing.id), by=by, kind=mailing.kind, people=frozen, vouched=vouched
    )
    jobs.enqueue(_CHORE, mailing=mailing.id)


def _freeze(mailing: Mailing, scope: Scope, *, size: int, on: date) -> int:
    fits = queries.conditions(Kind(mailing.kind), read_asked(mailing.asked), scope, on=on)
    place = func.row_number().over(order_by=OnRoster.person_id)
    each = select(OnRoster.person_id, ((place - 1) // size + 1).label("number")).where(fits).subquery()
    parts = select(literal(mailing.id), each.c.number, func.array_agg(each.c.person_id)).group_by(each.c.number)
    session.execute(insert(MailingPart).from_select(["mailing_id", "number", "person_ids"], parts))
    counted = select(func.sum(func.cardinality(MailingPart.person_ids))).where(MailingPart.mailing_id == mailing.id)
    return int(session.scalar(counted) or 0)


@dataclass(frozen=True)
class Turn:
    """What is to be done now: parts of the list, and as whom."""

    scope: Scope
    parts: tuple[int, ...]


def next_turn(mailing_id: UUID, *, on: date) -> Turn | None:
    """What of a mailing may go now. None where nothing may: it is stopped or over, it is polling day, or
    whoever confirmed it has lost the office meanwhile, which stops it. Then what is to follow is enqueued."""
    mailing = queries.find(mailing_id)
    if mailing is None or mailing.state != "sending":
        return None
    if quiet_until := polling.silent_until(clock.now()):
        jobs.enqueue(_CHORE, mailing=mailing_id, at=quiet_until, once=True)
        return None
    scope = _scope_today(mailing, on=on)
    if scope is None:
        stop(mailing, by="system", because=rules.OFFICE_ENDED)
        return None
    left = queries.parts_left(mailing_id, most=max(1, mailing.rate // (6 * rules.A_PART)))
    if not left:
        end(mailing, "sent", by="system")
        return None
    return Turn(scope, tuple(number for number, _size in left))


def take_turn(mailing_id: UUID) -> timedelta | None:
    """Take the next letter’s turn, and say in how long it comes; None where that is too long to wait for, or nothing is sent
    any more. Kept before the letter goes, so that a worker who is killed, or another beside it, takes none of it."""
    mailing = session.get(Mailing, mailing_id, with_for_update=True, populate_existing=True)
    if mailing is None or mailing.state != "sending":
        return None
    now = clock.now()
    turn = rules.turn_after(mailing.turn_at, rate=mailing.rate, now=now)
    if turn - now > rules.AHEAD:
        return None
    mailing.turn_at = turn
    return turn - now


def _scope_today(mailing: Mailing, *, on: date) -> Scope | None:
    """As whom it is sent: whoever confirmed it, with the offices they hold today; None where those do not suffice."""
    person_id = read_id((mailing.confirmed_by or "").removeprefix("person:"))
    held = branches.held_by(person_id, on=on) if person_id else []
    wanted = queries.scope_of_mailing(mailing)
    may = rules.may_still_send(Kind(mailing.kind), [office.office for office in held])
    return wanted if may and queries.covers(of_offices(held, right=rules.WRITE), wanted) else None


def come_back(mailing_id: UUID) -> None:
    """Have the mailing go on when its next letter has its turn."""
    mailing, now = queries.find(mailing_id), clock.now()
    if mailing is None or mailing.state != "sending":
        return
    turn = rules.turn_after(mailing.turn_at, rate=mailing.rate, now=now)
    jobs.enqueue(_CHORE, mailing=mailing_id, at=turn if turn - now > rules.AHEAD else None, once=True)


def write_to(mailing: Mailing, person_id: UUID, scope: Scope, *, on: date) -> UUID | Skip:
    """Write one person’s letter, if it is still theirs to get: asked now, not when it was planned. The letter’s id, whether it
    was written now or in a turn that was cut short; or why there is none."""
    known = session.scalar(select(Letter).where(Letter.key == key_of(mailing.id, person_id)))
    if known is not None:
        return known.id if known.sealed is not None or known.sent_at else Skip.LEFT
    row = roster.find(person_id, scope)
    person = session.get(Person, person_id) if row else None
    if row is None or person is None or person.sealed is None:
        return Skip.LEFT
    if mailing.is_campaign and rules.NEWS not in row.consents:
        return Skip.WITHDREW
    if not queries.on_the_list(mailing, row, scope, on=on):
        return Skip.OTHERS
    details = people.details_of(person)
    if not details.email:
        return Skip.NO_EMAIL
    if mailing.kind != Kind.STATUTORY and people.is_undeliverable(person):
        return Skip.BOUNCED
    letter_id = emails.letter(mailing, row, details, on=on)
    assert letter_id is not None, "the mailing is ours alone while we write"
    return letter_id


def end_part(mailing_id: UUID, number: int, *, sent: int, skipped: Counter[Skip]) -> None:
    """Write down what became of a part. A second outcome of one part breaks the table’s key."""
    counts = {str(reason): count for reason, count in skipped.items() if count}
    session.add(MailingOutcome(mailing_id=mailing_id, number=number, at=clock.now(), sent=sent, skipped=counts))


def go_on(mailing: Mailing, *, rate: int, by: str, offices: Iterable[str]) -> None:
    """Let what was stopped go on where it stopped, with the list it had; whoever presses answers for it from now on.

    What the party secretary stopped goes on by the secretary alone. Raises NotStopped, OnlySecretary, SecretaryStopped.
    """
    session.refresh(mailing, with_for_update=True)
    if mailing.state != "stopped":
        raise rules.NotStopped()
    held = list(offices)
    rules.check_may_write(Kind(mailing.kind), held)
    if not rules.is_secretary(held) and _secretary_stopped(mailing):
        raise rules.SecretaryStopped()
    mailing.stopped_at = mailing.stopped_by = mailing.stopped_because = None
    mailing.rate, mailing.confirmed_by = rate, by
    audit.record(Action.MAILING_WENT_ON, audit.of("mailing", mailing.id), by=by)
    jobs.enqueue(_CHORE, mailing=mailing.id, once=True)


def _secretary_stopped(mailing: Mailing) -> bool:
    if mailing.stopped_at is None or mailing.stopped_by is None:
        return False
    then = branches.offices_by(mailing.stopped_by, on=clock.day_of(mailing.stopped_at))
    return rules.is_secretary(office.office for office in then)


def may_go(letter: Letter) -> bool:
    """Whether a letter may be handed over: any that is not of a mailing may. One of a mailing waits while that is stopped, and
    is forgotten where that was called off, or where its reader has said no to news meanwhile."""
    mailing_id = read_mailing_id(letter.key)
    if mailing_id is None or letter.kind == Kind.ANSWER:
        return True
    mailing = queries.find(mailing_id)
    if mailing is None or mailing.state == "stopped":
        return False
    if mailing.state == "called off" or (mailing.is_campaign and not _allows_news(letter.person_id)):
        mail.forget_letters([letter.key])
        return False
    return True


def _allows_news(person_id: UUID | None) -> bool:
    return person_id is not None and any(said.given for said in people.consents_of(person_id) if said.kind == rules.NEWS)


def wake() -> None:
    """Have every mailing that is being sent go on: where its chore was given up, or lost."""
    going = select(Mailing.id).where(
        Mailing.confirmed_at.is_not(None), Mailing.ended_at.is_(None), Mailing.stopped_at.is_(None)
    )
    for mailing_id in session.scalars(going):
        jobs.enqueue(_CHORE, mailing=mailing_id, once=True)


def forget_stopped() -> None:
    """Call off what was stopped a week ago and did not go on."""
    long_ago = clock.now() - timedelta(days=rules.STOPPED_LIVES_DAYS)
    left = select(Mailing).where(Mailing.stopped_at < long_ago, Mailing.ended_at.is_(None))
    for mailing in session.scalars(left):
        end(mailing, "called off", by="system")
