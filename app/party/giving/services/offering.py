"""Verbs: a donation is offered. The law is asked first, then the amount is reserved, and only then is a payment begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, union_all

from app.ground import clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.ground.mail import office
from app.law import donations as law
from app.law.membership import CanEnrol
from app.law.money import Money
from app.law.party_rules import add_months
from app.party.payments import services as payments
from app.party.payments.models import LineKind, Method, Payment

from .. import emails, queries, rules
from ..models import Behind, Channel, Donation, Donor, Loan, Who
from ..queries.donors import same_donor
from ..queries.given import charges_in
from .writing import write_down

PURPOSE = "giving"
NOTHING = Money(0)


@dataclass(frozen=True)
class Offered:
    """What a donor said. `cover` is added to `amount` for the card's cost; both are the donation. In memory only."""

    who: Who
    amount: Money
    cover: Money = NOTHING
    monthly: bool = False
    behind: tuple[Behind, ...] = ()
    method: Method = Method.CARD

    @property
    def together(self) -> Money:
        return self.amount + self.cover

    @property
    def is_overseas(self) -> bool:
        return bool(law.is_overseas(self.who.ties))

    def as_json(self) -> dict[str, Any]:
        """As it is sealed: who gives, and what of it is whose."""
        return {
            "donor": self.who.as_json(),
            "cents": self.amount.cents,
            "cover_cents": self.cover.cents,
            "monthly": self.monthly,
            "method": self.method,
            "behind": [part.as_json() for part in self.behind],
        }


def offer(said: Offered, *, key: UUID, on: date, by: str, person_id: UUID | None = None) -> Payment:
    """Reserve a donation that the law allows, and begin its payment. `key` is the form's: sent again with the same answers it
    is the same donation; with others, or once it came to nothing, another.

    Raises the refusals of app.law.donations, and TooLittle, TooMuchOnline, MonthlyIsOwn, GivenBefore; then nothing is written.
    """
    rules.check_amount(said.amount, signed_in=person_id is not None)
    if said.monthly and said.behind:
        raise rules.MonthlyIsOwn()
    lock_for_now(f"offer:{key}")
    hold_donor(said.who, person_id=person_id)
    for known in queries.versions_of(key):
        payment = session.get_one(Payment, known.payment_id)
        if queries.said_alike(known, said.as_json()) and (payment.is_open or payment.settled_at):
            return payment
        key = queries.version_after(known.id)
    donors = queries.find_donors(said.who, person_id=person_id, held=True)
    _ask_the_law(said, donors, on=on, person_id=person_id)
    themselves = person_id if person_id and queries.is_named_as(person_id, said.who) else None
    donor = same_donor(donors, said.who, person_id=person_id) or _new_donor(said.who, person_id=themselves)
    payment = _begin(said, key, by=by)
    donation = write_down(
        said.as_json(), key=key, donor=donor, payment_id=payment.id, channel=Channel(said.method), overseas=said.is_overseas,
        amount=said.together, behind=said.behind, offered_on=on, by=by, action=Action.DONATION_OFFERED,
    )  # fmt: skip
    if payment.method == Method.BANK:
        emails.bank_transfer(donation, payment)
    return payment


def check_above(name: str, address: str, email: str, above: Money, *, can_enrol: CanEnrol, on: date) -> None:
    """Ask the law about what somebody wants to pay above their dues, which is a donation. Nothing is reserved. Raises
    OverOverseasLimit or GivenBefore."""
    who = Who(name, address, email, ties_of(can_enrol))
    hold_donor(who)
    _ask_the_law(Offered(who, above), queries.find_donors(who, person_id=None), on=on, person_id=None)


def ties_of(can_enrol: str | None) -> law.Ties:
    """What an answer about enrolling tells of somebody's ties. Dues ask whether they can enrol, not where they live: who does
    not say so is held to the stricter rule."""
    can = can_enrol == CanEnrol.YES
    return law.Ties(lives_here=can, elector=can)


def hold_donor(who: Who, *, person_id: UUID | None = None) -> None:
    """Wait for, and hold until the end of this transaction, the right to give as this donor: by mailbox, by name and address,
    and by who is signed in."""
    keys = [index.hex() for index in (queries.identity_index(who), queries.email_index(who)) if index]
    keys += [str(person_id)] if person_id else []
    for key in sorted(keys):
        lock_for_now(f"donor:{key}")


def known_donor(who: Who, *, person_id: UUID | None) -> Donor:
    """The donor whom an officer or the party’s own books name, found or written down. The caller holds them."""
    donors = queries.find_donors(who, person_id=person_id, held=True)
    return same_donor(donors, who, person_id=person_id, by_officer=True) or _new_donor(who, person_id=person_id)


def _ask_the_law(said: Offered, donors: Sequence[Donor], *, on: date, person_id: UUID | None) -> None:
    """Every charge this offer makes in this calendar year, one after another."""
    earlier = queries.counted(donors, year=on.year)
    one = law.Donation(
        id="offered",
        on=on,
        amount=said.together,
        donor="the donor",
        overseas=said.is_overseas,
        contributions=tuple(map(queries.contribution_of, said.behind)),
    )
    days = [on]
    if said.monthly:
        days += charges_in(on.year, first=add_months(on, 1), months=1)
    try:
        for day in days:
            law.check_offer(replace(one, on=day), earlier)
            earlier = [*earlier, replace(one, on=day, contributions=())]
    except law.OverOverseasLimit as refusal:
        if donors and not queries.may_be_told(donors, said.who, person_id=person_id):
            raise rules.GivenBefore(limit=refusal.facts["limit"], cites=refusal.facts["cites"]) from None
        raise


def _new_donor(who: Who, *, person_id: UUID | None = None) -> Donor:
    donor = Donor(
        id=new_id(),
        kind=who.ties.kind,
        person_id=person_id,
        email_index=queries.email_index(who),
        identity_index=queries.identity_index(who),
        made_at=clock.now(),
    )
    donor.sealed = office().seal.close(who.as_json(), table="donors", row=donor.id)
    session.add(donor)
    session.flush()
    return donor


def _begin(said: Offered, key: UUID, *, by: str) -> Payment:
    if said.monthly:  # one line, for the provider takes the first line again
        lines = [payments.Line(LineKind.DONATION, "Monthly donation", said.together)]
    else:
        lines = [
            payments.Line(LineKind.DONATION, "Donation", said.amount),
            payments.Line(LineKind.COVER, "Toward the card’s cost", said.cover),
        ]
    return payments.begin(
        purpose=PURPOSE,
        purpose_id=key,
        lines=lines,
        email=said.who.email,
        back_to=f"/give/thanks/{key}",
        cancel_to=f"/give/thanks/{key}?left=1",
        by=by,
        method=said.method,
        months=1 if said.monthly else None,
    )


def changed(said: Offered, *, key: UUID) -> list[UUID]:
    """The open payments of this form, where it was sent before with other answers: they are closed first, so that nobody can
    pay them and nothing stays reserved."""
    before = [known for known in queries.versions_of(key) if not queries.said_alike(known, said.as_json())]
    payments_before = [session.get_one(Payment, known.payment_id) for known in before]
    return [payment.id for payment in payments_before if payment.is_open]


def forget_offers(*, on: date) -> int:
    """Let go of who made offers that came to nothing, fourteen days after they were given up. Returns how many."""
    before = clock.start_of(on) - rules.KEPT
    left = session.scalars(
        select(Donation)
        .join(Payment, Payment.id == Donation.payment_id)
        .where(
            Donation.received_on.is_(None), Donation.sealed.is_not(None), Donation.offered_at < before,
            Payment.closed_at < before, Payment.settled_at.is_(None),
        )
        .order_by(Donation.donor_id)  # whose rows are held in that order everywhere
        .limit(500)
    ).all()  # fmt: skip
    emails.forget(left)
    for donation in left:
        donation.sealed = None
        for behind in donation.contributions:
            behind.sealed = None
        if donation.donor_id:
            _forget_if_nothing_came(donation.donor_id)
    return len(left)


def _forget_if_nothing_came(donor_id: UUID) -> None:
    donor = session.get_one(Donor, donor_id, with_for_update=True)  # who gives as them just now is done before
    session.flush()
    given = select(Donation.id).where(Donation.donor_id == donor_id, Donation.sealed.is_not(None))
    lent = select(Loan.id).where(Loan.lender_id == donor_id)
    if session.scalar(union_all(given, lent).limit(1)) is None:
        donor.sealed, donor.email_index, donor.identity_index = None, None, None
