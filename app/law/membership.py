"""Who is a current financial member, and who counts toward 500: pure functions over rules, fees, payments and a date.

Electoral Act 1993 s 3(1): a current financial member is one (a) whose membership came from the member's own application,
(b) whom the party's rules oblige to pay a fee on joining and then at set intervals of at most 3 years, and (c) who has paid
every fee that has become payable. Grace therefore lives in the party rules, never here.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from .clauses import Clauses, Finding, Silent
from .money import Money, total
from .nz.electoral_act import ADULT_YEARS, FEE_INTERVAL_YEARS, MINIMUM_FEE_CENTS
from .party_rules import DUES, DuesRule, Rhythm, add_years, payable_on, term_from


class CanEnrol(enum.StrEnum):
    """What a person declared about enrolling to vote (Electoral Act 1993 s 74)."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Standing(enum.StrEnum):
    """Under the party's rules, not the Act's."""

    APPLIED = "applied"
    GOOD = "good"
    BEHIND = "behind"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    RESIGNED = "resigned"
    EXPELLED = "expelled"


ENDED = (Standing.RESIGNED, Standing.EXPELLED)


@dataclass(frozen=True)
class Paid:
    """Money that met a fee, on a day; a reversal is a negative amount on its own day."""

    on: date
    amount: Money


@dataclass(frozen=True)
class Fee:
    """One fee under the party rules: the span it buys, when it becomes payable, and what has been paid of it."""

    since: date
    until: date
    payable_on: date
    amount: Money
    paid: tuple[Paid, ...] = ()

    def is_paid(self, on: date) -> bool:
        """Wholly paid by the end of day `on`."""
        return self.outstanding(on) <= Money(0, self.amount.currency)

    def outstanding(self, on: date) -> Money:
        """What was not paid of it by the end of day `on`."""
        return self.amount - total((p.amount for p in self.paid if p.on <= on), self.amount.currency)

    def taken_back_on(self, on: date) -> date | None:
        """The last day by `on` on which it stopped being wholly paid; None if it never was paid and then not."""
        days = sorted({p.on for p in self.paid if p.on <= on})
        ends = [later for day, later in pairwise(days) if self.is_paid(day) and not self.is_paid(later)]
        return ends[-1] if ends else None

    def unpaid_since(self, on: date) -> date:
        """The day since which it is unpaid, for one that is not paid on `on`: when it became payable, or when money that had
        met it was taken back, if that is later (rule 5.4: who has paid is given time anew)."""
        return max(self.payable_on, self.taken_back_on(on) or self.payable_on)


@dataclass(frozen=True)
class Move:
    """A dated decision about a membership: admitted, resigned, suspended, restored, expelled."""

    on: date
    to: Standing


@dataclass(frozen=True)
class History:
    """All that standing rests on. `own_application` is s 3(1)(a); `rhythm` is the one chosen for the terms to come."""

    own_application: bool
    moves: tuple[Move, ...] = ()
    fees: tuple[Fee, ...] = ()
    rhythm: Rhythm = Rhythm.YEARLY


@dataclass(frozen=True)
class Elector:
    """What is known of a person's right to enrol."""

    can_enrol: CanEnrol
    born_on: date | None = None


@dataclass(frozen=True)
class Financial(Finding):
    """`until`: the first day on which it stops holding if nothing more is paid; None when it does not hold."""

    until: date | None = field(default=None)


def _why_unpaid(fee: Fee, on: date) -> str:
    missing, taken = fee.outstanding(on), fee.taken_back_on(on)
    if taken:
        return f"of dues of {fee.amount} that had been paid, {missing} was taken back on {_day(taken)}."
    what = "are unpaid" if missing == fee.amount else f"{missing} of them is unpaid"
    return f"dues of {fee.amount} became payable on {_day(fee.payable_on)} and {what}."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _fees(history: History, rule: DuesRule) -> list[Fee]:
    """The fees that were raised and the one the rules raise next, in order: a fee is owed by rule, not by bookkeeping."""
    fees = sorted(history.fees, key=lambda fee: fee.since)
    if fees:
        ruling = rule.for_rhythm(history.rhythm)
        since, until = term_from(fees[-1].until, joined=fees[0].since, rhythm=history.rhythm)
        fees.append(Fee(since, until, payable_on(since, first=False, fees=ruling), ruling.standard))
    return fees


def standing(history: History, *, on: date, dues: Clauses[DuesRule] = DUES) -> Standing:
    """Where a membership stands under the party's rules on a day. A decision outweighs money; then unpaid fees decide."""
    moves = sorted((move for move in history.moves if move.on <= on), key=lambda move: move.on)
    if not moves:
        return Standing.APPLIED
    if moves[-1].to is not Standing.GOOD:
        return moves[-1].to
    rule = dues.on(on).value
    unpaid = [fee.unpaid_since(on) for fee in _fees(history, rule) if fee.payable_on <= on and not fee.is_paid(on)]
    if not unpaid:
        return Standing.GOOD
    return Standing.LAPSED if on >= min(unpaid) + timedelta(days=rule.lapse_days) else Standing.BEHIND


def is_current_financial(history: History, *, on: date, dues: Clauses[DuesRule] = DUES) -> Financial:
    """Whether a membership is current and financial on day `on`, in the Act's sense, and why in one sentence."""
    act = FEE_INTERVAL_YEARS.on(on)

    def no(sentence: str, cites: str = act.cites) -> Financial:
        return Financial(False, sentence, cites)

    if not history.own_application:
        return no("Not a current financial member: the membership did not come from the member’s own application.")
    try:
        rule = dues.on(on)
    except Silent:
        return no(f"Not a current financial member: on {_day(on)} the party had no rule that obliges a fee.")
    if rule.value.longest_years > act.value:
        return no(
            f"Not a current financial member: {rule.cites} asks for a fee every {rule.value.longest_years} years, "
            f"and the Act allows at most {act.value}."
        )
    now = standing(history, on=on, dues=dues)
    if now in (Standing.APPLIED, Standing.RESIGNED, Standing.EXPELLED, Standing.SUSPENDED):
        return no(f"Not a current financial member: the membership was {WORDS[now].lower()} on {_day(on)}.", rule.cites)
    fees = _fees(history, rule.value)
    due = [fee for fee in fees if fee.payable_on <= on]
    if not due:
        return no(f"Not a current financial member: no fee had become payable by {_day(on)}.")
    unpaid = [fee for fee in due if not fee.is_paid(on)]
    if unpaid:
        return no(f"Not a current financial member on {_day(on)}: {_why_unpaid(unpaid[0], on)}", f"{rule.cites}; {act.cites}")
    if now is Standing.LAPSED:  # it was closed as lapsed: money that comes afterwards does not reopen it
        return no(f"Not a current financial member: the membership had lapsed by {_day(on)}.", rule.cites)
    least = MINIMUM_FEE_CENTS.on(on)
    running = [fee for fee in due if fee.since <= on < fee.until] or due
    if running[-1].amount.cents < least.value:
        return no("Not a current financial member: dues of $0 are no fee.", least.cites)
    until = min((fee.payable_on for fee in fees if not fee.is_paid(on)), default=date.max)  # none: the next fee is $0
    return Financial(
        True,
        f"A current financial member: every fee that has become payable is paid, none becomes payable before {_day(until)}.",
        f"{rule.cites}; {act.cites}",
        until,
    )


def counts_toward_500(elector: Elector, history: History, *, on: date, dues: Clauses[DuesRule] = DUES) -> Finding:
    """Whether a person counts toward the 500 a registered party needs: a current financial member who is eligible to enrol."""
    financial = is_current_financial(history, on=on, dues=dues)
    if not financial:
        return Finding(False, financial.sentence.replace("Not a", "Does not count toward 500: not a", 1), financial.cites)
    cites = "Electoral Act 1993 ss 3(1), 63(2), 74"
    if elector.can_enrol is not CanEnrol.YES:
        said = {
            CanEnrol.NO: "declared not being able to enrol to vote",
            CanEnrol.UNSURE: "was not sure about being able to enrol",
        }
        return Finding(False, f"Does not count toward 500: the member {said[elector.can_enrol]}.", cites)
    age = ADULT_YEARS.on(on)
    if elector.born_on and on < add_years(elector.born_on, age.value):
        return Finding(False, f"Does not count toward 500: under {age.value} on {_day(on)}.", age.cites)
    return Finding(True, "Counts toward 500: a current financial member who declared being eligible to enrol.", cites)


WORDS = {
    Standing.APPLIED: "Applied",
    Standing.GOOD: "In good standing",
    Standing.BEHIND: "Behind with dues",
    Standing.LAPSED: "Lapsed",
    Standing.SUSPENDED: "Suspended",
    Standing.RESIGNED: "Resigned",
    Standing.EXPELLED: "Expelled",
}
