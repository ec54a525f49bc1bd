"""The annual donations return: Parts A to G and the totals of s 210(6B), from lists of law values. Each figure keeps the ids of
the donations behind it, so that a total can be opened and the same return made again years later.

Parts B and E tell more about donations that other parts count; they are added to nothing. A donation stands in one of A, C, D,
F and G (s 210(1)(a) leaves out what (c) to (e) tell of).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from .clauses import Finding
from .donations import Donation, Form, GivenUp
from .large_returns import Entry
from .money import Money
from .nz import donations as nz
from .nz.returns import OTHER_DONATIONS, TOTALS, Band, Who
from .periods import Period, calendar_year
from .received import as_told, counts_as_received, donor_of, given_up_by, received_on, too_large_from_overseas


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum, how many donations it is of, and which."""

    amount: Money
    ids: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Line:
    """What Parts A to F tell: of Part A and D a donor, of B and E a contributor, of C and F nobody (`who` is empty). `total` of
    the entries; of B and E each entry is the contribution and its donation’s id and day. `given_up`: what was returned to the
    donor or paid to the Commission. `interest`: of Part F."""

    who: str
    total: Money
    entries: tuple[Entry, ...]
    given_up: tuple[GivenUp, ...] = ()
    interest: Money | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A line of Part G: of these donations only number and total are told."""

    band: Band
    figure: Figure


@dataclass(frozen=True, slots=True)
class Totals:
    """s 210(6B): of the parts, of all together, and that in money and not in money. `asked`: whether the year’s law asks for
    them; it does from 2023."""

    a: Figure
    c: Figure
    d: Figure
    f: Figure
    g: Figure
    all: Figure
    money: Figure
    not_money: Figure
    asked: bool


@dataclass(frozen=True, slots=True)
class NotReceived:
    """A donation that counts as not received, and why (s 207C(6))."""

    entry: Entry
    why: Finding


@dataclass(frozen=True, slots=True)
class DonationsReturn:
    """The annual return of party donations (s 210) for a year, by that year’s own law. `named_over`: the figure of Parts A and
    B. `not_told`: donations no part tells of, which there are before 2023 only."""

    year: int
    period: Period
    named_over: Money
    a: tuple[Line, ...]
    b: tuple[Line, ...]
    c: tuple[Line, ...]
    d: tuple[Line, ...]
    e: tuple[Line, ...]
    f: tuple[Line, ...]
    g: tuple[Counted, ...]
    totals: Totals
    not_received: tuple[NotReceived, ...]
    not_told: Figure
    cites: str

    @property
    def is_nil(self) -> bool:
        """Nothing to disclose; the return is filed all the same (s 210B)."""
        return not (self.totals.all.ids or self.b or self.e)


def donations_return(
    donations: Iterable[Donation],
    year: int,
    *,
    on: date = date.max,
    registered_on: date | None = None,
    cancelled_on: date | None = None,
    known: date | None = None,
) -> DonationsReturn:
    """The annual donations return of `year`, from 2011, as it stood at the close of `on`: what was given back or told later
    does not count yet. `known`: by the rules as they were enacted by that day, so that a return that was filed can be made
    again whatever is enacted later. Raises Silent for a year before 2011, ValueError where the party was not registered.
    """
    period = calendar_year(year, registered_on=registered_on, cancelled_on=cancelled_on)
    named = nz.NAMED_DONOR.on(period.last, known=known)
    sorted_out = _Sorted(period, on, known)
    for donation in donations:
        sorted_out.take(donation)
    kept = sorted_out.by_part(named.value)
    bands, not_told = _banded(kept["g"], OTHER_DONATIONS.on(period.last, known=known).value.lines)
    part_g = tuple(Counted(band, _figure(donations_)) for band, donations_ in bands)
    figures = {part: _figure(donation for _, donation in kept[part]) for part in "acdf"}
    figures["g"] = _together(counted.figure for counted in part_g)
    told = [donation for part in "acdf" for _, donation in kept[part]]
    told += [donation for _, donations_ in bands for donation in donations_]
    return DonationsReturn(
        year=year,
        period=period,
        named_over=named.value,
        a=_by_donor(kept["a"], on),
        b=sorted_out.contributors(nz.NAMED_CONTRIBUTOR.on(period.last, known=known).value),
        c=tuple(_line("", [pair], on) for pair in kept["c"]),
        d=_by_donor(kept["d"], on),
        e=sorted_out.overseas_contributors(),
        f=tuple(_line("", [pair], on) for pair in kept["f"]),
        g=part_g,
        totals=Totals(
            **figures,
            all=_together(figures.values()),
            money=_figure(donation for donation in told if _in_money(donation.form)),
            not_money=_figure(donation for donation in told if not _in_money(donation.form)),
            asked=TOTALS.find(period.last, known=known) is not None,
        ),
        not_received=tuple(sorted(sorted_out.gone, key=lambda gone: (gone.entry.on, gone.entry.id))),
        not_told=_figure(not_told),
        cites=named.cites,
    )


def _in_money(form: Form) -> bool:
    """s 210(6B)(g). The excess of an over-price sale was received in money: the buyer paid it."""
    return form is Form.MONEY or form is Form.OVER_PRICE


Dated = tuple[date, Donation]


class _Sorted:
    """The year’s donations, each with its day, by what kind of donor they have."""

    def __init__(self, period: Period, on: date, known: date | None) -> None:
        self.period, self.on, self.known = period, on, known
        self.since, self.until = period.since, min(period.until, on + timedelta(days=1) if on < date.max else on)
        self.anonymous: list[Dated] = []
        self.protected: list[Dated] = []
        self.of_overseas: dict[str, list[Dated]] = defaultdict(list)
        self.of_donor: dict[str, list[Dated]] = defaultdict(list)
        self.contributed: list[Dated] = []
        self.sent_back: list[Dated] = []
        self.gone: list[NotReceived] = []

    def take(self, donation: Donation) -> None:
        day = received_on(donation)
        if day is None or not self.since <= day < self.until:
            return
        if donation.contributions:
            donation = as_told(donation, self.on)
        pair = day, donation
        if donation.given_up:
            finding = counts_as_received(donation, self.on)
            if not finding:
                self.gone.append(NotReceived(Entry(donation.id, day, donation.amount), finding))
                if donation.contributions:
                    self.sent_back.append(pair)
                return
        if donation.contributions:
            self.contributed.append(pair)
        donor = donor_of(donation)
        if donation.protected:
            self.protected.append(pair)
        elif donor is None:
            self.anonymous.append(pair)
        elif donation.overseas:
            self.of_overseas[donor].append(pair)
        else:
            self.of_donor[donor].append(pair)

    def by_part(self, named: Money) -> dict[str, list[Dated]]:
        """Each donation in the one part that counts it: in the order of donors where a part is by donor, else of days."""
        parts: dict[str, list[Dated]] = {"a": [], "c": [], "d": [], "f": _in_order(self.protected), "g": []}
        for pair in _in_order(self.anonymous):
            day, donation = pair
            keep = (nz.ANONYMOUS_OVERSEAS_KEEP if donation.overseas else nz.ANONYMOUS_KEEP).on(day, known=self.known).value
            parts["c" if donation.amount.exceeds(keep) else "g"].append(pair)
        most = nz.OVERSEAS_KEEP.on(self.period.last, known=self.known).value
        for donor in sorted(self.of_overseas):
            theirs = _in_order(self.of_overseas[donor])
            parts["d" if _sum(theirs) > most.cents else "g"] += theirs
        for donor in sorted(self.of_donor):
            theirs = _in_order(self.of_donor[donor])
            parts["a" if _sum(theirs) > named.cents else "g"] += theirs
        return parts

    def contributors(self, over: Money) -> tuple[Line, ...]:
        """Part B: contributors in New Zealand whose contributions of the year come to more than `over`. Of anonymous and
        protected donations nobody is known to stand behind them."""
        by_contributor = defaultdict(list)
        for day, donation in _in_order(self.contributed):
            if donation.protected or donor_of(donation) is None:
                continue
            for part in donation.contributions:
                if not part.overseas:
                    by_contributor[part.of].append(Entry(donation.id, day, part.amount))
        lines = ((who, Money(sum(e.amount.cents for e in entries)), entries) for who, entries in sorted(by_contributor.items()))
        return tuple(Line(who, sum_, tuple(entries)) for who, sum_, entries in lines if sum_.exceeds(over))

    def overseas_contributors(self) -> tuple[Line, ...]:
        """Part E: overseas contributions to one donation that are too large, also where it went back whole: the part tells of
        what was returned (s 210(5A)(e))."""
        lines = []
        for day, donation in _in_order(self.contributed + self.sent_back):
            for who, amount in sorted(too_large_from_overseas(donation, day, known=self.known).items()):
                lines.append(Line(who, amount, (Entry(donation.id, day, amount),), tuple(given_up_by(donation, self.on))))
        return tuple(sorted(lines, key=lambda line: line.who))


def _sum(pairs: Iterable[Dated]) -> int:
    return sum(donation.amount.cents for _, donation in pairs)


def _in_order(pairs: list[Dated]) -> list[Dated]:
    """By day and id, so that a return does not depend on the order it was asked in."""
    return sorted(pairs, key=lambda pair: (pair[0], pair[1].id)) if len(pairs) > 1 else pairs


def _figure(donations: Iterable[Donation]) -> Figure:
    cents, ids = 0, []
    for donation in donations:
        cents += donation.amount.cents
        ids.append(donation.id)
    return Figure(Money(cents), tuple(ids))


def _together(figures: Iterable[Figure]) -> Figure:
    those = list(figures)
    return Figure(Money(sum(figure.amount.cents for figure in those)), tuple(id for figure in those for id in figure.ids))


def _line(who: str, pairs: Iterable[Dated], on: date) -> Line:
    entries: list[Entry] = []
    given_up: list[GivenUp] = []
    cents, interest = 0, None
    for day, donation in pairs:
        entries.append(Entry(donation.id, day, donation.amount))
        cents += donation.amount.cents
        interest = donation.interest
        if donation.given_up:
            given_up += given_up_by(donation, on)
    return Line(who, Money(cents), tuple(entries), tuple(given_up), interest)


def _by_donor(pairs: Iterable[Dated], on: date) -> tuple[Line, ...]:
    """A line for each donor; the pairs stand in the order of donors."""
    return tuple(_line(donor or "", theirs, on) for donor, theirs in groupby(pairs, key=lambda pair: pair[1].donor))


def _banded(pairs: Iterable[Dated], bands: Iterable[Band]) -> tuple[list[tuple[Band, list[Donation]]], list[Donation]]:
    """Each of all other donations in the band its own amount falls in; and those that fall in none."""
    found: list[tuple[Band, list[Donation]]] = [(band, []) for band in bands]
    limits = [(band.who, band.over.cents, band.most.cents, inside) for band, inside in found]
    untold = []
    for _, donation in pairs:
        cents = donation.amount.cents
        whose = (Who.ANONYMOUS,) if donor_of(donation) is None else (Who.OVERSEAS, Who.OTHERS)[not donation.overseas :]
        for who, over, most, inside in limits:
            if who in whose and over < cents <= most:
                inside.append(donation)
                break
        else:
            untold.append(donation)
    return found, untold
