"""What New Zealand’s law says of a case: verdicts, duties, loans, memberships and returns."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from app.law.annual import needs_audit
from app.law.books import Books
from app.law.clauses import Finding, Refusal, Silent
from app.law.donations import Donation, check_offer
from app.law.duties import duties
from app.law.large_returns import large_donation_returns
from app.law.loan_returns import loans_return
from app.law.loans import Loan, check_loan, is_party_loan
from app.law.membership import counts_toward_500, is_current_financial, standing
from app.law.nz.electoral_act import MINIMUM_MEMBERS
from app.law.periods import calendar_year
from app.law.protected import check_protected
from app.law.received import as_told, counts_as_received, donor_of, must_ask_where_from, received_on
from app.law.returns import donations_return

from .facts import Given, Membership, read_books, read_membership
from .reading import Fields


def read(case: Fields) -> tuple[list[Given], Books, list[Membership], list[int] | None]:
    """Everything a case of this regime holds."""
    given, books = read_books(case)
    memberships = [read_membership(fields) for fields in case.each("memberships", unique="id")]
    years = case.years("returns")
    for place, year in enumerate(years or ()):
        try:
            calendar_year(year, registered_on=books.registered_on, cancelled_on=books.cancelled_on)
        except ValueError as reason:
            case.wrong(f"returns[{place}]", str(reason))
    return given, books, memberships, years


def answer(
    given: list[Given], books: Books, memberships: list[Membership], years: list[int] | None, *, on: date
) -> dict[str, Any]:
    """The answers for one day. Verdicts are what the gate says before money moves; duties, what follows if it came all the
    same."""
    known = [item for item in given if item.donation.on <= on]
    return {
        "on": on,
        "donations": _verdicts(known, books, on),
        "duties": [
            {"kind": duty.kind, "about": duty.about, "by": duty.by or "the party secretary", "amount": duty.amount}
            | {"left": duty.left, "due_on": duty.due_on, "plan_for": duty.plan_for, "done_on": duty.done_on}
            | {"late": duty.is_late(on), "sentence": duty.sentence, "cites": duty.cites}
            for duty in duties(books, on=on)
        ],
        "large_donation_returns": [
            {"donor": paper.donor, "aggregate": paper.is_aggregate, "donation": paper.donation, "previous": paper.previous}
            | {"contributions": paper.contributions, "total": paper.total, "period": paper.period, "due_on": paper.due_on}
            | {"filed_on": paper.filed_on, "cites": paper.cites}
            for paper in large_donation_returns(books, on=on)
        ],
        "loans": [_loan(loan, on) for loan in books.loans if loan.on <= on],
        **_memberships(memberships, on),
        "returns": {str(year): _returns(books, year, on) for year in _years(books, years, on)},
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {"holds": bool(finding), "sentence": finding.sentence, "cites": finding.cites}


def _verdicts(known: list[Given], books: Books, on: date) -> list[dict[str, Any]]:
    """Each beside what the same donor gave earlier, or of a protected one all that were; in the order of the list."""
    before: dict[tuple[str, str | None], list[Donation]] = defaultdict(list)
    said: dict[int, dict[str, Any]] = {}
    for place, item in sorted(enumerate(known), key=lambda pair: (pair[1].donation.on, pair[0])):
        donation = item.donation
        whose = before["protected", None] if donation.protected else before["donor", donation.donor]
        said[place] = _verdict(item, whose, books, on)
        whose.append(donation)
    return [said[place] for place in range(len(known))]


def _verdict(item: Given, earlier: list[Donation], books: Books, on: date) -> dict[str, Any]:
    donation = item.donation
    found: dict[str, Any] = {"id": donation.id, "on": donation.on, "amount": donation.amount}
    if item.overseas is not None:
        found["overseas"] = _finding(item.overseas)
    if item.valued is not None:
        found["value"] = {"amount": item.valued.amount, "sentence": item.valued.sentence, "cites": item.valued.cites}
        if not donation.amount:
            return found | {"verdict": "no donation", "sentence": item.valued.sentence, "cites": item.valued.cites}
    found |= _gate(donation, earlier, books)
    found["received"] = _finding(counts_as_received(donation, on))
    found["received_on"] = received_on(donation)
    found["anonymous"] = donor_of(donation) is None and not donation.protected
    found["ask_where_from"] = _finding(must_ask_where_from(donation))
    return found


def _gate(donation: Donation, earlier: list[Donation], books: Books) -> dict[str, Any]:
    """What is said before the money moves: by what was told when it was given."""
    try:
        if donation.protected:
            sound = check_protected(donation.amount, earlier, donor=donation.donor, on=donation.on, elections=books.elections)
            return {"verdict": "accepted", "sentence": sound.sentence, "cites": sound.cites}
        check_offer(as_told(donation, donation.on), earlier)
    except Refusal as refusal:
        cites = str(refusal.facts.get("cites") or refusal.cites)
        return {"verdict": "refused", "sentence": str(refusal), "cites": cites, "money": refusal.money} | (
            {"allowed": refusal.facts["allowed"]} if "allowed" in refusal.facts else {}
        )
    if donation.donor is None:
        sentence = "Anonymous: what exceeds the limit is paid to the Electoral Commission."
        return {"verdict": "accepted", "sentence": sentence, "cites": "Electoral Act 1993 s 207I(2)"}
    whose = "it keeps to what an overseas person may give" if donation.overseas else "a named New Zealand person’s has no limit"
    return {"verdict": "accepted", "sentence": f"It may be accepted: {whose}.", "cites": "Electoral Act 1993 s 207K"}


def _loan(loan: Loan, on: date) -> dict[str, Any]:
    found: dict[str, Any] = {"id": loan.id, "on": loan.on, "unpaid": loan.unpaid(on), "is_loan": _finding(is_party_loan(loan))}
    try:
        check_loan(loan)
    except Refusal as refusal:
        return found | {"verdict": "refused", "sentence": str(refusal), "cites": refusal.cites}
    return found | {"verdict": "accepted"}


def _memberships(memberships: list[Membership], on: date) -> dict[str, Any]:
    found, counting = [], 0
    for item in memberships:
        counts = counts_toward_500(item.elector, item.history, on=on)
        counting += bool(counts)
        found.append(
            {
                "id": item.id,
                "standing": _standing(item, on),
                "current_financial": _finding(is_current_financial(item.history, on=on)),
                "counts_toward_500": _finding(counts),
            }
        )
    needed = MINIMUM_MEMBERS.on(on)
    return {"memberships": found, "members": {"counting": counting, "needed": needed.value, "cites": needed.cites}}


def _standing(item: Membership, on: date) -> str | None:
    try:
        return standing(item.history, on=on).value
    except Silent:
        return None


def _years(books: Books, asked: list[int] | None, on: date) -> list[int]:
    """Those asked for; else every year in which something was received or lent, by `on`, and the party was registered."""
    if asked is not None:
        return asked
    days = [day for donation in books.donations if (day := received_on(donation)) is not None]
    days += [loan.on for loan in books.loans if loan.on.year >= 2011]
    last = min(on, books.cancelled_on or on)
    return sorted({day.year for day in days if day <= last and (books.registered_on is None or day >= books.registered_on)})


def _returns(books: Books, year: int, on: date) -> dict[str, Any]:
    since, until = books.registered_on, books.cancelled_on
    paper = donations_return(books.donations, year, on=on, registered_on=since, cancelled_on=until)
    totals = {name: getattr(paper.totals, name) for name in ("a", "c", "d", "f", "g", "all", "money", "not_money")}
    found: dict[str, Any] = {
        "period": paper.period,
        "nil": paper.is_nil,
        "named_over": paper.named_over,
        "cites": paper.cites,
        "parts": {
            **{part.upper(): getattr(paper, part) for part in "abcdef"},
            "G": [_counted(str(line.band), line.figure) for line in paper.g],
        },
        "totals": {name: {"amount": figure.amount, "count": figure.count, "ids": figure.ids} for name, figure in totals.items()}
        | {"asked_for": paper.totals.asked},
        "not_received": [
            {"donation": item.entry, "sentence": item.why.sentence, "cites": item.why.cites} for item in paper.not_received
        ],
        "not_told": _counted("no part tells of these", paper.not_told),
        "audit": _finding(needs_audit(year, paper.totals.all.amount, books.loans)),
    }
    if year >= 2014:
        lent = loans_return(books.loans, year, on=on, registered_on=since, cancelled_on=until)
        found["loans"] = {
            "nil": lent.is_nil,
            "cites": lent.cites,
            "parts": {"H": lent.h, "I": _counted("counted", lent.i)},
            "audit": _finding(lent.audit),
        }
    return found


def _counted(words: str, figure: Any) -> dict[str, Any]:
    return {"of": words, "count": figure.count, "amount": figure.amount, "ids": figure.ids}
