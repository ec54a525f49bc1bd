"""How far a mailing is, and what came of it: sums over its parts, exact at every moment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.ground.db import session
from app.ground.mail import Letter
from app.party.people.models import Bounce, Consent

from ..models import Mailing, MailingOutcome, MailingPart
from ..rules import SKIPPED, Skip


@dataclass(frozen=True)
class Progress:
    """`sent`: letters the mail server took. `left`: people whose part is not done."""

    sent: int
    left: int
    skipped: dict[Skip, int] = field(default_factory=dict)
    last_at: datetime | None = None

    @property
    def done(self) -> int:
        return self.sent + sum(self.skipped.values())

    @property
    def reasons(self) -> list[tuple[str, int]]:
        return [(SKIPPED[reason], self.skipped[reason]) for reason in Skip if self.skipped.get(reason)]


@dataclass(frozen=True)
class Report:
    """What came back, and who said no to news by its link."""

    bounced: int
    returned: int
    withdrew: int


def progress(mailing: Mailing) -> Progress:
    """The sum of what became of its parts, and of the letters that have gone of the one in hand."""
    sent, last_at, last = session.execute(
        select(
            func.coalesce(func.sum(MailingOutcome.sent), 0), func.max(MailingOutcome.at),
            func.coalesce(func.max(MailingOutcome.number), 0),
        ).where(MailingOutcome.mailing_id == mailing.id)
    ).one()  # fmt: skip
    each = func.jsonb_each_text(MailingOutcome.skipped).table_valued("key", "value").lateral()
    counted = (
        select(each.c.key, func.sum(each.c.value.cast(MailingOutcome.sent.type)))
        .select_from(MailingOutcome)
        .join(each, MailingOutcome.mailing_id == mailing.id)
        .group_by(each.c.key)
    )
    skipped: Counter[Skip] = Counter({Skip(reason): int(count) for reason, count in session.execute(counted)})
    in_hand = _sent_of(mailing.id, last + 1)
    done = int(sent) + in_hand + sum(skipped.values())
    return Progress(int(sent) + in_hand, max((mailing.frozen_count or 0) - done, 0), dict(skipped), last_at)


def _sent_of(mailing_id: UUID, number: int) -> int:
    ids = part(mailing_id, number)
    keys = [key_of(mailing_id, person_id) for person_id in ids]
    gone = select(func.count()).select_from(Letter).where(Letter.key.in_(keys), Letter.sent_at.is_not(None))
    return session.scalar(gone) or 0 if keys else 0


def key_of(mailing_id: UUID, person_id: UUID) -> str:
    """What a letter is known by: one a person and mailing, however often its turn comes."""
    return f"mailing:{mailing_id}:{person_id}"


def part(mailing_id: UUID, number: int) -> list[UUID]:
    row = session.get(MailingPart, (mailing_id, number))
    return list(row.person_ids) if row else []


def last_part(mailing_id: UUID) -> int:
    """The number of the last part that is done; 0 before the first."""
    done = select(func.max(MailingOutcome.number)).where(MailingOutcome.mailing_id == mailing_id)
    return session.scalar(done) or 0


def parts_left(mailing_id: UUID, *, most: int) -> list[tuple[int, int]]:
    """The next parts and how many people are in each."""
    asked = select(MailingPart.number, func.cardinality(MailingPart.person_ids)).where(
        MailingPart.mailing_id == mailing_id, MailingPart.number > last_part(mailing_id)
    )
    return [(number, size) for number, size in session.execute(asked.order_by(MailingPart.number).limit(most))]


def report(mailing: Mailing) -> Report:
    """What came back of it so far."""
    theirs = (Letter.key >= f"mailing:{mailing.id}:", Letter.key < f"mailing:{mailing.id};")
    came_back = dict(
        session.execute(
            select(Bounce.for_good, func.count())
            .join(Letter, Letter.id == Bounce.letter_id)
            .where(*theirs)
            .group_by(Bounce.for_good)
        ).all()
    )
    said_no = select(func.count()).select_from(Consent).where(Consent.source == f"mailing:{mailing.id}")
    return Report(came_back.get(True, 0), came_back.get(False, 0), session.scalar(said_no) or 0)
