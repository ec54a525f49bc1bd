"""Letters about joining."""

from __future__ import annotations

from datetime import date, timedelta

from app.ground import clock, mail
from app.law.membership import is_current_financial
from app.law.money import Money
from app.party.dues import queries as dues
from app.party.dues.emails import lines_of
from app.party.membership.models import Membership
from app.party.payments.models import Payment
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
    )


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
