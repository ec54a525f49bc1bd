"""Verbs: what the law has us do is done: given back, paid over, passed on, filed. Each under the key of the form that asked for
it: pressed twice, it is done once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.ground.mail import office
from app.law.books import Kind
from app.law.donations import To
from app.law.money import Money
from app.party.payments import services as payments
from app.party.payments.models import Account, Payment, Refund

from .. import emails, queries, rules
from ..models import Donation, DonationMove, Duty, MoveKind
from .duties import DONE, close, judge, judge_lender
from .recording import receive


def give_back(duty_id: UUID, *, on: date, by: str, key: UUID, in_money: bool = False) -> Refund | DonationMove:
    """Have what a duty asks given back to the donor, who is written to. By card it is sent by itself; by bank or in cash it is
    paid out by hand, and the day noted with the payment; above a limit another officer confirms first. The duty closes when the
    money has gone. What was no money is given back on day `on`: itself, or (`in_money`) its value out of the bank.

    Raises DoneAlready, NotThisWay, OnItsWay, NothingToGiveBack, NotPossible.
    """
    duty, donation = _hold(duty_id)
    known = session.get(Refund, key) or _move_of(donation, f"given back:{key}")
    if known:
        return known
    _check(duty, Kind.GIVE_BACK)
    if donation.payment_id is None:
        _check_day(donation, on)
        move = _move(donation, MoveKind.GIVEN_BACK, -duty.amount, cause=f"given back:{key}", on=on, by=by)
        against = Account.BANK if in_money else Account.IN_KIND
        _post_in_kind(donation, duty.amount, move, kind="given back", against=against)
        emails.moved(donation, move)
        judge(donation, on=clock.today())
        return move
    payment = session.get_one(Payment, donation.payment_id)
    if queries.waiting_back(donation):
        raise rules.OnItsWay()
    wish = payments.ask_refund(payment, amount=duty.amount, why="law", by=by, refund_id=key)
    emails.goes_back(donation, duty)
    return wish


def pay_over(duty_id: UUID, *, on: date, by: str, key: UUID, evidence: str, why_not: str = "") -> DonationMove:
    """Note that what a duty asks was paid to the Electoral Commission on day `on`, out of the bank; `evidence` is the bank's
    reference, sealed. What should go back to the donor is paid over only where that is not possible, and `why_not` says why.

    Raises DoneAlready, NotThisWay, OnItsWay, SayWhyNot, NotPossible, NothingToGiveBack.
    """
    duty, donation = _hold(duty_id)
    known = _move_of(donation, f"paid over:{key}")
    if known:
        return known
    _check(duty, Kind.PAY_OVER, Kind.GIVE_BACK)
    if duty.kind == Kind.GIVE_BACK:
        if not queries.may_be_paid_over(duty):
            raise rules.NotThisWay()
        if not why_not:
            raise rules.SayWhyNot()
    if queries.waiting_back(donation):
        raise rules.OnItsWay()
    _check_day(donation, on)
    said = {"evidence": evidence, "why_not": why_not}
    move = _move(donation, MoveKind.PAID_OVER, -duty.amount, cause=f"paid over:{key}", on=on, by=by, said=said)
    if donation.payment_id:
        payment = session.get_one(Payment, donation.payment_id)
        payments.pay_over(payment, amount=duty.amount, external_id=str(move.id), on=on)
    else:
        _post_in_kind(donation, duty.amount, move, kind="paid over", against=Account.BANK)
    emails.moved(donation, move)
    judge(donation, on=clock.today())
    return move


def pass_on(duty_id: UUID, *, on: date, by: str) -> Donation:
    """Note that a transmitter passed a donation on to the party on day `on`: it is received from then on. Noted twice, it is
    once. Raises NotThisWay, NotPossible."""
    duty, donation = _hold(duty_id)
    if donation.received_on:
        return donation
    _check(duty, Kind.SEND_ON)
    if not (donation.sent_on and donation.sent_on <= on <= clock.today()):
        raise rules.NotPossible(day=donation.sent_on)
    receive(donation, on=on, by=by, today=clock.today())
    return donation


def file_return(duty_id: UUID, *, on: date, by: str) -> Duty:
    """Note that the return a duty asks for was filed with the Electoral Commission on day `on`. Noted twice, it is once. Raises
    NotThisWay, NotPossible."""
    duty = session.get_one(Duty, duty_id, with_for_update=True, populate_existing=True)
    if duty.closed_at:
        return duty
    if duty.kind not in (Kind.LARGE_DONATION_RETURN, Kind.BIG_LOAN_RETURN):
        raise rules.NotThisWay()
    came = queries.began_on(duty)
    if not came <= on <= clock.today():
        raise rules.NotPossible(day=came)
    close(duty, by=by, because=DONE, on=on)
    if duty.donation_id:
        judge(session.get_one(Donation, duty.donation_id), on=clock.today())
    else:
        judge_lender(queries.lender_of(duty), on=clock.today())
    return duty


def _hold(duty_id: UUID) -> tuple[Duty, Donation]:
    """The duty and its donation, the donation held until the end of the transaction. Raises NotThisWay for one about a loan."""
    duty = session.get_one(Duty, duty_id)
    if duty.donation_id is None:
        raise rules.NotThisWay()
    donation = session.get_one(Donation, duty.donation_id)
    if donation.payment_id:  # payments are held before donations wherever both are
        session.get_one(Payment, donation.payment_id, with_for_update=True, populate_existing=True)
    donation = session.get_one(Donation, duty.donation_id, with_for_update=True, populate_existing=True)
    session.refresh(duty)
    session.refresh(donation, ["moves"])
    return duty, donation


def _check(duty: Duty, *kinds: Kind) -> None:
    if duty.kind not in kinds:
        raise rules.NotThisWay()
    if duty.closed_at or not duty.cents:
        raise rules.DoneAlready()


def _check_day(donation: Donation, on: date) -> None:
    if donation.received_on is None or not donation.received_on <= on <= clock.today():
        raise rules.NotPossible(day=donation.received_on)


def _move_of(donation: Donation, cause: str) -> DonationMove | None:
    mine = (DonationMove.donation_id == donation.id, DonationMove.cause == cause)
    return session.scalar(select(DonationMove).where(*mine))


def _move(
    donation: Donation, kind: MoveKind, amount: Money, *, cause: str, on: date, by: str, said: dict[str, str] | None = None
) -> DonationMove:
    row = new_id()
    move = DonationMove(
        id=row, donation_id=donation.id, kind=kind, cents=amount.cents, currency=amount.currency, on=on, at=clock.now(),
        by=by, cause=cause, sealed=office().seal.close(said, table="donation_moves", row=row) if said else None,
    )  # fmt: skip
    session.add(move)
    session.flush()
    session.expire(donation, ["moves"])
    audit.record(
        Action.DONATION_LEFT, audit.of("donation", donation.id), by=by, kind=kind, cents=-amount.cents,
        to=To.COMMISSION if kind is MoveKind.PAID_OVER else To.DONOR,
    )  # fmt: skip
    return move


def _post_in_kind(donation: Donation, amount: Money, move: DonationMove, *, kind: str, against: Account) -> None:
    payments.post(
        source="giving", external_id=str(move.id), kind=kind, day=move.on,
        lines=[(Account.DONATIONS_IN_KIND, amount), (against, -amount)],
    )  # fmt: skip
