"""The cast: the people of the demo and of the tests, made by the real services, so that screens and tests share faces."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from pyotp import TOTP

from app.ground import clock, mail
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.ground.seal import Seal
from app.law.membership import CanEnrol
from app.law.money import Money
from app.law.party_rules import Rhythm, add_years
from app.party.branches import queries as offices
from app.party.branches import services as office_services
from app.party.branches.rules import OfficeName
from app.party.dues import services as dues
from app.party.joining import services as joining
from app.party.membership import queries as memberships
from app.party.payments import services as payments
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Details, Person

PARTY = "The Open Line Party"


@dataclass(frozen=True)
class Face:
    key: str
    name: str
    email: str
    address: str
    part: str
    joined_days_ago: int | None = 90
    rate: str = "standard"
    above_cents: int = 0
    phone: str = ""
    born_on: date | None = None
    wants: str = ""  # another rate for the terms to come
    office: str = ""
    branch: str = ""


CAST = (
    Face("aroha", "Aroha Ngāpō-Whitfield", "aroha@people.example", "14 Kōwhai Terrace, Te Awamutu 3800", "a member, dues paid",
         above_cents=1000, phone="+64215550141", born_on=date(1988, 3, 9)),
    Face("grace", "Grace Okonkwo-Hale", "grace@people.example", "3/207 Marewa Crescent, Napier 4110",
         "a member, one charge behind", joined_days_ago=420, rate="concession", born_on=date(1961, 11, 30)),
    Face("lin", "Lin Castellane", "lin@people.example", "", "a supporter, not a member", joined_days_ago=None),
    Face("olive", "Olive Tarawhiti", "olive@people.example", "88 Quarry Hill Road, Dunedin 9016",
         "party secretary", joined_days_ago=300, office="secretary"),
    Face("wiremu", "Wiremu Pōhatu-Lang", "wiremu@people.example", "5 Saltmarsh Lane, Nelson 7010",
         "treasurer", joined_days_ago=280, wants="concession", office="treasurer"),
    Face("tama", "Tama Fuimaono", "tama@people.example", "41 Kererū Way, Māngere 2022",
         "organizer of the branch Māngere", joined_days_ago=200, office="organizer", branch="Māngere"),
)  # fmt: skip


def make(face: Face, *, with_office: bool = True) -> Person:
    """Let one of the cast join on their own day, pay in cash, and be where the story has them today.

    Their office, and the app they confirm with, only where nothing is real.
    """
    today = clock.today()
    if face.joined_days_ago is None:
        with transaction():
            person = person_services.enrol(Details(name=face.name, email=face.email), by="visitor")
            person_services.say_consent(
                person.id, kind="news", given=True, wording="news-2026-11", source="support page", by="visitor"
            )
        return person
    joined = today - timedelta(days=face.joined_days_ago)
    with clock.standing_at(_noon(joined)):
        with transaction():
            payment = joining.join(answers(face), key=new_id(), party=PARTY, on=joined, method="cash")
            assert payment is not None
            session.flush()
            payments.record_payment(payment, method="cash", on=clock.today(), by="system")
        with transaction():
            person = people.find_by_email(face.email)
            assert person is not None
            if face.phone or face.born_on:
                details = people.details_of(person).but(phone=face.phone, born_on=face.born_on)
                person_services.correct(person, details, by=f"person:{person.id}")
            if face.wants:
                membership = memberships.current_of(person.id)
                dues.choose_plan(membership, rhythm=Rhythm.YEARLY, rate=face.wants, on=clock.today(), by=f"person:{person.id}")
        if face.office and with_office:
            with transaction():
                give_office(face, person, on=joined)
    for year in range(1, 10):
        asked = add_years(joined, year) - timedelta(days=20)
        if asked > today:
            break
        with clock.standing_at(_noon(asked)), transaction():
            membership = memberships.current_of(person.id)
            assert membership is not None
            dues.charge_next_term(membership, on=asked, by="system")
    return person


def give_office(face: Face, person: Person, *, on: date) -> None:
    """The face’s office from this day, and an authenticator app that knows the secret of `secret_of`."""
    branch = None
    if face.branch:
        branch = offices.find_branch(face.branch) or office_services.add_branch(face.branch, by="system", on=on)
    office_services.appoint(person, OfficeName(face.office), by="system", on=on, branch=branch)
    app = person_services.begin_authenticator(
        person.id, label="the demo", proved_at=clock.now(), secret=secret_of(face, mail.office().seal)
    )
    app.confirmed_at = clock.now()


def secret_of(face: Face, seal: Seal) -> str:
    """The secret of a face’s authenticator app, in base32: made from the installation’s own key, so that every start of the
    demo prints the same and two installations differ."""
    digits = seal.token("demo authenticator", uuid5(NAMESPACE_URL, f"mailto:{face.email}"))
    return b32encode(bytes.fromhex(digits)[:20]).decode()


def code_of(face: Face, seal: Seal) -> str:
    """The code their app shows now."""
    return TOTP(secret_of(face, seal)).at(clock.wall())


def answers(face: Face) -> joining.Answers:
    return joining.Answers(
        name=face.name,
        email=face.email,
        address=face.address,
        can_enrol=CanEnrol.YES,
        rate=face.rate,
        above=Money(face.above_cents),
        signature=face.name,
    )


def _noon(day: date) -> datetime:
    return clock.start_of(day, time(12))
