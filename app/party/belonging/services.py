"""Verbs: a person corrects what we hold, takes all of it, leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.ground import audit, clock, jobs, mail
from app.ground.audit import Action
from app.ground.db import session
from app.party.branches import services as branches
from app.party.casework import services as casework
from app.party.electorates import services as electorates
from app.party.giving import services as giving
from app.party.joining import services as joining
from app.party.membership import queries as memberships
from app.party.membership import services as membership
from app.party.payments import services as payments
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.policy.services import forgetting

from . import emails, queries, rules
from .queries.owned import payments_of


@dataclass(frozen=True)
class Change:
    """What a person wants us to hold. An empty electorate is no answer and changes nothing."""

    phone: str
    address: str
    born_on: date | None
    electorate: str


def change_details(person_id: UUID, wanted: Change, *, by: str, on: date) -> None:
    """Hold what the person says. Raises NotAPhone, NotABirthday or UnknownElectorate, and then changes nothing."""
    phone = rules.read_phone(wanted.phone)
    rules.check_born_on(wanted.born_on, on=on)
    person = people.get_person(person_id)
    details = people.details_of(person).but(phone=phone, address=wanted.address, born_on=wanted.born_on)
    person_services.correct(person, details, by=by)
    if wanted.electorate:
        electorates.say_residence(person_id, electorate_code=wanted.electorate, by=by, on=on)
        branches.fall_to_branch(person_id, by=by, on=on)


def take_everything(person_id: UUID, *, by: str, form: str) -> dict[str, Any]:
    """Everything we hold about a person, as JSON values; that it was taken is logged."""
    held = queries.everything_of(person_id)
    audit.record(Action.TOOK_EVERYTHING, audit.of("person", person_id), by=by, form=form)
    return held


def leave(person_id: UUID, *, by: str, on: date) -> rules.Plan:
    """End a person’s membership and forget who they are, at once. Returns what was erased and what is kept.

    One last letter says the same; its text goes a day later. An attempt to pay that is still open is closed. Pressed twice,
    it is done once. Whoever left can join again, as somebody new.
    """
    person = people.get_person(person_id)
    if person.sealed:
        person_services.hold_email(people.details_of(person).email)  # an admission under it is done before, or comes after
        session.refresh(person)
    plan = queries.plan_of(person_id, on=on)
    if person.erased_at:  # pressed twice
        return plan
    emails.left(people.details_of(person).email, plan, person_id=person_id)
    jobs.enqueue("belonging.forget_last_letter", at=clock.now() + rules.LAST_LETTER_LIVES, person=person_id)
    current = memberships.current_of(person_id)
    for payment in payments_of(person_id):
        if payment.is_open:
            payments.close_soon(payment.id)
    branches.end_offices_of(person_id, by=by, on=on)
    if current:
        payments.stop_all("dues", current.id, by=by)
        membership.resign(current, on=on, by=by)
    for said in people.consents_of(person_id):
        person_services.change_consent(person_id, kind=said.kind, given=False, source="left the party", by=by)
    for record in reversed(people.records_of(person_id, proven=True)):
        _forget_record(record, by=by, on=on)
    return plan


def _forget_record(person_id: UUID, *, by: str, on: date) -> None:
    """Forget who one record of a person is. One whose own mailbox never said that it is theirs is not among them: the
    database has it stand by itself again (migration 0027)."""
    person = people.get_person(person_id)
    joining.forget_applications_of(people.details_of(person).email)
    giving.stop_all_of(person_id, by=by)
    electorates.forget_residences(person_id)
    forgetting.forget(person_id, on=on)
    casework.forget(person_id)
    person_services.erase(person, by=by)


def forget_last_letter(person_id: UUID) -> None:
    """Erase what the last letter to somebody who left said, sent or not."""
    mail.forget_letters([emails.last_key(person_id)])
