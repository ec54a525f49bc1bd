"""Verbs: an officer looks at who gave."""

from __future__ import annotations

from dataclasses import dataclass

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import read_id
from app.ground.mail import office
from app.law.money import Money
from app.party.branches import queries as offices
from app.party.branches import services as branches
from app.party.branches.rules import NoOffice, may_look_at_people

from .. import queries
from ..models import Contribution, Donation, Donor, Loan, Who

LOOKING = "looking into a donation"


@dataclass(frozen=True)
class Shown:
    """Who gave a donation or lent, as was said; whose money it was; who passed it on; what it is."""

    who: Who | None
    behind: list[tuple[Who, Money]]
    through: Who | None
    what: str
    evidence: list[dict[str, str]]


def show_who_gave(donation: Donation, *, by: str) -> Shown | None:
    """Say who gave, and write down that it was asked: on the person’s record where they have one. None once that is gone.

    Raises NoOffice.
    """
    said = queries.opened(donation)
    if said is None:
        return None
    donor = session.get(Donor, donation.donor_id) if donation.donor_id else None
    _look(donor, audit.of("donation", donation.id), by=by)
    seal = office().seal
    return Shown(
        who=Who.from_json(said["donor"]) if said["donor"] else None,
        behind=[(_who_stood_behind(part), part.amount) for part in donation.contributions],
        through=Who.from_json(said["through"]) if said.get("through") else None,
        what=said.get("what", ""),
        evidence=[
            seal.open(move.sealed, table="donation_moves", row=move.id) for move in donation.moves if move.sealed is not None
        ],
    )


def show_lender(loan: Loan, *, by: str) -> tuple[Who, str]:
    """Say who lent, and on which terms, and write down that it was asked. Raises NoOffice."""
    lender = session.get_one(Donor, loan.lender_id)
    _look(lender, audit.of("loan", loan.id), by=by)
    terms = office().seal.open(loan.sealed, table="loans", row=loan.id)
    return queries.who_is(lender), str(terms["terms"])


def _who_stood_behind(part: Contribution) -> Who:
    assert part.sealed is not None
    return Who.from_json(office().seal.open(part.sealed, table="contributions", row=part.id)["who"])


def _look(donor: Donor | None, subject: str, *, by: str) -> None:
    if donor and donor.person_id:
        branches.look(donor.person_id, by=by, what="one of their donations", why=LOOKING)
        return
    looker = read_id(by.removeprefix("person:"))
    held = [o for o in offices.held_by(looker, on=clock.today()) if may_look_at_people([o.office])] if looker else []
    if not held:
        raise NoOffice()
    words = offices.words(held[0].office, held[0].branch)
    audit.record(Action.LOOKED_AT, subject, by=by, office=words, what="who gave", why=LOOKING)
