"""Gifts to a party under a regime that is a list of clauses: what may be taken, and what is reported when. It knows no country.

New Zealand’s duties are richer and stand in `duties` and `returns`; this answers for the United Kingdom and Australia, and
shows that the grammar of clauses, periods and deadlines is not one country’s.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from .clauses import Clause, Clauses
from .deadlines import NextTime
from .money import Money, total
from .periods import Period, calendar_year, financial_year


class Year(enum.StrEnum):
    CALENDAR = "calendar year"
    FINANCIAL = "financial year"  # 1 July to 30 June


@dataclass(frozen=True)
class Gift:
    """A gift, or a loan where the regime adds them up. `source` tells one from another; `kind`: what the source is, in the
    words of the regime’s list of permissible donors; `foreign`: a donor of another country."""

    id: str
    on: date
    amount: Money
    source: str
    kind: str | None = None
    foreign: bool = False


@dataclass(frozen=True)
class Campaign:
    """The days around one election: the writ is issued, or Parliament dissolved, and the poll is held."""

    writ_on: date
    polling_day: date


@dataclass(frozen=True)
class Near:
    """A faster deadline near an election: from `before` days before polling day (None: from the writ) to `after` days after."""

    deadline: Clauses[Any]
    before: int | None
    after: int

    def covers(self, day: date, campaign: Campaign) -> bool:
        polls = campaign.polling_day
        since = campaign.writ_on if self.before is None else polls - timedelta(days=self.before)
        return since <= day <= polls + timedelta(days=self.after)


@dataclass(frozen=True)
class Regime:
    """A country’s rules on gifts. What is None, the country does not have.

    `floor`: up to it an item is no gift at all. `first`: one source’s year over it is reported; `again`: after a report, what
    more must add up to before the next. `sources`: who may give. `decide_within`: the time to give back what may not be kept.
    `cap`: the most one source may give in a year. `foreign_from`: a foreign donor’s gift of it or more is not taken.
    `year_ends`: the day after which the financial year gives way to the calendar year. `near`: faster deadlines, fastest first.
    """

    currency: str
    first: Clauses[Money]
    usual: Clauses[Any]
    year: Clauses[Year]
    floor: Clauses[Money] | None = None
    again: Clauses[Money] | None = None
    sources: Clauses[tuple[str, ...]] | None = None
    decide_within: Clauses[Any] | None = None
    cap: Clauses[Money] | None = None
    foreign_from: Clauses[Money] | None = None
    year_ends: date | None = None
    near: tuple[Near, ...] = ()

    def year_of(self, day: date, *, known: date | None = None) -> Period:
        """The year in which one source’s gifts are added up."""
        if self.year.on(day, known=known).value is Year.CALENDAR:
            return calendar_year(day.year)
        return financial_year(day, ends=self.year_ends if self.year_ends and day <= self.year_ends else None)

    def deadline(self, day: date, campaigns: Iterable[Campaign], *, known: date | None = None) -> Clause[Any]:
        """How long there is to report a gift of that day."""
        for near in self.near:
            clause = near.deadline.find(day, known=known)
            if clause is not None and any(near.covers(day, campaign) for campaign in campaigns):
                return clause
        return self.usual.on(day, known=known)


@dataclass(frozen=True)
class Verdict:
    """Whether a gift may be taken: the sentence, the section, since when it rules, and the working. `allowed`: what more the
    source may give this year, where there is a cap; `due_on`: by when what was taken all the same goes back."""

    accepted: bool
    sentence: str
    cites: str
    since: date
    working: tuple[str, ...] = ()
    allowed: Money | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class Report:
    """Something to report: the gifts, whose they are, by when, under which section, and the working."""

    source: str
    ids: tuple[str, ...]
    amount: Money
    due_on: date
    cites: str
    working: tuple[str, ...]


def decide(gift: Gift, earlier: Iterable[Gift], regime: Regime, *, known: date | None = None) -> Verdict:
    """Whether a gift may be taken, beside what the same source gave earlier. `known`: judge by what was enacted by that day.
    Raises Silent where the regime has no rule for the day."""
    floor = regime.floor.find(gift.on, known=known) if regime.floor else None
    if floor is not None and not gift.amount.exceeds(floor.value):
        return Verdict(True, f"{gift.amount} does not exceed {floor.value}: no donation at all.", floor.cites, floor.since)
    sources = regime.sources.find(gift.on, known=known) if regime.sources else None
    if sources is not None and gift.kind not in sources.value:
        clause = regime.decide_within.on(gift.on, known=known) if regime.decide_within else None
        due = clause.value.last_day(gift.on) if clause else None
        within = f" Give it back within {clause.value}." if clause else ""
        who = f"“{gift.kind}” is not one" if gift.kind else "nobody knows who gave it"
        sentence = f"It may be taken from a permissible donor only, and {who}.{within}"
        return Verdict(False, sentence, sources.cites, sources.since, due_on=due)
    foreign = regime.foreign_from.find(gift.on, known=known) if regime.foreign_from else None
    if gift.foreign and foreign is not None and gift.amount >= foreign.value:
        sentence = f"A foreign donor’s {gift.amount} may not be taken: it is not under {foreign.value}."
        return Verdict(False, sentence, foreign.cites, foreign.since)
    cap = regime.cap.find(gift.on, known=known) if regime.cap else None
    if cap is None:
        rule = sources or regime.first.on(gift.on, known=known)
        return Verdict(True, f"{gift.amount} may be taken.", rule.cites, rule.since)
    year = regime.year_of(gift.on, known=known)
    before = total((g.amount for g in earlier if g.source == gift.source and g.on in year and g.on <= gift.on), regime.currency)
    then = before + gift.amount
    working = (
        f"given before from {year.since} to {year.last}: {before}",
        f"with this: {then}",
        f"cap: {cap.value}",
    )
    left = max(cap.value - before, Money(0, regime.currency))
    if then.exceeds(cap.value):
        sentence = f"It would pass the cap of {cap.value} a year from one donor. {left} may still be given."
        return Verdict(False, sentence, cap.cites, cap.since, working, allowed=left)
    return Verdict(True, f"{gift.amount} may be taken.", cap.cites, cap.since, working, allowed=left - gift.amount)


def reports(
    gifts: Iterable[Gift], regime: Regime, *, campaigns: Iterable[Campaign] = (), known: date | None = None
) -> list[Report]:
    """What is reported, the earliest deadline first: one source’s gifts of a year once they exceed the first figure; then again
    each time those since the last report exceed the second. A deadline on a day of the year counts from the year’s end. Raises
    Silent where the regime has no rule for a day."""
    polls = tuple(campaigns)
    by_source: dict[tuple[str, Period], list[Gift]] = defaultdict(list)
    for gift in sorted(gifts, key=lambda gift: (gift.on, gift.id)):
        floor = regime.floor.find(gift.on, known=known) if regime.floor else None
        if floor is None or gift.amount.exceeds(floor.value):
            by_source[gift.source, regime.year_of(gift.on, known=known)].append(gift)
    found = []
    for (source, year), theirs in by_source.items():
        waiting: list[Gift] = []
        reported = False
        for gift in theirs:
            waiting.append(gift)
            rule = (regime.again if reported and regime.again else regime.first).on(gift.on, known=known)
            amount = total((g.amount for g in waiting), regime.currency)
            if amount.exceeds(rule.value) or (reported and regime.again is None):
                deadline = regime.deadline(gift.on, polls, known=known)
                due = deadline.value.last_day(year.last if isinstance(deadline.value, NextTime) else gift.on)
                already = "since the last report" if reported else f"from {year.since} to {year.last}"
                working = (
                    f"{' + '.join(str(g.amount) for g in waiting)} = {amount} {already}",
                    f"over {rule.value}, since {rule.since} ({rule.cites})",
                    f"{deadline.value}: {due} ({deadline.cites})",
                )
                found.append(Report(source, tuple(g.id for g in waiting), amount, due, rule.cites, working))
                waiting, reported = [], True
    return sorted(found, key=lambda report: (report.due_on, report.source))
