"""A party’s registration: when the Commission does not act, when it must be told that too few count, what is declared
yearly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .annual import annual_duties
from .books import Books, Duty, Filing, Kind
from .clauses import Finding
from .nz.elections import ELECTIONS, Election
from .nz.electoral_act import MINIMUM_MEMBERS
from .nz.registration import CANCELLED_BELOW, FREEZE, NOTIFY, FreezeFrom
from .periods import Period

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Freeze:
    """A span in which the Commission registers no party and cancels none that asks for it."""

    period: Period
    polling_day: date
    cites: str

    @property
    def acts_again_on(self) -> date:
        return self.period.until


def freezes(elections: Iterable[Election] = ELECTIONS) -> list[Freeze]:
    """The freezes whose days are known, the earliest first. Judged by the rule in force on polling day."""
    found = []
    for election in elections:
        if election.polling_day is None or election.writ_back_by is None:
            continue
        clause = FREEZE.find(election.polling_day)
        if clause is None:
            continue
        since = election.writ_on if clause.value is FreezeFrom.WRIT else election.regulated_from
        if since is not None:
            found.append(Freeze(Period(since, election.writ_back_by + _DAY), election.polling_day, clause.cites))
    return sorted(found, key=lambda freeze: freeze.period.since)


def frozen_on(day: date, elections: Iterable[Election] = ELECTIONS) -> Freeze | None:
    """The freeze that holds on a day, if one is known to."""
    return next((freeze for freeze in freezes(elections) if day in freeze.period), None)


def is_below(count: int, *, on: date) -> Finding:
    """Whether so few count that a registered party tells the Commission at once (s 67(3)(d)). The count is of current financial
    members who can enrol."""
    needed, tell = MINIMUM_MEMBERS.on(on).value, NOTIFY.on(on)
    if count >= needed:
        return Finding(False, f"{count} count, and a registered party needs {needed}.", MINIMUM_MEMBERS.on(on).cites)
    return Finding(
        True,
        f"Tell the Electoral Commission that fewer than {needed} current financial members can enrol: {count} on "
        f"{on.day} {on:%B %Y}. The Act gives no time, so do it at once; the Commission must cancel the registration when it is "
        f"satisfied that this is so ({CANCELLED_BELOW.on(on).cites}).",
        tell.cites,
    )


def declarations(registered_on: date, filings: Iterable[Filing], *, on: date, cancelled_on: date | None = None) -> list[Duty]:
    """The yearly declarations (s 71A) of a party registered on a day, made and to be made, up to the year of `on`."""
    books = Books(filings=tuple(filings), registered_on=registered_on, cancelled_on=cancelled_on)
    return [duty for duty in annual_duties(books, on=on) if duty.kind is Kind.DECLARATION]
