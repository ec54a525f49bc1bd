"""What is told to the Commission at once: one person’s large donations (s 210C), one lender’s big loans (s 214F).

Both count alike: one alone, or together with the earlier ones in the window; a return about several starts the count anew for
what comes after it is filed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .books import Books, Duty, Filing, Kind, Paper
from .donations import Donation
from .loans import is_party_loan
from .money import Money, total
from .nz.returns import BIG_LOAN, LARGE_DONATION, LargeReturn, Window
from .periods import Period, specified_period, twelve_months_to
from .received import donor_of, received_by

_LEAST = min(line.value.over.cents for line in LARGE_DONATION.lines)


@dataclass(frozen=True, slots=True)
class Entry:
    """One donation or loan, as a return lists it."""

    id: str
    on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Contributed:
    """A contributor a large-donation return names (s 210C(4)(e))."""

    of: str
    amount: Money


@dataclass(frozen=True, slots=True)
class LargeDonationReturn:
    """The contents of a return (s 210C(4)–(5)): the donation that made it due, and the previous ones it is counted with; of a
    single-donation return there are none. `donor` is None where the donor is not known. `filed_on`: None while it is due."""

    donor: str | None
    donation: Entry
    previous: tuple[Entry, ...]
    contributions: tuple[Contributed, ...]
    total: Money
    period: Period
    due_on: date
    cites: str
    filed_on: date | None = None

    @property
    def is_aggregate(self) -> bool:
        return bool(self.previous)

    @property
    def ids(self) -> tuple[str, ...]:
        return (*(entry.id for entry in self.previous), self.donation.id)


def _previous(entry: Entry, before: Sequence[Entry], period: Period, filings: Iterable[Filing]) -> tuple[Entry, ...]:
    """Those in the period before it that no aggregate return, filed before it came, has told of (s 210C(3), 214F(3))."""
    told = {id for filing in filings if len(filing.about) > 1 and filing.on < entry.on for id in filing.about}
    return tuple(earlier for earlier in before if earlier.on in period and earlier.id not in told)


def _filed(id: str, filings: Iterable[Filing], on: date) -> date | None:
    return min((filing.on for filing in filings if id in filing.about and filing.on <= on), default=None)


def _window(rule: LargeReturn, day: date, periods: Iterable[Period]) -> Period | None:
    if rule.window is Window.TWELVE_MONTHS:
        return twelve_months_to(day)
    return next((period for period in periods if day in period), None)


def large_donation_returns(books: Books, *, on: date) -> list[LargeDonationReturn]:
    """Every large-donation return that was due or filed by the close of `on`, in the order of donations (s 210C, 2011 on; the
    rule of the day each donation was received decides).

    With earlier ones of the same donor in the window, the aggregate kind, which tells of all; else the single kind. One that
    was given back still counts: s 207C(6) takes it out of the annual return only. Protected donations are outside (s 207(3)).
    Of an anonymous one the single kind only.
    """
    filings = [filing for filing in books.filings if filing.paper is Paper.LARGE_DONATION and filing.on <= on]
    periods = [specified_period(election) for election in books.elections]
    by_donor = defaultdict(list)
    for day, donation in received_by(books.donations, on):
        if not donation.protected:
            by_donor[donor_of(donation)].append((day, donation))
    found = []
    for donor, theirs in by_donor.items():
        if donor is None or sum(donation.amount.cents for _, donation in theirs) > _LEAST:
            found += list(_of_donor(donor, theirs, periods, filings, on))
    return sorted(found, key=lambda paper: (paper.donation.on, paper.donation.id))


def _of_donor(
    donor: str | None, theirs: list[tuple[date, Donation]], periods: Sequence[Period], filings: Sequence[Filing], on: date
) -> Iterator[LargeDonationReturn]:
    before: list[Entry] = []
    for day, donation in theirs:
        entry = Entry(donation.id, day, donation.amount)
        if donor is None and entry.amount.cents <= _LEAST:
            continue
        clause = LARGE_DONATION.on(day)
        rule = clause.value
        period = _window(rule, day, periods)
        if period is not None:
            earlier = _previous(entry, before, period, filings) if donor is not None else ()
            counted = total((one.amount for one in earlier), entry.amount.currency) + entry.amount
            if counted.exceeds(rule.over):
                yield LargeDonationReturn(
                    donor=donor,
                    donation=entry,
                    previous=earlier,
                    contributions=_contributed(donation, rule.over),
                    total=counted,
                    period=period,
                    due_on=rule.within.last_day(day),
                    cites=clause.cites,
                    filed_on=_filed(donation.id, filings, on),
                )
        before.append(entry)


def _contributed(donation: Donation, over: Money) -> tuple[Contributed, ...]:
    """The contributors to one donation, each with all of theirs, who gave more than `over`."""
    cents: dict[str, int] = defaultdict(int)
    for part in donation.contributions:
        cents[part.of] += part.amount.cents
    return tuple(Contributed(of, Money(amount)) for of, amount in cents.items() if Money(amount).exceeds(over))


def large_donation_duties(books: Books, *, on: date) -> list[Duty]:
    """A duty for each large-donation return."""
    found = []
    for paper in large_donation_returns(books, on=on):
        rule = LARGE_DONATION.on(paper.donation.on).value
        what = f"{paper.donation.amount} received on {paper.donation.on}"
        why = (
            f"with {len(paper.previous)} earlier in {rule.window} it comes to {paper.total}, which exceeds {rule.over}"
            if paper.previous
            else f"it exceeds {rule.over} in {rule.window}"
        )
        sentence = f"File a return of the donation of {what}: {why}. Within {rule.within} of receipt."
        found.append(
            Duty(
                Kind.LARGE_DONATION_RETURN, paper.ids, None, paper.due_on, paper.cites, sentence,
                plan_for=paper.due_on, done_on=paper.filed_on,
            )
        )  # fmt: skip
    return found


def big_loan_duties(books: Books, *, on: date) -> list[Duty]:
    """A duty for each loan over the figure of s 214F, alone or with the same lender’s others of the last twelve months."""
    filings = [filing for filing in books.filings if filing.paper is Paper.BIG_LOAN and filing.on <= on]
    by_lender = defaultdict(list)
    for loan in sorted(books.loans, key=lambda loan: loan.on):
        if loan.on <= on and is_party_loan(loan):
            by_lender[loan.lender].append(Entry(loan.id, loan.on, loan.amount))
    found = []
    for lender, theirs in by_lender.items():
        for place, entry in enumerate(theirs):
            clause = BIG_LOAN.on(entry.on)
            earlier = _previous(entry, theirs[:place], twelve_months_to(entry.on), filings)
            counted = total((e.amount for e in earlier), entry.amount.currency) + entry.amount
            if counted.exceeds(clause.value.over):
                due = clause.value.within.last_day(entry.on)
                why = (
                    f"with {len(earlier)} earlier of the last twelve months it comes to {counted}, which exceeds"
                    if earlier
                    else "it exceeds"
                )
                found.append(
                    Duty(
                        Kind.BIG_LOAN_RETURN, (*(e.id for e in earlier), entry.id), None, due, clause.cites,
                        f"File a return of the loan of {entry.amount} by {lender}: {why} {clause.value.over}. "
                        f"Within {clause.value.within} of entering it.",
                        plan_for=due, done_on=_filed(entry.id, filings, on),
                    )
                )  # fmt: skip
    return found
