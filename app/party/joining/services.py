"""Verbs: somebody applies, signs, is admitted; an application is saved, reminded of, forgotten."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import make_transient_to_detached

from app.ground import audit, clock, jobs, mail
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.ground.mail import office
from app.ground.seal import digest
from app.law.membership import CanEnrol, Standing, standing
from app.law.money import Money
from app.law.party_rules import DUES, MONTHS, Rhythm
from app.party.branches import services as branches
from app.party.dues import queries as dues_owed
from app.party.dues import services as dues
from app.party.giving import services as giving
from app.party.membership import queries as memberships
from app.party.membership import services as membership
from app.party.membership.models import Membership
from app.party.payments import services as payments
from app.party.payments.models import LineKind, Method, Payment, Renewal
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Details, Person

from . import emails, queries, rules
from .models import Application, Declaration


@dataclass(frozen=True)
class Answers:
    """What somebody answered and signed. In memory only."""

    name: str
    email: str
    address: str
    can_enrol: CanEnrol
    rate: str
    above: Money
    signature: str
    drawing: str = ""
    rhythm: Rhythm = Rhythm.YEARLY
    renews: bool = False
    method: str = Method.CARD

    def as_draft(self) -> dict[str, str]:
        """As the form shows it again."""
        return {
            "name": self.name,
            "email": self.email,
            "address": self.address,
            "can_enrol": self.can_enrol,
            "dues": self.rate,
            "above": self.above.typed() if self.above else "",
            "rhythm": self.rhythm,
            "renews": "y" if self.renews else "",
            "pay_by": self.method,
        }


def join(answers: Answers, *, key: UUID, party: str, on: date, method: str | None = None) -> Payment | None:
    """Take a signed application and begin its payment. Nobody is looked up, nobody is a member yet.

    `key` is the form's: sent again with the same answers it is the same application and the same payment; with other
    answers it replaces them. None where there is nothing to pay, or when this form has been paid already.
    `method`: another rail than the one that was answered, for money that is in hand.
    Raises TooMuchAbove, TooMuchFromAbroad; and GivenBefore or OverOverseasLimit where donations before it leave no room.
    """
    rules.check_above(answers.above, can_enrol=answers.can_enrol, on=on)
    application = _hold(key, answers.email, sealed={"draft": answers.as_draft()})
    # Asked while the row is held: until then its applicant may be on the way from one table to the other.
    if session.scalar(select(Declaration.id).where(Declaration.id == key)):
        session.delete(application)
        return None
    before = session.get(Payment, application.payment_id) if application.payment_id else None
    if before and before.settled_at:
        return before
    if before and before.is_open:
        if _same(queries.opened(application).get("evidence"), answers):
            return before
        payments.close_soon(before.id)
    if answers.above:
        giving.check_above(answers.name, answers.address, answers.email, answers.above, can_enrol=answers.can_enrol, on=on)
    rule = DUES.on(on).value
    fee = rule.dues(answers.rate, answers.rhythm)
    evidence = _evidence(answers, fee=fee, party=party, method=method or answers.method)
    signed = digest(evidence)
    audit.record(Action.SIGNED, audit.of("application", key), by="visitor", digest=signed, wording=evidence["wording"])
    payment = _begin_payment(application, evidence) if fee or answers.above else None
    if payment is None:
        application.payment_id = None  # of other answers, which were replaced
        jobs.enqueue("joining.admit", application=key, once=True)
    # After the payment, so that all of it is one UPDATE.
    application.sealed = office().seal.close({"draft": answers.as_draft(), "evidence": evidence}, table="applications", row=key)
    application.email_index = people.email_index(answers.email)
    application.signed_at = datetime.fromisoformat(evidence["signed_at"])  # one signature has one moment
    application.changed_at, application.digest = clock.now(), signed
    if payment and payment.method == Method.BANK:
        emails.bank_transfer(application, payment)
    return payment


def key_for(answers: Answers, key: UUID) -> UUID:
    """The form's key, or a new one where it belongs to somebody else's application already: a page can be passed on, or
    filled in again for the next person."""
    waiting = session.scalar(select(Application.email_index).where(Application.id == key))
    if waiting is not None:
        return key if waiting == people.email_index(answers.email) else new_id()
    sealed = session.scalar(select(Declaration.sealed).where(Declaration.id == key))
    if sealed is None:
        return key
    evidence = office().seal.open(sealed, table="declarations", row=key)
    return key if people.email_key(evidence["email"]) == people.email_key(answers.email) else new_id()


def try_again(key: UUID, *, by_card: bool = False) -> Payment | None:
    """The attempt under which a signed application is paid: the open one, or a new one where the last was closed.
    `by_card`: one that was to be paid by bank is paid by card instead.

    None where there is nothing to pay, or no such application.
    """
    application = session.get(Application, key, with_for_update=True)
    if application is None or application.payment_id is None:
        return None
    payment = session.get_one(Payment, application.payment_id)
    other_rail = by_card and payment.method != Method.CARD
    if payment.settled_at or (payment.is_open and not other_rail):
        return payment
    if payment.is_open:
        payments.close(payment, because="replaced", by="visitor")
    evidence = queries.opened(application)["evidence"]
    return _begin_payment(application, {**evidence, "method": Method.CARD} if other_rail else evidence)


def _begin_payment(application: Application, evidence: dict[str, Any]) -> Payment:
    currency, rhythm = evidence["currency"], Rhythm(evidence.get("rhythm", Rhythm.YEARLY))
    renews = bool(evidence.get("renews") and evidence["dues_cents"])
    payment = payments.begin(
        purpose="joining",
        purpose_id=application.id,
        lines=[
            payments.Line(LineKind.DUES, dues.label_of(rhythm, renews=renews), Money(evidence["dues_cents"], currency)),
            payments.Line(LineKind.ABOVE, "More, above the dues", Money(evidence["above_cents"], currency)),
        ],
        email=evidence["email"],
        back_to=f"/join/thanks/{application.id}",
        cancel_to="/join?back=1",
        method=evidence["method"],
        months=MONTHS[rhythm] if renews else None,
        by="visitor",
    )
    session.flush()
    application.payment_id = payment.id
    return payment


def save_draft(draft: dict[str, str], *, key: UUID) -> None:
    """Keep what has been filled in so far, and send a link that brings it back."""
    application = _hold(key, draft["email"], sealed={"draft": draft})
    if application.signed_at is None:
        application.sealed = office().seal.close({"draft": draft}, table="applications", row=key)
        application.email_index, application.changed_at = people.email_index(draft["email"]), clock.now()
    jobs.enqueue("joining.send_resume_link", application=key, once=True)


_MAKE = insert(Application.__table__).on_conflict_do_nothing().returning(Application.id)  # type: ignore[arg-type]  # a Table


def _hold(key: UUID, email: str, *, sealed: dict[str, Any]) -> Application:
    """The application of this form key, made if it is new, held until the end of the transaction."""
    now = clock.now()
    row = {
        "id": key,
        "email_index": people.email_index(email),
        "sealed": office().seal.close(sealed, table="applications", row=key),
        "made_at": now,
        "changed_at": now,
    }
    if session.scalar(_MAKE, row) is None:
        return session.get_one(Application, key, with_for_update=True, populate_existing=True)
    for number, wait in enumerate(rules.REMIND_AFTER, 1):
        jobs.enqueue("joining.remind", application=key, number=number, at=now + wait)
    application = Application(**row, signed_at=None, digest=None, payment_id=None)
    make_transient_to_detached(application)  # it is in its table as it stands here: no need to read it back
    session.add(application)
    return application


def _evidence(answers: Answers, *, fee: Money, party: str, method: str) -> dict[str, Any]:
    """Everything the Commission asks for, as it was signed. The salt keeps the digest from being guessed."""
    now, wording = clock.now(), rules.CURRENT
    return {
        "name": answers.name,
        "email": answers.email,
        "address": answers.address,
        "can_enrol": answers.can_enrol,
        "signature": answers.signature,
        "drawing": answers.drawing,
        "wording": wording.version,
        "answer": wording.answers[answers.can_enrol],
        "sentences": wording.sentences(party=party),
        "signed_at": now.isoformat(),
        "signed_on": clock.day_of(now).isoformat(),
        "rate": answers.rate,
        "rhythm": answers.rhythm,
        "renews": answers.renews,
        "dues_cents": fee.cents,
        "above_cents": answers.above.cents,
        "currency": fee.currency,
        "method": method if fee or answers.above else "none",
        "salt": secrets.token_hex(16),
    }


def _same(evidence: dict[str, Any] | None, answers: Answers) -> bool:
    return evidence is not None and (
        evidence["name"],
        evidence["email"],
        evidence["address"],
        evidence["can_enrol"],
        evidence["rate"],
        evidence["above_cents"],
        evidence["signature"],
        evidence.get("rhythm", Rhythm.YEARLY),
        evidence.get("renews", False),
        evidence["method"],
    ) == (
        answers.name,
        answers.email,
        answers.address,
        answers.can_enrol,
        answers.rate,
        answers.above.cents,
        answers.signature,
        answers.rhythm,
        answers.renews,
        answers.method,
    )


def settle(payment: Payment, *, on: date) -> None:
    """Told by payments: the money of an application has come."""
    application = session.get(Application, payment.purpose_id, with_for_update=True)
    if application is not None:
        admit(application, payment, on=on)
        return
    # Paid twice, through an attempt that had been replaced: the declaration is there, the money pays the next dues.
    declaration = session.get_one(Declaration, payment.purpose_id)
    admitted = session.get_one(Membership, declaration.membership_id)
    dues.receive(admitted, payment, on=on)
    _go_on_renewing(payment, admitted)


def failed(payment: Payment, *, on: date) -> None:
    """Told by payments: the debit that was to pay an application did not come. Its applicant is not a member yet, and hears how
    to pay another way."""
    application = session.get(Application, payment.purpose_id)
    if application is not None:
        emails.debit_failed(application, payment)


def declined(payment: Payment, renewal: Renewal, *, next_try_on: date | None, on: date) -> None:
    """Told by payments: a charge of a renewal whose first payment nobody has been credited with yet. That first payment is
    looked at as money nobody was credited with; there is nothing more to say here."""


def _go_on_renewing(payment: Payment, admitted: Membership) -> None:
    """What was agreed with the application is for the membership from now on."""
    if payment.renewal_id:
        payments.hand_over(payment.renewal_id, purpose="dues", purpose_id=admitted.id)


def admit(application: Application, payment: Payment | None, *, on: date) -> None:
    """Turn a paid application into a member and its evidence, once. A person we know already pays their next dues instead."""
    evidence = queries.opened(application)["evidence"]
    lock_for_now(f"email:{application.email_index.hex()}")
    person = people.find_by_email_index(application.email_index)
    by = audit.of("application", application.id)
    others = queries.other_attempts(application)
    if person is None:
        person = person_services.enrol(_details(evidence), can_enrol=evidence["can_enrol"], by=by)
    current = memberships.current_of(person.id)
    if current and standing(dues_owed.history_of(current), on=on) is Standing.LAPSED:
        payments.stop_all("dues", current.id, by=by)
        membership.end_lapsed(current, on=on, by=by)
        branches.end_offices_of(person.id, by=by, on=on)
        session.flush()
        current = None
    if current is None:
        _complete(person, evidence, by=by)
        admitted = _open(person, evidence, payment, on=on, by=by)
    else:
        admitted = current
    _declare(application, evidence, admitted, payment)
    if payment is not None:
        _go_on_renewing(payment, admitted)
    for other in others:
        payments.close_soon(other)
    if current is None:
        receipt = dues.give_receipt(admitted, payment) if payment else None
        emails.welcome(admitted, payment, receipt=receipt, on=on)
    elif payment is not None:
        dues.receive(current, payment, on=on)


def _details(evidence: dict[str, Any]) -> Details:
    return Details(name=evidence["name"], email=evidence["email"], address=evidence["address"])


def _complete(person: Person, evidence: dict[str, Any], *, by: str) -> None:
    """A supporter, or one who comes back, is a member now: what was signed fills in what we did not know."""
    known = people.details_of(person)
    person_services.correct(
        person,
        known.but(name=known.name or evidence["name"], address=known.address or evidence["address"]),
        can_enrol=evidence["can_enrol"],
        by=by,
    )


def _open(person: Person, evidence: dict[str, Any], payment: Payment | None, *, on: date, by: str) -> Membership:
    opened = membership.open_for(person, on=on, by=by)
    membership.admit(opened, on=on, by=by)
    branches.fall_to_branch(person.id, by=by, on=on)  # who comes back has said where they live
    rhythm = Rhythm(evidence.get("rhythm", Rhythm.YEARLY))
    charge = dues.charge_first_term(opened, rate=evidence["rate"], rhythm=rhythm, on=on, by=by)
    if payment is not None:
        dues.meet_first(charge, payment, on=on)
    return opened


def _declare(application: Application, evidence: dict[str, Any], admitted: Membership, payment: Payment | None) -> None:
    session.flush()
    session.add(
        Declaration(
            id=application.id,
            person_id=admitted.person_id,
            membership_id=admitted.id,
            payment_id=payment.id if payment else None,
            wording=evidence["wording"],
            signed_at=application.signed_at,
            admitted_at=clock.now(),
            sealed=office().seal.close(evidence, table="declarations", row=application.id),
            digest=application.digest,
        )
    )
    session.delete(application)
    mail.forget_letters_about(f"application:{application.id}")
    session.flush()


def forget_abandoned(applications: list[Application]) -> None:
    """Delete applications that nobody paid for, with everything in them."""
    for application in applications:
        audit.record(Action.ABANDONED, audit.of("application", application.id), by="system")
        mail.forget_letters_about(f"application:{application.id}")
    session.execute(delete(Application).where(Application.id.in_([application.id for application in applications])))


def expire_declarations() -> int:
    """Delete the evidence of memberships that ended longer ago than the law makes us keep it. Returns how many.

    The database decides which: the application cannot delete a declaration itself (migration 0002).
    """
    return session.scalar(select(func.expire_declarations())) or 0


def forget_applications_of(email: str) -> None:
    """Somebody leaves: applications under their email that nobody paid for go with them. The caller holds the email."""
    held = session.scalars(
        select(Application)
        .outerjoin(Payment, Payment.id == Application.payment_id)
        .where(Application.email_index == people.email_index(email), Payment.settled_at.is_(None))
        .with_for_update(of=Application)
    ).all()
    for application in held:
        if application.payment_id:
            payments.close_soon(application.payment_id)
    forget_abandoned(list(held))
