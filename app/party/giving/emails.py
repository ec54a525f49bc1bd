"""Letters about donations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from app.ground import mail
from app.ground.db import session
from app.law.money import Money
from app.law.nz.donations import NAMED_DONOR
from app.law.party_rules import add_months
from app.party.payments.models import Payment
from app.party.payments.queries import lines_of
from app.party.payments.rules import reason_of
from app.party.people import queries as people
from app.party.people.models import Person
from app.party.receipts.models import Receipt

from . import queries
from .models import Donation, DonationMove, Donor, Duty, MoveKind


def _post(template: str, donation: Donation, *, key: str, kind: mail.Kind = mail.Kind.SERVICE, **data: Any) -> None:
    """Write to a donor, unless they have no mailbox, were forgotten or have left."""
    donor = session.get(Donor, donation.donor_id) if donation.donor_id else None
    said = queries.opened(donation)
    if donor is None or said is None or not said["donor"]["email"]:
        return
    if donor.person_id and people.get_person(donor.person_id).erased_at:
        return
    mail.post(
        template,
        to=said["donor"]["email"],
        key=key,
        kind=kind,
        person_id=donor.person_id,
        name=said["donor"]["name"],
        **data,
    )


def received(donation: Donation, payment: Payment, donor: Donor, *, receipt: Receipt, began: Donation, on: date) -> None:
    """Thank you: what came, what was given this year and what becomes public, the receipt, and the link that stops it."""
    renewal = payment.renewal if payment.renewal and not (payment.renewal.stop_wanted_at or payment.renewal.ended_at) else None
    named = NAMED_DONOR.on(on)
    _post(
        "giving/received",
        donation,
        key=f"given:{payment.id}",
        lines=lines_of(payment),
        total=payment.amount,
        reference=payment.reference,
        this_year=queries.given_this_year([donor], on=on),
        year=on.year,
        named_above=named.value,
        named_by=named.cites,
        next_on=(renewal.next_charge_on if renewal.next_charge_on and renewal.next_charge_on > on else add_months(on, 1))
        if renewal
        else None,
        gift_url=mail.address(queries.path_of(began)),
        receipt=receipt.name,
        receipt_url=mail.address(receipt.path),
    )


def bank_transfer(donation: Donation, payment: Payment) -> None:
    """How to give by bank: account, amount and reference."""
    _post("giving/bank_transfer", donation, key=_transfer_key(donation), kind=mail.Kind.ANSWER, total=payment.amount,
          reference=payment.reference)  # fmt: skip


def _transfer_key(donation: Donation) -> str:
    return f"given:{donation.payment_id}:bank"


def forget(offers: Iterable[Donation]) -> None:
    """Erase what was written about offers that came to nothing."""
    mail.forget_letters([_transfer_key(offer) for offer in offers])


def declined(began: Donation, payment: Payment, *, next_try_on: date | None) -> None:
    """A month's charge was refused: why, when it is tried again, and the link that mends or stops it."""
    _post("giving/declined", began, key=f"declined:{payment.id}:{payment.attempts}", amount=payment.amount,
          reason=reason_of(payment.decline_code), next_try_on=next_try_on,
          gift_url=mail.address(queries.path_of(began)))  # fmt: skip


def failed(began: Donation, payment: Payment) -> None:
    _post("giving/failed", began, key=f"debit-failed:{payment.id}", amount=payment.amount,
          reason=reason_of(payment.decline_code))  # fmt: skip


def moved(donation: Donation, move: DonationMove) -> None:
    """Money went back, or was taken, or came again."""
    _post(
        "giving/moved",
        donation,
        key=f"moved:{move.cause}",
        amount=Money(abs(move.cents), move.currency),
        given=donation.amount,
        given_on=donation.received_on or donation.offered_on,
        kind_of=MoveKind(move.kind).name.lower(),
    )


def goes_back(donation: Donation, duty: Duty) -> None:
    """What of a donation the law does not let us keep, which section says so, and by when it goes back."""
    _post(
        "giving/goes_back",
        donation,
        key=f"goes-back:{duty.id}:{duty.cents}",
        kind=mail.Kind.STATUTORY,
        amount=duty.amount,
        given=donation.amount,
        given_on=donation.received_on or donation.offered_on,
        cites=duty.cites,
        due_on=duty.due_on,
        whole=duty.amount == donation.amount,
    )


def duties_due(person: Person, duties: Sequence[Duty], *, on: date) -> None:
    """To an officer: what must be done within the next days, and what is late. Names no donor."""
    details = people.details_of(person)
    mail.post(
        "giving/duties_due",
        to=details.email,
        key=f"duties-due:{on}:{person.id}",
        kind=mail.Kind.SERVICE,
        person_id=person.id,
        name=details.name,
        duties=[{"sentence": duty.sentence, "cites": duty.cites, "due_on": duty.due_on} for duty in duties],
        count=len(duties),
        url=mail.address("/org/money/quarantine"),
    )


def stopped(donation: Donation, *, on: date) -> None:
    """A monthly gift was stopped, as its donor wished."""
    _post("giving/stopped", donation, key=f"gift-stopped:{donation.id}", kind=mail.Kind.ANSWER, amount=donation.amount, on=on)


def unlawful(donation: Donation, *, sentence: str, charge_on: date) -> None:
    """A monthly gift was stopped by us before it was taken, because the law does not allow it any more."""
    _post("giving/unlawful", donation, key=f"gift-unlawful:{donation.id}", kind=mail.Kind.STATUTORY, amount=donation.amount,
          sentence=sentence, charge_on=charge_on)  # fmt: skip
