"""What a policy’s page says of taking part, in numbers that change seldom: pages that are kept warm stay true for long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.ground import clock
from app.law.party_rules import TakingPart
from app.law.polling import silent_until

from .. import rules
from ..models import Policy, PolicyVersion
from ..texts.words import Text
from .amendments import open_to
from .comments import count_by_section, count_overdue
from .endorsements import endorsed


@dataclass(frozen=True)
class SectionSaid:
    """A section one may speak to; `comments` is told in buckets above ten."""

    anchor: str
    heading: str
    comments: int
    many: bool  # more than `comments`


@dataclass(frozen=True)
class OpenOne:
    """An amendment that can be supported now."""

    id: UUID
    heading: str
    closes_on: date


@dataclass(frozen=True)
class Say:
    """What a page says of taking part. `silent`: until when nothing is endorsed, commented on or proposed, on a polling day.

    `endorsed`, `members`, `before` and `again` are buckets: “more than 100”; `first`: there are some, too few to be told.
    """

    version: int | None
    silent: datetime | None
    first: bool
    endorsed: int
    members: int
    before: int
    again: int
    sections: tuple[SectionSaid, ...]
    open_ones: tuple[OpenOne, ...]
    overdue: int
    rule: TakingPart


def say(policy: Policy, version: PolicyVersion | None, text: Text, *, when: str, on: date) -> Say:
    """For the page of a version, or of a draft (no version)."""
    rule, known = rules.rule_on(on), count_by_section(policy.id)
    numbers = endorsed(version) if version else None
    open_ones = open_to(policy, on=on) if version else []
    return Say(
        version=version.number if version else None,
        silent=silent_until(clock.now()),
        first=bool(numbers and numbers.count > 0 and not rules.bucket(numbers.count)),
        endorsed=rules.bucket(numbers.count) if numbers else 0,
        members=rules.bucket(numbers.members) if numbers and numbers.tells_members else 0,
        before=rules.bucket(numbers.before) if numbers else 0,
        again=rules.bucket(numbers.again) if numbers else 0,
        sections=tuple(
            SectionSaid(
                one.anchor, one.heading, rules.told(known.get(one.anchor, 0)), bool(rules.bucket(known.get(one.anchor, 0)))
            )
            for one in text.as_at(when)
        ),
        open_ones=tuple(OpenOne(one.amendment.id, one.heading, _day(one.amendment.closes_on)) for one in open_ones),
        overdue=rules.told(count_overdue(policy.id, on=on)),
        rule=rule,
    )


def _day(day: date | None) -> date:
    assert day is not None, "an amendment that is open closes on a day"
    return day
