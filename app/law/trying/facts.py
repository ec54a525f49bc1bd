"""From JSON to values of the law: donations, loans, filings, elections, memberships. The format is in ../TRYING.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.law.books import Books, Filing, Paper
from app.law.clauses import Finding
from app.law.donations import (
    Contribution,
    Donation,
    Form,
    GivenUp,
    Kind,
    Ties,
    To,
    Transmission,
    Valued,
    is_overseas,
    value_of,
)
from app.law.loans import Loan, Repaid
from app.law.membership import CanEnrol, Elector, Fee, History, Move, Paid, Standing
from app.law.money import Money
from app.law.nz.elections import ELECTIONS, Election
from app.law.party_rules import Rhythm
from app.law.periods import specified_period

from .reading import Fields

SINCE = date(2011, 1, 1)  # donations are judged by the Act as it has stood since
NZD = "NZD"


@dataclass(frozen=True)
class Given:
    """A donation of a case, with what was found out on the way: whether its donor is overseas, and what goods are worth."""

    donation: Donation
    overseas: Finding | None
    valued: Valued | None


@dataclass(frozen=True)
class Membership:
    id: str
    history: History
    elector: Elector


def read_books(case: Fields) -> tuple[list[Given], Books]:
    """The donations as given, and the books they make. What is no donation at all is in the first only."""
    given = [_given(fields) for fields in case.each("donations", unique="id")]
    registered, cancelled = case.find_day("registered_on"), case.find_day("cancelled_on")
    if registered and cancelled and cancelled < registered:
        case.wrong("cancelled_on", "is before registered_on")
    elections = [_election(fields) for fields in case.each("elections")]
    return given, Books(
        donations=tuple(item.donation for item in given if item.donation.amount),
        loans=tuple(_loan(fields) for fields in case.each("loans", unique="id")),
        filings=tuple(_filing(fields) for fields in case.each("filings")),
        elections=tuple(elections) if case.has("elections") else ELECTIONS,
        registered_on=registered,
        cancelled_on=cancelled,
    )


def _overseas(fields: Fields) -> tuple[bool, Finding | None]:
    ties = fields.one("ties")
    flag = fields.flag("overseas")
    if ties is None:
        return flag, None
    if fields.has("overseas"):
        fields.wrong("overseas", "is not said beside ties, which decide it")
    finding = is_overseas(
        Ties(
            kind=ties.choice("kind", Kind, default=Kind.INDIVIDUAL),
            lives_here=ties.flag("lives_here"),
            citizen=ties.flag("citizen"),
            elector=ties.flag("elector"),
            incorporated_here=ties.flag("incorporated_here"),
            based_here=ties.flag("based_here"),
        )
    )
    ties.done()
    return bool(finding), finding


def _given(fields: Fields) -> Given:
    on = fields.day("on", first=SINCE)
    overseas, finding = _overseas(fields)
    form = fields.choice("form", Form, default=Form.MONEY)
    valued = None
    if form is Form.MONEY:
        amount = fields.money("amount", NZD)
    else:
        worth, price = fields.money("worth", NZD, least=0), fields.find_money("price", NZD) or Money(0)
        valued = value_of(form, worth=worth, price=price, overseas=overseas, on=on)
        amount = valued.amount
    sent = fields.one("transmission")
    donation = Donation(
        id=fields.name("id"),
        on=on,
        amount=amount,
        donor=fields.text("donor", needed=False),
        overseas=overseas,
        form=form,
        contributions=tuple(_contribution(part) for part in fields.each("contributions")),
        transmission=_transmission(sent) if sent is not None else None,
        protected=fields.flag("protected"),
        interest=fields.find_money("interest", NZD),
        undeclared_on=fields.find_day("undeclared_on"),
        given_up=tuple(_given_up(part) for part in fields.each("given_up")),
    )
    fields.done()
    return Given(donation, finding, valued)


def _contribution(fields: Fields) -> Contribution:
    overseas, _ = _overseas(fields)
    found = Contribution(fields.name("of"), fields.money("amount", NZD), overseas, fields.find_day("told_on"))
    fields.done()
    return found


def _transmission(fields: Fields) -> Transmission:
    found = Transmission(
        fields.name("through"), fields.day("given_on", first=SINCE), fields.find_day("passed_on"), fields.flag("named", True)
    )
    if found.passed_on is not None and found.passed_on < found.given_on:
        fields.wrong("passed_on", "is before given_on")
    fields.done()
    return found


def _given_up(fields: Fields) -> GivenUp:
    found = GivenUp(fields.day("on"), fields.money("amount", NZD), fields.choice("to", To))
    fields.done()
    return found


def _loan(fields: Fields) -> Loan:
    repaid = []
    for part in fields.each("repaid"):
        repaid.append(Repaid(part.day("on"), part.money("amount", NZD)))
        part.done()
    found = Loan(
        id=fields.name("id"),
        on=fields.day("on"),
        lender=fields.name("lender"),
        amount=fields.money("amount", NZD),
        repaid=tuple(repaid),
        by_bank=fields.flag("by_bank"),
        by_secretary=fields.flag("by_secretary", True),
    )
    fields.done()
    return found


def _filing(fields: Fields) -> Filing:
    paper, yearly = fields.choice("paper", Paper), (Paper.ANNUAL_DONATIONS, Paper.ANNUAL_LOANS, Paper.DECLARATION)
    found = Filing(paper, fields.day("on"), fields.texts("about"), fields.whole("year", 1993, 2052, needed=paper in yearly))
    if paper not in yearly and not found.about:
        fields.wrong("about", "is missing: the ids it tells of")
    fields.done()
    return found


def _election(fields: Fields) -> Election:
    expires = fields.whole("term_expires", 1993, 2060) or 2029
    found = Election(expires, fields.find_day("noticed_on"), fields.find_day("polling_day"))
    try:
        specified_period(found)
    except ValueError as reason:
        fields.wrong("", str(reason))
        found = Election(expires)
    fields.done()
    return found


def read_membership(fields: Fields) -> Membership:
    """A membership of a case."""
    moves, fees = [], []
    for part in fields.each("moves"):
        moves.append(Move(part.day("on"), part.choice("to", Standing)))
        part.done()
    for part in fields.each("fees"):
        paid = []
        for payment in part.each("paid"):
            paid.append(Paid(payment.day("on"), payment.money("amount", NZD, least=-(10**14))))
            payment.done()
        amount = part.money("amount", NZD, least=0)
        since, until, payable = part.day("since"), part.day("until"), part.day("payable_on")
        if until <= since:
            part.wrong("until", "is not after since")
        fees.append(Fee(since, until, payable, amount, tuple(paid)))
        part.done()
    found = Membership(
        fields.name("id"),
        History(
            own_application=fields.flag("own_application", True),
            moves=tuple(moves),
            fees=tuple(fees),
            rhythm=fields.choice("rhythm", Rhythm, default=Rhythm.YEARLY),
        ),
        Elector(
            fields.choice("can_enrol", CanEnrol, default=CanEnrol.UNSURE), fields.find_day("born_on", first=date(1880, 1, 1))
        ),
    )
    fields.done()
    return found
