"""Letters about joining."""

from __future__ import annotations

from datetime import date, timedelta

from app.ground import clock, mail
from app.law.membership import is_current_financial
from app.law.money import Money
from app.law.party_rules import add_months
from app.party.dues import queries as dues
from app.party.membership.models import Membership
from app.party.payments.models import Payment
from app.party.payments.queries import lines_of
from app.party.payments.rules import reason_of
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Purpose
from app.party.people.rules import LINK_LIVES
from app.party.receipts.models import Receipt

from . import queries, rules
from .models import Application


def welcome(membership: Membership, payment: Payment | None, *, receipt: Receipt | None, on: date) -> None:
    """You are a member: what was paid, until when you are financial and why, and a link to your own page."""
    person = people.get_person(membership.person_id)
    details = people.details_of(person)
    financial = is_current_financial(dues.history_of(membership), on=on)
    link = person_services.make_link(Purpose.SIGN_IN, person_id=person.id, lives=LINK_LIVES["welcome"])
    mail.post(
        "joining/welcome",
        to=details.email,
        key=f"welcome:{membership.id}",
        kind=mail.Kind.SERVICE,
        person_id=person.id,
        name=details.name,
        number=membership.number,
        lines=lines_of(payment) if payment else [],
        total=payment.amount if payment else Money(0),
        paid_on=on,
        until=dues.charges_of(membership)[-1].until - timedelta(days=1),
        standing_sentence=financial.sentence,
        reference=payment.reference if payment else "",
        receipt=receipt.name if receipt else "",
        receipt_url=mail.address(receipt.path) if receipt else "",
        sign_in_url=mail.address(link),
        pay_url=mail.address(dues.path_of(membership)),
        renews=_renews(payment),
    )


def _renews(payment: Payment | None) -> tuple[Money, date] | None:
    """What is taken by itself next, and when; None where nothing is."""
    renewal = payment.renewal if payment else None
    if renewal is None or payment is None:
        return None
    return renewal.amount, renewal.next_charge_on or add_months(payment.paid_on or clock.today(), renewal.months)


def unfinished(application: Application, *, number: int) -> None:
    """Your place is kept: finish, or let it go."""
    mail.post(
        "joining/unfinished",
        to=queries.opened(application)["draft"]["email"],
        key=f"application:{application.id}:unfinished:{number}",
        kind=mail.Kind.SERVICE,
        resume_url=mail.address(queries.resume_path(application)),
        delete_on=clock.day_of(application.made_at + rules.KEPT),
        first=number == 1,
    )


def bank_transfer(application: Application, payment: Payment) -> None:
    """How to pay by bank: account, amount and reference."""
    said = queries.opened(application)["draft"]
    mail.post(
        "joining/bank_transfer",
        to=said["email"],
        key=f"application:{application.id}:bank:{payment.id}",
        kind=mail.Kind.ANSWER,
        name=said["name"],
        total=payment.amount,
        reference=payment.reference,
        resume_url=mail.address(queries.resume_path(application)),
    )


def debit_failed(application: Application, payment: Payment) -> None:
    """The bank account did not pay: you are not a member yet, and can pay another way."""
    said = queries.opened(application)["draft"]
    mail.post(
        "joining/debit_failed",
        to=said["email"],
        key=f"application:{application.id}:debit-failed:{payment.id}",
        kind=mail.Kind.ANSWER,
        name=said["name"],
        total=payment.amount,
        reason=reason_of(payment.decline_code),
        resume_url=mail.address(queries.resume_path(application)),
    )


def resume(application: Application) -> None:
    """The link that was asked for."""
    mail.post(
        "joining/resume",
        to=queries.opened(application)["draft"]["email"],
        key=f"application:{application.id}:resume:{application.changed_at.isoformat()}",
        kind=mail.Kind.ANSWER,
        resume_url=mail.address(queries.resume_path(application)),
        delete_on=clock.day_of(application.made_at + rules.KEPT),
    )
