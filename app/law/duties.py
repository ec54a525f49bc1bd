"""What must be done because of what was received, by when and under which section: give back, pay over, send on, file.

Every duty is seen as it stood at the close of a day: what was given up, passed on or filed later does not count yet. Dates run
from 2011, when the sections took the shape they have here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from .annual import annual_duties
from .books import Books, Duty, Kind
from .donations import Donation, GivenUp, To
from .large_returns import big_loan_duties, large_donation_duties
from .money import Money
from .nz import donations as nz
from .received import as_told, donor_of, given_up_by, received_by, too_large_from_overseas, undeclared_since

_OR_PAY = "If that is not possible, pay it to the Electoral Commission."


def duties(books: Books, *, on: date) -> list[Duty]:
    """Everything that was to be done at the close of `on`, open and done, the earliest last day first; what has no last day
    comes first of all. Raises Silent for donations received before 2011."""
    received = received_by(books.donations, on)
    found = [
        *_to_send_on(books.donations, on),
        *_anonymous(received, on),
        *_overseas(received, on),
        *_whole(received, on),
        *large_donation_duties(books, on=on),
        *big_loan_duties(books, on=on),
        *annual_duties(books, on=on),
    ]
    return sorted(found, key=lambda duty: (duty.due_on or date.min, duty.kind, duty.about))


def _settled(owed: Money, parts: Iterable[GivenUp]) -> tuple[Money, date | None]:
    """What is left of an amount after what was given up, and the day on which nothing was."""
    left = owed
    for part in sorted(parts, key=lambda part: part.on):
        left = left - part.amount
        if left.cents <= 0:
            return Money(0, owed.currency), part.on
    return left, None


def _to_send_on(donations: Iterable[Donation], on: date) -> list[Duty]:
    """s 207B(2): whoever is given a party donation sends it to the party secretary, or banks it for them. Protected donations
    are outside it (s 207(3))."""
    found = []
    for donation in donations:
        sent = donation.transmission
        if sent is None or donation.protected or sent.given_on > on:
            continue
        clause = nz.SEND_ON.on(sent.given_on)
        due = clause.value.last_day(sent.given_on)
        done = sent.passed_on if sent.passed_on is not None and sent.passed_on <= on else None
        sentence = (
            f"{sent.through} sends {donation.amount}, given on {sent.given_on}, to the party secretary, or banks it for "
            f"them, within {clause.value}."
        )
        left = Money(0, donation.amount.currency) if done else donation.amount
        found.append(
            Duty(
                Kind.SEND_ON, (donation.id,), donation.amount, due, clause.cites, sentence,
                left=left, plan_for=due, done_on=done, by=sent.through,
            )
        )  # fmt: skip
    return found


def _anonymous(received: Iterable[tuple[date, Donation]], on: date) -> list[Duty]:
    """s 207I(2): of each anonymous donation, what exceeds the limit is paid to the Commission. It cannot be given back."""
    found = []
    for day, donation in received:
        if donation.protected or donor_of(donation) is not None:
            continue
        keep = (nz.ANONYMOUS_OVERSEAS_KEEP if donation.overseas else nz.ANONYMOUS_KEEP).on(day)
        if not donation.amount.exceeds(keep.value):
            continue
        owed = donation.amount - keep.value
        within = nz.PAY_OVER.on(day).value
        due = within.last_day(day)
        left, done = _settled(owed, [part for part in given_up_by(donation, on) if part.to is To.COMMISSION])
        who = "an anonymous donation that may come from overseas" if donation.overseas else "an anonymous donation"
        found.append(
            Duty(
                Kind.PAY_OVER, (donation.id,), owed, due, keep.cites,
                f"Pay {owed} to the Electoral Commission: of {who} of {donation.amount}, {keep.value} may be kept. "
                f"Within {within} of receipt.",
                left=left, plan_for=due, done_on=done,
            )
        )  # fmt: skip
    return found


def _overseas(received: Iterable[tuple[date, Donation]], on: date) -> list[Duty]:
    """s 207K(2A): of an overseas person’s donations in a calendar year, what exceeds the limit is returned. Each donation that
    adds to the excess has a last day of its own; what was given up of any of them meets the earliest first."""
    by_year = defaultdict(list)
    for day, donation in received:
        donor = donor_of(donation)
        if donation.overseas and donor is not None and not donation.protected:
            by_year[donor, day.year].append((day, donation))
    found = []
    for theirs in by_year.values():
        parts = sorted((part for _, donation in theirs for part in given_up_by(donation, on)), key=lambda part: part.on)
        given, excess = 0, 0
        for day, donation in theirs:
            keep = nz.OVERSEAS_KEEP.on(day)
            given += donation.amount.cents
            so_far = max(given - keep.value.cents, 0)
            if so_far > excess:
                owed, whole = Money(so_far - excess), Money(so_far)
                within = nz.GIVE_BACK.on(day).value
                due = within.last_day(day)
                left, done = _settled(whole, parts)  # all that is owed up to here, which earlier returns have met in part
                found.append(
                    Duty(
                        Kind.GIVE_BACK, (donation.id,), owed, due, keep.cites,
                        f"Return {owed} to the donor: with this one an overseas person’s donations of {day.year} come to "
                        f"{Money(given)}, and {keep.value} may be kept. Within {within} of receipt. {_OR_PAY}",
                        left=min(left, owed), plan_for=due, done_on=done,
                    )
                )  # fmt: skip
                excess = so_far
    return found


def _whole(received: Iterable[tuple[date, Donation]], on: date) -> list[Duty]:
    """The whole donation goes back: for too large an overseas contribution (s 207K(3)), or because the donor did not say, when
    giving, whose money it is (s 207C(5)). One duty where both are so, with the day of the first, for the second has none."""
    found = []
    for day, donation in received:
        if not donation.contributions and donation.undeclared_on is None:
            continue
        known = as_told(donation, on)
        overseas, silent = too_large_from_overseas(known, day), undeclared_since(known, day)
        if silent is not None and silent > on:
            silent = None
        if not overseas and silent is None:
            continue
        cites, why, due = [], [], None
        if overseas:
            keep, clause = nz.OVERSEAS_CONTRIBUTION.on(day), nz.GIVE_BACK_CONTRIBUTED.on(day)
            heard = min(
                max(part.told_on or day for part in known.contributions if part.overseas and part.of == who) for who in overseas
            )
            due = clause.value.last_day(heard)
            amounts = ", ".join(map(str, overseas.values()))
            cites.append(keep.cites)
            why.append(
                f"{amounts} of it came from one overseas contributor, more than the {keep.value} allowed; the secretary "
                f"was told on {heard}, and has {clause.value}"
            )
        if silent is not None:
            cites.append(nz.GIVE_BACK_UNDECLARED.on(day).cites)
            why.append(f"the donor did not say when giving whose money it is, as the secretary knew on {silent}")
        parts = [part for part in given_up_by(donation, on) if overseas or part.to is To.DONOR]
        left, done = _settled(donation.amount, parts)
        no_time = "" if due else " The Act states no time: do it at once."
        or_pay = f" {_OR_PAY}" if overseas else ""
        found.append(
            Duty(
                Kind.GIVE_BACK, (donation.id,), donation.amount, due, "; ".join(cites),
                f"Give the whole {donation.amount} back to the donor: {'; and '.join(why)}.{no_time}{or_pay}",
                left=left, plan_for=due, done_on=done,
            )
        )  # fmt: skip
    return found
