"""A year of every kind of donation, and days on which somebody looks at it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.ground.mail import office
from app.ground.settings import Settings
from app.law.donations import Ties
from app.law.money import Money
from app.party.giving.models import Channel, Donation, DonationMove, Donor, MoveKind, Who
from app.party.giving.queries import email_index, identity_index
from app.party.returns import queries, services
from app.party.returns.models import FiledReturn, Kind
from app.party.returns.queries import AsOf
from bench import many_donations

YEAR = 2026
SPRING = datetime(2027, 4, 6, 0, 0, tzinfo=UTC)  # when a secretary files
HERE = Ties(lives_here=True, citizen=True, elector=True)
SECRETARY = "person:01890000-0000-7000-8000-000000000001"


def fill(settings: Settings, count: int = 400, year: int = YEAR) -> None:
    many_donations.fill(count, year, seal=office().seal, url=settings.database_url)
    session.remove()


def made(year: int = YEAR) -> queries.Year:
    return queries.of_year(year, AsOf(date(year + 1, 4, 6)))


def given_in_kind(name: str, address: str, cents: int, on: date, *, email: str = "") -> UUID:
    """Goods of somebody: no money moves. Returns the donor."""
    who = Who(name, address, email, HERE)
    donor = Donor(
        id=new_id(), kind=who.ties.kind, person_id=None, email_index=email_index(who), identity_index=identity_index(who),
        made_at=clock.now(),
    )  # fmt: skip
    donor.sealed = office().seal.close(who.as_json(), table="donors", row=donor.id)
    key = new_id()
    with transaction():
        session.add(donor)
        session.flush()
        session.add(
            Donation(
                id=key, donor_id=donor.id, payment_id=None, form="goods", channel=Channel.KIND, above=False, overseas=False,
                cents=cents, currency="NZD", offered_on=on, offered_at=clock.now(), offered_by="system", received_on=on,
                told_on=None, sealed=office().seal.close({"donor": who.as_json()}, table="donations", row=key),
            )
        )  # fmt: skip
    return donor.id


def gone_back(donation: str, cents: int, on: date) -> None:
    with transaction():
        session.add(
            DonationMove(
                id=new_id(), donation_id=UUID(donation), kind=MoveKind.GIVEN_BACK, cents=-cents, currency="NZD", on=on,
                at=clock.now(), by="system", cause=f"test:{new_id()}", sealed=None,
            )
        )  # fmt: skip


def file(kind: Kind = Kind.DONATIONS, *, year: int = YEAR, reason: str = "", about: str = "") -> FiledReturn:
    with transaction():
        return services.file(year, kind, by=SECRETARY, on=clock.today(), reason=reason, about=about)


def again(filed: FiledReturn) -> FiledReturn:
    """As it lies in the database."""
    session.remove()
    found = queries.find_filed(filed.id)
    assert found is not None
    return found


def dollars(amount: int) -> Money:
    return Money(amount * 100)
