"""What a letter about dues leads to, and what a bank transfer says."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import timedelta

from stdnum.iso7064 import mod_37_36

from app.ground import clock
from app.ground.db import session
from app.ground.ids import read_id
from app.ground.mail import office
from app.party.membership.models import Membership
from app.party.people import queries as people

RETURN_LIVES = timedelta(days=365)


def link_of(membership: Membership) -> str:
    """What leads to a membership's dues from a letter, without signing in, as long as its person's email stays."""
    return _link(membership, "dues")


def _link(membership: Membership, purpose: str) -> str:
    person = people.get_person(membership.person_id)
    known = person.email_index.hex() if person.email_index else "nobody"
    return f"{membership.id}.{office().seal.token(f'{purpose}:{known}', membership.id)}"


def path_of(membership: Membership) -> str:
    return f"/dues/{link_of(membership)}"


def find_by_link(link: str) -> Membership | None:
    """The membership a link leads to; None for one we did not make, or whose person has another email or none."""
    return _found(link, link_of)


def return_link_of(membership: Membership) -> str:
    """What leads back to joining after a membership has lapsed, filled in: for the letter that says so, and no other."""
    return _link(membership, "return")


def find_by_return_link(link: str) -> Membership | None:
    """The membership that lapsed, for a year after it did: the link shows a home address to whoever holds the letter."""
    found = _found(link, return_link_of)
    lately = found is not None and found.ended_on is not None and found.ended_on > clock.today() - RETURN_LIVES
    return found if lately else None


def _found(link: str, link_of: Callable[[Membership], str]) -> Membership | None:
    membership_id = read_id(link.partition(".")[0])
    membership = session.get(Membership, membership_id) if membership_id else None
    if membership is None or people.get_person(membership.person_id).sealed is None:
        return None
    return membership if hmac.compare_digest(link.encode(), link_of(membership).encode()) else None


def bank_reference(number: int) -> str:
    """What a member writes into a bank transfer, this year and any other: M, their number, and a check sign (ISO 7064,
    mod 37,36)."""
    signs = f"M{number}"
    return signs + mod_37_36.calc_check_digit(signs)
