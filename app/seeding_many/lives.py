"""What might have happened to a member who never was: terms asked for and paid, a term left unpaid, leaving, coming back.

It follows the party’s rules as they stood on each day, so that the law’s own functions say the same of it as of anybody’s.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from app.law.membership import Standing
from app.law.party_rules import DUES, Rhythm, asked_on, payable_on, term_from

RATES = ("standard", "concession")
STOPS_PAYING, COMES_BACK = 0.1, 0.25  # at each term; of those who lapsed
RESIGNS, IS_SUSPENDED, IS_EXPELLED = 0.03, 0.0012, 0.0004


@dataclass(frozen=True, eq=False)
class Term:
    """One term's dues as a row has them, for everyone who joined on the same day. `cents`: by rate."""

    since: date
    until: date
    payable_on: date
    rhythm: Rhythm
    cents: Mapping[str, int]
    cites: str
    raised_on: date


@dataclass
class Life:
    """One membership. `charges`: each term with the day it was paid on, if it was. `moves`: what was decided, in order."""

    joined: date
    moves: list[tuple[date, Standing]]
    charges: list[tuple[Term, date | None]] = field(default_factory=list)
    ended_on: date | None = None


def lives(luck: random.Random, joined: date, *, today: date) -> list[Life]:
    """The memberships of somebody who first joined on a day before today, oldest first. Nothing happens today."""
    first = _life(luck, joined, today)
    if first.moves[-1][1] is not Standing.LAPSED or first.ended_on is None or luck.random() > COMES_BACK:
        return [first]
    again = first.ended_on + timedelta(days=5 + int(luck.random() * 200))
    return [first, _life(luck, again, today)] if again < today else [first]


def _life(luck: random.Random, joined: date, today: date) -> Life:
    life = Life(joined, [(joined, Standing.GOOD)])
    ends, how = _leaves(luck, joined, today)
    stopped = False
    for place, term in enumerate(terms(joined, _rhythm(luck, joined), today)):
        if place and term.raised_on >= ends:
            break
        if place and not stopped and luck.random() < STOPS_PAYING:
            stopped = True
            lapses = term.payable_on + timedelta(days=DUES.on(today).value.lapse_days)
            ends, how = (lapses, Standing.LAPSED) if lapses < ends else (ends, how)
        paid = None if stopped else _paid_on(luck, term, first=not place)
        life.charges.append((term, paid if paid and paid < ends else None))
    if how is not None:
        life.moves.append((ends, how))
        life.ended_on = ends if how is not Standing.SUSPENDED else None
    return life


def _leaves(luck: random.Random, joined: date, today: date) -> tuple[date, Standing | None]:
    """The day on which a decision ends it, or holds it, and which; today and none where nobody decided."""
    chance, days = luck.random(), (today - joined).days
    for share, how in ((RESIGNS, Standing.RESIGNED), (IS_SUSPENDED, Standing.SUSPENDED), (IS_EXPELLED, Standing.EXPELLED)):
        if chance < share and days > 2:
            return joined + timedelta(days=1 + int(luck.random() * (days - 1))), how
        chance -= share
    return today, None


def _rhythm(luck: random.Random, joined: date) -> Rhythm:
    chance, offered = luck.random(), DUES.on(joined).value.fees
    drawn = Rhythm.MONTHLY if chance < 0.12 else Rhythm.THREE_YEARLY if chance < 0.18 else Rhythm.YEARLY
    return drawn if drawn in offered else Rhythm.YEARLY


def _paid_on(luck: random.Random, term: Term, *, first: bool) -> date:
    """On joining; later terms on a day between being asked for and becoming payable."""
    if first:
        return term.since
    return term.raised_on + timedelta(days=int(luck.random() * (term.payable_on - term.raised_on).days))


@cache
def terms(joined: date, rhythm: Rhythm, today: date) -> Sequence[Term]:
    """The terms whose dues would have been asked for before today, had everything been paid."""
    found = [_term(joined, joined, rhythm, joined)]
    while True:
        since = found[-1].until
        raised = max(asked_on(since, fees=DUES.on(joined).value.for_rhythm(rhythm)), joined)
        if raised >= today:
            return found
        found.append(_term(since, joined, rhythm, raised))


def _term(since: date, joined: date, rhythm: Rhythm, raised: date) -> Term:
    ruling = DUES.on(raised)
    fees = ruling.value.for_rhythm(rhythm)
    start, until = term_from(since, joined=joined, rhythm=rhythm)
    cents = {rate: fees.dues(rate).cents for rate in RATES}
    return Term(start, until, payable_on(start, first=since == joined, fees=fees), rhythm, cents, ruling.cites, raised)
