"""Donations to a party: who is overseas, what counts, what may be accepted. Pure functions over dated clauses.

Electoral Act 1993 Part 6A. The words are the Act's (s 207(2)): a donor gives; a contributor stands behind a donor; a donation
is anonymous if the party secretary does not and could not reasonably know the donor.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .clauses import Finding, Refusal
from .money import Money, total
from .nz import donations as nz


class Kind(enum.StrEnum):
    """Who gives, as far as the tests of s 207(2) “overseas person” differ."""

    INDIVIDUAL = "individual"
    BODY = "body"  # a body corporate
    UNINCORPORATED = "unincorporated"


@dataclass(frozen=True, slots=True)
class Ties:
    """What is known of somebody's ties to New Zealand. Of an individual the first three, of a body `incorporated_here`, of an
    unincorporated body `based_here`: its head office or main place of business."""

    kind: Kind = Kind.INDIVIDUAL
    lives_here: bool = False
    citizen: bool = False
    elector: bool = False
    incorporated_here: bool = False
    based_here: bool = False


def is_overseas(ties: Ties) -> Finding:
    """Whether somebody is an overseas person (Electoral Act 1993 s 207(2)), and by which test.

    A non-citizen who lives here is not; a citizen or registered elector abroad is not; a company incorporated here is not,
    whoever owns it.
    """
    cites = "Electoral Act 1993 s 207(2) “overseas person”"

    def found(overseas: bool, why: str) -> Finding:
        return Finding(overseas, f"{'An overseas person' if overseas else 'Not an overseas person'}: {why}.", cites)

    match ties.kind:
        case Kind.BODY:
            here = ties.incorporated_here
            return found(not here, f"a body incorporated {'in' if here else 'outside'} New Zealand")
        case Kind.UNINCORPORATED:
            here = ties.based_here
            return found(not here, f"its head office or main place of business is {'in' if here else 'outside'} New Zealand")
    if ties.lives_here:
        return found(False, "lives in New Zealand")
    if ties.citizen:
        return found(False, "lives outside New Zealand and is a New Zealand citizen")
    if ties.elector:
        return found(False, "lives outside New Zealand and is a registered elector")
    return found(True, "lives outside New Zealand and is neither a New Zealand citizen nor a registered elector")


class Form(enum.StrEnum):
    """What was given (s 207(2) “party donation”)."""

    MONEY = "money"
    GOODS = "goods"
    SERVICES = "services"
    UNDER_PRICE = "under price"  # goods or services supplied to the party for less than they are worth
    OVER_PRICE = "over price"  # bought from the party for more than they are worth: an auction
    CREDIT = "credit"  # on terms softer than a bank's
    LABOUR = "labour"  # free labour: never a donation


@dataclass(frozen=True, slots=True)
class Contribution:
    """Money behind a donation: `of` tells one contributor from another. `told_on`: the day the party secretary was told, where
    that was not when the donation was given."""

    of: str
    amount: Money
    overseas: bool = False
    told_on: date | None = None


@dataclass(frozen=True, slots=True)
class Transmission:
    """A donation sent through somebody (s 207B, 207E): who, the day they were given it, the day they passed it on or banked it
    (None: not yet), and whether they named the donor. A donation whose donor they do not name is anonymous."""

    through: str
    given_on: date
    passed_on: date | None = None
    named: bool = True


class To(enum.StrEnum):
    """Where money goes that a party may not keep."""

    DONOR = "donor"  # given back
    COMMISSION = "commission"  # paid over


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What the party gave up of a donation on a day, or its value."""

    on: date
    amount: Money
    to: To


@dataclass(frozen=True, slots=True)
class Donation:
    """One donation as the law sees it. `donor` tells one donor from another; None is anonymous.

    `on`: the day the party secretary received it, or would; of a transmitted one, the day the donor gave it. `overseas`: the
    donor is an overseas person; of an anonymous donation, that there is reason to suspect it. `protected`: paid by the
    Electoral Commission for a donor nobody may name (s 208A), `interest` being part of the amount. `undeclared_on`: the day the
    secretary knew, or had reason to believe, that the donor had not said whose money it is (s 207C(5)).
    """

    id: str
    on: date
    amount: Money
    donor: str | None
    overseas: bool = False
    form: Form = Form.MONEY
    contributions: tuple[Contribution, ...] = ()
    transmission: Transmission | None = None
    protected: bool = False
    interest: Money | None = None
    undeclared_on: date | None = None
    given_up: tuple[GivenUp, ...] = ()


@dataclass(frozen=True, slots=True)
class Valued:
    """How much of a supply is a donation, which may be nothing, and why."""

    amount: Money
    sentence: str
    cites: str


def value_of(form: Form, *, worth: Money, price: Money, overseas: bool, on: date) -> Valued:
    """How much of goods, services, a sale or credit is a party donation, GST included (ss 207(2), 207A).

    `worth`: reasonable market value; of credit, the value of its softness. `price`: what the receiver paid for it.
    """
    nothing = Money(0, worth.currency)
    floor = (nz.IN_KIND_FLOOR_OVERSEAS if overseas else nz.IN_KIND_FLOOR).on(on)
    whose = "an overseas person" if overseas else "a New Zealand person"

    def some(amount: Money, why: str) -> Valued:
        return Valued(amount, f"A donation of {amount}: {why}.", floor.cites)

    def none(why: str) -> Valued:
        return Valued(nothing, f"No donation: {why}.", floor.cites)

    match form:
        case Form.LABOUR:
            return none("the free labour of a person is never one")
        case Form.MONEY:
            return some(worth, "money")
        case Form.OVER_PRICE:
            excess = price - worth
            return (
                some(excess, f"{price} was paid for what is worth {worth}")
                if excess > nothing
                else none("no more was paid than it is worth")
            )
        case Form.CREDIT:
            return some(worth, "the value of credit on softer terms than usual") if worth else none("the terms are usual")
    if not worth.exceeds(floor.value):
        return none(f"{form} of {whose} worth {worth}, which does not exceed {floor.value}")
    short = worth - price
    return (
        some(short, f"worth {worth}, for which the party paid {price}")
        if short > nothing
        else none("the party paid what it is worth")
    )


class OverOverseasLimit(Refusal):
    """`allowed` (Money) is what may still be given this year."""

    field = "amount"
    sentence = (
        "This cannot be accepted: a party may keep at most {limit} in a calendar year from an overseas person ({cites}), "
        "and {before} has been given or promised this year. {still}"
    )


class OverseasContribution(Refusal):
    field = "contributions"
    sentence = (
        "This cannot be accepted: {amount} of it comes from one overseas contributor, and more than {limit} from one makes the "
        "whole donation unlawful to keep ({cites})."
    )


class MoreContributedThanGiven(Refusal):
    field = "contributions"
    cites = "Electoral Act 1993 s 207C(3)"
    sentence = "The contributions come to {contributed}, which is more than the donation of {amount}."


def given_in(year: int, donations: Iterable[Donation], *, donor: str, currency: str = "NZD") -> Money:
    """What a donor has given in a calendar year (s 210(9)), in every form and over every channel."""
    return total((d.amount for d in donations if d.donor == donor and d.on.year == year), currency)


def check_offer(offer: Donation, earlier: Iterable[Donation]) -> None:
    """Ask the law before any money moves. `earlier`: what the same donor gave, or has been promised room for, this calendar
    year. Raises OverOverseasLimit, OverseasContribution, MoreContributedThanGiven: with the section, and what is still allowed.

    Of an anonymous donation nothing is refused: what exceeds the limit is paid over (s 207I).
    """
    nothing = Money(0, offer.amount.currency)
    contributed = total((c.amount for c in offer.contributions), offer.amount.currency)
    if contributed > offer.amount:
        raise MoreContributedThanGiven(contributed=contributed, amount=offer.amount)
    by_contributor: dict[str, Money] = {}
    for contribution in offer.contributions:
        if contribution.overseas:
            by_contributor[contribution.of] = by_contributor.get(contribution.of, nothing) + contribution.amount
    most = nz.OVERSEAS_CONTRIBUTION.on(offer.on)
    for amount in by_contributor.values():
        if amount.exceeds(most.value):
            raise OverseasContribution(amount=amount, limit=most.value, cites=most.cites)
    if offer.donor is None or not offer.overseas:
        return
    keep = nz.OVERSEAS_KEEP.on(offer.on)
    before = given_in(offer.on.year, earlier, donor=offer.donor, currency=offer.amount.currency)
    if (before + offer.amount).exceeds(keep.value):
        allowed = max(keep.value - before, nothing)
        still = f"You can still give {allowed}." if allowed else "Nothing more can be taken this year."
        raise OverOverseasLimit(limit=keep.value, before=before, cites=keep.cites, still=still, allowed=allowed)
