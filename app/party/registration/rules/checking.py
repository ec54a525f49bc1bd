"""The Electoral Commission’s own test, one member at a time: what is asked of the evidence, and what it fails for.

Its policy of 2013 is the last that was read (law sheet 1.3): name and residential address, eligibility to enrol, the fee,
authority to record and to release, signed and dated by the member. Its form of today was not found; ask before filing.
"""

from __future__ import annotations

import enum
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.ground.seal import digest, fold
from app.law.membership import CanEnrol, Elector, History, counts_toward_500
from app.law.nz.electoral_act import ADULT_YEARS
from app.law.party_rules import add_years
from app.party.people.models import Details


class Reason(enum.StrEnum):
    """Why a member does not pass."""

    GONE = "gone"
    NO_APPLICATION = "no application"
    NOT_SIGNED = "not signed"
    TAMPERED = "tampered"
    UNKNOWN_WORDING = "unknown wording"
    SIGNED_LATER = "signed later"
    NO_NAME = "no name"
    NO_ADDRESS = "no address"
    OTHER_NAME = "other name"
    CANNOT_ENROL = "cannot enrol"
    TOO_YOUNG = "too young"
    NOT_FINANCIAL = "not financial"
    NO_FEE = "no fee"
    TWICE = "twice"


WORDS = {
    Reason.GONE: "The membership has ended, or the member was forgotten.",
    Reason.NO_APPLICATION: "No signed application is held for this membership.",
    Reason.NOT_SIGNED: "The application is not signed, or not dated.",
    Reason.TAMPERED: "What is held is not what was signed: its digest differs.",
    Reason.UNKNOWN_WORDING: "It is not known what the signature stood under.",
    Reason.SIGNED_LATER: "It was signed after the day of this pack.",
    Reason.NO_NAME: "No name is held.",
    Reason.NO_ADDRESS: "No residential address is held.",
    Reason.OTHER_NAME: "The name that was signed is not the name that is held now.",
    Reason.CANNOT_ENROL: "The member has not declared that they can enrol.",
    Reason.TOO_YOUNG: "The member is under 18 on the day of this pack.",
    Reason.NOT_FINANCIAL: "Not a current financial member on the day of this pack.",
    Reason.NO_FEE: "No fee that was received by the day of this pack pays for the term.",
    Reason.TWICE: "The same name with the same date of birth, or the same address, is in this pack already.",
}


@dataclass(frozen=True)
class Signed:
    """A declaration, opened, with the digest that was written down when it was signed."""

    said: Mapping[str, Any]
    digest: str
    signed_on: date
    wording_is_known: bool


@dataclass(frozen=True)
class Fee:
    """What paid for the term in which the day of a pack lies: how much, when the last of it came, by which payments."""

    cents: int
    currency: str
    on: date
    references: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """All that is held of one member, for the check and for the page of evidence. `details` None: they were forgotten, or the
    membership has ended."""

    number: int
    details: Details | None
    can_enrol: str | None
    history: History
    signed: Signed | None
    fee: Fee | None


def check(case: Case, *, on: date, taken: Container[tuple[str, ...]] = ()) -> Reason | None:
    """The first reason for which a member’s evidence would not count on day `on`, or None. `taken`: the identities of those who
    are in the pack already."""
    details, signed = case.details, case.signed
    if details is None:
        return Reason.GONE
    if signed is None:
        return Reason.NO_APPLICATION
    return (
        _evidence(signed, details, on=on)
        or _member(case, details, on=on)
        or (Reason.TWICE if any(one in taken for one in identity_of(details)) else None)
    )


def _evidence(signed: Signed, details: Details, *, on: date) -> Reason | None:
    said = signed.said
    if digest(said) != signed.digest:
        return Reason.TAMPERED
    if not str(said.get("signature", "")).strip() or not said.get("signed_on"):
        return Reason.NOT_SIGNED
    if not signed.wording_is_known or not said.get("sentences"):
        return Reason.UNKNOWN_WORDING
    if signed.signed_on > on:
        return Reason.SIGNED_LATER
    if not details.name.strip() or not str(said.get("name", "")).strip():
        return Reason.NO_NAME
    if not details.address.strip() or not str(said.get("address", "")).strip():
        return Reason.NO_ADDRESS
    return Reason.OTHER_NAME if fold(str(said["name"])) != fold(details.name) else None


def _member(case: Case, details: Details, *, on: date) -> Reason | None:
    declared = case.signed.said.get("can_enrol") if case.signed else None
    if case.can_enrol != CanEnrol.YES or declared != CanEnrol.YES:
        return Reason.CANNOT_ENROL
    if details.born_on and on < add_years(details.born_on, ADULT_YEARS.on(on).value):
        return Reason.TOO_YOUNG
    if not counts_toward_500(Elector(CanEnrol.YES, details.born_on), case.history, on=on):
        return Reason.NOT_FINANCIAL
    return Reason.NO_FEE if case.fee is None or case.fee.cents < 1 or case.fee.on > on else None


def identity_of(details: Details) -> list[tuple[str, ...]]:
    """What two records of one person have in common: the name with the date of birth, where it is held, and with the
    address."""
    name = fold(details.name)
    born = [(name, details.born_on.isoformat())] if details.born_on else []
    return [*born, (name, fold(details.address))]


def notes(case: Case) -> list[str]:
    """What whoever reads the page of evidence should know, though it does not fail for it."""
    found = []
    if case.details and case.signed and fold(str(case.signed.said.get("address", ""))) != fold(case.details.address):
        found.append("The address has changed since the signature; the one held now stands above.")
    if case.details and case.details.born_on is None:
        found.append("No date of birth is held: that the member is 18 or older rests on what they declared.")
    return found
