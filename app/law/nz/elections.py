"""General elections: facts that periods of the Act are counted from. A day that is not known yet is None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .electoral_act import POLLING_DAYS


@dataclass(frozen=True)
class Election:
    """A general election. `term_expires`: the calendar year in which the term of Parliament is due to expire. `noticed_on`: the
    day the Prime Minister gave public notice of polling day, by a media statement (s 210C(7)). `regulated_from`: the first day
    of the regulated period (s 3B); `writ_on`: writ day; `writ_back_by`: the latest day for the return of the writ."""

    term_expires: int
    noticed_on: date | None = None
    polling_day: date | None = None
    regulated_from: date | None = None
    writ_on: date | None = None
    writ_back_by: date | None = None


# As announced on 25 January 2026; the writs of earlier elections are needed by no rule here.
_WRITS = {
    2026: {"regulated_from": date(2026, 8, 7), "writ_on": date(2026, 10, 4), "writ_back_by": date(2026, 12, 3)},
}

# Public notices before 2020 are not needed by any rule here (s 210C had no election window then) and are left out.
ELECTIONS = (
    Election(2008, polling_day=date(2008, 11, 8)),
    Election(2011, polling_day=date(2011, 11, 26)),
    Election(2014, polling_day=date(2014, 9, 20)),
    Election(2017, polling_day=date(2017, 9, 23)),
    *(
        Election(line.value.year, noticed_on=line.enacted, polling_day=line.value, **_WRITS.get(line.value.year, {}))
        for line in POLLING_DAYS
    ),
    # The term that began in November 2026 is due to expire in 2029; no day is known.
    Election(2029),
)
