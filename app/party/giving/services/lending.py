"""Verbs: a loan to the party is entered, repaid, forgiven (Electoral Act 1993 Part 6B)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import read_id
from app.ground.mail import office
from app.law import loans as law
from app.law.donations import Form
from app.law.money import Money, total
from app.party.branches import queries as offices
from app.party.branches.rules import OfficeName
from app.party.payments import services as payments
from app.party.payments.models import Account

from .. import rules
from ..models import Channel, Donation, Loan, LoanRepayment, Who
from .duties import judge_lender
from .noted import Noted
from .offering import hold_donor, known_donor
from .recording import record


@dataclass(frozen=True)
class Lent:
    """A loan as the party secretary enters it. `terms`: interest, when it is to be repaid, security; sealed. In memory only."""

    key: UUID
    who: Who
    amount: Money
    on: date
    terms: str
    from_bank: bool = False


def enter_loan(lent: Lent, *, by: str) -> Loan:
    """Enter a loan that the party was lent on a day, into its bank. Sent twice it is one loan. A large one opens the duty to
    file a return.

    Raises NotBySecretary for anybody else than the party secretary (s 213), DayToCome.
    """
    lock_for_now(f"loan:{lent.key}")
    known = session.get(Loan, lent.key)
    if known:
        return known
    if lent.on > clock.today():
        raise rules.DayToCome()
    secretary = _is_secretary(by)
    law.check_loan(law.Loan(str(lent.key), lent.on, "", lent.amount, by_bank=lent.from_bank, by_secretary=secretary))
    if not secretary:  # a bank’s loan at a commercial rate is none of Part 6B, and here entered by the same hand all the same
        raise law.NotBySecretary(cites="Electoral Act 1993 s 213")
    hold_donor(lent.who)
    lender = known_donor(lent.who, person_id=None)
    loan = Loan(
        id=lent.key, lender_id=lender.id, cents=lent.amount.cents, currency=lent.amount.currency, entered_on=lent.on,
        from_bank=lent.from_bank, recorded_at=clock.now(), recorded_by=by,
        sealed=office().seal.close({"terms": lent.terms, "lender": lent.who.as_json()}, table="loans", row=lent.key),
    )  # fmt: skip
    session.add(loan)
    session.flush()
    payments.post(
        source="giving", external_id=str(loan.id), kind="loan", day=lent.on,
        lines=[(Account.BANK, lent.amount), (Account.LOANS, -lent.amount)],
    )  # fmt: skip
    audit.record(Action.LOAN_RECORDED, audit.of("loan", loan.id), by=by, cents=loan.cents, from_bank=lent.from_bank)
    judge_lender(lender.id, on=clock.today())
    return loan


def repay(loan_id: UUID, *, amount: Money, on: date, by: str, key: UUID) -> LoanRepayment:
    """Note that a part of a loan was repaid out of the bank on a day. Sent twice it is once. Raises MoreThanOwed, DayToCome,
    NotBySecretary."""
    loan, known = _hold(loan_id, amount, on=on, by=by, key=key)
    if known:
        return known
    payments.post(
        source="giving", external_id=str(key), kind="loan repaid", day=on,
        lines=[(Account.LOANS, amount), (Account.BANK, -amount)],
    )  # fmt: skip
    return _repaid(loan, amount, on=on, by=by, key=key, forgiven_as=None)


def forgive(loan_id: UUID, *, amount: Money, on: date, by: str, key: UUID) -> LoanRepayment:
    """Note that the lender forgave a part of a loan on a day: that part is a donation of that day by them, not of money, and is
    judged as one. Sent twice it is once. Raises MoreThanOwed, DayToCome, NotBySecretary."""
    loan, known = _hold(loan_id, amount, on=on, by=by, key=key)
    if known:
        return known
    said = office().seal.open(loan.sealed, table="loans", row=loan.id)
    donation: Donation = record(
        Noted(
            key=key, form=Form.CREDIT, channel=Channel.KIND, who=Who.from_json(said["lender"]), on=on, worth=amount,
            what="A loan to the party, forgiven",
        ),
        by=by, on=clock.today(),
    )  # fmt: skip
    # The donation was posted as something used up; what it did is that the party owes less.
    payments.post(
        source="giving", external_id=str(key), kind="loan forgiven", day=on,
        lines=[(Account.LOANS, amount), (Account.IN_KIND, -amount)],
    )  # fmt: skip
    return _repaid(loan, amount, on=on, by=by, key=key, forgiven_as=donation.id)


def _hold(loan_id: UUID, amount: Money, *, on: date, by: str, key: UUID) -> tuple[Loan, LoanRepayment | None]:
    lock_for_now(f"loan:{loan_id}")
    loan = session.get_one(Loan, loan_id, populate_existing=True)
    known = session.get(LoanRepayment, key)
    if known:
        return loan, known
    if not _is_secretary(by):
        raise law.NotBySecretary(cites="Electoral Act 1993 s 213")
    if on > clock.today():
        raise rules.DayToCome()
    owed = loan.amount - total((part.amount for part in loan.repayments), loan.currency)
    if amount.exceeds(owed) or not amount or on < loan.entered_on:
        raise rules.MoreThanOwed(owed=owed, day=loan.entered_on)
    return loan, None


def _repaid(loan: Loan, amount: Money, *, on: date, by: str, key: UUID, forgiven_as: UUID | None) -> LoanRepayment:
    part = LoanRepayment(
        id=key, loan_id=loan.id, cents=amount.cents, currency=amount.currency, on=on, at=clock.now(), by=by,
        forgiven_as=forgiven_as,
    )  # fmt: skip
    session.add(part)
    session.flush()
    session.expire(loan, ["repayments"])
    about = audit.of("loan", loan.id)
    audit.record(Action.LOAN_REPAID, about, by=by, cents=part.cents, forgiven=forgiven_as is not None)
    judge_lender(loan.lender_id, on=clock.today())
    return part


def _is_secretary(by: str) -> bool:
    who = read_id(by.removeprefix("person:"))
    return who is not None and any(held.office == OfficeName.SECRETARY for held in offices.held_by(who, on=clock.today()))
